"""The lines of a text that hold code, and their tokens: what measures of code count."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from beast_lsp.engine.scopes.text import strings_and_comments
from beast_lsp.engine.tokens import line_tokens

_STRING = "\0"  # Stands for a string while the rest is cut into tokens; no code holds it.
_PREFIXES = frozenset({"r", "b", "u", "f", "t", "br", "rb", "fr", "rf", "tr", "rt"})
_OPENERS, _CLOSERS = "([{", ")]}"
_UNTRACED = frozenset({"else:", "finally:", "..."})
_DECLARED = frozenset({"global", "nonlocal"})


class CodeLine(NamedTuple):
    """One line that holds code: its row in the text, and its tokens without their blanks. A string is one token."""

    row: int
    tokens: list[str]


class Statement(NamedTuple):
    """The rows of one logical line: more than one where brackets, a string or a backslash carry it on."""

    row: int
    end_row: int


def code_lines(family: str, lines: Sequence[str]) -> list[CodeLine]:
    """The lines that hold more than white space, comments and docstrings. A string counts where it begins. Total."""
    strings: list[str] = []

    def cut(match: re.Match[str]) -> str:
        text = match[0]
        breaks = "\n" * text.count("\n")
        if text[0] in "#/":
            return breaks
        strings.append(text)
        return _STRING + breaks

    masked = strings_and_comments(family).sub(cut, _joined(lines))
    return list(_read(family, masked.split("\n"), iter(strings)))


def statements(family: str, lines: Sequence[str]) -> list[Statement]:
    """The logical lines that an interpreter stops at; every other family's lines each count for themselves.

    Left out are lines that no coverage tool counts: `else:`, `finally:`, `...` and declarations of names.
    """
    if family != "python":
        return [Statement(line.row, line.row) for line in code_lines(family, lines)]
    groups = list(logical_lines(family, lines))
    ends = [*(group[0].row for group in groups[1:]), len(lines)]
    return [
        # What follows up to the next statement is the rest of this one, or holds no code.
        Statement(group[0].row, end - 1)
        for group, end in zip(groups, ends, strict=False)
        if "".join(group[0].tokens) not in _UNTRACED and group[0].tokens[0] not in _DECLARED
    ]


def logical_lines(family: str, lines: Sequence[str]) -> Iterator[list[CodeLine]]:
    """The code lines by statement, which brackets and backslashes carry on; broken brackets make few, long ones."""
    group: list[CodeLine] = []
    depth = 0
    for line in code_lines(family, lines):
        group.append(line)
        depth = max(0, depth + sum((token in _OPENERS) - (token in _CLOSERS) for token in line.tokens))
        if not depth and not lines[line.row].rstrip("\r\n").endswith("\\"):
            yield group
            group = []
    if group:
        yield group


def _joined(lines: Sequence[str]) -> str:
    text = "".join(lines).replace(_STRING, " ")
    if "\r" in text or text.count("\n") < len(lines) - 1:
        text = "\n".join(line.rstrip("\r\n").replace(_STRING, " ") for line in lines)
    return text


def _read(family: str, masked: list[str], strings: Iterator[str]) -> Iterator[CodeLine]:
    last = ""
    for row, line in enumerate(masked):
        found = [token[1:] if token[0] == " " else token for token in line_tokens(line)]
        if _STRING in line:
            # A line that is too long to be code has no tokens, and may hold strings all the same.
            texts = [next(strings) for _ in range(line.count(_STRING))]
            found = _with_strings(found, iter(texts), family == "python")
            if len(found) == 1 and last in {"", ":"} and family == "python" and not _depth(masked[:row]):
                last = "docstring"
                continue
        if found:
            last = found[-1]
            yield CodeLine(row, found)


def _with_strings(tokens: list[str], strings: Iterator[str], has_prefixes: bool) -> list[str]:
    """The tokens with the strings' texts in the place of their marks; a prefix is part of its string."""
    found: list[str] = []
    for token in tokens:
        if token != _STRING:
            found.append(token)
            continue
        text = next(strings)
        found.append(found.pop() + text if has_prefixes and found and found[-1].lower() in _PREFIXES else text)
    return found


def _depth(masked: list[str]) -> int:
    text = "".join(masked)
    return sum(map(text.count, _OPENERS)) - sum(map(text.count, _CLOSERS))
