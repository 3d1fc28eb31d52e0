"""What the risks of one workspace folder are set against, as the server sees it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from pathlib import Path

from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import StoreError
from beast_lsp.store.history.build import load_standing
from beast_lsp.store.history.git import repository_of
from beast_lsp.store.index.job import HISTORY, Job
from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.process import BatchProcess

_log = logging.getLogger(__name__)


class WorkspaceHistory:
    """The standing of a folder. Its methods are called on the event loop; `standing` may be read from any thread.

    `notice` says what is wrong, while something is. `home` is where the folder's index lies.
    """

    def __init__(self, folder: Path, home: Path, options: IndexOptions) -> None:
        self.standing: Standing | None = None
        self.notice = ""
        self._folder = folder
        self._job = Job(HISTORY, str(folder), str(home), options)
        self._home = home
        self._process = BatchProcess("beast_lsp.store.history.child")
        self._stamp: object = None
        self._is_busy = self._is_closed = False

    @property
    def child_pid(self) -> int | None:
        """The process id of the batch process, while it runs."""
        return self._process.pid

    async def update(self) -> None:
        """Shows what lies on disk, then brings it up to date; returns at once where that is under way already."""
        if self._is_busy or self._is_closed:
            return
        self._is_busy = True
        try:
            if self.standing is None:
                await self._load()
            self._stamp = await asyncio.to_thread(self._head)
            await self._process.run(self._job, lambda done, total: None)
            await self._load()
        except StoreError as problem:
            _log.warning("The history of %s is not used: %s", self._folder, problem)
            self.notice = str(problem)
        finally:
            self._is_busy = False

    async def look(self) -> None:
        """Brings it up to date where another commit has been checked out since."""
        if not self._is_busy and await asyncio.to_thread(self._head) != self._stamp:
            await self.update()

    async def close(self) -> None:
        """Ends the batch process."""
        self._is_closed = True
        await self._process.close()

    async def _load(self) -> None:
        known = await asyncio.to_thread(load_standing, self._home)
        if known is not None:
            self.standing = known
            # Outside of every repository nothing is wrong; that there is no history stands beside each score.
            self.notice = known.notice if repository_of(self._folder) else ""

    def _head(self) -> object:
        """What changes when git moves to another commit. A folder inside of a repository has nothing of the kind."""
        git = self._folder / ".git"
        with contextlib.suppress(OSError, UnicodeDecodeError):
            if git.is_file():  # A working tree beside the repository names its place.
                git = self._folder / git.read_text("utf-8").removeprefix("gitdir:").strip()
            return [(git / name).stat().st_mtime_ns for name in ("HEAD", "logs/HEAD")]
        return None
