"""An expression for a value: equal to it, evaluated where the test runs, and free of what varies between runs."""

from __future__ import annotations

import builtins
import dataclasses
import enum
import math
import re
import types
from collections import Counter, OrderedDict, defaultdict, deque
from pathlib import PurePath
from typing import Any, Callable

from ..names import Names, used_names

ADDRESS = re.compile(r"0x[0-9a-fA-F]{6,}|\bat 0x|<[\w.]+ object|<(?:Future|Task) ")
LONG = 600
DEEP = 5


class UnwritableError(Exception):
    """There is no expression for a value."""


class Expressions:
    """Writes values as source."""

    def __init__(self, names: Names) -> None:
        self._names = names

    def of(self, value: object, tmp_path: str = "") -> str | None:
        """The expression, None where there is none of a reasonable length."""
        try:
            text = _Writer(self._names, tmp_path).write(value, 0)
        except (UnwritableError, RecursionError):
            return None
        return text if len(text) <= LONG else None

    def holds(self, text: str, value: object) -> bool:
        """Whether an expression that was made of a representation gives an equal value of the same type."""
        try:
            made = eval(text, dict(self._names.objects(used_names(text))))  # noqa: S307 - this process exists to run such code.
            return type(made) is type(value) and bool(made == value)
        except Exception:  # The representation wasn't code.
            return False


class _Writer:
    def __init__(self, names: Names, tmp_path: str) -> None:
        self._names = names
        self._tmp_path = tmp_path

    def write(self, value: Any, depth: int) -> str:
        """The expression of a value. Raises UnwritableError."""
        if depth > DEEP:
            raise UnwritableError
        kind = type(value)
        if kind in WRITERS:
            return WRITERS[kind](self, value, depth)
        if isinstance(value, PurePath):
            return self._path(value)
        if isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)):
            return self._name(value)
        return self._object(value, depth)

    def _object(self, value: Any, depth: int) -> str:
        kind = type(value)
        if isinstance(value, enum.Enum) and value.name and "|" not in value.name:
            return f"{self._name(kind)}.{value.name}"
        if isinstance(value, re.Pattern):
            flags = value.flags & ~(re.UNICODE if isinstance(value.pattern, str) else 0)
            return f"re.compile({value.pattern!r}{f', {flags}' if flags else ''})"
        if isinstance(value, tuple) and hasattr(kind, "_fields"):
            pairs = zip(kind._fields, value)
            return f"{self._name(kind)}({', '.join(f'{name}={self.write(each, depth + 1)}' for name, each in pairs)})"
        if dataclasses.is_dataclass(value) and "__eq__" in vars(kind):
            return self._dataclass(value, depth)
        return self._repr(value)

    def _name(self, value: Any) -> str:
        name = self._names.of(value)
        if name is None:
            raise UnwritableError
        return name

    def _path(self, value: PurePath) -> str:
        text = str(value)
        if self._tmp_path and text == self._tmp_path:
            return "tmp_path"
        if self._tmp_path and text.startswith(self._tmp_path + "/"):
            return "tmp_path / " + repr(text[len(self._tmp_path) + 1 :])
        kind = "Path" if type(value).__name__ in {"PosixPath", "WindowsPath"} else type(value).__name__
        return f"{kind}({value.as_posix()!r})"

    def _dataclass(self, value: Any, depth: int) -> str:
        parts = [
            f"{field.name}={self.write(getattr(value, field.name), depth + 1)}"
            for field in dataclasses.fields(value)
            if field.init and (field.default is dataclasses.MISSING or getattr(value, field.name) != field.default)
        ]
        return self._checked(f"{self._name(type(value))}({', '.join(parts)})", value)

    def _repr(self, value: Any) -> str:
        if inherits(type(value), "__eq__") or inherits(type(value), "__repr__"):
            raise UnwritableError
        try:
            text = repr(value)
        except Exception:
            raise UnwritableError from None
        head = re.match(r"[\w.]+(?=\()", text)
        if head is None or len(text) > LONG or ADDRESS.search(text):
            raise UnwritableError
        name = self._name(type(value))
        return self._checked(name + text[head.end() :], value)

    def _checked(self, text: str, value: object) -> str:
        if not Expressions(self._names).holds(text, value):
            raise UnwritableError
        return text

    def plain(self, value: Any, _depth: int) -> str:
        return repr(value)

    def text(self, value: str, _depth: int) -> str:
        if ADDRESS.search(value):
            raise UnwritableError
        if self._tmp_path and self._tmp_path in value:
            if value == self._tmp_path:
                return "str(tmp_path)"
            if value.startswith(self._tmp_path + "/"):
                return f"str(tmp_path / {value[len(self._tmp_path) + 1 :]!r})"
            before, _, after = value.partition(self._tmp_path)
            return f"{before!r} + str(tmp_path) + {after!r}"
        return repr(value)

    def number(self, value: float, _depth: int) -> str:
        if math.isnan(value):
            raise UnwritableError
        return f"float({str(value)!r})" if math.isinf(value) else repr(value)

    def items(self, value: Any, depth: int) -> str:
        return ", ".join(self.write(each, depth + 1) for each in value)

    def list(self, value: builtins.list[Any], depth: int) -> str:
        return f"[{self.items(value, depth)}]"

    def tuple(self, value: Any, depth: int) -> str:
        return f"({self.items(value, depth)}{',' if len(value) == 1 else ''})"

    def set(self, value: Any, depth: int) -> str:
        inner = ", ".join(sorted(self.write(each, depth + 1) for each in value))
        if type(value) is frozenset:
            return f"frozenset({{{inner}}})" if value else "frozenset()"
        return f"{{{inner}}}" if value else "set()"

    def dict(self, value: builtins.dict[Any, Any], depth: int) -> str:
        pairs = (f"{self.write(key, depth + 1)}: {self.write(each, depth + 1)}" for key, each in value.items())
        return f"{{{', '.join(pairs)}}}"

    def ordered(self, value: Any, depth: int) -> str:
        return f"{self._name(type(value))}({self.list(list(value.items()), depth)})"

    def counter(self, value: Any, depth: int) -> str:
        return f"{self._name(type(value))}({self.dict(value, depth)})"

    def defaulting(self, value: Any, depth: int) -> str:
        return f"{self._name(type(value))}({self.write(value.default_factory, depth + 1)}, {self.dict(value, depth)})"

    def deque(self, value: Any, depth: int) -> str:
        return f"{self._name(type(value))}({self.list(list(value), depth)})"


Writer = Callable[[_Writer, Any, int], str]
WRITERS: dict[type, Writer] = {
    **dict.fromkeys(
        (int, bool, bytes, bytearray, complex, type(None), range, slice, type(...), type(NotImplemented)), _Writer.plain
    ),
    str: _Writer.text,
    float: _Writer.number,
    list: _Writer.list,
    tuple: _Writer.tuple,
    set: _Writer.set,
    frozenset: _Writer.set,
    dict: _Writer.dict,
    OrderedDict: _Writer.ordered,
    Counter: _Writer.counter,
    defaultdict: _Writer.defaulting,
    deque: _Writer.deque,
}


def inherits(kind: type, method: str) -> bool:
    """Whether a class leaves a method as `object` has it."""
    return bool(getattr(kind, method) is getattr(object, method))
