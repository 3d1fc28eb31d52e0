"""Which of the calls that were found become cases: those that go new ways, then those that end in another way."""

from __future__ import annotations

from ...wire import Case
from .explorer import Explorer, Found

MOST = 8


def chosen(explorer: Explorer, covered: set[tuple[int, int]], sent: list[Case]) -> list[Found]:
    """Calls worth a case, the plainest first; what others have covered counts half."""
    seen_features: set[object] = explorer.told
    seen_keys: set[object] = explorer.told_keys
    ranked = sorted(explorer.found, key=effort)
    picked: list[Found] = []
    for found in ranked:
        adds = found.features - seen_features
        is_new_arc = any(arc not in covered for arc in found.arcs - seen_features)  # type: ignore[operator]
        has_room = len(sent) + len(picked) < MOST
        if is_new_arc or (has_room and (adds or found.key not in seen_keys)):
            picked.append(found)
            seen_features |= found.features
            seen_keys.add(found.key)
    return picked


def effort(found: Found) -> tuple[bool, int]:
    """How much a reader has to read."""
    return (found.ended == "raised", len(found.text.act) + sum(map(len, found.text.arrange)))
