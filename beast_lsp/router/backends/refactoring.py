"""The refactorings as a model of the task `refactor`: engines that compute, in this process, what a plan is.

A plan comes through the net (`engine.refactors.registry`) or not at all. Whatever else answers this task has to give
its edits to the same net: the registry knows no other way to a plan.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.registry import Offer
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.errors import CancelledRequest, RefactoringRefused
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import Answer, Egress, Request, Task, Wanted
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.sources import ProgramSources

RENAME_KIND = "refactor.rename"
"""What the editor has a request of its own for, so that no menu holds it."""
_MOMENT = 2.0  # seconds that a program serves menus.


@dataclass(frozen=True, slots=True)
class _Moment:
    """A program, and what it was made of at a time of the monotonic clock."""

    folder: Path
    opened: Mapping[str, Sequence[str]]
    time: float
    program: Program


class _Pace:
    """How long the net takes for a byte of the file, as measured: a run can't be broken off once it has begun."""

    def __init__(self) -> None:
        self._seconds = 3e-6

    @contextmanager
    def measured(self, size: int) -> Iterator[_Run]:
        """Lets one refactoring be looked at in a file of so many bytes."""
        run = _Run(size * self._seconds)
        yield run
        if run.began is not None and size:
            seconds = (time.perf_counter() - run.began) / size
            # A slow one counts at once, quick ones (a refusal is one) only by and by.
            self._seconds = max(seconds, 0.9 * self._seconds + 0.1 * seconds)


@dataclass(slots=True)
class _Run:
    """One look: `expected` is how many seconds the net will take, `began` when it did, if it did."""

    expected: float
    began: float | None = None

    def fits(self, deadline: float) -> bool:
        """Whether the net will be done by the deadline; if so, it begins now."""
        now = time.perf_counter()
        if now + self.expected > deadline:
            return False
        self.began = now
        return True


class RefactoringBackend:
    """Runs the refactorings in the lanes, over the open documents as the request saw them, and the files."""

    name = "refactorings"
    tasks = frozenset({Task.REFACTOR})
    egress = Egress.PROCESS
    expected_ms = 20.0
    cost = 0.0

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._known: dict[Path, tuple[ProgramSources, Program]] = {}
        self._newest: _Moment | None = None
        self._one_menu = threading.Lock()
        self._pace = _Pace()

    async def answer(self, request: Request) -> Answer:
        """The offers at a place of a document. Raises RefactoringRefused for a document that can't be worked on."""
        wanted = request.wanted
        if wanted is None:
            return Answer(self.name)
        # One menu, and one plan, of a document at a time: a newer question takes the place of an older one.
        key = ("refactor", request.document.uri, wanted.name is None)
        work = partial(self._offers, request, wanted)
        offers = await self._lanes.run(key, work, request.cancel, background=wanted.is_background)
        return Answer(self.name, offers=offers)

    @contextmanager
    def site(self, request: Request, wanted: Wanted) -> Iterator[Site]:
        """The place of a request in its workspace; one menu looks at it at a time. Raises RefactoringRefused."""
        if wanted.name is not None:
            yield self._site(request, wanted, self._program)
            return
        with self._one_menu:
            yield self._site(request, wanted, self._program_of_now)

    def _offers(self, request: Request, wanted: Wanted) -> tuple[Offer, ...]:
        if wanted.name is None:
            with self._one_menu:
                found = list(self._menu(request, wanted))
        else:
            one, site = registry.by_name(wanted.name), self._site(request, wanted, self._program)
            found = [_single(one, site, wanted)] if one is not None and _fits(one, request.document) else []
        return tuple(offer for offer in found if offer is not None)

    def _menu(self, request: Request, wanted: Wanted) -> Iterator[Offer | None]:
        deadline = time.perf_counter() + wanted.milliseconds / 1000
        site = self._site(request, wanted, self._program_of_now)
        size = len(site.module.tree.source)
        for one in registry.REFACTORINGS:
            if request.cancel.cancelled:
                raise CancelledRequest("The request was withdrawn.")
            if one.kind != RENAME_KIND and _fits(one, request.document) and is_wanted(one.kind, wanted.kinds):
                with self._pace.measured(size) as run:
                    yield registry.look(one, site, partial(run.fits, deadline))

    def _site(self, request: Request, wanted: Wanted, program_of: Callable[[Request, Path], Program]) -> Site:
        document = request.document
        folder, path = document.folder, path_in_folder(document)
        if folder is None or path is None:
            raise RefactoringRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        program = program_of(request, folder)
        module = program.module(path)
        if module is None:
            raise RefactoringRefused(f"{path} can't be parsed.", hint="It may be too large, or of another language.")
        start, end = (offset(module.tree, place) for place in (request.position, wanted.end))
        return Site(program, path, start, end, wanted.options)

    def _program_of_now(self, request: Request, folder: Path) -> Program:
        """The same for a menu, which nothing is done by: while only the cursor moves, it stays for a moment."""
        opened, now = _open(request, folder), time.monotonic()
        newest = self._newest
        if newest is None or newest.folder != folder or now - newest.time > _MOMENT or not _same(newest.opened, opened):
            newest = self._newest = _Moment(folder, opened, now, self._program(request, folder))
        return newest.program

    def _program(self, request: Request, folder: Path) -> Program:
        """The workspace as the request saw it. What an earlier one has read and parsed is taken over."""
        sources, program = self._known.get(folder, (None, None))
        opened = _open(request, folder).get
        sources = ProgramSources(folder, opened, IndexOptions.of(request.config), sources)
        program = Program(sources, program)
        self._known[folder] = sources, program
        return program


def path_in_folder(document: Document) -> str | None:
    """The path of a document in its workspace folder, with "/"; None where it is no file of one."""
    if document.folder is None or document.path is None or not document.path.is_relative_to(document.folder):
        return None
    return document.path.relative_to(document.folder).as_posix()


def offset(tree: SyntaxTree, position: Position) -> int:
    """The byte of a tree's source at a place in its lines."""
    row, column = tree.point(position)
    start = 0
    for _ in range(row):
        start = tree.source.index(b"\n", start) + 1
    return start + column


def _single(one: Refactoring, site: Site, wanted: Wanted) -> Offer | None:
    return registry.look(one, site, lambda: False) if wanted.is_glance else registry.attempt(one, site)


def _same(old: Mapping[str, Sequence[str]], new: Mapping[str, Sequence[str]]) -> bool:
    return old.keys() == new.keys() and all(old[path] is new[path] for path in old)


def is_wanted(kind: str, kinds: Collection[str] | None) -> bool:
    """Whether a code action kind is one of some kinds, or lies below one; None stands for all."""
    return kinds is None or any(not each or kind == each or kind.startswith(f"{each}.") for each in kinds)


def _fits(refactoring: Refactoring, document: Document) -> bool:
    return by_name(document.language).family in refactoring.families


def _open(request: Request, folder: Path) -> dict[str, Sequence[str]]:
    """The lines of the open documents of a folder, by path: they stand for their files."""
    found = {}
    for document in request.snapshot.documents.values():
        path = path_in_folder(document)
        if document.folder == folder and path is not None:
            found[path] = document.lines
    return found
