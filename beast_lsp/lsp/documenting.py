"""Code actions that document: their edits are resolved, told and undone as those of refactorings are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.lsp.dispatch import Call

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the offers to the menu, for clients that resolve actions."""
    offered = get_capability(session.capabilities, "text_document.code_action")
    resolved = offered.resolve_support.properties if offered and offered.resolve_support else ()
    if not (offered and offered.data_support and "edit" in resolved):
        return

    async def actions(params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        from beast_lsp.features.documenting import DocumentingFeature  # noqa: PLC0415 - loaded after the start.
        from beast_lsp.features.refactoring import Selection  # noqa: PLC0415 - as above.

        document, router = call.seen.documents.get(params.text_document.uri), session.app.router
        # The backend comes with the refactorings, which resolve the actions, too.
        if (
            document is None
            or router is None
            or session.app.refactoring is None
            or not session.documents.usable(document.uri)
        ):
            return []
        ends = (session.codec.position(document.lines, each) for each in (params.range.start, params.range.end))
        start, end = ends
        place, snapshot = Selection(document, start, max(start, end)), call.snapshot(document.folder)
        is_asked = params.context.trigger_kind is not types.CodeActionTriggerKind.Automatic
        feature, only = DocumentingFeature(router), params.context.only
        items = await feature.menu(snapshot, place, only, call.cancel, is_asked=is_asked)
        data = {"uri": document.uri, "version": document.version, "start": [*place.start], "end": [*place.end]}
        return [types.CodeAction(item.title, item.kind, data={**data, "name": item.name}) for item in items]

    session.code_actions.append(actions)
