"""Finds what keeps a test file from being read: a statement that is none, an import that fails."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


def sifted(items: Sequence[T], fits: Callable[[Sequence[T]], bool], tries: int) -> list[T]:
    """Those of some things that fit together, found by halving, the others left out; after so many tries, in halves.

    It is for few that don't fit: each takes as many tries as the number of things has binary digits, twice.
    """
    left = [tries]

    def sift(some: Sequence[T]) -> list[T]:
        if left[0] <= 0 or not some:
            return []
        left[0] -= 1
        if fits(some):
            return list(some)
        middle = len(some) // 2
        return [*sift(some[:middle]), *sift(some[middle:])] if middle else []

    return sift(items)


def is_python(text: str) -> bool:
    """Whether a text is a module of Python."""
    try:
        ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
