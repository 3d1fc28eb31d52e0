"""The workspace model as a backend of the router: no network, no GPU, milliseconds."""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path, PurePath
from weakref import WeakKeyDictionary

from cachetools import LRUCache

from beast_lsp.config import Config, option
from beast_lsp.engine.analysis import Analysis
from beast_lsp.engine.document import Document
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.manifest import listed, read_checked
from beast_lsp.engine.ngram.index import Weights
from beast_lsp.engine.ngram.prior import Prior
from beast_lsp.errors import CancelledRequest, ModelError
from beast_lsp.router.backends.neural import speed
from beast_lsp.router.backends.neural.delta import Deltas
from beast_lsp.router.backends.neural.model import FILE, LanguageModel
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.router.backends.neural.reader import Reader
from beast_lsp.router.backends.workspace import listing
from beast_lsp.router.backends.workspace.asked import alternatives
from beast_lsp.router.backends.workspace.calibrator import Calibrator, KeepPredictor, judge
from beast_lsp.router.backends.workspace.choice import BAR, PRICE, best
from beast_lsp.router.backends.workspace.features import FEATURES
from beast_lsp.router.backends.workspace.session import Knowledge, Neural, Option, Session
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import Answer, CancelToken, Candidate, Egress, Request, Task
from beast_lsp.store.index import IndexLayer, WorkspaceIndex
from beast_lsp.store.index.retrieval import Retriever

NAME = "workspace"
PARTS = ("index", "overlay", "scopes", "calibrator", "prior", "model", "retrieval")
WITHOUT = option(
    "workspace_model.without",
    list[str](),
    f"Parts of the workspace model to switch off, for comparisons: any of {', '.join(PARTS)}.",
)
EAGERNESS = option(
    "inline.eagerness",
    "normal",
    "How readily a suggestion is shown: `low` shows fewer that are right more often, `high` the opposite.",
    choices=("low", "normal", "high"),
)
_SESSIONS = 200  # Documents followed at a time; each costs at most a few megabytes.
_EAGERNESS = {"low": (PRICE, 0.6), "normal": (PRICE, BAR), "high": (PRICE / 2, 0.3)}


