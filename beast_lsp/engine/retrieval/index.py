"""Reads piece indexes and ranks their pieces by BM25.

After Robertson and Zaragoza, "The probabilistic relevance framework: BM25 and beyond", 2009.
"""

import json
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from beast_lsp.engine.retrieval.build import FOLDER, FORMAT
from beast_lsp.errors import ModelError

K1, B = 1.2, 0.75
"""The usual saturation of repeats, and how much a long piece is held back."""
MEANING_SHARE = 0.5
"""What the nearness in meaning counts beside the share of the best score; tuned on train repositories."""
_RANKED_AGAIN = 200  # Pieces: what fits less has too few words in common to mean the same.
_MOST_TERMS = 200  # A query's terms beyond these are the most common ones, which tell least.


class Hit(NamedTuple):
    """A piece that was found: how well it fits, its file, its lines (the end excluded), the checksum of its text."""

    score: float
    path: str
    start: int
    end: int
    checksum: int


class PieceIndex:
    """One memory-mapped piece index. It never changes, so any thread may read it.

    `embedding` is the key of the embedding of its vectors, which are of length `dimensions`; None where it has none.
    """

    def __init__(self, folder: Path, paths: Sequence[str], embedding: int | None, dimensions: int) -> None:
        self.paths = paths
        self.embedding = embedding
        pieces = np.fromfile(folder / "pieces.i32", dtype=np.int32).reshape(-1, 4)
        self._files, self._spans = np.ascontiguousarray(pieces[:, 0]), pieces[:, 1:3]
        self.lengths = pieces[:, 3].astype(np.float32)
        self._sums = _mapped(folder / "sums.u32", np.uint32)
        self._text = memoryview(_mapped(folder / "terms.utf8", np.uint8))
        self._offsets = memoryview(_mapped(folder / "terms.i32", np.int32))
        self._first = memoryview(_mapped(folder / "first.u32", np.uint32))
        self._postings = _mapped(folder / "postings.i32", np.int32)
        self._counts = _mapped(folder / "counts.u8", np.uint8)
        self._numbers = {path: number for number, path in enumerate(paths)}
        self._vectors = _mapped(folder / "vectors.i8", np.int8).reshape(len(pieces), dimensions)
        if len(self._sums) != len(pieces) or not self._first[-1] == len(self._postings) == len(self._counts):
            raise ValueError("its files don't belong together")

    @classmethod
    def open(cls, index: Path) -> "PieceIndex":
        """Maps the pieces beside the n-gram index in the folder `index`. Raises ModelError where that can't be."""
        folder = index / FOLDER
        try:
            head = json.loads((folder / "pieces.json").read_text())
            if head["format"] != FORMAT:
                raise ValueError(f"format {head['format']}, expected {FORMAT}")
            return cls(folder, head["paths"], head["embedding"], head["dimensions"])
        except (OSError, ValueError, LookupError, TypeError) as problem:
            raise ModelError(f"The pieces in {folder} can't be read: {problem}.") from problem

    def __len__(self) -> int:
        return len(self._files)

    def holders(self, term: bytes) -> tuple[Any, Any]:
        """The pieces that hold a term, and how often; none for a term that is unknown, or in too many of them."""
        number = bisect_left(range(len(self._offsets) - 1), term, key=self._term)
        if number == len(self._offsets) - 1 or self._term(number) != term:
            return self._postings[:0], self._counts[:0]
        span = slice(self._first[number], self._first[number + 1])
        return self._postings[span], self._counts[span]

    def of_files(self, paths: Iterable[str]) -> Any:
        """Which pieces are of these files, as an array of truth values."""
        chosen = np.zeros(len(self.paths), dtype=bool)
        chosen[[self._numbers[path] for path in paths if path in self._numbers]] = True
        return chosen[self._files]

    def cosines(self, pieces: Any, vector: Any) -> Any:
        """How near some pieces are in meaning to a vector of length 1, from -1 to 1."""
        found = self._vectors[pieces].astype(np.float32)
        return found @ vector / np.maximum(np.linalg.norm(found, axis=1), 1e-9)

    def at(self, path: str, line: int) -> list[int]:
        """The piece that holds a line of a file, if there is one."""
        number = self._numbers.get(path, -1)
        found = (self._files == number) & (self._spans[:, 0] <= line) & (line < self._spans[:, 1])
        return [int(piece) for piece in np.flatnonzero(found)]

    def hit(self, piece: int, score: float) -> Hit:
        """A piece as it is given out."""
        start, end = self._spans[piece].tolist()
        return Hit(score, self.paths[self._files[piece]], start, end, int(self._sums[piece]))

    def _term(self, number: int) -> bytes:
        return bytes(self._text[self._offsets[number] : self._offsets[number + 1]])


