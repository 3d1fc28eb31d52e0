"""What the syntax says of functions and their parameters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.table import Role, Scope, Symbol

if TYPE_CHECKING:
    from tree_sitter import Node

# Methods whose first parameter is the class even without a decorator.
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def text_of(node: Node | None) -> str:
    """The text of a node; empty where it is missing."""
    return (node.text or b"").decode("utf-8", "replace") if node is not None else ""


def decorators(definition: Node) -> list[Node]:
    """The expressions that decorate a function or a class, in the order of the text."""
    holder = definition.parent
    if holder is None or holder.type != "decorated_definition":
        return []
    return [one.named_children[0] for one in holder.named_children if one.type == "decorator" and one.named_children]


def class_around(function: Scope) -> Scope | None:
    """The class that a function is a method of."""
    outer = function.parent
    while outer is not None and outer.kind == "type":
        outer = outer.parent
    return outer if outer is not None and outer.kind == "class" and function.kind == "function" else None


def method_kind(function: Scope) -> str:
    """What the first parameter of a method is: "self", "cls" or, of a static method, empty."""
    names = {text_of(one).rpartition(".")[2] for one in decorators(function.node)}
    if "staticmethod" in names:
        return ""
    is_class_method = "classmethod" in names or text_of(function.node.child_by_field_name("name")) in _CLASS_METHODS
    return "cls" if is_class_method else "self"


def parameter_nodes(function: Node) -> list[Node]:
    """The parameters of a function or lambda, with their annotations, defaults and separators."""
    listed = function.child_by_field_name("parameters")
    return [one for one in listed.named_children if one.type != "comment"] if listed is not None else []


def parameter_name(node: Node) -> Node | None:
    """The identifier of a parameter; None of a separator."""
    if node.type == "identifier":
        return node
    named = node.child_by_field_name("name")
    if named is not None:
        return named if named.type == "identifier" else None
    return next((found for child in node.named_children[:1] if (found := parameter_name(child)) is not None), None)


def receiver(symbol: Symbol) -> tuple[Scope, str] | None:
    """The class, and "self" or "cls", where a symbol is the first parameter of a method and is not rebound."""
    one = symbol.only(Role.PARAMETER)
    holder = class_around(symbol.scope)
    if one is None or holder is None:
        return None
    first = next(iter(parameter_nodes(symbol.scope.node)), None)
    kind = method_kind(symbol.scope)
    named = parameter_name(first) if first is not None and not first.type.endswith("splat_pattern") else None
    return (holder, kind) if kind and named is not None and named.start_byte == one.start else None


def parameter_kind(symbol: Symbol) -> str:
    """How a call gives a parameter: "keyword", "positional" or, with `*` or `**`, "splat"; empty of another symbol."""
    one = next(iter(symbol.binders()), None)
    if one is None or one.role is not Role.PARAMETER:
        return ""
    listed = parameter_nodes(symbol.scope.node)
    for index, node in enumerate(listed):
        if node.start_byte <= one.start < node.end_byte:
            is_splat = node.type.endswith("splat_pattern") or (
                node.children[:1] and node.children[0].type.endswith("splat_pattern")
            )
            if is_splat:
                return "splat"
            is_before = any(later.type == "positional_separator" for later in listed[index:])
            return "positional" if is_before else "keyword"
    return ""
