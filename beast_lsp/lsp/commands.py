"""`workspace/executeCommand`: feedback, the style profile, pause and status; and Copilot's notifications.

The annotations of a command's parameters are what pygls checks the client's arguments against.
"""

from __future__ import annotations

import platform
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp import __version__, paths
from beast_lsp.errors import BeastError
from beast_lsp.lsp.convert import path_of
from beast_lsp.lsp.dispatch import InvalidParams

if TYPE_CHECKING:
    from beast_lsp.features.feedback import FeedbackTracker
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the commands, and the notifications by which some editors tell the same."""
    commands, server = Commands(session), session.server
    for name, run in commands.by_name.items():
        server.add_command(name, run)
    server.notification("textDocument/didPartiallyAcceptCompletion", commands.partially_accepted)
    # Every answer counts as shown already.
    server.notification("textDocument/didShowCompletion", lambda _: None)
    server.notification("textDocument/didFocus", lambda _: None)


class Commands:
    """The commands `by_name`, with the arguments that each takes."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.by_name: Mapping[str, Callable[..., Awaitable[Any]]] = {
            "beast.accept": self.accept,
            "beast.partialAccept": self.partial_accept,
            "beast.pause": self.pause,
            "beast.reject": self.reject,
            "beast.resume": self.resume,
            "beast.showStyleProfile": self.show_style_profile,
            "beast.status": self.status,
        }

    def partially_accepted(self, params: Any) -> None:
        """Copilot's notification: `acceptedLength` UTF-16 units of the item were taken over."""
        command = getattr(getattr(params, "item", None), "command", None)
        arguments, length = getattr(command, "arguments", None), getattr(params, "acceptedLength", None)
        if not (isinstance(arguments, list) and arguments and isinstance(arguments[0], str) and type(length) is int):
            raise InvalidParams("The params are not an item of ours and a length.")
        self._session.spawn(self.partial_accept(arguments[0], length), "a partial accept")

    async def accept(self, identity: str) -> None:
        """The user took the suggestion over."""
        await self._tracker(identity).accepted(identity)

    async def partial_accept(self, identity: str, length: int) -> None:
        """The user took the first `length` UTF-16 units of the suggestion over."""
        if length < 0:
            raise InvalidParams("The accepted length is a number from 0 on.")
        text = self._session.sent_texts.get(identity, "")
        await self._tracker(identity).partially_accepted(identity, _characters(text, length))

    async def reject(self, identity: str) -> None:
        """The user dismissed the suggestion."""
        await self._tracker(identity).rejected(identity)

    async def pause(self) -> dict[str, Any]:
        """No suggestions until `resume`."""
        return self._paused(True)

    async def resume(self) -> dict[str, Any]:
        """Suggestions again."""
        return self._paused(False)

    async def show_style_profile(self, *uris: str) -> dict[str, Any]:
        """How the folder that holds a document is written; the first folder where no document is named."""
        folder = self._folder(uris[0] if uris else None)
        report = await self._session.app.style_report(folder)
        return {"folder": str(folder) if folder else None, "markdown": report.markdown, "profile": report.json}

    async def status(self) -> dict[str, Any]:
        """What the server has open, built, counted and logged."""
        session = self._session
        return {
            "version": __version__,
            "python": platform.python_version(),
            "paused": session.paused,
            "encoding": session.codec.encoding,
            "documents": len(session.documents.by_uri),
            "faults": session.server.faults,
            "requests": dict(session.server.counts),
            "models": {path.name: path.stat().st_size for path in sorted(paths.models_folder().glob("*.onnx"))},
            "folders": [str(folder) for folder in session.documents.folders],
            "log": str(paths.log_file()),
            **session.app.status(),
        }

    def _paused(self, paused: bool) -> dict[str, Any]:
        self._session.paused = paused
        return {"paused": paused}

    def _tracker(self, identity: str) -> FeedbackTracker:
        if not identity:
            raise InvalidParams("The first argument is the id of a suggestion.")
        tracker = self._session.app.tracker
        if tracker is None:
            raise BeastError("Feedback is not stored.", hint="`beast.status` says why.")
        return tracker

    def _folder(self, uri: object) -> Path | None:
        folders = self._session.documents.folders
        path = path_of(uri) if isinstance(uri, str) else None
        return self._session.documents.folder_of(path) or (folders[0] if folders else None)


def _characters(text: str, units: int) -> int:
    """How many characters the first `units` UTF-16 units of `text` are; lengths are counted so in every encoding."""
    taken = text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "replace")
    return len(taken) if text else units
