"""Beacons: a statement at the start of every block of a copy, which tells that the block ran.

Compiled languages have coverage tools that not every machine has; what runs of a block is told by one line of source,
put on the line where the block begins, so that the compiler's line numbers stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree

if TYPE_CHECKING:
    from tree_sitter import Node


def instrument(
    tree: SyntaxTree, points: Iterable[int], values: Iterable[Node], call: Callable[[int], str]
) -> tuple[str, int]:
    """The text with beacons, and how many there are.

    `points` are bytes behind which a block's statements begin; `values` are expressions or statements that become
    blocks. `call` is the statement of a beacon.
    """
    inserted: list[tuple[int, int, str]] = []
    count = 0
    for start, end in sorted([*((point, -1) for point in points), *((one.start_byte, one.end_byte) for one in values)]):
        statement = call(count)
        count += 1
        inserted.append((start, count, f" {{ {statement} " if end >= 0 else f" {statement}"))
        if end >= 0:
            # Of two that end at one place, the inner one began later.
            inserted.append((end, -count, " }"))
    source = tree.source
    pieces, last = list[bytes](), 0
    for place, _, text in sorted(inserted):
        pieces += [source[last:place], text.encode()]
        last = place
    return b"".join([*pieces, source[last:]]).decode("utf-8", "replace"), count
