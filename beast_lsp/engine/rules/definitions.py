"""Definitions that another one takes the place of before anybody can use them. Python."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place

if TYPE_CHECKING:
    from tree_sitter import Node

_BODIES = ("module", "class_definition")
_DEFINITIONS = frozenset({"function_definition", "class_definition"})
# Decorators that only change what they are put on, and note it nowhere; others may have registered it.
_PLAIN = re.compile(
    r"@(?:\w+\.)*(?:property|staticmethod|classmethod|abstract\w+|override|final|\w*cached?_?\w*|contextmanager"
    r"|asynccontextmanager|fixture|skip\w*|patch(?:\.\w+)*|mark\.\w+|gen_test|asyncio|coroutine)\b"
)


def replaced_definition(place: Place) -> Iterator[Finding]:
    """Two functions of one name in a module or a class: only the last one is ever called. Two tests: one never runs."""
    for owner in place.nodes(_BODIES):
        body = owner.child_by_field_name("body") if owner.type == "class_definition" else owner
        if body is None or body.has_error:
            continue
        before: dict[str, Node] = {}
        for child in body.named_children:
            node = child.child_by_field_name("definition") if child.type == "decorated_definition" else child
            _forget_used(place, child, before)
            if node is None or node.type not in _DEFINITIONS:
                continue
            name, marks = node.child_by_field_name("name"), child.named_children if child != node else []
            text, uses = place.text(name) if name is not None else "", [place.text(mark) for mark in marks[:-1]]
            earlier = before.get(text)
            if earlier is not None and name is not None and text != "_" and not any("overload" in use for use in uses):
                kind = "function" if node.type == "function_definition" else "class"
                message = f"This {kind} takes the place of the `{text}` in line {earlier.start_point[0] + 1}."
                yield place.finding("replaced-definition", message, name)
            before.pop(text, None)
            if all(map(_PLAIN.match, uses)):
                before[text] = node


def _forget_used(place: Place, node: Node, before: dict[str, Node]) -> None:
    """Drops definitions that what runs at once mentions: they have done their work. Bodies of functions run later."""
    stack = [node] if before else []
    while stack:
        current = stack.pop()
        if current.type == "identifier" and not _is_name_of_definition(current):
            before.pop(place.text(current), None)
        inner = current.child_by_field_name("body") if current.type == "function_definition" else None
        stack += [child for child in current.named_children if child != inner]


def _is_name_of_definition(node: Node) -> bool:
    outer = node.parent
    return outer is not None and outer.type in _DEFINITIONS and outer.child_by_field_name("name") == node
