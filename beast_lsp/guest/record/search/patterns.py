"""Texts that match a regular expression."""

from __future__ import annotations

import random
import re
import warnings
from typing import Any, Callable

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    try:
        from re import _parser as parser  # type: ignore[attr-defined] # The parser is private from 3.11 on.
    except ImportError:
        import sre_parse as parser  # The same before; it warns from 3.11 on.

CLASSES = {
    "DIGIT": "0123456789",
    "SPACE": " \t\n",
    "WORD": "abcxyzABC019_",
    "NOT_DIGIT": "ab-",
    "NOT_SPACE": "ab1",
    "NOT_WORD": "- .",
}
ALPHABET = "abcABC012 -_.:/@#"


def matching(pattern: re.Pattern[Any], chance: random.Random, count: int = 4) -> list[str]:
    """A few texts that the pattern matches, the shortest way first; fewer where none is found."""
    text = pattern.pattern if isinstance(pattern.pattern, str) else pattern.pattern.decode("latin-1")
    try:
        tree = parser.parse(text, pattern.flags & ~re.DEBUG)
    except (re.error, RecursionError, OverflowError, ValueError):
        return []
    found = []
    for at in range(count * 3):
        made = Maker(chance, at).sequence(tree)[:300]
        subject = made if isinstance(pattern.pattern, str) else made.encode("latin-1", "replace")
        if pattern.search(subject) and made not in found:
            found.append(made)
    return found[:count]


class Maker:
    """Writes text along a parsed pattern; `eager` is how many repetitions it likes."""

    def __init__(self, chance: random.Random, eager: int) -> None:
        self._chance = chance
        self._eager = eager
        self._groups: dict[int, str] = {}

    def sequence(self, items: Any) -> str:
        """Text for a sequence of parts."""
        return "".join(self._part(str(name), argument) for name, argument in items)

    def _part(self, name: str, argument: Any) -> str:
        part: Callable[[Any], str] = getattr(self, f"_{name.lower()}", self._nothing)
        return part(argument)

    def _nothing(self, _argument: Any) -> str:
        return ""

    def _literal(self, argument: int) -> str:
        return chr(argument)

    def _not_literal(self, argument: int) -> str:
        return next(each for each in "ab" if each != chr(argument))

    def _any(self, _argument: Any) -> str:
        return self._chance.choice("abc1")

    def _in(self, argument: Any) -> str:
        if str(argument[0][0]) == "NEGATE":
            banned = self._allowed(argument[1:])
            return next((each for each in self._shuffled(ALPHABET) if each not in banned), "~")
        return self._chance.choice(self._allowed(argument) or "a")

    def _allowed(self, argument: Any) -> str:
        allowed = ""
        for name, each in argument:
            if str(name) == "LITERAL":
                allowed += chr(each)
            elif str(name) == "RANGE":
                low, high = each
                allowed += "".join(map(chr, range(low, min(high, low + 200) + 1)))
            elif str(name) == "CATEGORY":
                allowed += CLASSES.get(str(each).replace("CATEGORY_", ""), "a")
        return allowed

    def _shuffled(self, text: str) -> list[str]:
        return self._chance.sample(text, len(text))

    def _branch(self, argument: Any) -> str:
        return self.sequence(self._chance.choice(argument[1]))

    def _subpattern(self, argument: Any) -> str:
        text = self.sequence(argument[-1])
        if argument[0] is not None:
            self._groups[argument[0]] = text
        return text

    def _groupref(self, argument: int) -> str:
        return self._groups.get(argument, "")

    def _atomic_group(self, argument: Any) -> str:
        return self.sequence(argument)

    def _max_repeat(self, argument: Any) -> str:
        low, high, items = argument
        count = (
            min(int(high), low + self._chance.randint(0, 1 + self._eager // 3))
            if self._eager
            else low or min(1, int(high))
        )
        return "".join(self.sequence(items) for _ in range(min(count, 60)))

    _min_repeat = _max_repeat
    _possessive_repeat = _max_repeat
