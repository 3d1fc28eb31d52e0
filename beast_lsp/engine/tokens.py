"""Lexical tokens, the alphabet of the workspace model.

A token is a word, a number, an operator or a line break, as text. A token that follows white space on its line
carries one leading blank (`" foo"`): what comes next is predicted with its blank, what came before is matched
without it (`bare`). Indentation is no token: a line break says how the indentation changes instead, so
that code moves between depths. One tokeniser serves all languages; a trained one may replace it here.
"""

import re
from collections.abc import Iterator, Sequence

BREAK = "\n"
"""Begins every line break's token; then one more for each blank line (two at most), then the change of depth."""
FILE_START = "\0"
"""Stands before the first token of a file."""

_WORD = r"[^\W\d][\w$]*|\$[\w$]*"
_NUMBER = r"\d[\w.]*"
_OPERATORS = (
    r'"""|\'\'\'|===|!==|\.\.\.|<<=|>>=|\*\*=|//=|&&=|\|\|=|\?\?=|==|!=|<=|>=|->|=>|<-|:=|::|\+=|-=|\*=|/=|%=|&=|\|=|\^='
    r"|\+\+|--|\*\*|//|/\*|\*/|&&|\|\||\?\.|\?\?|<<|>>"
)
_TOKEN = re.compile(rf"([ \t\f]*)({_WORD}|{_NUMBER}|{_OPERATORS}|[^\s])")
MAX_LINE = 2_000
"""A longer line is data: its tokens would fill the counts with noise."""


def line_tokens(line: str) -> list[str]:
    """The tokens of one line, without indentation and line end; none for a blank or an overlong line."""
    if len(line) > MAX_LINE:
        return []
    found = [" " + word if blank else word for blank, word in _TOKEN.findall(line)]
    if found and found[0][0] == " ":
        found[0] = found[0][1:]
    return found


def token_columns(line: str) -> list[tuple[str, int, int]]:
    """The tokens of one line, each with the columns where its text (without the blank) starts and ends."""
    return [
        (" " + match[2] if match[1] and number else match[2], match.start(2), match.end(2))
        for number, match in enumerate(_TOKEN.finditer(line[:MAX_LINE]))
    ]


def bare(token: str) -> str:
    """The token without its blank."""
    return token[1:] if token[0] == " " else token


def is_word(token: str) -> bool:
    """Whether a bare token is an identifier or a keyword."""
    first = token[0]
    return first in {"_", "$"} or first.isalpha()


def is_word_character(character: str) -> bool:
    """Whether a character can be part of a word or a number."""
    return character in {"_", "$"} or character.isalnum()


def indent_width(line: str, unit: str) -> int:
    """The depth of a line's indentation in columns; a tab counts as one unit."""
    text = line[: len(line) - len(line.lstrip(" \t"))]
    return len(text) + text.count("\t") * (len(unit) - 1) if "\t" in text and unit != "\t" else len(text)


def indent_unit(lines: Sequence[str], default: str = "    ") -> str:
    """One step of indentation in these lines: a tab, or 2 to 8 spaces; `default` where nothing is indented."""
    steps: dict[str, int] = {}
    previous = 0
    for line in lines[:2_000]:
        if line[:1] == "\t":
            steps["\t"] = steps.get("\t", 0) + 1
        elif not line.isspace():
            width = len(line) - len(line.lstrip(" "))
            if 2 <= width - previous <= 8:
                step = " " * (width - previous)
                steps[step] = steps.get(step, 0) + 1
            previous = width
    return max(steps, key=lambda step: steps[step]) if steps else default


def break_token(blank_lines: int, before: int, after: int, unit: str) -> str:
    """The line break between two lines that are indented by `before` and `after` columns."""
    newlines = BREAK * min(blank_lines + 1, 3)
    if after == before:
        return newlines + "0"
    if after > before:
        return newlines + "+"
    return newlines + "-" + str(min(3, max(1, round((before - after) / len(unit)))))


def break_text(token: str, indent: str, unit: str) -> str:
    """The text of a line break after a line indented by `indent`; its last line is the new indentation."""
    change = token.lstrip(BREAK)
    newlines = token[: len(token) - len(change)]
    if change == "+":
        indent += unit
    elif change != "0":
        indent = indent[: max(0, len(indent) - int(change[1:]) * len(unit))]
    return newlines + indent


def file_tokens(lines: Sequence[str]) -> Iterator[str]:
    """All tokens of a file, line breaks included."""
    unit = indent_unit(lines)
    before = blank = 0
    first = True
    for line in lines:
        words = line_tokens(line)
        if not words:
            blank += 1
            continue
        width = indent_width(line, unit)
        yield FILE_START if first else break_token(blank, before, width, unit)
        first, before, blank = False, width, 0
        yield from words
