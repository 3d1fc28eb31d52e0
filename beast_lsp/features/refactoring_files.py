"""Refactorings of files on the disk, for the command line: one plan, done at once and written to the journal."""

from __future__ import annotations

import asyncio
import difflib
import time
import uuid
from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.refactors.net.reverse import edited, moved_path
from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.examples import ExampleFeature, Order
from beast_lsp.features.feedback import KEEP_TEXTS
from beast_lsp.features.refactoring import Place, RefactoringFeature, Selection, doubtful_places
from beast_lsp.features.test_writing import WritingFeature
from beast_lsp.features.undoing import RefactoringLog
from beast_lsp.router.backends.documentation import DocumentationBackend
from beast_lsp.router.backends.refactoring import RefactoringBackend
from beast_lsp.router.backends.testing.backend import TestsBackend
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken
from beast_lsp.store import Store
from beast_lsp.store.files import FolderFiles
from beast_lsp.store.journal import Undone, entry_of


class RefactoredFolder:
    """A folder whose files are refactored. Everything here blocks."""

    def __init__(self, folder: Path, config: Config) -> None:
        self._folder = folder
        self.config = config
        self._files = FolderFiles(folder)

    def plan(self, path: str, start: Position, end: Position, name: str, options: Mapping[str, str]) -> Plan:
        """The plan of a refactoring between two places of a file; columns past a line's end mean its end.

        Raises RefactoringRefused with the reason where there is none.
        """
        document = self._document(path)
        place = Selection(document, *Place(path, start, end).within(document.lines))
        return asyncio.run(self._ask(place, name, options))

    def plan_with_example(self, path: str, line: int, order: Order) -> Plan:
        """The plan that documents the function whose head stands on a line (from 0), with an example that was run.

        Raises RefactoringRefused and TestsRefused with the reason where there is none, and SandboxMissing.
        """
        return asyncio.run(self._ask_example(self._document(path), line, order))

    def _document(self, path: str) -> Document:
        text = self._files.read(path)
        if text is None:
            raise RefactoringRefused(f"There is no file {path} in {self._folder}.")
        file = self._folder / path
        return Document(file.as_uri(), for_path(file).name, 0, split_lines(text), file, self._folder)

    async def _ask(self, place: Selection, name: str, options: Mapping[str, str]) -> Plan:
        lanes, document = Lanes(), place.document
        snapshot = Snapshot(documents={document.uri: document}, folders=(self._folder,), config=self.config)
        try:
            refactorings = RefactoringBackend(lanes)
            feature = RefactoringFeature(Router([refactorings, DocumentationBackend(lanes, refactorings)]))
            return await feature.plan(snapshot, place, name, options, CancelToken())
        finally:
            lanes.close()

    async def _ask_example(self, document: Document, line: int, order: Order) -> Plan:
        lanes, tests = Lanes(), TestsBackend()
        snapshot = Snapshot(documents={document.uri: document}, folders=(self._folder,), config=self.config)
        try:
            refactorings = RefactoringBackend(lanes)
            router = Router([refactorings, DocumentationBackend(lanes, refactorings), tests])
            feature = ExampleFeature(router, WritingFeature(router, lanes))
            return await feature.plan(snapshot, document, line, order, CancelToken())
        finally:
            tests.close()
            lanes.close()

    def apply(self, plan: Plan) -> None:
        """Does a plan, all of it or nothing. It is in the journal first: what is interrupted can be undone, too.

        Raises RefactoringRefused where a file changed in the meantime, StoreError and OSError.
        """
        keeps = self.config[KEEP_TEXTS]
        entry = entry_of(uuid.uuid4().hex, self._folder, time.time(), plan, self._files.read, keeps_texts=keeps)
        store = Store.open()
        try:
            asyncio.run(store.commit_feedback(entry))
            try:
                self._files.write(plan, texts_after(plan))
            except BaseException:
                asyncio.run(store.commit_feedback(Undone(entry.id)))
                raise
        finally:
            store.close()

    def undo(self) -> Plan:
        """Takes back the last refactoring of the folder; what was done. Raises as `apply` does."""
        store = Store.open()
        try:
            return asyncio.run(self._undo(RefactoringLog(store, time.time)))
        finally:
            store.close()

    async def _undo(self, log: RefactoringLog) -> Plan:
        entry, plan = await log.newest(self._folder, self._files.read)
        self._files.write(plan, texts_after(plan))
        await log.undone(entry)
        return plan


def chosen(plan: Plan, included: Collection[Certainty]) -> Plan:
    """The plan with its certain edits, and with doubtful ones as far as the user includes them.

    Raises RefactoringRefused for probable edits that are not included: leaving them out could change behaviour.
    """
    wanted = {Certainty.CERTAIN, *included}
    left = {path: tuple(edit for edit in edits if edit.certainty not in wanted) for path, edits in plan.edits.items()}
    if any(edit.certainty is Certainty.PROBABLE for edits in left.values() for edit in edits):
        raise RefactoringRefused(
            f"{plan.title}: these places may belong to it: {doubtful_places(replace(plan, edits=left))}.",
            hint="Look at them, and include them with `--include probable`.",
        )
    kept = {path: tuple(edit for edit in edits if edit.certainty in wanted) for path, edits in plan.edits.items()}
    return replace(plan, edits={path: edits for path, edits in kept.items() if edits})


def texts_after(plan: Plan) -> dict[str, str]:
    """What all edits of a plan make of its files, by their old paths."""
    return {path: edited(plan.before[path], edits) for path, edits in plan.edits.items()}


def unified_diff(plan: Plan) -> Iterator[str]:
    """The lines of a plan as a diff, which `git apply` reads."""
    after = texts_after(plan)
    for path in dict.fromkeys([*plan.moved, *after]):
        new, text = moved_path(path, plan.moved), after.get(path)
        header = f"rename from {path}\nrename to {new}\n" if new != path else ""
        yield from _diff(path, new, header, plan.before[path] if text is not None else "", text or "")
    for path, text in plan.created.items():
        yield from _diff(None, path, "new file mode 100644\n", "", text)
    for path in sorted(plan.deleted):
        yield from _diff(path, None, "deleted file mode 100644\n", plan.before.get(path, ""), "")


def _diff(old: str | None, new: str | None, header: str, before: str, after: str) -> Iterator[str]:
    yield f"diff --git a/{old or new} b/{new or old}\n{header}"
    names = (f"a/{old}" if old else "/dev/null", f"b/{new}" if new else "/dev/null")
    old_lines, new_lines = ([line for line in split_lines(text) if line] for text in (before, after))
    for line in difflib.unified_diff(old_lines, new_lines, *names):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
