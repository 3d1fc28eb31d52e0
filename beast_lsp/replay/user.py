"""The simulated user: retypes a body character by character and accepts a suggestion that is right.

The user knows nothing of LSP. Whatever suggests is a `Suggester`: the server behind a client, a backend in
the same process (training), or a few lines in a test.

The rules: indentation after a typed newline is free, as editors give it. After every change the user asks
once. They accept exactly when the text to come starts with what is shown and at least 2 characters of it
are; an acceptance costs one key. Such a user never errs and never hesitates, so the figures are upper
bounds: they compare versions of this server, and say nothing beside telemetry of real users. `UserModel`
gives one who types on through a right suggestion every so often, or doesn't wait for a late one.
"""

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from beast_lsp.engine.document import Position
from beast_lsp.replay.cases import Case, moved

SHORTEST_ACCEPTED = 2


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What is shown: `text` would replace what stands between `start` and `end` (both the cursor where None).

    `milliseconds` is the time from request to response; `item` is the suggester's own.
    """

    text: str
    start: Position | None = None
    end: Position | None = None
    milliseconds: float = 0.0
    item: Any = None


class Suggester(Protocol):
    """Whoever suggests. Positions count Python characters."""

    def open(self, uri: str, language: str, lines: Sequence[str]) -> None:
        """Opens a document; `lines` keep their line ends, as in `engine.document`."""
        ...

    def change(self, uri: str, start: Position, end: Position, text: str) -> None:
        """The user's edit, by a key or by an acceptance: `text` replaces what is between `start` and `end`."""
        ...

    def suggest(self, uri: str, position: Position, *, invoked: bool = False) -> Suggestion | None:
        """What is shown with the cursor at `position`: unasked, or to somebody who pressed the key for it.

        A late answer that is empty still has its time.
        """
        ...

    def accept(self, uri: str, suggestion: Suggestion) -> None:
        """The user took the suggestion; the `change` that it makes has been sent before."""
        ...

    def reject(self, uri: str, suggestion: Suggestion) -> None:
        """The user typed something else than what was shown; that `change` follows."""
        ...

    def close(self, uri: str) -> None:
        """Closes the document without saving it."""
        ...


@dataclass(frozen=True, slots=True)
class UserModel:
    """How the user behaves: `overlooks` is the share of right suggestions that they type through.

    A suggestion that takes longer than `patience` milliseconds is not seen: the next key is down.
    """

    overlooks: float = 0.0
    patience: float = math.inf
    seed: int = 1


ORACLE = UserModel()
"""The user of every reported figure."""


@dataclass(frozen=True, slots=True)
class DecisionPoint:
    """One position of a replay, as the user sees it: `offset` characters of the body stand.

    `shown` is what an acceptance would add at the cursor, "" where nothing is shown. `is_new` is false where
    that is the rest of the suggestion before, typed through. `suggestion` is the suggester's own answer.
    """

    case: Case
    offset: int
    position: Position
    shown: str
    is_new: bool
    accepted: bool
    suggestion: Suggestion | None

    @property
    def remaining(self) -> str:
        """The truth: the text of the body that the user is still going to write."""
        return self.case.body[self.offset :]


@dataclass(frozen=True, slots=True)
class CaseResult:
    """What one case gave. `characters` and `accepted_characters` leave the free indentation out.

    `milliseconds` has one number for each request.
    """

    case: Case
    characters: int
    keys: int
    shown: int
    accepted: int
    accepted_characters: int
    milliseconds: tuple[float, ...]


def replay(
    case: Case,
    suggester: Suggester,
    user_model: UserModel = ORACLE,
    observe: Callable[[DecisionPoint], None] = lambda _: None,
) -> CaseResult:
    """Retypes the case's body; `observe` sees every position, once the suggestion is there."""
    suggester.open(case.uri, case.language, case.lines)
    try:
        return _Replay(case, suggester, user_model, observe).run()
    finally:
        suggester.close(case.uri)


def typed_characters(text: str) -> int:
    """How many keys `text` costs without any suggestion: indentation after a newline is free."""
    free, newline = 0, text.find("\n")
    while newline >= 0:
        free += _indentation(text, newline + 1)
        newline = text.find("\n", newline + 1)
    return len(text) - free


