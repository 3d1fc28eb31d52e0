"""What was refactored here, and taking it back.

The client does the edits of a rename and of a code action, and tells nobody that it did. So a plan that was handed out
waits until a document is seen with the text that the plan makes of it; then it is written to the journal. What nobody
ever did never gets there. A plan whose files all lie closed is found when the user undoes: the files say it.
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.engine.document import Document
from beast_lsp.engine.refactors.net.reverse import digest, moved_path, undoing
from beast_lsp.errors import RefactoringRefused, StoreError
from beast_lsp.store.journal import Entry, Undone, entry_of

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.store import Store

_log = logging.getLogger(__name__)
_KEPT = 20  # plans that were handed out, and entries that are kept in memory.

Reader = Callable[[str], str | None]


@dataclass(slots=True)
class _Handed:
    """A plan that was handed out: its entry, and by path the digests that it leaves a file with."""

    entry: Entry
    after: dict[str, frozenset[str]]


class RefactoringLog:
    """Follows plans from the answer to the journal and back. To be used on the event loop; `clock` gives the time.

    Without a `store` it remembers until the server ends.
    """

    def __init__(self, store: Store | None, clock: Callable[[], float]) -> None:
        self._store = store
        self._clock = clock
        self._handed: list[_Handed] = []
        self._done: dict[str, Entry] = {}

    def handed_out(self, folder: Path, plan: Plan, read: Reader, *, keeps_texts: bool) -> None:
        """A plan goes to the client; `read` gives the texts as they are before it."""
        entry = entry_of(uuid.uuid4().hex, folder, self._clock(), plan, read, keeps_texts=keeps_texts)
        self._handed = [*self._handed[1 - _KEPT :], _Handed(entry, _after(entry))]

    def seen(self, document: Document) -> Entry | None:
        """A document was opened or edited: the entry of the plan that was done with it, which `commit` is to store."""
        if not self._handed or document.folder is None or document.path is None:
            return None
        if not document.path.is_relative_to(document.folder):
            return None
        path = document.path.relative_to(document.folder).as_posix()
        concerned = [one for one in self._handed if one.entry.folder == str(document.folder) and path in one.after]
        if not concerned:
            return None
        now = digest(document.text)
        done = next((one for one in reversed(concerned) if now in one.after[path]), None)
        return self._was_done(done) if done is not None else None

    async def commit(self, entry: Entry) -> None:
        """Stores what was done. Where it can't be, it is remembered until the server ends."""
        if self._store is None:
            return
        try:
            await self._store.commit_feedback(entry)
        except StoreError as error:
            _log.warning("a refactoring can be undone in this session only: %s", error)

    async def newest(self, folder: Path, read: Reader) -> tuple[Entry, Plan]:
        """The last refactoring of a folder that can be taken back, and the plan that does it.

        `read` gives the texts as they are now; it is called in another thread. Raises RefactoringRefused where there is
        none, or its files were edited since.
        """
        for one in [one for one in reversed(self._handed) if one.entry.folder == str(folder)]:
            if plan := await asyncio.to_thread(_undone_quietly, one.entry, read):
                return self._was_done(one), plan
        for entry in await self._entries(folder):
            if entry.reverse is None:
                raise RefactoringRefused(
                    f'"{entry.title}" can\'t be undone any more: what it took away was not written to the disk,'
                    " since it was large, held a secret, or no texts are to be kept."
                )
            if plan := await asyncio.to_thread(undoing, entry.reverse, read):
                return entry, plan
        raise RefactoringRefused("No refactoring of this folder is left to undo.")

    async def undone(self, entry: Entry) -> None:
        """An entry was taken back, and is forgotten. Raises StoreError where the journal can't be written."""
        self._done.pop(entry.id, None)
        if self._store is not None:
            await self._store.commit_feedback(Undone(entry.id))

    def _was_done(self, handed: _Handed) -> Entry:
        self._handed = [one for one in self._handed if one is not handed]
        self._done[handed.entry.id] = handed.entry
        while len(self._done) > _KEPT:
            del self._done[next(iter(self._done))]
        return handed.entry

    async def _entries(self, folder: Path) -> list[Entry]:
        """What was done in a folder, the newest first; with what is still on its way to the disk."""
        stored = await self._store.journal(folder) if self._store is not None else []
        known = {entry.id: entry for entry in (*stored, *self._done.values()) if entry.folder == str(folder)}
        return sorted(known.values(), key=lambda entry: entry.created_at, reverse=True)


def _undone_quietly(entry: Entry, read: Reader) -> Plan | None:
    """The plan that takes a plan back of which nobody knows whether it was done; None where its files don't say so."""
    try:
        return undoing(entry.reverse, read) if entry.reverse is not None else None
    except RefactoringRefused:
        return None


def _after(entry: Entry) -> dict[str, frozenset[str]]:
    reverse = entry.reverse
    if reverse is None:
        return {}
    found = {
        moved_path(path, reverse.moved): frozenset(state.digest for state in states if state.edits)
        for path, states in reverse.states.items()
    }
    return found | {path: frozenset({known}) for path, known in reverse.created.items()}
