"""What the calibrator sees of a candidate. The same function serves the server and the training (invariant 4)."""

from collections.abc import Callable
from math import log1p

from beast_lsp.engine.ngram.mixture import Distribution
from beast_lsp.engine.tokens import BREAK, FILE_START, bare, is_word
from beast_lsp.router.backends.workspace.cursor import Cursor
from beast_lsp.router.backends.workspace.guide import Guide
from beast_lsp.router.backends.workspace.rollout import Opinion, Step
from beast_lsp.router.backends.workspace.starts import Start

FEATURES = (
    # The rollout.
    "log_probability", "least", "probability", "tokens", "characters", "breaks", "shortest_match",
    "following_top", "following_escape", "opened",
    # Its start.
    "start_probability", "start_margin", "start_rank", "start_origin", "start_choices", "start_escape",
    "start_order_here", "start_order_workspace", "start_total", "start_distinct", "start_length", "start_in_scope",
    # The newest token.
    "order_here", "order_workspace", "order_prior", "sights_here", "sights_workspace", "agree", "total", "distinct",
    "escape", "word_lines", "word_ago", "word_uses", "token_kind",
    # The place.
    "partial", "first_kind", "before_kind", "words", "quoting", "rest", "fast_mean", "slow_mean", "braces",
)  # fmt: skip
"""The names of the features, in their order."""
NEURAL_FEATURES = (
    "neural_log", "neural_least", "neural_token", "mixed_log", "mixed_token",
    "neural_following_top", "neural_following_break", "neural_entropy", "neural_mass",
)  # fmt: skip
"""What is known of a candidate beside them where a completion model was asked."""
KEEP_FEATURES = (*FEATURES, *NEURAL_FEATURES, "calibrated")
"""What the keep predictor sees: all of these, and what the calibrator makes of the first ones."""
WORD, KEYWORD, OPERATOR, QUOTE, LINE_BREAK, NUMBER = range(6)


class FeatureMaker:
    """Computes the features of the candidates at one place.

    `sights` gives an identifier's number of lines in this document and how many lines ago it was seen; `uses`
    how often the workspace holds it; `means` are the two running means of how often the model was right lately.
    """

    def __init__(  # noqa: PLR0913 - one place has as many sides.
        self,
        cursor: Cursor,
        keywords: frozenset[str],
        sights: Callable[[str], tuple[int, int]],
        uses: Callable[[str], int],
        means: tuple[float, float],
        *,
        braces: bool,
    ) -> None:
        self._keywords = keywords
        self._sights = sights
        self._uses = uses
        self._place = (
            float(len(cursor.partial)),
            float(self._kind(cursor.context[-1]) if cursor.context else LINE_BREAK),
            float(min(cursor.words, 60)),
            float(cursor.quoting),
            float(bool(cursor.rest)),
            *means,
            float(braces),
        )

    def start(self, start: Start, rank: int, margin: float, in_scope: float) -> tuple[float, ...]:
        """The features of a start, which all its candidates share."""
        seen = start.seen
        return (
            start.probability,
            margin,
            float(rank),
            float(start.origin),
            float(min(start.choices, 999)),
            seen.escape,
            float(seen.orders[0]),
            float(seen.orders[1]),
            *_size(seen),
            float(len(start.token)),
            in_scope,
        )

    def row(self, step: Step, start: Start, shared: tuple[float, ...]) -> list[float]:
        """The features of one candidate, in the order of FEATURES; `shared` is what `start` gave."""
        seen, following = step.seen, step.following
        token = bare(step.token)
        lines, ago = self._sights(token) if is_word(token) else (0, 999)
        partial, before_kind, *place = self._place
        return [
            step.log_probability,
            step.least,
            step.probability,
            float(step.tokens),
            float(sum(len(line.lstrip(" \t")) for line in step.text.split("\n"))),
            float(step.breaks),
            float(step.shortest_match),
            following.ranked[0][1] if following.ranked else 0.0,
            following.escape,
            float(_opened(step.text)),
            *shared,
            *map(float, seen.orders),
            min(seen.sights[0], 99.0),
            min(seen.sights[1], 999.0),
            float(seen.agree),
            *_size(seen),
            seen.escape,
            float(min(lines, 99)),
            float(min(ago, 999)),
            log1p(self._uses(token)) if is_word(token) else 0.0,
            float(self._kind(token)),
            partial,
            float(self._kind(bare(start.token))),
            before_kind,
            *place,
        ]

    def _kind(self, token: str) -> int:
        first = token[0]
        if first in (BREAK, FILE_START):
            return LINE_BREAK
        if is_word(token):
            return KEYWORD if token in self._keywords else WORD
        if first.isdigit():
            return NUMBER
        return QUOTE if first in "\"'`" else OPERATOR


def opinion_row(opinion: Opinion, guide: Guide) -> list[float]:
    """The features of what the completion model thinks of a candidate, in the order of NEURAL_FEATURES."""
    top, line_break = guide.expects(opinion.path)
    return [
        opinion.log,
        opinion.least,
        opinion.token,
        opinion.mixed_log,
        opinion.mixed,
        top,
        line_break,
        guide.entropy,
        guide.mass,
    ]


def _size(seen: Distribution) -> tuple[float, float]:
    return min(seen.total, 999.0), float(min(seen.distinct, 999))


def _opened(text: str) -> int:
    """How many brackets the text opens and leaves open."""
    return sum(map(text.count, "([{")) - sum(map(text.count, ")]}"))
