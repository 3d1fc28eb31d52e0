"""Tests for files on the disk, for the command line: written, shown, and brought into the folder."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from itertools import takewhile
from pathlib import Path

from beast_lsp.config import Config
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.document import Document, split_lines
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.engine.style.configuration import read_configuration
from beast_lsp.engine.style.facts import file_style
from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.errors import TestsRefused
from beast_lsp.features.refactoring_files import RefactoredFolder
from beast_lsp.features.test_writing import WritingFeature, is_testable, plan_of
from beast_lsp.router.backends.testing.backend import TestsBackend
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.router import Router
from beast_lsp.router.task import CancelToken
from beast_lsp.router.testing import WantedTests, WrittenTests
from beast_lsp.store.files import FolderFiles
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.walk import walk

_MOST_FILES = 100  # tests, and others, that are read for the style of a folder: those nearest to the module.


class WrittenFolder:
    """A folder whose modules get tests. Everything here blocks."""

    def __init__(self, folder: Path, config: Config, endpoints: Endpoints) -> None:
        self._folder = folder
        self._config = config
        self._endpoints = endpoints

    def modules(self, within: str) -> list[str]:
        """The files at or below a relative path ("" the folder itself) that tests can be written for."""
        found = [file.path for file in walk(self._folder, IndexOptions.of(self._config))]
        inside = (path for path in found if path == within or path.startswith(f"{within}/" if within else ""))
        return sorted(path for path in inside if is_testable(self._document(path, [])))

    def write(self, path: str, wanted: WantedTests) -> WrittenTests:
        """Tests for a module. Raises TestsRefused, SandboxMissing and RefactoringRefused (for a file as it is)."""
        text = FolderFiles(self._folder).read(path)
        if text is None:
            raise TestsRefused(f"There is no file {path} in {self._folder}.")
        return asyncio.run(self._ask(self._document(path, split_lines(text)), wanted))

    def apply(self, written: WrittenTests) -> None:
        """Writes the tests into the folder; `beast-lsp refactor --undo` takes it back.

        Raises as a refactoring does, and TestsRefused where the disk takes no file.
        """
        try:
            RefactoredFolder(self._folder, self._config).apply(plan_of(written))
        except OSError as problem:
            hint = "Nothing is changed; without --write the tests are printed."
            raise TestsRefused(
                f"{written.path} can't be written: {problem.strerror or problem}.", hint=hint
            ) from problem

    async def _ask(self, document: Document, wanted: WantedTests) -> WrittenTests:
        lanes, backend, cancel = Lanes(), TestsBackend(), CancelToken()
        router = Router([backend], self._endpoints)
        profiles = {self._folder: await asyncio.to_thread(nearby_profile, self._folder, document, self._config)}
        documents = {document.uri: document}
        snapshot = Snapshot(documents=documents, folders=(self._folder,), profiles=profiles, config=self._config)
        try:
            return await WritingFeature(router, lanes).write(snapshot, document, wanted, cancel)
        finally:
            backend.close()
            await router.close()
            lanes.close()

    def _document(self, path: str, lines: Sequence[str]) -> Document:
        file = self._folder / path
        return Document(file.as_uri(), for_path(file).name, 0, lines, file, self._folder)


def nearby_profile(folder: Path, document: Document, config: Config) -> StyleProfile:
    """The style of the files nearest to a document, tests and others: what the tests of it are to look like."""
    family = for_path(document.path or folder).family
    own = document.path.relative_to(folder).as_posix() if document.path is not None else ""
    paths = [file.path for file in walk(folder, IndexOptions.of(config)) if for_path(Path(file.path)).family == family]
    paths.sort(key=lambda path: (-_shared(path, own), path))
    tests = [path for path in paths if is_test(path)][:_MOST_FILES]
    chosen = [*tests, *[path for path in paths if not is_test(path)][:_MOST_FILES]]
    facts = (
        file_style(for_path(Path(path)).name, lines, path)
        for path in dict.fromkeys([own, *chosen])
        if (lines := read_lines(folder / path)) is not None
    )
    return StyleProfile.of(facts).configured(read_configuration(folder))


def _shared(path: str, own: str) -> int:
    """How many folders two paths begin with alike."""
    pairs = zip(path.split("/"), own.split("/"), strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
