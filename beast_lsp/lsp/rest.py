"""Which documents rest: what is told of a document unasked waits until its user does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from beast_lsp.engine.document import Document


class Resting:
    """Gives each version of a document once, when nobody edited it between two looks."""

    def __init__(self) -> None:
        self._last: Mapping[str, Sequence[str]] = {}
        self._given: dict[str, Sequence[str]] = {}

    def look(self, documents: Mapping[str, Document]) -> list[Document]:
        """The open documents, by URI, that rest since the last look and were not given yet."""
        self._given = {uri: lines for uri, lines in self._given.items() if uri in documents}
        found = [
            document
            for uri, document in documents.items()
            if self._last.get(uri) is document.lines and self._given.get(uri) is not document.lines
        ]
        self._given |= {document.uri: document.lines for document in found}
        self._last = {uri: document.lines for uri, document in documents.items()}
        return found

    def again(self) -> None:
        """Every document is given once more."""
        self._given.clear()
