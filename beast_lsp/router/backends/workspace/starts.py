"""The first token of a suggestion: the word at the cursor extended, or taken as complete, or a fresh token."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.tokens import BREAK, bare, is_word_character
from beast_lsp.router.backends.workspace.cursor import Cursor
from beast_lsp.router.backends.workspace.names import Names
from beast_lsp.router.backends.workspace.sources import Sources

EXTEND, COMPLETE, FRESH, SCOPE, NEURAL = 0, 1, 2, 3, 4
"""Where a start comes from: the typed word goes on; it is complete; none is typed; only the scope knows it; only the
completion model expects it."""
STARTS = 3
_NEW_WORD = 0.5  # The weight of a word that nobody has seen, among those that start as typed.
_FLOOR = 0.005  # What sources' blind spots leave to other words, beside their own escape.


@dataclass(frozen=True, slots=True)
class Start:
    """One way to begin: `text` is what it adds at the cursor, `token` the outcome it stands for.

    `context` is what precedes the token; `choices` how many other tokens were possible.
    """

    text: str
    token: str
    probability: float
    origin: int
    context: tuple[str, ...]
    seen: Distribution
    choices: int


def find_starts(cursor: Cursor, sources: Sources, names: Names, limit: int = STARTS) -> list[Start]:
    """The likeliest starts, best first."""
    found = _complete(cursor, sources, names, limit) if cursor.partial else _fresh(cursor, sources, names, limit)
    return sorted(found, key=lambda start: -start.probability)[:limit]


def word_weights(cursor: Cursor, sources: Sources, names: Names) -> tuple[dict[str, float], Distribution]:
    """How likely each word that starts with the typed part is, not normalised; the part itself included."""
    seen = sources.after(cursor.context)
    part = cursor.partial
    weights: dict[str, float] = {}
    for token, probability in seen.probabilities.items():
        word = bare(token)
        if word.startswith(part):
            weights[word] = weights.get(word, 0.0) + probability
    others = names.weights(part)
    share = (seen.escape + _FLOOR) / (sum(others.values()) + _NEW_WORD) * (0.3 if len(part) == 1 else 1.0)
    for word, weight in others.items():
        weights[word] = weights.get(word, 0.0) + share * weight
    return weights, seen


def _complete(cursor: Cursor, sources: Sources, names: Names, limit: int) -> Iterator[Start]:
    """Starts at a typed word: it goes on, or the next token follows it."""
    weights, seen = word_weights(cursor, sources, names)
    part = cursor.partial
    total = sum(weights.values()) + 1e-9
    whole = weights.pop(part, 0.0)
    blank = " " if cursor.blank else ""
    for word in sorted(weights, key=weights.__getitem__, reverse=True)[:limit]:
        share = weights[word] / total
        yield Start(word[len(part) :], blank + word, share, EXTEND, cursor.context, seen, len(weights))
    ended = (whole + 1e-3) / (total + 1e-3)
    context = (*cursor.context, part)
    following = sources.after(context)
    count = 0
    for token, probability in following.ranked:
        if not is_word_character(token[0]):
            yield Start(token, token, ended * probability, COMPLETE, context, following, len(following.probabilities))
            count += 1
            if count == limit:
                return


def _fresh(cursor: Cursor, sources: Sources, names: Names, limit: int) -> Iterator[Start]:
    seen = sources.after(cursor.context)
    possible = _possible(seen, cursor)
    known = 0.0
    for token, probability in possible[:limit]:
        known += probability
        text = token[1:] if cursor.blank and token[0] == " " else token
        yield Start(text, token, probability, FRESH, cursor.context, seen, len(seen.probabilities))
    if known < 0.7 and cursor.context:
        blank = " " if cursor.blank else ""
        for word, weight in names.expected(2):
            share = (1.0 - known) * weight
            yield Start(word, blank + word, share, SCOPE, cursor.context, seen, len(seen.probabilities))


def _possible(seen: Distribution, cursor: Cursor) -> Sequence[tuple[str, float]]:
    """The tokens that fit the white space before the cursor, renormalised."""
    if not cursor.blank:
        return [(token, probability) for token, probability in seen.ranked if token[0] != BREAK or cursor.words]
    total = sum(p for token, p in seen.probabilities.items() if token[0] == " ") + seen.escape + 1e-9
    return [(token, probability / total) for token, probability in seen.ranked if token[0] == " "]
