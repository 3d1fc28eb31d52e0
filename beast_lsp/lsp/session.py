"""One client's session: what it has open, what it set, and the life of the server from `initialized` to `exit`."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

from cachetools import LRUCache

from beast_lsp.config import Config
from beast_lsp.engine.document import Document
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.lsp import commands, logs, suggestions, sync, workspace
from beast_lsp.lsp.channel import Channel
from beast_lsp.lsp.client import Client
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.documents import Documents
from beast_lsp.lsp.endpoint import Endpoint, InvalidRequest, Method, Params
from beast_lsp.lsp.handshake import position_encoding
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.lsp.wiring import Application
from beast_lsp.router.task import CancelToken

_log = logging.getLogger(__name__)
_PARENT_POLL = 2.0  # seconds between looks at whether the editor still lives.
_TICK = 1.0  # seconds between the feedback tracker's looks at what has become of suggestions.
_GRACE = 5.0  # seconds that the parts have for ending; the editor would kill us soon after.


def run_session(channel: Channel, params: Mapping[str, Any]) -> int:
    """Serves the client that sent `initialize` with `params`; the exit status that the protocol asks for."""
    logs.start()
    # A lane that computes gives the interpreter away this often, in seconds; Python's own 5 ms, at each of the
    # four steps from the client's message to our answer, would be most of what the user waits.
    sys.setswitchinterval(0.0005)
    return asyncio.run(_serve(channel, params))


async def _serve(channel: Channel, params: Mapping[str, Any]) -> int:
    return await Session(channel, params).run()


class Session:
    """What the handlers share. Everything here is touched on the event loop only."""

    def __init__(self, channel: Channel, params: Mapping[str, Any]) -> None:
        self.loop = asyncio.get_running_loop()
        self.client = Client(params)
        self.codec = PositionCodec(position_encoding(dict(params)))
        self.endpoint = Endpoint(channel, self.loop)
        self.documents = Documents(self.codec, self.client.folders)
        self.editor_settings: Mapping[Path | None, Any] = {None: params.get("initializationOptions")}
        self.configs: Mapping[Path | None, Config] = {}
        self.paused = False
        self.sent_texts: LRUCache[str, str] = LRUCache(200)
        progress = IndexProgressReporter(self.endpoint, self.client)
        self.app = Application(self._open_documents, self._changed, progress, self.tell)
        self._revision = 0
        self._told: set[str] = set()
        self._followed: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self._is_shut_down = False

    def snapshot(self, folder: Path | None = None) -> Snapshot:
        """What a request sees that is dispatched now, under the settings of `folder`."""
        live = self.app.live
        return Snapshot(
            revision=self._revision,
            documents=self.documents.by_uri,
            analyses=live.analyses if live else {},
            folders=self.documents.folders,
            profiles=live.profiles if live else {},
            config=self.config(folder),
        )

    def config(self, folder: Path | None = None) -> Config:
        """The settings in force for a folder; those of the first folder where it has none of its own."""
        return self.configs.get(folder) or next(iter(self.configs.values()), Config())

    def replaced(self, old: Document | None, new: Document | None) -> None:
        """A document was opened (`old` is None), edited, or closed (`new` is None): who follows it is told.

        A document that can't be worked on, because its text is in doubt or huge, counts as closed.
        """
        self._changed()
        uri = new.uri if new else old.uri if old else ""
        before = old if uri in self._followed else None
        after = new if new and self.documents.usable(uri) else None
        (self._followed.add if after else self._followed.discard)(uri)
        if before or after:
            self.app.replaced(before, after)

    def tell(self, message: str) -> None:
        """Shows the user a warning, once each."""
        if message not in self._told:
            self._told.add(message)
            _log.warning("told the user: %s", message)
            self.endpoint.notify("window/showMessage", {"type": 2, "message": f"beast-lsp: {message}"})

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Runs a coroutine in the background; a fault in it is logged and counted."""
        task = self.loop.create_task(self._guarded(work, name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())

    async def run(self) -> int:
        """Serves until the client leaves, or its process ends; 0 after `shutdown`, else 1."""
        for part in (sync, suggestions, commands, workspace):
            part.register(self)
        self.endpoint.requests["initialize"] = Method(_initialized_already)
        self.endpoint.requests["shutdown"] = Method(self._shutdown)
        self.endpoint.notifications["exit"] = lambda _: self.endpoint.closed.set()
        self._handle_signals()
        self.endpoint.start()
        self.spawn(self._build(), "the start")
        self.spawn(self._watch_parent(), "the watch of the editor")
        self.spawn(self._tick(), "the feedback's clock")
        await self.endpoint.closed.wait()
        await self._end()
        return 0 if self._is_shut_down else 1

    async def _build(self) -> None:
        await self.app.build()
        await workspace.load_settings(self)
        await self.app.follow(self.documents.folders, self.config)

    def _shutdown(self, _params: Params, _cancel: CancelToken) -> None:
        self._is_shut_down = True
        for method in list(self.endpoint.requests):
            self.endpoint.requests[method] = Method(_after_shutdown)

    async def _end(self) -> None:
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.app.close(), _GRACE)
        self.endpoint.finish()
        _end_children()

    async def _guarded(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except asyncio.CancelledError:
            raise
        except Exception as error:
            self.endpoint.fault(name, error)

    async def _watch_parent(self) -> None:
        parent = self.client.process_id
        while parent and os.name == "posix":  # elsewhere a signal of 0 would end the process.
            try:
                os.kill(parent, 0)
            except ProcessLookupError:
                _log.warning("the editor's process is gone")
                return self.endpoint.closed.set()
            except OSError:
                return None  # it lives, and belongs to somebody else.
            await asyncio.sleep(_PARENT_POLL)
        return None

    async def _tick(self) -> None:
        while True:
            await asyncio.sleep(_TICK)
            self.app.tick()

    def _handle_signals(self) -> None:
        if threading.current_thread() is not threading.main_thread():
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            with contextlib.suppress(NotImplementedError):  # Windows ends the process by itself.
                self.loop.add_signal_handler(number, self.endpoint.closed.set)

    def _open_documents(self) -> Iterable[Document]:
        return [document for uri, document in self.documents.by_uri.items() if uri in self._followed]

    def _changed(self) -> None:
        self._revision += 1


def _initialized_already(_params: Params, _cancel: CancelToken) -> None:
    raise InvalidRequest("initialize was answered already.")


def _after_shutdown(_params: Params, _cancel: CancelToken) -> None:
    raise InvalidRequest("the server is shutting down.")


def _end_children() -> None:
    """Ends worker processes that their owners have not ended."""
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes else ():
        child.terminate()
