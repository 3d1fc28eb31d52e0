"""`$/progress` for the index of each folder, where the client can show it; its cancel stops the work."""

from __future__ import annotations

import asyncio
import itertools
import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp.errors import BeastError
from beast_lsp.lsp.client import Client
from beast_lsp.lsp.endpoint import Endpoint, Params

if TYPE_CHECKING:
    from beast_lsp.store.index import IndexProgress

_log = logging.getLogger(__name__)
_STEP = 0.2  # seconds between two reports; more would only flicker.
_tokens = itertools.count(1)


@dataclass(slots=True)
class _Shown:
    token: str
    cancel: Callable[[], None]
    newest: IndexProgress
    is_begun: bool = False
    last: float = 0.0


class IndexProgressReporter:
    """Shows how far the index of each folder is. Called on the event loop."""

    def __init__(self, endpoint: Endpoint, client: Client) -> None:
        self._endpoint = endpoint
        self._is_wanted = client.can("window.workDoneProgress")
        self._shown: dict[Path, _Shown] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        endpoint.notifications["window/workDoneProgress/cancel"] = self._cancelled

    def report(self, folder: Path, progress: IndexProgress, cancel: Callable[[], None]) -> None:
        """The index of `folder` has come this far; `cancel` stops it."""
        if not self._is_wanted:
            return
        shown = self._shown.get(folder)
        if shown is None and not progress.finished:
            shown = self._shown[folder] = _Shown(f"beast-index-{next(_tokens)}", cancel, progress)
            task = asyncio.get_running_loop().create_task(self._begin(folder, shown))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        elif shown:
            shown.newest = progress
            self._step(folder, shown)

    async def _begin(self, folder: Path, shown: _Shown) -> None:
        try:
            await self._endpoint.ask("window/workDoneProgress/create", {"token": shown.token})
        except BeastError as error:
            _log.info("no progress is shown: %s", error)
            return
        shown.is_begun = True
        begin = {"kind": "begin", "title": f"Indexing {folder.name}", "cancellable": True, "percentage": 0}
        self._send(shown, begin)
        self._step(folder, shown)

    def _step(self, folder: Path, shown: _Shown) -> None:
        if shown.newest.finished and self._shown.get(folder) is shown:
            del self._shown[folder]
        if not shown.is_begun:
            return
        now = time.monotonic()
        if shown.newest.finished:
            self._send(shown, {"kind": "end", "message": shown.newest.message})
        elif now - shown.last >= _STEP:
            shown.last = now
            percentage, message = shown.newest.percentage, shown.newest.message
            self._send(shown, {"kind": "report", "percentage": percentage, "message": message})

    def _send(self, shown: _Shown, value: dict[str, Any]) -> None:
        self._endpoint.notify("$/progress", {"token": shown.token, "value": value})

    def _cancelled(self, params: Params) -> None:
        for shown in self._shown.values():
            if shown.token == params.get("token"):
                shown.cancel()
