"""One client's session: what it has open, what it set, and the parts that serve it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from pathlib import Path
from typing import Any

from cachetools import LRUCache
from lsprotocol import types
from pygls.capabilities import get_capability
from pygls.exceptions import JsonRpcException

from beast_lsp.config import Config
from beast_lsp.engine.document import Document
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.lsp.client import folders_of, offers, read_params
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.dispatch import Call, config_of
from beast_lsp.lsp.documents import Documents
from beast_lsp.lsp.handshake import position_encoding
from beast_lsp.lsp.language_server import Server
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.lsp.protocol import converter
from beast_lsp.lsp.status import ServerStatus, StatusReporter, server_status
from beast_lsp.lsp.wiring import Application

_log = logging.getLogger(__name__)
_GRACE = 5.0  # seconds that the parts have for ending; the editor would kill us soon after.


class Session:
    """What the handlers share, on one `server`. Everything here is touched on the event loop only.

    `each_tick` is called every second, `after_settings` when the settings were read anew. `code_actions`, `lenses`
    and `hovers` (Markdown about a line of a document) are the parts that offer some.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        self.loop = asyncio.get_running_loop()
        client = read_params(params, converter())
        self.capabilities = client.capabilities
        self.codec = PositionCodec(position_encoding(dict(params)))
        self.server = Server(self.call)
        self.documents = Documents(self.codec, folders_of(client))
        self.editor_settings: Mapping[Path | None, Any] = {None: client.initialization_options}
        self.configs: Mapping[Path | None, Config] = {}
        self.paused = False
        self.sent_texts: LRUCache[str, str] = LRUCache(200)
        can_show = bool(get_capability(self.capabilities, "window.work_done_progress"))
        progress = IndexProgressReporter(self.server, can_show)
        self.app = Application(self._open_documents, self._changed, progress, self.tell)
        self.status = StatusReporter(self.server, offers(self.capabilities, "serverStatusNotification"), self._status)
        self.each_tick: list[Callable[[], None]] = [self.app.tick, self.status.update]
        self.after_settings: list[Callable[[], None]] = []
        self.code_actions: list[Callable[[types.CodeActionParams, Call], Awaitable[list[types.CodeAction]]]] = []
        self.lenses: list[Callable[[Document, Call], Awaitable[list[types.CodeLens]]]] = []
        self.hovers: list[Callable[[Document, int, Call], Awaitable[str]]] = []
        self._looked_at: dict[str, None] = {}
        self._revision = 0
        self._told: set[str] = set()
        self._followed: set[str] = set()
        self._tasks: set[asyncio.Task[Any]] = set()
        self.client = client

    @property
    def looked_at(self) -> str | None:
        """The URI of the open document that the user was last at, as far as a server can know; None without any."""
        return next(reversed(self._looked_at), None)

    def look_at(self, uri: str) -> None:
        """The user opens, edits or asks about this document now."""
        self._looked_at.pop(uri, None)
        if uri in self.documents.by_uri:
            self._looked_at[uri] = None

    def config(self, folder: Path | None = None) -> Config:
        """The settings in force for a folder."""
        return config_of(self.configs, folder)

    def replaced(self, old: Document | None, new: Document | None) -> None:
        """A document was opened (`old` is None), edited, or closed (`new` is None): who follows it is told.

        A document that can't be worked on, because its text is in doubt or huge, counts as closed.
        """
        self._changed()
        uri = new.uri if new else old.uri if old else ""
        self.look_at(uri)
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

    async def end(self) -> None:
        """Withdraws what is under way and ends every part; what was to be stored is stored."""
        self.server.protocol.withdraw_all()
        for task in list(self._tasks):
            task.cancel()
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.app.close(), _GRACE)

    def call(self) -> Call:
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

    def _open_documents(self) -> Iterable[Document]:
        return [document for uri, document in self.documents.by_uri.items() if uri in self._followed]

    def _status(self) -> ServerStatus:
        return server_status(self.app.status(), paused=self.paused)

    def _changed(self) -> None:
        self._revision += 1
