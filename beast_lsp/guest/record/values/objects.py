"""Objects of classes: through constructors, factories and what the module holds; each way has been run."""

from __future__ import annotations

import inspect
import itertools
import random
import typing
from collections.abc import Iterator, Sequence
from typing import Any, Callable

from ..execution import Outcome, Runner
from ..oracles.expressions import ADDRESS
from ..plans import Argument, Plan, Value, listed, variable, written
from .hints import signature_of
from .pools import distinct, texts, unwrapped
from .slots import Slot, Slots

ENOUGH = 6
TRIES = 60


class Objects:
    """Makes objects of classes, and remembers them."""

    def __init__(self, runner: Runner, seed: int) -> None:
        self._runner = runner
        self._known: dict[type, list[Value]] = {}
        self._pending: set[type] = set()
        self._forms: dict[type, tuple[str, list[Slot]]] = {}
        self.chance = random.Random(seed)  # noqa: S311 - a search, no secret.
        self.suggested: dict[str, list[Value]] = {}
        self.slots: Slots | None = None

    def of(self, cls: type, depth: int = 0) -> list[Value]:
        """Expressions that give objects of the class, the plainest first; empty where none was found."""
        if cls in self._known:
            return self._known[cls]
        if cls in self._pending or depth > 4 or self.slots is None:
            return []
        self._pending.add(cls)
        try:
            found = self._made(cls, depth)
        finally:
            self._pending.discard(cls)
        if found or depth == 0:
            self._known[cls] = found
        return found

    def is_ours(self, function: Any) -> bool:
        """Whether a function is code of the module."""
        code = getattr(function, "__code__", None)
        return code is not None and code.co_filename == self._runner.module.__file__

    def another(self, cls: type) -> Value | None:
        """A call of the constructor with arguments at random, which hasn't been run; None where there is none."""
        if cls not in self._forms:
            name = self._runner.names.of(cls)
            slots = self.slots.of(cls) if self.slots and name and not inspect.isabstract(cls) else None
            usable = [slot for slot in slots or [] if slot.pool]
            is_callable = slots and usable and all(slot.pool for slot in slots if slot.is_required)
            self._forms[cls] = (f"{name}({{args}})", usable) if is_callable else ("", [])
        shape, slots = self._forms[cls]
        if not shape:
            return None
        eager = self.chance.choice((0.15, 0.5))
        some = [slot for slot in slots if slot.is_required or self.chance.random() < eager]
        picked = [argument(slot, self.chance.choice(slot.pool)) for slot in some]
        return call_value(shape, arranged(slots, picked))

    def _made(self, cls: type, depth: int) -> list[Value]:
        if getattr(cls, "_is_protocol", False):
            return self._like(cls, depth)
        if inspect.isabstract(cls):
            return self._concrete(cls, depth)
        if is_typed_dict(cls):
            return self._typed_dict(cls, depth)
        name = self._runner.names.of(cls)
        found = [] if name is None else self._constructed(cls, name, depth)
        found = [*self.suggested.get(cls.__name__, []), *found]
        if len(found) < 3:
            found += self._held(cls)
            found += self._from_factories(cls, depth)
        found = found[: ENOUGH + 2]
        for each in [each for each in descendants(cls) if each.__module__ == cls.__module__ and depth == 0][:4]:
            found += self.of(each, depth + 1)[:2]
        return found or self._subclassed(cls, depth)

    def _constructed(self, cls: type, name: str, depth: int) -> list[Value]:
        slots = self.slots.of(cls, depth=depth) if self.slots else None
        if slots is None:
            return [Value(f"{name}()")] if self._gives(Value(f"{name}()"), cls) else []
        return self._tried(f"{name}({{args}})", slots, cls)

    def _tried(self, shape: str, slots: Sequence[Slot], cls: type) -> list[Value]:
        found: list[Value] = []
        ways: set[Any] = set()
        for choice in itertools.islice(choices(slots, self.chance), TRIES):
            value = call_value(shape, choice)
            outcome = self._gives(value, cls)
            way = None if outcome is None else outcome.features or looks_of(outcome.result)
            if outcome is not None and value not in found and (len(found) < 3 or way not in ways):
                ways.add(way)
                found.append(value)
            if len(found) >= ENOUGH:
                break
        return found

    def _gives(self, value: Value, cls: type) -> Outcome | None:
        text = written(Plan("", value.text, given=value.arrange))
        outcome = self._runner.run(text, False)
        if outcome.ended != "returned" or not isinstance(outcome.result, cls):
            outcome = (
                self._runner.run(text._replace(act=f"wrapped({text.act})", arrange=(*text.arrange, WRAPPED)), True)
                if "running event loop" in str(outcome.error)
                else outcome
            )
        is_right = outcome.ended == "returned" and isinstance(outcome.result, cls) and not outcome.fakes
        return outcome if is_right else None

    def _held(self, cls: type) -> list[Value]:
        names = [name for name, value in list(vars(self._runner.module).items()) if type(value) is cls]
        return texts([name for name in names if name in self._runner.names.statements][:2])

    def _from_factories(self, cls: type, depth: int) -> list[Value]:
        for name, function in factories(cls, self._runner.module):
            owner = self._runner.names.of(cls if name.startswith(".") else function)
            slots = self.slots.of(function, depth=depth + 1) if self.slots and owner else None
            if slots is not None:
                found = self._tried(f"{owner}{name if name.startswith('.') else ''}({{args}})", slots, cls)
                if found:
                    return found[:3]
        return []

    def _concrete(self, cls: type, depth: int) -> list[Value]:
        subclasses = [each for each in descendants(cls) if not inspect.isabstract(each)]
        for each in subclasses[:4]:
            found = self.of(each, depth + 1)
            if found:
                return found
        return self._subclassed(cls, depth)

    def _subclassed(self, cls: type, depth: int) -> list[Value]:
        """A minimal subclass that fills in what is abstract."""
        name = self._runner.names.of(cls)
        missing = sorted(getattr(cls, "__abstractmethods__", ()))
        if name is None or not missing or self.slots is None:
            return []
        word = variable(f"Plain{cls.__name__}")
        body = "".join(f"\n{indented(method_text(cls, each, self._answer(cls, each, depth)))}" for each in missing)
        arrange = (f"class {word}({name}):{body}",)
        slots = self.slots.of(cls, depth=depth) or []
        values = []
        for choice in itertools.islice(choices(slots, self.chance), 12):
            value = call_value(f"{word}({{args}})", choice)
            value = Value(value.text, (*arrange, *value.arrange))
            if self._gives(value, cls) is not None:
                values.append(value)
            if len(values) == 3:
                break
        return values

    def _like(self, cls: type, depth: int) -> list[Value]:
        """What has the methods of a protocol: a class of the module, else a stub."""
        names = [each for each in vars(cls) if not each.startswith("_")]
        for value in list(vars(self._runner.module).values()):
            if isinstance(value, type) and value is not cls and names and all(hasattr(value, each) for each in names):
                found = self.of(value, depth + 1)
                if found:
                    return found
        if "__call__" in vars(cls):
            return texts(["lambda *args, **kwargs: None"])
        parts = [f"{each}={self._member(cls, each, depth)}" for each in names]
        return texts([f"SimpleNamespace({', '.join(parts)})"])

    def _member(self, cls: type, name: str, depth: int) -> str:
        answer = self._answer(cls, name, depth)
        return f"lambda *args, **kwargs: {answer}" if callable(getattr(cls, name, None)) else answer

    def _answer(self, cls: type, name: str, depth: int) -> str:
        function = inspect.getattr_static(cls, name, None)
        function = getattr(function, "fget", None) or getattr(function, "__func__", None) or function
        signature = signature_of(function) if callable(function) else None
        if signature is None or self.slots is None:
            return "1"
        hint = self.slots.returned(function, signature)
        values = self.slots.pools.of(hint, depth + 2) if hint is not None else []
        return next((value.text for value in values if not value.arrange), "None")

    def _typed_dict(self, cls: Any, depth: int) -> list[Value]:
        hints = typing.get_type_hints(cls)
        rows = [(key, self.slots.pools.of(hint, depth + 1)) for key, hint in hints.items()] if self.slots else []
        made = []
        for at in range(3):
            chosen = [(key, pool[at % len(pool)]) for key, pool in rows if pool]
            inner = ", ".join(f"{key!r}: {value.text}" for key, value in chosen)
            made.append(Value(f"{{{inner}}}", tuple(line for _, value in chosen for line in value.arrange)))
        return distinct(made)


