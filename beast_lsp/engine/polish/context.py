"""What the filters see: the place where a candidate would stand."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import Language, by_name
from beast_lsp.engine.polish.scan import Scan, scan
from beast_lsp.engine.tokens import indent_unit

if TYPE_CHECKING:
    from beast_lsp.engine.style.profile import StyleProfile

_LINES_BACK = 60  # How far back an opening bracket is looked for.
_LINES_UNIT = 150  # How many lines before the cursor tell the indentation.


class Context:
    """The cursor of a document; facts are computed when a filter first asks for them.

    `before` and `after` are the cursor's line on both sides of it, without its line end. `multiline` allows
    a block; `profile` is the style of the workspace folder, or None.
    """

    def __init__(
        self, document: Document, position: Position, *, multiline: bool = True, profile: StyleProfile | None = None
    ) -> None:
        line = document.lines[position.line]
        self.document, self.position = document, position
        self.before, self.after = line[: position.column], line[position.column :].rstrip("\r\n")
        self.multiline, self.profile = multiline, profile

    @cached_property
    def language(self) -> Language:
        """The document's language."""
        return by_name(self.document.language)

    @cached_property
    def indent(self) -> str:
        """The white space that begins the cursor's line, up to the cursor."""
        return self.before[: len(self.before) - len(self.before.lstrip(" \t"))]

    @cached_property
    def unit(self) -> str:
        """One step of indentation around here: a tab, or spaces."""
        line = self.position.line
        near = self.document.lines[max(0, line - _LINES_UNIT) : line + 1]
        return indent_unit(near, "") or indent_unit(self.document.lines)

    @cached_property
    def line_end(self) -> str:
        """The line end of this part of the document."""
        lines, number = self.document.lines, self.position.line
        line = lines[number] if lines[number].endswith(("\n", "\r")) or number == 0 else lines[number - 1]
        return "\r\n" if line.endswith("\r\n") else "\r" if line.endswith("\r") else "\n"

    @cached_property
    def line_scan(self) -> Scan:
        """The cursor's line before the cursor: its strings, its comment and the brackets left open."""
        return scan(self.before, self.language)

    @cached_property
    def openers(self) -> str | None:
        """The brackets open at the cursor, outermost first; None where that can't be told."""
        number = self.position.line
        text = "".join([*self.document.lines[max(0, number - _LINES_BACK) : number], self.before])
        if text.count('"""') % 2 or text.count("'''") % 2 or text.count("`") % 2:
            return None  # The window begins inside a string, or the cursor stands in one.
        return scan(text, self.language).openers

    @cached_property
    def next_lines(self) -> list[str]:
        """At most four lines after the cursor's that aren't blank, without their ends."""
        found: list[str] = []
        for line in self.document.lines[self.position.line + 1 : self.position.line + 12]:
            if text := line.rstrip():
                found.append(text)
        return found[:4]

    @cached_property
    def previous_line(self) -> str:
        """The nearest line before the cursor's that isn't blank, without its end; empty where there is none."""
        for number in range(self.position.line - 1, max(-1, self.position.line - 4), -1):
            if text := self.document.lines[number].rstrip():
                return text
        return ""
