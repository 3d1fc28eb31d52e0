"""Inline suggestions: the ghost text at the cursor."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from beast_lsp.config import Option, option
from beast_lsp.engine.anchor import CLOSERS, Anchor
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.polish.characters import SHORTEST
from beast_lsp.engine.polish.closers import cover
from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.polish.pipeline import polish
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.tokens import is_word_character
from beast_lsp.features.gate import allows
from beast_lsp.router.router import Router
from beast_lsp.router.task import Answer, CancelToken, Candidate, Request, Task

if TYPE_CHECKING:
    from beast_lsp.features.feedback import Shown

INLINE: Option[bool] = option("inline.enabled", True, "Whether suggestions appear as ghost text while you type.")
MULTILINE: Option[bool] = option("inline.multiline", True, "Whether ghost text may be longer than one line.")
TYPED_THROUGH: Option[int] = option(
    "inline.typed_through",
    1,
    "How many characters of a suggestion you can type before the model thinks again; until then the rest of it stays "
    "as it is. More is steadier, fewer corrects itself sooner.",
    minimum=0,
    maximum=1_000,
)
_MOST_INVOKED = 3  # Who asks explicitly may cycle through this many.
_MOST_REMEMBERED = 200  # Documents whose last suggestion is kept.


class Tracker(Protocol):
    """Who follows what becomes of suggestions."""

    def shown(self, document: Document, shown: Shown) -> None:
        """A suggestion is about to be shown in this version of the document."""
        ...

    def live(self, uri: str) -> Shown | None:
        """The suggestion that the user still sees in the document."""
        ...


@dataclass(frozen=True, slots=True)
class Selected:
    """The item selected in the editor's menu: its text, and the range that it would replace."""

    text: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class InlineItem:
    """One suggestion: `text` for the range from `start` to `end`, which lies on one line. The id never changes."""

    id: str
    text: str
    start: Position
    end: Position


@dataclass(frozen=True, slots=True)
class _Live:
    """The last suggestion of a document, and where it began."""

    id: str
    text: str
    anchor: Anchor


class InlineFeature:
    """Asks the router, checks and repairs what it says, and tells the tracker what is shown.

    While the user types what the ghost text shows, its rest is shown with the same id and no model is asked, for
    as many characters as the setting says. Where the model then says the same, the suggestion stays the same one.
    """

    def __init__(self, router: Router, tracker: Tracker) -> None:
        self._router, self._tracker = router, tracker
        self._live: dict[str, _Live] = {}

    async def inline(  # noqa: PLR0913 - one argument for each thing that the protocol's request says.
        self,
        snapshot: Snapshot,
        document: Document,
        position: Position,
        *,
        invoked: bool,
        selected: Selected | None,
        cancel: CancelToken,
    ) -> list[InlineItem]:
        """The suggestions at the cursor, best first: one, or up to three for an explicit request.

        Empty in the middle of a word, where suggestions are switched off, and for a request that was withdrawn
        while the model ran. Raises CancelledRequest where the router does.
        """
        if not snapshot.config[INLINE] or not allows(snapshot.config, document) or _is_inside_word(document, position):
            return []
        rest, typed = self._rest(document, position) if not invoked and selected is None else (None, 0)
        if rest and typed <= snapshot.config[TYPED_THROUGH]:
            return [rest]
        request = _request(snapshot, document, position, invoked=invoked, selected=selected, cancel=cancel)
        answer = await self._router.ask(request)
        if cancel.cancelled:
            return []
        return self._items(request, answer, selected, rest)

    def forget(self, uri: str) -> None:
        """The document was closed."""
        self._live.pop(uri, None)

    def _rest(self, document: Document, position: Position) -> tuple[InlineItem | None, int]:
        """What is left of the live suggestion, where only its beginning was typed since, and how much that was."""
        last = self._live.get(document.uri)
        typed = last.anchor.typed(document, position) if last else None
        if last is None or typed is None or not last.text.startswith(typed):
            return None, 0
        live = self._tracker.live(document.uri)
        text = last.text[len(typed) :]
        if live is None or live.id != last.id or len(text.rstrip()) < SHORTEST:
            return None, 0
        return _item(last.id, text, position, Context(document, position)), len(typed)

    def _items(
        self, request: Request, answer: Answer, selected: Selected | None, rest: InlineItem | None
    ) -> list[InlineItem]:
        profile = request.snapshot.profiles.get(request.document.folder) if request.document.folder else None
        context = Context(request.document, request.position, multiline=request.multiline, profile=profile)
        items: list[InlineItem] = []
        for candidate in answer.candidates:
            text, item = _checked(candidate, context, selected)
            if item is None or any(_is_beginning(item.text, other.text) for other in items):
                continue
            if not items and rest and rest.text == item.text:
                item = rest
                self._remember(request, item.id, text)
            elif not items:
                self._remember(request, item.id, text)
                self._tell(request, answer, candidate, item)
            items.append(item)
            if len(items) == (_MOST_INVOKED if request.invoked else 1):
                break
        return items

    def _remember(self, request: Request, identity: str, text: str) -> None:
        """Keeps the first item, which is the one that the editor shows."""
        uri = request.document.uri
        self._live.pop(uri, None)
        while len(self._live) >= _MOST_REMEMBERED:
            del self._live[next(iter(self._live))]
        self._live[uri] = _Live(identity, text, Anchor.at(request.document, request.position))

    def _tell(self, request: Request, answer: Answer, candidate: Candidate, item: InlineItem) -> None:
        from beast_lsp.features.feedback import Shown  # noqa: PLC0415 - it loads the store, which start-up has no time for.

        document = request.document
        shown = Shown(
            id=item.id,
            text=item.text,
            start=item.start,
            end=item.end,
            task=Task.INLINE.value,
            model=candidate.backend,
            language=document.language,
            latency_ms=answer.milliseconds,
            probability=candidate.probability,
        )
        self._tracker.shown(document, shown)


