"""The ordinary completion list: what the models expect here, as entries of a menu."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from beast_lsp.config import Option, option
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.secrets import contains_secret
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.tokens import is_word_character
from beast_lsp.features.gate import allows
from beast_lsp.router.router import Router
from beast_lsp.router.task import Answer, CancelToken, Candidate, Request, Task

if TYPE_CHECKING:
    from beast_lsp.features.feedback import Shown

COMPLETION: Option[bool] = option("completion.enabled", True, "Whether the completion menu has entries of ours.")
OTHER_SERVERS: Option[list[str]] = option(
    "completion.other_servers",
    [],
    "Languages whose plain names another language server (pyright, rust-analyzer) lists already, or `*` for all: there "
    "the menu gets only entries of several tokens, and after the other server's.",
)
MOST_ENTRIES: Option[int] = option(
    "completion.limit", 20, "The greatest number of entries in the completion menu.", minimum=1, maximum=200
)
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class CompletionEntry:
    """One entry: `text` for the range from `start` to `end`, which lies on the cursor's line.

    `kind` is a word such as "variable" or "method"; `sort_text` and `filter_text` are the protocol's.
    """

    id: str
    label: str
    text: str
    kind: str
    detail: str
    start: Position
    end: Position
    sort_text: str
    filter_text: str
    preselect: bool = False


@dataclass(frozen=True, slots=True)
class CompletionResult:
    """The entries, best first; `incomplete` asks the client to ask again when more is typed."""

    items: tuple[CompletionEntry, ...] = ()
    incomplete: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """The cursor and the word around it: what of it stands before the cursor, and what after."""

    cursor: Position
    typed: str
    rest: str


class MenuTracker(Protocol):
    """Who stores what is accepted of the menu."""

    def listed(self, document: Document, entries: Sequence[Shown]) -> None:
        """The menu is about to show these entries."""
        ...


class CompletionFeature:
    """Turns the router's answers into entries. `resolve` knows the entries of the last two lists."""

    def __init__(self, router: Router, tracker: MenuTracker) -> None:
        self._router, self._tracker = router, tracker
        self._lists: list[dict[str, Candidate]] = []

    async def complete(
        self, snapshot: Snapshot, document: Document, position: Position, *, invoked: bool, cancel: CancelToken
    ) -> CompletionResult:
        """The menu's entries at the cursor. Raises CancelledRequest where the router does."""
        config = snapshot.config
        if not config[COMPLETION] or not allows(config, document):
            return CompletionResult()
        place = _place(document, position)
        if place is None or (not invoked and _is_number(place.typed)):
            return CompletionResult()
        limit = config[MOST_ENTRIES]
        request = Request(
            Task.COMPLETION, snapshot, document, position, invoked=invoked, multiline=False, limit=limit, cancel=cancel
        )
        answer = await self._router.ask(request)
        if cancel.cancelled:
            return CompletionResult(incomplete=True)
        is_second = any(name in {"*", document.language} for name in config[OTHER_SERVERS])
        offered = [each for each in _distinct(answer.candidates, place) if _is_offered(each, place, is_second)][:limit]
        items = tuple(_entry(each, place, number, is_second) for number, each in enumerate(offered))
        self._lists = [dict(zip((item.id for item in items), offered, strict=True)), *self._lists[:1]]
        self._tracker.listed(document, [_shown(*pair, answer, document) for pair in zip(items, offered, strict=True)])
        # The models rank anew with every character, and may still be loading when they say nothing.
        return CompletionResult(items, incomplete=True)

    def resolve(self, identity: str) -> str:
        """Documentation of an entry, as Markdown; empty for one that is no longer known."""
        for known in self._lists:
            if candidate := known.get(identity):
                return _documentation(candidate)
        return ""


def _place(document: Document, position: Position) -> _Place | None:
    """The word around the cursor; None where the position is outside the document."""
    line = document.lines[position.line].rstrip("\r\n") if position.line < len(document.lines) else ""
    if position.line >= len(document.lines) or position.column > len(line):
        return None
    start = end = position.column
    while start and is_word_character(line[start - 1]):
        start -= 1
    while end < len(line) and is_word_character(line[end]):
        end += 1
    return _Place(position, line[start : position.column], line[position.column : end])


def _is_number(typed: str) -> bool:
    return typed[:1].isdigit()


def _is_offered(candidate: Candidate, place: _Place, is_second: bool) -> bool:
    """Whether an entry is worth its line: one that changes something, in one line, and holds no secret."""
    text = _full_text(candidate, place)
    if not text.strip() or "\n" in text or "\r" in text or not text.isprintable() or text == place.typed + place.rest:
        return False
    if is_second and all(map(is_word_character, text)):
        return False
    return len(text) < 8 or not contains_secret(text)


def _full_text(candidate: Candidate, place: _Place) -> str:
    """The candidate's text from the word's start on."""
    kept = len(place.typed) - candidate.replaces
    return (place.typed[:kept] if kept > 0 else "") + candidate.text


def _distinct(candidates: Sequence[Candidate], place: _Place) -> list[Candidate]:
    """The first candidate of each text from the word's start on."""
    found: dict[str, Candidate] = {}
    for candidate in candidates:
        found.setdefault(_full_text(candidate, place), candidate)
    return list(found.values())


def _entry(candidate: Candidate, place: _Place, number: int, is_second: bool) -> CompletionEntry:
    text = _full_text(candidate, place)
    label = text.strip()
    line, column = place.cursor
    return CompletionEntry(
        id=secrets.token_hex(8),
        label=label if len(label) <= _LONGEST_LABEL else label[: _LONGEST_LABEL - 1] + "…",
        text=text,
        kind=candidate.kind,
        detail=candidate.detail,
        start=Position(line, column - len(place.typed)),
        # The rest of the word goes only if the text says it too: who types before a word keeps it.
        end=Position(line, column + (len(place.rest) if place.rest and text.endswith(place.rest) else 0)),
        # A tilde sorts after what other servers write (digits, letters, underscores).
        sort_text=f"{'~' if is_second else ''}{number:04}",
        filter_text=text,
    )


def _shown(entry: CompletionEntry, candidate: Candidate, answer: Answer, document: Document) -> Shown:
    from beast_lsp.features.feedback import Shown  # noqa: PLC0415 - it loads the store, which start-up has no time for.

    return Shown(
        id=entry.id,
        text=entry.text,
        start=entry.start,
        end=entry.end,
        task=Task.COMPLETION.value,
        model=candidate.backend,
        language=document.language,
        latency_ms=answer.milliseconds,
        probability=candidate.probability,
    )


def _documentation(candidate: Candidate) -> str:
    source = candidate.detail or f"From the {candidate.backend} model."
    return f"```\n{candidate.text}\n```\n{source}"
