"""Calls that what is called can't answer. Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.construct import signature
from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.resolve import target
from beast_lsp.engine.rules.signature import mismatch

if TYPE_CHECKING:
    from tree_sitter import Node

_TYPE_IGNORED = re.compile(r"#.*\b(type|ty|pyright|mypy|pyre)\s*:\s*ignore")


def impossible_call(place: Place) -> Iterator[Finding]:
    """A call with arguments that what is called doesn't take, or without ones that it needs."""
    for node in place.nodes(("call",)):
        known = target(place, node)
        taken = signature(known) if known is not None else None
        problem = mismatch(place, node, taken) if taken is not None else None
        if problem is not None and not _is_known_to_fail(place, node):
            function = node.child_by_field_name("function")
            yield place.finding("impossible-call", problem, function if function is not None else node)


def _is_known_to_fail(place: Place, node: Node) -> bool:
    """Whether the writer knows: the call stands below `with raises(…)`, or beside a comment to the type checker."""
    rows = range(node.start_point[0], min(node.end_point[0] + 1, len(place.tree.lines)))
    if any(_TYPE_IGNORED.search(place.tree.lines[row]) for row in rows):
        return True
    outer = node.parent
    while outer is not None:
        if outer.type == "with_statement" and (clause := outer.named_children[0]).type == "with_clause":
            return "aises" in place.text(clause)
        outer = outer.parent
    return False
