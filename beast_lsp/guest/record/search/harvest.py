"""New plans from what a run compared: where an operand came from a literal of the plan, the other side goes there."""

from __future__ import annotations

import ast
import datetime
import os
import random
import re
from collections.abc import Iterator
from typing import Any, Callable, Optional

from ..loading.operands import PLAIN, Pair
from ..plans import Plan, Value
from .literals import Literal, literals, with_literal
from .patterns import matching

Express = Callable[[object], Optional[str]]
Values = Callable[[type], "list[Value]"]
TEXTUAL = (str, bytes)
# Functions of `re` that take the pattern first.
MATCHING = frozenset({"match", "fullmatch", "search", "findall", "finditer"})
# What a function that reads text or numbers is content with.
READABLE: dict[str, tuple[str, ...]] = {
    "int": ("12", "-3", "1_000"),
    "float": ("1.5", "-2", "1e3", "nan"),
    "complex": ("1+2j",),
    "Decimal": ("1.5", "NaN"),
    "Fraction": ("1/2",),
    "loads": ('{"a": 1}', "[1, 2]", '"text"', "3", "null"),
    "literal_eval": ("{'a': 1}", "[1, 2]", "3"),
    "fromisoformat": ("2024-01-02", "2024-01-02T03:04:05", "2024-01-02T03:04:05+00:00", "03:04:05"),
    "fromhex": ("00ff", "616263"),
    "unhexlify": ("00ff", "616263"),
    "a2b_hex": ("00ff",),
    "b64decode": ("YWJj", "dXNlcjpwYXNz"),
    "urlsafe_b64decode": ("YWJj",),
    "UUID": ("12345678-1234-4234-8234-123456789abc",),
    "ip_address": ("192.168.0.1", "::1"),
    "ip_network": ("192.168.0.0/24",),
    "import_module": ("math", "os.path"),
    "lookup": ("utf-8", "latin-1"),
    "compile": ("a+", "("),
    "chr": (),
    "urlparse": ("https://user:pass@example.com:80/path;p?q=1#top",),
    "urlsplit": ("https://user:pass@example.com:80/path?q=1#top", "//host/path"),
    "parsedate": ("Tue, 02 Jan 2024 03:04:05 GMT",),
}
MOMENT = datetime.datetime(2024, 1, 2, 3, 4, 5, tzinfo=datetime.timezone.utc)


class Harvester:
    """Makes plans from pairs of operands."""

    def __init__(self, chance: random.Random, express: Express, values: Values) -> None:
        self._chance = chance
        self._values = values
        self._express = express

    def plans(self, plan: Plan, pairs: Iterator[Pair], limit: int) -> list[Plan]:
        """Variants of a plan that would answer some comparison otherwise."""
        held = list(literals(plan))[:60]
        found: dict[Plan, None] = {}
        seen: set[object] = set()
        for pair in pairs:
            key = (pair.operator, pair.site, key_of(pair.left), key_of(pair.right))
            if key in seen or len(seen) > 400:
                continue
            seen.add(key)
            found.update(dict.fromkeys(with_variable(plan, pair)))
            for literal, new in self._exchanges(pair, held):
                text = new.text if isinstance(new, Value) else self._express(new)
                changed = with_literal(plan, literal, text) if text is not None and len(text) < 1000 else None
                if changed is not None:
                    found[changed] = None
            if len(found) > limit * 3:
                break
        plans = list(found)
        self._chance.shuffle(plans)
        return plans[:limit]

    def _exchanges(self, pair: Pair, held: list[Literal]) -> Iterator[tuple[Literal, object]]:
        for literal in held:
            for own, other in ((pair.left, pair.right), (pair.right, pair.left)):
                for wanted in self._wanted(pair.operator, own, other, own is pair.left):
                    for new in replaced(literal.value, own, wanted):
                        yield literal, new
            yield from ((literal, new) for new in self._grown(pair, literal.value))

    def _wanted(self, operator: str, own: object, other: object, is_left: bool) -> Iterator[object]:
        """What would stand in the place of an operand, were the answer another one."""
        if type(own) not in PLAIN:
            return
        if operator in MATCHING and not is_left and type(other) in TEXTUAL:
            other = pattern_of(other)
        if operator in READABLE and not is_left:
            yield from READABLE[operator]
        if operator in {"isinstance", "Match"} and is_left:
            yield from self._of_types(own, other) if operator == "isinstance" else words_of(other)
        elif operator in {"In", "NotIn", "Item"} or isinstance(other, (dict, list, tuple, set, frozenset)):
            yield from members(other)[:12]
        yield from self._like(operator, own, other)

    def _like(self, operator: str, own: Any, other: Any) -> Iterator[object]:
        """The other operand and its neighbours, or what it describes."""
        if type(other) in (int, float):
            yield from (other, other + 1, other - 1)
        elif operator in {"Eq", "NotEq", "Is", "IsNot", "Lt", "Gt", "LtE", "GtE"} or other is None:
            yield other
        elif type(own) in TEXTUAL and type(own) is type(other):
            yield from textual(operator, own, other)
        elif isinstance(other, re.Pattern) and type(own) in TEXTUAL:
            made = matching(other, self._chance)
            yield from (each.encode("latin-1", "replace") if type(own) is bytes else each for each in made)

    def _of_types(self, own: Any, types: object) -> Iterator[object]:
        """Values of the types that something was tested for."""
        for kind in types if isinstance(types, tuple) else (types,):
            if isinstance(kind, type) and not isinstance(own, kind):
                if kind is bytes and type(own) is str:
                    yield own.encode("utf-8", "replace")
                elif kind is str and type(own) is bytes:
                    yield own.decode("latin-1")
                else:
                    yield from [value for value in self._values(kind) if not value.arrange][:3]

    def _grown(self, pair: Pair, value: Any) -> Iterator[object]:
        """A container of the plan, with what was looked for in it; a text in the form that it is read in."""
        container, item = (pair.right, pair.left) if pair.operator in {"In", "NotIn"} else (pair.left, pair.right)
        kind = type(value)
        if kind is type(container) and kind in (dict, list, str, bytes, set) and same(value, container):
            if kind is dict and pair.operator in {"In", "NotIn", "Item", "get", "pop", "setdefault"} and hashable(item):
                yield from ({**value, item: held} for held in (1, "abc", None, [1, 2], True, {"a": 1}, "12", 0, ""))
            elif kind is list and pair.operator in {"In", "NotIn", "index", "count"}:
                yield [*value, item]
            elif kind in TEXTUAL and type(item) is kind:
                yield from (value + item, item + value, value[:1] + item + value[1:])
        if pair.operator == "strptime" and type(pair.right) is str and same(value, pair.left):
            try:
                yield MOMENT.strftime(pair.right)
            except ValueError:
                return


