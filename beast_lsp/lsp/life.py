"""The life of the server with one client, from the answered `initialize` to `exit`."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from beast_lsp.lsp import (
    code_actions,
    commands,
    diagnostics,
    documenting,
    examples,
    explaining,
    improving,
    lenses,
    logs,
    quality,
    refactoring,
    suggestions,
    sync,
    testing,
    workspace,
)
from beast_lsp.lsp.channel import Channel
from beast_lsp.lsp.session import Session
from beast_lsp.lsp.transport import QueuedWriter, start_reading

_log = logging.getLogger(__name__)
_PARENT_POLL = 2.0  # seconds between looks at whether the editor still lives.
_TICK = 1.0  # seconds between looks at what has become of suggestions, and of the server itself.
_PARTS = (
    sync,
    suggestions,
    commands,
    diagnostics,
    explaining,
    refactoring,
    documenting,
    improving,
    testing,
    examples,
    code_actions,
    quality,
    lenses,
    workspace,
)
"""What registers handlers; what adds to a menu stands before what asks for it."""


def run_session(channel: Channel, params: Mapping[str, Any]) -> int:
    """Serves the client that sent `initialize` with `params`; the exit status that the protocol asks for."""
    logs.start()
    return asyncio.run(_serve(channel, params))


def connect(params: Mapping[str, Any]) -> Session:
    """A session with every handler registered, as after `initialize`. To be called on the event loop."""
    session = Session(params)
    for part in _PARTS:
        part.register(session)
    session.server.protocol.take_over(session.client)
    return session


async def _serve(channel: Channel, params: Mapping[str, Any]) -> int:
    """Serves until the client leaves, or its process ends; 0 after `shutdown`, else 1."""
    session = connect(params)
    server, writer = session.server, QueuedWriter(channel)
    server.protocol.set_writer(writer, include_headers=channel.has_headers)
    _handle_signals(session)
    start_reading(channel, server, session.loop)
    session.spawn(_build(session), "the start")
    session.spawn(_watch_parent(session), "the watch of the editor")
    session.spawn(_tick(session), "the clock")
    await server.closed.wait()
    await session.end()
    _end_children()
    writer.close()
    return 0 if server.protocol.is_shut_down else 1


async def _build(session: Session) -> None:
    await session.app.build()
    # The collector would walk all that was imported, again and again, while somebody types. Only once in a
    # process: what an earlier session of a socket has left behind must not be kept.
    if not gc.get_freeze_count():
        gc.freeze()
    await workspace.load_settings(session)


async def _watch_parent(session: Session) -> None:
    parent = session.server.process_id or 0
    while parent > 0 and os.name == "posix":  # elsewhere a signal of 0 would end the process.
        try:
            os.kill(parent, 0)
        except ProcessLookupError:
            _log.warning("the editor's process is gone")
            return session.server.closed.set()
        except OSError:
            return None  # it lives, and belongs to somebody else.
        await asyncio.sleep(_PARENT_POLL)
    return None


async def _tick(session: Session) -> None:
    while True:
        await asyncio.sleep(_TICK)
        for work in session.each_tick:
            work()


def _handle_signals(session: Session) -> None:
    if threading.current_thread() is not threading.main_thread():
        return
    for number in (signal.SIGTERM, signal.SIGINT):
        with contextlib.suppress(NotImplementedError):  # Windows ends the process by itself.
            session.loop.add_signal_handler(number, session.server.closed.set)


def _end_children() -> None:
    """Ends worker processes that their owners have not ended."""
    processes = sys.modules.get("multiprocessing")
    for child in processes.active_children() if processes else ():
        child.terminate()
