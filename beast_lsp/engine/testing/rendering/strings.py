"""String literals as a person writes them: in the project's quotes, short, and repetitions said as such."""

from __future__ import annotations

import ast
import re

_LITERAL = re.compile(r"[bBuU]?(\"\"\"|'''|\"|')")
_RAW = re.compile(r"([rR])[\"']([^\"'\n]*[^\"'\\\n])[\"']\Z")
_REPEATED = re.compile(r"(.{1,16}?)\1{3,}", re.DOTALL)
_LONG = 40  # characters of a string, and of a repetition in it, that is worth saying so
_AROUND = frozenset({"", "(", ")", "[", "]", "{", "}", ",", "=", "==", "!=", ":", "assert", "in"})


def literal(text: str, quote: str, before: str = "", behind: str = "") -> str:
    """A plain string literal, written with `quote`; `before` and `behind` are the tokens around it.

    What is no plain literal stays as it is, and so does one of several lines.
    """
    if (raw := _RAW.match(text)) is not None:
        return f"{raw[1]}{quote}{raw[2]}{quote}"
    found = _LITERAL.match(text)
    value = _value(text) if found is not None and "\n" not in text else None
    if value is None:
        return text
    if len(value) > _LONG and {before, behind} <= _AROUND and (shorter := _repetition(value, quote)):
        return shorter
    is_usual = found is not None and found[1] == quote
    return text if is_usual else quoted(value, quote)


def quoted(value: str | bytes, quote: str) -> str:
    """The literal of a value, in `quote` unless the other needs fewer escapes."""
    text = repr(value)
    mark = "b" if isinstance(value, bytes) else ""
    own, inner = text[len(mark)], text[len(mark) + 1 : -1]
    if own == quote or quote in inner:
        return text
    return f"{mark}{quote}{inner.replace(f'{chr(92)}{own}', own)}{quote}"


def _value(text: str) -> str | bytes | None:
    try:
        value = ast.literal_eval(text)
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    return value if isinstance(value, str | bytes) else None


def _repetition(value: str | bytes, quote: str) -> str:
    """`"ab" * 20 + "c"` for a value that mostly repeats one piece; "" for another one."""
    if isinstance(value, bytes):
        return ""
    found = max(_REPEATED.finditer(value), key=lambda one: one.end() - one.start(), default=None)
    if found is None or found.end() - found.start() < _LONG:
        return ""
    head, tail = value[: found.start()], value[found.end() :]
    middle = f"{quoted(found[1], quote)} * {(found.end() - found.start()) // len(found[1])}"
    return " + ".join([*([quoted(head, quote)] if head else []), middle, *([quoted(tail, quote)] if tail else [])])
