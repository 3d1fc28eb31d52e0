"""Refactorings as a user sees them: the menu at a place, one plan, and what a plan will touch."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from beast_lsp.config import Option, option
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.docs.actions import DOCUMENTATION, NAMES
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.net.reverse import certain, edited, reverse_edits
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.engine.refactors.registry import REFACTORINGS
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.ruff_fixes import KINDS, ruff_text
from beast_lsp.router.task import CancelToken, Request, Task, Wanted

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.engine.refactors.registry import Offer
    from beast_lsp.engine.snapshot import Snapshot
    from beast_lsp.router.router import Router

ENABLED: Option[bool] = option(
    "refactoring.enabled", True, "Whether refactorings are offered: the menu of code actions, and rename."
)
_MENU_MILLISECONDS = 35.0  # The rest of the 50 that a menu may take is for the way to the user.
RENAME = "rename"
_WORD = re.compile(r"\w+")
# `def name(`, `name = `, `name := ` and their like in the other languages; neither `==` nor `name=` of an argument.
_DEFINED = re.compile(r"\b(?:def|fn|func|function)\s+(?P<name>\w+)|\b(?P<bound>\w+)(?::\s*\w+)?\s+:?=\s")
_PLACE = re.compile(r"(?P<file>.+):(?P<line>\d+):(?P<column>\d+)(?:-(?P<end_line>\d+):(?P<end_column>\d+))?")


@dataclass(frozen=True, slots=True)
class Selection:
    """The place that a refactoring is asked for: a cursor where `start` is `end`."""

    document: Document
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a file, as the user wrote it."""

    path: str
    start: Position
    end: Position

    def within(self, lines: Sequence[str]) -> tuple[Position, Position]:
        """Start and end in a text: what lies behind the end of a line, or of all, is that end."""
        start, end = (_within(lines, place) for place in (self.start, self.end))
        return start, end


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One refactoring that applies at a place. `refusal` says why it can't be done there, and what would work."""

    name: str
    kind: str
    title: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class NameAt:
    """A name in a document, from `start` to `end`."""

    name: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class Touched:
    """What a plan will touch: files, and edits by certainty. `tests` are those of the files that hold tests."""

    files: tuple[str, ...]
    tests: tuple[str, ...]
    certain: int = 0
    probable: int = 0
    textual: int = 0
    created: tuple[str, ...] = ()
    deleted: tuple[str, ...] = ()
    moved: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether it is more than edits of one file."""
        return len(self.files) > 1 or bool(self.created or self.deleted or self.moved)

    def lines(self) -> list[str]:
        """The same in words, the most important first."""
        counts = [f"{_counted(self.certain, 'edit')} in {_counted(len(self.files), 'file')}"] if self.files else []
        counts += [f"{self.probable} probable"] if self.probable else []
        counts += [f"{self.textual} in strings, comments or documents"] if self.textual else []
        said = [f"{', '.join(counts)}{_listed(self.files)}"] if counts else []
        said += [f"Test files among them: {_some(self.tests)}"] if self.tests else []
        said += [f"New: {_some(self.created)}"] if self.created else []
        said += [f"Moved: {_some([f'{old} to {new}' for old, new in self.moved.items()])}"] if self.moved else []
        said += [f"Deleted: {_some(self.deleted)}"] if self.deleted else []
        return [*said, *self.notes]


class NothingToDo(RefactoringRefused):
    """The code is already what the refactoring would make of it."""


class RefactoringFeature:
    """Asks the router for refactorings. To be used on the event loop; the work is done in the lanes."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def menu(
        self,
        snapshot: Snapshot,
        place: Selection,
        kinds: Collection[str] | None,
        cancel: CancelToken,
        *,
        is_asked: bool = True,
    ) -> list[MenuItem]:
        """What applies at a place, of some kinds of code actions or of all; rename has a request of its own.

        Unless the user asked (`is_asked`), everything else goes first. What could not be held against the net in time
        is in the menu all the same; its `plan` may then be refused. Raises CancelledRequest.
        """
        if not snapshot.config[ENABLED]:
            return []
        wanted = Wanted(place.end, kinds=kinds, milliseconds=_MENU_MILLISECONDS, is_background=not is_asked)
        try:
            offers = await self._ask(snapshot, place, wanted, cancel)
        except RefactoringRefused:
            return []  # Nothing can be done with the document at all.
        items = [_item(offer) for offer in offers if offer.refactoring.name != RENAME]
        return [*items, *await self._ruff_items(snapshot, place, kinds or (), cancel)]

    async def _ruff_items(
        self, snapshot: Snapshot, place: Selection, kinds: Collection[str], cancel: CancelToken
    ) -> list[MenuItem]:
        """What ruff would do with the file, for who asks for it by kind: it takes too long for every menu."""
        items = []
        for name, kind in KINDS.items() if by_name(place.document.language).family == "python" else ():
            if not any(each and (kind == each or kind.startswith(f"{each}.")) for each in kinds):
                continue
            try:
                plan = await self.plan(snapshot, place, name, {}, cancel)
                items.append(MenuItem(name, kind, plan.title))
            except NothingToDo:
                continue
            except RefactoringRefused as refusal:
                items.append(MenuItem(name, kind, _titled(name), str(refusal)))
        return items

    async def _ruff_text(self, place: Selection, name: str) -> str:
        """What ruff makes of the document. Raises RefactoringRefused, and NothingToDo where it leaves it as it is."""
        document, text = place.document, place.document.text
        if document.folder is None or document.path is None:
            raise RefactoringRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        path = document.path.relative_to(document.folder).as_posix()
        made = await asyncio.to_thread(ruff_text, name, document.folder, path, text)
        if made == text:
            raise NothingToDo("Ruff has nothing to change here.")
        return made

    async def plan(
        self, snapshot: Snapshot, place: Selection, name: str, options: Mapping[str, str], cancel: CancelToken
    ) -> Plan:
        """The plan of one refactoring. Raises RefactoringRefused with the reason, and CancelledRequest."""
        if name in KINDS:
            options = {**options, "text": await self._ruff_text(place, name)}
        offers = await self._ask(snapshot, place, Wanted(place.end, name, options), cancel)
        offer = next(iter(offers), None)
        if offer is None:
            raise RefactoringRefused(f"{_titled(name)} does not apply at this place.")
        if offer.refusal is not None:
            raise offer.refusal
        if offer.plan is None:
            raise RefactoringRefused(f"{_titled(name)} gave no plan.", hint="Try it again.")
        return offer.plan

    async def name_at(self, snapshot: Snapshot, place: Selection, cancel: CancelToken) -> NameAt:
        """The name at a place, where it may be renamed. Raises RefactoringRefused with the reason, CancelledRequest."""
        offers = await self._ask(snapshot, place, Wanted(place.end, RENAME, is_glance=True), cancel)
        offer = next(iter(offers), None)
        if offer is not None and offer.refusal is not None:
            raise offer.refusal
        row, column = place.start
        for start, word in _placed_words(place.document.lines[row]):
            if offer is not None and start <= column <= start + len(word) and word == offer.title:
                return NameAt(word, Position(row, start), Position(row, start + len(word)))
        raise RefactoringRefused("There is no name here that can be renamed.")

    async def _ask(
        self, snapshot: Snapshot, place: Selection, wanted: Wanted, cancel: CancelToken
    ) -> tuple[Offer, ...]:
        task = Task.DOCS if wanted.name in NAMES else Task.REFACTOR
        request = Request(task, snapshot, place.document, place.start, wanted=wanted, cancel=cancel)
        return (await self._router.ask(request)).offers


