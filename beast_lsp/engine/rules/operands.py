"""The same thing twice: both sides of an operator, a condition of a chain, a key of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place, inside, is_pure, operands

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
_TESTS = frozenset({"assert_statement", "macro_invocation"})


def identical_operands(place: Place) -> Iterator[Finding]:
    """`a == a`, `x - x`, `p and p`: both sides are the same, so the result says nothing."""
    for node in place.nodes(_BINARY[place.language.family]):
        sides = operands(node)
        if sides is None or sides[1] not in _ONE_RESULT:
            continue
        left, operator, right = sides
        if not _same(place, left, right) or left.type in _LITERALS or not is_pure(left):
            continue
        if operator in _LOGICAL or not (place.is_test or inside(node, _TESTS)):
            yield place.finding("identical-operands", f"Both sides of `{operator}` are the same.", node)


def repeated_operand(place: Place) -> Iterator[Finding]:
    """`a or b or a`: an operand of a chain comes again."""
    for node in place.nodes(_BINARY[place.language.family]):
        sides = operands(node)
        if sides is None or sides[1] not in _LOGICAL:
            continue
        outer = operands(node.parent) if node.parent is not None else None
        if outer is not None and outer[1] == sides[1]:
            continue  # the whole chain is looked at once.
        seen: set[str] = set()
        chain = list(_chain(node, sides[1]))
        for operand in chain if len(chain) > 2 and all(map(is_pure, chain)) else ():
            text = _spelled(place, operand)
            if text in seen:
                yield place.finding("repeated-operand", f"`{text}` stands in this condition already.", operand)
            seen.add(text)


def repeated_condition(place: Place) -> Iterator[Finding]:
    """`if a: … elif a: …`: the second branch can never run."""
    for node in place.nodes(_IFS[place.language.family]):
        if node.parent is not None and node.parent.type in {"else_clause", "if_statement", "if_expression"}:
            continue  # the chain is looked at from its first condition on.
        seen: set[str] = set()
        for condition in _conditions(node):
            text = _spelled(place, condition)
            if text in seen and is_pure(condition):
                yield place.finding(
                    "repeated-condition", f"`{text}` was asked above: this branch never runs.", condition
                )
            seen.add(text)


def repeated_key(place: Place) -> Iterator[Finding]:
    """A key that a table holds twice: the first value is lost."""
    for node in place.nodes(("dictionary",)):
        seen: dict[str, Node] = {}
        for pair in node.named_children:
            key = pair.child_by_field_name("key") if pair.type == "pair" else None
            if pair.type == "dictionary_splat":
                seen.clear()  # what comes after it replaces what it brought, on purpose.
            if key is None or key.type not in _LITERALS:
                continue
            text = place.text(key)
            value, before = pair.child_by_field_name("value"), seen.get(text)
            if before is not None and value is not None and place.text(value) != place.text(before):
                yield place.finding("repeated-key", f"{text} has a value above already, which is lost.", key)
            if value is not None:
                seen[text] = value


def _same(place: Place, left: Node, right: Node) -> bool:
    return left.type == right.type and _spelled(place, left) == _spelled(place, right)


def _spelled(place: Place, node: Node) -> str:
    """The text with its white space evened out."""
    return " ".join(place.text(node).split())


def _chain(node: Node, operator: str) -> Iterator[Node]:
    """The operands of a chain of one operator."""
    sides = operands(node)
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
                following = next((child for child in other.named_children if child.type == current.type), None)
            elif other.type == current.type:
                following = other
        current = following
