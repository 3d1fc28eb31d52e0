"""Code as text without its strings and comments, and the brackets around a place in it.

Names in scope are read from text: the line being typed is broken code, and the tree is of an older version.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from beast_lsp.engine.document import Position

_PYTHON_STRINGS = (
    r"#[^\n]*|\"\"\"[\s\S]*?(?:\"\"\"|\Z)|'''[\s\S]*?(?:'''|\Z)"
    r'|"(?:[^"\\\n]|\\[\s\S])*(?:"|$)'
    r"|'(?:[^'\\\n]|\\[\s\S])*(?:'|$)"
)
_C_STRINGS = r'//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|"(?:[^"\\\n]|\\[\s\S])*(?:"|$)'
_QUOTED = r"|'(?:[^'\\\n]|\\[\s\S])*(?:'|$)"
# In Rust a lone quote begins a lifetime.
_MASKS = {
    "python": re.compile(_PYTHON_STRINGS, re.MULTILINE),
    "rust": re.compile(_C_STRINGS + r"|'(?:[^'\\\n]|\\[^\n]{1,8})'", re.MULTILINE),
    "javascript": re.compile(_C_STRINGS + _QUOTED + r"|`(?:[^`\\]|\\[\s\S])*(?:`|\Z)", re.MULTILINE),
    "go": re.compile(_C_STRINGS + _QUOTED + r"|`[^`]*(?:`|\Z)", re.MULTILINE),
}
_DEFAULT_MASK = re.compile(_C_STRINGS + _QUOTED, re.MULTILINE)
_MAX_LINE = 300
_BRACKET = re.compile(r"[()\[\]{}]")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def mask(family: str, text: str) -> str:
    """The text with `""` in the place of each string and comment; those of several lines become one."""
    return strings_and_comments(family).sub('""', text)


def strings_and_comments(family: str) -> re.Pattern[str]:
    """What finds each string (without its prefix) and each comment of a family's code."""
    return _MASKS.get(family, _DEFAULT_MASK)


def indentation(line: str) -> int | None:
    """The columns before a line's first character, a tab counting as eight; None for a blank line."""
    stripped = line.lstrip(" \t\f")
    if not stripped.strip():
        return None
    return len(line[: len(line) - len(stripped)].expandtabs())


def before_cursor(family: str, lines: Sequence[str], position: Position, start: int) -> str:
    """The masked text from line `start` to the cursor."""
    typed = lines[position.line][max(0, position.column - _MAX_LINE) : position.column]
    return mask(family, joined(lines[start : position.line]) + typed)


def joined(lines: Sequence[str]) -> str:
    """The text of the lines; a very long one, which is data, counts as blank and costs the patterns nothing."""
    return "".join(line if len(line) <= _MAX_LINE else "\n" for line in lines)


def open_brackets(text: str) -> list[int]:
    """The offsets of the brackets that are open where the text ends, outermost first."""
    stack: list[int] = []
    for match in _BRACKET.finditer(text):
        bracket = match[0]
        if bracket not in _PAIRS:
            stack.append(match.start())
        elif any(text[offset] == _PAIRS[bracket] for offset in stack[-3:]):
            # A closer also closes what was left open within it.
            while text[stack.pop()] != _PAIRS[bracket]:
                pass
    return stack


def closing(text: str, offset: int = 0) -> int:
    """Where the first bracket closes that was opened before `offset`; the text's end where none does."""
    depth = 0
    for match in _BRACKET.finditer(text, offset):
        depth += -1 if match[0] in _PAIRS else 1
        if depth < 0:
            return match.start()
    return len(text)


def flat(text: str) -> str:
    """The text with every bracketed part blanked, so that patterns see one level; offsets stay."""
    parts, depth, last = [], 0, 0
    for match in _BRACKET.finditer(text):
        at = match.start()
        if match[0] in _PAIRS:
            depth = max(0, depth - 1)
            if not depth:
                parts.append(" " * (at - last))
                last = at
        else:
            if not depth:
                parts.append(text[last : at + 1])
                last = at + 1
            depth += 1
    parts.append(" " * (len(text) - last) if depth else text[last:])
    return "".join(parts)
