"""What the text of a Python function, class or module consists of: its body, its docstring, the nodes of its own."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

SCOPES = frozenset({"function_definition", "class_definition", "lambda"})
_QUOTED = frozenset({"string", "concatenated_string"})
_NAMED = frozenset({"function_definition", "class_definition"})


def one_line(node: Node | None) -> str:
    """The source of a node on one line; empty where it is missing."""
    return " ".join(text_of(node).split())


def body_of(node: Node) -> Node | None:
    """The block of a function or a class; the module itself."""
    return node if node.type == "module" else node.child_by_field_name("body")


def statements(node: Node) -> list[Node]:
    """The statements of a function, a class or a module, without comments and its docstring."""
    body = body_of(node)
    listed = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    return listed[1:] if docstring_node(node) is not None else listed


def docstring_node(node: Node) -> Node | None:
    """The string that documents a function, a class or a module; None where there is none, or a formatted one."""
    body = body_of(node)
    first = next((one for one in body.named_children if one.type != "comment"), None) if body is not None else None
    if first is None or first.type != "expression_statement" or first.named_child_count != 1:
        return None
    value = first.named_children[0]
    opening = text_of(value)[:6].lower().partition('"')[0].partition("'")[0]
    is_text = value.type == "string" and not set(opening) & {"f", "b", "t"}
    return value if is_text else None


def docstring(node: Node) -> str | None:
    """What the docstring says, escapes read, indentation as written; None where there is none."""
    found = docstring_node(node)
    if found is None:
        return None
    try:
        value = ast.literal_eval(text_of(found))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str) else None


def own_nodes(node: Node) -> Iterator[Node]:
    """The nodes that run when a function is called, in the order of the text: not those of functions within it."""
    stack = list(reversed(statements(node)))
    while stack:
        one = stack.pop()
        yield one
        if one.type not in SCOPES:
            stack += reversed(one.named_children)


def around(node: Node, top: Node) -> Iterator[tuple[Node, Node]]:
    """The nodes around a node within `top`, innermost first, each with the child of it that the node lies in."""
    inner, outer = node, node.parent
    while outer is not None and outer != top:
        yield outer, inner
        inner, outer = outer, outer.parent


def qualified_name(node: Node) -> str:
    """The name of a definition with those of the classes and functions around it."""
    names = [text_of(node.child_by_field_name("name"))]
    outer = node.parent
    while outer is not None:
        if outer.type in _NAMED:
            names.append(text_of(outer.child_by_field_name("name")))
        outer = outer.parent
    return ".".join(reversed(names))


def owner(node: Node) -> Node | None:
    """The class whose body holds a function directly; None for any other function."""
    outer = node.parent
    while outer is not None and outer.type in {"decorated_definition", "block", "if_statement", "else_clause"}:
        outer = outer.parent
    return outer if outer is not None and outer.type == "class_definition" else None


def decorator_names(node: Node) -> tuple[str, ...]:
    """The decorators of a definition as written, without what they are called with."""
    return tuple(one_line(one).partition("(")[0].strip() for one in decorators(node))


def whole(node: Node) -> Node:
    """A definition with its decorators."""
    outer = node.parent
    return outer if outer is not None and outer.type == "decorated_definition" else node


def definitions(root: Node) -> list[Node]:
    """Every function and class of a file that could be read, in the order of the text."""
    found, stack = [], [root]
    while stack:
        one = stack.pop()
        if one.type in _NAMED and one.child_by_field_name("body") is not None:
            found.append(one)
        stack += reversed(one.named_children)
    return found
