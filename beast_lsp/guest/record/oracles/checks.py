"""The checks of an outcome: the result, what was printed or written, and what changed."""

from __future__ import annotations

import inspect
import math
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import Mock

from ...wire import Check
from ..execution import Outcome
from ..names import is_own
from .answers import answered, is_answer
from .expressions import ADDRESS, Expressions

ATTRIBUTES = 6
LONG_ITEMS = 400


class Oracle:
    """Says what may be asserted of a value."""

    def __init__(self, expressions: Expressions) -> None:
        self._expressions = expressions
        self._tmp_path = ""

    def checks(self, outcome: Outcome, receiver: str, variables: dict[str, str]) -> list[Check]:
        """The checks of an outcome that returned, the result's first."""
        self._tmp_path = outcome.tmp_path
        namespace = outcome.namespace
        found: list[Check] = []
        held = namespace.get(receiver) if receiver else None
        if receiver and outcome.result is held and held is not None:
            found.append(check("identity", f"result is {receiver}"))
        else:
            found += self.of("result", outcome.result, 0)
        after = self.looks(namespace, [receiver, *variables.values()])
        changed = [(path, text) for path, text in after.items() if outcome.before.get(path, "") != text]
        found += [check("attribute", f"{path} == {text}") for path, text in changed if text is not None][:ATTRIBUTES]
        return [*found, *self._printed(outcome), *self._written(outcome)]

    def looks(self, namespace: dict[str, Any], names: list[str]) -> dict[str, str | None]:
        """What can be seen of objects before and after a call: values of variables, and of attributes of objects."""
        seen: dict[str, str | None] = {}
        for name in names:
            if not name or name not in namespace:
                continue
            value = namespace[name]
            text = self._expressions.of(value, self._tmp_path)
            seen[name] = text
            if text is None:
                for attribute, each in attributes(value):
                    seen[f"{name}.{attribute}"] = self._expressions.of(each, self._tmp_path)
                size = length(value)
                if size is not None:
                    seen[f"len({name})"] = str(size)
            if isinstance(value, Mock):
                seen = {path: told for path, told in seen.items() if path.partition(".")[0] != name}
                seen[f"{name}.mock_calls"] = self._calls(value)
        return {path: text for path, text in seen.items() if text is not None}

    def _calls(self, value: Mock) -> str | None:
        """What was called on a stand-in, as it compares."""
        told = []
        for name, args, kwargs in value.mock_calls:
            parts = [self._expressions.of(each, self._tmp_path) for each in args]
            named = [(key, self._expressions.of(each, self._tmp_path)) for key, each in kwargs.items()]
            if "__" in name or any(each is None for each in [*parts, *(each for _, each in named)]):
                return None
            listed = ", ".join([*map(str, parts), *(f"{key}={each}" for key, each in named)])
            told.append(f"call{'.' if name else ''}{name}({listed})")
        return f"[{', '.join(told)}]"

    def of(self, path: str, value: Any, depth: int) -> Iterator[Check]:
        """The checks of one value."""
        if is_own(type(value).__module__):
            return
        if isinstance(value, Mock):
            yield check("type", f"isinstance({path}, Mock)")
            return
        if value is None or value is True or value is False or value is NotImplemented:
            yield check("identity", f"{path} is {value}")
            return
        if type(value) is float:
            yield self._float(path, value)
            return
        text = self._expressions.of(value, self._tmp_path)
        if text is not None:
            is_close = is_flat(value)
            yield check("close" if is_close else "equal", f"{path} == {text}")
        elif type(value) is str and ADDRESS.search(value):
            return
        elif type(value) in (str, bytes, list, tuple, dict, set) and len(value) > 0:
            yield from self._long(path, value)
        elif is_answer(value):
            yield from answered(path, value, self._expressions.of)
        elif depth < 2:
            yield from self._object(path, value, depth)

    def _float(self, path: str, value: float) -> Check:
        if math.isnan(value):
            return check("equal", f"{path} != {path}")
        text = self._expressions.of(value) or repr(value)
        return check("equal" if len(text) < 8 else "close", f"{path} == {text}")

    def _long(self, path: str, value: Any) -> Iterator[Check]:
        yield check("equal", f"len({path}) == {len(value)}")
        if type(value) in (str, bytes, list, tuple):
            items = 60 if type(value) in (str, bytes) else 3
            text = self._expressions.of(value[:items], self._tmp_path)
            if text is not None:
                yield check("items", f"{path}[:{items}] == {text}")
            elif type(value) in (list, tuple):
                for at, each in enumerate(value[:3]):
                    yield from self.of(f"{path}[{at}]", each, 1)
        elif type(value) is dict:
            keys = self._expressions.of(list(value))
            if keys is not None:
                yield check("items", f"list({path}) == {keys}")
            for key, each in list(value.items())[:4]:
                name = self._expressions.of(key)
                if name is not None:
                    yield from self.of(f"{path}[{name}]", each, 1)

    def _object(self, path: str, value: Any, depth: int) -> Iterator[Check]:
        kind = type(value)
        if isinstance(value, BaseException):
            yield (
                check("type", f"type({path}) is {kind.__name__}")
                if self._expressions.of(kind) == kind.__name__
                else check("type", f"type({path}).__name__ == {kind.__name__!r}")
            )
            text = str(value)
            if text and not ADDRESS.search(text):
                yield check("equal", f"str({path}) == {self._expressions.of(text, self._tmp_path)}")
            return
        if callable(value) and isinstance(value, (types.FunctionType, types.MethodType, types.BuiltinFunctionType)):
            yield check("type", f"callable({path})")
            return
        name = self._expressions.of(kind)
        yield check("type", f"isinstance({path}, {name})" if name else f"type({path}).__name__ == {kind.__name__!r}")
        size = length(value)
        if size is not None:
            yield check("equal", f"len({path}) == {size}")
        yield from self._listed(path, value)
        count = 0
        for attribute, each in attributes(value):
            for inner in self.of(f"{path}.{attribute}", each, depth + 1):
                yield check("attribute" if inner["kind"] == "equal" else inner["kind"], inner["text"])
                count += 1
            if count >= ATTRIBUTES:
                break
        yield from self._shown(path, value)

    def _listed(self, path: str, value: Any) -> Iterator[Check]:
        kind = type(value)
        if length(value) is None or not hasattr(kind, "__iter__") or isinstance(value, (str, bytes)):
            return
        try:
            items = list(value)[:50]
        except Exception:  # Iterating is the program's.
            return
        text = self._expressions.of(items, self._tmp_path)
        if text is not None and len(text) < LONG_ITEMS and not isinstance(value, (set, frozenset)):
            yield check("items", f"list({path}) == {text}")

    def _shown(self, path: str, value: Any) -> Iterator[Check]:
        for form, method in ((str, "__str__"), (repr, "__repr__")):
            if getattr(type(value), method) is getattr(object, method):
                continue
            try:
                text = form(value)
            except Exception:  # So is representing.  # noqa: S112 - what an object's own code raises says nothing here.
                continue
            if isinstance(text, str) and len(text) < LONG_ITEMS and not ADDRESS.search(text) and not is_setlike(text):
                yield check("equal", f"{form.__name__}({path}) == {self._expressions.of(text, self._tmp_path)}")
                return

    def _printed(self, outcome: Outcome) -> Iterator[Check]:
        read = outcome.capsys.readouterr()
        for name, text in (("out", read.out), ("err", read.err)):
            written = self._expressions.of(text, self._tmp_path)
            if text and written is not None:
                yield check("output", f"capsys.readouterr().{name} == {written}")
                return

    def _written(self, outcome: Outcome) -> Iterator[Check]:
        if not outcome.tmp_path:
            return
        root = Path(outcome.tmp_path)
        before = outcome.before.get("tmp_path files", {})
        for path in sorted(root.rglob("*"))[:6]:
            name = path.relative_to(root).as_posix()
            content = read(path)
            if content is not None and before.get(name) != content:
                yield check("file", f"(tmp_path / {name!r}).read_text() == {content!r}")
        for name in sorted(before or ()):
            if not (root / name).exists():
                yield check("file", f"not (tmp_path / {name!r}).exists()")


