"""Documents: texts as the client has them, frozen.

A document is a list of lines. Edits make a new list and share every untouched line with the old one, so
whoever keeps facts per line (the parser, the n-gram overlay, the style profile) finds what changed with
`changed_lines`, which compares by identity and costs microseconds.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from beast_lsp.errors import PositionError

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+\Z")
_RUN = 1024  # lines compared at a time; longer runs copy more than they save.
_PAIR = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Position(NamedTuple):
    """A place in a document: zero-based line, and column in Python characters."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text as the client has it.

    `lines` keep their line ends; the last line has none and may be empty. `language` is a key of
    `engine.languages` ("text" where no language fits). `folder` is the workspace folder that holds the
    file, or None. `path` is None for untitled buffers and notebook cells.
    """

    uri: str
    language: str
    version: int
    lines: Sequence[str]
    path: Path | None = None
    folder: Path | None = None

    @property
    def text(self) -> str:
        """The whole text; joined anew at each call, so hot paths use `lines`."""
        return "".join(self.lines)

    def before(self, position: Position, limit: int = 1 << 30) -> str:
        """At most `limit` characters of text that end at `position`."""
        parts = [self.lines[position.line][: position.column]]
        size, line = len(parts[0]), position.line - 1
        while size < limit and line >= 0:
            parts.append(self.lines[line])
            size += len(self.lines[line])
            line -= 1
        return "".join(reversed(parts))[-limit:] if limit else ""

    def after(self, position: Position, limit: int = 1 << 30) -> str:
        """At most `limit` characters of text that begin at `position`."""
        parts = [self.lines[position.line][position.column :]]
        size, line = len(parts[0]), position.line + 1
        while size < limit and line < len(self.lines):
            parts.append(self.lines[line])
            size += len(self.lines[line])
            line += 1
        return "".join(parts)[:limit]


def split_lines(text: str) -> list[str]:
    """Splits at CR LF, CR and LF (LSP's line ends, not Python's); the last line has no line end."""
    if "\r" in text:
        lines = _LINE.findall(text)
        if lines[-1][-1] in "\r\n":
            lines.append("")
        return lines
    *whole, last = text.split("\n")
    return [f"{line}\n" for line in whole] + [last]


def replace_range(lines: Sequence[str], start: Position, end: Position, text: str) -> list[str]:
    """The lines with the text between `start` and `end` replaced.

    Raises PositionError where the range lies outside the text. Columns past a line's end must have been
    clamped before (the protocol says so, and only `lsp.units` knows the client's unit).
    """
    if not (0 <= start.line <= end.line < len(lines)) or start > end:
        raise PositionError(f"The range {start.line}:{start.column}-{end.line}:{end.column} is outside the document.")
    first, last = start.line, end.line
    middle = _pair_surrogates(lines[first][: start.column] + text + lines[last][end.column :])
    # A CR and an LF that an edit brings together are one line end, so the neighbours join in.
    if first > 0 and middle.startswith("\n") and lines[first - 1].endswith("\r"):
        first -= 1
        middle = lines[first] + middle
    if last + 1 < len(lines) and not middle.endswith("\n"):
        last += 1
        middle += lines[last]
    new = split_lines(middle)
    if last + 1 < len(lines):
        new.pop()  # the text after the edit begins with a line of its own.
    result = list(lines)
    result[first : last + 1] = new
    return result


def _pair_surrogates(text: str) -> str:
    """Joins the halves of a character that came in two edits, as UTF-16 clients see them."""
    if text.isascii() or not _PAIR.search(text):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def changed_lines(old: Sequence[str], new: Sequence[str]) -> tuple[int, int, int]:
    """Where two versions differ: `(start, old_end, new_end)`, so that old[start:old_end] became new[start:new_end].

    Equal versions give three equal numbers. Compares slices, which is fast where lines are shared.
    """
    limit = min(len(old), len(new))
    start = _common(limit, lambda low, high: old[low:high] == new[low:high])
    o, n = len(old), len(new)
    tail = _common(limit - start, lambda low, high: old[o - high : o - low] == new[n - high : n - low])
    return start, o - tail, n - tail


def _common(limit: int, same: Callable[[int, int], bool]) -> int:
    """How many lines are the same from 0 on, at most `limit`; `same(low, high)` compares a run of them."""
    step, low = _RUN, 0
    while low < limit and step:
        high = min(low + step, limit)
        if same(low, high):
            low = high
        else:
            # The difference lies within this run, so shorter runs close in on it.
            limit, step = high - 1, (high - low) // 2
    return low
