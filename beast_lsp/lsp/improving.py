"""Code actions that raise a low score: the same refactorings as elsewhere, with what they would do to the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types

from beast_lsp.lsp.code_actions import wants
from beast_lsp.lsp.dispatch import Call

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the offers to the menu; they are resolved as every refactoring is."""

    async def offered(params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        feature, quality = session.app.improving, session.app.quality
        document = call.seen.documents.get(params.text_document.uri)
        if feature is None or quality is None or document is None or params.range.start != params.range.end:
            return []
        # A menu doesn't wait for the scores: those that rest beside the functions are known.
        rating = quality.known(document)
        rated = rating.at(session.codec.position(document.lines, params.range.start).line) if rating else None
        offers = feature.offers(call.snapshot(document.folder), document, rated) if rated else []
        data = {"uri": document.uri, "version": document.version}
        return [
            types.CodeAction(
                one.title, one.kind, data={**data, "name": one.name, "start": [*one.start], "end": [*one.end]}
            )
            for one in offers
            if wants(params.context, one.kind)
        ]

    session.code_actions.append(offered)
