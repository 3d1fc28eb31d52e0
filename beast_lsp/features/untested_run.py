"""Which functions no test reaches, by running the project's own tests in a sandbox: on an explicit command only."""

from __future__ import annotations

import bisect
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.coverage.mentions import PREDICTED_FAMILY
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.testing.modules import configured_roots
from beast_lsp.errors import TestsRefused
from beast_lsp.features.test_writing import qualified
from beast_lsp.features.untested import Survey, Unreached, functions_of, is_within
from beast_lsp.guest.wire import SurveyBrief
from beast_lsp.sandbox.guest import run_guest
from beast_lsp.sandbox.interpreter import project_interpreter
from beast_lsp.sandbox.limits import Finished, Limits
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.sources import ProgramSources
from beast_lsp.store.index.walk import walk

RUN = "run"
"""How it is known: the project's tests were run."""
SECONDS = 600.0
"""What the project's tests may take by default."""
_MEMORY_MB, _PROCESSES = 4_000, 64


@dataclass(frozen=True, slots=True)
class Running:
    """How the tests are run: the interpreter that the owner named (None: the project's), seconds, and a consent.

    `is_unconfined`: the user agreed to run code where this system gives no limits.
    """

    interpreter: Path | None = None
    seconds: float = SECONDS
    is_unconfined: bool = False


def survey_by_run(
    folder: Path,
    within: Sequence[str],
    options: IndexOptions,
    running: Running,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Survey:
    """The functions of the Python files of a folder that its tests do not enter. Blocks.

    Raises TestsRefused where the tests could not be run, BeastError without an interpreter, and SandboxMissing.
    """
    entered, tests = _entered(folder, options, running, is_cancelled)
    paths = sorted(each.path for each in walk(folder, options) if for_path(Path(each.path)).family == PREDICTED_FAMILY)
    wanted = [path for path in paths if not is_test(path) and is_within(path, within)]
    found = [each for path in wanted for each in _without(folder, path, entered.get(path, ()))]
    note = f"{tests} {'test was' if tests == 1 else 'tests were'} run; what they do in other processes is not seen."
    return Survey(tuple(found), len(wanted), (note,))


def _entered(
    folder: Path, options: IndexOptions, running: Running, is_cancelled: Callable[[], bool]
) -> tuple[dict[str, list[int]], int]:
    """By file, the first lines (from 1) of the functions that were entered; and how many tests there were."""
    python = project_interpreter(folder, running.interpreter, running.is_unconfined)
    roots = [*configured_roots(ProgramSources(folder, lambda _: None, options)), "src", ""]
    with tempfile.TemporaryDirectory(prefix="beast-survey-", ignore_cleanup_errors=True) as scratch:
        brief = SurveyBrief(
            folder=str(folder),
            path=[str(folder / root) for root in dict.fromkeys(roots) if (folder / root).is_dir()],
            framework="pytest" if python.has_pytest else "unittest",
            scratch=scratch,
            outbox=f"{scratch}/outbox.jsonl",
        )
        limits = Limits(running.seconds, _MEMORY_MB, _PROCESSES, (Path(scratch),))
        asked: Mapping[str, Any] = {**brief}
        run = run_guest("survey", asked, python.path, limits, {}, is_cancelled, unconfined=running.is_unconfined)
    return _told(run.events, run.finished, python.path)


def _told(events: Sequence[Mapping[str, Any]], finished: Finished, python: Path) -> tuple[dict[str, list[int]], int]:
    done = next((each for each in events if each.get("event") == "done"), None)
    problem = f"it ended early ({finished.reason or finished.code})" if done is None else str(done.get("problem", ""))
    # Where a conftest.py can't be imported, pytest tells it nowhere else; the line that begins with E is the reason.
    said = [line[1:].strip() for line in finished.stderr.decode("utf-8", "replace").splitlines() if line[:2] == "E "]
    problem = said[-1] if problem and said else problem
    tests = done.get("tests") if done else 0
    if problem or not isinstance(tests, int) or not tests:
        raise TestsRefused(
            f"The project's tests could not be run by {python}: {problem or 'there are none'}.",
            hint="--python names an interpreter that has what they need.",
        )
    return {
        str(each.get("file")): _numbers(each.get("lines")) for each in events if each.get("event") == "entered"
    }, tests


def _numbers(told: object) -> list[int]:
    return [each for each in told if isinstance(each, int)] if isinstance(told, list) else []


def _without(folder: Path, path: str, entered: Sequence[int]) -> Iterator[Unreached]:
    """The functions of a file of which none was entered; one that is decorated is entered at its first decorator."""
    lines = read_lines(folder / path)
    functions = sorted(functions_of(path, lines), key=lambda each: each.line) if lines is not None else []
    starts = [each.line for each in functions]
    reached = {bisect.bisect_left(starts, line - 1) for line in entered}
    for number, each in enumerate(functions):
        if number not in reached:
            yield Unreached(path, qualified(each), each.line, each.end_line, RUN)
