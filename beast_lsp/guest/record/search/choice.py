"""Which of the calls that were found become cases: those that go new ways, then those that end in another way."""

from __future__ import annotations

from .explorer import Explorer, Found

MOST = 8


def chosen(explorer: Explorer, covered: set[object], sent: int, is_last: bool) -> list[tuple[Found, frozenset[object]]]:
    """Calls worth a case, the plainest first, each with the ways that it is the first to go.

    What fails in a way that nobody meant is for the last turn, and only where no other call goes its way.
    """
    seen, keys = explorer.told, explorer.told_keys
    picked: list[tuple[Found, frozenset[object]]] = []
    for found in sorted(explorer.found, key=effort):
        if found.is_accident != is_last:
            continue
        adds = frozenset(found.features - seen)
        is_new_way = bool(adds) and not (found.arcs | found.lines) <= covered
        has_room = sent + len(picked) < MOST and not is_last
        if is_new_way or (has_room and (adds or found.key not in keys)):
            picked.append((found, adds))
            seen |= found.features
            keys.add(found.key)
    return picked


def effort(found: Found) -> tuple[bool, int]:
    """How much a reader has to read."""
    return (found.ended == "raised", len(found.text.act) + sum(map(len, found.text.arrange)))
