"""Statements within a line length, broken at brackets the way black and ruff break them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from dataclasses import dataclass

from beast_lsp.engine.testing.rendering.strings import literal

_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")
_PREFIX = re.compile(r"(?:assert |return |await |[A-Za-z_][\w.]* (?:[-+*/]?=) )+")


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
    """Strings in the quotes of the project, and repetitions in them said as such."""
    tokens, pieces, last = _tokens(text), [""], 0
    for before, token, behind in zip(["", *(one.text for one in tokens)], tokens, [*tokens[1:], None], strict=False):
        if token.text[-1] in "\"'":
            said = literal(token.text, quote, before, behind.text if behind is not None else "")
            pieces += [text[last : token.start], said]
            last = token.end
    return "".join([*pieces, text[last:]])


def wrapped(text: str, indent: str, room: int) -> list[str]:
    """The lines of a statement or expression on one line, as few as fit."""
    if len(text) <= room:
        return [text]
    prefix = found[0] if (found := _PREFIX.match(text)) else ""
    pairs = _pairs(text)
    last = pairs[-1] if pairs else None
    if last is not None and last[1] == len(text) - 1:
        fitting = [one for one in pairs if one[0] < room and (one == last or len(text) - one[1] <= room)]
        if fitting:
            return _at_brackets(text, fitting[-1], indent, room)
    if prefix and not prefix.endswith("await ") and (parts := _operands(text[len(prefix) :])):
        rest = indent + text[len(prefix) :]
        body = [rest] if len(rest) <= room else [indent + one for one in _stacked(parts, indent, room)]
        return [f"{prefix}(", *body, ")"]
    return _at_brackets(text, last, indent, room) if last is not None else [text]


def _at_brackets(text: str, pair: tuple[int, int], indent: str, room: int) -> list[str]:
    head, inner, tail = text[: pair[0] + 1], text[pair[0] + 1 : pair[1]], text[pair[1] :]
    parts = _split(inner, ",")
    is_display = len(parts) > 1 and not re.search(r"[\w)\]}]\s*\Z", head[:-1])  # a list and the like, no call.
    if not is_display and len(indent + inner) <= room and not inner.rstrip().endswith(","):
        return [head, indent + inner.strip(), tail]
    if len(parts) < 2:
        body = wrapped(inner.strip(), indent, room - len(indent))
    else:
        body = [line for one in parts for line in _with_comma(wrapped(one.strip(), indent, room - len(indent) - 1))]
    return [head, *(indent + line for line in body), tail]


def _with_comma(lines: list[str]) -> list[str]:
    return [*lines[:-1], lines[-1] + ","]


def _stacked(parts: list[str], indent: str, room: int) -> list[str]:
    """The operands of a comparison; a sum that is too long has a line for each term."""
    lines: list[str] = []
    for one in parts:
        terms = _split(one, "+") if len(one) > room - len(indent) else [one]
        joined = [terms[0].strip(), *(f"+ {term.strip()}" for term in terms[1:])]
        lines += [line for term in joined for line in wrapped(term, indent, room - len(indent))]
    return lines


def _pairs(text: str) -> list[tuple[int, int]]:
    """The brackets at the top that hold something, by their offsets."""
    found, opened = [], -1
    for token in _tokens(text):
        if token.depth == 0 and token.text in _OPENERS:
            opened = token.start
        elif token.depth == 0 and token.text in _CLOSERS and opened >= 0 and text[opened + 1 : token.start].strip():
            found.append((opened, token.start))
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


def _tokens(text: str) -> list[_Token]:
    """The tokens of an expression with their depth, without f-strings. Broken text gives few."""
    found: list[_Token] = []
    depth = formatted = 0
    try:
        for one in tokenize.generate_tokens(io.StringIO(text).readline):
            name = tokenize.tok_name[one.type]
            formatted += (name == "FSTRING_START") - (name == "FSTRING_END")
            if one.start[0] != 1 or one.end[0] != 1 or formatted:
                continue
            depth -= one.type == tokenize.OP and one.string in _CLOSERS
            if one.string:
                found.append(_Token(one.string, one.start[1], one.end[1], depth))
            depth += one.type == tokenize.OP and one.string in _OPENERS
    except (tokenize.TokenError, SyntaxError):
        pass
    return found