@dataclass(frozen=True)
class Searched:
    """An index to search, without the files `dead`."""

    index: PieceIndex
    dead: Collection[str]

    def holding(self, path: str, line: int) -> list[Hit]:
        """The piece that holds a line of a file, if there is one."""
        return [] if path in self.dead else [self.index.hit(piece, 0.0) for piece in self.index.at(path, line)]


@dataclass(frozen=True)
class Meaning:
    """A vector of length 1, and the key of its embedding."""

    vector: Any
    embedding: int


def search(
    indexes: Sequence[Searched], query: Mapping[str, float], limit: int, meaning: Meaning | None = None
) -> list[Hit]:
    """The best `limit` pieces for the terms of a query, each with its weight; only such as share one. Total.

    With a `meaning`, what fits best is ranked again, so that what is near in meaning comes first.
    """
    size = sum(len(one.index) for one in indexes)
    if not size or limit <= 0:
        return []
    mean = sum(float(one.index.lengths.sum()) for one in indexes) / size
    scores = [np.zeros(len(one.index), dtype=np.float32) for one in indexes]
    norms = [K1 * (1 - B + B * one.index.lengths / max(mean, 1.0)) for one in indexes]
    for weight, found in _found(indexes, query, size):
        for score, norm, (pieces, counts) in zip(scores, norms, found, strict=True):
            score[pieces] += weight * (K1 + 1) * counts / (counts + norm[pieces])
    for one, score in zip(indexes, scores, strict=True):
        score[one.index.of_files(one.dead)] = 0.0
    if meaning is not None:
        _rank_again(indexes, scores, meaning)
    hits = [hit for one, score in zip(indexes, scores, strict=True) for hit in _best(one, score, limit)]
    return sorted(hits, reverse=True)[:limit]


def _rank_again(indexes: Sequence[Searched], scores: Sequence[Any], meaning: Meaning) -> None:
    """Adds the nearness in meaning to the scores of the best pieces, which so stay before all others."""
    most = max(float(score.max()) if len(score) else 0.0 for score in scores)
    for one, score in zip(indexes, scores, strict=True):
        best = np.array(_first(score, _RANKED_AGAIN), dtype=np.int64)
        is_known = one.index.embedding == meaning.embedding and len(best) > 0
        nearness = one.index.cosines(best, meaning.vector) if is_known else 0.0
        score[best] += most * (1 + MEANING_SHARE * nearness)


def _found(
    indexes: Sequence[Searched], query: Mapping[str, float], size: int
) -> Iterator[tuple[float, list[tuple[Any, Any]]]]:
    """The weight of each term, and who holds it in each index; the rarest terms only."""
    rows = []
    for term, weight in query.items():
        found = [one.index.holders(term.encode("utf-8", "surrogatepass")) for one in indexes]
        if number := sum(len(pieces) for pieces, _ in found):
            rows.append((np.log1p((size - number + 0.5) / (number + 0.5)), weight, found))
    rows.sort(key=lambda row: -row[0])
    for rarity, weight, found in rows[:_MOST_TERMS]:
        yield float(rarity) * weight, found


def _best(one: Searched, scores: Any, limit: int) -> Iterator[Hit]:
    for piece in _first(scores, limit):
        yield one.index.hit(piece, float(scores[piece]))


def _first(scores: Any, limit: int) -> list[int]:
    """The numbers of the best pieces, in no order; only of such as fit at all."""
    number = min(limit, len(scores))
    best: list[int] = np.argpartition(scores, -number)[-number:].tolist() if number else []
    return [piece for piece in best if scores[piece] > 0]


def _mapped(path: Path, kind: type) -> Any:
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=kind)
    return np.memmap(path, dtype=kind, mode="r").view(np.ndarray)