WRAPPED = "async def wrapped(value):\n    return value"


def looks_of(value: object) -> str:
    """What tells objects of foreign classes apart."""
    try:
        return ADDRESS.sub("", str(value)[:400])
    except Exception:  # It is code of others.
        return ""


def choices(slots: Sequence[Slot], chance: random.Random) -> Iterator[tuple[Argument, ...]]:
    """Arguments for slots: the plainest, then each parameter varied alone, then at random."""
    for found in _choices(slots, chance):
        yield arranged(slots, found)


def _choices(slots: Sequence[Slot], chance: random.Random) -> Iterator[list[Argument]]:
    required = [slot for slot in slots if slot.is_required]
    if any(not slot.pool for slot in required):
        return
    yield [argument(slot, slot.pool[0]) for slot in required]
    usable = [slot for slot in slots if slot.pool]
    for at in range(1, max([len(slot.pool) for slot in required], default=0)):
        yield [argument(slot, slot.pool[min(at, len(slot.pool) - 1)]) for slot in required]
    for slot in usable:
        for value in slot.pool[: 3 if slot.is_required else 2]:
            base = [argument(each, each.pool[0]) for each in usable if each.is_required or each is slot]
            yield [each._replace(value=value) if each.name == slot.name else each for each in base]
    while usable:
        some = [slot for slot in usable if slot.is_required or chance.random() < 0.4]
        yield [argument(slot, chance.choice(slot.pool)) for slot in some]