def keystroke(text: str, offset: int) -> str:
    """What the next key adds: one character, and after a newline the indentation that the editor gives."""
    end = offset + 1
    return text[offset : end + (_indentation(text, end) if text[offset] == "\n" else 0)]


def inserted(suggestion: Suggestion, position: Position, before: str, after: str) -> str | None:
    """What accepting adds at the cursor; None where it would change more than that.

    `before` and `after` are the rest of the cursor's line. A range that begins before the cursor repeats what
    stands there; one that ends behind it covers closing brackets, which the text repeats at its end.
    """
    start, end = suggestion.start or position, suggestion.end or position
    if start.line != position.line or end.line != position.line or start > position or end < position:
        return None
    typed, covered = before[start.column :], after[: end.column - position.column]
    if not suggestion.text.startswith(typed) or not suggestion.text.endswith(covered):
        return None
    size = len(suggestion.text) - len(covered)
    return suggestion.text[len(typed) : size] if size >= len(typed) else None


class _Replay:
    """The run of one case."""

    def __init__(
        self, case: Case, suggester: Suggester, user: UserModel, observe: Callable[[DecisionPoint], None]
    ) -> None:
        self.case, self.suggester, self.user, self.observe = case, suggester, user, observe
        self.chance = random.Random(f"{user.seed} {case.path} {case.function}")  # noqa: S311 - a repeatable user.
        self.keys = self.shown = self.accepted = self.accepted_characters = self.offset = 0
        self.position = case.start
        self.line = case.before.rpartition("\n")[2]  # what stands before the cursor, and after it:
        self.after = case.after.partition("\n")[0]
        self.milliseconds: list[float] = []
        self.ghost = ""  # what is left of the last suggestion after what was typed since.

    def run(self) -> CaseResult:
        while self.offset < len(self.case.body):
            self._step()
        return CaseResult(
            case=self.case,
            characters=typed_characters(self.case.body),
            keys=self.keys,
            shown=self.shown,
            accepted=self.accepted,
            accepted_characters=self.accepted_characters,
            milliseconds=tuple(self.milliseconds),
        )

    def _step(self) -> None:
        suggestion = self.suggester.suggest(self.case.uri, self.position)
        if suggestion is not None:
            self.milliseconds.append(suggestion.milliseconds)
        if suggestion is None or not suggestion.text or suggestion.milliseconds > self.user.patience:
            suggestion = None
        adds = inserted(suggestion, self.position, self.line, self.after) if suggestion else ""
        accepts = adds is not None and self._accepts(adds)
        shown = suggestion.text if suggestion and adds is None else adds or ""
        is_new = bool(shown) and shown != self.ghost
        self.observe(DecisionPoint(self.case, self.offset, self.position, shown, is_new, accepts, suggestion))
        self.shown += is_new
        self.keys += 1
        if accepts and suggestion:
            self._accept(suggestion, shown)
        else:
            self._type(suggestion, adds or "")

    def _accepts(self, text: str) -> bool:
        right = len(text) >= SHORTEST_ACCEPTED and self.case.body.startswith(text, self.offset)
        return right and not (self.user.overlooks and self.chance.random() < self.user.overlooks)

    def _accept(self, suggestion: Suggestion, text: str) -> None:
        start, end = suggestion.start or self.position, suggestion.end or self.position
        self.suggester.change(self.case.uri, start, end, suggestion.text)
        self.suggester.accept(self.case.uri, suggestion)
        self.accepted += 1
        self.accepted_characters += typed_characters(text)
        self._move(text)
        self.ghost = ""

    def _type(self, suggestion: Suggestion | None, shown: str) -> None:
        typed = keystroke(self.case.body, self.offset)
        follows = shown.startswith(typed)
        if suggestion and not follows:
            self.suggester.reject(self.case.uri, suggestion)
        self.suggester.change(self.case.uri, self.position, self.position, typed)
        self._move(typed)
        self.ghost = shown[len(typed) :] if follows else ""

    def _move(self, text: str) -> None:
        self.offset += len(text)
        self.position = moved(self.position, text)
        self.line = (self.line + text).rpartition("\n")[2]


def _indentation(text: str, start: int) -> int:
    """The blanks that begin the line at `start`; none on a blank line, where an editor leaves none."""
    end = start
    while end < len(text) and text[end] in " \t":
        end += 1
    return end - start if end < len(text) and text[end] != "\n" else 0
