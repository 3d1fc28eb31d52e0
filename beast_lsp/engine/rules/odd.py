"""The one comparison of a value with a literal that is of another kind than all others in the file. Python."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.bindings import scopes
from beast_lsp.engine.rules.finding import Finding, Place, operands

if TYPE_CHECKING:
    from tree_sitter import Node

_KINDS = {"string": "a text", "integer": "a number", "float": "a number"}
_COMPARED = frozenset({"identifier", "attribute", "subscript"})
_LISTS = frozenset({"tuple", "list", "set"})
_FEWEST = 2  # So many others tell of what kind a value is.


def odd_comparison(place: Place) -> Iterator[Finding]:
    """A value that is a text in every comparison but one is no number there; tests may hold one of each kind."""
    asked: dict[tuple[str, int], list[tuple[str, Node]]] = defaultdict(list)
    for node in () if place.is_test else place.nodes(("comparison_operator",)):
        sides = operands(node)
        if sides is not None and sides[0].type in _COMPARED and (kind := _kind(sides[1], sides[2])):
            text = place.text(sides[0])
            # An attribute is the same all over the file, a local name only in its function.
            is_local = sides[0].type != "attribute" or "[" in text or "(" in text
            asked[text, next(scopes(node)).id if is_local else 0].append((kind, node))
    for (text, _), found in asked.items():
        kinds = [kind for kind, _ in found]
        odd = [(kind, node) for kind, node in found if kinds.count(kind) == 1]
        if len(odd) == 1 and len(found) > _FEWEST and _is_with_one(odd[0][1]):
            other = next(kind for kind in kinds if kind != odd[0][0])
            message = f"`{text}` is {other} in every other comparison here, which {odd[0][0]} is never equal to."
            yield place.finding("impossible-comparison", message, odd[0][1])


def _is_with_one(node: Node) -> bool:
    """Whether a comparison is with one literal, not with a list of them."""
    sides = operands(node)
    return sides is not None and sides[1] in {"==", "!="}


def _kind(operator: str, node: Node) -> str | None:
    """The kind of literal that an expression is, or of all literals that it lists."""
    if operator in {"==", "!="}:
        return _KINDS.get(node.type)
    if operator not in {"in", "not in"} or node.type not in _LISTS:
        return None
    kinds = {_KINDS.get(child.type) for child in node.named_children}
    return kinds.pop() if len(kinds) == 1 else None
