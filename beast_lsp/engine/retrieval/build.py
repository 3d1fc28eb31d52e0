"""Builds the piece index of stable text, beside the n-gram index of the same files and out of its tokens.

Files in the folder, all little-endian and read by memory mapping:

| file | content |
|---|---|
| `pieces.i32` | for each piece: its file's number, its first line, the line after its last, its length in terms |
| `sums.u32` | for each piece: the CRC-32 of its text, so that a file that has changed since gives no wrong lines |
| `terms.utf8`, `terms.i32` | the terms in sorted order, and where each one starts |
| `first.u32` | for each term, where its postings start |
| `postings.i32`, `counts.u8` | the pieces that hold a term, and how often each does |
| `vectors.i8` | for each piece: its vector in an embedding of code, of any length; empty where there is no embedding |
| `pieces.json` | the format, the key of the embedding, and the paths of the files; written last |
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zlib import crc32

from beast_lsp.engine.retrieval.cut import cut, is_blank
from beast_lsp.engine.retrieval.terms import word_terms
from beast_lsp.engine.tokens import BREAK

if TYPE_CHECKING:
    from beast_lsp.engine.embedding import Embedding

FORMAT = 2
"""Raised too when another embedding ships, so that the vectors are made anew."""
FOLDER = "pieces"
"""The name of the folder within that of the n-gram index."""
_BATCH = 1_000_000  # Tokens at a time, so that a large workspace needs little memory.
_BLOCK = 500  # Pieces at a time, for the same reason.
_COMMON = 0.4  # A term in a larger share of the pieces tells nothing, and its postings are the longest.
_FEW = 50  # Pieces: where there are fewer, every term is kept.


class PieceRecorder:
    """Cuts files into pieces while an n-gram index is built from them; `write` then adds the pieces to it."""

    def __init__(self, embedding: Embedding | None = None) -> None:
        self._embedding = embedding
        self._paths: list[str] = []
        self._pieces = array("i")
        self._sums = array("I")
        self._borders = array("q")  # Where each piece starts and ends, counted in lines that hold tokens.
        self._counted = 0

    def record(self, files: Iterable[tuple[str, Sequence[str]]]) -> Iterator[tuple[str, Sequence[str]]]:
        """Passes the (path, lines) on as they are."""
        for path, lines in files:
            self._add(path, lines)
            yield path, lines

    def write(self, index: Path) -> None:
        """Writes the pieces of the n-gram index in the folder `index`. Raises OSError."""
        import numpy as np  # noqa: PLC0415 - numpy loads where an index is built, not where the server starts.

        folder = index / FOLDER
        folder.mkdir()
        words, tokens, starts = _read(index)
        borders = np.frombuffer(self._borders, dtype=np.int64).reshape(-1, 2)
        places = _line_places(words, tokens, starts)
        vocabulary, expansion = _terms(words)
        postings = _postings(tokens, places[borders], expansion, len(vocabulary))
        _write_postings(folder, vocabulary, postings, len(borders))
        pieces = np.frombuffer(self._pieces, dtype=np.int32).reshape(-1, 3)
        lengths = np.bincount(postings[1], weights=postings[2], minlength=len(borders)).astype(np.int32)
        np.column_stack([pieces, lengths]).astype(np.int32).tofile(folder / "pieces.i32")
        (folder / "sums.u32").write_bytes(self._sums.tobytes())
        embedding = self._embedding
        matrix = embedding.matrix(vocabulary) if embedding else np.zeros((len(vocabulary), 0))
        _vectors(matrix, postings, len(borders)).tofile(folder / "vectors.i8")
        key = embedding.key if embedding else None
        head = {"format": FORMAT, "embedding": key, "dimensions": matrix.shape[1], "paths": self._paths}
        (folder / "pieces.json").write_text(json.dumps(head))

    def _add(self, path: str, lines: Sequence[str]) -> None:
        number = len(self._paths)
        self._paths.append(path)
        before = self._counted
        done = 0
        for span in cut(lines):
            before += _held(lines, done, span.start)
            after = before + _held(lines, *span)
            self._pieces.extend((number, *span))
            self._sums.append(checksum(lines[span.start : span.end]))
            self._borders.extend((before, after))
            before, done = after, span.end
        # The boundary before a file counts as its first line, also where the file is empty.
        self._counted = max(before + _held(lines, done, len(lines)), self._counted + 1)


def checksum(lines: Sequence[str]) -> int:
    """Tells whether a piece is still the one that was indexed."""
    return crc32("".join(lines).encode("utf-8", "surrogatepass"))


def _held(lines: Sequence[str], start: int, end: int) -> int:
    """How many of the lines hold tokens."""
    return sum(not is_blank(line) for line in lines[start:end])


def _read(index: Path) -> tuple[list[str], Any, Any]:
    """The words, the token ids and the starts of the files of an n-gram index."""
    import numpy as np  # noqa: PLC0415

    text = (index / "words.utf8").read_bytes()
    offsets = np.fromfile(index / "words.i32", dtype=np.int32).tolist()
    words = [text[start:end].decode("utf-8", "surrogatepass") for start, end in pairwise(offsets)]
    tokens = np.fromfile(index / "tokens.i32", dtype=np.int32) >> 1
    return words, tokens, np.fromfile(index / "files.i32", dtype=np.int32)


def _line_places(words: Sequence[str], tokens: Any, starts: Any) -> Any:
    """Where in the tokens each line begins that holds some: at a line break, or at the start of a file."""
    import numpy as np  # noqa: PLC0415

    is_break = np.array([word[:1] == BREAK for word in words], dtype=bool)[tokens]
    is_break[starts] = True  # The last one ends the last file.
    return np.flatnonzero(is_break)


def _terms(words: Sequence[str]) -> tuple[list[str], tuple[Any, Any]]:
    """The sorted terms; and the term numbers of all words, with where each word's begin."""
    import numpy as np  # noqa: PLC0415

    each = [word_terms(word) for word in words]
    vocabulary = sorted({term for found in each for term in found}, key=_encoded)
    numbers = {term: number for number, term in enumerate(vocabulary)}
    flat = np.array([numbers[term] for found in each for term in found], dtype=np.int64)
    return vocabulary, (flat, np.cumsum([0, *map(len, each)]))


