"""What a target of the brief is at run time, and the ways in which a person would call it."""

from __future__ import annotations

import inspect
from typing import Any, NamedTuple

from ..wire import Target
from .names import MISSING, Names, reached
from .plans import Value
from .values.objects import Objects
from .values.slots import Slot, Slots

BINARY = {
    "add": "+", "sub": "-", "mul": "*", "truediv": "/", "floordiv": "//", "mod": "%", "pow": "**", "matmul": "@",
    "and": "&", "or": "|", "xor": "^", "lshift": "<<", "rshift": ">>",
}  # fmt: skip
COMPARISONS = {"eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
UNARY = {
    "len": "len({self})", "str": "str({self})", "repr": "repr({self})", "bool": "bool({self})", "int": "int({self})",
    "float": "float({self})", "complex": "complex({self})", "abs": "abs({self})", "neg": "-{self}", "pos": "+{self}",
    "invert": "~{self}", "iter": "list({self})", "reversed": "list(reversed({self}))", "next": "next({self})",
    "hash": "hash({self}) == hash({self})", "bytes": "bytes({self})", "dir": "dir({self})", "contains": "{0} in {self}",
    "getitem": "{self}[{0}]", "getattr": "getattr({self}, {0})", "format": "format({self}, {0})",
    "round": "round({self}, {args})", "call": "{self}({args})", "fspath": "os.fspath({self})",
    "index": "operator.index({self})", "divmod": "divmod({self}, {0})", "rdivmod": "divmod({0}, {self})",
    "instancecheck": "isinstance({0}, {self})", "copy": "copy.copy({self})", "deepcopy": "copy.deepcopy({self})",
}  # fmt: skip
ENTER = "def entered(manager):\n    with manager as value:\n        return value"
FAIL = "def fail_within(manager):\n    with manager:\n        raise ValueError('inside')"
ENTER_ASYNC = "async def entered(manager):\n    async with manager as value:\n        return value"
FAIL_ASYNC = "async def fail_within(manager):\n    async with manager:\n        raise ValueError('inside')"
COLLECT_ASYNC = "async def collected(stream):\n    return [item async for item in stream]"
SHAPES = {
    **{f"__{name}__": f"{{self}} {sign} {{0}}" for name, sign in {**BINARY, **COMPARISONS}.items()},
    **{f"__r{name}__": f"{{0}} {sign} {{self}}" for name, sign in BINARY.items()},
    **{f"__i{name}__": f"operator.i{name}({{self}}, {{0}})" for name in BINARY},
    **{f"__{name}__": shape for name, shape in UNARY.items()},
}


class Way(NamedTuple):
    """One way to call a subject: the shape of the act, and statements before it."""

    shape: str
    steps: tuple[str, ...] = ()
    is_async: bool = False


class Subject(NamedTuple):
    """A target with what is needed to call it. `owner` is the class of a method."""

    target: Target
    function: Any
    owner: type | None
    ways: list[Way]
    slots: list[Slot]
    receivers: list[Value]


class UnreachableError(Exception):
    """The target can't be called; says why."""


def subject_of(target: Target, names: Names, slots: Slots, objects: Objects) -> Subject:
    """The subject of a target. Raises UnreachableError."""
    if target["kind"] == "entry":
        return Subject(target, None, None, [], [], [])
    path, _, name = target["name"].rpartition(".")
    if target["kind"] == "constructor" and name not in {"__init__", "__new__"}:
        path, name = target["name"], "__init__"
    owner = reached(names.module, path) if path else None
    if owner is MISSING or "<locals>" in path:
        raise UnreachableError(f"{target['name']} is not there when the module is imported")
    if isinstance(owner, type):
        return _member(target, owner, name, names, slots, objects)
    function = reached(names.module, name)
    text = name if name in names.statements and reached(names.module, name) is not MISSING else None
    if text is None or not callable(function):
        raise UnreachableError(f"{target['name']} can't be called by its name")
    found = slots.of(function, target["parameters"])
    if found is None:
        raise UnreachableError(f"the parameters of {target['name']} are not known")
    return Subject(target, function, None, ways_of(f"{text}({{args}})", function, target), found, [])


def _member(target: Target, owner: type, name: str, names: Names, slots: Slots, objects: Objects) -> Subject:  # noqa: PLR0913, PLR0917 - these are the parts that a subject is made of.
    text = names.of(owner)
    static = inspect.getattr_static(owner, name, MISSING)
    if text is None or static is MISSING:
        raise UnreachableError(f"{target['name']} can't be reached by its name")
    if name in {"__init__", "__new__", "__post_init__"}:
        found = slots.of(owner, target["parameters"] if name != "__post_init__" else ())
        if inspect.isabstract(owner) or found is None:
            raise UnreachableError(f"{owner.__name__} can't be constructed")
        return Subject(target, owner, owner, [Way(f"{text}({{args}})")], found, [])
    if isinstance(static, (classmethod, staticmethod)):
        function = getattr(owner, name)
        found = slots.of(function, target["parameters"])
        return Subject(target, function, owner, ways_of(f"{text}.{name}({{args}})", function, target), found or [], [])
    receivers = objects.of(owner)
    if not receivers:
        raise UnreachableError(f"no way was found to make an object of {owner.__name__}")
    return _instance(target, owner, name, static, slots, receivers)


def _instance(target: Target, owner: type, name: str, static: Any, slots: Slots, receivers: list[Value]) -> Subject:  # noqa: PLR0913, PLR0917
    getter = getattr(static, "fget", None) or getattr(static, "func", None)
    if target["kind"] == "property" or (getter is not None and not callable(static)):
        return _property(target, owner, name, static, slots, receivers)
    found = slots.of(static, target["parameters"]) if callable(static) else []
    found = (found or [])[1:] if found and callable(static) else []
    if name.startswith("__") and name.endswith("__"):
        return Subject(target, static, owner, operator_ways(name, target["is_async"]), found, receivers)
    mangled = f"_{owner.__name__.lstrip('_')}{name}" if name.startswith("__") else name
    return Subject(target, static, owner, ways_of(f"{{self}}.{mangled}({{args}})", static, target), found, receivers)


def _property(target: Target, owner: type, name: str, static: Any, slots: Slots, receivers: list[Value]) -> Subject:  # noqa: PLR0913, PLR0917
    ways = [Way(f"{{self}}.{name}")]
    setter = getattr(static, "fset", None)
    found = (slots.of(setter) or [])[1:] if setter is not None else []
    for slot in found[:1]:
        ways += [
            Way(f"{{self}}.{name}", (*value.arrange, f"{{self}}.{name} = {value.text}")) for value in slot.pool[:6]
        ]
    if getattr(static, "fdel", None) is not None:
        ways.append(Way(f"{{self}}.{name}", (f"del {{self}}.{name}",)))
    return Subject(target, static, owner, ways, [], receivers)


def operator_ways(name: str, is_async: bool) -> list[Way]:
    """The expressions by which the language calls a special method."""
    if name in SHAPES:
        return [Way(SHAPES[name], (), is_async)]
    if name in {"__enter__", "__exit__"}:
        return [Way("entered({self})", (ENTER,)), Way("fail_within({self})", (FAIL,))]
    if name in {"__aenter__", "__aexit__"}:
        return [Way("entered({self})", (ENTER_ASYNC,), True), Way("fail_within({self})", (FAIL_ASYNC,), True)]
    if name in {"__aiter__", "__anext__"}:
        return [Way("collected({self})", (COLLECT_ASYNC,), True)]
    if name in {"__setitem__", "__delitem__"}:
        act = f"operator.{name.strip('_')}({{self}}, {{args}})"
        return [Way(act)]
    return [Way(f"{{self}}.{name}({{args}})")]


def ways_of(shape: str, function: Any, target: Target) -> list[Way]:
    """The call itself; what it gives is waited for, entered or listed."""
    inner = inspect.unwrap(function) if callable(function) else function
    inner = getattr(inner, "__func__", inner)
    if inspect.isasyncgenfunction(inner):
        if inner is not function and hasattr(function, "__wrapped__"):
            return [Way(f"entered({shape})", (ENTER_ASYNC,), True), Way(f"fail_within({shape})", (FAIL_ASYNC,), True)]
        return [Way(f"collected({shape})", (COLLECT_ASYNC,), True)]
    if inspect.isgeneratorfunction(inner) and is_manager(function):
        return [Way(f"entered({shape})", (ENTER,)), Way(f"fail_within({shape})", (FAIL,))]
    if inspect.isgeneratorfunction(inner):
        return [Way(f"list({shape})"), Way(f"list(islice({shape}, 5))")]
    return [Way(shape, (), target["is_async"] or inspect.iscoroutinefunction(inner))]


def is_manager(function: Any) -> bool:
    """Whether `contextlib.contextmanager` decorates a function."""
    code = getattr(function, "__code__", None)
    return code is not None and "contextlib" in code.co_filename
