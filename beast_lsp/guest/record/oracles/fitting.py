"""Whether the arguments of a call are what the annotations ask for, as far as that is certain."""

from __future__ import annotations

import ast
import typing
from typing import Any

from ..plans import Plan
from ..subjects import Subject
from ..values.pools import is_union, unwrapped


def is_fitting(subject: Subject, plan: Plan) -> bool:
    """Whether every argument certainly fits its annotation; a call as others wrote it counts as fitting."""
    hints = {slot.name: slot.hint for slot in subject.slots if slot.is_typed}
    if len(hints) < len(subject.slots):
        return False
    return all(each.name in hints and fits(each.value.text, hints[each.name]) for each in plan.arguments)


def fits(text: str, hint: Any) -> bool:
    """Whether a literal is a value of a type; what is no literal came from the type's own values."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return True
    return is_of(value, hint)


def is_of(value: Any, hint: Any) -> bool:
    """Whether a plain value is of a type made of built-in ones."""
    hint = unwrapped(hint)
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is None or hint is Any:
        return value is None or hint is Any
    if is_union(origin, hint):
        return any(is_of(value, part) for part in parts)
    if origin is typing.Literal:
        return value in parts
    return is_kind(value, origin or hint) and holds(value, parts)


def is_kind(value: Any, kind: Any) -> bool:
    """Whether a value is of a class; an integer is a float to type checkers, a truth value is no number here."""
    if kind is float and type(value) is int:
        return True
    try:
        return isinstance(value, kind) and (type(value) is not bool or kind is bool)
    except TypeError:  # A protocol, say, isn't asked of objects.
        return False


def holds(value: Any, parts: tuple[Any, ...]) -> bool:
    """Whether what a container holds is of the types that it is annotated with."""
    if not parts:
        return True
    if isinstance(value, dict):
        return all(is_of(key, parts[0]) and is_of(each, parts[-1]) for key, each in value.items())
    if isinstance(value, tuple) and parts[-1] is not Ellipsis:
        return len(value) == len(parts) and all(map(is_of, value, parts))
    return all(is_of(each, parts[0]) for each in value)
