"""The lanes: a few threads of our own in which a newer job of a key withdraws the older one.

The event loop hands every step that takes longer than a few milliseconds to a lane. The threads are ours,
because the server's stdin is read in the pool of the protocol library.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Hashable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from typing import Any, TypeVar

from beast_lsp.errors import CancelledRequest
from beast_lsp.router.task import CancelToken

T = TypeVar("T")


class Lanes:
    """Runs functions in `threads` threads; to be used from one event loop.

    Background jobs (parsing) never take the last thread, so that somebody who types doesn't wait for them.
    """

    def __init__(self, threads: int = 2) -> None:
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="beast-lane")
        self._most_background = max(1, threads - 1)
        self._background = self._foreground = 0
        self._quiet = asyncio.Event()
        self._quiet.set()
        self._waiting: deque[_Job] = deque()
        self._newest: dict[Hashable, _Job] = {}

    async def run(
        self, key: Hashable, function: Callable[[], T], cancel: CancelToken, *, background: bool = False
    ) -> T:
        """What `function` returns; it should poll `cancel` and may return early with anything once it is set.

        A newer job of the same key withdraws this one, running or waiting: `cancel` is set and CancelledRequest
        raised at once, without waiting for the function. The same holds when the awaiting task is cancelled.
        """
        job = _Job(function, cancel, background)
        older = self._newest.get(key)
        self._newest[key] = job
        if older:
            older.withdraw()
        self._submit(job)
        try:
            result: T = await job.outcome
            return result
        finally:
            if not job.finished:
                job.withdraw()
            if self._newest.get(key) is job:
                del self._newest[key]

    async def quiet(self) -> None:
        """Returns when nobody waits for a foreground job: what can wait doesn't take the interpreter from it."""
        await self._quiet.wait()

    def close(self) -> None:
        """Withdraws every job; those that run end when they next poll their flag."""
        for job in (*self._newest.values(), *self._waiting):
            job.withdraw()
        self._waiting.clear()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _submit(self, job: "_Job") -> None:
        if job.background:
            if self._background >= self._most_background:
                self._waiting.append(job)
                return
            self._background += 1
        else:
            self._foreground += 1
            self._quiet.clear()
        job.started = self._pool.submit(job.call)
        job.started.add_done_callback(lambda done: self._report(job, done))

    def _report(self, job: "_Job", done: Future[Any]) -> None:
        """Tells the loop; called in the job's thread, or wherever the job was cancelled before it began."""
        with suppress(RuntimeError):  # The loop has been closed: nobody waits any more.
            job.loop.call_soon_threadsafe(self._finish, job, done)

    def _finish(self, job: "_Job", done: Future[Any]) -> None:
        job.settle(done)
        if not job.background:
            self._foreground -= 1
            if not self._foreground:
                self._quiet.set()
            return
        self._background -= 1
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.outcome.done():
                self._submit(waiting)
                return


class _Job:
    """One function on its way through the lanes."""

    def __init__(self, function: Callable[[], Any], cancel: CancelToken, background: bool) -> None:
        self.function, self.cancel, self.background = function, cancel, background
        self.loop = asyncio.get_running_loop()
        self.outcome: asyncio.Future[Any] = self.loop.create_future()
        self.started: Future[Any] | None = None
        self.finished = False

    def call(self) -> Any:
        if self.cancel.cancelled:
            raise _withdrawn()
        return self.function()

    def withdraw(self) -> None:
        """Sets the flag, takes the job out of the queue if it still waits, and lets its caller go."""
        self.cancel.cancel()
        if not self.outcome.done():
            self.outcome.set_exception(_withdrawn())
        if self.started:
            self.started.cancel()

    def settle(self, done: Future[Any]) -> None:
        self.finished = True
        if self.outcome.done():
            return
        if done.cancelled():
            self.outcome.set_exception(_withdrawn())
        elif error := done.exception():
            self.outcome.set_exception(error)
        else:
            self.outcome.set_result(done.result())


def _withdrawn() -> CancelledRequest:
    return CancelledRequest("The request was withdrawn.")
