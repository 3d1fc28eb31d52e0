"""The score of a test file: its tests are run in a sandbox, five times, and once with mutants of what they test."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.testing.modules import module_name
from beast_lsp.engine.testing.score import FileScore, score
from beast_lsp.engine.testing.tested import tested_module
from beast_lsp.errors import TestsRefused
from beast_lsp.guest.wire import JudgeBrief
from beast_lsp.router.backends.testing.children import Children
from beast_lsp.sandbox.interpreter import Interpreter, project_interpreter
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.sources import ProgramSources

RUNS = 5
"""How often the tests run, each time with another hash seed and in another order."""
SECONDS = 120.0
"""What a run may take by default."""
MUTANTS = 100
"""How many mutants are tried at most."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A test file to be scored, as a path relative to its project's folder.

    `module` is the tested module's relative path, "" where it is to be found. `interpreter` is the one that the owner
    named, None what the project has. `is_unconfined`: the user agreed to run code where this system gives no limits.
    """

    test: str
    module: str = ""
    interpreter: Path | None = None
    seconds: float = SECONDS
    is_unconfined: bool = False


@dataclass(frozen=True, slots=True)
class ScoredTests:
    """A scored test file: the relative paths of the file and the module, the interpreter, and the score."""

    test: str
    module: str
    framework: str
    python: str
    result: FileScore


def score_test_file(
    folder: Path,
    wanted: Wanted,
    options: IndexOptions = DEFAULTS,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> ScoredTests:
    """Score a test file of the project in `folder`. Blocks.

    Raises TestsRefused where it can't be scored, SandboxMissing, and CancelledRequest.
    """
    program = Program(ProgramSources(folder, options=options))
    text = "".join(program.sources.lines(wanted.test) or ())
    if not text:
        raise TestsRefused(f"{wanted.test} can't be read as Python.", hint="Is it empty, or left out of the index?")
    module = wanted.module or tested_module(program, wanted.test)
    if module is None:
        raise TestsRefused(f"{wanted.test} imports no module of this project.", hint="Name it with --module.")
    python = project_interpreter(folder, wanted.interpreter, wanted.is_unconfined)
    framework = _framework(text, python)
    with tempfile.TemporaryDirectory(prefix="beast-score-", ignore_cleanup_errors=True) as scratch:
        place = Path(scratch)
        named = module_name(program, module)
        first = JudgeBrief(
            folder=str(folder),
            path=[str(folder / named.root)],
            module=named.name,
            file=str(folder / module),
            tests=str(folder / wanted.test),
            framework=framework,
            order=0,
            mutants=MUTANTS,
            names=[],
            scratch=scratch,
            outbox="",
            seconds=wanted.seconds,
            seed=0,
        )
        judgements = Children(python.path, place, is_cancelled, wanted.is_unconfined).judge(_briefs(first, place))
    problem = next((each["problem"] for each in judgements if each["problem"]), "")
    if problem:
        raise TestsRefused(f"{wanted.test} could not be run.", hint=problem)
    version = ".".join(map(str, python.version))
    return ScoredTests(wanted.test, module, framework, f"Python {version} ({python.path})", score(judgements))


def _briefs(first: JudgeBrief, place: Path) -> list[JudgeBrief]:
    """The same file in several orders; the first as it stands, with coverage and mutants."""
    return [
        {**first, "order": number, "mutants": first["mutants"] if not number else 0, "outbox": str(place / f"{number}")}
        for number in range(RUNS)
    ]


def _framework(text: str, python: Interpreter) -> str:
    """What runs a test file: pytest runs unittest's, too, but a file that needs no pytest runs without it."""
    if "pytest" not in text and "unittest" in text:
        return "unittest"
    if not python.has_pytest:
        raise TestsRefused(
            "The file needs pytest, which the project's Python lacks.",
            hint=f"Install it there, or name another one: {python.path}.",
        )
    return "pytest"
