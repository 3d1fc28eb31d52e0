"""Between a channel, which blocks, and the event loop: one thread reads, another writes.

pygls reads with the asyncio loop and writes on it. A frame that is broken would stop its reader or go without
an answer, and a client that doesn't read would stop the loop; so these two are ours.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading

from beast_lsp.lsp.channel import Channel
from beast_lsp.lsp.framing import FrameError
from beast_lsp.lsp.language_server import Server
from beast_lsp.lsp.protocol import Refused

_PARSE_ERROR = -32700


class QueuedWriter:
    """The writer that pygls is given; it never blocks."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._queue: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="lsp-writer", daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        """Sends one message, as soon as the client takes it."""
        self._queue.put(data)

    def close(self, timeout: float = 2.0) -> None:
        """Writes what is still queued, for at most `timeout` seconds."""
        self._queue.put(None)
        self._thread.join(timeout)

    def _write(self) -> None:
        while (data := self._queue.get()) is not None:
            try:
                self._channel.write(data)
            except (OSError, ValueError):
                return  # the client is gone; the reading thread sees it too.


def start_reading(channel: Channel, server: Server, loop: asyncio.AbstractEventLoop) -> None:
    """Hands every message of the channel to the server, from a thread; at the end `server.closed` is set."""
    protocol = server.protocol

    def read() -> None:
        # The loop may have ended while this thread was still reading.
        with contextlib.suppress(RuntimeError):
            while True:
                try:
                    data = channel.receive()
                except FrameError as error:
                    message = Refused(_PARSE_ERROR, str(error))
                else:
                    if data is None:
                        break
                    message = protocol.understand(data)
                loop.call_soon_threadsafe(protocol.handle_message, message)
            loop.call_soon_threadsafe(server.closed.set)

    threading.Thread(target=read, name="lsp-reader", daemon=True).start()
