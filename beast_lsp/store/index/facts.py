"""Brings the database of facts up to date with the folder's files. Runs in the batch process, under a lock."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.secrets import looks_like_secret
from beast_lsp.engine.style.facts import StyleFacts, file_style
from beast_lsp.engine.syntax import parse
from beast_lsp.store.index.content import read_lines
from beast_lsp.store.index.modules import module_of
from beast_lsp.store.index.schema import open_for_writing
from beast_lsp.store.index.walk import FoundFile

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.facts import Definition, FileFacts

_BATCH = 200  # Files a transaction: a process that dies loses the work of at most these.
_KEPT = frozenset({"function", "method", "class", "variable", "constant", "attribute", "field"})


class FactsBuilder:
    """Writes what changed; each transaction leaves tables that agree with each other."""

    def __init__(self, file: Path, folder: Path, progress: Callable[[int, int], None]) -> None:
        """Opens or makes the database. Raises sqlite3.OperationalError where the file can't be written."""
        self._folder = folder
        self._progress = progress
        self._database = open_for_writing(file)
        self._known = {
            path: FoundFile(path, mtime_ns, size)
            for path, mtime_ns, size in self._database.execute("SELECT path, mtime_ns, size FROM files")
        }

    @property
    def known(self) -> dict[str, FoundFile]:
        """The files as the database knows them."""
        return dict(self._known)

    def update(self, found: Mapping[str, FoundFile]) -> None:
        """Makes the tables show `found`. Raises sqlite3.Error."""
        changed = [file for path, file in found.items() if self._known.get(path) != file]
        gone = [path for path in self._known if path not in found]
        for start in range(0, len(gone), _BATCH):
            self._write(gone[start : start + _BATCH], ())
        for start in range(0, len(changed), _BATCH):
            batch = changed[start : start + _BATCH]
            self._write([file.path for file in batch if file.path in self._known], batch)
            self._progress(start + len(batch), len(changed))

    def close(self) -> None:
        """Ends the connection."""
        self._database.close()

    def _write(self, gone: Sequence[str], files: Sequence[FoundFile]) -> None:
        moves: dict[str, Counter[str]] = {}
        with self._database:
            for path in gone:
                self._delete(path, moves)
            for file in files:
                self._insert(file, moves)
            for family, counts in moves.items():
                if counts:
                    self._move_style(family, counts)
        for path in gone:
            self._known.pop(path, None)
        self._known |= {file.path: file for file in files}

    def _delete(self, path: str, moves: dict[str, Counter[str]]) -> None:
        number, style = self._database.execute("SELECT id, style FROM files WHERE path = ?", (path,)).fetchone()
        old = StyleFacts.from_json(json.loads(style))
        moves.setdefault(old.family, Counter()).subtract(old.counts)
        for statement in (
            "DELETE FROM definitions WHERE file = ?",
            "DELETE FROM members WHERE file = ?",
            "DELETE FROM files WHERE id = ?",
        ):
            self._database.execute(statement, (number,))

    def _insert(self, file: FoundFile, moves: dict[str, Counter[str]]) -> None:
        language = for_path(Path(file.path))
        lines = read_lines(self._folder / file.path)
        tree = parse(language.name, lines) if lines else None
        facts = extract_facts(tree)
        style = file_style(language.name, lines, file.path) if lines is not None else StyleFacts.EMPTY
        moves.setdefault(style.family, Counter()).update(style.counts)
        module = module_of(language.family, file.path)
        imports = [known.local for known in facts.imports]
        cursor = self._database.execute(
            "INSERT INTO files(path, mtime_ns, size, family, module, imports, style) VALUES(?, ?, ?, ?, ?, ?, ?)",
            (file.path, file.mtime_ns, file.size, language.family, module, _json(imports), _json(style.to_json())),
        )
        self._insert_facts(language.family, cursor.lastrowid, facts)

    def _insert_facts(self, family: str, number: int | None, facts: FileFacts) -> None:
        kept = (known for known in facts.definitions if known.kind in _KEPT and not looks_like_secret(known.name))
        rows = [_row(family, number, definition) for definition in kept]
        self._database.executemany("INSERT INTO definitions VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?)", rows)
        members = [(family, name, number, _json(list(names))) for name, names in facts.members.items()]
        self._database.executemany("INSERT INTO members VALUES(?, ?, ?, ?)", members)

    def _move_style(self, family: str, move: Counter[str]) -> None:
        row = self._database.execute("SELECT counts FROM styles WHERE family = ?", (family,)).fetchone()
        total = Counter[str](json.loads(row[0]) if row else {})
        total.update(move)
        kept = {key: count for key, count in total.items() if count}
        self._database.execute("INSERT OR REPLACE INTO styles VALUES(?, ?)", (family, _json(kept)))


def _row(family: str, number: int | None, definition: Definition) -> tuple[object, ...]:
    return (
        family,
        definition.name,
        number,
        definition.kind,
        definition.line,
        definition.end_line,
        definition.container,
        _json(list(definition.parameters)),
        _json(list(definition.bases)),
    )


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
