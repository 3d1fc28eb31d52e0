"""Whether what a child process sent has the shape that `guest.wire` says: it ran code of the workspace."""

from __future__ import annotations

import types
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict


def fits(value: object, kind: Any) -> bool:
    """Whether a value that came as JSON is one of a type of `guest.wire`; keys that nobody knows are no harm."""
    if is_typeddict(kind):
        return isinstance(value, Mapping) and all(
            key in value and fits(value[key], hint) for key, hint in _hints(kind).items()
        )
    origin = get_origin(kind)
    check = _GENERIC.get(origin)
    if check is not None:
        return check(value, get_args(kind))
    if kind is float:
        return type(value) in {int, float}
    return type(value) is kind


def _list(value: object, kinds: tuple[Any, ...]) -> bool:
    return isinstance(value, list) and all(fits(each, kinds[0]) for each in value)


def _tuple(value: object, kinds: tuple[Any, ...]) -> bool:
    return isinstance(value, list) and len(value) == len(kinds) and all(map(fits, value, kinds))


def _dict(value: object, kinds: tuple[Any, ...]) -> bool:
    return isinstance(value, dict) and all(fits(key, kinds[0]) and fits(each, kinds[1]) for key, each in value.items())


def _union(value: object, kinds: tuple[Any, ...]) -> bool:
    return any(fits(value, kind) for kind in kinds)


def _literal(value: object, kinds: tuple[Any, ...]) -> bool:
    return value in kinds


_GENERIC = {
    list: _list,
    tuple: _tuple,
    dict: _dict,
    Union: _union,
    types.UnionType: _union,
    Literal: _literal,
}


@cache
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)
