"""The ordinary completion list: single words, the likeliest first, and the most useful phrase."""

from collections.abc import Iterable, Sequence

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.tokens import is_word, line_tokens
from beast_lsp.router.backends.workspace.choice import Scored, best
from beast_lsp.router.backends.workspace.cursor import Cursor
from beast_lsp.router.backends.workspace.names import Names
from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.starts import word_weights
from beast_lsp.router.task import Candidate


def words(cursor: Cursor, sources: Sources, names: Names, limit: int, backend: str) -> list[Candidate]:
    """At most `limit` words for the cursor: those that extend the typed part, or those that may come next."""
    weights = word_weights(cursor, sources, names)[0] if cursor.partial else _next_words(cursor, sources, names)
    total = sum(weights.values()) + 1e-9
    weights.pop(cursor.partial, None)
    best = sorted(weights, key=weights.__getitem__, reverse=True)[:limit]
    kinds = names.known.kinds
    return [
        Candidate(word, weights[word] / total, backend, replaces=len(cursor.partial), kind=kinds.get(word, "text"))
        for word in best
    ]


def with_phrase(found: Sequence[Candidate], scored: Iterable[Scored], cursor: Cursor, backend: str) -> list[Candidate]:
    """The words, after the text of several tokens that would be shown as ghost text here, if there is one.

    Editors without ghost text have no other way to offer it.
    """
    phrases = [one for one in scored if len(line_tokens(cursor.partial + one.text)) > 1]
    phrase = best(phrases)
    if phrase is None:
        return [*found]
    text = cursor.partial + phrase.text
    first = Candidate(text, phrase.probability, backend, replaces=len(cursor.partial), kind="snippet")
    return [first, *(word for word in found if word.text != text)]


def _next_words(cursor: Cursor, sources: Sources, names: Names) -> dict[str, float]:
    """The words that may come next where none is typed: those that were seen here, then those that syntax expects."""
    seen: Distribution = sources.after(cursor.context)
    weights: dict[str, float] = {}
    for token, probability in seen.probabilities.items():
        word = token.lstrip(" ")
        if word and is_word(word) and (not cursor.blank or token[0] == " "):
            weights[word] = weights.get(word, 0.0) + probability
    known = names.known
    share = (seen.escape + 0.01) / (sum(known.weights.values()) + 1.0)
    for word, weight in known.weights.items():
        weights[word] = weights.get(word, 0.0) + share * weight
    return weights
