"""`textDocument/codeAction`: one handler, and the parts of the server that offer actions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from lsprotocol import types

from beast_lsp.lsp.dispatch import Call
from beast_lsp.lsp.handshake import CODE_ACTION_KINDS

if TYPE_CHECKING:
    from beast_lsp.lsp.session import Session


def register(session: Session) -> None:
    """Adds the handler; it asks what stands in `session.code_actions` when it is called, one after the other."""

    async def actions(params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        found: list[types.CodeAction] = []
        for offered in session.code_actions:
            found += await offered(params, call)
        return found

    options = types.CodeActionOptions(code_action_kinds=[*CODE_ACTION_KINDS], resolve_provider=True)
    session.server.request(types.TEXT_DOCUMENT_CODE_ACTION, actions, options, automatic=True)


def wants(context: types.CodeActionContext, kind: str) -> bool:
    """Whether the client asks for actions of a kind, or of any."""
    only: Iterable[str] | None = context.only
    return only is None or any(kind == wanted or kind.startswith(f"{wanted}.") for wanted in only)
