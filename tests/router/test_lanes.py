"""The lanes: the newest job of a key wins, and background jobs leave a thread free."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable

import pytest

from beast_lsp.errors import CancelledRequest
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import CancelToken


@pytest.fixture
async def lanes() -> AsyncIterator[Lanes]:
    lanes = Lanes(threads=2)
    yield lanes
    lanes.close()


def _until_cancelled(cancel: CancelToken, begun: threading.Event) -> Callable[[], str]:
    def work() -> str:
        begun.set()
        pause = threading.Event()
        while not cancel.cancelled:
            pause.wait(0.001)
        return "stopped"

    return work


async def _begin(lanes: Lanes, key: str, *, background: bool = False) -> tuple[asyncio.Task[str], CancelToken]:
    """A job that runs until its token is set."""
    cancel, begun = CancelToken(), threading.Event()
    task = asyncio.create_task(lanes.run(key, _until_cancelled(cancel, begun), cancel, background=background))
    await asyncio.to_thread(begun.wait)
    return task, cancel


async def test_a_job_gives_its_result(lanes: Lanes) -> None:
    assert await lanes.run("a", lambda: 1, CancelToken()) == 1


async def test_a_job_runs_in_a_thread_of_its_own(lanes: Lanes) -> None:
    thread = await lanes.run("a", threading.current_thread, CancelToken())
    assert thread is not threading.main_thread()


async def test_a_jobs_error_is_the_callers(lanes: Lanes) -> None:
    with pytest.raises(ZeroDivisionError):
        await lanes.run("a", lambda: 1 // 0, CancelToken())


async def test_a_newer_job_withdraws_the_running_one(lanes: Lanes) -> None:
    older, cancel = await _begin(lanes, "a")
    assert await lanes.run("a", lambda: "newer", CancelToken()) == "newer"
    assert cancel.cancelled
    with pytest.raises(CancelledRequest):
        await older


async def test_a_newer_job_withdraws_the_waiting_one(lanes: Lanes) -> None:
    busy = [await _begin(lanes, "a"), await _begin(lanes, "b")]
    calls: list[str] = []
    waiting = asyncio.create_task(lanes.run("c", lambda: calls.append("older"), CancelToken()))
    await asyncio.sleep(0)
    newer = asyncio.create_task(lanes.run("c", lambda: calls.append("newer"), CancelToken()))
    with pytest.raises(CancelledRequest):
        await waiting
    for task, cancel in busy:
        cancel.cancel()
        await task
    await newer
    assert calls == ["newer"]


async def test_jobs_of_other_keys_are_left_alone(lanes: Lanes) -> None:
    other, cancel = await _begin(lanes, "a")
    await lanes.run("b", lambda: None, CancelToken())
    assert not cancel.cancelled
    cancel.cancel()
    assert await other == "stopped"


async def test_a_cancelled_caller_sets_the_flag(lanes: Lanes) -> None:
    task, cancel = await _begin(lanes, "a")
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert cancel.cancelled


async def test_a_request_that_is_cancelled_already_does_not_run(lanes: Lanes) -> None:
    cancel = CancelToken()
    cancel.cancel()
    with pytest.raises(CancelledRequest):
        await lanes.run("a", lambda: pytest.fail("it ran"), cancel)


async def test_background_jobs_leave_a_thread_to_who_types(lanes: Lanes) -> None:
    first, cancel = await _begin(lanes, "a", background=True)
    second = asyncio.create_task(lanes.run("b", lambda: "second", CancelToken(), background=True))
    assert await lanes.run("c", lambda: "typing", CancelToken()) == "typing"
    assert not second.done()
    cancel.cancel()
    assert await first == "stopped"
    assert await second == "second"


async def test_a_withdrawn_background_job_does_not_hold_up_the_next(lanes: Lanes) -> None:
    first, cancel = await _begin(lanes, "a", background=True)
    withdrawn = asyncio.create_task(lanes.run("b", lambda: None, CancelToken(), background=True))
    last = asyncio.create_task(lanes.run("c", lambda: "last", CancelToken(), background=True))
    await asyncio.sleep(0)
    withdrawn.cancel()
    cancel.cancel()
    await first
    assert await last == "last"


async def test_closing_withdraws_everything() -> None:
    lanes = Lanes(threads=1)
    running, _ = await _begin(lanes, "a")
    waiting = asyncio.create_task(lanes.run("b", lambda: None, CancelToken(), background=True))
    await asyncio.sleep(0)
    lanes.close()
    for task in (running, waiting):
        with pytest.raises(CancelledRequest):
            await task


async def test_quiet_is_when_nobody_waits_for_a_foreground_job() -> None:
    lanes, go, order = Lanes(), threading.Event(), []
    front = asyncio.create_task(
        lanes.run("front", lambda: order.append("front") if go.wait(10) else None, CancelToken())
    )
    await asyncio.sleep(0)
    patient = asyncio.create_task(lanes.quiet())
    patient.add_done_callback(lambda _: order.append("patient"))
    await lanes.run("back", lambda: order.append("back"), CancelToken(), background=True)
    assert not patient.done()
    go.set()
    await asyncio.gather(front, patient)
    assert order == ["back", "front", "patient"]
    await lanes.quiet()
    lanes.close()