def replaced(value: Any, own: Any, wanted: Any) -> Iterator[object]:
    """A literal in which an operand gives way to another value, where the operand came from it."""
    if same(value, own):
        yield wanted
    elif type(value) is str and type(own) is str and type(wanted) is str and own:
        if own in value:
            yield value.replace(own, wanted, 1)
        elif own in value.lower():
            at = value.lower().index(own)
            yield value[:at] + wanted + value[at + len(own) :]
    elif type(value) is bytes and type(own) is bytes and type(wanted) is bytes and own and own in value:
        yield value.replace(own, wanted, 1)
    elif type(own) is int and type(wanted) is int and type(value) in (str, bytes, list, tuple):
        yield from resized(value, own, wanted)
    elif (
        type(own) in (int, float) and type(value) is str and value.strip() == str(own) and type(wanted) in (int, float)
    ):
        yield str(wanted)


def resized(value: Any, own: int, wanted: int) -> Iterator[object]:
    """A literal of another length, where the length was compared; a text with another character, where its code was."""
    if len(value) == own and 0 <= wanted <= 300:
        filler = value or ("a" if type(value) is str else b"a" if type(value) is bytes else type(value)([1]))
        yield (filler * (wanted // len(filler) + 1))[:wanted]
    if type(value) is bytes and 0 <= own < 256 and own in value and 0 <= wanted < 256:
        yield value.replace(bytes([own]), bytes([wanted]), 1)
    if type(value) is str and 0 < own < 0x110000 and 0 <= wanted < 0x110000 and chr(own) in value:
        yield value.replace(chr(own), chr(wanted), 1)


def textual(operator: str, own: Any, other: Any) -> Iterator[object]:
    """Text that has another one where a method looks for it."""
    if operator in {"startswith", "removeprefix"}:
        yield other + own
        yield other
    elif operator in {"endswith", "removesuffix"}:
        yield own + other
    else:
        yield own[: len(own) // 2] + other + own[len(own) // 2 :]
        yield own + other


def members(container: Any) -> list[object]:
    """Some of what a built-in container holds; the pieces of a text that are words."""
    if isinstance(container, str):
        return [container[:1], container[-1:], container] if container else []
    if (
        isinstance(container, tuple)
        and container
        and all(isinstance(each, str) and len(each) < 60 for each in container)
    ):
        return list(container)
    if type(container) in (list, tuple, set, frozenset, dict) or (
        hasattr(container, "keys") and type(container) is not type
    ):
        try:
            found = [each for _, each in zip(range(40), container)]
        except Exception:  # It is an object of the program's.
            return []
        return sorted(found, key=repr) if isinstance(container, (set, frozenset)) else found
    return []


def same(value: Any, operand: Any) -> bool:
    """Whether an operand may have come from a literal: equal, of the same type, and telling."""
    return type(value) is type(operand) and type(value) in PLAIN and bool(value == operand)


def words_of(texts: Any) -> list[object]:
    """The values that the source of literals stands for."""
    found = []
    for text in texts:
        try:
            found.append(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return found


def pattern_of(text: Any) -> object:
    """The pattern that a text is, else the text."""
    try:
        return re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return text


def with_variable(plan: Plan, pair: Pair) -> Iterator[Plan]:
    """The plan with a variable of the environment set that was asked for."""
    name: object = None
    is_read = isinstance(pair.left, os._Environ) and pair.operator in {"get", "Item", "pop"}
    if is_read or (pair.operator == "getenv" and pair.left is os):
        name = pair.right
    elif pair.operator in {"In", "NotIn"} and isinstance(pair.right, os._Environ):
        name = pair.left
    if type(name) is str and not any("setenv" in step for step in plan.steps):
        for text in ("1", "abc", "", "true", "0"):
            yield plan._replace(steps=(f"monkeypatch.setenv({name!r}, {text!r})", *plan.steps))


def hashable(value: object) -> bool:
    """Whether a plain value may be a key."""
    return type(value) in PLAIN and type(value) not in (list, dict, set)


def key_of(value: object) -> object:
    """What tells plain operands apart, without asking others."""
    if type(value) in (str, bytes, int, float, bool, type(None)):
        return value
    return (type(value), len(value)) if type(value) in PLAIN else type(value)  # type: ignore[arg-type] # Those have a length.
