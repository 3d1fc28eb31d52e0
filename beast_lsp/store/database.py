"""The database file: opened, checked, written to, read, purged and emptied.

A file that is damaged or not ours is set aside under another name, never deleted.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp.errors import StoreError
from beast_lsp.store.journal import KEPT, Entry, Undone
from beast_lsp.store.migrations import migrate
from beast_lsp.store.outcomes import Forgotten, RuleOutcome
from beast_lsp.store.rows import Feedback, Limits, Prediction, Row
from beast_lsp.store.scores import LaterFix, Score, Verdict

if TYPE_CHECKING:
    from sqlite_utils import Database

_APPLICATION_ID = 0xBEA57  # tells our files from other programs'.
_BUSY_SECONDS = 2.0
_DAY = 86_400


def open_database(path: Path) -> tuple[Database, str | None]:
    """Opens or makes the file; with a notice for the user where a damaged or foreign one was set aside.

    Raises StoreError where it is locked or the disk is full or read-only.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            return _open(path), None
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError as error:
            aside = _set_aside(path)
            notice = f"The feedback database could not be used ({error}). It was kept as {aside}; a new one was begun."
            return _open(path), notice
    except (OSError, sqlite3.Error) as error:
        raise unusable(path, error) from error


def unusable(path: Path, error: Exception) -> StoreError:
    """The error to show when the file can't be used now."""
    return StoreError(
        f"The feedback database {path} cannot be used: {error}.",
        hint="Suggestions go on; see that the disk has room, may be written to, and no other program holds the file.",
    )


def write(database: Database, rows: Iterable[Row]) -> None:
    """Writes the rows in one transaction. Raises sqlite3.Error, and has written none then."""
    with _transaction(database):
        for row in rows:
            if isinstance(row, Prediction):
                database.table("ml_predictions").insert(row.columns(), ignore=True)
            elif isinstance(row, Entry):
                database.execute(row.STATEMENT, row.columns())
                database.execute(row.PURGE, {"folder": row.folder, "kept": KEPT})
            elif isinstance(row, Score | Verdict | LaterFix | RuleOutcome | Forgotten | Undone):
                database.execute(row.STATEMENT, row.columns())
            elif isinstance(row, Feedback):
                database.execute(_SAVE_FEEDBACK, row.columns())
            else:
                columns = row.columns()
                settings = ", ".join(f"{name} = :{name}" for name in columns)
                values = columns | {"prediction_id": row.prediction_id}
                database.execute(f"UPDATE quality_feedback SET {settings} WHERE prediction_id = :prediction_id", values)  # noqa: S608 - the names are ours.


def purge(database: Database, now: float, limits: Limits) -> None:
    """Empties the texts that are too old, and the oldest where there are too many; forgets old refactorings."""
    with _transaction(database):
        _forget_texts(database, now - limits.days * _DAY)
        database.execute("DELETE FROM refactorings WHERE created_at <= ?", (now - limits.days * _DAY,))
        total = 0
        sizes = "SELECT created_at, length(prefix) + length(candidate) + length(suffix) FROM ml_predictions"
        for created_at, size in database.execute(f"{sizes} WHERE candidate IS NOT NULL ORDER BY created_at DESC"):
            total += size
            if total > limits.megabytes * 1_000_000:
                _forget_texts(database, created_at)
                break


def export(database: Database) -> Iterator[dict[str, Any]]:
    """Every prediction with its feedback, oldest first; the columns are the tables' own."""
    yield from database.query(
        "SELECT p.*, f.outcome, f.source, f.confidence, f.accepted_length, f.created_at AS feedback_at, f.became,"
        " f.share_30s, f.share_120s, f.share_300s, f.share_600s"
        " FROM ml_predictions p LEFT JOIN quality_feedback f USING (prediction_id) ORDER BY p.created_at"
    )


