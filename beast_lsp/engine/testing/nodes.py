"""What the syntax of Python says of definitions, calls and literals."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

LITERALS = frozenset({"string", "integer", "float", "true", "false", "none", "ellipsis", "concatenated_string"})
_CONTAINERS = frozenset({"list", "tuple", "set", "dictionary", "pair", "parenthesized_expression", "unary_operator"})
_SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_DEEPEST = 60  # of nested literals; deeper ones are data.


def descendants(node: Node, into_scopes: bool = True) -> Iterator[Node]:
    """The node and the named nodes below it, in the order of the text; without `into_scopes` not those of functions."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        if into_scopes or one is node or one.type not in _SCOPES:
            stack += reversed(one.named_children)


def is_literal(node: Node, depth: int = 0) -> bool:
    """Whether an expression is made of constants alone."""
    if node.type in LITERALS:
        return not any(child.type == "interpolation" for child in descendants(node))
    return depth < _DEEPEST and node.type in _CONTAINERS and all(is_literal(c, depth + 1) for c in node.named_children)


def undecorated(node: Node) -> Node:
    """The function or class that a decorated definition holds; any other node as it is."""
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
    return inner if inner is not None else node


def body_of(node: Node) -> list[Node]:
    """The statements of a function, class or block, without comments."""
    body = node if node.type in {"block", "module"} else node.child_by_field_name("body")
    return [child for child in body.named_children if child.type != "comment"] if body is not None else []


def docstring(definition: Node) -> Node | None:
    """The string that a body begins with."""
    first = next(iter(body_of(definition)), None)
    inner = first.named_children[0] if first is not None and first.type == "expression_statement" else None
    return inner if inner is not None and inner.type == "string" else None


def decorator_names(definition: Node) -> list[str]:
    """The dotted names of the decorators, without what they are called with."""
    return [
        text_of(one.child_by_field_name("function") if one.type == "call" else one) for one in decorators(definition)
    ]


def name_of(definition: Node) -> str:
    """The name of a function or class."""
    return text_of(definition.child_by_field_name("name"))


def bases(definition: Node) -> list[str]:
    """The last names of a class's bases, without what they are subscripted with."""
    listed = definition.child_by_field_name("superclasses")
    found = listed.named_children if listed is not None else []
    return [text_of(one).partition("[")[0].rpartition(".")[2] for one in found if one.type != "keyword_argument"]


def arguments(call: Node) -> tuple[list[Node], dict[str, Node]] | None:
    """The positional and the keyword arguments of a call; None where a splat hides what they are."""
    listed = call.child_by_field_name("arguments")
    if listed is None or listed.type != "argument_list":
        return None
    positional: list[Node] = []
    keywords: dict[str, Node] = {}
    for one in listed.named_children:
        value = one.child_by_field_name("value")
        if one.type in {"list_splat", "dictionary_splat"}:
            return None
        if one.type == "keyword_argument" and value is not None:
            keywords[text_of(one.child_by_field_name("name"))] = value
        elif one.type != "comment":
            positional.append(one)
    return positional, keywords


def statement_of(node: Node) -> Node:
    """The innermost statement around an expression."""
    while node.parent is not None and node.parent.type not in {"block", "module"}:
        node = node.parent
    return node


def function_of(node: Node) -> Node | None:
    """The innermost function around a node."""
    outer = node.parent
    while outer is not None and outer.type != "function_definition":
        outer = outer.parent
    return outer
