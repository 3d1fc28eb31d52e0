"""Keeping step with the client's texts: documents, and notebooks whose cells are documents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from lsprotocol import types

from beast_lsp.lsp.convert import path_of

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session

_TEXTS = (
    types.TEXT_DOCUMENT_DID_OPEN,
    types.TEXT_DOCUMENT_DID_CHANGE,
    types.NOTEBOOK_DOCUMENT_DID_OPEN,
    types.NOTEBOOK_DOCUMENT_DID_CHANGE,
)


def register(session: Session) -> None:
    """Adds the handlers of text and notebook synchronisation."""
    texts, notebooks, server = Texts(session), Notebooks(session), session.server
    server.notification(types.TEXT_DOCUMENT_DID_OPEN, texts.opened)
    server.notification(types.TEXT_DOCUMENT_DID_CHANGE, texts.changed)
    server.notification(types.TEXT_DOCUMENT_DID_CLOSE, texts.closed)
    server.notification(types.TEXT_DOCUMENT_DID_SAVE, texts.saved, types.SaveOptions(include_text=False))
    server.notification(types.NOTEBOOK_DOCUMENT_DID_OPEN, notebooks.opened)
    server.notification(types.NOTEBOOK_DOCUMENT_DID_CHANGE, notebooks.changed)
    server.notification(types.NOTEBOOK_DOCUMENT_DID_CLOSE, notebooks.closed)
    server.notification(types.NOTEBOOK_DOCUMENT_DID_SAVE, lambda _: None)
    server.not_followed = texts.not_followed


class Texts:
    """The `textDocument/did…` notifications."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def opened(self, params: types.DidOpenTextDocumentParams) -> None:
        """A document was opened; one that was open already is replaced."""
        self.open(params.text_document)

    def open(self, item: types.TextDocumentItem, home: Path | None = None) -> None:
        """Opens a document that belongs to `home` when its URI names no file."""
        old = self._session.documents.by_uri.get(item.uri)
        new = self._session.documents.open(item, home)
        if old:
            self._session.replaced(old, None)
        self._session.replaced(None, new)

    def changed(self, params: types.DidChangeTextDocumentParams) -> None:
        """A document was edited."""
        self.change(params.text_document, params.content_changes)

    def change(
        self,
        identifier: types.VersionedTextDocumentIdentifier,
        changes: Sequence[types.TextDocumentContentChangeEvent],
    ) -> None:
        """Applies changes to one document."""
        old, new = self._session.documents.change(identifier, changes)
        self._session.replaced(old, new)

    def closed(self, params: types.DidCloseTextDocumentParams) -> None:
        """A document was closed."""
        self.close(params.text_document.uri)

    def close(self, uri: str) -> None:
        """Closes one document; one that isn't open is left alone."""
        if old := self._session.documents.close(uri):
            self._session.replaced(old, None)

    def saved(self, params: types.DidSaveTextDocumentParams) -> None:
        """A document was written to disk, where the index reads it."""
        path = path_of(params.text_document.uri)
        if path:
            self._session.app.changed_on_disk([path])

    def not_followed(self, method: str, params: object) -> None:
        """A notification could not be read: the texts that it names are in doubt from now on."""
        if method in _TEXTS:
            for uri in _uris(params):
                self._session.documents.doubt(uri)


class Notebooks:
    """The `notebookDocument/did…` notifications. A cell is a document whose home is the notebook's file."""

    def __init__(self, session: Session) -> None:
        self._texts = Texts(session)

    def opened(self, params: types.DidOpenNotebookDocumentParams) -> None:
        """A notebook was opened with all its cells."""
        self._open(params.cell_text_documents, params.notebook_document.uri)

    def changed(self, params: types.DidChangeNotebookDocumentParams) -> None:
        """Cells came, went, or were edited."""
        cells = params.change.cells
        if cells and cells.structure:
            for closed in cells.structure.did_close or ():
                self._texts.close(closed.uri)
            self._open(cells.structure.did_open or (), params.notebook_document.uri)
        for content in (cells and cells.text_content) or ():
            self._texts.change(content.document, content.changes)

    def closed(self, params: types.DidCloseNotebookDocumentParams) -> None:
        """A notebook was closed with all its cells."""
        for item in params.cell_text_documents:
            self._texts.close(item.uri)

    def _open(self, items: Iterable[types.TextDocumentItem], notebook: str) -> None:
        for item in items:
            self._texts.open(item, path_of(notebook))


def _uris(value: object) -> Iterator[str]:
    """Every `uri` in raw params, however deep."""
    for key, each in value.items() if isinstance(value, Mapping) else ():
        if key == "uri" and isinstance(each, str):
            yield each
        yield from _uris(each)
    for each in value if isinstance(value, list) else ():
        yield from _uris(each)
