"""Whether it can be told how many objects an expression makes. Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import Effect, effect, is_looking_call
from beast_lsp.engine.refactors.proof.values import kind

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

# The value of these is a truth value, or the very object that an operand is.
_SHARED = frozenset({"attribute", "comparison_operator", "not_operator", "boolean_operator", "identifier"})
_LOOKING = frozenset(
    {
        "binary_operator", "comparison_operator", "boolean_operator", "not_operator", "unary_operator", "interpolation",
        "if_statement", "elif_clause", "while_statement", "assert_statement", "conditional_expression", "subscript",
    }
)  # fmt: skip


def is_shareable(site: Site, node: Node) -> bool:
    """Whether one evaluation can stand for several: the same object each time, or one that nobody can tell apart."""
    if node.type in {"lambda", "list", "set", "dictionary"}:
        return False
    is_item = node.type == "subscript" and not any(child.type == "slice" for child in node.named_children)
    return node.type in _SHARED or is_item or kind(site, node) is not None or effect(site, node) is Effect.NONE


def only_looked_at(site: Site, node: Node) -> bool:
    """Whether the value of an expression is only looked at where it stands: not kept, changed, or compared by `is`."""
    outer = node.parent
    if outer is None:
        return False
    if outer.type == "comparison_operator":
        return not any(child.type in {"is", "is not"} for child in outer.children)
    if outer.type == "argument_list" and outer.parent is not None:
        return is_looking_call(site, outer.parent)
    return outer.type in _LOOKING
