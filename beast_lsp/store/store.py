"""The store: rows go in on the event loop, one thread of our own writes them."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp import paths
from beast_lsp.errors import StoreError
from beast_lsp.store import database as files
from beast_lsp.store.journal import Entry, Undone, read_journal
from beast_lsp.store.outcomes import Forgotten, RuleOutcome, read_outcomes
from beast_lsp.store.rows import Feedback, Limits, Prediction, Row, Survival
from beast_lsp.store.scores import LaterFix, Score, Verdict

if TYPE_CHECKING:
    from sqlite_utils import Database

_log = logging.getLogger(__name__)
_BATCH_ROWS, _BATCH_SECONDS = 50, 5.0
_MAX_WAITING = 2_000  # rows kept in memory while the disk can't be written to; the oldest go first.
_PURGE_SECONDS = 3_600.0
_ATTEMPTS = 3


@dataclass(slots=True)
class _Waiting:
    """One row on its way; `done` is there where somebody waits for the commit."""

    row: Row
    done: Future[None] | None = None


def database_file() -> Path:
    """Where the database of this user lies."""
    return paths.data_folder() / "beast.db"


class Store:
    """Predictions and feedback in SQLite. Made by `Store.open`; nothing here blocks but `open` and `close`.

    `notice` is a sentence for the user where the database had to be set aside or can't be used; `limits` may be
    replaced at any time, and until it is set, no old text is deleted: the user's settings may not be read yet.
    """

    def __init__(self, path: Path, clock: Callable[[], float]) -> None:
        self.notice: str | None = None
        self.limits: Limits | None = None
        self._path, self._clock = path, clock
        self._database: Database | None = None
        self._waiting: list[_Waiting] = []
        self._wake = threading.Condition()
        self._urgent = self._closing = self._failed = False
        self._purged_at = -_PURGE_SECONDS
        self._thread = threading.Thread(target=self._run, name="beast-store", daemon=True)

    @classmethod
    def open(cls, path: Path | None = None, clock: Callable[[], float] = time.time) -> Store:
        """Opens the database and starts its thread. Never raises for what is wrong with the file: see `notice`."""
        store = cls(path or database_file(), clock)
        error = store._attempts([])  # several servers may make the file at the same moment.
        if error:
            store._tell(str(error))
        store._thread.start()
        return store

    def record_prediction(self, row: Prediction) -> None:
        """Queues a row; it is on the disk within 5 seconds."""
        self._put(_Waiting(row))

    def record_score(self, row: Score | LaterFix) -> None:
        """Queues a score that was shown, or a fix to be linked with those that were shown before it."""
        self._put(_Waiting(row))

    def record_feedback(self, row: Feedback | Survival) -> None:
        """Queues an inferred outcome, or what became of an accepted text."""
        self._put(_Waiting(row))

    async def rule_outcomes(self) -> dict[tuple[str, str], list[str]]:
        """What became of the findings of each rule in each folder, by folder and rule; the oldest first."""
        return await asyncio.to_thread(read_outcomes, self._path)

    async def journal(self, folder: Path) -> list[Entry]:
        """The refactorings that were done in a folder, the newest first."""
        return await asyncio.to_thread(read_journal, self._path, folder)

    async def commit_feedback(self, row: Feedback | Verdict | RuleOutcome | Forgotten | Entry | Undone) -> None:
        """Returns when the row, and all queued before it, are committed. Raises StoreError where they can't be."""
        done: Future[None] = Future()
        self._put(_Waiting(row, done))
        await asyncio.wrap_future(done)

    def close(self) -> None:
        """Writes what waits, and closes the file."""
        with self._wake:
            self._closing = True
            self._wake.notify()
        self._thread.join()
        self._disconnect()

    def _put(self, waiting: _Waiting) -> None:
        with self._wake:
            if self._closing:
                if waiting.done:
                    waiting.done.set_exception(StoreError("The feedback database is closed."))
                return
            self._waiting.append(waiting)
            if len(self._waiting) > _MAX_WAITING:
                oldest = self._waiting.pop(0)
                if oldest.done:
                    oldest.done.set_exception(StoreError("Too much feedback waits for the disk."))
            self._urgent = self._urgent or waiting.done is not None
            if self._urgent or len(self._waiting) >= _BATCH_ROWS:
                self._wake.notify()

    def _run(self) -> None:
        while not self._closing or self._waiting:
            batch = self._next_batch()
            if batch:
                self._write(batch)
            if self._database and self.limits and time.monotonic() - self._purged_at >= _PURGE_SECONDS:
                self._purge(self._database, self.limits)

    def _next_batch(self) -> list[_Waiting]:
        with self._wake:
            self._wake.wait_for(self._is_due, timeout=_BATCH_SECONDS)
            batch, self._waiting, self._urgent = self._waiting, [], False
            return batch

    def _is_due(self) -> bool:
        # After a failure even a full batch waits for its time, or a full disk would keep a core busy.
        is_full = len(self._waiting) >= _BATCH_ROWS and not self._failed
        return self._urgent or self._closing or is_full

    def _write(self, batch: list[_Waiting]) -> None:
        error = self._attempts([waiting.row for waiting in batch])
        self._failed = error is not None
        if error:
            self._tell(str(error))
            self._keep([waiting for waiting in batch if not waiting.done])
        for waiting in batch:
            # A caller that was cancelled meanwhile waits no more, and its future must not be touched.
            if waiting.done and waiting.done.set_running_or_notify_cancel():
                waiting.done.set_exception(error) if error else waiting.done.set_result(None)

    def _attempts(self, rows: list[Row]) -> StoreError | None:
        error: StoreError | None = None
        for attempt in range(_ATTEMPTS):
            if attempt:
                time.sleep(0.05 * attempt)
            try:
                files.write(self._database or self._connect(), rows)
            except StoreError as problem:
                error = problem
            except sqlite3.Error as problem:
                error = files.unusable(self._path, problem)
                self._disconnect()  # what is wrong with the file is found out when it is opened again.
            except Exception:
                _log.exception("rows that can't be written")
                return StoreError("The feedback cannot be stored.", hint="The log says why.")
            else:
                return None
        return error

    def _keep(self, batch: list[_Waiting]) -> None:
        """Puts rows back that could not be written; they are tried again with the next batch."""
        with self._wake:
            if not self._closing:
                room = max(_MAX_WAITING - len(self._waiting), 0)
                self._waiting[:0] = batch[len(batch) - min(room, len(batch)) :]

    def _connect(self) -> Database:
        self._database, notice = files.open_database(self._path)
        if notice:
            self._tell(notice)
        return self._database

    def _disconnect(self) -> None:
        if self._database is not None:
            with suppress(sqlite3.Error):
                self._database.close()
            self._database = None

    def _purge(self, database: Database, limits: Limits) -> None:
        self._purged_at = time.monotonic()
        try:
            files.purge(database, self._clock(), limits)
        except sqlite3.Error as error:
            _log.warning("old texts stay for now: %s", error)

    def _tell(self, notice: str) -> None:
        if notice != self.notice:
            _log.warning("%s", notice)
        self.notice = notice
