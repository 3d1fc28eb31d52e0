"""Pieces of other files that help to go on where somebody types: similar code, and what the names there mean."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cachetools import LRUCache

from beast_lsp.engine.embedding import Embedding
from beast_lsp.engine.retrieval.build import checksum
from beast_lsp.engine.retrieval.index import Hit, Meaning, PieceIndex, Searched, search
from beast_lsp.engine.retrieval.query import is_described, query_terms
from beast_lsp.errors import ModelError
from beast_lsp.store.index.content import read_lines, redacted_lines

if TYPE_CHECKING:
    from beast_lsp.store.index.symbols import SymbolTable
    from beast_lsp.store.index.text import IndexLayer

_SPARE = 4  # So many more hits are looked at than wanted: a file may have changed, or be a copy.
_CACHED_LINES = 40_000
_DEFINITION_LINES = 6  # The signature and how it begins; more would crowd out similar code, which helps more.
_MOST_DEFINITIONS = 3  # A name that is defined more often could mean anything.
_DEFINED = frozenset({"function", "method", "class"})
_NAME = re.compile(r"[^\W\d][\w$]{2,}")


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file: its path relative to the folder, the number of the first line, the lines with their ends.

    Secrets are redacted.
    """

    path: str
    first_line: int
    lines: tuple[str, ...]

    def holds(self, path: str, line: int) -> bool:
        """Whether a line of a file is in it."""
        return path == self.path and self.first_line <= line < self.first_line + len(self.lines)


class Indexed(Protocol):
    """What a retriever needs of a workspace's index."""

    folder: Path
    symbols: SymbolTable

    def layers(self, family: str) -> tuple[IndexLayer, ...]:
        """The text index, layer by layer."""


class Retriever:
    """Finds pieces in one workspace folder. Any thread may call it but that of the event loop: it reads files."""

    def __init__(self, index: Indexed) -> None:
        self._index = index
        self._lock = threading.Lock()
        self._opened: dict[str, dict[Path, PieceIndex]] = {}
        self._embedding: Embedding | None = None
        self._is_loaded = False
        self._files: LRUCache[tuple[str, int, int], list[str]] = LRUCache(_CACHED_LINES, len)

    def pieces(
        self, family: str, path: str, query_lines: Sequence[str], limit: int, at: int | None = None
    ) -> list[Piece]:
        """At most `limit` pieces, the most useful first, never of the document itself.

        `path` is the document's, relative to the folder ("" where it lies elsewhere); `query_lines` are those
        around the cursor, which is on the one of number `at` (by default, the last one). Nothing where there is
        no index yet. Total.
        """
        at = len(query_lines) - 1 if at is None else at
        with self._lock:
            searched = self._searched(family, path)
            query = query_terms(query_lines, at)
            meaning = self._meaning(query) if is_described(query_lines, at) else None
            found = search(searched, query, limit + _SPARE if limit > 0 else 0, meaning)
            similar = list(self._read(found))[:limit]
            if limit < 2:
                return similar
            names = self._definitions(searched, family, path, query_lines[max(0, at - 1) : at + 1])
            fresh = (piece for piece in names if not any(one.holds(piece.path, piece.first_line) for one in similar))
            return [*similar[:1], *(piece for piece in [next(fresh, None)] if piece), *similar[1:]][:limit]

    def _searched(self, family: str, path: str) -> list[Searched]:
        """The piece indexes in force, opened once each, without the document."""
        layers, known = self._index.layers(family), self._opened.get(family, {})
        opened: dict[Path, PieceIndex] = {}
        for folder in (layer.index.folder for layer in layers):
            # A newer layer has just replaced it, or it is damaged: the next one will do.
            with suppress(ModelError):
                opened[folder] = known.get(folder) or PieceIndex.open(folder)
        self._opened[family] = opened
        return [
            Searched(opened[layer.index.folder], {*layer.dead, path})
            for layer in layers
            if layer.index.folder in opened
        ]

    def _meaning(self, query: Mapping[str, float]) -> Meaning | None:
        """What a description says. Between lines of code, the words that they share tell more."""
        if not self._is_loaded:
            self._embedding, self._is_loaded = Embedding.shipped(), True
        return Meaning(self._embedding.vector(query), self._embedding.key) if self._embedding and query else None

    def _read(self, hits: Sequence[Hit]) -> Iterator[Piece]:
        """The pieces that stand in their files as they did when they were indexed, copies once."""
        seen = set()
        for hit in hits:
            # Redacting a few lines is quick; a match shows that the whole file would have given the same.
            lines = redacted_lines(self._lines(hit.path)[hit.start : hit.end])
            if hit.checksum not in seen and checksum(lines) == hit.checksum:
                seen.add(hit.checksum)
                yield Piece(hit.path, hit.start, tuple(lines))

    def _definitions(
        self, searched: Sequence[Searched], family: str, path: str, lines: Sequence[str]
    ) -> Iterator[Piece]:
        """How the definitions of the names in some lines begin, the last name first; not those of the document."""
        names = dict.fromkeys(name for line in reversed(lines) for name in reversed(_NAME.findall(line)))
        for name in names:
            found = [one for one in self._index.symbols.definitions(family, name) if one[1].kind in _DEFINED]
            if not 1 <= len(found) <= _MOST_DEFINITIONS or any(where == path for where, _ in found):
                continue
            where, definition = found[0]
            for piece in self._read([hit for one in searched for hit in one.holding(where, definition.line)]):
                start = definition.line - piece.first_line
                end = min(start + _DEFINITION_LINES, definition.end_line + 1 - piece.first_line)
                if name in piece.lines[start]:
                    yield Piece(where, definition.line, piece.lines[start:end])

    def _lines(self, path: str) -> list[str]:
        """A file's lines as they are; none where it is gone."""
        file = self._index.folder / path
        try:
            status = file.stat()
        except OSError:
            return []
        key = (path, status.st_mtime_ns, status.st_size)
        known = self._files.get(key)
        if known is None:
            known = read_lines(file) or []
            if len(known) <= _CACHED_LINES:
                self._files[key] = known
        return known
