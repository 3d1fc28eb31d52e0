"""Code that can't be reached."""

from __future__ import annotations

import builtins
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place, inside

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
_FUNCTIONS = frozenset({"function_definition", "lambda", "class_definition"})


def unreachable_code(place: Place) -> Iterator[Finding]:
    """Statements after `return`, `raise`, `break` or `continue` in the same block."""
    for block in place.nodes(_BLOCKS[place.language.family]):
        children = [child for child in block.named_children if "comment" not in child.type]
        for number, child in enumerate(children[:-1]):
            if child.type not in _ENDS:
                continue
            dead = children[number + 1 :]
            if dead[0].type not in _HARMLESS and not any(map(_matters, dead)) and not block.has_error:
                word = place.text(child).split(maxsplit=1)[0].rstrip(";")
                start = place.tree.position(dead[0].start_point)
                end = place.tree.position(dead[-1].end_point)
                message = f"This is never reached: the `{word}` above ends the block."
                yield Finding("unreachable-code", message, start, end, is_dead=True)
            break


def unreachable_handler(place: Place) -> Iterator[Finding]:
    """`except Exception: … except ValueError: …`: the first takes what the second waits for."""
    for node in place.nodes(("try_statement",)):
        caught: list[tuple[str, type[BaseException]]] = []
        for clause in node.named_children:
            if clause.type != "except_clause":
                continue
            named = [(name, _builtin(name)) for name in _caught(place, clause)]
            for name, kind in named:
                by = next((first for first, known in caught if kind is not None and issubclass(kind, known)), None)
                if by is not None and len(named) == 1:
                    message = f"`{name}` never comes here: `except {by}` above takes it."
                    yield place.finding("unreachable-handler", message, clause.named_children[0])
            caught += [(name, kind) for name, kind in named if kind is not None]


def _matters(node: Node) -> bool:
    """Whether code counts though it is never run: a `yield` makes its function a generator."""
    if node.type in _YIELDS or node.type in {"labeled_statement", "case_statement"}:
        return True
    return node.type not in _FUNCTIONS and any(_matters(child) for child in node.named_children)


def _caught(place: Place, clause: Node) -> list[str]:
    """The names that an except clause lists."""
    if not clause.named_children or clause.named_children[0].type == "block":
        return ["BaseException"]
    value = clause.named_children[0]
    if value.type == "as_pattern":
        value = value.named_children[0]
    items = value.named_children if value.type == "tuple" else [value]
    return [place.text(item) for item in items]


def _builtin(name: str) -> type[BaseException] | None:
    """The built-in exception of this name; a name that a program defines itself is hardly one of them."""
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None


def discarded_comparison(place: Place) -> Iterator[Finding]:
    """`total == 3` as a statement: nothing looks at the result."""
    for node in place.nodes(("expression_statement",)):
        value = node.named_children[0] if node.named_child_count == 1 else None
        if value is None or value.type != "comparison_operator" or node.parent is None:
            continue
        # In a `with` or `try` block it may be there for the exception that it raises.
        around = ("with_statement", "try_statement")
        signs = {child.type for child in value.children if not child.is_named}
        if not signs & {"==", "!="} or place.is_test or inside(node, around, until=_FUNCTIONS):
            continue
        if node.parent.type == "block":
            yield place.finding("discarded-comparison", "Nothing uses the result of this comparison.", value)
