"""Values of a type: of built-in and library types, of generic ones by their parts, of classes by their constructors."""

from __future__ import annotations

import collections.abc
import enum
import inspect
import itertools
import pathlib
import typing
from collections.abc import Iterable, Sequence
from typing import Any, Callable

from ..names import Names
from ..plans import Value, variable
from .samples import ANYTHING, FILE, FOLDER, LIBRARY, MISSING, SAMPLES

DEEP = 3
MANY = 14
Build = Callable[[type, int], list[Value]]
LISTS = (list, collections.abc.Sequence, collections.abc.MutableSequence, collections.abc.Collection)
LAZY = (collections.abc.Iterator, collections.abc.Generator)
ITERABLES = (collections.abc.Iterable, collections.abc.Reversible, collections.abc.Container)
MAPPINGS = (dict, collections.abc.Mapping, collections.abc.MutableMapping)
SETS = (set, collections.abc.Set, collections.abc.MutableSet)
WAITED = (collections.abc.Awaitable, collections.abc.Coroutine)
STREAMS = (collections.abc.AsyncIterator, collections.abc.AsyncIterable, collections.abc.AsyncGenerator)


class Pools:
    """Makes values. `build` makes objects of a class that has no entry of its own."""

    def __init__(self, names: Names, build: Build) -> None:
        self.names = names
        self._build = build

    def of(self, hint: Any, depth: int = 0) -> list[Value]:
        """Values that fit a type, the plainest first; empty where there is no way to one."""
        if depth > DEEP:
            return []
        hint = unwrapped(hint)
        if hint is None or hint is type(None):
            return texts(SAMPLES[type(None)])
        if hint in (Any, object) or isinstance(hint, str):
            return texts(ANYTHING)
        origin, parts = typing.get_origin(hint), typing.get_args(hint)
        if is_union(origin, hint):
            found = mixed([self.of(part, depth) for part in parts])
            return sorted(found, key=is_mock)
        if origin is typing.Literal:
            return [found for part in parts for found in self._constant(part)]
        return self._plain(origin or hint, parts, depth)

    def _constant(self, value: object) -> list[Value]:
        if isinstance(value, enum.Enum):
            return self._members(type(value), [value])
        return [Value(repr(value))]

    def _members(self, kind: Any, members: Iterable[Any]) -> list[Value]:
        name = self.names.of(kind)
        return [Value(f"{name}.{member.name}") for member in members if name and member.name]

    def _plain(self, kind: Any, parts: tuple[Any, ...], depth: int) -> list[Value]:  # noqa: PLR0911 - each kind of type has its own way out.
        generic = self._generic(kind, parts, depth)
        if generic is not None:
            return generic
        if not isinstance(kind, type):
            return texts(ANYTHING)
        if kind in SAMPLES and not (kind is type and parts):
            return texts(SAMPLES[kind])
        if issubclass(kind, enum.Enum):
            return self._members(kind, list(kind)[:6])
        if issubclass(kind, (pathlib.Path, pathlib.PurePath)) or kind.__qualname__ == "PathLike":
            return paths() if not kind.__name__.startswith("Pure") else self._library(kind)
        if issubclass(kind, BaseException) and kind.__module__ == "builtins":
            return texts([f"{kind.__name__ if kind is not BaseException else 'ValueError'}('wrong')"])
        return self._library(kind) or self._build(kind, depth + 1) or self._stood_in(kind)

    def _stood_in(self, kind: type) -> list[Value]:
        """What stands in for a collaborator that can't be made, and notes what is asked of it."""
        name = self.names.of(kind)
        is_usable = name is not None and kind.__module__ not in {"builtins", "typing"}
        return [Value(f"Mock(spec={name})")] if is_usable and not is_protocol(kind) else []

    def _library(self, kind: Any) -> list[Value]:
        for module in (kind.__module__, kind.__module__.lstrip("_"), public_module(kind)):
            samples = LIBRARY.get(f"{module}.{kind.__qualname__}")
            if samples:
                name = self.names.of(kind)
                return [Value(text.format(name)) for text in samples if name or "{}" not in text]
        return []

    def _generic(self, kind: Any, parts: tuple[Any, ...], depth: int) -> list[Value] | None:  # noqa: PLR0911
        if kind is tuple and parts:
            return self._tuples(parts, depth)
        if kind in MAPPINGS:
            return self._mappings(parts, depth) if parts else texts(SAMPLES[dict])
        if kind is collections.abc.Callable or kind is typing.Callable:
            return self._functions(parts, depth)
        if kind is type and parts:
            return self._classes(parts[0])
        if kind in WAITED or kind in STREAMS:
            return self._waited(kind, parts, depth)
        for family, form, empty in FORMS:
            if kind in family:
                return self._several(parts, depth, form, empty)
        return None

    def _several(self, parts: tuple[Any, ...], depth: int, form: str, empty: str) -> list[Value]:
        items = self.of(parts[0], depth + 1)[:8] if parts else texts(["1", "2", "3"])
        if not items:
            return texts([empty])
        first, second = items[0], items[1] if len(items) > 1 else items[0]
        third = items[2] if len(items) > 2 else first
        chosen: Sequence[list[Value]] = (
            [first, second, third],
            [],
            [first],
            [second, first, second],
            items[3:6],
            items[5:8],
            [first] * 2,
        )
        return distinct([joined(form, some) if some else Value(empty) for some in chosen])

    def _tuples(self, parts: tuple[Any, ...], depth: int) -> list[Value]:
        if len(parts) == 2 and parts[1] is Ellipsis:
            return self._several(parts[:1], depth, "({},)", "()")
        pools = [self.of(part, depth + 1)[:4] for part in parts if part != ()]
        if not all(pools):
            return []
        rows = [[pool[at % len(pool)] for pool in pools] for at in range(4)]
        return distinct([joined("({},)" if len(row) == 1 else "({})", row) if row else Value("()") for row in rows])

    def _mappings(self, parts: tuple[Any, ...], depth: int) -> list[Value]:
        keys, held = self.of(parts[0], depth + 1)[:5], self.of(parts[-1], depth + 1)[:5]
        if not keys or not held:
            return texts(["{}"])
        pairs = [
            Value(f"{key.text}: {value.text}", (*key.arrange, *value.arrange))
            for key, value in zip(keys, itertools.cycle(held))
        ]
        more = [Value(f"{keys[0].text}: {value.text}", (*keys[0].arrange, *value.arrange)) for value in held[1:]]
        sets = [pairs[:2], [], *([each] for each in more), pairs[2:4]]
        return distinct([joined("{{{}}}", some) if some else Value("{}") for some in sets])

    def _functions(self, parts: tuple[Any, ...], depth: int) -> list[Value]:
        taken = "*args, **kwargs"
        if parts and isinstance(parts[0], (list, tuple)):
            taken = ", ".join("abcdefgh"[: len(parts[0])])
        results = self.of(parts[-1], depth + 1)[:3] if parts else texts(["None", "True", "3"])
        values = [
            Value(f"lambda {taken}: {each.text}".replace("lambda :", "lambda:"), each.arrange) for each in results
        ]
        if not parts or parts[-1] is Any:
            name = variable("answer")
            values.append(Value(name, (f"async def {name}(*args, **kwargs):\n    return 3",)))
        if taken in {"a", "*args, **kwargs"}:
            values.insert(1, Value("lambda a: a" if taken == "a" else "lambda *args, **kwargs: args"))
        return values

    def _classes(self, part: Any) -> list[Value]:
        part = unwrapped(part)
        kinds = [part, *part.__subclasses__()[:4]] if isinstance(part, type) else [int, str]
        return [Value(name) for name in map(self.names.of, kinds) if name]

    def _waited(self, kind: Any, parts: tuple[Any, ...], depth: int) -> list[Value]:
        items = self.of(parts[-1 if kind in WAITED else 0], depth + 1)[:3] if parts else texts(["1", "2"])
        name = variable("answer" if kind in WAITED else "stream")
        if not items:
            return []
        if kind in WAITED:
            return [
                Value(f"{name}()", (*each.arrange, f"async def {name}():\n    return {each.text}"))
                for each in items[:2]
            ]
        lines = "".join(f"\n    yield {each.text}" for each in items)
        return [Value(f"{name}()", (*[a for each in items for a in each.arrange], f"async def {name}():{lines}"))]


