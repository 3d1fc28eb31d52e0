"""A condition in words: `count < 0` is "`count` is negative". Python.

Only what stays true word for word is said; a condition that is too long for a sentence has no words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.syntax import one_line
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

LONGEST = 60
"""The longest piece of code, in characters, that a sentence quotes."""
_SIGNS = {
    "<": ("is less than", "is at least"),
    "<=": ("is at most", "is greater than"),
    ">": ("is greater than", "is at most"),
    ">=": ("is at least", "is less than"),
    "==": ("is", "is not"),
    "!=": ("is not", "is"),
    "is": ("is", "is not"),
    "is not": ("is not", "is"),
    "in": ("is in", "is not in"),
    "not in": ("is not in", "is in"),
}
_ZERO = {"<": ("is negative", "is not negative"), "==": ("is 0", "is not 0"), "!=": ("is not 0", "is 0")}
_EMPTY = {("==", "0"), ("<", "1")}


def words(node: Node, *, holds: bool = True) -> str:
    """When an expression is true, or false where it does not hold, as a clause; empty where that takes too long."""
    if node.type == "parenthesized_expression" and node.named_child_count == 1:
        return words(node.named_children[0], holds=holds)
    if node.type == "not_operator" and node.named_children:
        return words(node.named_children[-1], holds=not holds)
    if node.type == "boolean_operator":
        return _joined(node, holds=holds)
    if node.type == "comparison_operator":
        return _compared(node, holds=holds)
    if node.type == "call" and text_of(node.child_by_field_name("function")) == "isinstance":
        found = _instance(node, holds=holds)
        if found:
            return found
    return _plain(node, holds=holds)


def quoted(node: Node | None) -> str:
    """The source of an expression in backticks; empty where it is too long, or can't stand in a docstring."""
    text = one_line(node)
    is_plain = 0 < len(text) <= LONGEST and not set(text) & set("`\\\n") and '"""' not in text
    return f"`{text}`" if is_plain else ""


def _plain(node: Node, *, holds: bool) -> str:
    text = quoted(node)
    is_call = node.type == "call"
    said = ("is true" if holds else "is false") if is_call else ("is truthy" if holds else "is falsy")
    return f"{text} {said}" if text else ""


def _joined(node: Node, *, holds: bool) -> str:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is None or right is None or operator is None:
        return ""
    # A negated `and` is an `or` of negations; mixed ones would need brackets that sentences lack.
    sign = operator.type if holds else {"and": "or", "or": "and"}[operator.type]
    if any(one.type == "boolean_operator" and one.child_by_field_name("operator") != operator for one in (left, right)):
        inner = [one.child_by_field_name("operator") for one in (left, right) if one.type == "boolean_operator"]
        if any(one is not None and one.type != operator.type for one in inner):
            return ""
    if any(_is_group(one) for one in (left, right)):
        return ""
    first, second = words(left, holds=holds), words(right, holds=holds)
    return f"{first} {sign} {second}" if first and second else ""


def _is_group(node: Node) -> bool:
    """Whether an operand joins several conditions within brackets or behind `not`."""
    while node.type in {"parenthesized_expression", "not_operator"} and node.named_children:
        node = node.named_children[-1]
        if node.type == "boolean_operator":
            return True
    return False


def _compared(node: Node, *, holds: bool) -> str:
    signs = " ".join(one.type for one in node.children if not one.is_named)
    if node.named_child_count != 2 or signs not in _SIGNS:
        return _held(node, holds=holds)
    left, right = node.named_children
    if left.type in {"integer", "string", "none", "float"}:
        return _held(node, holds=holds)
    given = one_line(right)
    emptied = _emptiness(left, signs, given, holds=holds)
    if emptied:
        return emptied
    first = quoted(left)
    if given == "0" and signs in _ZERO:
        return f"{first} {_ZERO[signs][not holds]}" if first else ""
    second = given if given in {"None", "True", "False"} else quoted(right)
    return f"{first} {_SIGNS[signs][not holds]} {second}" if first and second else ""


def _held(node: Node, *, holds: bool) -> str:
    text = quoted(node)
    return f"{text} {'holds' if holds else 'does not hold'}" if text else ""


def _emptiness(left: Node, signs: str, given: str, *, holds: bool) -> str:
    """`len(x) == 0` and its like."""
    is_len = left.type == "call" and text_of(left.child_by_field_name("function")) == "len"
    listed = left.child_by_field_name("arguments") if is_len else None
    if listed is None or (signs, given) not in _EMPTY or listed.named_child_count != 1:
        return ""
    text = quoted(listed.named_children[0])
    return f"{text} {'is empty' if holds else 'is not empty'}" if text else ""


def _instance(node: Node, *, holds: bool) -> str:
    listed = node.child_by_field_name("arguments")
    if listed is None or listed.named_child_count != 2:
        return ""
    value, kinds = listed.named_children
    each = kinds.named_children if kinds.type == "tuple" else [kinds]
    subject, names = quoted(value), [quoted(one) for one in each]
    if not subject or not all(names) or not names:
        return ""
    said = "is an instance of" if holds else "is not an instance of"
    return f"{subject} {said} {' or '.join(names)}"