def delete(database: Database, *, before: float | None = None, prediction_id: str | None = None) -> int:
    """Deletes everything, what is older than `before`, or one prediction; returns how many predictions went.

    The file and its log are rewritten, so that no deleted text stays on the disk. Raises StoreError where
    another program keeps the file busy.
    """
    where, values = "1", {"before": before, "id": prediction_id}
    if prediction_id is not None:
        where = "prediction_id = :id"
    elif before is not None:
        where = "created_at < :before"
    with _transaction(database):
        chosen = f"prediction_id IN (SELECT prediction_id FROM ml_predictions WHERE {where})"  # noqa: S608 - see above.
        if before is None and prediction_id is None:
            chosen = "1"
        for table in ("quality_feedback", "quality_improvements"):
            database.execute(f"DELETE FROM {table} WHERE {chosen}", values)  # noqa: S608 - the names are ours.
        count = database.execute(f"DELETE FROM ml_predictions WHERE {where}", values).rowcount  # noqa: S608
        scores = f"SELECT prediction_id FROM quality_scores WHERE {where}"  # noqa: S608
        database.execute(f"DELETE FROM quality_verdicts WHERE prediction_id IN ({scores})", values)  # noqa: S608
        count += database.execute(f"DELETE FROM quality_scores WHERE {where}", values).rowcount  # noqa: S608
        if prediction_id is None:
            for table in ("rule_outcomes", "refactorings"):
                database.execute(f"DELETE FROM {table} WHERE {where}", values)  # noqa: S608
    _rewrite(database)
    return count


_SAVE_FEEDBACK = """
    INSERT INTO quality_feedback (prediction_id, created_at, outcome, source, confidence, accepted_length)
    VALUES (:prediction_id, :created_at, :outcome, :source, :confidence, :accepted_length)
    ON CONFLICT (prediction_id) DO UPDATE SET created_at = excluded.created_at, outcome = excluded.outcome,
        source = excluded.source, confidence = excluded.confidence, accepted_length = excluded.accepted_length
    WHERE excluded.source = 'explicit' OR quality_feedback.source = 'inferred'
"""


class _transaction:  # noqa: N801 - it reads as a word of a `with` statement.
    """Takes the write lock at once: a reader that turns writer can't wait for another server, it fails."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __enter__(self) -> None:
        self._database.conn.execute("BEGIN IMMEDIATE")

    def __exit__(self, kind: object, *_: object) -> None:
        connection = self._database.conn
        if kind is None:
            try:
                connection.execute("COMMIT")
            except sqlite3.Error:
                _roll_back(connection)
                raise
        else:
            _roll_back(connection)


def _roll_back(connection: sqlite3.Connection) -> None:
    if connection.in_transaction:  # SQLite itself has rolled back where the disk was full.
        connection.execute("ROLLBACK")


def _open(path: Path) -> Database:
    from sqlite_utils import Database  # noqa: PLC0415 - it is slow to load, and most processes need no database.

    connection = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
    try:
        _check(connection)
        # FULL: a commit that was acknowledged has to survive the machine's end, not the process's alone.
        for pragma in ("journal_mode = WAL", "synchronous = FULL", "secure_delete = ON"):
            connection.execute(f"PRAGMA {pragma}")
        database = Database(connection)
        with _transaction(database):
            migrate(database)
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
    except BaseException:
        connection.close()
        raise
    return database


def _check(connection: sqlite3.Connection) -> None:
    """Raises DatabaseError where the file is damaged or another program's."""
    (result,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if result != "ok":
        raise sqlite3.DatabaseError(f"it is damaged: {result}")
    (owner,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if owner != _APPLICATION_ID and tables:
        raise sqlite3.DatabaseError("it belongs to another program")


def _set_aside(path: Path) -> Path:
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for number in range(1000):
        aside = path.with_name(f"{path.name}.aside-{stamp}-{number}")
        if not aside.exists():
            break
    path.rename(aside)
    for ending in ("-wal", "-shm"):
        log = path.with_name(path.name + ending)
        if log.exists():
            log.rename(aside.with_name(aside.name + ending))
    return aside


def _forget_texts(database: Database, until: float) -> None:
    values = {"until": until}
    database.execute(
        "UPDATE ml_predictions SET prefix = NULL, candidate = NULL, suffix = NULL"
        " WHERE created_at <= :until AND candidate IS NOT NULL",
        values,
    )
    database.execute(
        "UPDATE quality_feedback SET became = NULL WHERE created_at <= :until AND became IS NOT NULL", values
    )


def _rewrite(database: Database) -> None:
    database.conn.execute("VACUUM")
    (busy, *_) = database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        raise StoreError(
            "The rows are deleted, but another program still reads the old pages.", hint="Close it and delete again."
        )