FORMS = (
    (LISTS, "[{}]", "[]"),
    (LAZY, "iter([{}])", "iter([])"),
    (ITERABLES, "[{}]", "[]"),
    (SETS, "{{{}}}", "set()"),
    ((frozenset,), "frozenset({{{}}})", "frozenset()"),
    ((collections.deque,), "collections.deque([{}])", "collections.deque()"),
)


def texts(expressions: Sequence[str]) -> list[Value]:
    """Values that are expressions alone."""
    return [Value(text) for text in expressions]


def is_mock(value: Value) -> bool:
    """Whether a value only stands in for another one."""
    return value.text.startswith("Mock(")


def is_protocol(kind: type) -> bool:
    """Whether a class only says what others have."""
    return bool(getattr(kind, "_is_protocol", False))


def joined(form: str, values: Sequence[Value]) -> Value:
    """Several values in one display."""
    arrange = tuple(dict.fromkeys(line for value in values for line in value.arrange))
    return Value(form.format(", ".join(value.text for value in values)), arrange)


def mixed(pools: Sequence[Sequence[Value]]) -> list[Value]:
    """The values of several types in turns."""
    rows = itertools.zip_longest(*pools)
    return distinct([value for row in rows for value in row if value is not None])


def distinct(values: Iterable[Value]) -> list[Value]:
    """Each value once, in its place."""
    return list({value.text if not value.arrange else value: value for value in values}.values())


