"""A cursor in a text, for the tests of the filters: `¦` marks it."""

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.polish.context import Context

CURSOR = "¦"


def place(text: str, language: str = "python", *, multiline: bool = True) -> Context:
    before, _, after = text.partition(CURSOR)
    lines = split_lines(before)
    position = Position(len(lines) - 1, len(lines[-1]))
    document = Document("file:///a", language, 1, split_lines(before + after))
    return Context(document, position, multiline=multiline)
