"""Definitions that another one takes the place of before anybody can use them. Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place

if TYPE_CHECKING:
    from tree_sitter import Node

_BODIES = ("module", "class_definition")


def replaced_definition(place: Place) -> Iterator[Finding]:
    """Two functions of one name in a module or a class: only the last one is ever called. Two tests: one never runs."""
    for owner in place.nodes(_BODIES):
        body = owner.child_by_field_name("body") if owner.type == "class_definition" else owner
        if body is None or body.has_error:
            continue
        before: dict[str, Node] = {}
        for child in body.named_children:
            if child.type in {"function_definition", "class_definition"}:
                _forget_used(place, child.child_by_field_name("parameters") or child, before)
                name = child.child_by_field_name("name")
                text = place.text(name) if name is not None else ""
                earlier = before.get(text)
                if earlier is not None and name is not None and text != "_":
                    kind = "function" if child.type == "function_definition" else "class"
                    message = f"This {kind} takes the place of the `{text}` in line {earlier.start_point[0] + 1}."
                    yield place.finding("replaced-definition", message, name)
                before[text] = child
            else:
                _forget_used(place, child, before)


def _forget_used(place: Place, node: Node, before: dict[str, Node]) -> None:
    """Drops definitions that what stands between mentions, and runs at once: they have done their work."""
    stack = [node] if before else []
    own = node.child_by_field_name("name")
    while stack:
        current = stack.pop()
        if current.type == "identifier" and current != own:
            before.pop(place.text(current), None)
        stack += current.named_children