def _is_beginning(one: str, other: str) -> bool:
    """Whether one text begins the other: who cycles through them would see the same twice."""
    return one.startswith(other) or other.startswith(one)


def _is_inside_word(document: Document, position: Position) -> bool:
    line = document.lines[position.line] if position.line < len(document.lines) else None
    if line is None or position.column > len(line.rstrip("\r\n")):
        return True  # The position isn't in the document at all.
    return position.column < len(line) and is_word_character(line[position.column])


def _request(  # noqa: PLR0913 - it packs `inline`'s arguments.
    snapshot: Snapshot,
    document: Document,
    position: Position,
    *,
    invoked: bool,
    selected: Selected | None,
    cancel: CancelToken,
) -> Request:
    rest = document.lines[position.line][position.column :].strip()
    return Request(
        Task.INLINE,
        snapshot,
        document,
        position,
        invoked=invoked,
        # A block in the middle of a line would tear it apart.
        multiline=snapshot.config[MULTILINE] and not rest.strip(CLOSERS + ";,"),
        selected=selected.text if selected else None,
        limit=_MOST_INVOKED,
        cancel=cancel,
    )


def _checked(candidate: Candidate, context: Context, selected: Selected | None) -> tuple[str, InlineItem | None]:
    """The candidate's text as it may be inserted, and its item; None where it may not be shown."""
    inserted = _insertion(candidate, context)
    text = polish(inserted, context) if inserted else None
    if not text:
        return "", None
    item = _item(secrets.token_hex(8), text, context.position, context)
    return text, _extending(item, selected, context) if selected else item


def _insertion(candidate: Candidate, context: Context) -> str | None:
    """The candidate as text to insert at the cursor; None where it would change what is typed already."""
    typed = context.before[len(context.before) - candidate.replaces :] if candidate.replaces else ""
    return candidate.text[len(typed) :] if candidate.text.startswith(typed) else None


def _item(identity: str, text: str, position: Position, context: Context) -> InlineItem:
    end = Position(position.line, position.column + cover(text, context))
    return InlineItem(identity, text, position, end)


def _extending(item: InlineItem, selected: Selected, context: Context) -> InlineItem | None:
    """The item over the range of the menu's item, whose text it has to begin with; None where it doesn't."""
    if selected.start.line != item.start.line or selected.start > item.start:
        return None
    text = context.before[selected.start.column :] + item.text
    if not text.startswith(selected.text) or text == selected.text:
        return None
    return InlineItem(item.id, text, selected.start, max(selected.end, item.end))
