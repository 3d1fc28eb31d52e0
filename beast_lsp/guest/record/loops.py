"""An event loop that notices when everything in it waits for what never comes."""

from __future__ import annotations

import asyncio
import selectors
import threading
from collections.abc import Coroutine
from typing import Any

from .alarm import Hang

# Seconds that something from outside (a thread, a socket) may take to come.
OUTSIDE = 0.3


class ImpatientSelector(selectors.DefaultSelector):
    """Raises Hang where nothing is due and nothing comes."""

    def select(self, timeout: float | None = None) -> Any:
        """What is ready; without a timeout nothing is due by time either."""
        if timeout is not None:
            return super().select(timeout)
        events = super().select(OUTSIDE if threading.active_count() > 1 else 0)
        if not events:
            raise Hang
        return events


def run_in_loop(whole: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine in a loop of its own, as `asyncio.run` does. Raises Hang where it waits for nothing."""
    loop = asyncio.SelectorEventLoop(ImpatientSelector())
    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(whole)
    finally:
        _close(loop)
        asyncio.set_event_loop(None)


def _close(loop: asyncio.AbstractEventLoop) -> None:
    pending = asyncio.all_tasks(loop)
    for task in pending:
        task.cancel()
    try:
        if pending:
            loop.run_until_complete(asyncio.gather(*pending, return_exceptions=True))
        loop.run_until_complete(loop.shutdown_asyncgens())
        loop.run_until_complete(loop.shutdown_default_executor())
    except Hang:  # A task that refuses to be cancelled is left.
        pass
    finally:
        loop.close()