def argument(slot: Slot, value: Value) -> Argument:
    """A value for a slot."""
    return Argument(slot.name, slot.kind, value)


def arranged(slots: Sequence[Slot], arguments: Sequence[Argument]) -> tuple[Argument, ...]:
    """Arguments in the order of the parameters; after one that is left out they go by keyword."""
    held = {each.name: each for each in arguments}
    found: list[Argument] = []
    has_gap = False
    for slot in slots:
        if slot.name not in held:
            has_gap = has_gap or slot.kind in {"plain", "positional-only"}
        elif not has_gap or slot.kind in {"keyword-only", "var-keyword"}:
            found.append(held[slot.name]._replace(kind=slot.kind))
        elif slot.kind == "plain":
            found.append(held[slot.name]._replace(kind="keyword-only"))
    return tuple(found)


def call_value(shape: str, arguments: tuple[Argument, ...]) -> Value:
    """A call as a value."""
    text = listed(arguments, {each.name: each.value for each in arguments})
    arrange = tuple(dict.fromkeys(line for each in arguments for line in each.value.arrange))
    return Value(shape.replace("{args}", text), arrange)


def factories(cls: type, module: Any) -> Iterator[tuple[str, Callable[..., Any]]]:
    """Class methods and functions of the module that say that they return the class."""
    for name, value in list(vars(cls).items()):
        if isinstance(value, classmethod) and not name.startswith("_"):
            yield f".{name}", getattr(cls, name)
    for value in list(vars(module).values()):
        if inspect.isfunction(value) and returns(value, cls):
            yield value.__name__, value


def returns(function: Any, cls: type) -> bool:
    """Whether a function is annotated to return the class."""
    hint = function.__annotations__.get("return")
    return unwrapped(hint) is cls or hint == cls.__name__


def descendants(cls: type) -> Iterator[type]:
    """The subclasses that are loaded, the nearest first."""
    try:
        nearest: list[type] = type.__subclasses__(cls)
    except TypeError:
        return
    yield from nearest
    for each in nearest:
        yield from descendants(each)


def method_text(cls: type, name: str, answer: str) -> str:
    """A method that only answers."""
    static = inspect.getattr_static(cls, name, None)
    function = getattr(static, "fget", None) or getattr(static, "__func__", None) or static
    if isinstance(static, property):
        return f"@property\ndef {name}(self):\n    return {answer}"
    first = (
        "@classmethod\n"
        if isinstance(static, classmethod)
        else "@staticmethod\n"
        if isinstance(static, staticmethod)
        else ""
    )
    form = "async def" if inspect.iscoroutinefunction(function) else "def"
    signature = signature_of(function) if callable(function) else None
    names = [bare(each) for each in signature.parameters.values()] if signature else ["self", "*args", "**kwargs"]
    return f"{first}{form} {name}({', '.join(names)}):\n    return {answer}"


def bare(parameter: inspect.Parameter) -> str:
    """A parameter without annotation; a default is None."""
    if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
        return f"*{parameter.name}"
    if parameter.kind is inspect.Parameter.VAR_KEYWORD:
        return f"**{parameter.name}"
    return parameter.name if parameter.default is inspect.Parameter.empty else f"{parameter.name}=None"


def indented(text: str) -> str:
    """Text one level in."""
    return "\n".join(f"    {line}" for line in text.splitlines())


def is_typed_dict(cls: type) -> bool:
    """Whether this is a TypedDict."""
    return issubclass(cls, dict) and hasattr(cls, "__total__")
