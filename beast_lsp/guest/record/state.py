"""The state of a module between calls: what a call changed is put back, so that the next one runs in a fresh module."""

from __future__ import annotations

import contextlib
import copy
import itertools
import operator
import os
from collections import deque
from functools import partial
from types import ModuleType
from typing import Any, Callable

DEPTH = 3
# Bigger tables are looked at by their length only.
BIG = 2000
Undo = Callable[[], None]


class State:
    """A snapshot of a module's globals, its classes' attributes, the containers they hold, and the environment."""

    def __init__(self, module: ModuleType) -> None:
        self._globals = vars(module)
        self._environment = dict(os.environ)
        self._names = dict(self._globals)
        self._held: list[tuple[Any, Any]] = []
        self._classes: list[tuple[type, dict[str, Any]]] = []
        self._caches: list[Callable[[], object]] = []
        self._seen: dict[int, object] = {}
        self._counters = {name: copy.copy(value) for name, value in self._names.items() if is_counter(value)}
        for name, value in self._names.items():
            if not name.startswith("__"):
                self._hold(value, DEPTH, module.__name__)

    def restore(self) -> None:
        """Put everything back that differs."""
        if not same(self._globals, self._names):
            self._globals.clear()
            self._globals.update(self._names)
        for name, value in self._counters.items():
            self._globals[name] = self._names[name] = copy.copy(value)
        for cls, attributes in self._classes:
            restore_class(cls, attributes)
        for container, content in self._held:
            restore_container(container, content)
        for clear in self._caches:
            clear()
        if dict(os.environ) != self._environment:
            os.environ.clear()
            os.environ.update(self._environment)

    def _hold(self, value: Any, depth: int, module: str) -> None:
        if id(value) in self._seen or depth < 0:
            return
        kind = type(value)
        if kind in CONTAINERS or (kind.__module__ == module and hasattr(value, "__dict__") and kind is not ModuleType):
            self._seen[id(value)] = value
            self._hold_content(value, depth, module)
        elif isinstance(value, type) and value.__module__ == module:
            self._seen[id(value)] = value
            attributes = dict(vars(value))
            self._classes.append((value, attributes))
            for each in [each for name, each in attributes.items() if not name.startswith("__")]:
                self._hold(each, depth - 1, module)
        elif callable(getattr(kind, "cache_clear", None)) and getattr(value, "__module__", None) == module:
            self._caches.append(value.cache_clear)

    def _hold_content(self, value: Any, depth: int, module: str) -> None:
        content = value if type(value) in CONTAINERS else vars(value)
        self._held.append((content, copy.copy(content)))
        if len(content) < BIG:
            for each in list(content.values() if isinstance(content, dict) else content):
                self._hold(each, depth - 1, module)


CONTAINERS = frozenset({dict, list, set, deque, bytearray})


def is_counter(value: object) -> bool:
    """Whether this is an `itertools.count`, which goes on with each use."""
    return type(value) is itertools.count


def same(left: dict[str, Any], right: dict[str, Any]) -> bool:
    """Whether two namespaces hold the same objects, without asking the objects."""
    return len(left) == len(right) and all(map(operator.is_, left.values(), right.values()))


def restore_class(cls: type, content: dict[str, Any]) -> None:
    """Give a class back the attributes that it had."""
    now = vars(cls)
    if len(now) == len(content) and all(map(operator.is_, now.values(), content.values())):
        return
    for name, value in content.items():
        if not name.startswith("__") and (name not in now or now[name] is not value):
            attempt(partial(setattr, cls, name, value))
    for name in [each for each in now if not each.startswith(("__", "_abc_")) and each not in content]:
        attempt(partial(delattr, cls, name))
    content.clear()
    content.update(vars(cls))


def restore_container(container: Any, content: Any) -> None:
    """Give a container back what it held."""
    if len(container) == len(content) and (len(content) >= BIG or identical(container, content)):
        return
    if isinstance(container, (dict, set)):
        container.clear()
        container.update(content)
    elif isinstance(container, deque):
        container.clear()
        container.extend(content)
    else:
        container[:] = content


def identical(left: Any, right: Any) -> bool:
    """Whether two containers of one length hold the same objects in the same order."""
    if isinstance(left, dict):
        return all(map(operator.is_, left, right)) and all(map(operator.is_, left.values(), right.values()))
    return (isinstance(left, (set, bytearray)) and left == right) or all(map(operator.is_, left, right))


def attempt(action: Undo) -> None:
    """Do what a class may forbid."""
    with contextlib.suppress(Exception):
        action()
