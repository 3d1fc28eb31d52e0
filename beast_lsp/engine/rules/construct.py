"""What is to be given to what a call calls: to a function, or to a class by its constructor or its fields. Python."""

from __future__ import annotations

import re

from beast_lsp.engine.rules.bindings import bindings, decorators
from beast_lsp.engine.rules.resolve import (
    DEEPEST,
    EMPTY,
    HARMLESS,
    HARMLESS_OF_CLASSES,
    Found,
    Target,
    attribute,
    bases,
    has_metaclass,
    method_of,
)
from beast_lsp.engine.rules.signature import Signature, fields_of, signature_of
from beast_lsp.engine.scopes.signatures import Import

# Bases of libraries whose objects may be made in a way of their own.
_SPECIAL = re.compile(r"Enum|Flag|Meta|Singleton|Registry|Factory|NamedTuple|TypedDict|Protocol")


def signature(known: Target) -> Signature | None:
    """What is to be given to a target of a call; None where that can't be read for sure."""
    found = known.found
    if found.node.type == "class_definition":
        return constructor(found)
    if set(decorators(found.place, found.node)) - HARMLESS:
        return None
    return signature_of(found.place, found.node, is_method=known.is_bound)


def constructor(found: Found) -> Signature | None:
    """What a class takes when it is called; None where a base, a metaclass or a decorator may say otherwise."""
    return _made_by(found, 0)


def _made_by(found: Found, depth: int) -> Signature | None:
    used = set(decorators(found.place, found.node))
    scope = bindings(found.place).of(found.node)
    if depth > DEEPEST or used - HARMLESS_OF_CLASSES or scope.times["__new__"] or has_metaclass(found):
        return None
    above = list(bases(found))
    if scope.times["__init__"]:
        taken = method_of(attribute(found, "__init__"), is_instance=True) if _is_plain(found, depth) else None
        return signature(taken) if taken is not None else None
    if above == ["NamedTuple"] or _is_dataclass(found):
        return _of_fields(found, above, depth)
    if "dataclass" in used:
        return None
    # A class without `__init__` may be given one by a library: a table's columns, for instance.
    rest = [base for base in above if not isinstance(base, str) or base not in EMPTY]
    return _made_by(rest[0], depth + 1) if len(rest) == 1 and isinstance(rest[0], Found) else None


def _is_plain(found: Found, depth: int) -> bool:
    """Whether neither a class nor its bases change how an object is made, beyond `__init__`."""
    if depth > DEEPEST or bindings(found.place).of(found.node).times["__new__"] or has_metaclass(found):
        return False
    return all(
        not _SPECIAL.search(base) if isinstance(base, str) else _is_plain(base, depth + 1) for base in bases(found)
    )


def _is_dataclass(found: Found) -> bool:
    """Whether a class is decorated with `dataclass` of the standard library; others read fields otherwise."""
    outer = found.node.parent
    for child in outer.named_children if outer is not None and outer.type == "decorated_definition" else ():
        text = found.place.text(child).lstrip("@").split("(")[0].strip()
        meaning = bindings(found.place).meaning(text.split(".")[0], child)
        if text.endswith("dataclass") and isinstance(meaning, Import) and meaning.module == "dataclasses":
            return True
    return False


def _of_fields(found: Found, above: list[Found | str], depth: int) -> Signature | None:
    """What a data class takes: the fields of its bases, which must all be known, and then its own."""
    before: Signature | None = None
    for base in above:
        if isinstance(base, Found):
            if before is not None or not _is_dataclass(base):
                return None
            before = _made_by(base, depth + 1)
            if before is None:
                return None
        elif base not in EMPTY and base != "NamedTuple":
            return None
    return fields_of(found.place, found.node, before)