def paths() -> list[Value]:
    """Paths in the test's own folder: of a file, of a folder, of nothing."""
    found = []
    for word, statements in (("path", FILE), ("folder", FOLDER), ("path", MISSING)):
        name = variable(word)
        found.append(Value(name, tuple(line.format(v=name) for line in statements)))
    return found


def path_texts() -> list[Value]:
    """The same as text."""
    return [Value(f"str({each.text})", each.arrange) for each in paths()]


def unwrapped(hint: Any) -> Any:
    """What stands behind a type variable, a new type, an annotated or an alias of a type."""
    for _ in range(5):
        if isinstance(hint, typing.TypeVar):
            hint = hint.__bound__ or (typing.Union[hint.__constraints__] if hint.__constraints__ else Any)
        elif hasattr(hint, "__supertype__"):
            hint = hint.__supertype__
        elif hasattr(hint, "__metadata__"):
            hint = hint.__origin__
        elif type(hint).__name__ == "TypeAliasType":
            hint = hint.__value__
        elif isinstance(hint, typing.ForwardRef):
            hint = Any
        elif str(typing.get_origin(hint)) in {
            "typing.Final",
            "typing.ClassVar",
            "typing.Required",
            "typing.NotRequired",
        }:
            hint = typing.get_args(hint)[0]
        else:
            return hint
    return hint


def is_union(origin: Any, hint: Any) -> bool:
    """Whether this is a union, in either way of writing it."""
    return origin is typing.Union or type(hint).__name__ == "UnionType"


def public_module(kind: type) -> str:
    """The module by which a type of the library is known."""
    home = inspect.getmodule(kind)
    return (home.__name__ if home else kind.__module__).lstrip("_")


def parts_of(hint: Any) -> dict[str, Any]:
    """The annotated fields of a class, as far as they can be resolved."""
    try:
        return typing.get_type_hints(hint)
    except Exception:  # An annotation may name what isn't there.
        return dict(getattr(hint, "__annotations__", {}))
