"""Hypothesis writes small Python programs that trace what they do, and picks places to refactor in them.

Few names are drawn again and again, so that they hide and capture each other. What is read was bound before, mostly:
a program that ends with an exception is compared like any other. Loops are bounded.
"""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

from hypothesis import strategies as st
from refactoring_places import places

NAMES = ("a", "b", "c", "d")
FUNCTIONS = ("f", "g", "h")
_NEW = (*["fresh"] * 8, *NAMES, *FUNCTIONS, "say", "len")  # half of the new names are new.
_STEPS = 20_000


class TooLong(BaseException):
    """A program took too many steps."""


@dataclass(frozen=True)
class Place:
    """What is refactored: characters `start` to `end` of a program (all ASCII), with a new name where one is needed."""

    refactoring: str
    start: int
    end: int
    name: str = ""


@dataclass
class _Scope:
    """What may be written and read in a scope: its own names, those of them that are bound by now, and outer ones."""

    kind: str
    own: tuple[str, ...] = NAMES
    bound: set[str] = field(default_factory=set)
    outer: frozenset[str] = frozenset()
    functions: dict[str, list[str]] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """What may be read."""
        return sorted(self.bound | self.outer)

    def inner(self, kind: str, own: tuple[str, ...], bound: Iterable[str]) -> "_Scope":
        """A scope within; a class body's names are not seen from there."""
        seen = self.outer if self.kind == "class" else self.bound | self.outer
        return _Scope(kind, own, set(bound), frozenset(seen) - set(own), dict(self.functions))