def known_refactorings() -> list[dict[str, Any]]:
    """Every refactoring, and what documents, by name: its kind, its languages, its options, each with a sentence."""
    return [
        {"name": one.name, "kind": one.kind, "languages": sorted(one.families), "options": dict(one.options)}
        for one in sorted((*REFACTORINGS, *DOCUMENTATION), key=lambda each: each.name)
    ]


def read_place(text: str) -> Place | None:
    """What FILE:LINE:COL or FILE:LINE:COL-LINE:COL says, where lines and columns count from 1; None for other texts."""
    found = _PLACE.fullmatch(text)
    if found is None:
        return None
    start = Position(int(found["line"]) - 1, int(found["column"]) - 1)
    end = Position(int(found["end_line"]) - 1, int(found["end_column"]) - 1) if found["end_line"] else start
    return Place(found["file"], start, end) if min(*start, *end) >= 0 and start <= end else None


def without_doubtful(plan: Plan) -> Plan:
    """The plan with its certain edits alone."""
    kept = {path: tuple(edit for edit in edits if not edit.certainty) for path, edits in plan.edits.items()}
    return replace(plan, edits={path: edits for path, edits in kept.items() if edits})


def doubtful_places(plan: Plan) -> str:
    """Where the edits stand that are not certain, by file and line from 1 on; in words, so not all of many."""
    places = [f"{path}:{edit.start.line + 1}" for path, edits in plan.edits.items() for edit in edits if edit.certainty]
    return _some(list(dict.fromkeys(places)), most=20)


def touched(plan: Plan) -> Touched:
    """What a plan will touch."""
    counts = dict.fromkeys(Certainty, 0)
    for edits in plan.edits.values():
        for edit in edits:
            counts[edit.certainty] += 1
    files = tuple(sorted(plan.edits))
    return Touched(
        files,
        tuple(filter(is_test, files)),
        counts[Certainty.CERTAIN],
        counts[Certainty.PROBABLE],
        counts[Certainty.TEXTUAL],
        tuple(sorted(plan.created)),
        tuple(sorted(plan.deleted)),
        plan.moved,
        plan.notes,
    )


def new_name(plan: Plan) -> tuple[str, Position] | None:
    """The path and the place, after the plan, of the name that it defines first; None where it defines none."""
    for path, edits in plan.edits.items():
        sure = certain(edits)
        after = split_lines(edited(plan.before[path], sure))
        for edit, there in zip(sure, reverse_edits(plan.before[path], sure), strict=True):
            found = _DEFINED.search(edit.text)
            if found is not None:
                before = split_lines(edit.text[: found.start(found.lastgroup or 0)])
                column = len(before[-1]) + (there.start.column if len(before) == 1 else 0)
                return path, _within(after, Position(there.start.line + len(before) - 1, column))
    return None


def _placed_words(text: str) -> Iterator[tuple[int, str]]:
    return ((match.start(), match[0]) for match in _WORD.finditer(text))


def _within(lines: Sequence[str], place: Position) -> Position:
    row = min(place.line, len(lines) - 1)
    return Position(row, min(place.column, len(lines[row].rstrip("\r\n"))))


def _item(offer: Offer) -> MenuItem:
    one = offer.refactoring
    return MenuItem(one.name, one.kind, offer.title or _titled(one.name), str(offer.refusal or ""))


def _titled(name: str) -> str:
    return name.replace("-", " ").replace("_", " ").capitalize()


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"


def _listed(files: Collection[str]) -> str:
    return f": {_some(files)}" if files else ""


def _some(names: Collection[str], most: int = 8) -> str:
    shown = list(names)[:most]
    return ", ".join([*shown, *([f"and {len(names) - most} more"] if len(names) > most else [])])
