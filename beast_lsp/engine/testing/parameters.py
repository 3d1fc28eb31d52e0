"""The parameters of functions, and of classes whose constructor is made of their fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of
from beast_lsp.engine.testing.nodes import body_of
from beast_lsp.guest.wire import Parameter

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.guest.wire import ParameterKind


def parameters(function: Node) -> list[Parameter]:
    """The parameters of a function in their order, `self` and `cls` included, without seeds."""
    found: list[Parameter] = []
    kind: ParameterKind = "plain"
    for node in parameter_nodes(function):
        if node.type == "positional_separator":
            found = [_as_positional(one) for one in found]
        elif node.type in {"keyword_separator"}:
            kind = "keyword-only"
        else:
            named = parameter_name(node)
            own = _splat(node) or kind
            kind = "keyword-only" if own == "var-positional" else kind
            if named is not None:
                found.append(_parameter(node, text_of(named), own))
    return found


def _as_positional(one: Parameter) -> Parameter:
    one["kind"] = "positional-only"
    return one


def _splat(node: Node) -> ParameterKind | None:
    marked = node if node.type.endswith("splat_pattern") else next(iter(node.named_children), node)
    if marked.type == "list_splat_pattern":
        return "var-positional"
    return "var-keyword" if marked.type == "dictionary_splat_pattern" else None


def _parameter(node: Node, name: str, kind: ParameterKind) -> Parameter:
    default = text_of(node.child_by_field_name("value"))
    return Parameter(name=name, kind=kind, annotation=_annotation(node), default=default, seeds=[])


def _annotation(node: Node) -> str:
    text = text_of(node.child_by_field_name("type"))
    return text[1:-1] if text[:1] in {"'", '"'} and text[-1:] == text[:1] else text


def field_parameters(klass: Node) -> list[Parameter]:
    """The fields of a data class or named tuple as parameters of its constructor."""
    found: list[Parameter] = []
    for statement in body_of(klass):
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is None or inner.type != "assignment" or inner.child_by_field_name("type") is None:
            continue
        default = text_of(inner.child_by_field_name("right"))
        left = inner.child_by_field_name("left")
        if left is None or left.type != "identifier" or "ClassVar" in _annotation(inner) or "init=False" in default:
            continue
        kind: ParameterKind = "keyword-only" if "kw_only=True" in default else "plain"
        found.append(Parameter(name=text_of(left), kind=kind, annotation=_annotation(inner), default=default, seeds=[]))
    return found
