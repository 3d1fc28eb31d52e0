"""Whether an expression can be left out: nobody notices that it is not evaluated. Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import Effect, effect
from beast_lsp.engine.refactors.proof.values import is_builtin

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

# These use up what they are given, or run what others wrote; leaving them out may be noticed.
_LOOKING = ("len", "isinstance", "issubclass", "callable", "type", "id")
_USING = frozenset({"list_comprehension", "set_comprehension", "dictionary_comprehension", "list_splat"})
# Division and the like fail for some values as a matter of course.
_FAILING = frozenset({"/", "//", "%", "**", "<<", "@"})


def is_droppable(site: Site, node: Node) -> bool:
    """Whether evaluating an expression has no effect but its value.

    Reading an attribute, adding or comparing counts as safe; looking up an item does not: programs rely on its failing.
    """
    if effect(site, node) is Effect.ANY:
        return False
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in _USING or _may_fail(site, one):
            return False
        if one.type != "lambda":
            stack += one.named_children
    return True


def _may_fail(site: Site, node: Node) -> bool:
    if node.type == "call":
        function = node.child_by_field_name("function")
        return function is None or not is_builtin(site, function, *_LOOKING)
    if node.type == "subscript":
        return not any(child.type == "slice" for child in node.named_children)
    return node.type == "binary_operator" and any(child.type in _FAILING for child in node.children)
