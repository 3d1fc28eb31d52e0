"""The parameters of a Python function as its signature has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import Kind, Parameter, ParameterKind
from beast_lsp.engine.docs.facts.syntax import decorator_names, one_line, owner
from beast_lsp.engine.scopes.resolution.functions import parameter_nodes, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

PROPERTIES = frozenset(
    {"property", "cached_property", "abstractproperty", "lazy_property", "functools.cached_property"}
)
_INTERFACE = re.compile(r"\b(?:I[A-Z]\w+|\w*Interface)[,)]")
_CLASS_METHODS = frozenset({"__new__", "__init_subclass__", "__class_getitem__"})


def kind_of(node: Node) -> Kind:
    """What a function is to its class, by where it stands and by its decorators."""
    names = decorator_names(node)
    last = {one.rpartition(".")[2] for one in names}
    if owner(node) is None:
        return "function"
    if last & PROPERTIES:
        return "property"
    if any(one.endswith((".setter", ".deleter")) for one in names):
        return "setter"
    name = text_of(node.child_by_field_name("name"))
    if "staticmethod" in last:
        return "staticmethod"
    if "classmethod" in last or name in _CLASS_METHODS:
        return "classmethod"
    return "constructor" if name == "__init__" else "method"


def parameters(node: Node) -> list[Parameter]:
    """The parameters of a function, without the receiver of a method."""
    listed = parameter_nodes(node)
    found: list[Parameter] = []
    kind: ParameterKind = "plain"
    for one in listed:
        if one.type == "positional_separator":
            found = [_as_positional(each) for each in found]
        elif one.type == "keyword_separator":
            kind = "keyword-only"
        elif (read := _parameter(one, kind)) is not None:
            found.append(read)
            kind = "keyword-only" if read.kind == "var-positional" else kind
    return found[1:] if found and found[0].kind in {"plain", "positional-only"} and _is_bound(node) else found


def _is_bound(node: Node) -> bool:
    """Whether the first parameter is given by the object: not so in the interfaces of zope."""
    klass = owner(node)
    if klass is None or kind_of(node) == "staticmethod":
        return False
    first = next(iter(parameter_nodes(node)), None)
    return text_of(first) in {"self", "cls"} or not _INTERFACE.search(
        one_line(klass.child_by_field_name("superclasses"))
    )


def _as_positional(one: Parameter) -> Parameter:
    return Parameter(one.name, "positional-only", one.annotation, one.default)


def _parameter(node: Node, kind: ParameterKind) -> Parameter | None:
    named = node.child_by_field_name("name")
    if named is None:
        named = node.named_children[0] if node.type == "typed_parameter" and node.named_children else node
    if named.type in {"list_splat_pattern", "dictionary_splat_pattern"}:
        kind = "var-positional" if named.type == "list_splat_pattern" else "var-keyword"
        named = named.named_children[0] if named.named_children else named
    if named.type != "identifier":
        return None
    annotation, default = node.child_by_field_name("type"), node.child_by_field_name("value")
    return Parameter(text_of(named), kind, one_line(annotation), one_line(default))
