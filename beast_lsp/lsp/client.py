"""What the client said about itself in `initialize`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types

from beast_lsp.lsp.convert import path_of

if TYPE_CHECKING:
    from cattrs import Converter


def read_params(raw: Mapping[str, Any], converter: Converter) -> types.InitializeParams:
    """The params of `initialize`. A part that is not as the protocol says is left out: the rest still serves."""
    given = raw.get("capabilities")
    capabilities = given if isinstance(given, Mapping) else {}
    fitting = {
        key: value for key, value in capabilities.items() if _fits(types.ClientCapabilities, key, value, converter)
    }
    rest = {key: value for key, value in raw.items() if key != "capabilities"}
    params = {
        key: value
        for key, value in rest.items()
        if _fits(types.InitializeParams, key, value, converter, capabilities={})
    }
    return converter.structure({**params, "capabilities": fitting}, types.InitializeParams)


def folders_of(params: types.InitializeParams) -> list[Path]:
    """The workspace folders; the root, where the client is of the time before there were several."""
    if params.workspace_folders is not None:
        return folder_paths(params.workspace_folders)
    path = path_of(params.root_uri) if params.root_uri else None
    return [path] if path else []


def folder_paths(folders: Iterable[types.WorkspaceFolder]) -> list[Path]:
    """The local ones among the folders, each once."""
    return list(dict.fromkeys(path for folder in folders if (path := path_of(folder.uri))))


def _fits(kind: type, key: str, value: object, converter: Converter, **needed: object) -> bool:
    try:
        converter.structure({**needed, key: value}, kind)
    except Exception:
        return False  # whatever it is that doesn't fit.
    return True


def offers(capabilities: types.ClientCapabilities, name: str) -> bool:
    """Whether a client has an experimental capability."""
    offered = capabilities.experimental
    return isinstance(offered, Mapping) and offered.get(name) is True
