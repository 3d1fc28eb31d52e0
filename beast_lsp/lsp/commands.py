"""`workspace/executeCommand`: feedback, the style profile, pause and status; and Copilot's notifications."""

from __future__ import annotations

import platform
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp import __version__, paths
from beast_lsp.errors import BeastError
from beast_lsp.lsp.convert import path_of
from beast_lsp.lsp.endpoint import InvalidParams, Method, Params
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.features.feedback import FeedbackTracker
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the commands, and the notifications by which some editors tell the same."""
    commands = Commands(session)
    session.endpoint.requests["workspace/executeCommand"] = Method(commands.execute)
    session.endpoint.notifications.update(
        {
            "textDocument/didPartiallyAcceptCompletion": commands.partially_accepted,
            "textDocument/didShowCompletion": lambda _: None,  # every answer counts as shown already.
            "textDocument/didFocus": lambda _: None,
        }
    )


class Commands:
    """The commands by name; each takes its arguments and returns a result or a coroutine of it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._by_name: dict[str, Callable[..., Any]] = {
            "beast.accept": self._accept,
            "beast.partialAccept": self._partial_accept,
            "beast.pause": lambda *_: self._pause(True),
            "beast.reject": self._reject,
            "beast.resume": lambda *_: self._pause(False),
            "beast.showStyleProfile": self._show_style_profile,
            "beast.status": lambda *_: self._status(),
        }

    def execute(self, params: Params, _cancel: CancelToken) -> Any:
        """Runs a command. Raises InvalidParams where there is none of that name, or its arguments don't fit."""
        run = self._by_name.get(str(params.get("command")))
        arguments = params.get("arguments") or []
        if run is None:
            raise InvalidParams(f"There is no command {str(params.get('command'))[:100]!r}.")
        if not isinstance(arguments, list):
            raise InvalidParams("The arguments are a list.")
        return run(*arguments[:2])

    def partially_accepted(self, params: Params) -> None:
        """Copilot's notification: `acceptedLength` UTF-16 units of the item were taken over."""
        item, length = params.get("item"), params.get("acceptedLength")
        command = item.get("command") if isinstance(item, dict) else None
        arguments = command.get("arguments") if isinstance(command, dict) else None
        if isinstance(arguments, list) and arguments:
            self._session.spawn(self._partial_accept(arguments[0], length), "a partial accept")

    async def _accept(self, number: object = None, *_: object) -> None:
        identity = _text(number)
        await self._tracker().accepted(identity)

    async def _partial_accept(self, number: object = None, length: object = None) -> None:
        if type(length) is not int or length < 0:
            raise InvalidParams("The accepted length is a whole number from 0 on.")
        identity = _text(number)
        text = self._session.sent_texts.get(identity, "")
        await self._tracker().partially_accepted(identity, _characters(text, length))

    async def _reject(self, number: object = None, *_: object) -> None:
        identity = _text(number)
        await self._tracker().rejected(identity)

    def _tracker(self) -> FeedbackTracker:
        tracker = self._session.app.tracker
        if tracker is None:
            raise BeastError("Feedback is not stored.", hint="`beast.status` says why.")
        return tracker

    def _pause(self, paused: bool) -> dict[str, Any]:
        self._session.paused = paused
        return {"paused": paused}

    async def _show_style_profile(self, uri: object = None, *_: object) -> dict[str, Any]:
        folder = self._folder(uri)
        report = await self._session.app.style_report(folder)
        return {"folder": str(folder) if folder else None, "markdown": report.markdown, "profile": report.json}

    def _folder(self, uri: object) -> Path | None:
        folders = self._session.documents.folders
        path = path_of(uri) if isinstance(uri, str) else None
        return self._session.documents.folder_of(path) or (folders[0] if folders else None)

    def _status(self) -> dict[str, Any]:
        session = self._session
        return {
            "version": __version__,
            "python": platform.python_version(),
            "paused": session.paused,
            "encoding": session.codec.encoding,
            "documents": len(session.documents.by_uri),
            "faults": session.endpoint.faults,
            "requests": dict(session.endpoint.counts),
            "models": {path.name: path.stat().st_size for path in sorted(paths.models_folder().glob("*.onnx"))},
            "folders": [str(folder) for folder in session.documents.folders],
            "log": str(paths.log_file()),
            **session.app.status(),
        }


def _text(number: object) -> str:
    if not isinstance(number, str) or not number:
        raise InvalidParams("The first argument is the id of a suggestion.")
    return number


def _characters(text: str, units: int) -> int:
    """How many characters the first `units` UTF-16 units of `text` are; lengths are counted so in every encoding."""
    taken = text.encode("utf-16-le", "surrogatepass")[: 2 * units].decode("utf-16-le", "replace")
    return len(taken) if text else units
