"""Changes of literals at random: edges, neighbours, and pieces that the module itself mentions."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

LONG = 60
NUMBERS = (
    0,
    1,
    -1,
    2,
    3,
    7,
    10,
    12,
    16,
    31,
    32,
    59,
    60,
    64,
    99,
    100,
    127,
    128,
    255,
    256,
    999,
    1000,
    1024,
    65535,
    10**6,
)
PIECES = (
    " ",
    "\n",
    "\t",
    ",",
    ".",
    ":",
    ";",
    "/",
    "\\",
    "-",
    "_",
    "=",
    "'",
    '"',
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<",
    ">",
    "%",
    "&",
    "#",
    "@",
    "+",
    "*",
    "0",
    "1",
    "9",
    "a",
    "Z",
    "é",
    "ß",
    "中",
    "\u200b",
    "\x00",
    "%20",
    "${a}",
    "{0}",
    "\r\n",
)


def varied(value: Any, chance: random.Random, words: Sequence[Any]) -> Any:
    """Another value of the same type, or of another one now and then."""
    kind = type(value)
    if kind is bool:
        return not value
    if kind in (int, float):
        return varied_number(value, chance, words)
    if kind in (str, bytes):
        return varied_text(value, chance, words)
    if kind in (list, tuple, set, frozenset):
        return varied_items(value, chance, words)
    if kind is dict:
        return varied_dict(value, chance, words)
    return chance.choice([*words, 0, "", 1, "abc", [], True]) if words else chance.choice([0, "", 1, "abc", [], True])


def varied_number(value: Any, chance: random.Random, words: Sequence[Any]) -> Any:
    """A number near it, an edge, or one of the module's."""
    known = [each for each in words if type(each) in (int, float)]
    ways = [value + 1, value - 1, -value, value * 2, value * 10, chance.choice(NUMBERS), chance.randint(-20, 200)]
    if known:
        picked = chance.choice(known)
        ways += [picked, picked + 1, picked - 1]
    new = chance.choice(ways)
    return float(new) if type(value) is float and chance.random() < 0.8 else new


def varied_text(value: Any, chance: random.Random, words: Sequence[Any]) -> Any:
    """Text with a piece put in, taken out, doubled or changed."""
    if type(value) is bytes:
        known = [
            each.decode("latin-1") if type(each) is bytes else each for each in words if type(each) in (str, bytes)
        ]
        new = varied_text(value.decode("latin-1"), chance, known)
        return new.encode("latin-1", "replace")
    known = [each for each in words if type(each) is str and len(each) < LONG]
    at = chance.randint(0, len(value))
    end = min(len(value), at + chance.randint(1, 4))
    piece = chance.choice(known) if known and chance.random() < 0.5 else chance.choice(PIECES)
    ways = [
        value[:at] + piece + value[at:],
        value[:at] + piece + value[end:],
        value[:at] + value[end:],
        value + piece,
        piece + value,
        piece,
        value + value,
        value.upper() if chance.random() < 0.5 else value.lower(),
        value.swapcase() if chance.random() < 0.3 else str(chance.choice(NUMBERS)),
        piece + value + piece,
    ]
    return chance.choice(ways)[: LONG * 4]


def varied_items(value: Any, chance: random.Random, words: Sequence[Any]) -> Any:
    """A collection with an item more, less, doubled, changed, or in another order."""
    items: list[Any] = list(value)
    way = chance.randrange(6)
    if way == 0 or not items:
        items.insert(
            chance.randint(0, len(items)),
            varied(items[0], chance, words) if items else chance.choice([1, "a", *words[:20]]),
        )
    elif way == 1:
        items.pop(chance.randrange(len(items)))
    elif way == 2:
        items.append(chance.choice(items))
    elif way == 3:
        items.reverse()
    else:
        at = chance.randrange(len(items))
        items[at] = varied(items[at], chance, words)
    try:
        return type(value)(items[:12])
    except TypeError:  # A set holds nothing that can change.
        return value


def varied_dict(value: Any, chance: random.Random, words: Sequence[Any]) -> Any:
    """A dictionary with a key more or less, or with another value."""
    new = dict(value)
    way = chance.randrange(4)
    keys = [each for each in words if type(each) is str] or ["a", "key"]
    if way == 0 or not new:
        new[chance.choice(keys)] = chance.choice([1, "a", None, True, [], *words[:20]])
    elif way == 1:
        new.pop(chance.choice(list(new)))
    elif way == 2:
        key = chance.choice(list(new))
        new[key] = varied(new[key], chance, words)
    else:
        key = chance.choice(list(new))
        new[chance.choice(keys)] = new.pop(key)
    return new
