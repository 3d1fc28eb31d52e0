"""`experimental/serverStatus`: how the server is, for the editor's status item.

Not part of the LSP; rust-analyzer introduced it (its lsp-extensions.md), and other clients know it. Only a client that
offers the capability `experimental.serverStatusNotification` hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beast_lsp.lsp.language_server import Server

METHOD = "experimental/serverStatus"


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """`health` is `ok`, or `warning` where a part is missing; `quiescent` when nothing is being built or indexed.

    `message` is what a user may want to know, in a line for each matter; empty where all is as it should be.
    """

    health: str
    quiescent: bool
    message: str


def server_status(state: Mapping[str, Any], *, paused: bool) -> ServerStatus:
    """The status that follows from `Application.status`."""
    parts, folders = state["parts"], state["index"]
    failed = [f"The {name} {what}" for name, what in parts.items() if what.startswith("failed")]
    failed += [folder["problem"] for folder in folders if folder["problem"]]
    notes = ["Suggestions pause."] if paused else []
    notes += [f"The {name} is {what}." for name, what in parts.items() if what.startswith("off")]
    notes += [f"Scores know no past: {folder['history']}" for folder in folders if folder["history"]]
    loading = not state["ready"] or "loading" in parts.values() or not all(each["finished"] for each in folders)
    return ServerStatus("warning" if failed else "ok", not loading, "\n".join([*failed, *notes]))


class StatusReporter:
    """Sends the status where it has changed, to a client that wants it."""

    def __init__(self, server: Server, is_wanted: bool, current: Callable[[], ServerStatus]) -> None:
        self._server = server
        self._is_wanted = is_wanted
        self._current = current
        self._last: ServerStatus | None = None

    def update(self) -> None:
        """Looks whether something has changed. To be called on the event loop, now and then."""
        if not self._is_wanted:
            return
        status = self._current()
        if status != self._last:
            self._last = status
            self._server.protocol.notify(METHOD, asdict(status))