def _encoded(term: str) -> bytes:
    return term.encode("utf-8", "surrogatepass")


def _postings(tokens: Any, places: Any, expansion: tuple[Any, Any], size: int) -> tuple[Any, Any, Any]:
    """(term, piece, count) of every term in every piece, sorted by term, then by piece."""
    import numpy as np  # noqa: PLC0415

    parts = [np.zeros((3, 0), dtype=np.int32)]
    start = 0
    while start < len(places):
        end = max(start + 1, int(np.searchsorted(places[:, 0], places[start, 0] + _BATCH)))
        pieces, terms = _pairs(tokens, places, range(start, end), expansion)
        keys, counts = np.unique(pieces * size + terms, return_counts=True)
        parts.append(np.stack([keys % size, keys // size, np.minimum(counts, 255)]).astype(np.int32))
        start = end
    found = np.concatenate(parts, axis=1)
    found = found[:, np.argsort(found[0], kind="stable")]
    return found[0], found[1], found[2]


def _pairs(tokens: Any, places: Any, pieces: range, expansion: tuple[Any, Any]) -> tuple[Any, Any]:
    """The piece and the term of every term of some pieces, repeats included."""
    import numpy as np  # noqa: PLC0415

    flat, first = expansion
    sizes = places[pieces.start : pieces.stop, 1] - places[pieces.start : pieces.stop, 0]
    words = tokens[_ranges(places[pieces.start : pieces.stop, 0], sizes)]
    counts = first[words + 1] - first[words]
    owners = np.repeat(np.repeat(np.arange(pieces.start, pieces.stop, dtype=np.int64), sizes), counts)
    return owners, flat[_ranges(first[words], counts)]


def _ranges(starts: Any, sizes: Any) -> Any:
    """The numbers of several ranges, one after the other."""
    import numpy as np  # noqa: PLC0415

    ends = np.cumsum(sizes)
    return np.arange(ends[-1] if len(ends) else 0) + np.repeat(starts - (ends - sizes), sizes)


def _vectors(matrix: Any, postings: tuple[Any, Any, Any], size: int) -> Any:
    """The sum of the rows of each piece's terms, as 8-bit numbers: (pieces, dimensions)."""
    import numpy as np  # noqa: PLC0415

    terms, pieces, _ = postings
    found = np.zeros((size, matrix.shape[1]), dtype=np.int8)
    order = np.argsort(pieces, kind="stable")
    starts = np.searchsorted(pieces[order], np.arange(size + 1))
    for start in range(0, size if matrix.shape[1] else 0, _BLOCK):
        some = np.arange(start, min(start + _BLOCK, size))
        some = some[starts[some] < starts[some + 1]]
        if len(some):
            first, last = starts[some[0]], starts[some[-1] + 1]
            total = np.add.reduceat(matrix[terms[order[first:last]]], starts[some] - first)
            found[some] = np.rint(total * (127 / np.maximum(np.abs(total).max(axis=1, keepdims=True), 1e-9)))
    return found


def _write_postings(folder: Path, vocabulary: Sequence[str], postings: tuple[Any, Any, Any], pieces: int) -> None:
    import numpy as np  # noqa: PLC0415

    terms, holders, counts = postings
    sizes = np.bincount(terms, minlength=len(vocabulary))
    kept = sizes <= max(_FEW, _COMMON * pieces)
    is_kept = kept[terms] if len(terms) else np.zeros(0, dtype=bool)
    np.cumsum([0, *(sizes * kept).tolist()]).astype(np.uint32).tofile(folder / "first.u32")
    holders[is_kept].astype(np.int32).tofile(folder / "postings.i32")
    counts[is_kept].astype(np.uint8).tofile(folder / "counts.u8")
    encoded = [_encoded(term) for term in vocabulary]
    (folder / "terms.utf8").write_bytes(b"".join(encoded))
    np.cumsum([0, *map(len, encoded)]).astype(np.int32).tofile(folder / "terms.i32")
