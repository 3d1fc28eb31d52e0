"""One client's session: what it has open, what it set, and the life of the server from `initialized` to `exit`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from beast_lsp.config import Config
from beast_lsp.engine.document import Document
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.lsp import commands, logs, suggestions, sync, workspace
from beast_lsp.lsp.channel import Channel
from beast_lsp.lsp.client import folders_of, read_params
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.dispatch import Call, config_of
from beast_lsp.lsp.documents import Documents
from beast_lsp.lsp.handshake import position_encoding
from beast_lsp.lsp.language_server import Server
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.lsp.protocol import converter
from beast_lsp.lsp.transport import QueuedWriter, start_reading
from beast_lsp.lsp.wiring import Application

_log = logging.getLogger(__name__)
_PARENT_POLL = 2.0  # seconds between looks at whether the editor still lives.
_TICK = 1.0  # seconds between the feedback tracker's looks at what has become of suggestions.
_GRACE = 5.0  # seconds that the parts have for ending; the editor would kill us soon after.


def run_session(channel: Channel, params: Mapping[str, Any]) -> int:
    """Serves the client that sent `initialize` with `params`; the exit status that the protocol asks for."""
    logs.start()
    return asyncio.run(_serve(channel, params))


async def _serve(channel: Channel, params: Mapping[str, Any]) -> int:
    return await Session(params).run(channel)


class Session:
    """What the handlers share, on one `server`. Everything here is touched on the event loop only."""

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.loop = asyncio.get_running_loop()
        client = read_params(params, converter())
        self.capabilities = client.capabilities
        self.codec = PositionCodec(position_encoding(dict(params)))
        self.server = Server(self._call)
        self.documents = Documents(self.codec, folders_of(client))
        self.editor_settings: Mapping[Path | None, Any] = {None: client.initialization_options}
        self.configs: Mapping[Path | None, Config] = {}
        self.paused = False
        self.sent_texts: LRUCache[str, str] = LRUCache(200)
        can_show = bool(get_capability(self.capabilities, "window.work_done_progress"))
        progress = IndexProgressReporter(self.server, can_show)
        self.app = Application(self._open_documents, self._changed, progress, self.tell)
        self._revision = 0
        self._told: set[str] = set()
        self._followed: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        for part in (sync, suggestions, commands, workspace):
            part.register(self)
        self.server.protocol.take_over(client)

    def config(self, folder: Path | None = None) -> Config:
        """The settings in force for a folder."""
        return config_of(self.configs, folder)

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
            text = f"beast-lsp: {message}"
            self.server.window_show_message(types.ShowMessageParams(types.MessageType.Warning, text))

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Runs a coroutine in the background; a fault in it is logged and counted."""
        task = self.loop.create_task(self._guarded(work, name))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())

    async def run(self, channel: Channel) -> int:
        """Serves until the client leaves, or its process ends; 0 after `shutdown`, else 1."""
        writer = QueuedWriter(channel)
        self.server.protocol.set_writer(writer, include_headers=channel.has_headers)
        self._handle_signals()
        start_reading(channel, self.server, self.loop)
        self.spawn(self._build(), "the start")
        self.spawn(self._watch_parent(), "the watch of the editor")
        self.spawn(self._tick(), "the feedback's clock")
        await self.server.closed.wait()
        await self._end()
        writer.close()
        return 0 if self.server.protocol.is_shut_down else 1

    async def _build(self) -> None:
        await self.app.build()
        # The collector would walk all that was imported, again and again, while somebody types. Only once in a
        # process: what an earlier session of a socket has left behind must not be kept.
        if not gc.get_freeze_count():
            gc.freeze()
        await workspace.load_settings(self)

    async def _end(self) -> None:
        self.server.protocol.withdraw_all()
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.app.close(), _GRACE)
        _end_children()

    def _call(self) -> Call:
        """What a message sees that is dispatched now."""
        live = self.app.live
        seen = Snapshot(
            revision=self._revision,
            documents=self.documents.by_uri,
            analyses=live.analyses if live else {},
            folders=self.documents.folders,
            profiles=live.profiles if live else {},
        )
        return Call(seen, self.configs)

    async def _guarded(self, work: Coroutine[Any, Any, None], name: str) -> None:
        try:
            await work
        except JsonRpcException as error:
            _log.warning("%s ended: the client refused: %s", name, error)
        except Exception as error:
            self.server.fault(name, error)

    async def _watch_parent(self) -> None:
        parent = self.server.process_id or 0
        while parent > 0 and os.name == "posix":  # elsewhere a signal of 0 would end the process.
            try:
                os.kill(parent, 0)
            except ProcessLookupError:
                _log.warning("the editor's process is gone")
                return self.server.closed.set()
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
                self.loop.add_signal_handler(number, self.server.closed.set)

    def _open_documents(self) -> Iterable[Document]:
        return [document for uri, document in self.documents.by_uri.items() if uri in self._followed]

    def _changed(self) -> None:
        self._revision += 1


def _end_children() -> None:
    """Ends worker processes that their owners have not ended."""
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes else ():
        child.terminate()
