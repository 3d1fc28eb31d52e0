"""From a plan to the edit that a client does: asked about, still true, written to the journal; and back.

What touches several files is first told and asked about, by `window/showMessageRequest`: VS Code and Neovim show it
with its buttons, before anything is done. Annotations could ask too, but VS Code would then have the user tick certain
edits off one by one, and a rename that is done by half is broken code. Helix can show a question since 25.07.1, but not
while it waits for a rename or a code action: there the answer comes at once, without an edit, and the edit is applied
after the question (`answer`). A client that can't be asked gets a message that says what is being done.

Edits that are not certain are annotated where the client asks about them itself (`lsp.edits`), and stand in the same
question elsewhere. Where nobody can be asked, textual ones are left out and listed, and probable ones refuse the whole:
leaving them out could change what the code does.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lsprotocol import types
from pygls.capabilities import get_capability

from beast_lsp.config import Option, option
from beast_lsp.engine.document import Document
from beast_lsp.errors import BeastError, RefactoringRefused
from beast_lsp.lsp.edits import EditWriter

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.features.refactoring import Touched
    from beast_lsp.lsp.session import Session

ASK: Option[bool] = option(
    "refactoring.ask", True, "Whether a refactoring that touches several files first says what it touches, and asks."
)
_SETTLES = 0.4  # seconds
APPLY, ONLY_CERTAIN, CANCEL = "Apply", "Only what is certain", "Cancel"


class Plans:
    """What becomes of plans at one client."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._writer = EditWriter(session.codec, session.capabilities)
        self._can_ask = get_capability(session.capabilities, "window.show_message") is not None
        info = session.client.client_info
        self._blocks = info is not None and info.name == "helix"

    async def answer(self, plan: Plan, folder: Path) -> types.WorkspaceEdit | None:
        """The edit of a plan as the answer to a request; None where the user does not want it, or it comes later.

        Raises RefactoringRefused as `edit` does.
        """
        if self._blocks and self._can_ask and self._must_ask(plan, folder):
            self._session.spawn(self._later(plan, folder), "a refactoring")
            return None
        return await self.edit(plan, folder)

    async def _later(self, plan: Plan, folder: Path) -> None:
        try:
            await self.apply(plan, folder)
        except BeastError as refusal:
            self.say(str(refusal), types.MessageType.Warning)

    async def edit(self, plan: Plan, folder: Path, *, is_ordered: bool = False) -> types.WorkspaceEdit | None:
        """The edit of a plan, which goes to the client at once, after a question; None where the user does not want it.

        What the user ordered as it is (`is_ordered`) is not asked about. Raises RefactoringRefused where the files are
        not as they were when the plan was made, and where an edit that is not certain can't be asked about.
        """
        chosen = plan if is_ordered else await self._agreed(plan, folder)
        if chosen is None:
            return None
        opened = await self._checked(chosen, folder)
        edit = self._writer.plan(chosen, folder, opened)
        self._hand_out(chosen, folder)
        return edit

    async def apply(self, plan: Plan, folder: Path, *, is_ordered: bool = False) -> dict[str, Any]:
        """Has the client do a plan; its title and files, none where the user does not want it.

        Asks, and raises RefactoringRefused, as `edit` does; raises it as well where the client did not do it.
        """
        self.check_applies()
        edit = await self.edit(plan, folder, is_ordered=is_ordered)
        if edit is None:
            return {"title": plan.title, "files": []}
        await self._applied(edit, plan.title)
        return {"title": plan.title, "files": _files(plan)}

    async def undo(self, folder: Path) -> dict[str, Any]:
        """Takes back the last refactoring of a folder; its title and the files. Raises RefactoringRefused."""
        log = self._session.app.refactoring_log
        if log is None:
            raise BeastError("Nothing was refactored yet.")
        self.check_applies()
        # Neovim tells of edits a moment after them; of a refactoring that was just done, some files might lag behind.
        await asyncio.sleep(_SETTLES)
        entry, plan = await log.newest(folder, self._reader(folder))
        opened = await self._checked(plan, folder)
        await self._applied(self._writer.plan(plan, folder, opened), plan.title)
        await log.undone(entry)
        return {"undone": entry.title, "files": _files(plan)}

    def say(self, text: str, kind: types.MessageType = types.MessageType.Info) -> None:
        """Shows the user a message."""
        self._session.server.window_show_message(types.ShowMessageParams(kind, f"beast-lsp: {text}"))

    async def ask(self, text: str, *choices: str) -> str | None:
        """What the user chooses; None where they close the question, or this client can't ask."""
        if not self._can_ask:
            return None
        actions = [types.MessageActionItem(title) for title in choices]
        params = types.ShowMessageRequestParams(types.MessageType.Info, text, actions)
        answer = await self._session.server.window_show_message_request_async(params)
        return answer.title if answer is not None else None

    def check_applies(self) -> None:
        """Raises BeastError for a client that takes no edits."""
        if not get_capability(self._session.capabilities, "workspace.apply_edit"):
            raise BeastError("This editor takes no edits.", hint="`beast-lsp` does it from the shell.")

    async def _applied(self, edit: types.WorkspaceEdit, title: str) -> None:
        answer = await self._session.server.workspace_apply_edit_async(types.ApplyWorkspaceEditParams(edit, title))
        if answer is None or not answer.applied:
            reason = f": {answer.failure_reason}" if answer and answer.failure_reason else "."
            raise RefactoringRefused(f"The editor did not do the edits{reason}")

    async def _agreed(self, plan: Plan, folder: Path) -> Plan | None:
        """The plan with the edits that the user wants; None where it is not wanted at all."""
        from beast_lsp.features.refactoring import touched  # noqa: PLC0415 - loaded with the feature, after the start.

        what = touched(plan)
        if not self._must_ask(plan, folder):
            return plan
        if not self._can_ask:
            return self._told(plan, what)
        return await self._asked(plan, what)

    def _must_ask(self, plan: Plan, folder: Path) -> bool:
        from beast_lsp.features.refactoring import touched  # noqa: PLC0415 - as above.

        if plan.doubtful:
            return not self._writer.asks_itself  # Its preview shows the files and every doubtful edit.
        return touched(plan).is_wide and self._session.config(folder)[ASK]

    def _told(self, plan: Plan, what: Touched) -> Plan:
        """What is done where nobody can be asked."""
        from beast_lsp.features.refactoring import doubtful_places, without_doubtful  # noqa: PLC0415 - as above.

        if what.probable:
            raise RefactoringRefused(
                f"{plan.title}: these places may belong to it, and this editor can't ask: {doubtful_places(plan)}.",
                hint="Change them by hand first, or use `beast-lsp refactor`, which can be told to include them.",
            )
        left = f" Left as they are: {doubtful_places(plan)}." if what.textual else ""
        self.say(f"{_sentence(plan, what)}{left}")
        return without_doubtful(plan)

    async def _asked(self, plan: Plan, what: Touched) -> Plan | None:
        from beast_lsp.features.refactoring import without_doubtful  # noqa: PLC0415 - as above.

        # Leaving a probable edit out could change what the code does; a word in a comment can't.
        titles = [APPLY, *([ONLY_CERTAIN] if what.textual and not what.probable else []), CANCEL]
        title = await self.ask(_sentence(plan, what), *titles)
        if title == ONLY_CERTAIN:
            return without_doubtful(plan)
        return plan if title == APPLY else None

    async def _checked(self, plan: Plan, folder: Path) -> dict[str, Document]:
        """The open documents among a plan's files. Raises RefactoringRefused where a file is not as it was."""
        read, opened = self._reader(folder), self._opened(folder)
        changed = await asyncio.to_thread(lambda: [path for path in plan.edits if read(path) != plan.before[path]])
        if not changed and self._opened(folder) == opened:
            return {path: opened[path] for path in plan.edits if path in opened}
        names = ", ".join(sorted(changed)) or "The text"
        raise RefactoringRefused(f"{names} changed in the meantime.", hint="Try it again.")

    def _reader(self, folder: Path) -> Callable[[str], str | None]:
        """Gives the texts of a folder as the user sees them now; to be called in any thread."""
        from beast_lsp.store.files import FolderFiles  # noqa: PLC0415 - as above.

        opened, files, usable = self._opened(folder), FolderFiles(folder), self._session.documents.usable
        doubted = {path for path, document in opened.items() if usable(document.uri) is None}

        def read(path: str) -> str | None:
            if path in doubted:
                raise RefactoringRefused(f"The text of {path} is in doubt.", hint="Close it and open it again.")
            return opened[path].text if path in opened else files.read(path)

        return read

    def _opened(self, folder: Path) -> dict[str, Document]:
        documents = self._session.documents.by_uri.values()
        return {
            document.path.relative_to(folder).as_posix(): document
            for document in documents
            if document.path is not None and document.path.is_relative_to(folder)
        }

    def _hand_out(self, plan: Plan, folder: Path) -> None:
        from beast_lsp.features.feedback import KEEP_TEXTS  # noqa: PLC0415 - as above.

        log = self._session.app.refactoring_log
        if log is not None:
            log.handed_out(folder, plan, plan.before.get, keeps_texts=self._session.config(folder)[KEEP_TEXTS])


def _files(plan: Plan) -> list[str]:
    return sorted({*plan.edits, *plan.created, *plan.moved, *plan.deleted})


def _sentence(plan: Plan, what: Touched) -> str:
    return f"{plan.title}: {' '.join(line.rstrip('.') + '.' for line in what.lines())}"
