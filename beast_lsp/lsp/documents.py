"""The open documents, edited in place of the client: every text as the client has it, or known to be in doubt."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from lsprotocol import types

from beast_lsp.engine.document import Document, replace_range, split_lines
from beast_lsp.engine.languages import for_lsp_id
from beast_lsp.errors import PositionError
from beast_lsp.lsp.convert import PositionCodec, path_of

_log = logging.getLogger(__name__)
_LARGE = 8_000_000  # characters; beyond, a text is kept in step and gets no suggestions.


class Documents:
    """All open documents by URI; notebook cells are documents too.

    `by_uri` is replaced at each change and never altered, so that whoever holds it sees one moment.
    """

    def __init__(self, codec: PositionCodec, folders: Sequence[Path] = ()) -> None:
        self.by_uri: Mapping[str, Document] = {}
        self.folders = tuple(folders)
        self._codec = codec
        self._in_doubt: set[str] = set()
        self._large: set[str] = set()

    def usable(self, uri: str) -> Document | None:
        """The document, where its text is certain and not too large to work with; else None."""
        document = self.by_uri.get(uri)
        return None if uri in self._in_doubt or uri in self._large else document

    def open(self, item: types.TextDocumentItem, home: Path | None = None) -> Document:
        """Adds a document. `home` is where it belongs when its URI names no file: the notebook of a cell."""
        uri = item.uri
        path = path_of(uri)
        document = Document(
            uri=uri,
            language=for_lsp_id(item.language_id, path).name,
            version=item.version,
            lines=split_lines(item.text),
            path=path,
            folder=self.folder_of(path or home),
        )
        self._certain(uri, item.text)
        self.by_uri = {**self.by_uri, uri: document}
        return document

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> tuple[Document, Document]:
        """Applies the changes in their order; the document before and after.

        Raises PositionError where the document isn't open or a change makes no sense. The document is in
        doubt then, and not `usable`, until the client sends its whole text.
        """
        old = self.by_uri.get(identifier.uri)
        if old is None:
            raise PositionError("A change came for a document that is not open.")
        lines = old.lines
        for change in changes[_last_whole(changes) :]:
            lines = self._edited(old.uri, lines, change)
        new = replace(old, version=identifier.version, lines=lines)
        self.by_uri = {**self.by_uri, old.uri: new}
        return old, new

    def doubt(self, uri: str) -> None:
        """An edit of a document could not be read: it is not `usable` until the client sends its whole text."""
        if uri in self.by_uri:
            self._in_doubt.add(uri)

    def close(self, uri: str) -> Document | None:
        """Removes a document; None where it was not open."""
        document = self.by_uri.get(uri)
        self.by_uri = {key: value for key, value in self.by_uri.items() if key != uri}
        self._in_doubt.discard(uri)
        self._large.discard(uri)
        return document

    def move_to(self, folders: Sequence[Path]) -> None:
        """The workspace has other folders now; each document belongs to the one that holds it."""
        self.folders = tuple(folders)
        self.by_uri = {
            uri: replace(document, folder=self.folder_of(document.path)) if document.path else document
            for uri, document in self.by_uri.items()
        }

    def folder_of(self, path: Path | None) -> Path | None:
        """The innermost workspace folder that holds `path`."""
        holders = [folder for folder in self.folders if path and path.is_relative_to(folder)]
        return max(holders, key=lambda folder: len(folder.parts), default=None)

    def _edited(self, uri: str, lines: Sequence[str], change: types.TextDocumentContentChangeEvent) -> Sequence[str]:
        if isinstance(change, types.TextDocumentContentChangeWholeDocument):
            self._certain(uri, change.text)
            return split_lines(change.text)
        if len(change.text) > _LARGE:
            self._large.add(uri)
        try:
            start, end = (self._codec.position(lines, each) for each in (change.range.start, change.range.end))
            return replace_range(lines, start, end, change.text)
        except PositionError:
            self._in_doubt.add(uri)
            raise

    def _certain(self, uri: str, text: str) -> None:
        self._in_doubt.discard(uri)
        (self._large.add if len(text) > _LARGE else self._large.discard)(uri)


def _last_whole(changes: Sequence[types.TextDocumentContentChangeEvent]) -> int:
    """Where the last change stands that brings the whole text: what came before it doesn't matter."""
    kind = types.TextDocumentContentChangeWholeDocument
    return max((place for place, change in enumerate(changes) if isinstance(change, kind)), default=0)
