"""Which of the calls that were found become cases: those that go new ways, then those that end in another way."""

from __future__ import annotations

from ..oracles.fitting import is_fitting
from .explorer import Explorer, Found

MOST = 8
SPARES = 3
# Characters of a call that a person still reads.
READABLE = 200


def chosen(explorer: Explorer, covered: set[object], sent: int, is_last: bool) -> list[tuple[Found, frozenset[object]]]:
    """Calls worth a case, the plainest first, each with the ways that it is the first to go.

    What fails in a way that nobody meant is for the last turn, and only where no other call goes its way.
    """
    seen, keys = explorer.told, explorer.told_keys
    picked: list[tuple[Found, frozenset[object]]] = []
    may_doubt = is_last
    reached = set(covered)
    for found in sorted(explorer.found, key=effort):
        if found.is_accident != is_last:
            continue
        new = (found.arcs | found.lines) - reached
        adds = frozenset((found.features - seen) | new)
        is_new_way = bool(new)
        has_room = sent + len(picked) < MOST and not is_last
        is_doubtful = may_doubt and found.key not in keys and is_fitting(explorer.subject, found.plan)
        may_doubt = may_doubt and not is_doubtful
        if is_new_way or is_doubtful or (has_room and (adds or found.key not in keys)):
            picked.append((found, adds))
            seen |= found.features
            reached |= new
            keys.add(found.key)
    return [*picked, *spares(explorer)] if is_last else [*picked, *richest(explorer)]


def spares(explorer: Explorer) -> list[tuple[Found, frozenset[object]]]:
    """A few calls that go known ways to other results, kept whole: they tell arguments and constants apart."""
    readable = sorted((each for each in explorer.spare if size(each) <= READABLE), key=size)
    return [(each, each.features) for each in readable[-SPARES:]]


def richest(explorer: Explorer) -> list[tuple[Found, frozenset[object]]]:
    """The call that goes the most ways at once, kept whole: plain values leave much of what a function does unseen."""
    whole = [each for each in explorer.found if each.ended == "returned" and size(each) <= READABLE]
    best = max(whole, key=lambda found: len(found.features), default=None)
    if best is None or len(best.features) <= explorer.richest:
        return []
    explorer.richest = len(best.features)
    return [(best, best.features)]


def size(found: Found) -> int:
    """How long the text of a call is, in characters."""
    return len(found.text.act) + sum(map(len, found.text.arrange))


def effort(found: Found) -> tuple[bool, int]:
    """How much a reader has to read."""
    return (found.ended == "raised", size(found))
