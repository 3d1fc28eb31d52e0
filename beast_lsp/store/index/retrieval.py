"""Pieces of other files that help to go on where somebody types: what the names there mean, and similar code."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cachetools import LRUCache

from beast_lsp.engine.retrieval.build import checksum
from beast_lsp.engine.retrieval.index import Hit, PieceIndex, Searched, search, weights
from beast_lsp.engine.retrieval.terms import line_terms
from beast_lsp.errors import ModelError
from beast_lsp.store.index.content import read_public_lines

if TYPE_CHECKING:
    from beast_lsp.store.index.symbols import SymbolTable
    from beast_lsp.store.index.text import IndexLayer

_CACHED_FILES = 32
_SPARE = 2  # So many more hits are looked at than wanted: a file may have changed, or a piece be there already.


@dataclass(frozen=True, slots=True)
class Piece:
    """Some lines of a file: its path relative to the folder, the number of the first line, the lines with their ends.

    Secrets are redacted.
    """

    path: str
    first_line: int
    lines: tuple[str, ...]


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
        self._opened: dict[Path, PieceIndex] = {}
        self._files: LRUCache[tuple[str, int, int], list[str]] = LRUCache(_CACHED_FILES)

    def pieces(self, family: str, path: str, query_lines: Sequence[str], limit: int) -> list[Piece]:
        """At most `limit` pieces, the most useful first, never of the document itself.

        `path` is the document's, relative to the folder ("" where it lies elsewhere); `query_lines` are those
        around the cursor. Nothing where there is no index yet. Total.
        """
        with self._lock:
            indexes = [Searched(one.index, {*one.dead, path}) for one in self._searched(family)]
            found = search(indexes, weights(line_terms(query_lines)), limit + _SPARE)
            return list(self._read(found))[:limit]

    def _searched(self, family: str) -> list[Searched]:
        """The piece indexes in force, opened once each."""
        layers = self._index.layers(family)
        for layer in layers:
            if layer.index.folder not in self._opened:
                # A newer layer has just replaced it, or it is damaged: the next one will do.
                with suppress(ModelError):
                    self._opened[layer.index.folder] = PieceIndex.open(layer.index.folder)
        return [
            Searched(self._opened[layer.index.folder], layer.dead)
            for layer in layers
            if layer.index.folder in self._opened
        ]

    def _read(self, hits: Sequence[Hit]) -> Iterator[Piece]:
        """The pieces that stand in their files as they did when they were indexed."""
        for hit in hits:
            lines = self._lines(hit.path)[hit.start : hit.end]
            if checksum(lines) == hit.checksum:
                yield Piece(hit.path, hit.start, tuple(lines))

    def _lines(self, path: str) -> list[str]:
        """A file's lines with secrets redacted; none where it is gone."""
        file = self._index.folder / path
        try:
            status = file.stat()
        except OSError:
            return []
        key = (path, status.st_mtime_ns, status.st_size)
        known = self._files.get(key)
        if known is None:
            known = self._files[key] = read_public_lines(file) or []
        return known
