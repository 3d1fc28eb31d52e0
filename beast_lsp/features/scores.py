"""Remembers the scores that were shown, so that thumbs and later fixes find the prediction that they are about."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

from cachetools import LRUCache

from beast_lsp.engine.quality.features import VERSION
from beast_lsp.engine.quality.rating import FileRating, Rating
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import BeastError
from beast_lsp.store.scores import LaterFix, Score, Verdict
from beast_lsp.store.store import Store

VERDICTS = ("up", "down")
_REMEMBERED = 5_000  # scores that an id is known of; an older one gets a new id when it is shown again.


class ScoreLog:
    """Stores each score once. To be used on the event loop; `clock` gives seconds since the epoch."""

    def __init__(self, store: Store, clock: Callable[[], float], models: str) -> None:
        self._store = store
        self._clock = clock
        self._models = models
        self._known: LRUCache[tuple[Path, str, str], tuple[float, str]] = LRUCache(_REMEMBERED)
        self._linked: dict[Path, float] = {}

    def shown(self, folder: Path, rating: FileRating) -> None:
        """A file's scores were shown; those that are new, or have changed, are stored."""
        for each in (rating.whole, *rating.functions):
            self.identity(folder, rating.path, each)

    def identity(self, folder: Path, path: str, rating: Rating) -> str:
        """The `prediction_id` of a score that is shown."""
        key = (folder, path, rating.name)
        risk, identity = self._known.get(key, (-1.0, ""))
        if risk != rating.risk:
            identity = uuid.uuid4().hex
            self._known[key] = (rating.risk, identity)
            about = (str(folder), path, rating.name, VERSION, self._models, rating.risk, rating.score)
            self._store.record_score(Score(identity, self._clock(), *about, rating.features))
        return identity

    async def judged(self, identity: str, verdict: str) -> None:
        """The user says that a score is right (`up`) or wrong (`down`). Raises BeastError, or StoreError."""
        if verdict not in VERDICTS:
            raise BeastError(f"{verdict!r} is no verdict.", hint="Say up or down.")
        await self._store.commit_feedback(Verdict(identity, self._clock(), verdict))

    def learned(self, folder: Path, standing: Standing) -> None:
        """More of a folder's history is known: fixes since the last time are linked with the scores before them."""
        since = newest = self._linked.get(folder, 0.0)
        for path, names in standing.fixes.items():
            for name, fixes in names.items():
                for commit, time in fixes:
                    newest = max(newest, time)
                    if time > since:
                        self._store.record_score(LaterFix(str(folder), path, name, commit, time))
        self._linked[folder] = newest
