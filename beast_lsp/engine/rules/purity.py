"""Whether an expression gives the same when it is asked again: at once, or after other code ran between."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Place, is_pure

if TYPE_CHECKING:
    from tree_sitter import Node

# Built-in functions of Python that look at their arguments and change nothing.
_LOOKING = frozenset(
    {
        "abs", "bool", "callable", "float", "frozenset", "getattr", "hasattr", "int", "isinstance", "issubclass", "len",
        "repr", "round", "str", "type",
    }
)  # fmt: skip
# Methods of texts and tables, and names that habit keeps for questions.
_ASKING = re.compile(
    r"(is|has|can|should)_?\w+|startswith|endswith|lower|upper|strip|lstrip|rstrip|casefold|title|split|encode|decode"
    r"|keys|values|items|count|index|find|exists|match|fullmatch|search"
)
_PARTS = frozenset(
    {
        "identifier", "integer", "float", "string", "string_start", "string_content", "string_end", "escape_sequence",
        "none", "true", "false", "parenthesized_expression", "comparison_operator", "not_operator", "boolean_operator",
        "unary_operator", "binary_operator", "tuple", "list", "set", "argument_list",
    }
)  # fmt: skip


def is_repeatable(place: Place, node: Node) -> bool:
    """Whether evaluating an expression twice in a row gives the same and changes nothing, as far as can be seen."""
    if is_pure(node):
        return True
    if node.type == "call" and not _is_question(place, node):
        return False
    return (node.type == "call" or node.type in _PARTS or node.type in {"attribute", "subscript"}) and all(
        is_repeatable(place, child) for child in node.named_children
    )


def is_fixed(place: Place, node: Node) -> bool:
    """Whether no call can change what an expression gives: it is made of plain names, not of what they hold. Python."""
    if node.type == "call":
        function = node.child_by_field_name("function")
        arguments = node.child_by_field_name("arguments")
        is_typed = function is not None and place.text(function) in {"isinstance", "issubclass", "callable", "type"}
        return is_typed and arguments is not None and is_fixed(place, arguments)
    if node.type == "attribute":
        # `types.FunctionType`, the second argument of `isinstance`.
        return node.parent is not None and node.parent.type in {"argument_list", "tuple"}
    return node.type in _PARTS and all(is_fixed(place, child) for child in node.named_children)


def _is_question(place: Place, node: Node) -> bool:
    function = node.child_by_field_name("function")
    if function is None:
        return False
    if function.type == "identifier":
        return place.text(function) in _LOOKING
    name = function.child_by_field_name("attribute")
    if function.type != "attribute" or name is None:
        return False
    if place.text(name) == "get":  # of a table, if it is given a key as it is written.
        given = node.child_by_field_name("arguments")
        return given is not None and bool(given.named_children) and given.named_children[0].type == "string"
    return _ASKING.fullmatch(place.text(name)) is not None
