"""Looks at files on disk: what is measured of them, and what the rules find. Many files are several processes' work."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context, parent_process
from pathlib import Path

from cachetools import LRUCache

from beast_lsp.engine.coverage.mentions import PREDICTED_FAMILY, FileMentions, mentions
from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.languages import by_name, for_path
from beast_lsp.engine.quality.maintainability import maintainability
from beast_lsp.engine.quality.metrics import measure, measure_file
from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.registry import findings
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.syntax import SyntaxTree, parse
from beast_lsp.errors import BeastError
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.sources import ModuleSource
from beast_lsp.store.index.symbols import SymbolTable

_FEW = 100  # Fewer files are done before a second process has started.
_AT_ONCE = 8  # files, between two looks at whether the work goes on.
_MOST_PROCESSES = 8
_MOST_MODULES = 400  # that are known by a name; what is parsed of them may take some 100 MB a process.


@dataclass(frozen=True, slots=True)
class Examined:
    """A file: its measures, each function's maintainability index, and findings, each with the line that it is on.

    `mentions` are what coverage is predicted from, where that was asked for.
    """

    file: MeasuredFile
    maintainability: tuple[float, ...]
    findings: tuple[tuple[Finding, str], ...]
    lines: int
    mentions: FileMentions | None = None


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the files lie in: the folder, the database of what it defines, and the rules that find nothing here.

    `predicts_coverage`: whether it is wanted what each file mentions.
    """

    folder: Path
    facts: Path
    muted: tuple[str, ...] = ()
    predicts_coverage: bool = False


class Examiner:
    """Examines the files of one folder, one after the other. To be closed."""

    def __init__(self, around: Surroundings) -> None:
        self._around = around
        self._symbols = SymbolTable()
        self._symbols.open(around.facts)
        self._modules = _SteadyModules(around.folder)

    def close(self) -> None:
        """Lets go of the database."""
        self._symbols.close()

    def examine(self, path: str) -> Examined | None:
        """The file at a relative path; None where it is no text of code."""
        language = for_path(Path(path))
        lines = read_lines(self._around.folder / path)
        tree = parse(language.name, lines) if lines else None
        if lines is None or tree is None:
            return None
        functions = tuple(measure(tree))
        found = findings(Place(tree, path, self._symbols, self._modules), self._around.muted)
        indices = (maintainability(language.family, lines[each.line : each.end_line + 1]) for each in functions)
        return Examined(
            MeasuredFile(path, measure_file(tree, functions), functions),
            tuple(indices),
            tuple((one, lines[one.start.line].strip() if one.start.line < len(lines) else "") for one in found),
            len(lines),
            self._mentions(path, tree) if self._around.predicts_coverage else None,
        )

    @staticmethod
    def _mentions(path: str, tree: SyntaxTree) -> FileMentions | None:
        is_read = by_name(tree.language).family == PREDICTED_FAMILY
        return mentions(path, extract_facts(tree), tree.lines) if is_read else None


class _SteadyModules(ModuleSource):
    """Looks for each module once, where that costs a look at many files: nobody edits while a check runs."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._absent: set[tuple[str, str]] = set()
        self._known: LRUCache[tuple[str, str], Place] = LRUCache(_MOST_MODULES)

    def module(self, importer: str, name: str) -> Place | None:
        """The module that an import names; what it means depends on the importing file's folder alone."""
        key = (importer.rpartition("/")[0], name)
        if key in self._absent:
            return None
        found = self._known.get(key) or super().module(importer, name)
        if found is None:
            self._absent.add(key)
        else:
            self._known[key] = found
        return found


@contextmanager
def examination(around: Surroundings, paths: Sequence[str]) -> Iterator[Iterator[Examined | None]]:
    """What is examined of files, in their order; the work goes on in the background while nobody asks for it.

    Raises BeastError where a process that works on it dies.
    """
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if len(paths) < _FEW or processes == 1:
        examiner = Examiner(around)
        try:
            yield map(examiner.examine, paths)
        finally:
            examiner.close()
        return
    with _modules_only_from_our_path():
        pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (around,))
        try:
            yield pool.map(_examine, paths, chunksize=_AT_ONCE)
        except BrokenProcessPool as problem:
            raise BeastError("A process that looked at the code has died.", hint="Is there enough memory?") from problem
        finally:
            pool.shutdown(cancel_futures=True)


@contextmanager
def _modules_only_from_our_path() -> Iterator[None]:
    """A Python that is started now doesn't look for modules in the current folder, which is often the workspace."""
    before = os.environ.get("PYTHONSAFEPATH")
    os.environ["PYTHONSAFEPATH"] = "1"
    try:
        yield
    finally:
        if before is None:
            del os.environ["PYTHONSAFEPATH"]
        else:
            os.environ["PYTHONSAFEPATH"] = before


_own: list[Examiner] = []
"""The examiner of a process of the pool."""


def _begin(around: Surroundings) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then ends us.
    parent = parent_process()
    if parent is not None:
        # Who waits for work on a pipe that it holds itself would never hear that the parent was killed.
        threading.Thread(target=_end_with, args=(parent.join,), daemon=True).start()
    _own.append(Examiner(around))


def _end_with(wait: Callable[[], None]) -> None:
    wait()
    os._exit(1)


def _examine(path: str) -> Examined | None:
    return _own[0].examine(path)
