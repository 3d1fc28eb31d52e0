"""The backend of the task `tests`: one run at a time in a workspace folder, each in a thread of its own."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.refactoring import path_in_folder
from beast_lsp.router.backends.testing.engines import Assignment, Engine, engine_for, example_engine_for
from beast_lsp.router.task import Answer, CancelToken, Egress, Request, Task
from beast_lsp.store.files import FolderFiles
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.sources import ProgramSources

if TYPE_CHECKING:
    from beast_lsp.router.testing import WantedTests

_PATIENCE = 2.0  # seconds
_Written = TypeVar("_Written")


class TestsBackend:
    """Writes tests with the engine of the document's language; `choose` gives it, for tests of this class."""

    __test__ = False  # for pytest, which takes what is called so for tests.
    name = "tests"
    tasks = frozenset({Task.TESTS})
    egress = Egress.PROCESS
    expected_ms = 30_000.0
    cost = 0.0

    def __init__(self, choose: Callable[[str], Engine | None] = engine_for) -> None:
        self._choose = choose
        self._running: dict[Path, CancelToken] = {}
        self._lock = threading.Lock()

    async def answer(self, request: Request) -> Answer:
        """The tests of a document's module. Raises TestsRefused, SandboxMissing and CancelledRequest.

        The child processes end soon after the request's flag is set, or the task that awaits this is cancelled.
        """
        wanted = request.tests
        if wanted is None:
            return Answer(self.name)
        family, folder = by_name(request.document.language).family, request.document.folder
        engine = self._choose(family)
        if engine is None:
            raise TestsRefused(f"No tests can be written for {request.document.language} yet.")
        if folder is None:
            raise TestsRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        if wanted.example is not None:
            recorder = example_engine_for(family)
            if recorder is None:
                raise TestsRefused(f"No example can be run for {request.document.language} yet.")
            return Answer(self.name, example=await self._in_thread(folder, request, wanted, recorder))
        return Answer(self.name, written=await self._in_thread(folder, request, wanted, engine))

    def close(self) -> None:
        """Has every run end, and waits a moment until the child processes are gone."""
        with self._lock:
            for cancel in self._running.values():
                cancel.cancel()
        end = time.monotonic() + _PATIENCE
        while self._running and time.monotonic() < end:
            time.sleep(0.02)

    def _begin(self, folder: Path, cancel: CancelToken) -> None:
        with self._lock:
            if folder in self._running:
                raise TestsRefused(
                    f"Tests are being written in {folder.name} already.", hint="Cancel that, or wait for its end."
                )
            self._running[folder] = cancel

    async def _in_thread(
        self, folder: Path, request: Request, wanted: WantedTests, engine: Callable[[Assignment], _Written]
    ) -> _Written:
        self._begin(folder, request.cancel)
        outcome: Future[_Written] = Future()

        def work() -> None:
            try:
                written = engine(_assignment(folder, request, wanted))
                _check_unchanged(folder, request)
            except BaseException as error:  # whatever it is, the request awaits it.
                self._end(folder)
                outcome.set_exception(error)
            else:
                self._end(folder)
                outcome.set_result(written)

        threading.Thread(target=work, name="beast-tests", daemon=True).start()
        waiting = asyncio.wrap_future(outcome)
        waiting.add_done_callback(lambda done: done.cancelled() or done.exception())  # it counts as looked at.
        try:
            # Shielded: a cancelled future could take no result any more, and the thread goes on for a moment.
            return await asyncio.shield(waiting)
        except asyncio.CancelledError:
            request.cancel.cancel()
            raise

    def _end(self, folder: Path) -> None:
        with self._lock:
            del self._running[folder]


def _check_unchanged(folder: Path, request: Request) -> None:
    """Raises TestsRefused where the module was edited meanwhile: its tests would be of two versions."""
    path = path_in_folder(request.document)
    if path is None or FolderFiles(folder).read(path) != request.document.text:
        raise TestsRefused(f"{path} changed while its tests were written.", hint="Ask for them again.")


def _assignment(folder: Path, request: Request, wanted: WantedTests) -> Assignment:
    document = request.document
    path = path_in_folder(document)
    if path is None or FolderFiles(folder).read(path) != document.text:
        raise TestsRefused("The file on the disk is not what the editor shows.", hint="Save it, and try again.")
    opened = {
        known: each.lines
        for each in request.snapshot.documents.values()
        if each.folder == folder and (known := path_in_folder(each)) is not None
    }
    program = Program(ProgramSources(folder, opened.get, IndexOptions.of(request.config)))
    profile = request.snapshot.profiles.get(folder)
    return Assignment(folder, path, document, program, profile, wanted, lambda: request.cancel.cancelled)
