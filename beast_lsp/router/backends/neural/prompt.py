"""What the completion model reads at one place of a document.

    family, path  [context: path and piece of another file]…  [suffix: what follows the line]  prefix: what precedes

What changes least comes first, and typing only appends, so the keys that the model keeps stay good from one
keystroke to the next. Samples of the training look the same (`training.completion.batches`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from cachetools import LRUCache

from beast_lsp.engine.subwords import CONTEXT, PREFIX, SUFFIX, Subwords, family_mark
from beast_lsp.engine.tokens import FILE_START, break_token, indent_width, line_tokens

_SHARE_OF_PIECES, _SHARE_OF_SUFFIX, _SHARE_AT_FIRST = 0.25, 0.08, 0.6
_LINES_KEPT = 4_000
_SUFFIX_LINES = 40


class Piece(Protocol):
    """Some lines of another file that may help here (`store.index.retrieval` finds them)."""

    @property
    def path(self) -> str:
        """The file's path relative to the workspace folder."""
        ...

    @property
    def first_line(self) -> int:
        """The number of the first line in the file, from 0."""
        ...

    @property
    def lines(self) -> Sequence[str]:
        """The lines, with their ends."""
        ...


@dataclass(frozen=True, slots=True)
class Head:
    """What stands before the prefix, and stays as it is while the user types on.

    The prefix begins with line `first`; `next_line` is the first line of code that the suffix began with.
    """

    ids: tuple[int, ...]
    first: int
    next_line: str


class PromptMaker:
    """Lays prompts out for a model that reads `budget` ids. Lines are encoded once."""

    def __init__(self, subwords: Subwords, budget: int) -> None:
        self._subwords = subwords
        self._budget = budget
        self._lines: LRUCache[str, tuple[int, ...]] = LRUCache(_LINES_KEPT)

    def head(  # noqa: PLR0913, PLR0917 - a place has as many sides.
        self, family: str, path: str, lines: Sequence[str], line: int, unit: str, pieces: Sequence[Piece]
    ) -> Head:
        """A head for the place at `line`; the prefix gets room to grow before another one is needed."""
        ids = [family_mark(family), *self._subwords.encode_path(path)]
        most = len(ids) + int(self._budget * _SHARE_OF_PIECES)
        for piece in pieces:
            encoded, _, _ = self._encoded(piece.lines, unit, begins_file=piece.first_line == 0)
            ids += [CONTEXT, *self._subwords.encode_path(piece.path), *encoded][: max(0, most - len(ids))]
        suffix = self._suffix(lines, line, unit)
        if suffix:
            ids += [SUFFIX, *suffix]
        ids.append(PREFIX)
        first, size, most = line, 0, int((self._budget - len(ids)) * _SHARE_AT_FIRST)
        while first > 0:
            size += len(self._line(lines[first - 1])) + 1
            if size > most:
                break
            first -= 1
        return Head(tuple(ids), first, _next_line(lines, line))

    def fits(self, head: Head, lines: Sequence[str], line: int) -> bool:
        """Whether what the head says of the text after the line is still so."""
        return head.first <= line and _next_line(lines, line) == head.next_line

    def prefix(self, head: Head, lines: Sequence[str], line: int, typed: str, unit: str) -> list[int]:
        """The ids from the head's first line up to `typed`, which is the beginning of `line`."""
        ids, width, blank = self._encoded(lines[head.first : line], unit, begins_file=head.first == 0)
        if ids:
            ids += self._subwords.encode(break_token(blank, width, indent_width(typed, unit), unit))
        elif head.first == 0:
            ids += self._subwords.encode(FILE_START)
        return ids + self._subwords.encode_all(line_tokens(typed))

    def _suffix(self, lines: Sequence[str], line: int, unit: str) -> list[int]:
        """The text after the line, with the line break that it begins with."""
        end = min(len(lines), line + 1 + _SUFFIX_LINES)
        first = next((number for number in range(line + 1, end) if lines[number].strip()), None)
        if first is None:
            return []
        width = indent_width(lines[line], unit)
        start = break_token(first - line - 1, width, indent_width(lines[first], unit), unit)
        ids = [*self._subwords.encode(start), *self._encoded(lines[first:end], unit, begins_file=False)[0]]
        return ids[: int(self._budget * _SHARE_OF_SUFFIX)]

    def _encoded(self, lines: Sequence[str], unit: str, *, begins_file: bool) -> tuple[list[int], int, int]:
        """The ids of some lines; they begin with the first word, or with the mark of a file's beginning.

        And the indentation of the last line with text, and how many blank ones follow it.
        """
        ids: list[int] = []
        before = blank = 0
        for line in lines:
            words = self._line(line)
            if not words:
                blank += 1
                continue
            width = indent_width(line, unit)
            if ids:
                ids += self._subwords.encode(break_token(blank, before, width, unit))
            elif begins_file:
                ids += self._subwords.encode(FILE_START)
            ids += words
            before, blank = width, 0
        return ids, before, blank

    def _line(self, line: str) -> tuple[int, ...]:
        known = self._lines.get(line)
        if known is None:
            known = self._lines[line] = tuple(self._subwords.encode_all(line_tokens(line)))
        return known


def _next_line(lines: Sequence[str], line: int) -> str:
    """The first line with text after `line`, as far as the suffix would see it."""
    return next((text for text in lines[line + 1 : line + 1 + _SUFFIX_LINES] if text.strip()), "")
