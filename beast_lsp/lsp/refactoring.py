"""Refactorings over the protocol: code actions, rename, and commands that undo, and do what needs more than a place.

A menu is made of titles; the edit of an action is computed when it is chosen (`codeAction/resolve`), from the text as
it is then. A refusal at that moment is a message: VS Code shows no reason of a failed `resolve`. A refused rename is an
error, which VS Code, Neovim and Helix show beside the cursor or in the status line.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.engine.document import Document, Position
from beast_lsp.errors import BeastError, RefactoringRefused
from beast_lsp.lsp.convert import path_of, uri_of
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.plans import Plans

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.features.refactoring import MenuItem, RefactoringFeature, Selection
    from beast_lsp.lsp.session import Session

REFACTOR, LIST, UNDO = "beast.refactor", "beast.refactorings", "beast.undoLastRefactoring"
RENAME_AFTER = "beast.rename"
"""A command of the client's own by which the user names what was extracted; `initialize` says who has it."""


def register(session: Session) -> None:
    """Adds the handlers of refactorings."""
    refactorings, server = Refactorings(session), session.server
    session.code_actions.append(refactorings.offered)
    server.request(types.CODE_ACTION_RESOLVE, refactorings.resolve, automatic=False)
    options = types.RenameOptions(prepare_provider=True)
    server.request(types.TEXT_DOCUMENT_RENAME, refactorings.rename, options, automatic=False)
    server.request(types.TEXT_DOCUMENT_PREPARE_RENAME, refactorings.prepare_rename, automatic=False)
    server.add_command(REFACTOR, refactorings.refactor)
    server.add_command(LIST, refactorings.known)
    server.add_command(UNDO, refactorings.undo)


