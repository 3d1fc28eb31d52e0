"""What a Python function does with each of its parameters, as predicates: "compared with `0`", "iterated over"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.conditions import quoted
from beast_lsp.engine.docs.facts.syntax import own_nodes
from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_MOST = 3
_Reader = Callable[["Node", "Node"], Iterator[str]]
_CALLABLES = frozenset({"identifier", "attribute"})


def uses(function: Node, bound: set[str]) -> Mapping[str, tuple[str, ...]]:
    """By parameter, the predicates that hold of it; none of those that the function binds anew (`bound`)."""
    names = {text_of(name) for one in parameter_nodes(function) if (name := parameter_name(one)) is not None} - bound
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in own_nodes(function):
        if one.type == "identifier" and text_of(one) in names and one.parent is not None:
            for said in _predicate(one, one.parent):
                found[text_of(one)][said] = None
    return {name: tuple(said)[:_MOST] for name, said in found.items()}


def _predicate(node: Node, outer: Node) -> Iterator[str]:
    while outer.type in {"list_splat", "dictionary_splat"} and outer.parent is not None:
        node, outer = outer, outer.parent
    if outer.type == "keyword_argument" and outer.parent is not None:
        node, outer = outer, outer.parent
    read = _READERS.get(outer.type)
    if read is not None:
        yield from read(node, outer)


def _plainly(field: str, said: str) -> _Reader:
    """A predicate that holds of what stands in a field of a node."""

    def read(node: Node, outer: Node) -> Iterator[str]:
        if not field or outer.child_by_field_name(field) == node:
            yield said

    return read


def _stored(node: Node, outer: Node) -> Iterator[str]:
    target = outer.child_by_field_name("left")
    is_value = outer.child_by_field_name("right") == node
    text = quoted(target) if is_value and target is not None and target.type == "attribute" else ""
    if text:
        yield f"stored as {text}"


def _looked_up(node: Node, outer: Node) -> Iterator[str]:
    text = quoted(outer.child_by_field_name("value")) if outer.child_by_field_name("value") != node else ""
    if text:
        yield f"used to index {text}"


def _passed(node: Node, listed: Node) -> Iterator[str]:
    """`f(x)` and `f(name=x)`: to what, and as what."""
    call = listed.parent
    target = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    text = quoted(target) if target is not None and target.type in _CALLABLES else ""
    if not text:
        return
    if text == "`isinstance`":
        kinds = listed.named_children[1] if listed.named_child_count == 2 and listed.named_children[0] == node else None
        if said := quoted(kinds):
            yield f"checked to be an instance of {said}"
        return
    keyword = text_of(node.child_by_field_name("name")) if node.type == "keyword_argument" else ""
    yield f"passed to {text} as `{keyword}`" if keyword else f"passed to {text}"


def _compared(node: Node, outer: Node) -> Iterator[str]:
    if outer.named_child_count != 2:
        return
    other = outer.named_children[1 if outer.named_children[0] == node else 0]
    signs = {one.type for one in outer.children if not one.is_named}
    text = quoted(other)
    if text and other.type != "none" and signs <= {"<", ">", "<=", ">=", "==", "!="}:
        yield f"compared with {text}"
    elif text and signs <= {"in", "not in"} and outer.named_children[0] == node:
        yield f"looked for in {text}"


_READERS: Mapping[str, _Reader] = {
    "argument_list": _passed,
    "for_statement": _plainly("right", "iterated over"),
    "for_in_clause": _plainly("right", "iterated over"),
    "comparison_operator": _compared,
    "call": _plainly("function", "called"),
    "return_statement": _plainly("", "returned"),
    "assignment": _stored,
    "subscript": _looked_up,
}
