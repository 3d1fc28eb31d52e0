"""Writing tests as a user sees it: what is offered at a place, the order, the file that comes of it, and a summary."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp.config import Config, Option, option
from beast_lsp.engine.analysis import Analysis, analyse
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.router.backends.testing.engines import has_engine, missing
from beast_lsp.router.task import CancelToken, Request, Task
from beast_lsp.router.testing import SECONDS, WantedTests, WrittenTests

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.facts import Definition
    from beast_lsp.engine.snapshot import Snapshot
    from beast_lsp.router.lanes import Lanes
    from beast_lsp.router.router import Router

ENABLED: Option[bool] = option("tests.enabled", True, "Whether the menu of code actions offers to write tests.")
LIMIT: Option[float] = option(
    "tests.seconds",
    SECONDS,
    "How long writing the tests of a module may take, in seconds: recording, judging and a last run.",
    minimum=10.0,
    maximum=600.0,
)
INTERPRETERS: Option[list[dict[str, Any]]] = option(
    "tests.interpreters",
    [],
    "The Python that runs a project's code when its tests are written: one table `[[tests.interpreters]]` with "
    "`folder` and `path` (both absolute, or below `~`) for each project. Without one it is the project's `.venv` or "
    "`venv`, then the environment that the server was started in.",
    items=dict,
    owner_only=True,
)
_CALLABLES = frozenset({"function", "method"})


@dataclass(frozen=True, slots=True)
class Offer:
    """Tests that could be written: the title of the action, and the qualified name of what they test ("": all)."""

    title: str
    name: str


class WritingFeature:
    """Asks the router for tests. To be used on the event loop; the work is done in a thread and in child processes."""

    def __init__(self, router: Router, lanes: Lanes) -> None:
        self._router = router
        self._lanes = lanes

    async def offers(self, snapshot: Snapshot, document: Document, line: int, cancel: CancelToken) -> list[Offer]:
        """What tests could be written for at a line: the function, its class, the module, as far as there are such.

        Nothing for a file of tests, one outside of the folders, one that is broken, or a language without an engine.
        """
        if not snapshot.config[ENABLED] or not is_testable(document):
            return []
        analysis = await self.analysis(snapshot, document, cancel)
        if analysis is None or analysis.tree is None or analysis.tree.tree.root_node.has_error:
            return []
        return list(_offers(analysis.facts.definitions, line))

    async def write(
        self, snapshot: Snapshot, document: Document, wanted: WantedTests, cancel: CancelToken
    ) -> WrittenTests:
        """Writes tests. Raises TestsRefused with the reason where there are none, SandboxMissing, CancelledRequest."""
        reason, hint = _why_not(document)
        if reason:
            raise TestsRefused(reason, hint=hint)
        start = Position(0, 0)
        selected = wanted.interpreter or named_interpreter(snapshot.config, document.folder)
        order = replace(wanted, interpreter=selected)
        request = Request(Task.TESTS, snapshot, document, start, invoked=True, tests=order, cancel=cancel)
        written = (await self._router.ask(request)).written
        if written is None:
            raise TestsRefused("No tests were written.", hint="The log says why.")
        return written

    async def analysis(self, snapshot: Snapshot, document: Document, cancel: CancelToken) -> Analysis | None:
        """What is known of a document's text as it is now; None where it can't be read, or nobody wants it any more."""
        known = snapshot.analyses.get(document.uri)
        if known is not None and known.document.lines is document.lines:
            return known
        try:
            return await self._lanes.run(("tests", document.uri), partial(analyse, document, known), cancel)
        except CancelledRequest:
            return None


def is_testable(document: Document) -> bool:
    """Whether tests can be written for a document at all: code in a folder, in a language that can be run here."""
    return not any(_why_not(document))


def _why_not(document: Document) -> tuple[str, str]:
    """Why no tests are written for a document, and what would help; both are "" where they are."""
    path, folder = document.path, document.folder
    if path is None or folder is None or not path.is_relative_to(folder):
        return "The file lies in no open folder.", "Open the folder of its project."
    if is_test(path.relative_to(folder).as_posix()):
        return "This is a file of tests.", "Ask in the file that is to be tested."
    if not has_engine(by_name(document.language).family):
        return f"No tests can be written for {document.language} yet.", ""
    if lacks := missing(by_name(document.language).family, path, folder):
        return lacks, "Tests are written where the project's own toolchain can run them."
    return "", ""


def named_interpreter(config: Config, folder: Path | None) -> Path | None:
    """The interpreter that the owner's own settings file names for a folder; the nearest folder around it counts."""
    found: dict[Path, Path] = {}
    for table in config[INTERPRETERS] if folder is not None else ():
        around, path = _place(table.get("folder")), _place(table.get("path"))
        if around and path and folder is not None and folder.resolve().is_relative_to(around.resolve()):
            found[around] = path
    return found[max(found, key=lambda each: len(each.parts))] if found else None


