"""Anchors: where a text was offered, so that a later version of the document can tell what was typed since."""

from dataclasses import dataclass

from beast_lsp.engine.document import Document, Position

CLOSERS = ")]}>\"'`"
"""What editors insert by themselves after the cursor when its opening partner is typed."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """A cursor in one version of a document."""

    document: Document
    position: Position

    def typed(self, document: Document, position: Position) -> str | None:
        """The text between the anchor and a later cursor, if typing is all that happened around it.

        None when the lines of the anchor changed in another way: before it, or after the cursor by more than
        closers that the editor put there.
        """
        start = self.position
        if document.uri != self.document.uri or position < start or position.line >= len(document.lines):
            return None
        if not self._same_before(document) or not self._same_after(document, position):
            return None
        if position.line == start.line:
            return document.lines[start.line][start.column : position.column]
        parts = [document.lines[start.line][start.column :]]
        parts += document.lines[start.line + 1 : position.line]
        parts.append(document.lines[position.line][: position.column])
        return "".join(parts)

    def _same_before(self, document: Document) -> bool:
        line, column = self.position
        old, new = self.document.lines, document.lines
        return new[line][:column] == old[line][:column] and (line == 0 or new[line - 1] == old[line - 1])

    def _same_after(self, document: Document, position: Position) -> bool:
        old = self.document.lines[self.position.line][self.position.column :].rstrip("\r\n")
        new = document.lines[position.line][position.column :].rstrip("\r\n")
        return new.endswith(old) and not new[: len(new) - len(old)].strip(CLOSERS)
