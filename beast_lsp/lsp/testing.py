"""Writing tests over the protocol: code actions, the command that does it, and lenses over what no test reaches.

The actions are of kind `refactor.rewrite.tests`: VS Code hides `source.*` in a menu of its own and shows no light bulb
for it, and Neovim and Helix list every kind. An action holds a command and no edit, so that nothing is run before the
user chooses it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.engine.document import Document
from beast_lsp.errors import BeastError, CancelledRequest, SandboxMissing, TestsRefused
from beast_lsp.lsp.code_actions import wants
from beast_lsp.lsp.convert import path_of, uri_of
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.plans import CANCEL, Plans
from beast_lsp.lsp.progress import WorkDone
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.features.test_writing import WritingFeature
    from beast_lsp.lsp.session import Session
    from beast_lsp.router.testing import Stage, WantedTests, WrittenTests

WRITE, UNTESTED = "beast.writeTests", "beast.untested"
KIND = "refactor.rewrite.tests"
RUN_ONCE = "Run once"
_Outcome = TypeVar("_Outcome")


def register(session: Session) -> None:
    """Adds the handlers of written tests."""
    testing = Testing(session)
    session.code_actions.append(testing.offered)
    session.lenses.append(testing.lenses)
    session.server.add_command(WRITE, testing.write)
    session.server.add_command(UNTESTED, testing.untested)


async def agreed(plans: Plans, run: Callable[[bool], Awaitable[_Outcome]]) -> _Outcome:
    """What runs the user's code; where the system gives no limits, the user says whether it does all the same.

    `run` is told whether it may do without limits. Raises what it raises.
    """
    try:
        return await run(False)
    except SandboxMissing as missing:
        question = f"beast-lsp: {missing} Run your code without limits?"
        if await plans.ask(question, RUN_ONCE, CANCEL) != RUN_ONCE:
            raise
    return await run(True)


class Testing:
    """The handlers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans = Plans(session)
        capabilities = session.capabilities
        self._shows_progress = bool(get_capability(capabilities, "window.work_done_progress"))
        self._shows_documents = bool(get_capability(capabilities, "window.show_document.support"))
        info = session.client.client_info
        self._waits_briefly = info is not None and info.name == "helix"

    async def offered(self, params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        """What tests could be written for at a place. Nothing is computed but their titles."""
        feature, document = self._session.app.writing, call.seen.documents.get(params.text_document.uri)
        if feature is None or document is None or not wants(params.context, KIND):
            return []
        if not self._session.documents.usable(document.uri):
            return []
        snapshot, line = call.snapshot(document.folder), params.range.start.line
        offers = await feature.offers(snapshot, document, line, call.cancel)
        return [
            types.CodeAction(
                one.title, KIND, command=types.Command(one.title, WRITE, arguments=[document.uri, one.name])
            )
            for one in offers
        ]

    async def lenses(self, document: Document, call: Call) -> list[types.CodeLens]:
        """One lens over each function that no test reaches; choosing it writes tests."""
        feature = self._session.app.untested
        if feature is None or not self._session.documents.usable(document.uri):
            return []
        found = await feature.of_document(call.snapshot(document.folder), document)
        return [
            types.CodeLens(
                self._session.codec.line(document, each.line),
                types.Command(each.title, WRITE, arguments=[document.uri, each.name]),
            )
            for each in found
        ]

    async def untested(self, *uris: Any) -> dict[str, Any]:
        """The functions that no test reaches in the folder of a document; without one, of the document last at hand."""
        if not all(isinstance(each, str) for each in uris):
            raise InvalidParams("The argument is a document's URI.")
        feature, uri = self._session.app.untested, uris[0] if uris else self._session.looked_at or ""
        documents = self._session.documents
        folder = documents.folder_of(path_of(uri)) or next(iter(documents.folders), None)
        if feature is None or folder is None:
            raise BeastError("It is not known which folder is meant.", hint="Open a file of it first.")
        from beast_lsp.features.untested import listing  # noqa: PLC0415 - loaded after the start.
        from beast_lsp.store.index.options import IndexOptions  # noqa: PLC0415

        found = await feature.of_folder(folder, IndexOptions.of(self._session.config(folder)))
        if not uris:
            self._plans.say(listing(found).partition("\n")[0])  # Helix shows no command's answer.
        return {
            "markdown": listing(found),
            "functions": [
                {"path": each.path, "name": each.name, "line": each.line, "how": each.how} for each in found.functions
            ],
        }

    async def write(self, *place: Any) -> dict[str, Any]:
        """Writes tests: of a document's URI, the qualified name of a function or class in it; without one, all of it.

        In place of the name a line (from 0) may stand, for the innermost thing around it. Without a URI it is the
        document that the user was last at. What comes of it is told in a message; a refusal is no error.
        """
        uri, where = (*place, None, None)[:2]
        if not isinstance(uri, str | None) or not isinstance(where, str | int | None) or isinstance(where, bool):
            raise InvalidParams("The arguments are a document's URI, and a qualified name or a line from 0 on.")
        call = self._session.call()
        document = call.seen.documents.get(uri or self._session.looked_at or "")
        if self._waits_briefly:
            # Helix gives up on a command after 20 seconds, and says so.
            self._session.spawn(self._later(document, where, call), "the tests")
            return {"started": True}
        return await self._told(document, where, call)

    async def _later(self, document: Document | None, where: str | int | None, call: Call) -> None:
        await self._told(document, where, call)

    async def _told(self, document: Document | None, where: str | int | None, call: Call) -> dict[str, Any]:
        try:
            return await self._written(document, where, call)
        except CancelledRequest:
            return {"cancelled": True}
        except BeastError as refusal:
            self._plans.say(str(refusal), types.MessageType.Warning)
            return {"refused": str(refusal)}

    async def _written(self, document: Document | None, where: str | int | None, call: Call) -> dict[str, Any]:
        from beast_lsp.features.test_writing import at_line, wanted_by  # noqa: PLC0415 - loaded after the start.

        feature = self._feature()
        if document is None or not self._session.documents.usable(document.uri):
            raise TestsRefused("The text of this document is not known.", hint="Open the file first.")
        self._plans.check_applies()  # Before the work, not after it.
        snapshot, cancel = call.snapshot(document.folder), CancelToken()
        if isinstance(where, int):
            where = at_line(await feature.offers(snapshot, document, where, cancel))
        progress = WorkDone(
            self._session.server, f"Tests for {where or document.uri.rpartition('/')[2]}", cancel.cancel,
            is_wanted=self._shows_progress,
        )  # fmt: skip
        loop = self._session.loop

        def tell(stage: Stage) -> None:
            loop.call_soon_threadsafe(progress.report, stage.phase, stage.percent)

        try:
            wanted = wanted_by(snapshot.config, [where or ""], tell)
            written = await self._run(feature, document, wanted, call, cancel)
            return await self._done(written, document)
        finally:
            progress.end()

    async def _run(
        self, feature: WritingFeature, document: Document, wanted: WantedTests, call: Call, cancel: CancelToken
    ) -> WrittenTests:
        snapshot = call.snapshot(document.folder)

        async def write(is_unconfined: bool) -> WrittenTests:
            order = replace(wanted, is_unconfined=True) if is_unconfined else wanted
            return await feature.write(snapshot, document, order, cancel)

        return await agreed(self._plans, write)

    async def _done(self, written: WrittenTests, document: Document) -> dict[str, Any]:
        """Has the client write the file, shows it, and says what came of it."""
        from beast_lsp.features.test_writing import plan_of, summary  # noqa: PLC0415 - as above.

        folder = document.folder
        if folder is None:
            raise TestsRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        plan = await asyncio.to_thread(plan_of, written)
        await self._plans.apply(plan, folder, is_ordered=True)
        if self._shows_documents:
            self._session.spawn(self._show(folder / written.path), "showing the tests")
        notes = f" {' '.join(written.notes)}" if written.notes else ""
        self._plans.say(f"{summary(written)}{notes}")
        return {"path": written.path, "tests": [each.name for each in written.kept], "title": summary(written)}

    async def _show(self, file: Path) -> None:
        show = types.ShowDocumentParams(uri_of(file), take_focus=True)
        await self._session.server.window_show_document_async(show)

    def _feature(self) -> WritingFeature:
        feature = self._session.app.writing
        if feature is None:
            raise BeastError("What writes tests is not loaded.", hint="`beast.status` says why.")
        return feature
