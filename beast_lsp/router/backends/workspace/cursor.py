"""What stands at the cursor, as the workspace model sees it."""

from dataclasses import dataclass

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.ngram.overlay import Overlay
from beast_lsp.engine.tokens import FILE_START, indent_width, is_word_character, token_columns

CONTEXT = 12
"""How many tokens before the cursor are kept."""
CODE, STRING, COMMENT = 0, 1, 2


@dataclass(frozen=True, slots=True)
class Cursor:
    """One place in a document.

    `context` are the bare tokens before the cursor, newest last, without the word that touches it, which is
    `partial` (`blank` tells whether white space precedes that word, or the cursor where there is no word).
    `words` is the number of tokens on the line before it; `quoting` is CODE, STRING or COMMENT. `typed` and
    `rest` are the line's text before and after the cursor.
    """

    position: Position
    typed: str
    context: tuple[str, ...]
    partial: str
    blank: bool
    words: int
    indent: str
    quoting: int
    rest: str


def read_cursor(document: Document, position: Position, overlay: Overlay, comment: str) -> Cursor:
    """Reads the place; `overlay` must be up to date, `comment` begins a line comment in this language."""
    line = document.lines[position.line]
    typed, rest = line[: position.column], line[position.column :].rstrip("\r\n")
    tokens = token_columns(typed)
    partial, blank = "", bool(tokens) and tokens[-1][2] < len(typed)
    if tokens and is_word_character(typed[-1]) and tokens[-1][2] == len(typed):
        token, start, _ = tokens.pop()
        partial, blank = typed[start:], token[0] == " "
    indent = typed[: len(typed) - len(typed.lstrip(" \t"))]
    start_of_line = overlay.line_break(position.line, indent_width(typed, overlay.unit))
    before = overlay.context(position.line) if start_of_line != FILE_START else []
    context = (*before, start_of_line, *(typed[start:end] for _, start, end in tokens))[-CONTEXT:]
    return Cursor(position, typed, context, partial, blank, len(tokens), indent, _quoting(typed, comment), rest)


def _quoting(typed: str, comment: str) -> int:
    """Whether the text is inside a string or a comment, as far as its own line tells."""
    if typed.count('"') % 2 or typed.count("'") % 2 or typed.count("`") % 2:
        return STRING
    return COMMENT if comment and comment in typed else CODE
