"""What the hooks of a rewritten module saw in one run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from .sites import Site, Sites

# A loop would fill the log with one place: the first passes show what is compared there.
PER_SITE = 40
PER_RUN = 3000
PLAIN = frozenset({int, float, str, bytes, bool, type(None), list, tuple, dict, set, frozenset})
# Beside the boundary itself, the number next to it tells constants apart.
NEXT = {"Lt": -1, "GtE": -1, "Gt": 1, "LtE": 1}
ORDERED = frozenset({int, float, str, bytes})


class Pair(NamedTuple):
    """Two operands that met. `operator` is the comparison's, the callee's name, or "Item"."""

    operator: str
    left: object
    right: object
    site: Site


class Operands:
    """Collects operands; `clear` before a run, `pairs` and `features` after it."""

    def __init__(self, sites: Sites) -> None:
        self.sites = sites
        self.entries: list[tuple[int, int, object]] = []
        self.truths: set[tuple[int, object]] = set()
        self._counts: dict[int, int] = {}

    def clear(self) -> None:
        """Forget the last run, and the objects that it held."""
        self.entries.clear()
        self.truths = set()
        self._counts.clear()

    def operand(self, site: int, index: int, value: object) -> object:
        """The hook around an operand."""
        count = self._counts.get(site, 0)
        if count < PER_SITE and len(self.entries) < PER_RUN:
            self._counts[site] = count + 1
            self.entries.append((site, index, value))
        return value

    def truth(self, site: int, value: object) -> object:
        """The hook around a decision; the truth of an object with a method of its own is left to the program."""
        kind = type(value)
        if kind in PLAIN:
            self.truths.add((site, bool(value)))
        elif not hasattr(kind, "__bool__") and not hasattr(kind, "__len__"):
            self.truths.add((site, True))
        return value

    def pairs(self) -> Iterator[Pair]:
        """What met what, in the order of the run."""
        pending: dict[int, dict[int, object]] = {}
        for number, index, value in self.entries:
            site, seen = self.sites[number], pending.setdefault(number, {})
            seen[index] = value
            if site.kind == "match":
                yield Pair("Match", value, site.operators, site)
            elif index and site.kind == "compare" and index - 1 in seen:
                yield Pair(site.operators[index - 1], seen[index - 1], value, site)
            elif index == 1 and site.kind == "item" and 0 in seen:
                yield Pair("Item", seen[0], value, site)
            elif index and site.kind == "call":
                yield Pair(site.operators[0], seen.get(0 if index == 1 else 1), value, site)

    def features(self) -> frozenset[object]:
        """Which way each decision and comparison went: a boundary that is met exactly is a way of its own."""
        found: set[object] = set(self.truths)
        last: dict[int, object] = {}
        for number, index, value in self.entries:
            site = self.sites[number]
            if index and site.kind == "compare" and number in last:
                found.add((number, index, relation(site.operators[index - 1], last[number], value)))
            last[number] = value
        return frozenset(found)


def relation(operator: str, left: object, right: object) -> str:
    """How two operands stand to each other, as far as built-in types can be asked without running user code."""
    if type(left) not in PLAIN or type(right) not in PLAIN:
        return "?"
    if operator in {"In", "NotIn"}:
        return "in" if type(left) in ORDERED and type(right) in {str, dict, set} and holds(left, right) else "out"
    if left == right:
        return "="
    if type(left) is int and type(right) is int and left - right == NEXT.get(operator):
        return "next"
    if type(left) in ORDERED and type(left) is type(right):
        return "<" if left < right else ">"  # type: ignore[operator] # Both are of one ordered type.
    return "!"


def holds(left: object, right: object) -> bool:
    """Whether a plain container holds a value."""
    try:
        return left in right  # type: ignore[operator] # Asked of built-in containers only.
    except TypeError:
        return False
