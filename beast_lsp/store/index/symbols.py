"""What the files of a folder define, read by any thread in microseconds."""

from __future__ import annotations

import json
import re
import sqlite3
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, cast

from cachetools import LRUCache

from beast_lsp.store.index.modules import module_key
from beast_lsp.store.index.schema import open_for_reading

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.facts import Definition
    from beast_lsp.engine.style.facts import StyleFacts

T = TypeVar("T")

_MAX_DEPTH = 8  # Of base classes: deeper ones add little, and names may form a circle.
_MAX_CLASSES = 30  # So many bases are looked up, or a look-up would take milliseconds.
_MAX_ROWS = 50  # A name that is defined more often than this says nothing.
_LAST_NAME = re.compile(r"[\w$]+(?=\W*(?:[\[<(].*)?\Z)", re.DOTALL)
_CONSTRUCTORS = ("__init__", "constructor", "new")


class SymbolTable:
    """The facts of a folder in one state of its database; empty until `open` has found one.

    The lock is held for a look-up of some 20 µs; most answers come from the cache.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database: sqlite3.Connection | None = None
        self._cache: LRUCache[tuple[object, ...], Any] = LRUCache(4_000)

    def open(self, file: Path) -> None:
        """Reads the newest state of a database from now on."""
        database = open_for_reading(file)
        with self._lock:
            self._replace(database)

    def close(self) -> None:
        """Lets go of the database; the table is then empty."""
        with self._lock:
            self._replace(None)

    def definitions(self, family: str, name: str) -> list[tuple[str, Definition]]:
        """Where `name` is defined: the relative path, and what stands there."""
        return list(self._cached(("definitions", family, name), lambda: self._definitions(family, name)))

    def members(self, family: str, class_name: str) -> tuple[str, ...]:
        """The attributes of every class of this name, then those of its bases."""
        return self._cached(("members", family, class_name), lambda: self._members(family, class_name))

    def parameters(self, family: str, callable_name: str) -> list[tuple[str, ...]]:
        """The parameter names of every function, method and class of this name, the same ones once."""
        return list(
            self._cached(("parameters", family, callable_name), lambda: self._parameters(family, callable_name))
        )

    def module_names(self, family: str, module: str) -> tuple[str, ...]:
        """What the module that an import names defines and imports at its top level."""
        return self._cached(("module", family, module), lambda: self._module_names(family, module))

    def style_facts(self, path: str) -> StyleFacts:
        """The style of the file at a relative path, as it was last read; empty for an unknown one."""
        from beast_lsp.engine.style.facts import StyleFacts  # noqa: PLC0415 - loads with the first file.

        with self._lock:
            rows = self._rows("SELECT style FROM files WHERE path = ?", path)
        return StyleFacts.from_json(json.loads(rows[0][0])) if rows else StyleFacts.EMPTY

    def styles(self) -> list[StyleFacts]:
        """The sum of the files' styles, one per language family."""
        from beast_lsp.engine.style.facts import StyleFacts  # noqa: PLC0415

        with self._lock:
            rows = self._rows("SELECT family, counts FROM styles")
        return [StyleFacts.from_json({"family": family, "counts": json.loads(counts)}) for family, counts in rows]

    def _replace(self, database: sqlite3.Connection | None) -> None:
        if self._database is not None:
            self._database.close()
        self._database = database
        self._cache.clear()

    def _cached(self, key: tuple[object, ...], read: Callable[[], T]) -> T:
        with self._lock:
            if key not in self._cache:
                self._cache[key] = read()
            return cast(T, self._cache[key])

    def _rows(self, statement: str, *values: object) -> list[Any]:
        """The rows; none where the database is missing or turns out damaged."""
        if self._database is None:
            return []
        try:
            return self._database.execute(statement, values).fetchall()
        except sqlite3.Error:
            return []

    def _definitions(self, family: str, name: str) -> tuple[tuple[str, Definition], ...]:
        from beast_lsp.engine.scopes.facts import Definition  # noqa: PLC0415 - loads with the first file.

        rows = self._rows(
            "SELECT path, name, kind, line, end_line, container, parameters, bases FROM definitions"
            " JOIN files ON files.id = file WHERE definitions.family = ? AND name = ? LIMIT ?",
            family,
            name,
            _MAX_ROWS,
        )
        return tuple(
            (path, Definition(name, kind, line, end_line, container, _tuple(parameters), _tuple(bases)))
            for path, name, kind, line, end_line, container, parameters, bases in rows
        )

    def _members(self, family: str, class_name: str) -> tuple[str, ...]:
        found: dict[str, None] = {}
        seen: set[str] = set()
        names = [class_name]
        for _ in range(_MAX_DEPTH):
            seen.update(names)
            bases: dict[str, None] = {}
            for name in names:
                found |= dict.fromkeys(self._own_members(family, name))
                bases |= dict.fromkeys(self._bases(family, name))
            names = [name for name in bases if name not in seen][: _MAX_CLASSES - len(seen)]
            if not names:
                break
        return tuple(found)

    def _own_members(self, family: str, name: str) -> Iterable[str]:
        for (names,) in self._rows(
            "SELECT names FROM members WHERE family = ? AND class = ? LIMIT ?", family, name, _MAX_ROWS
        ):
            yield from json.loads(names)

    def _bases(self, family: str, name: str) -> Iterable[str]:
        for (bases,) in self._rows(
            "SELECT bases FROM definitions WHERE family = ? AND name = ? AND kind = 'class' LIMIT ?",
            family,
            name,
            _MAX_ROWS,
        ):
            for base in json.loads(bases):
                last = _LAST_NAME.search(base)
                if last:
                    yield last.group()

    def _parameters(self, family: str, name: str) -> tuple[tuple[str, ...], ...]:
        direct = self._rows(
            "SELECT parameters FROM definitions"
            " WHERE family = ? AND name = ? AND kind IN ('function', 'method') LIMIT ?",
            family,
            name,
            _MAX_ROWS,
        )
        # A cross join keeps SQLite from going through all constructors of the folder first.
        built = self._rows(
            "SELECT method.parameters FROM definitions AS class CROSS JOIN definitions AS method"
            " ON method.family = class.family AND method.name IN (?, ?, ?) AND method.file = class.file"
            " WHERE class.family = ? AND class.name = ? AND class.kind = 'class'"
            " AND method.container IN (class.name, class.container || '.' || class.name) LIMIT ?",
            *_CONSTRUCTORS,
            family,
            name,
            _MAX_ROWS,
        )
        return tuple(dict.fromkeys(_tuple(parameters) for (parameters,) in (*direct, *built)))

    def _module_names(self, family: str, module: str) -> tuple[str, ...]:
        key = module_key(family, module)
        if not key:
            return ()
        # Every key that starts with this one lies below the key whose last character is the next one ("0" after "/").
        best = self._rows(
            "SELECT module FROM files WHERE family = ? AND module >= ? AND module < ? ORDER BY length(module) LIMIT 1",
            family,
            key,
            key[:-1] + "0",
        )
        if not best:
            return ()
        files = self._rows(
            "SELECT id, imports FROM files WHERE family = ? AND module = ? LIMIT ?", family, best[0][0], _MAX_ROWS
        )
        found: dict[str, None] = {}
        for number, imports in files:
            rows = self._rows("SELECT name FROM definitions WHERE file = ? AND container = '' ORDER BY line", number)
            found |= dict.fromkeys(name for (name,) in rows)
            found |= dict.fromkeys(json.loads(imports))
        return tuple(found)


def _tuple(text: str) -> tuple[str, ...]:
    return tuple(json.loads(text))
