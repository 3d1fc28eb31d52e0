"""Blends what several sources saw after a context into one distribution over the next token.

The blend is prediction by partial matching with absolute discounting (Cleary and Witten, 1984; method D of
Howard, 1993): the longest matches speak first, and leave to shorter ones as much as they are unsure of.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter

from beast_lsp.engine.ngram.index import Level

HERE, WORKSPACE, PRIOR = 0, 1, 2
"""The kinds of source: this document, the workspace's stable text, and the language at large."""
_WEIGHT = (3.0, 1.0, 0.3)
_DISCOUNT = 0.7
_ENOUGH = 0.01  # Below this escape probability, shorter contexts change nothing.


@dataclass(frozen=True, slots=True)
class Distribution:
    """What may come next. `escape` is the probability of something never seen here.

    `orders` and `sights` tell, per kind of source, the longest match and how often it was seen; `agree` whether
    this document and the workspace expect the same; `total` and `distinct` describe the longest match of all.
    """

    ranked: Sequence[tuple[str, float]]
    probabilities: Mapping[str, float]
    escape: float
    orders: tuple[int, int, int]
    sights: tuple[float, float, float]
    agree: bool
    total: float
    distinct: int


EMPTY = Distribution((), {}, 1.0, (0, 0, 0), (0.0, 0.0, 0.0), False, 0.0, 0)


def blend(sources: Iterable[tuple[int, Sequence[Level]]], ranks: int = 60) -> Distribution:
    """Blends the levels of each (kind, levels); `ranks` bounds `ranked`."""
    by_order: dict[int, list[tuple[Level, float]]] = {}
    orders, sights = [0, 0, 0], [0.0, 0.0, 0.0]
    tops: dict[int, str] = {}
    for kind, levels in sources:
        for level in levels:
            by_order.setdefault(level.order, []).append((level, _WEIGHT[kind]))
        if levels and levels[0].order > orders[kind]:
            orders[kind], sights[kind] = levels[0].order, levels[0].total
            tops[kind] = max(levels[0].counts, key=levels[0].counts.__getitem__)
    if not by_order:
        return EMPTY
    probabilities: dict[str, float] = {}
    escape = 1.0
    for order in sorted(by_order, reverse=True):
        escape = _add(probabilities, by_order[order], escape)
        if escape < _ENOUGH:
            break
    total, distinct = _size(by_order[max(by_order)])
    ranked = sorted(probabilities.items(), key=itemgetter(1), reverse=True)[:ranks]
    return Distribution(
        ranked,
        probabilities,
        escape,
        (orders[0], orders[1], orders[2]),
        (sights[0], sights[1], sights[2]),
        HERE in tops and tops[HERE] == tops.get(WORKSPACE),
        total,
        distinct,
    )


def _add(probabilities: dict[str, float], levels: Sequence[tuple[Level, float]], escape: float) -> float:
    """Shares `escape` among what the levels of one order saw; returns what is left."""
    total, distinct = _size(levels)
    held_back = _DISCOUNT * distinct
    for level, weight in levels:
        share = escape * weight / (total + held_back)
        for token, count in level.counts.items():
            probabilities[token] = probabilities.get(token, 0.0) + share * count
    return escape * held_back / (total + held_back)


def _size(levels: Sequence[tuple[Level, float]]) -> tuple[float, int]:
    return sum(level.total * weight for level, weight in levels), max(len(level.counts) for level, _ in levels)
