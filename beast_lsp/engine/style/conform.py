"""Conforming: makes a candidate fit the style of its file and its workspace, or refuses it."""

from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.style.profile import StyleProfile


def conform(text: str, document: Document, position: Position, profile: StyleProfile | None) -> str | None:
    """The candidate `text`, inserted at `position`, repaired to fit; None where it can't be made to fit."""
    return text
