"""What code does, over the protocol: a code action, a link in hovers, and the command that both run.

A client that says `experimental.explanations` shows the Markdown that the command answers; for any other one it is
written to a file of the user's cache, which the client is asked to show, or a message names it. A client that says
`experimental.hoverCommands` lets links in hovers run commands.
"""

from __future__ import annotations

import asyncio
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp import paths
from beast_lsp.errors import BeastError
from beast_lsp.lsp.client import offers
from beast_lsp.lsp.code_actions import wants
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.plans import Plans

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.engine.document import Document
    from beast_lsp.features.explaining import Explanation, Offer
    from beast_lsp.lsp.session import Session

EXPLAIN = "beast.explain"
KIND = "explain"


def register(session: Session) -> None:
    """Adds the code action, the command and the link in hovers."""
    explaining = Explaining(session)
    session.code_actions.append(explaining.offered)
    session.hovers.append(explaining.link)
    session.server.add_command(EXPLAIN, explaining.explain)


class Explaining:
    """The handlers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans = Plans(session)
        capabilities = session.capabilities
        self._shows_answers = offers(capabilities, "explanations")
        self._has_links = offers(capabilities, "hoverCommands")
        self._shows_documents = bool(get_capability(capabilities, "window.show_document.support"))

    async def offered(self, params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        """What could be explained at a place, for who opens the menu: a light bulb at every line would say nothing."""
        is_automatic = params.context.trigger_kind is types.CodeActionTriggerKind.Automatic
        document = call.seen.documents.get(params.text_document.uri)
        if is_automatic or document is None or not wants(params.context, KIND):
            return []
        found = self._offer(document, call, params.range.start.line)
        if found is None:
            return []
        command = types.Command(found.title, EXPLAIN, arguments=[document.uri, found.line])
        return [types.CodeAction(found.title, KIND, command=command)]

    async def link(self, document: Document, line: int, call: Call) -> str:
        """The link that explains what begins at a line; empty for a client that can't follow it."""
        found = self._offer(document, call, line) if self._has_links else None
        if found is None or found.line != line:
            return ""
        arguments = quote(json.dumps([document.uri, line]))
        return f"[{found.title}](command:{EXPLAIN}?{arguments})"

    def _offer(self, document: Document, call: Call, line: int) -> Offer | None:
        """What could be explained at a line, as far as the document's definitions are known."""
        if self._session.app.explaining is None or not self._session.documents.usable(document.uri):
            return None
        from beast_lsp.features.explaining import ENABLED, offer  # noqa: PLC0415 - loaded after the start.

        analysis = call.seen.analyses.get(document.uri)
        is_known = document.folder is not None and analysis is not None and analysis.tree is not None
        if not is_known or analysis is None or not call.snapshot(document.folder).config[ENABLED]:
            return None
        return offer(analysis.facts.definitions, line)

    async def explain(self, *place: Any) -> dict[str, Any]:
        """What the code at a URI and a line (from 0 on) does; without a line, the module.

        Without a URI it is the document that the user was last at.
        """
        uri, line = (*place, None, None)[:2]
        if not isinstance(uri, str | None) or (line is not None and type(line) is not int):
            raise InvalidParams("The arguments are a document's URI and a line from 0 on.")
        uri = uri or self._session.looked_at or ""
        self._session.look_at(uri)
        call, feature = self._session.call(), self._session.app.explaining
        document = call.seen.documents.get(uri)
        if feature is None or document is None:
            raise BeastError(
                "There is nothing to explain yet.", hint="Open a file, and wait until the server is ready."
            )
        found = await feature.explain(call.snapshot(document.folder), document, line, call.cancel)
        if not self._shows_answers:
            await self._show(found)
        return {"title": found.title, "markdown": found.markdown, "uri": found.place.path, "line": found.place.line}

    async def _show(self, found: Explanation) -> None:
        """Shows an explanation to who sees no command's answer."""
        file = await asyncio.to_thread(_written, found)
        if self._shows_documents:
            show = types.ShowDocumentParams(file.as_uri(), take_focus=True)
            # Not awaited: the client may wait for the command's answer first.
            self._session.spawn(self._shown(show), "an explanation")
        else:
            self._plans.say(f"{found.title} is explained in {file}")

    async def _shown(self, show: types.ShowDocumentParams) -> None:
        await self._session.server.window_show_document_async(show)


def _written(found: Explanation) -> Path:
    """The file that holds an explanation; the next one of the same name takes its place."""
    folder = paths.cache_folder() / "explained"
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', found.title)[:100]}.md"
    file.write_text(found.markdown, "utf-8")
    return file