class _Writer:
    """Draws a program, statement by statement."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self.draw = draw
        self.lines: list[str] = []

    def pick(self, options: Any) -> Any:
        return self.draw(st.sampled_from(options))

    def number(self, low: int, high: int) -> int:
        return int(self.draw(st.integers(low, high)))

    def some(self, names: Iterable[str]) -> list[str]:
        """Some of the names, in their order."""
        return [name for name in names if self.number(0, 1)]

    def write(self, depth: int, text: str) -> None:
        self.lines.append("    " * depth + text)

    def program(self) -> str:
        self.lines = ["def say(value):", "    print('say', value)", "    return value", "a, b = 1, 2"]
        scope = _Scope("module", bound={"a", "b"}, functions={"say": ["value"]})
        for _ in range(self.number(1, 3)):
            self.pick([self.function, self.function, self.class_])(0, scope)
        self.block(0, scope, 3)
        self.write(0, f"print({', '.join(scope.names)})")
        return "\n".join(self.lines) + "\n"

    def block(self, depth: int, scope: _Scope, most: int) -> None:
        for _ in range(self.number(1, most)):
            self.statement(depth, scope)

    def branch_of(self, depth: int, scope: _Scope, most: int, *bound: str) -> None:
        """A block that need not run: what it binds is not known afterwards."""
        known = set(scope.bound)
        scope.bound |= set(bound)
        self.block(depth, scope, most)
        scope.bound = known

    def statement(self, depth: int, scope: _Scope) -> None:
        kinds = (
            [self.printed] * 2
            + [self.once] * 2
            + ([self.assignment] * 3 + [self.pair, self.update] if scope.own else [])
        )
        if depth < 3:
            kinds += [self.condition, self.attempt, self.function] + ([self.loop, self.matched] if scope.own else [])
        self.pick(kinds)(depth, scope)

    def printed(self, depth: int, scope: _Scope) -> None:
        self.write(depth, f"print({self.expression(scope, 2)})")

    def assignment(self, depth: int, scope: _Scope) -> None:
        name, value = self.pick(scope.own), self.expression(scope, 3)
        self.write(depth, f"{name} = {value}")
        scope.bound.add(name)

    def once(self, depth: int, scope: _Scope) -> None:
        """A name that nothing else binds, read soon."""
        name = f"v{len(self.lines)}"
        self.write(depth, f"{name} = {self.expression(scope, 2)}")
        if self.number(0, 1):
            self.printed(depth, scope)
        other = self.expression(scope, 1)
        self.write(depth, f"print({self.pick([name, f'{name} * 2', f'{other}, {name}', f'-{name}, {name}'])})")
        scope.bound.add(name)

    def pair(self, depth: int, scope: _Scope) -> None:
        names = [self.pick(scope.own), self.pick(scope.own)]
        self.write(depth, f"{', '.join(names)} = {self.expression(scope, 1)}, {self.expression(scope, 1)}")
        scope.bound |= set(names)

    def update(self, depth: int, scope: _Scope) -> None:
        known = sorted(scope.bound & set(scope.own))
        if not known:
            return self.printed(depth, scope)
        return self.write(depth, f"{self.pick(known)} {self.pick('+-*')}= {self.expression(scope, 2)}")

    def condition(self, depth: int, scope: _Scope) -> None:
        self.write(depth, f"if {self.expression(scope, 2)}:")
        self.branch_of(depth + 1, scope, 2)
        if self.number(0, 1):
            self.write(depth, "else:")
            self.branch_of(depth + 1, scope, 2)

    def loop(self, depth: int, scope: _Scope) -> None:
        name = self.pick(scope.own)
        self.write(depth, f"for {name} in range({self.number(0, 3)}):")
        self.branch_of(depth + 1, scope, 3, name)
        if self.number(0, 2) == 0:
            self.write(depth + 1, f"if {self.expression(scope, 1)}:")
            self.write(depth + 2, self.pick(["break", "continue"]))
            self.printed(depth + 1, scope)

    def attempt(self, depth: int, scope: _Scope) -> None:
        self.write(depth, "try:")
        self.branch_of(depth + 1, scope, 2)
        self.write(depth + 1, f"print(1 // {self.wrapped(self.expression(scope, 1))})")
        self.write(depth, "except Exception as e:")
        self.write(depth + 1, "print(type(e).__name__)")
        self.branch_of(depth + 1, scope, 1)
        if self.number(0, 1):
            self.write(depth, "finally:")
            self.printed(depth + 1, scope)

    def matched(self, depth: int, scope: _Scope) -> None:
        name = self.pick(scope.own)
        self.write(depth, f"match {self.expression(scope, 1)}:")
        self.write(depth + 1, "case 0:")
        self.branch_of(depth + 2, scope, 1)
        self.write(depth + 1, f"case {name}:")
        self.branch_of(depth + 2, scope, 1, name)

    def function(self, depth: int, scope: _Scope) -> None:
        name, parameters = self.pick(FUNCTIONS), self.some(NAMES[:3])
        shown = list(parameters)
        if parameters and self.number(0, 2) == 0:
            shown[-1] += f"={self.expression(scope, 1)}"
        self.write(depth, f"def {name}({', '.join(shown)}):")
        changed = self.declared(depth + 1, scope, parameters)
        own = tuple(sorted({*parameters, *self.some(NAMES), *changed}))
        inner = scope.inner("function", own, [*parameters, *changed])
        self.block(depth + 1, inner, 3)
        self.write(depth + 1, f"return {self.expression(inner, 2)}")
        scope.functions[name] = parameters
        if self.number(0, 2):
            self.write(depth, f"print({self.call(scope, name)})")

    def declared(self, depth: int, scope: _Scope, parameters: list[str]) -> list[str]:
        """A name of the scope around that the function changes."""
        free = sorted((scope.bound & set(scope.own)) - set(parameters))
        if not free or scope.kind == "class" or self.number(0, 1):
            return []
        name = self.pick(free)
        self.write(depth, f"{'global' if scope.kind == 'module' else 'nonlocal'} {name}")
        return [name]

    def class_(self, depth: int, scope: _Scope) -> None:
        field_, method = self.pick(NAMES), self.pick("xy")
        self.write(depth, "class K:")
        self.write(depth + 1, f"{field_} = {self.expression(scope, 1)}")
        self.write(depth + 1, f"def {method}(self, c=1):")
        inner = scope.inner("function", ("c",), ["c"])
        self.block(depth + 2, inner, 2)
        self.write(depth + 2, f"self.{field_} += {self.expression(inner, 1)}")
        self.write(depth + 2, f"return self.{field_} + c")
        self.write(depth, "k = K()")
        self.write(depth, f"print(k.{method}(), K().{method}(c={self.expression(scope, 1)}), K.{field_}, k.{field_})")

    def call(self, scope: _Scope, name: str) -> str:
        parameters = scope.functions[name]
        values = [self.expression(scope, 1) for _ in parameters]
        by_keyword = self.number(0, len(values))
        shown = values[:by_keyword] + [
            f"{parameter}={value}" for parameter, value in list(zip(parameters, values, strict=True))[by_keyword:]
        ]
        return f"{name}({', '.join(shown)})"

    def expression(self, scope: _Scope, depth: int) -> str:
        simple = [self.literal, self.read, self.read]
        if depth <= 0:
            return str(self.pick(simple)(scope, depth))
        kinds = [*simple, self.binary, self.binary, self.logic, self.choice, self.effect, self.called]
        kinds += [self.comprehension, self.lambda_, self.shown]
        kinds += [self.walrus] if scope.kind == "function" and scope.own else []
        return str(self.pick(kinds)(scope, depth - 1))

    def literal(self, _scope: _Scope, _depth: int) -> str:
        return str(self.number(0, 3))

    def read(self, scope: _Scope, depth: int) -> str:
        return str(self.pick(scope.names)) if scope.names else self.literal(scope, depth)

    def binary(self, scope: _Scope, depth: int) -> str:
        left, right = self.expression(scope, depth), self.expression(scope, depth)
        return f"{self.wrapped(left)} {self.pick('+-*')} {self.wrapped(right)}"

    def wrapped(self, text: str) -> str:
        """An operand: in brackets, unless it needs none or luck leaves them out."""
        is_open = any(word in text for word in (" if ", "lambda", ":=", " and ", " or ", "not "))
        return f"({text})" if is_open or (" " in text and self.number(0, 1)) else text

    def logic(self, scope: _Scope, depth: int) -> str:
        left, right = (self.wrapped(self.expression(scope, depth)) for _ in range(2))
        return str(self.pick([f"{left} and {right}", f"{left} or {right}", f"not {left}", f"{left} < {right}"]))

    def choice(self, scope: _Scope, depth: int) -> str:
        parts = [self.wrapped(self.expression(scope, depth)) for _ in range(3)]
        return f"{parts[0]} if {parts[1]} else {parts[2]}"

    def effect(self, scope: _Scope, depth: int) -> str:
        return f"say({self.expression(scope, depth)})"

    def called(self, scope: _Scope, _depth: int) -> str:
        return self.call(scope, self.pick(sorted(scope.functions)))

    def comprehension(self, scope: _Scope, depth: int) -> str:
        name = self.pick(NAMES)
        inner = scope.inner("comprehension", (name,), [name])
        condition = f" if {self.wrapped(self.expression(inner, 0))}" if self.number(0, 1) else ""
        size = self.number(0, 3)
        return f"sum([{self.expression(inner, depth)} for {name} in range({size}){condition}])"

    def lambda_(self, scope: _Scope, depth: int) -> str:
        name = self.pick(NAMES)
        body = self.expression(scope.inner("lambda", (name,), [name]), depth)
        return f"(lambda {name}: {body})({self.expression(scope, depth)})"

    def shown(self, scope: _Scope, depth: int) -> str:
        inside = self.wrapped(self.expression(scope, min(depth, 0)))
        return f"len(f'<{{{inside}!r:>4}}>')"

    def walrus(self, scope: _Scope, depth: int) -> str:
        value = self.expression(scope, depth)
        return f"({self.pick(scope.own)} := {value})"


@st.composite
def programs(draw: Callable[[st.SearchStrategy[Any]], Any]) -> str:
    """A program that compiles."""
    return _Writer(draw).program()


def compiles(text: str) -> bool:
    """Whether Python takes the program."""
    with suppress(SyntaxError):
        compile(text, "main.py", "exec")
        return True
    return False


def printed(text: str) -> list[str]:
    """What a program prints, line by line, and the type of the exception that ends it. Raises TooLong."""
    out: list[str] = []
    steps = 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal steps
        steps += 1
        if steps > _STEPS:
            raise TooLong
        return trace

    def show(*values: object) -> None:
        out.append(" ".join(map(str, values)))

    builtins = dict(vars(__import__("builtins")))
    code = compile(text, "main.py", "exec")
    before = sys.gettrace()
    sys.settrace(trace)
    try:
        exec(code, {"__name__": "__main__", "__builtins__": builtins | {"print": show}})
    except TooLong:
        raise
    except Exception as error:
        out.append(type(error).__name__)
    finally:
        sys.settrace(before)
    return out


@st.composite
def refactored_programs(draw: Callable[[st.SearchStrategy[Any]], Any], kind: str) -> tuple[str, Place | None]:
    """A program, and a place for a kind of refactoring in it; None where it has no such place."""
    text = draw(programs())
    found = places(text, kind) if compiles(text) else []
    if not found:
        return text, None
    start, end = draw(st.sampled_from(found))
    return text, Place(kind, start, end, draw(st.sampled_from(_NEW)))
