"""What a function, a class or a module does, put together from facts, and in an endpoint's words where there is one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.engine.docs.explain.gather import python_subject
from beast_lsp.engine.docs.explain.model import Covered, Link, Past, Risk, Subject
from beast_lsp.engine.docs.explain.others import other_subject
from beast_lsp.engine.docs.explain.sentences import explanation
from beast_lsp.engine.document import Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.secrets import redact
from beast_lsp.errors import BeastError, CancelledRequest
from beast_lsp.router.task import Request, Task
from beast_lsp.store.coverage import WorkspaceCoverage
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.sources import ProgramSources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from beast_lsp.engine.document import Document
    from beast_lsp.engine.quality.rating import FileRating, Rating
    from beast_lsp.engine.quality.standing import Standing
    from beast_lsp.engine.scopes.facts import Definition
    from beast_lsp.engine.snapshot import Snapshot
    from beast_lsp.features.quality import QualityFeature
    from beast_lsp.router.lanes import Lanes
    from beast_lsp.router.router import Router
    from beast_lsp.router.task import CancelToken

ENABLED: Option[bool] = option(
    "explain.enabled", True, "Whether the menu of code actions, and hover, offer to explain what code does."
)
_KINDS = {"function": "function", "method": "function", "class": "class"}


@dataclass(frozen=True, slots=True)
class Explanation:
    """The Markdown, and in one line what it is about. `place` is where that begins."""

    title: str
    markdown: str
    place: Link


@dataclass(frozen=True, slots=True)
class Offer:
    """What could be explained at a line: the title of the action, and the line (from 0 on); None for the module."""

    title: str
    line: int | None


class ExplainingFeature:
    """Explains code. To be used on the event loop; the work is done in the lanes.

    `quality` rates documents and `standing` knows the past of a folder's code; without them neither is told.
    """

    def __init__(
        self,
        lanes: Lanes,
        router: Router | None = None,
        quality: QualityFeature | None = None,
        standing: Callable[[Path], Standing | None] = lambda _: None,
    ) -> None:
        self._lanes = lanes
        self._router = router
        self._quality = quality
        self._standing = standing
        self._known: dict[Path, tuple[ProgramSources, Program]] = {}

    async def explain(
        self, snapshot: Snapshot, document: Document, line: int | None, cancel: CancelToken
    ) -> Explanation:
        """What the innermost function or class around a line does, or the module. Raises BeastError where none can say.

        CancelledRequest where a newer question takes the place of this one.
        """
        folder, path = document.folder, _path_of(document)
        if folder is None or path is None:
            raise BeastError("The file lies in no open folder.", hint="Open the folder of its project.")
        work = partial(self._subject, snapshot, document, line)
        subject = await self._lanes.run(("explain", document.uri), work, cancel)
        if subject is None:
            raise BeastError(f"{path} can't be explained: no facts are known of its language.")
        rating = await self._rating(snapshot, document)
        subject = _rated(subject, rating, self._standing(folder), has_line=line is not None)
        uri = (folder / path).as_uri()
        text = explanation(subject, lambda link: _uri(folder, link))
        # Where the folder lies on this machine is nobody else's business.
        plain = explanation(subject, lambda link: f"{link.path}#L{link.line + 1}")
        words = await self._words(snapshot, document, subject, plain, cancel)
        title = f"{subject.kind} {subject.name}"
        return Explanation(title, redact(words + text), replace(subject.place, path=uri))

    async def _rating(self, snapshot: Snapshot, document: Document) -> FileRating | None:
        try:
            return await self._quality.rate(snapshot, document) if self._quality is not None else None
        except CancelledRequest:
            return None  # The rating of a newer version is under way; this one goes without.

    async def _words(
        self, snapshot: Snapshot, document: Document, subject: Subject, facts: str, cancel: CancelToken
    ) -> str:
        """A paragraph by an endpoint of the owner's, marked as such; empty where none may, or none does."""
        if self._router is None:
            return ""
        last = min(subject.end_line, len(document.lines) - 1)
        end = Position(last, len(document.lines[last]))
        about = f"{facts}\n\n{''.join(document.lines[subject.place.line : last + 1])}"
        request = Request(Task.EXPLAIN, snapshot, document, end, invoked=True, about=about, cancel=cancel)
        answer = await self._router.ask(request)
        for one in answer.candidates:
            quoted = "\n".join(f"> {line}".rstrip() for line in one.text.strip().splitlines())
            return f"{quoted}\n>\n> *In the words of {one.backend}, which may err. What follows are facts.*\n\n"
        return ""

    def _subject(self, snapshot: Snapshot, document: Document, line: int | None) -> Subject | None:
        folder, path = document.folder, _path_of(document)
        if folder is None or path is None:
            return None
        program = self._program(snapshot, folder)
        is_python = by_name(document.language).family == "python"
        subject = (python_subject if is_python else other_subject)(program, path, line)
        if subject is None or subject.kind == "module":
            return subject
        share = WorkspaceCoverage(folder).share(path, subject.place.line, subject.end_line, document.lines)
        if share is None or share.is_stale:
            return subject
        return replace(subject, covered=Covered(share.share, share.report))

    def _program(self, snapshot: Snapshot, folder: Path) -> Program:
        """The workspace with its open documents. What an earlier one has read and parsed is taken over."""
        opened = dict(_opened(snapshot, folder))
        sources, program = self._known.get(folder, (None, None))
        sources = ProgramSources(folder, opened.get, IndexOptions.of(snapshot.config), sources)
        program = Program(sources, program)
        self._known[folder] = sources, program
        return program


