"""The index of each workspace folder: made when the folder comes, closed when it goes."""

from __future__ import annotations

import asyncio
import importlib
import logging
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp import paths
from beast_lsp.config import Config
from beast_lsp.lsp.progress import IndexProgressReporter

if TYPE_CHECKING:
    from beast_lsp.engine.quality.standing import Standing
    from beast_lsp.store.history.workspace import WorkspaceHistory
    from beast_lsp.store.index import IndexOptions, IndexProgress, WorkspaceIndex

_log = logging.getLogger(__name__)
_PIECE = 50  # paths passed on at a time: a checkout touches thousands, and the loop has others to serve.


class Indexes:
    """The indexes by folder. To be used on the event loop, except `get`, which any thread may call.

    `changed` is called with a folder whose index has something new.
    """

    def __init__(self, progress: IndexProgressReporter, changed: Callable[[Path], None]) -> None:
        self._progress = progress
        self._changed = changed
        self._by_folder: dict[Path, WorkspaceIndex] = {}
        self._options: dict[Path, IndexOptions] = {}
        self._histories: dict[Path, WorkspaceHistory] = {}
        self._following = asyncio.Lock()
        self._newest: dict[Path, IndexProgress] = {}
        self._problems: dict[Path, str] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def load(self) -> None:
        """Imports what an index needs, in a thread."""
        await asyncio.to_thread(importlib.import_module, "beast_lsp.store.index")
        await asyncio.to_thread(importlib.import_module, "beast_lsp.store.history.workspace")

    def get(self, folder: Path | None) -> WorkspaceIndex | None:
        """The index of a folder, or None."""
        return self._by_folder.get(folder) if folder else None

    def ready(self, folder: Path) -> WorkspaceIndex | None:
        """The index of a folder, once it knows the folder's style."""
        index = self._by_folder.get(folder)
        return index if index and index.profile is not None else None

    def standing(self, folder: Path) -> Standing | None:
        """What the risks of a folder are set against; None while nothing is known."""
        history = self._histories.get(folder)
        return history.standing if history else None

    def look_at_histories(self) -> None:
        """Follows the folders in which another commit was checked out."""
        for history in self._histories.values():
            self._spawn(history.look())

    async def follow(self, folders: Sequence[Path], config: Callable[[Path], Config]) -> None:
        """Has an index for each of `folders`, under the settings of the folder, and for no other."""
        from beast_lsp.store.index import IndexOptions  # noqa: PLC0415 - loaded in `load`.

        options = {folder: IndexOptions.of(config(folder)) for folder in folders}
        async with self._following:
            for folder in [each for each in self._by_folder if options.get(each) != self._options.get(each)]:
                await self._drop(folder)
            for folder in folders:
                if folder not in self._by_folder:
                    self._add(folder, options[folder])

    def changed(self, changed: Iterable[Path]) -> None:
        """Files were created, edited or deleted; they are passed on in pieces."""
        self._spawn(self._pass_on(list(changed)))

    def status(self) -> list[dict[str, Any]]:
        """How far each index is."""
        return [self._state(folder, index) for folder, index in self._by_folder.items()]

    async def close(self) -> None:
        """Closes every index; their process ends."""
        for task in self._tasks:
            task.cancel()
        for folder in list(self._by_folder):
            await self._drop(folder)

    def _add(self, folder: Path, options: IndexOptions) -> None:
        from beast_lsp.store.history.workspace import WorkspaceHistory  # noqa: PLC0415
        from beast_lsp.store.index import WorkspaceIndex  # noqa: PLC0415

        index = WorkspaceIndex(folder, paths.cache_folder(), lambda: self._changed(folder), options)
        self._by_folder[folder], self._options[folder] = index, options
        self._histories[folder] = WorkspaceHistory(folder, index.home, options)
        self._spawn(self._start(folder, index))

    async def _start(self, folder: Path, index: WorkspaceIndex) -> None:
        try:
            await index.start(lambda progress: self._report(folder, index, progress))
        except Exception as error:
            # One folder that can't be indexed leaves the others, and suggestions from open documents.
            _log.exception("a folder could not be indexed")
            self._problems[folder] = str(error)

    def _report(self, folder: Path, index: WorkspaceIndex, progress: IndexProgress) -> None:
        if self._by_folder.get(folder) is index:
            self._newest[folder] = progress
            self._progress.report(folder, progress, lambda: self._spawn(index.cancel()))
            # The index comes first: suggestions wait for it.
            if progress.finished:
                self._spawn(self._histories[folder].update())

    async def _pass_on(self, touched: list[Path]) -> None:
        for at in range(0, len(touched), _PIECE):
            piece = touched[at : at + _PIECE]
            for folder, index in list(self._by_folder.items()):
                index.changed([path for path in piece if path.is_relative_to(folder)])
            await asyncio.sleep(0)

    async def _drop(self, folder: Path) -> None:
        index = self._by_folder.pop(folder)
        self._newest.pop(folder, None)
        self._problems.pop(folder, None)
        self._options.pop(folder, None)
        self._changed(folder)
        history = self._histories.pop(folder)
        try:
            await history.close()
            await index.close()
        except Exception:
            _log.exception("an index did not end well")

    def _state(self, folder: Path, index: WorkspaceIndex) -> dict[str, Any]:
        progress = self._newest.get(folder)
        return {
            "folder": str(folder),
            "ready": index.ready,
            "done": progress.done if progress else 0,
            "total": progress.total if progress else 0,
            "finished": bool(progress and progress.finished),
            "problem": self._problems.get(folder) or index.notice or "",
            "history": self._histories[folder].notice,
        }

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
