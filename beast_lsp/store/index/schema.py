"""The database of facts: what every file of a folder defines, and its style. Only the batch process writes it."""

import sqlite3
from pathlib import Path

_VERSION = 1
"""Raised when the tables or what is extracted change; a database of another version is built anew."""

_TABLES = """
CREATE TABLE files(
    id INTEGER PRIMARY KEY, path TEXT NOT NULL UNIQUE, mtime_ns INTEGER NOT NULL, size INTEGER NOT NULL,
    family TEXT NOT NULL, module TEXT NOT NULL, imports TEXT NOT NULL, style TEXT NOT NULL
);
CREATE INDEX files_module ON files(family, module);
CREATE TABLE definitions(
    family TEXT NOT NULL, name TEXT NOT NULL, file INTEGER NOT NULL, kind TEXT NOT NULL, line INTEGER NOT NULL,
    end_line INTEGER NOT NULL, container TEXT NOT NULL, parameters TEXT NOT NULL, bases TEXT NOT NULL
);
CREATE INDEX definitions_name ON definitions(family, name, file);
CREATE INDEX definitions_file ON definitions(file);
CREATE TABLE members(family TEXT NOT NULL, class TEXT NOT NULL, file INTEGER NOT NULL, names TEXT NOT NULL);
CREATE INDEX members_class ON members(family, class);
CREATE INDEX members_file ON members(file);
CREATE TABLE styles(family TEXT PRIMARY KEY, counts TEXT NOT NULL);
"""


def open_for_writing(file: Path) -> sqlite3.Connection:
    """Opens the database, made anew where it is missing, damaged or of another version.

    Raises sqlite3.OperationalError where that can't be done.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    try:
        return _opened(file)
    except sqlite3.OperationalError:
        raise
    except sqlite3.DatabaseError:
        remove(file)
        return _opened(file)


def open_for_reading(file: Path) -> sqlite3.Connection | None:
    """Opens a finished database; None where there is none of this version. Any thread may use the connection."""
    try:
        connection = sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, check_same_thread=False)
    except sqlite3.Error:
        return None
    try:
        connection.isolation_level = None
        # All reads see one state until the next one is opened: the sum of the styles fits the files' own.
        connection.execute("BEGIN")
        if connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
            connection.execute("SELECT 1 FROM files LIMIT 1").fetchone()
            return connection
    except sqlite3.Error:
        pass
    connection.close()
    return None


def remove(file: Path) -> None:
    """Deletes a database. Raises OSError."""
    for suffix in ("", "-wal", "-shm"):
        file.with_name(file.name + suffix).unlink(missing_ok=True)


def _opened(file: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(file)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        # A lost last transaction is made up for at the next check.
        connection.execute("PRAGMA synchronous = NORMAL")
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version != _VERSION:
            if version or connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                raise sqlite3.DatabaseError("another version")
            connection.executescript(f"BEGIN;{_TABLES}PRAGMA user_version = {_VERSION};COMMIT")
        return connection
    except sqlite3.Error:
        connection.close()
        raise
