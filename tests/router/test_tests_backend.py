"""One run at a time in a folder, in a thread of its own, which ends when nobody wants it."""

import asyncio
import threading
from dataclasses import replace
from pathlib import Path

import pytest
from router_fakes import FakeBackend, endpoints

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import CancelledRequest, EndpointError, SandboxMissing, TestsRefused
from beast_lsp.router.backends.testing.backend import TestsBackend
from beast_lsp.router.backends.testing.engines import Assignment, engine_for, has_engine
from beast_lsp.router.remote import Remote
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken, Request, Task
from beast_lsp.router.testing import Proposed, WantedTests, WrittenTests

WRITTEN = WrittenTests("tests/test_a.py", "x\n", None, "pytest", "Python 3.12", (), 0.0, 1.0, 1, 2)


def request(folder: Path, text: str = "def f(): pass\n", name: str = "a.py", language: str = "python") -> Request:
    document = Document((folder / name).as_uri(), language, 1, split_lines(text), folder / name, folder)
    snapshot = Snapshot(documents={document.uri: document})
    return Request(Task.TESTS, snapshot, document, Position(0, 0), tests=WantedTests())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.py").write_text("def f(): pass\n")
    return tmp_path


async def test_the_engine_works_in_a_thread_of_its_own(folder: Path) -> None:
    seen: list[tuple[str, str, str]] = []

    def engine(job: Assignment) -> WrittenTests:
        seen.append((threading.current_thread().name, job.path, job.document.text))
        return WRITTEN

    router = Router([FakeBackend("no", tasks=[Task.INLINE]), TestsBackend(lambda _: engine)])
    assert (await router.ask(request(folder))).written is WRITTEN
    assert seen == [("beast-tests", "a.py", "def f(): pass\n")]


async def test_a_second_run_in_a_folder_is_refused_until_the_first_has_ended(folder: Path) -> None:
    gate = threading.Event()

    def engine(job: Assignment) -> WrittenTests:
        gate.wait(20)
        return WRITTEN

    backend = TestsBackend(lambda _: engine)
    first = asyncio.create_task(backend.answer(request(folder)))
    await asyncio.sleep(0)
    with pytest.raises(TestsRefused, match="already"):
        await backend.answer(request(folder))
    gate.set()
    assert (await first).written is WRITTEN
    assert (await backend.answer(request(folder))).written is WRITTEN


@pytest.mark.parametrize("way", ["flag", "task", "close"])
async def test_a_run_that_nobody_wants_ends(folder: Path, way: str) -> None:
    began, ended = threading.Event(), threading.Event()

    def engine(job: Assignment) -> WrittenTests:
        began.set()
        while not job.is_cancelled():
            threading.Event().wait(0.01)
        ended.set()
        raise CancelledRequest("The tests are not wanted any more.")

    backend, asked = TestsBackend(lambda _: engine), request(folder)
    running = asyncio.create_task(backend.answer(asked))
    await asyncio.to_thread(began.wait, 20)
    if way == "flag":
        asked.cancel.cancel()
    elif way == "task":
        running.cancel()
    else:
        await asyncio.to_thread(backend.close)
    with pytest.raises((CancelledRequest, asyncio.CancelledError)):
        await running
    assert await asyncio.to_thread(ended.wait, 20)


@pytest.mark.parametrize("error", [TestsRefused("no"), SandboxMissing("no limits"), CancelledRequest("gone")])
async def test_what_an_engine_refuses_reaches_who_asked(folder: Path, error: Exception) -> None:
    def engine(job: Assignment) -> WrittenTests:
        raise error

    router = Router([TestsBackend(lambda _: engine)])
    for _ in range(2):  # the folder is free again.
        with pytest.raises(type(error)):
            await router.ask(request(folder))


async def test_a_document_that_differs_from_its_file_is_refused(folder: Path) -> None:
    backend = TestsBackend(lambda _: lambda job: WRITTEN)
    with pytest.raises(TestsRefused, match="Save it"):
        await backend.answer(request(folder, "def g(): pass\n"))
    with pytest.raises(TestsRefused, match="No tests can be written for text"):
        await TestsBackend().answer(request(folder, language="text"))
    outside = request(folder)
    with pytest.raises(TestsRefused, match="no open folder"):
        await backend.answer(replace(outside, document=replace(outside.document, folder=None)))


async def test_what_was_written_for_a_module_that_changed_meanwhile_is_refused(folder: Path) -> None:
    def engine(job: Assignment) -> WrittenTests:
        (folder / job.path).write_text("def f(): return 1\n")
        return WRITTEN

    with pytest.raises(TestsRefused, match=r"a\.py changed while"):
        await TestsBackend(lambda _: engine).answer(request(folder))


def test_a_language_without_an_engine_has_none() -> None:
    assert has_engine("python")
    assert engine_for("python") is not None
    assert not has_engine("text")
    assert engine_for("text") is None


async def proposals_of(folder: Path, remote: FakeBackend) -> tuple[Proposed, FakeBackend]:
    def engine(job: Assignment) -> WrittenTests:
        assert job.wanted.proposed is not None
        heard.append(job.wanted.proposed.result(timeout=20))
        return WRITTEN

    heard: list[Proposed] = []
    named = endpoints("http://127.0.0.1:1/v1", folder=folder)
    router = Router([TestsBackend(lambda _: engine)])
    router._remote = Remote(named, lambda _: None, lambda endpoint, all_: remote)
    assert (await router.ask(request(folder))).written is WRITTEN
    return heard[0], remote


async def test_an_endpoint_proposes_while_the_engine_works(folder: Path) -> None:
    found, remote = await proposals_of(folder, FakeBackend("def test_f(): pass\n", name="one"))
    assert found == Proposed("def test_f(): pass\n", "fake" if found.endpoint == "fake" else "one")
    assert [each.task for each in remote.requests] == [Task.TESTS]


@pytest.mark.parametrize("remote", [FakeBackend(), FakeBackend(error=EndpointError("down"))])
async def test_an_endpoint_that_fails_proposes_nothing(folder: Path, remote: FakeBackend) -> None:
    assert (await proposals_of(folder, remote))[0] == Proposed()


async def test_without_a_consent_nobody_is_asked_for_proposals(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    def engine(job: Assignment) -> WrittenTests:
        assert job.wanted.proposed is None
        return WRITTEN

    named = endpoints("http://127.0.0.1:1/v1", folder=tmp_path_factory.mktemp("elsewhere"))
    assert (await Router([TestsBackend(lambda _: engine)], named).ask(request(folder))).written is WRITTEN


async def test_without_an_order_there_is_no_answer(folder: Path) -> None:
    asked = replace(request(folder), tests=None, cancel=CancelToken())
    assert (await Router([TestsBackend(lambda _: lambda job: WRITTEN)]).ask(asked)).written is None


async def test_an_example_is_recorded_here_and_no_endpoint_is_asked_for_it(folder: Path) -> None:
    remote = FakeBackend("def test_f(): pass\n")
    router = Router([TestsBackend(lambda _: lambda job: WRITTEN)])
    router._remote = Remote(endpoints("http://127.0.0.1:1/v1", folder=folder), lambda _: None, lambda *_: remote)
    asked = request(folder, name="a.go", language="go")
    with pytest.raises(TestsRefused, match="No example can be run for go"):
        await router.ask(replace(asked, tests=WantedTests(("f",), example={})))
    assert remote.requests == []
