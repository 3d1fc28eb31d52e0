"""From a start to candidates: the likeliest next token, again and again; each prefix of it is a candidate."""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.tokens import BREAK, FILE_START, bare, break_text
from beast_lsp.router.backends.workspace.cursor import CONTEXT, Cursor
from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.starts import Start

LENGTH = 8
"""A rollout has at most this many tokens, and the brackets that close after them."""
_CLOSERS = frozenset(")]}")
_MOST_CLOSERS = 2
_LEAST_TOKEN = 0.05  # A token less likely than this ends the rollout.
_LEAST_LOG = -3.0  # Less likely texts were hardly ever shown, and cost half of the time.
_MAX_BREAKS = 4


@dataclass(frozen=True, slots=True)
class Step:
    """One prefix of a rollout: `text` to insert, after `tokens` tokens, of which `token` is the newest.

    `seen` is the distribution that `token` was chosen from with `probability`; `following` is the one after it.
    """

    text: str
    token: str
    tokens: int
    breaks: int
    probability: float
    log_probability: float
    least: float
    shortest_match: int
    seen: Distribution
    following: Distribution


def roll_out(start: Start, cursor: Cursor, sources: Sources, unit: str, *, multiline: bool) -> Iterator[Step]:
    """The prefixes of the greedy continuation of `start`, shortest first; none ends with a line break."""
    context, token, probability = start.context, start.token, start.probability
    seen, indent, text = start.seen, cursor.indent, ""
    logged, least, shortest, breaks = 0.0, 1.0, 99, 0
    for number in range(1, LENGTH + _MOST_CLOSERS + 1):
        if number > LENGTH and token not in _CLOSERS:
            return
        if token[0] == BREAK:
            if not multiline or breaks == _MAX_BREAKS:
                return
            broken = break_text(token, indent, unit)
            indent, text, breaks = broken.rpartition(BREAK)[2], text + broken, breaks + 1
        else:
            text += start.text if number == 1 else token
        logged += log(max(probability, 1e-6))
        if logged < _LEAST_LOG:
            return
        least = min(least, probability)
        shortest = min(shortest, max(seen.orders[0], seen.orders[1]))
        context = (*context[1 - CONTEXT :], bare(token))
        following = sources.after(context)
        if token[0] != BREAK:
            yield Step(text, token, number, breaks, probability, logged, least, shortest, seen, following)
        if not following.ranked:
            return
        token, probability = following.ranked[0]
        if token == FILE_START or probability < _LEAST_TOKEN:
            return
        seen = following