def offer(definitions: Sequence[Definition], line: int) -> Offer:
    """What could be explained at a line: the innermost function or class around it, else the module."""
    around = [one for one in definitions if one.kind in _KINDS and one.line <= line <= one.end_line]
    inner = max(around, key=lambda one: (one.line, -one.end_line), default=None)
    if inner is None:
        return Offer("Explain this module", None)
    return Offer(f"Explain the {_KINDS[inner.kind]} {inner.name}", inner.line)


def _rated(subject: Subject, rating: FileRating | None, standing: Standing | None, *, has_line: bool) -> Subject:
    """The subject with its risk and its past."""
    is_module = subject.kind == "module"
    if rating is None or rating.is_test:
        return subject
    rated = rating.whole if is_module else _of_function(rating, subject) if has_line else None
    if rated is None:
        return subject
    subject = replace(subject, risk=Risk(rated.score, rated.word, rated.risk, tuple(rated.shown)))
    if standing is None or not standing.has_past:
        return subject
    changes, fixes, authors, _, age, _ = standing.past(rating.path, "" if is_module else rated.name)
    return replace(subject, past=Past(int(changes), int(fixes), int(authors), float(age)))


def _of_function(rating: FileRating, subject: Subject) -> Rating | None:
    """The rating of the very function; a class has none of its own."""
    lines = {subject.place.line, *range(max(0, subject.place.line - 5), subject.place.line)}
    ends = (one for one in rating.functions if one.end_line == subject.end_line and one.line in lines)
    last = subject.name.rpartition(".")[2]
    return next((one for one in ends if one.name.partition("#")[0].rpartition(".")[2] == last), None)


def _path_of(document: Document) -> str | None:
    if document.folder is None or document.path is None or not document.path.is_relative_to(document.folder):
        return None
    return document.path.relative_to(document.folder).as_posix()


def _opened(snapshot: Snapshot, folder: Path) -> Iterator[tuple[str, Sequence[str]]]:
    for document in snapshot.documents.values():
        path = _path_of(document)
        if document.folder == folder and path is not None:
            yield path, document.lines


def _uri(folder: Path, link: Link) -> str:
    return f"{(folder / link.path).as_uri()}#L{link.line + 1}"
