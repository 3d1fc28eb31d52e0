"""Statements within a line length, broken at brackets the way black and ruff break them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")
_PREFIX = re.compile(r"(?:assert |return |await |[A-Za-z_][\w.]* (?:[-+*/]?=) )+")
_OPERATORS = re.compile(r"(?:==|!=|<=|>=|<|>|is not|is|not in|in|and|or|\+|-|\*|/|//|%|\|)\Z")
_QUOTED = re.compile(r"([bB]?)('|\")(?!\2\2)(.*)\2\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Token:
    text: str
    start: int
    end: int
    depth: int  # of the brackets around it.


def statement(text: str, quote: str, indent: str, room: int) -> list[str]:
    """A simple statement as lines that fit into `room` columns where they can, with strings quoted as asked."""
    flat = requoted(flattened(text), quote)
    return wrapped(flat, indent, room) if "\n" not in flat else flat.split("\n")


def flattened(text: str) -> str:
    """A statement on one line, unless a string of it has several."""
    if "\n" not in text:
        return text
    try:
        joined = ast.unparse(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    return joined if "\n" not in joined else text


def requoted(text: str, quote: str) -> str:
    """Strings in the quotes of the project, where that needs no more escapes."""
    pieces, last = [], 0
    for token in _tokens(text, strings=True):
        found = _QUOTED.match(token.text)
        if found is not None and found[2] != quote and quote not in found[3]:
            body = found[3].replace("\\" + found[2], found[2])
            pieces += [text[last : token.start], found[1], quote, body, quote]
            last = token.end
    return "".join([*pieces, text[last:]])


def wrapped(text: str, indent: str, room: int) -> list[str]:
    """The lines of a statement or expression on one line, as few as fit."""
    if len(text) <= room:
        return [text]
    prefix = found[0] if (found := _PREFIX.match(text)) else ""
    rest = text[len(prefix) :]
    pair = _last_pair(rest)
    if pair is not None and _ends_at(rest, pair) and len(prefix) + pair[0] < room:
        return _at_brackets(prefix + rest, (len(prefix) + pair[0], len(prefix) + pair[1]), indent, room)
    if prefix and not prefix.endswith("await ") and (parts := _operands(rest)):
        body = (
            [indent + rest] if len(indent + rest) <= room else [indent + one for one in _stacked(parts, indent, room)]
        )
        return [f"{prefix}(", *body, ")"]
    return _at_brackets(text, (len(prefix) + pair[0], len(prefix) + pair[1]), indent, room) if pair else [text]


def _ends_at(text: str, pair: tuple[int, int]) -> bool:
    return pair[1] == len(text) - 1


def _at_brackets(text: str, pair: tuple[int, int], indent: str, room: int) -> list[str]:
    head, inner, tail = text[: pair[0] + 1], text[pair[0] + 1 : pair[1]], text[pair[1] :]
    parts = _split(inner, ",")
    if len(indent + inner) <= room and not inner.rstrip().endswith(","):
        return [head, indent + inner.strip(), tail]
    if len(parts) < 2:
        body = wrapped(inner.strip(), indent, room - len(indent))
    else:
        body = [line for one in parts for line in _with_comma(wrapped(one.strip(), indent, room - len(indent) - 1))]
    return [head, *(indent + line for line in body), tail]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ","]


def _stacked(parts: list[str], indent: str, room: int) -> list[str]:
    return [line for one in parts for line in wrapped(one, indent, room - len(indent))]


def _last_pair(text: str) -> tuple[int, int] | None:
    """The last brackets at the top that hold something, by their offsets."""
    found, opened = None, -1
    for token in _tokens(text):
        if token.depth == 0 and token.text in _OPENERS:
            opened = token.start
        elif token.depth == 0 and token.text in _CLOSERS and opened >= 0:
            found = (opened, token.start) if text[opened + 1 : token.start].strip() else found
    return found


def _split(text: str, mark: str) -> list[str]:
    """The parts between marks that no bracket encloses; an empty last part is none."""
    parts, last, is_lambda = [], 0, False
    for token in _tokens(text):
        is_lambda = (is_lambda or token.text == "lambda") and not (token.text == ":" and token.depth == 0)
        if token.text == mark and token.depth == 0 and not is_lambda:
            parts.append(text[last : token.start])
            last = token.end
    return [one for one in (*parts, text[last:]) if one.strip()]


def _operands(text: str) -> list[str]:
    """The operands of the loosest comparison, each but the first behind its operator; [] where there is none."""
    marks = [one for one in _tokens(text) if one.depth == 0 and one.text in {"==", "!=", "is", "in", "not", "<", ">"}]
    if not marks:
        return []
    at = marks[0].start
    return [text[:at].rstrip(), text[at:]]


def _tokens(text: str, strings: bool = False) -> list[_Token]:
    """The tokens of an expression with their depth; with `strings` the plain strings alone. Broken text gives few."""
    found: list[_Token] = []
    depth = formatted = 0
    try:
        for one in tokenize.generate_tokens(io.StringIO(text).readline):
            name = tokenize.tok_name[one.type]
            formatted += (name == "FSTRING_START") - (name == "FSTRING_END")
            if one.start[0] != 1 or one.end[0] != 1 or formatted:
                continue
            depth -= one.type == tokenize.OP and one.string in _CLOSERS
            if (one.type == tokenize.STRING) if strings else one.string:
                found.append(_Token(one.string, one.start[1], one.end[1], depth))
            depth += one.type == tokenize.OP and one.string in _OPENERS
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
