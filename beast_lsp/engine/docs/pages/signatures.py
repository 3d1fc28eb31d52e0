"""Signatures as the source has them, on one line or wrapped."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

WIDTH = 88
"""The longest line of shown code, in characters; a longer signature has a line for each parameter."""
_LONG_VALUE = 60
# Decorators that change how a function is called or what it is; others are how it works inside.
_SHOWN = frozenset(
    {"property", "cached_property", "classmethod", "staticmethod", "overload", "abstractmethod", "contextmanager",
     "asynccontextmanager", "dataclass", "final", "deprecated", "setter", "override"}
)  # fmt: skip


def function_signature(definition: Node) -> str:
    """A Python function's header without its colon, below the decorators that tell how it is used."""
    result = definition.child_by_field_name("return_type")
    parameters = definition.child_by_field_name("parameters")
    name = text_of(definition.child_by_field_name("name"))
    is_async = any(child.type == "async" for child in definition.children)
    head = f"{'async ' if is_async else ''}def {name}{text_of(definition.child_by_field_name('type_parameters'))}"
    tail = f" -> {_flat(text_of(result))}" if result is not None else ""
    return "\n".join([*_decorators(definition), _wrapped(head, _listed(parameters), tail)])


def class_signature(definition: Node) -> str:
    """A Python class's header without its colon, below the decorators that tell what it is."""
    bases = definition.child_by_field_name("superclasses")
    name = text_of(definition.child_by_field_name("name"))
    head = f"class {name}{text_of(definition.child_by_field_name('type_parameters'))}"
    header = _wrapped(head, _listed(bases), "") if bases is not None else head
    return "\n".join([*_decorators(definition), header])


def assignment_signature(assignment: Node) -> str:
    """`name: type = value`; a long value is cut."""
    left, kind = assignment.child_by_field_name("left"), assignment.child_by_field_name("type")
    value = assignment.child_by_field_name("right")
    head = text_of(left) + (f": {_flat(text_of(kind))}" if kind is not None else "")
    if value is None:
        return head
    text = _flat(text_of(value))
    is_short = "\n" not in text_of(value) or len(text) <= _LONG_VALUE
    return f"{head} = {text if is_short and len(head) + len(text) <= WIDTH else _cut(text)}"


def dedented(text: str, indent: int) -> str:
    """Some code whose first line begins at a column, with its other lines moved as far to the left."""
    first, *rest = text.splitlines() or [""]
    return "\n".join([first, *(line[indent:] if not line[:indent].strip() else line.lstrip() for line in rest)])


def _decorators(definition: Node) -> list[str]:
    holder = definition.parent
    if holder is None or holder.type != "decorated_definition":
        return []
    found = [one for one in holder.named_children if one.type == "decorator"]
    return [_flat(text_of(one)) for one in found if _last_name(text_of(one)) in _SHOWN]


def _last_name(decorator: str) -> str:
    return decorator.lstrip("@ ").partition("(")[0].strip().rpartition(".")[2]


def _listed(holder: Node | None) -> list[str]:
    """The items between parentheses, without comments."""
    if holder is None:
        return []
    return [_flat(text_of(one)) for one in holder.named_children if one.type != "comment"]


def _wrapped(head: str, items: list[str], tail: str) -> str:
    line = f"{head}({', '.join(items)}){tail}"
    if len(line) <= WIDTH or not items:
        return line
    return "\n".join([f"{head}(", *(f"    {item}," for item in items), f"){tail}"])


def _flat(text: str) -> str:
    """Code on one line: line breaks within brackets mean nothing. Strings of several lines stay as they are."""
    if "\n" not in text or '"""' in text or "'''" in text:
        return text
    flat = " ".join(line.strip() for line in text.splitlines() if not line.strip().startswith("#"))
    for opener, closer in ("()", "[]", "{}"):
        flat = flat.replace(f"{opener} ", opener).replace(f", {closer}", closer).replace(f" {closer}", closer)
    return flat


def _cut(text: str) -> str:
    """The beginning of a long value: what opens it, if brackets do."""
    flat = textwrap.shorten(text, _LONG_VALUE, placeholder="")
    for opener, closer in ("()", "[]", "{}"):
        if opener in flat[:40]:
            return f"{flat[: flat.index(opener) + 1]}…{closer}"
    return "…"
