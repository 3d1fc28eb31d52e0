"""Whether what was one expression still is one: precedence, and what a change of grouping would change."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.net.render import Rendered
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

# Expressions whose parts bind more or less tightly: a part that is exchanged must stay a part of the same kind.
_GROUPING = frozenset(
    {
        "binary_operator", "unary_operator", "boolean_operator", "not_operator", "comparison_operator", "attribute",
        "call", "subscript", "conditional_expression", "await", "binary_expression", "unary_expression",
        "member_expression", "call_expression", "subscript_expression", "ternary_expression", "await_expression",
        "field_expression", "method_invocation", "field_access", "selector_expression", "index_expression",
    }
)  # fmt: skip
# What may hold one expression without anything around it.
_SHELLS = frozenset(
    {"expression_statement", "expression_list", "statement_list", "literal_element", "block", "module", "type"}
)
# The same code is called otherwise where it is a target, a pattern or a type.
_SAME = {
    "pattern_list": "tuple", "tuple_pattern": "tuple", "list_pattern": "list",
    "list_splat_pattern": "list_splat", "with_clause": "with_item", "dotted_name": "identifier",
    "expression_list": "tuple",
}  # fmt: skip


def check_structure(trees: Callable[[str], SyntaxTree], old: SyntaxTree, new: SyntaxTree, rendered: Rendered) -> None:
    """Raises RefactoringRefused where a copied or an exchanged expression falls apart in the new text of a file.

    `trees` gives the tree of a path before the refactoring, `old` is that of the file itself.
    """
    root = new.tree.root_node
    for copy, start, end in rendered.copies:
        node = _exact(trees(copy.span.path).tree.root_node, copy.span.start, copy.span.end)
        text = rendered.source[start:end]
        start += len(text) - len(text.lstrip())  # noqa: PLW2901 - without the indentation that it was given.
        new_node = _exact(root, start, end)
        if node is not None and node.type == "expression_list" and new_node is None:
            new_node = _exact(root, start - 1, end + 1)  # a tuple is its brackets, too.
        if node is not None and not _fits(node, new_node):
            raise RefactoringRefused("The copied code would be grouped otherwise at its new place.")
    for edit, start, end in rendered.edits:
        node = _exact(old.tree.root_node, edit.span.start, edit.span.end)
        if node is not None and end > start and node.parent is not None and node.parent.type in _GROUPING:
            _check_exchanged(node.parent, _exact(root, start, end))
        _check_not_shown(old, edit.span.start, edit.span.end)


def _exact(root: Node, start: int, end: int) -> Node | None:
    """The outermost expression that spans exactly these bytes."""
    node = root.named_descendant_for_byte_range(start, end)
    if node is None or (node.start_byte, node.end_byte) != (start, end) or end <= start:
        return None
    while node.parent is not None and (node.parent.start_byte, node.parent.end_byte) == (start, end):
        node = node.parent
    while node.type in _SHELLS and node.named_child_count == 1:
        node = node.named_children[0]
    return node if node.type not in {"block", "module"} else None  # statements have no precedence.


def _fits(old: Node, new: Node | None) -> bool:
    return new is not None and _SAME.get(old.type, old.type) == _SAME.get(new.type, new.type)


def _check_exchanged(parent: Node, new: Node | None) -> None:
    if new is None or new.parent is None or new.parent.type != parent.type:
        raise RefactoringRefused("The new expression would be grouped otherwise at its place.")


def _check_not_shown(tree: SyntaxTree, start: int, end: int) -> None:
    """Raises RefactoringRefused for an edit in `f"{x=}"`, which prints its own text."""
    node = tree.tree.root_node.descendant_for_byte_range(start, end)
    while node is not None and not node.type.endswith(("_statement", "_definition")):
        if node.type == "interpolation" and any(child.type == "=" for child in node.children):
            line = tree.position(node.start_point).line + 1
            raise RefactoringRefused(
                f"The f-string in line {line} prints the text of its expression (`=`).",
                hint="Write the text out first.",
            )
        node = node.parent
