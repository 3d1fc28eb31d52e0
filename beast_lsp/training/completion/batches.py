"""Draws training samples from packed repositories. A batch follows from the seed and its number alone.

A sample looks as the server's prompts do (`router.backends.neural.prompt`): family and path, perhaps a piece of
another file of the repository, perhaps the text after the hole, then the text before it and the hole's own
(fill in the middle, Bavarian et al., 2022, suffix first).
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.subwords import CONTEXT, END, FIRST_BREAK, FIRST_BYTE, PREFIX, SUFFIX, family_mark
from beast_lsp.training.completion.pack import Packed, load

SHARES = {"python": 0.6, "javascript": 0.2, "go": 0.12, "rust": 0.04, "java": 0.04, "c": 0.005}
"""How much of what is drawn is of each language family."""
_EVENLY = 0.7  # A repository is drawn by its size to this power, so that the large ones don't drown the others.
_CONTEXT, _HOLE = 0.5, 0.6  # The shares of samples with a piece of another file, and with a hole.
_TO_LINE_END, _BLOCK = 0.6, 0.25  # The shares of holes by kind; the rest are spans of any length.
_TRIES = 6  # Of so many pieces of other files, the one that shares most with the sample comes along.


class Samples:
    """Samples of `length + 1` ids from the packed repositories in a folder."""

    def __init__(self, folder: Path, length: int, seed: int) -> None:
        self.length, self.seed = length, seed
        packed = [load(path) for path in sorted(folder.glob("*.npz"))]
        self._families: dict[str, list[Packed]] = {}
        for one in packed:
            if len(one.ids) > length:
                self._families.setdefault(one.family, []).append(one)
        if not self._families:
            raise ValueError(f"{folder} holds no packed repository: run the pack stage first")
        self._names = sorted(self._families)
        shares = np.array([SHARES.get(name, 0.01) for name in self._names])
        self._shares = shares / shares.sum()
        self._sizes = {name: _shares([len(one.ids) for one in self._families[name]]) for name in self._names}

    def batch(self, number: int, size: int) -> "np.ndarray[tuple[int, int], np.dtype[np.int64]]":
        """The batch of this number: (size, length + 1)."""
        random = np.random.default_rng((self.seed, number))
        return np.stack([self._sample(random) for _ in range(size)])

    def _sample(self, random: np.random.Generator) -> Any:
        ids: list[int] = []
        while len(ids) <= self.length:
            family = self._names[random.choice(len(self._names), p=self._shares)]
            repositories = self._families[family]
            one = repositories[random.choice(len(repositories), p=self._sizes[family])]
            ids += _piece(one, random, max(self.length + 1 - len(ids), 64))
        return np.array(ids[: self.length + 1], dtype=np.int64)


def _shares(sizes: Sequence[int]) -> Any:
    weights = np.array(sizes, dtype=np.float64) ** _EVENLY
    return weights / weights.sum()


def _piece(one: Packed, random: np.random.Generator, room: int) -> list[int]:
    """A sample of one file: the whole of a short file, or as much as `room` takes."""
    number = int(np.searchsorted(one.starts, random.integers(len(one.ids)), side="right")) - 1
    file = one.file(number)
    head = [family_mark(one.family), *one.paths[number]]
    room -= len(head) + 2
    take = int(min(len(file), room))
    start = int(random.integers(len(file) - take + 1)) if random.random() < 0.8 else 0
    if random.random() < _CONTEXT and room > 200:
        context = _context(one, number, file[start : start + take], random, room // 3)
        head += context
        take = min(take, room - len(context))
    window = file[start : start + take]
    if random.random() < _HOLE and take > 48:
        after = file[start + take : start + take + room // 6] if take < room else window[:0]
        return head + _with_hole(window, after, random)
    return [*head, PREFIX, *window.tolist(), *([END] if start + take == len(file) else [])]


def _context(one: Packed, number: int, window: Any, random: np.random.Generator, room: int) -> list[int]:
    """A piece of another file: the most similar of a few, with its path."""
    best, most = None, -1.0
    wanted = np.unique(window)
    for _ in range(_TRIES):
        other = int(random.integers(len(one.paths)))
        file = one.file(other)
        if other == number or len(file) < 32:
            continue
        size = int(random.integers(32, max(33, room - 16)))
        at = int(random.integers(max(1, len(file) - size)))
        piece = file[at : at + size]
        shared = np.isin(np.unique(piece), wanted).mean()
        if shared > most:
            best, most = (other, piece), float(shared)
    if best is None:
        return []
    other, piece = best
    return [CONTEXT, *one.paths[other], *piece.tolist()][:room]


def _with_hole(window: Any, after: Any, random: np.random.Generator) -> list[int]:
    """The window as far as a hole near its end goes; what follows the hole is the suffix, and comes first.

    Where the hole begins does not matter: the text before it and the hole's own are one text, as in an editor.
    """
    end = _hole_end(window, random)
    suffix = np.concatenate([window[end:], after])[: len(window) // 5]
    return [SUFFIX, *suffix.tolist(), PREFIX, *window[:end].tolist(), END]


def _hole_end(window: Any, random: np.random.Generator) -> int:
    """Where a hole ends: with its line, after a few lines, or anywhere."""
    breaks = np.flatnonzero((window >= FIRST_BREAK) & (window < FIRST_BYTE)).tolist()
    size = len(window)
    first = int(random.integers(size // 2, size - 8))
    later = [at for at in breaks if at > first]
    kind = random.random()
    if kind < _TO_LINE_END and later:
        return int(later[0])
    if kind < _TO_LINE_END + _BLOCK and later:
        lines = int(random.integers(2, 9))
        return int(later[min(lines, len(later) - 1)])
    return min(size, first + int(random.integers(1, 65)))