def _place(text: object) -> Path | None:
    """An absolute path, as the owner wrote it; None for anything else."""
    path = Path(os.path.expanduser(str(text)))  # noqa: PTH111 - Path.expanduser raises where no home is known.
    return path if path.is_absolute() else None


def plan_of(written: WrittenTests) -> Plan:
    """The plan that brings the tests into the folder: a new file, or an edit of the lines that differ."""
    title = f"Tests: {written.path}"
    if written.before is None:
        return Plan(title, {}, {}, {}, created={**dict.fromkeys(written.beside, ""), written.path: written.text})
    edit = _difference(written.before, written.text)
    return Plan(title, {written.path: (edit,)}, {written.path: written.before}, {written.path: written.text})


def _difference(before: str, after: str) -> TextEdit:
    """One edit that makes a text of another, without the whole lines that begin or end both."""
    old, new = split_lines(before), split_lines(after)
    most = min(len(old), len(new)) - 1
    head = _same(old, new, most)
    tail = _same(old[::-1], new[::-1], most - head)
    start, end = Position(head, 0), Position(len(old) - tail, 0)
    if not tail:
        end = Position(len(old) - 1, len(old[-1]))
    return TextEdit(start, end, "".join(new[head : len(new) - tail]))


def _same(old: Sequence[str], new: Sequence[str], most: int) -> int:
    count = 0
    while count < most and old[count] == new[count]:
        count += 1
    return count


def summary(written: WrittenTests) -> str:
    """What came of it, in one line for a message."""
    count = len(written.kept)
    parts = [f"{_percent(written.coverage)} of {written.measured}"]
    if written.coverage_before:
        parts[0] += f" ({_percent(written.coverage_before)} before)"
    parts += [f"{written.killed} of {written.mutants} mutants"] if written.mutants else []
    said = f"{count} {'test' if count == 1 else 'tests'} in {written.path}: {', '.join(parts)}"
    suspicions = written.suspicions
    if suspicions:
        number = "one looks" if len(suspicions) == 1 else f"{len(suspicions)} look"
        said += f"; {number} like a bug: {suspicions[0]}"
    return said if said.endswith((".", "?")) else f"{said}."


def _percent(share: float) -> str:
    return f"{100 * share:.0f}%"


def at_line(offers: Sequence[Offer]) -> str:
    """The name of the innermost thing that is offered at a line; "" for the module."""
    return offers[0].name if offers else ""


def _offers(definitions: Sequence[Definition], line: int) -> Iterator[Offer]:
    around = sorted(
        (each for each in definitions if each.line <= line <= each.end_line and each.kind in {"class", *_CALLABLES}),
        key=lambda each: (each.line, -each.end_line),
    )
    # What is defined within a function can't be called from outside.
    called = next((number for number, each in enumerate(around) if each.kind in _CALLABLES), len(around))
    if called < len(around):
        yield Offer(f"Write tests for {around[called].name}", qualified(around[called]))
    if called:
        yield Offer(f"Write tests for class {around[called - 1].name}", qualified(around[called - 1]))
    if any(each.kind in _CALLABLES for each in definitions):
        yield Offer("Write tests for this module", "")


def qualified(definition: Definition) -> str:
    """The dotted name of a definition within its module."""
    return f"{definition.container}.{definition.name}" if definition.container else definition.name


def wanted_by(config: Config, names: Sequence[str], tell: Callable[[Any], None]) -> WantedTests:
    """An order under the settings of a folder."""
    return WantedTests(names=tuple(name for name in names if name), seconds=config[LIMIT], tell=tell)
