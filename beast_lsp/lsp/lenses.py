"""`textDocument/codeLens`: one handler, and the parts of the server that have something to show above a line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from beast_lsp.lsp.dispatch import Call

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the handler; it asks what stands in `session.lenses` when it is called, one after the other."""

    async def lenses(params: types.CodeLensParams, call: Call) -> list[types.CodeLens]:
        document = call.seen.documents.get(params.text_document.uri)
        if document is None:
            return []
        return [lens for shown in session.lenses for lens in await shown(document, call)]

    session.server.request(types.TEXT_DOCUMENT_CODE_LENS, lenses, types.CodeLensOptions(), automatic=True)
