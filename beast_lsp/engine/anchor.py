"""Anchors: where a text was offered, so that a later version of the document can tell what was typed since."""

from dataclasses import dataclass

from beast_lsp.engine.document import Document, Position

CLOSERS = ")]}>\"'`"
"""What editors insert by themselves after the cursor when its opening partner is typed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A cursor in one version of a document, known by the text around it: the line above, and its own line.

    Holds no document, so that closed ones can go.
    """

    uri: str
    position: Position
    above: str
    before: str
    after: str

    @staticmethod
    def at(document: Document, position: Position) -> "Anchor":
        """The anchor at a position, which must lie in the document."""
        number, column = position
        line = document.lines[number]
        above = document.lines[number - 1] if number else ""
        return Anchor(document.uri, position, above, line[:column], line[column:].rstrip("\r\n"))

    def typed(self, document: Document, position: Position) -> str | None:
        """The text between the anchor and a later cursor, if typing is all that happened around it.

        None when the anchor's lines changed in another way: before it, or after the cursor by more than
        closers that the editor put there.
        """
        (start, column), (end, end_column) = self.position, position
        lines = document.lines
        if document.uri != self.uri or position < self.position or end >= len(lines):
            return None
        if lines[start][:column] != self.before or (lines[start - 1] if start else "") != self.above:
            return None
        after = lines[end][end_column:].rstrip("\r\n")
        if not after.endswith(self.after) or after[: len(after) - len(self.after)].strip(CLOSERS):
            return None
        if start == end:
            return lines[start][column:end_column]
        return "".join([lines[start][column:], *lines[start + 1 : end], lines[end][:end_column]])
