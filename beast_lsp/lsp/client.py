"""What the client said about itself in `initialize`."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from beast_lsp.lsp.convert import path_of


class Client:
    """The client's folders, process and capabilities; whatever it sent, nothing here raises."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self._capabilities = params.get("capabilities")
        process = params.get("processId")
        self.process_id: int | None = process if type(process) is int and process > 0 else None
        self.folders = _folders(params)

    def can(self, capability: str) -> bool:
        """Whether a capability, such as `window.workDoneProgress`, is there and not false."""
        value: Any = self._capabilities
        for name in capability.split("."):
            value = value.get(name) if isinstance(value, Mapping) else None
        return value is not None and value is not False


def folder_paths(items: object) -> list[Path]:
    """The local folders among WorkspaceFolder objects, each once."""
    uris = [item.get("uri") for item in items if isinstance(item, Mapping)] if isinstance(items, list) else []
    found = [path_of(uri) for uri in uris if isinstance(uri, str)]
    return list(dict.fromkeys(path for path in found if path))


def _folders(params: Mapping[str, Any]) -> list[Path]:
    if isinstance(params.get("workspaceFolders"), list):
        return folder_paths(params["workspaceFolders"])
    root = params.get("rootUri")  # what clients sent before there were several folders.
    path = path_of(root) if isinstance(root, str) else None
    return [path] if path else []
