"""Cuts a file into pieces that are worth showing on their own, by blank lines and indentation alone.

So it works on every language and on broken code. A piece begins where a block of its depth begins: a definition
with its comment and decorators. A class that is too long is cut between its methods, a long method between its
paragraphs; small neighbours stay together.
"""

from collections.abc import Sequence
from typing import NamedTuple

from beast_lsp.engine.tokens import MAX_LINE

_MOST = 30  # Lines of a piece: more don't fit beside others into a prompt.
_FEW = 10  # Neighbours stay together up to so many lines.
_CLOSERS = (")", "]", "}", "else", "elif", "except", "finally", "catch", "case ", "end")
_TAB = 4


class Span(NamedTuple):
    """Some lines of a file: the first one, and the one after the last."""

    start: int
    end: int


def cut(lines: Sequence[str]) -> list[Span]:
    """The pieces of a file in its order; blank lines between them belong to none. Total."""
    depths = [_depth(line) for line in lines]
    found: list[Span] = []
    for start, end in _blocks(depths, lines, Span(0, len(lines))):
        if found and end - found[-1].start <= _FEW:
            found[-1] = Span(found[-1].start, end)
        else:
            found.append(Span(start, end))
    return found


def is_blank(line: str) -> bool:
    """Whether a line counts as blank: nothing in it, or too long to be code."""
    return not line or line.isspace() or len(line) > MAX_LINE


def _depth(line: str) -> int:
    """The columns of indentation; -1 for a blank line."""
    if is_blank(line):
        return -1
    bare = line.lstrip()
    indent = line[: len(line) - len(bare)]
    return len(indent) + indent.count("\t") * (_TAB - 1)


def _blocks(depths: Sequence[int], lines: Sequence[str], span: Span) -> list[Span]:
    """Cuts a span at its least depth; what is still too long is cut deeper, or in the end by length."""
    start, end = _trimmed(depths, span)
    if end - start <= _MOST:
        return [Span(start, end)] if end > start else []
    inside = [depth for depth in depths[start:end] if depth >= 0]
    for depth in sorted(set(inside))[:4]:
        borders = [at for at in range(start + 1, end) if _begins(depths, lines, at, depth)]
        if borders:
            parts = [Span(*pair) for pair in zip([start, *borders], [*borders, end], strict=True)]
            return [block for part in parts for block in _blocks(depths, lines, part)]
    return [Span(at, min(at + _MOST, end)) for at in range(start, end, _MOST)]


def _begins(depths: Sequence[int], lines: Sequence[str], at: int, depth: int) -> bool:
    """Whether a block of a depth begins at a line: after a blank line, or after something deeper."""
    if depths[at] != depth or -1 < depths[at - 1] <= depth:
        return False
    return not lines[at].lstrip().startswith(_CLOSERS)


def _trimmed(depths: Sequence[int], span: Span) -> Span:
    start, end = span
    while start < end and depths[start] < 0:
        start += 1
    while end > start and depths[end - 1] < 0:
        end -= 1
    return Span(start, end)
