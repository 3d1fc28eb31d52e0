"""What annotations say: the class of the objects that a name holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.definition import AwaitableValue, ClassValue, Instance, Outside, Value
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.members import class_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.resolver import Resolver

_THROUGH = frozenset({"Optional", "Annotated", "Final", "ClassVar", "Required", "NotRequired", "ReadOnly"})
_AWAITABLE = frozenset({"Awaitable", "Coroutine"})


def annotated(resolver: Resolver, path: str, node: Node, given: Value | None = None) -> Value | None:
    """The value of what is annotated so; `given` is the object that the function was called on, for `Self`."""
    kind = node.type
    if kind in {"type", "parenthesized_expression"} and node.named_children:
        return annotated(resolver, path, node.named_children[0], given)
    if kind == "string":
        return _quoted(resolver, path, node)
    if kind in {"binary_operator", "union_type"}:
        found = [annotated(resolver, path, one, given) for one in node.named_children if text_of(one) != "None"]
        return found[0] if len(set(found)) == 1 else None
    if kind in {"subscript", "generic_type"} and node.named_children:
        return _generic(resolver, path, node, given)
    if kind in {"identifier", "attribute", "member_type", "dotted_name"}:
        return _plain(resolver.value(path, node), given)
    return None


def _plain(value: Value | None, given: Value | None) -> Value | None:
    if isinstance(value, ClassValue):
        return Instance(value.klass)
    if isinstance(value, Outside) and not value.is_instance:
        if value.name.rpartition(".")[2] == "Self":
            klass = class_of(given)
            return Instance(klass) if klass is not None else None
        # Any and object are whatever they are; a protocol or a type variable from outside can be of ours, too.
        is_open = value.name.rpartition(".")[0] in {"typing", "typing_extensions", "collections.abc"}
        return None if is_open or value.name == "builtins.object" else Outside(value.name, is_instance=True)
    return None


def _generic(resolver: Resolver, path: str, node: Node, given: Value | None) -> Value | None:
    head, *rest = node.named_children
    if node.type == "generic_type" and rest:
        rest = rest[0].named_children
    name = text_of(head).rpartition(".")[2]
    if name in _THROUGH and rest:
        return annotated(resolver, path, rest[0], given)
    if name in {"Union"}:
        found = [annotated(resolver, path, one, given) for one in rest if text_of(one) != "None"]
        return found[0] if len(set(found)) == 1 else None
    if name in {"type", "Type"} and rest:
        value = annotated(resolver, path, rest[0], given)
        return ClassValue(value.klass, is_exact=False) if isinstance(value, Instance) else None
    if name in _AWAITABLE and rest:
        value = annotated(resolver, path, rest[-1], given)
        return AwaitableValue(value) if value is not None else None
    return annotated(resolver, path, head, given)


def _quoted(resolver: Resolver, path: str, node: Node) -> Value | None:
    """What a string names: only dotted names, and with `| None`."""
    content = next((one for one in node.named_children if one.type == "string_content"), None)
    parts = [part.strip() for part in text_of(content).split("|")]
    kept = [part for part in parts if part != "None"]
    if content is None or len(kept) != 1 or not all(word.isidentifier() for word in kept[0].split(".")):
        return None
    offset = text_of(content).index(kept[0]) + len(kept[0]) - len(kept[0].rpartition(".")[2])
    return _plain(resolver.value_at(path, content.start_byte + len(text_of(content)[:offset].encode())), None)
