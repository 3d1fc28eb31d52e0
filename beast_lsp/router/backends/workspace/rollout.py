"""From a start to candidates: the likeliest next token, again and again; each prefix of it is a candidate.

What is likeliest the workspace model says alone, or together with the completion model (`guide`).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.tokens import BREAK, FILE_START, bare, break_text
from beast_lsp.router.backends.neural.ahead import Path
from beast_lsp.router.backends.workspace.cursor import CONTEXT, Cursor
from beast_lsp.router.backends.workspace.guide import Guide, Next
from beast_lsp.router.backends.workspace.sources import Sources
from beast_lsp.router.backends.workspace.starts import Start

LENGTH = 8
"""A rollout has at most this many tokens, and the brackets that close after them."""
_CLOSERS = frozenset(")]}")
_MOST_CLOSERS = 2
_LEAST_TOKEN, _LEAST_ASKED = 0.05, 0.01  # A token less likely than this ends the rollout; the latter where one asked.
_LEAST_LOG, _LEAST_LOG_ASKED = -3.0, -9.0  # Less likely texts were hardly ever shown, and cost half of the time.
_MAX_BREAKS = 4


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the completion model thinks of a prefix of a rollout.

    `log` and `mixed_log` are the logarithms of the prefix's probability by the model and by both; `least` that of
    its least likely token; `token` and `mixed` are the newest token's probabilities; `path` are the prefix's pieces.
    """

    path: Path
    log: float
    mixed_log: float
    least: float
    token: float
    mixed: float


@dataclass(frozen=True, slots=True)
class Step:
    """One prefix of a rollout: `text` to insert, after `tokens` tokens, of which `token` is the newest.

    `seen` is the distribution that `token` was chosen from with `probability`; `following` is the one after it.
    `opinion` is there where a completion model was asked.
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
    opinion: Opinion | None = None


def roll_out(  # noqa: PLR0913 - a rollout depends on as much.
    start: Start,
    cursor: Cursor,
    sources: Sources,
    unit: str,
    *,
    multiline: bool,
    guide: Guide | None = None,
    asked: bool = False,
) -> Iterator[Step]:
    """The prefixes of the greedy continuation of `start`, shortest first; none ends with a line break."""
    chooser = _Chooser(sources, guide, start, _LEAST_ASKED if asked else _LEAST_TOKEN)
    least_log = _LEAST_LOG_ASKED if asked else _LEAST_LOG
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
        if logged < least_log and (chooser.opinion is None or chooser.opinion.mixed_log < least_log):
            return
        least = min(least, probability)
        shortest = min(shortest, max(seen.orders[0], seen.orders[1]))
        context = (*context[1 - CONTEXT :], bare(token))
        following = sources.after(context)
        if token[0] != BREAK:
            opinion = chooser.opinion
            yield Step(text, token, number, breaks, probability, logged, least, shortest, seen, following, opinion)
        chosen = chooser.next(following)
        if chosen is None:
            return
        (token, probability), seen = chosen, following


class _Chooser:
    """Chooses one token after the other, and keeps the completion model's opinion of what was chosen."""

    def __init__(self, sources: Sources, guide: Guide | None, start: Start, least: float) -> None:
        self._guide = guide
        self._least = least
        self.opinion: Opinion | None = None
        if guide is not None:
            first = guide.judge(start)
            guide.draft(first.pieces, (*start.context[1 - CONTEXT :], bare(start.token)), sources)
            self._take(first)

    def next(self, following: Distribution) -> tuple[str, float] | None:
        """The next token and its probability by the workspace model; None where the rollout ends."""
        if self._guide is not None and self.opinion is not None:
            chosen = self._guide.next(self.opinion.path, following)
            # None once the request has had its passes: a candidate that only one has judged isn't comparable.
            if chosen is None or chosen.mixed < self._least or chosen.token == FILE_START:
                return None
            self._take(chosen)
            return chosen.token, chosen.workspace
        if not following.ranked:
            return None
        token, probability = following.ranked[0]
        return None if token == FILE_START or probability < self._least else (token, probability)

    def _take(self, chosen: Next) -> None:
        before = self.opinion
        own, both = log(max(chosen.model, 1e-9)), log(max(chosen.mixed, 1e-9))
        self.opinion = Opinion(
            (before.path if before else ()) + chosen.pieces,
            (before.log if before else 0.0) + own,
            (before.mixed_log if before else 0.0) + both,
            min(before.least if before else 0.0, own),
            chosen.model,
            chosen.mixed,
        )
