"""The terms by which code is found: identifiers, and the words that they are made of."""

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W\d][\w$]*")
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\W\d_A-Za-z]+")
_LONGEST = 60  # Longer words are data.


def terms(text: str) -> list[str]:
    """All terms of a text, in its order, repeats included."""
    return [term for word in _WORD.findall(text) for term in word_terms(word)]


def line_terms(lines: Iterable[str]) -> list[str]:
    """All terms of some lines."""
    return terms("".join(lines))


def word_terms(word: str) -> list[str]:
    """The terms of one word: itself and, where it is compound, its parts, in lower case; none for a number."""
    if len(word) < 2 or len(word) > _LONGEST or word[0].isdigit():
        return []
    parts = [part.lower() for part in _PART.findall(word) if len(part) > 1]
    whole = word.strip("_$").lower()
    return parts if parts == [whole] or len(whole) < 2 else [whole, *parts]
