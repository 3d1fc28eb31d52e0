"""Which functions no test reaches: measured where the workspace has a coverage report, else predicted from names."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.coverage.mentions import PREDICTED_FAMILY, FileMentions, mentions
from beast_lsp.engine.coverage.prediction import predict
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.syntax import parse
from beast_lsp.features.test_writing import is_testable, qualified
from beast_lsp.store.coverage import WorkspaceCoverage
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.walk import walk

if TYPE_CHECKING:
    from beast_lsp.engine.document import Document
    from beast_lsp.engine.scopes.facts import Definition
    from beast_lsp.engine.snapshot import Snapshot

MEASURED, PREDICTED, OFF = "measured", "predicted", "off"
LENS: Option[str] = option(
    "tests.lens",
    MEASURED,
    "Above which functions stands that no test reaches them: `measured` where a coverage report says so, `predicted` "
    "also where there is no report and names and imports say that it is likely, `off` nowhere.",
    choices=(MEASURED, PREDICTED, OFF),
)
_UNLIKELY = 0.25  # A function that no call of a test leads to, and that is less likely than this to be run.
_FRESH = 300.0  # seconds that a prediction serves lenses.


@dataclass(frozen=True, slots=True)
class Unreached:
    """A function that no test reaches: its file, its qualified name, its lines (from 0), and how that is known."""

    path: str
    name: str
    line: int
    end_line: int
    how: str = MEASURED

    @property
    def title(self) -> str:
        """What stands above the function."""
        return f"{'probably ' if self.how == PREDICTED else ''}no test reaches this"


@dataclass(frozen=True, slots=True)
class Survey:
    """The functions of some files that no test reaches, and what a reader should know of how that was found out."""

    functions: tuple[Unreached, ...]
    looked_at: int
    notes: tuple[str, ...] = ()


class UntestedFeature:
    """What is known of open documents. To be used on the event loop; the work is done in threads."""

    def __init__(self) -> None:
        self._reports: dict[Path, WorkspaceCoverage] = {}
        self._surveys: dict[Path, tuple[float, Survey]] = {}

    async def of_document(self, snapshot: Snapshot, document: Document) -> list[Unreached]:
        """The functions of a document that no test reaches, as it stands now; those that moved are found by name.

        What is predicted comes from the last survey of the folder; where there is none, one is made.
        """
        how, folder, path = snapshot.config[LENS], document.folder, document.path
        analysis = snapshot.analyses.get(document.uri)
        if how == OFF or folder is None or path is None or analysis is None or not is_testable(document):
            return []
        relative = path.relative_to(folder).as_posix()
        coverage = await asyncio.to_thread(self._coverage, folder)
        if coverage:
            known = await asyncio.to_thread(lambda: list(_measured(folder, relative, coverage)))
        elif how == PREDICTED:
            found = await self._survey(folder, IndexOptions.of(snapshot.config))
            known = [each for each in found.functions if each.path == relative]
        else:
            return []
        return list(_as_it_stands(known, analysis.facts.definitions, len(document.lines)))

    async def of_folder(self, folder: Path, options: IndexOptions) -> Survey:
        """The functions of a folder that no test reaches, looked at anew."""
        found = await asyncio.to_thread(survey, folder, [], options, _considerate)
        self._surveys[folder] = time.monotonic(), found
        return found

    async def _survey(self, folder: Path, options: IndexOptions) -> Survey:
        known = self._surveys.get(folder)
        if known is not None and time.monotonic() - known[0] < _FRESH:
            return known[1]
        # Others that ask meanwhile get what there is.
        self._surveys[folder] = time.monotonic(), known[1] if known else Survey((), 0)
        return await self.of_folder(folder, options)

    def _coverage(self, folder: Path) -> WorkspaceCoverage:
        known = self._reports.get(folder)
        if known is None or not known.is_current():
            known = self._reports[folder] = WorkspaceCoverage(folder)
        return known


def survey(
    folder: Path,
    within: Sequence[str],
    options: IndexOptions,
    step: Callable[[int, int], None] = lambda _done, _all: None,
) -> Survey:
    """The functions of a folder that no test reaches; of the files and folders `within` alone, if some are named.

    `step` is called before each file. Blocks.
    """
    paths = sorted(found.path for found in walk(folder, options) if for_path(Path(found.path)).has_grammar)
    coverage = WorkspaceCoverage(folder)
    notes = [f"Coverage: {problem}" for problem in coverage.problems]
    wanted = [path for path in paths if not is_test(path) and is_within(path, within)]
    if coverage:
        found: list[Unreached] = []
        for number, path in enumerate(wanted):
            step(number, len(wanted))
            found += _measured(folder, path, coverage)
        return Survey(tuple(found), len(wanted), tuple(notes))
    notes.append("There is no coverage report: what no test reaches is predicted from names and imports.")
    python = [path for path in paths if for_path(Path(path)).family == PREDICTED_FAMILY]
    likely = [each for each in _predicted(folder, python, step) if each.path in set(wanted)]
    return Survey(tuple(likely), len(set(wanted) & set(python)), tuple(notes))


def listing(found: Survey) -> str:
    """A survey as Markdown: how many there are, and each by file."""
    count = len(found.functions)
    said = [f"{_counted(count, 'function')} in {_counted(found.looked_at, 'file')} without a test."]
    said += found.notes
    by_path: dict[str, list[Unreached]] = {}
    for each in found.functions:
        by_path.setdefault(each.path, []).append(each)
    for path, functions in by_path.items():
        names = (f"- `{each.name}` (line {each.line + 1})" for each in functions)
        said.append("\n".join([f"**{path}**", "", *names]))
    return "\n\n".join(said) + "\n"


def _counted(count: int, what: str) -> str:
    return f"{count or 'No'} {what}{'' if count == 1 else 's'}"


def _measured(folder: Path, path: str, coverage: WorkspaceCoverage) -> Iterator[Unreached]:
    """The functions of a file of which no line ran, where the report is not older than the file."""
    lines = read_lines(folder / path)
    for each in functions_of(path, lines) if lines is not None else ():
        share = coverage.share(path, each.line, each.end_line, lines or ())
        if share is not None and not share.is_stale and share.share == 0.0:
            yield Unreached(path, qualified(each), each.line, each.end_line)


def _predicted(folder: Path, paths: Sequence[str], step: Callable[[int, int], None]) -> Iterator[Unreached]:
    files: list[FileMentions] = []
    functions: dict[tuple[str, int], Definition] = {}
    for number, path in enumerate(paths):
        step(number, len(paths))
        lines = read_lines(folder / path)
        tree = parse("python", lines) if lines is not None else None
        if lines is not None and tree is not None:
            facts = extract_facts(tree)
            files.append(mentions(path, facts, lines))
            functions |= {(path, each.line): each for each in facts.definitions if each.kind in {"function", "method"}}
    if not any(file.is_test for file in files):
        return  # Without any tests this is no news of a function.
    for one in predict(files):
        known = functions.get((one.path, one.line))
        if known is not None and not one.distance and one.probability < _UNLIKELY:
            yield Unreached(one.path, qualified(known), known.line, known.end_line, PREDICTED)


def functions_of(path: str, lines: Sequence[str]) -> list[Definition]:
    """The functions and methods of a file."""
    tree = parse(for_path(Path(path)).name, lines)
    found = extract_facts(tree).definitions if tree is not None else ()
    return [each for each in found if each.kind in {"function", "method"}]


def _as_it_stands(known: Sequence[Unreached], definitions: Sequence[Definition], size: int) -> Iterator[Unreached]:
    now = {qualified(each): each for each in reversed(definitions) if each.kind in {"function", "method"}}
    for each in known:
        found = now.get(each.name)
        if found is not None and found.line < size:
            yield replace(each, line=found.line, end_line=found.end_line)


def is_within(path: str, within: Sequence[str]) -> bool:
    """Whether a path is one of some files or lies in one of some folders; all are where none is named."""
    return not within or any(path == each or path.startswith(f"{each}/") or each in {"", "."} for each in within)


def _considerate(_done: int, _all: int) -> None:
    """A moment for everybody else: the interpreter runs one thread at a time."""
    time.sleep(0.005)
