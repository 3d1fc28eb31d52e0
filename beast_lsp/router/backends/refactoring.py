"""The refactorings as a model of the task `refactor`: engines that compute, in this process, what a plan is.

A plan comes through the net (`engine.refactors.registry`) or not at all. Whatever else answers this task has to give
its edits to the same net: the registry knows no other way to a plan.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection, Iterator, Sequence
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

    def _offers(self, request: Request, wanted: Wanted) -> tuple[Offer, ...]:
        deadline = time.perf_counter() + wanted.milliseconds / 1000
        site = self._site(request, wanted)
        if wanted.name is not None:
            one = registry.by_name(wanted.name)
            found = [_single(one, site, wanted)] if one is not None and _fits(one, request.document) else []
        else:
            found = list(_menu(request, wanted, site, lambda: time.perf_counter() < deadline))
        return tuple(offer for offer in found if offer is not None)

    def _site(self, request: Request, wanted: Wanted) -> Site:
        document = request.document
        folder, path = document.folder, path_in_folder(document)
        if folder is None or path is None:
            raise RefactoringRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        program = self._program(request, folder)
        module = program.module(path)
        if module is None:
            raise RefactoringRefused(f"{path} can't be parsed.", hint="It may be too large, or of another language.")
        start, end = (offset(module.tree, place) for place in (request.position, wanted.end))
        return Site(program, path, start, end, wanted.options)

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


def _menu(request: Request, wanted: Wanted, site: Site, has_time: Callable[[], bool]) -> Iterator[Offer | None]:
    for one in registry.REFACTORINGS:
        if request.cancel.cancelled:
            raise CancelledRequest("The request was withdrawn.")
        if _fits(one, request.document) and is_wanted(one.kind, wanted.kinds):
            yield registry.look(one, site, has_time)


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
