"""Documenting a function with an example over the protocol: an action that holds a command, since it runs the code."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.errors import BeastError, CancelledRequest, TestsRefused
from beast_lsp.lsp.code_actions import wants
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.plans import Plans
from beast_lsp.lsp.progress import WorkDone
from beast_lsp.lsp.testing import agreed
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.engine.document import Document
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.features.examples import ExampleFeature
    from beast_lsp.lsp.session import Session
    from beast_lsp.router.testing import Stage

DOCUMENT = "beast.documentWithExample"
KIND = "refactor.rewrite"


def register(session: Session) -> None:
    """Adds the action and its command."""
    examples = Examples(session)
    session.code_actions.append(examples.offered)
    session.server.add_command(DOCUMENT, examples.document)


class Examples:
    """The handlers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans = Plans(session)
        self._shows_progress = bool(get_capability(session.capabilities, "window.work_done_progress"))
        info = session.client.client_info
        self._waits_briefly = info is not None and info.name == "helix"

    async def offered(self, params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        """The one action, at the head of a function without an example. Nothing is run."""
        feature, document = self._feature(), call.seen.documents.get(params.text_document.uri)
        is_usable = document is not None and self._session.documents.usable(document.uri)
        if feature is None or document is None or not is_usable or not wants(params.context, KIND):
            return []
        line = params.range.start.line
        place = await feature.menu(call.snapshot(document.folder), document, line, call.cancel)
        if place is None:
            return []
        command = types.Command(place.title, DOCUMENT, arguments=[document.uri, line])
        return [types.CodeAction(place.title, KIND, command=command)]

    async def document(self, *place: Any) -> dict[str, Any]:
        """Documents the function on a line (from 0) of a document, with an example that has been run.

        What comes of it is told in a message; a refusal is no error.
        """
        uri, line = (*place, None, None)[:2]
        if not isinstance(uri, str) or not isinstance(line, int) or isinstance(line, bool) or line < 0:
            raise InvalidParams("The arguments are a document's URI, and a line from 0 on.")
        call = self._session.call()
        document = call.seen.documents.get(uri)
        if self._waits_briefly:
            # Helix gives up on a command after 20 seconds, and says so.
            self._session.spawn(self._later(document, line, call), "an example")
            return {"started": True}
        return await self._told(document, line, call)

    async def _later(self, document: Document | None, line: int, call: Call) -> None:
        await self._told(document, line, call)

    async def _told(self, document: Document | None, line: int, call: Call) -> dict[str, Any]:
        try:
            return await self._documented(document, line, call)
        except CancelledRequest:
            return {"cancelled": True}
        except BeastError as refusal:
            self._plans.say(str(refusal), types.MessageType.Warning)
            return {"refused": str(refusal)}

    async def _documented(self, document: Document | None, line: int, call: Call) -> dict[str, Any]:
        feature = self._feature()
        if feature is None:
            raise BeastError("What runs examples is not loaded.", hint="`beast.status` says why.")
        if document is None or document.folder is None or not self._session.documents.usable(document.uri):
            raise TestsRefused("The text of this document is not known.", hint="Open the file first.")
        plan = await self._run(feature, document, line, call)
        done = await self._plans.apply(plan, document.folder, is_ordered=True)
        self._plans.say(f"{plan.title}: done.")
        return done

    async def _run(self, feature: ExampleFeature, document: Document, line: int, call: Call) -> Plan:
        """The plan; the user sees how far it is, and can cancel it."""
        from beast_lsp.features.examples import Order  # noqa: PLC0415 - loaded after the start.

        snapshot, cancel, loop = call.snapshot(document.folder), CancelToken(), self._session.loop
        title = f"An example for {document.uri.rpartition('/')[2]}"
        progress = WorkDone(self._session.server, title, cancel.cancel, is_wanted=self._shows_progress)

        def tell(stage: Stage) -> None:
            loop.call_soon_threadsafe(progress.report, stage.phase, stage.percent)

        async def plan(is_unconfined: bool) -> Plan:
            order = replace(Order.of(snapshot.config), is_unconfined=is_unconfined, tell=tell)
            return await feature.plan(snapshot, document, line, order, cancel)

        try:
            return await agreed(self._plans, plan)
        finally:
            progress.end()

    def _feature(self) -> ExampleFeature | None:
        """None until what documents and what runs code are both loaded."""
        from beast_lsp.features.examples import ExampleFeature  # noqa: PLC0415 - as above.

        app = self._session.app
        if app.router is None or app.refactoring is None or app.writing is None:
            return None
        return ExampleFeature(app.router, app.writing)
