"""The same thing twice: both sides of an operator, a condition of a chain, a key of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place, inside, operands
from beast_lsp.engine.rules.purity import is_fixed, is_repeatable

if TYPE_CHECKING:
    from tree_sitter import Node

_BINARY = {
    "python": ("comparison_operator", "boolean_operator", "binary_operator"),
    "javascript": ("binary_expression",),
    "go": ("binary_expression",),
    "rust": ("binary_expression",),
    "java": ("binary_expression",),
    "c": ("binary_expression",),
}
# `x != x` is how one asks for NaN; and `x * x`, `x + x`, `x << x` mean something.
_ONE_RESULT = frozenset(
    {"==", "===", "<", ">", "<=", ">=", "is", "is not", "and", "or", "&&", "||", "-", "/", "//", "%", "&", "|", "^"}
)
_LOGICAL = frozenset({"and", "or", "&&", "||"})
_LITERALS = frozenset(
    {
        "integer", "float", "string", "number", "int_literal", "float_literal", "integer_literal", "string_literal",
        "number_literal", "char_literal", "true", "false", "none", "null", "decimal_integer_literal",
        "decimal_floating_point_literal", "character_literal", "interpreted_string_literal", "boolean_literal",
    }
)  # fmt: skip
_IFS = {
    "python": ("if_statement",),
    "javascript": ("if_statement",),
    "go": ("if_statement",),
    "rust": ("if_expression",),
    "java": ("if_statement",),
    "c": ("if_statement",),
}
_MACROS = frozenset({"macro_invocation"})  # Rust's `assert!(a == a)` may stand beside the code.
_MOST_KEYS = 5  # A table that repeats more keys was made by a program.
_NAMES = frozenset({"identifier", "attribute"})


def identical_operands(place: Place) -> Iterator[Finding]:
    """`a == a`, `x - x`, `p and p`: both sides are the same, so the result says nothing."""
    for node in place.nodes(_BINARY[place.language.family]):
        sides = operands(node)
        if sides is None or sides[1] not in _ONE_RESULT:
            continue
        left, operator, right = sides
        if not _same(place, left, right) or left.type in _LITERALS or not is_repeatable(place, left):
            continue
        if operator in _LOGICAL or not (place.is_test or inside(node, _MACROS)):
            yield place.finding("identical-operands", f"Both sides of `{operator}` are the same.", node)


def repeated_operand(place: Place) -> Iterator[Finding]:
    """`a or b or a`: an operand of a chain comes again."""
    for node in place.nodes(_BINARY[place.language.family]):
        sides = operands(node)
        if sides is None or sides[1] not in _LOGICAL:
            continue
        if _is_inner(node, sides[1]):
            continue  # the whole chain is looked at once.
        chain = list(_chain(node, sides[1]))
        for operand in _repeated(place, chain) if len(chain) > 2 else ():
            message = f"`{_spelled(place, operand)}` stands in this condition already."
            yield place.finding("repeated-operand", message, operand)


def repeated_condition(place: Place) -> Iterator[Finding]:
    """`if a: … elif a: …`: the second branch can never run."""
    for node in place.nodes(_IFS[place.language.family]):
        if _is_else(node):
            continue  # the chain is looked at from its first condition on.
        for condition in _repeated(place, list(_conditions(node))):
            message = f"`{_spelled(place, condition)}` was asked above: this branch never runs."
            yield place.finding("repeated-condition", message, condition)


def repeated_key(place: Place) -> Iterator[Finding]:
    """A key that a table holds twice: the first value is lost."""
    for node in place.nodes(("dictionary",)):
        found = list(_repeated_keys(place, node))
        for key in found if len(found) <= _MOST_KEYS else ():
            yield place.finding("repeated-key", f"{place.text(key)} has a value above already, which is lost.", key)


def _repeated_keys(place: Place, node: Node) -> Iterator[Node]:
    seen: dict[str, Node] = {}
    for pair in node.named_children:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        if pair.type == "dictionary_splat":
            seen.clear()  # what comes after it replaces what it brought, on purpose.
        if key is None or value is None or (key.type not in _LITERALS and not _is_dotted(key)):
            continue
        text = place.text(key)
        if text in seen and place.text(value) != place.text(seen[text]):
            yield key
        seen[text] = value


def _repeated(place: Place, asked: list[Node]) -> Iterator[Node]:
    """Those that were asked before, and that nothing between the two can have changed."""
    seen: dict[str, int] = {}
    for number, node in enumerate(asked):
        text = _spelled(place, node)
        before = seen.setdefault(text, number)
        if before < number and (
            all(is_repeatable(place, each) for each in asked[before : number + 1]) or is_fixed(place, node)
        ):
            yield node


def _is_dotted(node: Node) -> bool:
    """Whether an expression is a name, or a name of a module or a class after dots."""
    return node.type in _NAMES and all(child.type in _NAMES for child in node.named_children)


def _is_inner(node: Node, operator: str) -> bool:
    """Whether a chain goes on around this part of it."""
    outer = node.parent
    while outer is not None and outer.type == "parenthesized_expression":
        outer = outer.parent
    sides = operands(outer) if outer is not None else None
    return sides is not None and sides[1] == operator


def _same(place: Place, left: Node, right: Node) -> bool:
    return left.type == right.type and _spelled(place, left) == _spelled(place, right)


def _spelled(place: Place, node: Node) -> str:
    """The text with its white space evened out."""
    return " ".join(place.text(node).split())


def _chain(node: Node, operator: str) -> Iterator[Node]:
    """The operands of a chain of one operator; parentheses within it change nothing."""
    inner = node
    while inner.type == "parenthesized_expression" and inner.named_child_count == 1:
        inner = inner.named_children[0]
    sides = operands(inner)
    if sides is None or sides[1] != operator:
        yield node
        return
    yield from _chain(sides[0], operator)
    yield from _chain(sides[2], operator)


def _conditions(node: Node) -> Iterator[Node]:
    """The conditions of an if chain in their order; none from where something is declared or assigned between them."""
    current: Node | None = node
    while current is not None and current.child_by_field_name("initializer") is None:
        condition = current.child_by_field_name("condition")
        if condition is None or condition.type in {"let_condition", "let_chain"}:
            return
        yield condition
        following: Node | None = None
        for other in current.children_by_field_name("alternative"):
            if other.type == "elif_clause" and (condition := other.child_by_field_name("condition")) is not None:
                yield condition
            elif other.type == "else_clause":
                following = _only(other, current.type)
            elif other.type == current.type:
                following = other
        current = following


def _is_else(node: Node) -> bool:
    """Whether an `if` is all that an `else` holds, or the next one of a chain."""
    outer = node.parent
    if outer is not None and outer.type == "block" and outer.parent is not None and outer.parent.type == "else_clause":
        loop_or_if = outer.parent.parent
        return _only(outer.parent, node.type) == node and loop_or_if is not None and loop_or_if.type == node.type
    return outer is not None and outer.type in {"else_clause", "if_statement", "if_expression"}


def _only(clause: Node, kind: str) -> Node | None:
    """The statement of a type that an `else` holds: directly, or in Python alone in its block."""
    inner = [child for child in clause.named_children if "comment" not in child.type]
    if len(inner) == 1 and inner[0].type == "block":
        inner = [child for child in inner[0].named_children if "comment" not in child.type][:2]
        return inner[0] if len(inner) == 1 and inner[0].type == kind else None
    return next((child for child in inner if child.type == kind), None)
