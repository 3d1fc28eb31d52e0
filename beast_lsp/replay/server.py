"""Servers to replay against: how ours is started in a clean room, and when it knows the workspace."""

import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import beast_lsp
from beast_lsp.replay.client import Client, ClientError

_PAUSE = 0.02  # seconds between two questions whether the server is ready.


@dataclass(frozen=True, slots=True)
class Server:
    """A command that serves over stdio, with environment variables over our own and the editor's settings."""

    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)

    def start(self) -> Client:
        """Starts it. Raises ClientError."""
        return Client(self.command, self.environment, self.settings)


def own_server(home: Path, without: Sequence[str] = ()) -> Server:
    """Our own installation with its data, caches and settings below `home`, so that the user's own don't count.

    `without` names parts of the workspace model to switch off.
    """
    # Not the current folder: a workspace may hold modules with the names of ours.
    package = Path(beast_lsp.__file__).parent.parent
    is_installed = package.name == "site-packages"
    environment = {"BEAST_LSP_HOME": str(home)} | ({} if is_installed else {"PYTHONPATH": str(package)})
    settings = {"workspace_model": {"without": list(without)}} if without else {}
    return Server((sys.executable, "-P", "-m", "beast_lsp"), environment, settings)


def wait_until_ready(
    client: Client, timeout: float = 600.0, report: Callable[[int, int], None] = lambda _done, _total: None
) -> float:
    """Waits until every part of our server is loaded and the workspace is indexed; returns the seconds.

    `report` is called with the steps of indexing that are done, and all. A server without our status command
    is ready at once. Raises ClientError after `timeout` seconds, or where no part answers suggestions.
    """
    started = time.perf_counter()
    commands = (client.capabilities.get("executeCommandProvider") or {}).get("commands") or ()
    while "beast.status" in commands:
        status = client.request("workspace/executeCommand", {"command": "beast.status", "arguments": []}).result
        if _is_ready(status):
            break
        indexes = status.get("index") or ()
        report(sum(each.get("done", 0) for each in indexes), sum(each.get("total", 0) for each in indexes))
        if time.perf_counter() - started > timeout:
            raise ClientError("The server did not finish its index in time.", hint=client.last_errors())
        time.sleep(_PAUSE)
    return time.perf_counter() - started


def _is_ready(status: Mapping[str, Any]) -> bool:
    """Raises ClientError where a part failed: its figures would be those of a broken server."""
    parts = status.get("parts") or {}
    failed = [f"{name} ({state})" for name, state in parts.items() if str(state).startswith("failed")]
    if failed:
        raise ClientError(f"A part of the server can't be built: {', '.join(failed)}.")
    indexes = {each.get("folder"): each for each in status.get("index") or ()}
    ended = all(each.get("finished") or each.get("problem") for each in indexes.values())
    # The index of a folder is made last: there is a moment in which all is loaded and it is not yet in the list.
    has_all = set(status.get("folders") or ()) <= set(indexes)
    return bool(status.get("ready", True)) and "loading" not in parts.values() and ended and has_all
