"""Comparisons whose result nobody looks at. Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place

if TYPE_CHECKING:
    from tree_sitter import Node

_FUNCTIONS = frozenset({"function_definition", "lambda", "class_definition"})
_EFFECTS = frozenset({"call", "await", "yield", "named_expression"})
# They compare to see how long it takes.
_MEASURES = re.compile(r"(?:\A|[/_])(?:bench|perf|benchmarks?|performance)(?:[/_.]|\Z)")
_OF_CLASS = re.compile(r"[A-Z]\w*\.")
_EXPECTS = re.compile(r"rais|suppress|warn|assert|fail|error|catch|expect|check", re.IGNORECASE)


def discarded_comparison(place: Place) -> Iterator[Finding]:
    """`total == 3` as a statement: nothing looks at the result."""
    if _MEASURES.search(place.path):
        return
    for node in place.nodes(("expression_statement",)):
        if node.parent is None or node.parent.type != "block":
            continue
        value = next((child for child in node.named_children if _is_comparison(place, child)), None)
        if value is not None and not _is_overloaded(place, value) and not _is_for_its_exception(place, node):
            yield place.finding("discarded-comparison", "Nothing uses the result of this comparison.", value)


def _is_comparison(place: Place, node: Node) -> bool:
    """Whether an expression compares, and has no effect by which it could be meant as a statement."""
    if node.type == "comparison_operator":
        return bool({child.type for child in node.children if not child.is_named} & {"==", "!="})
    if node.type == "conditional_expression":
        return _is_comparison(place, node.named_children[0]) and not _has_effect(node.named_children[-1])
    if node.type == "boolean_operator":
        first, second = node.named_children[0], node.named_children[-1]
        return _is_comparison(place, first) and not _has_effect(second)
    return False


def _is_overloaded(place: Place, node: Node) -> bool:
    """Whether a side is an attribute of a class, as in `User.name == "x"`, which says something to a library."""
    return any(_OF_CLASS.match(place.text(child)) for child in node.named_children)


def _has_effect(node: Node) -> bool:
    return node.type in _EFFECTS or any(_has_effect(child) for child in node.named_children)


def _is_for_its_exception(place: Place, node: Node) -> bool:
    """Whether it may stand here for what it raises: last in a `try`, or below a `with` that waits for an exception."""
    block, outer = node.parent, node.parent
    if block is not None and block.parent is not None and block.parent.type == "try_statement":
        rest = [child for child in block.named_children if child.type != "comment"]
        if rest[-1] == node:
            return True
    while outer is not None and outer.type not in _FUNCTIONS:
        if outer.type == "with_statement" and _EXPECTS.search(place.text(outer.named_children[0])):
            return True
        outer = outer.parent
    return False
