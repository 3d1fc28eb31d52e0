"""Masks: a text whose strings and comments are replaced by marks, so that plain patterns see code alone.

One pass over the text finds every string and comment. Nothing is lost: both are returned beside the code.
Lines stay aligned with the text's, which is what lets a pattern on the code be joined with a line's length.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

STRING, COMMENT = "\x00", "\x01"

# Each alternative begins with a literal, so that the engine skips to the few characters that can begin one. What
# spans lines may end with the text, and nothing is tried twice (`*+`): time grows with the length alone.
_PYTHON = (
    r"""#[^\n]*|\"\"\"[\s\S]*?(?:\"\"\"|\Z)|\'\'\'[\s\S]*?(?:\'\'\'|\Z)"""
    r"""|"[^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\[\s\S][^'\\\n]*+)*+'"""
)
_C_LIKE = r"""//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|"[^"\\\n]*+(?:\\[\s\S][^"\\\n]*+)*+"|'[^'\\\n]*+(?:\\.[^'\\\n]*+)*+'"""
_TEMPLATE = r"|`[^`\\]*+(?:\\[\s\S][^`\\]*+)*+(?:`|\Z)"
# A slash begins a regular expression where an operand is expected; a division has an operand before it.
_REGEX_LITERAL = r"|/(?:(?<=[=(,:!&|?;{}] /)|(?<=[(!,]/))(?![/*])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/"
# A quote in Rust is a character only where another follows it; else it names a lifetime.
_RUST = (
    r"""//[^\n]*|/\*[\s\S]*?(?:\*/|\Z)|r(#*)"[\s\S]*?(?:"\1|\Z)|"[^"\\]*+(?:\\[\s\S][^"\\]*+)*+(?:"|\Z)"""
    r"""|'(?:\\[^'\n]+|[^'\\\n])'"""
)
_TEXT_BLOCK = r"""|\"\"\"[\s\S]*?(?:\"\"\"|\Z)"""

_PATTERNS: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(_PYTHON),
    "javascript": re.compile(_C_LIKE + _TEMPLATE + _REGEX_LITERAL),
    "go": re.compile(_C_LIKE + r"|`[^`]*+(?:`|\Z)"),
    "rust": re.compile(_RUST),
    "java": re.compile(_TEXT_BLOCK[1:] + "|" + _C_LIKE),
    "c": re.compile(_C_LIKE),
}


@dataclass(slots=True)
class Masked:
    """A text (line ends are LF), its code with marks, and what the marks stand for, in order.

    Every masked line holds its mark, so no line of a string or of a comment looks blank. `starts` has the
    offset in the text of each string.
    """

    text: str
    code: str = ""
    strings: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    comments: list[str] = field(default_factory=list)


def mask(family: str, text: str) -> Masked:
    """Masks the strings and comments of `text`; a family without a grammar has none."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    result = Masked(text)
    pattern = _PATTERNS.get(family)
    result.code = text if pattern is None else pattern.sub(_collector(family, result), text)
    return result


def _collector(family: str, result: Masked) -> Callable[[re.Match[str]], str]:
    comment_starts = ("#",) if family == "python" else ("//", "/*")

    def collect(match: re.Match[str]) -> str:
        found = match[0]
        if found.startswith(comment_starts):
            result.comments.append(found)
            mark = COMMENT
        else:
            result.strings.append(found)
            result.starts.append(match.start())
            mark = STRING
        return mark if "\n" not in found else "\n".join([mark] * (found.count("\n") + 1))

    return collect


mask_candidate = lru_cache(maxsize=256)(mask)
"""`mask` for the short texts that several repairs look at in turn."""

_SEVERAL_LINES: Mapping[str, tuple[str, str, str]] = {
    "python": ('"""', "'''", '"""'),
    "javascript": ("`", "/*", "*/"),
    "go": ("`", "/*", "*/"),
    "rust": ('"', "/*", "*/"),
    "java": ('"""', "/*", "*/"),
    "c": ("/*", "*/", "*/"),
}


def is_inside_literal(family: str, lines: Sequence[str], line: int, column: int) -> bool:
    """Whether a place lies in a string or a comment; where that is uncertain, it does.

    Only lines that can begin or end a literal of several lines are read: some ten nanoseconds for any other.
    """
    marks = _SEVERAL_LINES.get(family)
    if marks is None:
        return True
    one, two, three = marks
    above = [text for text in lines[:line] if one in text or two in text or three in text]
    text = "".join(above) + "\n" + lines[line][:column]
    code = mask(family, text).code
    last = code[code.rfind("\n") + 1 :]
    if '"' in last or ("'" in last and family != "rust"):
        return True
    return _ends_open(family, text)


def _ends_open(family: str, text: str) -> bool:
    """Whether one more word would still belong to the last literal."""
    masked = mask(family, text + _PROBE)
    return not masked.code.endswith(_PROBE)


_PROBE = "probe"
