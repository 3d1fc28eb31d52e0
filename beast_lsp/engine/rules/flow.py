"""Code that can't be reached."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place

if TYPE_CHECKING:
    from tree_sitter import Node

_BLOCKS = {
    "python": ("block",),
    "javascript": ("statement_block",),
    "go": ("statement_list",),
    "java": ("block",),
    "c": ("compound_statement",),
}
_ENDS = frozenset(
    {
        "return_statement", "raise_statement", "continue_statement", "break_statement", "throw_statement",
        "goto_statement",
    }
)  # fmt: skip
# Not code, or code that counts wherever it stands.
_HARMLESS = frozenset(
    {
        "comment", "line_comment", "block_comment", "function_declaration", "generator_function_declaration",
        "class_declaration", "empty_statement", "labeled_statement", "case_statement", "break_statement",
        "variable_declaration", "type_alias_declaration", "interface_declaration",
    }
)  # fmt: skip
_YIELDS = frozenset({"yield", "yield_expression"})
_LABELS = frozenset({"labeled_statement", "case_statement"})
_FUNCTIONS = frozenset(
    {
        "function_definition", "lambda", "class_definition", "function_declaration", "function_expression",
        "generator_function_declaration", "generator_function", "arrow_function", "method_definition",
    }
)  # fmt: skip


def unreachable_code(place: Place) -> Iterator[Finding]:
    """Statements after `return`, `raise`, `break` or `continue` in the same block."""
    for block in place.nodes(_BLOCKS[place.language.family]):
        children = [child for child in block.named_children if "comment" not in child.type]
        for number, child in enumerate(children[:-1]):
            if child.type not in _ENDS:
                continue
            dead = children[number + 1 :]
            is_code = dead[0].type not in _HARMLESS or place.language.family == "python"
            if is_code and not _matters(block, dead) and not block.has_error:
                word = place.text(child).split(maxsplit=1)[0].rstrip(";")
                start = place.tree.position(dead[0].start_point)
                end = place.tree.position(dead[-1].end_point)
                message = f"This is never reached: the `{word}` above ends the block."
                yield Finding("unreachable-code", message, start, end, is_dead=True)
            break


def _matters(block: Node, dead: list[Node]) -> bool:
    """Whether code counts though it is never run: a label, a `yield` by itself, or the only one of a generator."""
    if any(_count(node, _LABELS) for node in dead) or (
        dead[0].named_children and dead[0].named_children[0].type in _YIELDS
    ):
        return True
    yields = sum(_count(node, _YIELDS) for node in dead)
    function: Node | None = block
    while yields and function is not None and function.type not in _FUNCTIONS:
        function = function.parent
    body = function.child_by_field_name("body") if yields and function is not None else None
    return bool(yields) and (body is None or _count(body, _YIELDS) == yields)


def _count(node: Node, kinds: frozenset[str]) -> int:
    """How many nodes of some types there are, those of inner functions left out."""
    if node.type in _FUNCTIONS:
        return 0
    return (node.type in kinds) + sum(_count(child, kinds) for child in node.named_children)
