"""A small static embedding of code: a row of numbers for each term, and a text is the mean of its terms' rows.

`training/embedding.py` makes the file. It holds `format`, `terms` (UTF-8, one per line), `rows` (int8, terms by
dimensions) and `scales` (float32, one per term): row i of the matrix is `rows[i] * scales[i]`.
"""

import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from beast_lsp.engine.manifest import read_checked
from beast_lsp.errors import ModelError
from beast_lsp.paths import models_folder

FORMAT = 1
FILE = "embedding.npz"
"""Its name among the models that ship."""
_log = logging.getLogger(__name__)


class Embedding:
    """The matrix. It never changes, so any thread may use it."""

    def __init__(self, terms: Iterable[str], rows: Any, scales: Any) -> None:
        self._numbers = {term: number for number, term in enumerate(terms)}
        self._rows, self._scales = rows, scales
        if not len(self._numbers) == len(rows) == len(scales):
            raise ValueError("its parts don't belong together")
        self.key = zlib.crc32(rows.tobytes())
        """Tells embeddings apart: vectors of two of them can't be compared."""

    @classmethod
    def load(cls, path: Path) -> "Embedding":
        """Reads a file that `save` wrote. Raises ModelError where it can't be used."""
        try:
            return cls._read(path.read_bytes())
        except (OSError, ValueError, KeyError, EOFError, BadZipFile, zlib.error) as problem:
            raise ModelError(f"{path} can't be used: {problem}.", hint="Install beast-lsp again.") from problem

    @classmethod
    def shipped(cls) -> "Embedding | None":
        """The embedding that ships with the server; None, with a line in the log, where its file can't be used."""
        try:
            return cls._read(read_checked(models_folder(), FILE))
        except (ModelError, ValueError, KeyError) as problem:
            _log.warning("Pieces are found without their meaning: %s", problem)
            return None

    @classmethod
    def _read(cls, content: bytes) -> "Embedding":
        with np.load(BytesIO(content), allow_pickle=False) as table:
            if int(table["format"]) != FORMAT:
                raise ValueError(f"format {table['format']}, expected {FORMAT}")
            return cls(bytes(table["terms"]).decode().split("\n"), table["rows"], table["scales"])

    @property
    def dimensions(self) -> int:
        """The length of a vector."""
        return int(self._rows.shape[1])

    def matrix(self, terms: Sequence[str]) -> Any:
        """The rows of some terms; zeros for an unknown one."""
        numbers = [self._numbers.get(term, -1) for term in terms]
        known = [number for number in numbers if number >= 0]
        found = np.zeros((len(terms), self.dimensions), dtype=np.float32)
        found[np.array(numbers, dtype=np.int64) >= 0] = self._rows[known] * self._scales[known, None]
        return found

    def vector(self, weights: Mapping[str, float]) -> Any:
        """The vector of a text from its terms, each with its weight; of length 1, or 0 where no term is known."""
        total = np.array(list(weights.values()), dtype=np.float32) @ self.matrix(list(weights))
        return total / max(float(np.linalg.norm(total)), 1e-9)


def save(path: Path, terms: Iterable[str], matrix: Any) -> None:
    """Writes a matrix of floats, a row for each term, each row in 8 bits with a scale of its own."""
    scales = np.maximum(np.abs(matrix).max(axis=1), 1e-9).astype(np.float32) / 127
    rows = np.rint(matrix / scales[:, None]).astype(np.int8)
    text = np.frombuffer("\n".join(terms).encode(), dtype=np.uint8)
    np.savez_compressed(path, format=np.int32(FORMAT), terms=text, rows=rows, scales=scales)
