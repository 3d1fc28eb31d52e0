"""The index of one workspace folder, as the server sees it."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import logging
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.errors import BeastError, ModelError
from beast_lsp.store.index.job import FACTS, TEXT, Job
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.process import BatchProcess
from beast_lsp.store.index.progress import IndexProgress
from beast_lsp.store.index.symbols import SymbolTable
from beast_lsp.store.index.text import IndexLayer, discard, open_layers

if TYPE_CHECKING:
    from beast_lsp.engine.style.facts import StyleFacts
    from beast_lsp.engine.style.profile import StyleProfile

_BATCH_SECONDS = 0.3  # Tools that write files write many; they make one job.
_WIDE = 500  # From so many changed paths on, looking at the whole folder is cheaper.
_log = logging.getLogger(__name__)

Report = Callable[[IndexProgress], None]


@dataclass
class _Wanted:
    """What is to be looked at: some paths, or everything."""

    paths: set[str] = field(default_factory=set)
    everything: bool = False


class WorkspaceIndex:
    """Layers, symbols and style of one folder. Its methods are called on the event loop.

    `layers`, `symbols`, `profile` and `style_facts` may be read from any thread. After each update `on_change`
    is called on the loop; the profile and the files' style facts agree between two such calls. `notice` says
    what is wrong, while something is. `cache` is the folder below which all indexes lie.
    """

    def __init__(
        self, folder: Path, cache: Path, on_change: Callable[[], None], options: IndexOptions = DEFAULTS
    ) -> None:
        self.folder = folder
        self.home = home_of(folder, cache)
        self.symbols = SymbolTable()
        self.notice: str | None = None
        self.profile: StyleProfile | None = None
        self._options = options
        self._bases = dict.fromkeys((folder, folder.resolve()))
        self._on_change = on_change
        self._layers: Mapping[str, tuple[IndexLayer, ...]] = {}
        self._wanted = _Wanted()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._processes = (BatchProcess(), BatchProcess())
        self._server: asyncio.Task[None] | None = None
        self._job: asyncio.Task[None] | None = None
        self._report: Report = lambda progress: None
        self._was_damaged = False
        self._is_closed = False

    @property
    def ready(self) -> bool:
        """Whether there is a text index, be it of yesterday."""
        return bool(self._layers)

    @property
    def child_pids(self) -> tuple[int, ...]:
        """The process ids of the batch processes that run now."""
        return tuple(process.pid for process in self._processes if process.pid is not None)

    def layers(self, family: str) -> tuple[IndexLayer, ...]:
        """The n-gram layers of a language family, the base first; none before the first index."""
        return self._layers.get(family, ())

    def style_facts(self, path: Path) -> StyleFacts:
        """The style of a file on disk as `profile` counts it; empty for a file that it doesn't count."""
        return self.symbols.style_facts(self._relative(path) or "")

    async def start(self, report: Report) -> None:
        """Opens what an earlier session left and returns; then checks the folder in the background.

        `report` is called on the loop while work of more than a moment goes on; its last call is `finished`.
        """
        self._report = report
        await self._load()
        if self._is_closed:
            return
        self._want(None)
        self._server = asyncio.create_task(self._serve())

    def changed(self, paths: Iterable[Path]) -> None:
        """Takes note of files and folders that were made, edited or deleted on disk; they are read soon."""
        relative = {path for path in map(self._relative, paths) if path}
        if relative and self._server is not None:
            self._want(relative)

    async def idle(self) -> None:
        """Returns when all that is known to have changed is in the index, or has failed to get there."""
        await self._idle.wait()

    async def cancel(self) -> None:
        """Gives up the work under way. What is finished stays; later changes are served again."""
        self._wanted = _Wanted()
        if self._job is not None:
            self._job.cancel()
            await asyncio.wait({self._job})

    async def close(self) -> None:
        """Ends the work and the batch processes, and lets go of the files."""
        self._is_closed = True
        if self._server is not None:
            self._server.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._server
            self._server = None
        for process in self._processes:
            await process.close()
        self._idle.set()
        for layers in self._layers.values():
            for layer in layers:
                layer.index.close()
        self._layers = {}
        self.symbols.close()

    def _relative(self, path: Path) -> str | None:
        """The path below the folder; None for a path elsewhere."""
        for base in self._bases:
            if path.is_relative_to(base):
                relative = path.relative_to(base).as_posix()
                return None if relative == "." or ".." in relative.split("/") else relative
        return None

    def _want(self, paths: set[str] | None) -> None:
        if paths is None or len(self._wanted.paths | paths) > _WIDE:
            self._wanted = _Wanted(everything=True)
        elif not self._wanted.everything:
            self._wanted.paths |= paths
        self._idle.clear()
        self._wake.set()

    async def _serve(self) -> None:
        while True:
            await self._wake.wait()
            if self._wanted.paths:
                await asyncio.sleep(_BATCH_SECONDS)
            wanted, self._wanted = self._wanted, _Wanted()
            self._wake.clear()
            if wanted.paths or wanted.everything:
                try:
                    await self._finish(asyncio.create_task(self._update(wanted)))
                except Exception:
                    _log.exception("What the index of %s has can't be shown.", self.folder)
            if not self._wake.is_set():
                self._idle.set()

    async def _finish(self, job: asyncio.Task[None]) -> None:
        """Waits for a job that `cancel` may end, and reports the end."""
        self._job = job
        try:
            await asyncio.wait({job})
        finally:
            self._job = None
            if not job.done():
                job.cancel()
                await asyncio.wait({job})
        problem = None if job.cancelled() else job.exception()
        if problem is not None and not isinstance(problem, BeastError):
            _log.error("The index of %s failed.", self.folder, exc_info=problem)
        self.notice = str(problem) if problem is not None else None
        await self._load()
        self._report(IndexProgress(finished=True, problem=self.notice or ""))

    async def _update(self, wanted: _Wanted) -> None:
        """Raises StoreError. A first index is made by two processes, to be there in half the time."""
        paths = None if wanted.everything else tuple(sorted(wanted.paths))
        text, facts = (Job(kind, str(self.folder), str(self.home), self._options, paths) for kind in (TEXT, FACTS))
        progress = _Sum(self._report)
        first, second = self._processes
        is_first = not self.ready
        jobs = [self._run_text(first, text, progress.part(0))]
        if not is_first:
            await jobs.pop()
        jobs.append((second if is_first else first).run(facts, progress.part(1)))
        # What one of the two can't do must not keep the other from its end.
        for outcome in await asyncio.gather(*jobs, return_exceptions=True):
            if isinstance(outcome, BaseException):
                raise outcome

    async def _run_text(self, process: BatchProcess, job: Job, progress: Callable[[int, int], None]) -> None:
        await process.run(job, progress)
        await self._load()

    async def _load(self) -> None:
        """Shows what lies on disk. A damaged text index is thrown away, and a new one is made, once."""
        layers, profile, is_damaged = await asyncio.to_thread(self._read)
        if self._is_closed:
            self.symbols.close()
            return
        if is_damaged and not self._was_damaged:
            self._was_damaged = True
            self._want(None)
        self._layers, self.profile = layers, profile
        self._on_change()

    def _read(self) -> tuple[Mapping[str, tuple[IndexLayer, ...]], StyleProfile, bool]:
        """Runs in a thread."""
        from beast_lsp.engine.style.configuration import read_configuration  # noqa: PLC0415 - it loads YAML, and the server starts first.
        from beast_lsp.engine.style.profile import StyleProfile  # noqa: PLC0415

        self.symbols.open(self.home / "facts.db")
        profile = StyleProfile(configuration=read_configuration(self.folder))
        for facts in self.symbols.styles():
            profile = profile.with_change(None, facts)
        text = self.home / "text"
        with contextlib.suppress(ModelError):
            return open_layers(text), profile, False
        try:  # Another server may just have replaced what `current.json` named a moment ago.
            return open_layers(text), profile, False
        except ModelError:
            with contextlib.suppress(OSError):
                discard(text)
            return {}, profile, True


class _Sum:
    """Adds up the progress of the two jobs."""

    def __init__(self, report: Report) -> None:
        self._report = report
        self._parts = [(0, 0), (0, 0)]

    def part(self, number: int) -> Callable[[int, int], None]:
        """What takes the progress of one job."""

        def progress(done: int, total: int) -> None:
            self._parts[number] = (done, total)
            self._report(IndexProgress(sum(done for done, _ in self._parts), sum(total for _, total in self._parts)))

        return progress


def home_of(folder: Path, cache: Path) -> Path:
    """Where the index of a folder lies: a name that is readable, and different for different folders."""
    readable = re.sub(r"[^\w.-]+", "_", folder.name)[:40]
    digest = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()
    return cache / "index" / f"{readable}-{digest[:16]}"
