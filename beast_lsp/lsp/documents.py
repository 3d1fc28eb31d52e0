"""The open documents, edited in place of the client: every text as the client has it, or known to be in doubt."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

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

    def open(self, item: Mapping[str, Any], home: Path | None = None) -> Document:
        """Adds a document. `home` is where it belongs when its URI names no file: the notebook of a cell.

        Raises PositionError where the item has no URI or no text.
        """
        uri, text = item.get("uri"), item.get("text")
        if not isinstance(uri, str) or not isinstance(text, str):
            raise PositionError("A document needs a uri and a text.")
        path = path_of(uri)
        document = Document(
            uri=uri,
            language=for_lsp_id(str(item.get("languageId", "")), path).name,
            version=_version(item, 0),
            lines=split_lines(text),
            path=path,
            folder=self.folder_of(path or home),
        )
        self._certain(uri, text)
        self.by_uri = {**self.by_uri, uri: document}
        return document

    def change(self, identifier: Mapping[str, Any], changes: Sequence[Any]) -> tuple[Document, Document]:
        """Applies the changes in their order; the document before and after.

        Raises PositionError where the document isn't open or a change makes no sense. The document is in
        doubt then, and not `usable`, until the client sends its whole text.
        """
        old = self.by_uri.get(str(identifier.get("uri")))
        if old is None:
            raise PositionError("A change came for a document that is not open.")
        lines = old.lines
        for change in changes[_last_whole(changes) :]:
            lines = self._edited(old.uri, lines, change)
        new = replace(old, version=_version(identifier, old.version + 1), lines=lines)
        self.by_uri = {**self.by_uri, old.uri: new}
        return old, new

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

    def _edited(self, uri: str, lines: Sequence[str], change: Any) -> Sequence[str]:
        text = change.get("text") if isinstance(change, Mapping) else None
        if not isinstance(text, str):
            self._in_doubt.add(uri)
            raise PositionError("A change needs a text.")
        if change.get("range") is None:
            self._certain(uri, text)
            return split_lines(text)
        if len(text) > _LARGE:
            self._large.add(uri)
        try:
            return self._replaced(lines, change["range"], text)
        except PositionError:
            self._in_doubt.add(uri)
            raise

    def _replaced(self, lines: Sequence[str], wire: Any, text: str) -> Sequence[str]:
        ends = (wire.get("start"), wire.get("end")) if isinstance(wire, Mapping) else (None, None)
        start, end = (self._codec.position(lines, each) for each in ends)
        return replace_range(lines, start, end, text)

    def _certain(self, uri: str, text: str) -> None:
        self._in_doubt.discard(uri)
        (self._large.add if len(text) > _LARGE else self._large.discard)(uri)


def _last_whole(changes: Sequence[Any]) -> int:
    """Where the last change stands that brings the whole text: what came before it doesn't matter."""
    whole = [i for i, change in enumerate(changes) if isinstance(change, Mapping) and change.get("range") is None]
    return whole[-1] if whole else 0


def _version(item: Mapping[str, Any], otherwise: int) -> int:
    version = item.get("version")
    return version if type(version) is int else otherwise
