"""Builds the parts behind the protocol, in the background, after `initialize` has been answered.

A part that can't be built leaves the others working: what needs it answers nothing, the log says why, and
`beast.status` shows it. Heavy modules are imported in a thread, so that the loop stays free meanwhile.
"""

from __future__ import annotations

import asyncio
import importlib
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp import paths
from beast_lsp.config import Config
from beast_lsp.engine.document import Document
from beast_lsp.errors import BeastError, CancelledRequest, ModelError
from beast_lsp.lsp.indexes import Indexes
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.router.task import CancelToken

if TYPE_CHECKING:
    from beast_lsp.engine.rules.finding import Definitions
    from beast_lsp.features.analysis import LiveAnalysis
    from beast_lsp.features.completion import CompletionFeature
    from beast_lsp.features.explaining import ExplainingFeature
    from beast_lsp.features.feedback import FeedbackTracker, Shown
    from beast_lsp.features.findings import FindingsFeature
    from beast_lsp.features.improving import ImprovingFeature
    from beast_lsp.features.inline import InlineFeature
    from beast_lsp.features.mutes import RuleMutes
    from beast_lsp.features.quality import QualityFeature
    from beast_lsp.features.refactoring import RefactoringFeature
    from beast_lsp.features.scores import ScoreLog
    from beast_lsp.features.style import StyleReport
    from beast_lsp.features.test_writing import WritingFeature
    from beast_lsp.features.undoing import RefactoringLog
    from beast_lsp.features.untested import UntestedFeature
    from beast_lsp.router.backends.testing.backend import TestsBackend
    from beast_lsp.router.backends.workspace.backend import WorkspaceBackend
    from beast_lsp.router.endpoints import Endpoints
    from beast_lsp.router.lanes import Lanes
    from beast_lsp.router.router import Router
    from beast_lsp.store import Store

_log = logging.getLogger(__name__)
_COMPLETION_MODEL = "completion model"
_READY = "ready"
_BACKENDS = "beast_lsp.router.backends"
_WITHOUT = {"quality predictor": "there are no scores."}
_AGAIN = (20.0, 60.0)  # seconds after which a machine that was too slow for it is measured again.


