"""Which lines of a file differ from an older version of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

from beast_lsp.engine.document import changed_lines


@dataclass(frozen=True, slots=True)
class Changed:
    """What is new in `lines`: the `rows` (from 0), and where something is gone.

    `gaps` has the row that a deletion stands before, with the first line that was deleted.
    """

    lines: Sequence[str]
    rows: frozenset[int] = frozenset()
    gaps: Mapping[int, str] = field(default_factory=dict)

    @classmethod
    def whole(cls, lines: Sequence[str]) -> Changed:
        """All of a file that is new."""
        return cls(lines, frozenset(range(len(lines))))

    def has(self, line: int, end_line: int) -> bool:
        """Whether one of the lines, the last one included, is new."""
        return any(row in self.rows for row in range(line, end_line + 1))

    def touches(self, line: int, end_line: int) -> bool:
        """Whether the function in these lines, the last one included, is not what it was."""
        if self.has(line, end_line) or any(line < gap <= end_line for gap in self.gaps):
            return True
        # Where blocks end by their indentation, the last lines of a function are deleted behind its end.
        gone = self.gaps.get(end_line + 1, "")
        return bool(gone.strip()) and line < len(self.lines) and _depth(gone) > _depth(self.lines[line])


def changed(old: Sequence[str], new: Sequence[str]) -> Changed:
    """What differs in `new`. Line ends don't count: git itself converts them on some systems. Total."""
    before, after = ([line.rstrip("\r\n") for line in lines] for lines in (old, new))
    start, old_end, new_end = changed_lines(before, after)
    rows: set[int] = set()
    gaps: dict[int, str] = {}
    matcher = SequenceMatcher(None, before[start:old_end], after[start:new_end])
    for kind, first, last, new_first, new_last in matcher.get_opcodes():
        if kind == "delete":
            gaps[start + new_first] = before[start + first : start + last][0]
        elif kind != "equal":
            rows.update(range(start + new_first, start + new_last))
    return Changed(new, frozenset(rows), gaps)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip())