class Refactorings:
    """The handlers."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._plans = Plans(session)
        offered = get_capability(session.capabilities, "text_document.code_action")
        self._shows_disabled = bool(offered and offered.disabled_support)
        resolved = offered.resolve_support.properties if offered and offered.resolve_support else ()
        self._resolves = bool(offered and offered.data_support and "edit" in resolved)
        self._renames_after = RENAME_AFTER in _client_commands(session.capabilities.experimental)

    async def offered(self, params: types.CodeActionParams, call: Call) -> list[types.CodeAction]:
        """What applies at a place. What is refused there is shown, with the reason, to who asked for its kind."""
        document, feature = call.seen.documents.get(params.text_document.uri), self._session.app.refactoring
        if document is None or feature is None or not self._session.documents.usable(document.uri):
            return []
        place, only = self._selection(document, params.range), params.context.only
        is_asked = params.context.trigger_kind is not types.CodeActionTriggerKind.Automatic
        items = await feature.menu(call.snapshot(document.folder), place, only, call.cancel, is_asked=is_asked)
        data = {"uri": document.uri, "version": document.version, "start": [*place.start], "end": [*place.end]}
        shown = [item for item in items if not item.refusal or (only is not None and self._shows_disabled)]
        kinds = Counter(item.kind for item in shown if not item.refusal)
        # Where there is but one thing to extract, to inline or to move, that is what is meant.
        return [
            _action(item, {**data, "name": item.name}, is_preferred=kinds[item.kind] == 1 and not item.refusal)
            for item in shown
            if self._resolves
        ]

    async def resolve(self, action: types.CodeAction, call: Call) -> types.CodeAction:
        """The action with its edit; without one, after a message that says why, where it is refused."""
        name, document, place = self._chosen(action.data, call)
        try:
            if document is None or place is None:
                raise RefactoringRefused("The text was edited in the meantime.", hint="Ask for the actions again.")
            plan = await self._feature(document).plan(call.snapshot(document.folder), place, name, {}, call.cancel)
            action.edit = await self._edit(plan, document)
            if action.edit is not None and (action.kind or "").startswith("refactor.extract"):
                action.command = self._rename_command(plan, document)
        except RefactoringRefused as refusal:
            self._plans.say(str(refusal), types.MessageType.Warning)
        return action

    async def prepare_rename(self, params: types.PrepareRenameParams, call: Call) -> types.PrepareRenamePlaceholder:
        """The name at a place, as it may be renamed. Raises RefactoringRefused with the reason where it may not."""
        document, place = self._place(params.text_document.uri, params.position, call)
        found = await self._feature(document).name_at(call.snapshot(document.folder), place, call.cancel)
        return types.PrepareRenamePlaceholder(self._session.codec.range(document, found.start, found.end), found.name)

    async def rename(self, params: types.RenameParams, call: Call) -> types.WorkspaceEdit | None:
        """The edit that renames what stands at a place; null where the user decided against it."""
        from beast_lsp.features.refactoring import RENAME  # noqa: PLC0415 - loaded with the feature, after the start.

        document, place = self._place(params.text_document.uri, params.position, call)
        options = {"name": params.new_name}
        plan = await self._feature(document).plan(call.snapshot(document.folder), place, RENAME, options, call.cancel)
        return await self._edit(plan, document)

    async def refactor(self, name: str, place: Any, *settings: str) -> dict[str, Any]:
        """Does a refactoring that needs to be told more, each as `option=value`, such as where something moves to.

        The place is an object with `uri` and `range`, or, for who types it, FILE:LINE:COL of an open file, as the
        command line takes it. A refusal is a message as well: Helix shows no command's answer.
        """
        try:
            call = self._session.call()
            document, selection = self._told_place(place, call)
            options = dict(each.split("=", 1) for each in settings if "=" in each)
            feature = self._feature(document)
            plan = await feature.plan(call.snapshot(document.folder), selection, name, options, call.cancel)
            return await self._plans.apply(plan, self._folder(document))
        except RefactoringRefused as refusal:
            self._plans.say(str(refusal), types.MessageType.Warning)
            raise

    async def known(self) -> list[dict[str, Any]]:
        """Every refactoring with the options that it takes, each with a sentence."""
        self._feature(None)
        from beast_lsp.features.refactoring import known_refactorings  # noqa: PLC0415 - as above.

        return known_refactorings()

    async def undo(self, *uris: str) -> dict[str, Any]:
        """Takes back the last refactoring in the folder of a document; without one, of the document last at hand."""
        uri = uris[0] if uris else self._session.looked_at or ""
        documents = self._session.documents
        only = documents.folders[0] if len(documents.folders) == 1 else None
        folder = documents.folder_of(path_of(uri)) or only
        try:
            if folder is None:
                raise BeastError("It is not known which folder is meant.", hint="Open a file of it first.")
            done = await self._plans.undo(folder)
        except BeastError as error:
            if not uris:
                self._plans.say(str(error), types.MessageType.Warning)  # Helix shows no command's answer.
            raise
        self._plans.say(f"{done['undone']}: taken back.")
        return done

    async def _edit(self, plan: Plan, document: Document) -> types.WorkspaceEdit | None:
        return await self._plans.answer(plan, self._folder(document))

    @staticmethod
    def _folder(document: Document) -> Path:
        if document.folder is None:
            raise RefactoringRefused("The file lies in no open folder.", hint="Open the folder of its project.")
        return document.folder

    def _feature(self, document: Document | None) -> RefactoringFeature:
        from beast_lsp.features.refactoring import ENABLED  # noqa: PLC0415 - as above.

        feature = self._session.app.refactoring
        if feature is None:
            raise BeastError("Refactorings are not loaded.", hint="`beast.status` says why.")
        if document is not None and not self._session.config(document.folder)[ENABLED]:
            raise RefactoringRefused("Refactorings are switched off.", hint=f"The setting {ENABLED.key} does that.")
        return feature

    def _told_place(self, place: Any, call: Call) -> tuple[Document, Selection]:
        """The document and the selection of a command's argument. Raises InvalidParams."""
        from beast_lsp.features.refactoring import Selection, read_place  # noqa: PLC0415 - as above.

        if isinstance(place, str):
            told = read_place(place)
            documents = call.seen.documents.values()
            named = (one for one in documents if told and one.path and one.path.as_posix().endswith(f"/{told.path}"))
            document = next(named, None)
            if told is not None and document is not None and self._session.documents.usable(document.uri):
                return document, Selection(document, *told.within(document.lines))
            raise InvalidParams("The place is FILE:LINE:COL or FILE:LINE:COL-LINE:COL of a file that is open.")
        try:
            where = place["range"]
            ends = [types.Position(where[key]["line"], where[key]["character"]) for key in ("start", "end")]
            document, _ = self._place(place["uri"], ends[0], call)
        except (LookupError, TypeError):
            raise InvalidParams("The place is an object with a document's `uri` and a `range`.") from None
        return document, self._selection(document, types.Range(*ends))

    def _place(self, uri: str, position: types.Position, call: Call) -> tuple[Document, Selection]:
        document = call.seen.documents.get(uri)
        if document is None or not self._session.documents.usable(uri):
            raise RefactoringRefused("The text of this document is not known.", hint="Close it and open it again.")
        return document, self._selection(document, types.Range(position, position))

    def _selection(self, document: Document, where: types.Range) -> Selection:
        from beast_lsp.features.refactoring import Selection  # noqa: PLC0415 - as above.

        start, end = (self._session.codec.position(document.lines, each) for each in (where.start, where.end))
        return Selection(document, start, max(start, end))

    def _chosen(self, data: Any, call: Call) -> tuple[str, Document | None, Selection | None]:
        """What an action's data say: its name, and the document and the place, where that is as it was then."""
        from beast_lsp.features.refactoring import Selection  # noqa: PLC0415 - as above.

        try:
            name, uri, version = data["name"], data["uri"], data["version"]
            start, end = (Position(*map(int, data[key])) for key in ("start", "end"))
        except (LookupError, TypeError, ValueError):
            raise InvalidParams("The data are not those of one of our actions.") from None
        document = call.seen.documents.get(uri)
        is_same = document is not None and document.version == version and self._session.documents.usable(uri)
        return (name, document, Selection(document, start, end)) if is_same and document else (name, None, None)

    def _rename_command(self, plan: Plan, document: Document) -> types.Command | None:
        """What lets the user name the new thing, where the client can do that."""
        from beast_lsp.features.refactoring import new_name  # noqa: PLC0415 - as above.

        found = new_name(plan) if self._renames_after else None
        if found is None or document.folder is None:
            return None
        path, position = found
        line = plan.after[path].splitlines(keepends=True)[position.line]
        place = types.Position(position.line, self._session.codec.units(line[: position.column]))
        return types.Command("Name it", RENAME_AFTER, arguments=[uri_of(document.folder / path), place])


def _action(item: MenuItem, data: Mapping[str, Any], *, is_preferred: bool) -> types.CodeAction:
    disabled = types.CodeActionDisabled(item.refusal) if item.refusal else None
    return types.CodeAction(item.title, item.kind, None, is_preferred or None, disabled, data=dict(data))


def _client_commands(experimental: object) -> list[Any]:
    """The commands that a client says it has: `experimental.commands.commands`, as rust-analyzer reads it."""
    commands = experimental.get("commands") if isinstance(experimental, Mapping) else None
    known = commands.get("commands") if isinstance(commands, Mapping) else None
    return known if isinstance(known, list) else []