def files(namespace: dict[str, Any]) -> dict[str, str | None]:
    """What is written in the test's folder."""
    root = namespace.get("tmp_path")
    if not isinstance(root, Path):
        return {}
    return {path.relative_to(root).as_posix(): read(path) for path in sorted(root.rglob("*"))[:20] if path.is_file()}


def read(path: Path) -> str | None:
    """The text of a small file."""
    try:
        return path.read_text() if path.is_file() and path.stat().st_size < LONG_ITEMS else None
    except (OSError, ValueError):
        return None


def check(kind: str, text: str) -> Check:
    """A check."""
    return {"kind": kind, "text": text}


def attributes(value: Any) -> Iterator[tuple[str, Any]]:
    """The public attributes and properties of an object, those that it holds itself first."""
    seen: set[str] = set()
    held = getattr(value, "__dict__", None)
    names = [*held] if isinstance(held, dict) and not isinstance(value, type) else []
    slots = [name for cls in type(value).__mro__ for name in listed(vars(cls).get("__slots__", ()))]
    properties = (
        [name for name, each in inspect.getmembers_static(type(value)) if isinstance(each, property)]
        if hasattr(inspect, "getmembers_static")
        else [name for cls in type(value).__mro__ for name, each in vars(cls).items() if isinstance(each, property)]
    )
    for name in [*names, *slots, *properties]:
        if name.startswith("_") or name in seen or not name.isidentifier():
            continue
        seen.add(name)
        try:
            yield name, getattr(value, name)
        except Exception:  # A property may raise, and a slot be empty.  # noqa: S112
            continue


def listed(slots: Any) -> list[str]:
    """The names in `__slots__`, which may be one text."""
    return [slots] if isinstance(slots, str) else list(slots)


def length(value: Any) -> int | None:
    """The length of an object that has one."""
    try:
        return len(value) if hasattr(type(value), "__len__") else None
    except Exception:  # It is the program's method.
        return None


def is_flat(value: Any) -> bool:
    """Whether this is a list, tuple or dictionary of numbers among which there is a long fraction."""
    items = list(value.values()) if type(value) is dict else value if type(value) in (list, tuple) else []
    return any(type(each) is float and len(repr(each)) > 8 for each in items) and all(
        type(each) in (int, float) for each in items
    )


def is_setlike(text: str) -> bool:
    """Whether a representation may show a set, whose order varies."""
    return ("{" in text and ":" not in text) or "set(" in text