class Application:
    """The parts; each is None until it is built. To be used on the event loop.

    `documents` gives the open documents, `changed` is called when analyses or profiles have changed, and `tell`
    with a sentence for the user.
    """

    def __init__(
        self,
        documents: Callable[[], Iterable[Document]],
        changed: Callable[[], None],
        progress: IndexProgressReporter,
        tell: Callable[[str], None],
    ) -> None:
        self.lanes: Lanes | None = None
        self.live: LiveAnalysis | None = None
        self.store: Store | None = None
        self.tracker: FeedbackTracker | None = None
        self.backend: WorkspaceBackend | None = None
        self.router: Router | None = None
        self.inline: InlineFeature | None = None
        self.completion: CompletionFeature | None = None
        self.findings: FindingsFeature | None = None
        self.mutes: RuleMutes | None = None
        self.refactoring: RefactoringFeature | None = None
        self.refactoring_log: RefactoringLog | None = None
        self.writing: WritingFeature | None = None
        self.untested: UntestedFeature | None = None
        self.quality: QualityFeature | None = None
        self.improving: ImprovingFeature | None = None
        self.explaining: ExplainingFeature | None = None
        self.scores: ScoreLog | None = None
        self.indexes = Indexes(progress, self._rebase)
        self.is_built = False
        self.states: dict[str, str] = {}
        self._tests: TestsBackend | None = None
        self._documents = documents
        self._changed = changed
        self._tell = tell
        self._config, self._is_configured = Config(), False
        self._tasks: set[asyncio.Task[None]] = set()

    async def build(self) -> None:
        """Builds every part that can be built; takes about a second of a core."""
        # What answers comes first: a user types before the last part is there.
        await self._part("analysis", self._build_analysis)
        await self._part("model", self._build_model)
        await self._part("feedback", self._build_feedback)
        await self._part("inline", self._build_inline)
        await self._part("completion", self._build_completion)
        await self._part("index", self.indexes.load)
        await self._part("diagnostics", self._build_findings)
        await self._part("refactorings", self._build_refactoring)
        await self._part("tests", self._build_tests)
        await self._part("quality predictor", self._build_quality)
        await self._part("explanations", self._build_explanations)
        self.is_built = True

    async def follow(self, folders: Sequence[Path], config: Callable[[Path], Config]) -> None:
        """Indexes these folders and no others."""
        await self.indexes.follow(folders, config)

    async def configure(self, config: Config, endpoints: Endpoints) -> None:
        """Takes over new settings."""
        is_first = not self._is_configured
        self._config, self._is_configured = config, True
        if self.router:
            await self.router.use_endpoints(endpoints)
        if self.backend:
            # Only now: the settings may be against it, and everything that answers without it stands.
            self._background(self._part(_COMPLETION_MODEL, partial(self._use_model, self.backend)), "the model")
        if self.backend and is_first:
            self._background(self._measure_again(self.backend), "the measurement of this machine")

    def replaced(self, old: Document | None, new: Document | None) -> None:
        """A document was opened (`old` is None), edited, or closed (`new` is None)."""
        if new is None:
            if old is not None:
                self._closed(old.uri)
            return
        if self.live:
            self.live.changed(new) if old else self.live.opened(new)
        if old is None:
            self._in_lane("follow", new.uri, partial(_follow, new))
        if self.tracker and old:
            self.tracker.changed(old, new)
        done = self.refactoring_log.seen(new) if self.refactoring_log else None
        if self.refactoring_log and done:
            self._background(self.refactoring_log.commit(done), "the journal")

    def changed_on_disk(self, changed: Iterable[Path]) -> None:
        """Files were created, edited or deleted on disk."""
        self.indexes.changed(changed)

    def tick(self) -> None:
        """Lets the feedback tracker look at what has become of suggestions; to be called each second."""
        if self.tracker and self._is_configured:
            self.tracker.tick()
        if self.store and self.store.notice:
            self._tell(self.store.notice)

    async def style_report(self, folder: Path | None) -> StyleReport:
        """The style profile of a folder, to be shown. Raises BeastError while there is none."""
        profile = self.live.profiles.get(folder) if self.live and folder else None
        if profile is None or folder is None:
            raise BeastError("There is no style profile yet.", hint="It comes with the index of a workspace folder.")
        await _load("beast_lsp.features.style")
        from beast_lsp.features.style import style_report  # noqa: PLC0415 - `_load` imported it in a thread.

        return style_report(profile, folder)

    def status(self) -> dict[str, Any]:
        """What is built, what failed, and how far the indexes are."""
        muted = self.mutes.all() if self.mutes else {}
        return {
            "ready": self.is_built and self._is_configured,
            "parts": dict(self.states),
            "index": self.indexes.status(),
            "muted": muted,
        }

    async def close(self) -> None:
        """Ends every part; what was to be stored is stored."""
        for task in self._tasks:
            task.cancel()
        if self.live:
            self.live.close()
        if self._tests:
            await self._quietly("the tests", asyncio.to_thread(self._tests.close))
        await self._quietly("the indexes", self.indexes.close())
        if self.router:
            await self._quietly("the router", self.router.close())
        if self.lanes:
            self.lanes.close()
        if self.store:
            await self._quietly("the store", asyncio.to_thread(self.store.close))

    async def _build_analysis(self) -> None:
        await _load("beast_lsp.features.analysis", "beast_lsp.router.lanes")
        from beast_lsp.features.analysis import LiveAnalysis  # noqa: PLC0415
        from beast_lsp.router.lanes import Lanes  # noqa: PLC0415

        self.lanes = Lanes()
        self.live = LiveAnalysis(self.lanes, self.indexes.ready, self._changed)
        for document in self._documents():
            self.live.opened(document)

    async def _build_model(self) -> None:
        await _load("beast_lsp.router.router", "beast_lsp.router.backends.workspace.backend")
        from beast_lsp.router.backends.workspace.backend import WorkspaceBackend  # noqa: PLC0415
        from beast_lsp.router.router import Router  # noqa: PLC0415

        loop = asyncio.get_running_loop()
        self.backend = WorkspaceBackend(
            self.indexes.get,
            _needed(self.lanes),
            paths.models_folder(),
            refused=lambda part, problem: loop.call_soon_threadsafe(self._failed, part, problem),
        )
        self.states[_COMPLETION_MODEL] = "loading"
        self.router = Router([self.backend], notice=self._tell)
        warm_up = partial(asyncio.to_thread, self.backend.warm_up)
        self._background(self._part("calibrator", warm_up), "calibrator")
        for document in self._documents():
            self._in_lane("follow", document.uri, partial(_follow, document))

    async def _use_model(self, backend: WorkspaceBackend) -> str:
        reason = await asyncio.to_thread(backend.load_model, self._config)
        return f"off: {reason}" if reason else _READY

    async def _measure_again(self, backend: WorkspaceBackend) -> None:
        for seconds in _AGAIN:
            await asyncio.sleep(seconds)
            if self.states[_COMPLETION_MODEL].startswith("off"):
                await asyncio.to_thread(backend.measure_again)
                self.states[_COMPLETION_MODEL] = await self._use_model(backend)

    async def _build_feedback(self) -> None:
        await _load("beast_lsp.store", "beast_lsp.features.feedback")
        from beast_lsp.features.feedback import FeedbackTracker  # noqa: PLC0415
        from beast_lsp.store import Store  # noqa: PLC0415

        store = self.store = await asyncio.to_thread(Store.open)
        self.tracker = FeedbackTracker(store, time.time, lambda: self._config)

    async def _build_inline(self) -> None:
        await _load("beast_lsp.features.inline")
        from beast_lsp.features.inline import InlineFeature  # noqa: PLC0415

        self.inline = InlineFeature(_needed(self.router), self.tracker or _Nobody())

    async def _build_completion(self) -> None:
        await _load("beast_lsp.features.completion")
        from beast_lsp.features.completion import CompletionFeature  # noqa: PLC0415

        self.completion = CompletionFeature(_needed(self.router), self.tracker or _Nobody())

    async def _build_findings(self) -> None:
        await _load("beast_lsp.features.findings", "beast_lsp.features.mutes")
        from beast_lsp.features.findings import FindingsFeature  # noqa: PLC0415
        from beast_lsp.features.mutes import RuleMutes  # noqa: PLC0415

        if self.store:
            self.mutes = RuleMutes(self.store, time.time)
            await self.mutes.load()
        muted = self.mutes.muted if self.mutes else lambda _: ()
        self.findings = FindingsFeature(_needed(self.lanes), self._definitions, muted)

    async def _build_refactoring(self) -> None:
        await _load("beast_lsp.features.refactoring", "beast_lsp.features.undoing", f"{_BACKENDS}.documentation")
        from beast_lsp.features.refactoring import RefactoringFeature  # noqa: PLC0415
        from beast_lsp.features.undoing import RefactoringLog  # noqa: PLC0415
        from beast_lsp.router.backends.documentation import DocumentationBackend  # noqa: PLC0415
        from beast_lsp.router.backends.refactoring import RefactoringBackend  # noqa: PLC0415

        router, refactorings = _needed(self.router), RefactoringBackend(_needed(self.lanes))
        router.add(refactorings)
        router.add(DocumentationBackend(_needed(self.lanes), refactorings))
        self.refactoring = RefactoringFeature(router)
        self.refactoring_log = RefactoringLog(self.store, time.time)

    async def _build_tests(self) -> None:
        await _load("beast_lsp.features.untested", "beast_lsp.features.examples", f"{_BACKENDS}.testing.backend")
        from beast_lsp.features.test_writing import WritingFeature  # noqa: PLC0415
        from beast_lsp.features.untested import UntestedFeature  # noqa: PLC0415
        from beast_lsp.router.backends.testing.backend import TestsBackend  # noqa: PLC0415

        router, self._tests = _needed(self.router), TestsBackend()
        router.add(self._tests)
        self.writing, self.untested = WritingFeature(router, _needed(self.lanes)), UntestedFeature()

    async def _build_quality(self) -> None:
        await _load("beast_lsp.features.quality", "beast_lsp.features.scores", "beast_lsp.features.improving")
        from beast_lsp.engine.quality.judge import digest, load_models  # noqa: PLC0415
        from beast_lsp.features.improving import ImprovingFeature  # noqa: PLC0415
        from beast_lsp.features.quality import QualityFeature  # noqa: PLC0415
        from beast_lsp.features.scores import ScoreLog  # noqa: PLC0415

        models = await asyncio.to_thread(load_models, paths.models_folder())
        self.quality = QualityFeature(_needed(self.lanes), self.indexes.standing, models)
        if self.refactoring:
            self.improving = ImprovingFeature(self.refactoring, self.indexes.standing, models)
        if self.store:
            self.scores = ScoreLog(self.store, time.time, digest(models))

    async def _build_explanations(self) -> None:
        await _load("beast_lsp.features.explaining")
        from beast_lsp.features.explaining import ExplainingFeature  # noqa: PLC0415

        router, lanes = _needed(self.router), _needed(self.lanes)
        self.explaining = ExplainingFeature(lanes, router, self.quality, self.indexes.standing)

    async def _part(self, name: str, build: Callable[[], Awaitable[str | None]]) -> None:
        """Builds a part, which may return the state that it is in."""
        self.states[name] = "loading"
        try:
            self.states[name] = await build() or _READY
        except Exception as error:
            self._failed(name, error)

    def _failed(self, name: str, error: Exception) -> None:
        _log.error("the part %s is missing", name, exc_info=error)
        self.states[name] = f"failed: {error}"
        if isinstance(error, ModelError):
            self._tell(f"{error} Until then {_WITHOUT.get(name, 'the workspace model goes on without it.')}")

    async def _quietly(self, name: str, work: Awaitable[object]) -> None:
        try:
            await work
        except CancelledRequest:
            return  # a newer one took its place.
        except Exception:
            # The other parts go on.
            _log.exception("a fault in %s", name)

    def _definitions(self, folder: Path) -> Definitions | None:
        index = self.indexes.get(folder)
        return index.symbols if index else None

    def _rebase(self, folder: Path) -> None:
        if self.live:
            self.live.rebase(folder)

    def _closed(self, uri: str) -> None:
        if self.live:
            self.live.closed(uri)
        if self.tracker:
            self.tracker.closed(uri)
        if self.inline:
            self.inline.forget(uri)
        if self.findings:
            self.findings.forget(uri)
        if self.quality:
            self.quality.forget(uri)
        if self.improving:
            self.improving.forget(uri)
        if self.router:
            self.router.forget(uri)
        self._in_lane("forget", uri, lambda backend: backend.forget(uri))

    def _in_lane(self, what: str, uri: str, work: Callable[[WorkspaceBackend], None]) -> None:
        """Tells the backend, which may be busy with an answer, without the loop waiting for it."""
        if self.backend and self.lanes:
            job = partial(work, self.backend)
            self._background(self.lanes.run((what, uri), job, CancelToken(), background=True), what)

    def _background(self, work: Coroutine[Any, Any, None], name: str) -> None:
        task = asyncio.get_running_loop().create_task(self._quietly(name, work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        task.add_done_callback(lambda _: work.close())


def _follow(document: Document, backend: WorkspaceBackend) -> None:
    backend.follow(document)


class _Nobody:
    """Who follows suggestions where feedback can't be stored."""

    def shown(self, _document: Document, _shown: Shown) -> None:
        """Forgets it."""

    def listed(self, _document: Document, _entries: Sequence[Shown]) -> None:
        """Forgets them."""

    def live(self, _uri: str) -> Shown | None:
        """Nothing is known to be shown."""
        return None


async def _load(*modules: str) -> None:
    for module in modules:
        await asyncio.to_thread(importlib.import_module, module)


def _needed(part: Any) -> Any:
    if part is None:
        raise BeastError("A part that this one needs is missing.")
    return part