class WorkspaceBackend:
    """Answers from the document, the folder's index, and what the language looks like elsewhere.

    `indexes` gives the index of a workspace folder, or None. `refused` hears, in any thread, which part goes without
    its file and why. Before `warm_up` has run the answers are empty.
    """

    name = NAME
    tasks = frozenset({Task.INLINE, Task.COMPLETION})
    egress = Egress.PROCESS
    expected_ms = 3.0
    cost = 0.0

    def __init__(
        self,
        indexes: Callable[[Path | None], WorkspaceIndex | None],
        lanes: Lanes,
        models_folder: Path,
        refused: Callable[[str, ModelError], object] = lambda part, problem: None,
    ) -> None:
        self._indexes = indexes
        self._lanes = lanes
        self._models = models_folder
        self._refused = refused
        self._is_warm = False
        self._calibrator: Calibrator | None = None
        self._predictor: KeepPredictor | None = None
        self._neural: Neural | None = None
        self._deltas: Deltas | None = None
        self._keystroke_ms = 0.0
        self._retrievers: WeakKeyDictionary[WorkspaceIndex, Retriever] = WeakKeyDictionary()
        self._reading: set[asyncio.Task[None]] = set()
        self._sessions: LRUCache[str, Session] = LRUCache(_SESSIONS)
        self._priors: dict[str, Prior | None] = {}
        self._weights: LRUCache[tuple[object, ...], Weights] = LRUCache(100)
        self._lock = threading.Lock()  # The sessions and the indexes' caches are for one thread at a time.

    def warm_up(self) -> None:
        """Loads the calibrator, which takes about 0.2 s.

        Raises ModelError where it can't be used; candidates are then judged by their tokens' probabilities alone.
        """
        try:
            calibrator = Calibrator(self._models)
            with self._lock:
                self._calibrator = calibrator
        finally:
            self._is_warm = True

    def load_model(self, config: Config) -> str:
        """Loads the completion model and measures it, in about 0.3 s; returns why it isn't used, or nothing.

        It is loaded once, and only where the settings want it. Raises ModelError where a file of it can't be used.
        """
        if self._neural is None and config[speed.ENABLED] != "off":
            if FILE not in listed(self._models):
                return "none ships with this installation"
            model = LanguageModel(self._models)
            predictor = KeepPredictor(self._models)
            milliseconds = speed.fastest(model)
            with self._lock:
                self._predictor, self._keystroke_ms = predictor, milliseconds
                self._deltas = Deltas(model)
                self._neural = Neural(model, PromptMaker(model.subwords, model.context))
        return speed.reason_against(config, self._keystroke_ms)

    def measure_again(self) -> None:
        """Gives a machine that was too slow for the completion model another chance: it may have been busy."""
        if self._neural is not None and speed.is_too_slow(self._keystroke_ms):
            self._keystroke_ms = min(self._keystroke_ms, speed.fastest(self._neural.model))

    def follow(self, document: Document) -> None:
        """Reads a document that was opened, so that the first answer need not; up to 0.1 s for a long one."""
        with self._lock:
            self._prior(by_name(document.language).family)
            self._session(document).follow(document)

    def forget(self, uri: str) -> None:
        """Drops what is kept for a document that was closed."""
        with self._lock:
            self._sessions.pop(uri, None)

    async def answer(self, request: Request) -> Answer:
        """Answers in a lane; a newer request for the same document takes the place of this one."""
        if not self._is_warm:
            return Answer(NAME)
        key = (request.task, request.document.uri)
        answer = await self._lanes.run(key, lambda: self._answer(request), request.cancel)
        self._read_on(request.document.uri)
        return answer

    def _read_on(self, uri: str) -> None:
        """Lets the completion model read in the background what it had no time for."""
        session = self._sessions.get(uri)
        reader = session.reader if session is not None else None
        if reader is not None and reader.is_behind:
            task = asyncio.get_running_loop().create_task(self._catch_up(uri, reader))
            self._reading.add(task)
            task.add_done_callback(self._reading.discard)

    async def _catch_up(self, uri: str, reader: Reader) -> None:
        cancel = CancelToken()
        with suppress(CancelledRequest):  # A newer place is read instead.
            await self._lanes.run(("read", uri), lambda: reader.catch_up(lambda: cancel.cancelled), cancel)

    def _answer(self, request: Request) -> Answer:
        started = time.perf_counter()
        with self._lock:
            if request.cancel.cancelled:
                return Answer(NAME)
            found = self._inline(request) if request.task is Task.INLINE else self._list(request)
        return Answer(NAME, tuple(found), (time.perf_counter() - started) * 1e3)

    def _inline(self, request: Request) -> list[Candidate]:
        session, knowledge = self._session(request.document), self._knowledge(request)
        without = request.config[WITHOUT]
        cursor, options = session.options(
            request.document,
            request.position,
            _analysis(request),
            knowledge,
            request.selected,
            request.multiline,
            self._neural_for(request),
            asked=request.invoked,
        )
        calibrator = None if "calibrator" in without else self._judge_of(options)
        scored = judge(options, calibrator)
        possible = session.declined.without(scored, cursor)
        if request.invoked:
            winners = alternatives(options, scored, request.limit)
        else:
            winner = best(possible, *_EAGERNESS[request.config[EAGERNESS]])
            winners = [winner] if winner else []
        session.declined.shown(cursor, winners[0].text if winners else "")
        more = request.selected[len(cursor.partial) :] if request.selected else ""
        return [Candidate(more + winner.text, winner.probability, NAME) for winner in winners]

    def _list(self, request: Request) -> list[Candidate]:
        session, knowledge = self._session(request.document), self._knowledge(request)
        analysis, without = _analysis(request), request.config[WITHOUT]
        cursor, sources, names = session.read(request.document, request.position, analysis, knowledge)
        words = listing.words(cursor, sources, names, request.limit, NAME)
        _, options = session.options(request.document, request.position, analysis, knowledge, multiline=False)
        scored = judge(options, None if "calibrator" in without else self._calibrator)
        return listing.with_phrase(words, scored, cursor, NAME)

    def _neural_for(self, request: Request) -> Neural | None:
        """The completion model, with what finds pieces of other files for this request, and the folder's delta."""
        without = request.config[WITHOUT]
        if self._neural is None or "model" in without or speed.reason_against(request.config, self._keystroke_ms):
            return None
        folder = request.document.folder
        index = self._indexes(folder) if "retrieval" not in without else None
        finder = None if index is None else self._retrievers.setdefault(index, Retriever(index))
        delta = self._deltas.of(folder) if self._deltas is not None else None
        return replace(self._neural, finder=finder, delta=delta)

    def _judge_of(self, options: Sequence[Option]) -> Calibrator | KeepPredictor | None:
        """The keep predictor where the completion model was asked, else the calibrator."""
        asked = bool(options) and len(options[0].features) > len(FEATURES)
        return self._predictor if asked else self._calibrator

    def _session(self, document: Document) -> Session:
        session = self._sessions.get(document.uri)
        if session is None:
            session = self._sessions[document.uri] = Session()
        return session

    def _knowledge(self, request: Request) -> Knowledge:
        """What the model may use for this document."""
        without = request.config[WITHOUT]
        document, family = request.document, by_name(request.document.language).family
        index = self._indexes(document.folder) if "index" not in without else None
        layers = index.layers(family) if index is not None else ()
        return Knowledge(
            indexes=tuple((layer.index, self._weighted(layer, document)) for layer in layers),
            prior=self._prior(family) if "prior" not in without else None,
            symbols=index.symbols if index is not None else None,
            overlay="overlay" not in without,
            scopes="scopes" not in without,
        )

    def _weighted(self, layer: IndexLayer, document: Document) -> Weights:
        """The document itself is left out of the index (it is in the overlay), its neighbours count more."""
        if document.path is None or document.folder is None:
            return layer.index.weights(layer.dead)
        key = (id(layer.index), layer.dead, document.path)
        known = self._weights.get(key)
        if known is None:
            own = document.path.relative_to(document.folder).as_posix()
            near = [path for path in layer.index.paths if PurePath(path).parent == PurePath(own).parent]
            known = self._weights[key] = layer.index.weights({own, *layer.dead}, near)
        return known

    def _prior(self, family: str) -> Prior | None:
        """The prior of a language family; None where none ships, or where it can't be used."""
        if family not in self._priors:
            try:
                self._priors[family] = self._read_prior(f"prior-{family}.npz")
            except ModelError as problem:
                self._priors[family] = None
                self._refused(f"prior ({family})", problem)
        return self._priors[family]

    def _read_prior(self, name: str) -> Prior | None:
        if name not in listed(self._models):
            return None
        read_checked(self._models, name)
        return Prior(self._models / name)


def _analysis(request: Request) -> Analysis | None:
    return request.snapshot.analyses.get(request.document.uri)
