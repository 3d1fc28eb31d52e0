"""Keeping step with the client's texts: documents, and notebooks whose cells are documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp.errors import PositionError
from beast_lsp.lsp.convert import path_of
from beast_lsp.lsp.endpoint import Params

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the handlers of text and notebook synchronisation."""
    texts, notebooks = Texts(session), Notebooks(session)
    session.endpoint.notifications.update(
        {
            "textDocument/didOpen": texts.opened,
            "textDocument/didChange": texts.changed,
            "textDocument/didClose": texts.closed,
            "textDocument/didSave": texts.saved,
            "notebookDocument/didOpen": notebooks.opened,
            "notebookDocument/didChange": notebooks.changed,
            "notebookDocument/didClose": notebooks.closed,
            "notebookDocument/didSave": lambda _: None,
        }
    )


class Texts:
    """The `textDocument/did…` notifications."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def opened(self, params: Params) -> None:
        """A document was opened; one that was open already is replaced."""
        self.open(_table(params, "textDocument"))

    def open(self, item: Mapping[str, Any], home: Path | None = None) -> None:
        """Opens a document that belongs to `home` when its URI names no file."""
        old = self._session.documents.by_uri.get(str(item.get("uri")))
        new = self._session.documents.open(item, home)
        if old:
            self._session.replaced(old, None)
        self._session.replaced(None, new)

    def changed(self, params: Params) -> None:
        """A document was edited."""
        self.change(_table(params, "textDocument"), params.get("contentChanges"))

    def change(self, identifier: Mapping[str, Any], changes: Any) -> None:
        """Applies changes to one document."""
        old, new = self._session.documents.change(identifier, changes if isinstance(changes, list) else [None])
        self._session.replaced(old, new)

    def closed(self, params: Params) -> None:
        """A document was closed."""
        self.close(str(_table(params, "textDocument").get("uri")))

    def close(self, uri: str) -> None:
        """Closes one document; one that isn't open is left alone."""
        if old := self._session.documents.close(uri):
            self._session.replaced(old, None)

    def saved(self, params: Params) -> None:
        """A document was written to disk, where the index reads it."""
        path = path_of(str(_table(params, "textDocument").get("uri")))
        if path:
            self._session.app.changed_on_disk([path])


class Notebooks:
    """The `notebookDocument/did…` notifications. A cell is a document whose home is the notebook's file."""

    def __init__(self, session: Session) -> None:
        self._texts = Texts(session)

    def opened(self, params: Params) -> None:
        """A notebook was opened with all its cells."""
        home = _home(params)
        for item in _list(params, "cellTextDocuments"):
            self._texts.open(item, home)

    def changed(self, params: Params) -> None:
        """Cells came, went, or were edited."""
        cells = _table(_table(params, "change", needed=False), "cells", needed=False)
        structure = _table(cells, "structure", needed=False)
        for item in _list(structure, "didClose"):
            self._texts.close(str(item.get("uri")))
        for item in _list(structure, "didOpen"):
            self._texts.open(item, _home(params))
        for content in _list(cells, "textContent"):
            self._texts.change(_table(content, "document"), content.get("changes"))

    def closed(self, params: Params) -> None:
        """A notebook was closed with all its cells."""
        for item in _list(params, "cellTextDocuments"):
            self._texts.close(str(item.get("uri")))


def _home(params: Params) -> Path | None:
    return path_of(str(_table(params, "notebookDocument").get("uri")))


def _table(params: Mapping[str, Any], name: str, *, needed: bool = True) -> Mapping[str, Any]:
    value = params.get(name)
    if isinstance(value, Mapping):
        return value
    if needed:
        raise PositionError(f"The params need an object {name}.")
    return {}


def _list(params: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    value = params.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []
