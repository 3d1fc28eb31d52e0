"""What the completion model expects after one place. Every continuation that is asked about is computed once."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from beast_lsp.router.backends.neural.model import State

Path = tuple[int, ...]
"""Ids that continue the place."""


class Ahead:
    """The log-probabilities after `base` and its continuations; `state` must hold `base`, or its beginning.

    Nothing is fed beyond the state's context: there, what is not known stays unknown.
    """

    def __init__(self, state: State, base: Sequence[int], limit: int) -> None:
        self.base = tuple(base)
        self._state = state
        self._limit = limit
        self._known: dict[Path, Any] = {}
        self.passes = 0
        """How often the model ran."""

    def after(self, path: Path) -> Any:
        """The log-probabilities of every id after `path`, float32; None where the context is full."""
        if path not in self._known:
            self.read(path)
        return self._known.get(path)

    def known(self, path: Path) -> Any:
        """As `after`, but None where that would have to be computed."""
        return self._known.get(path)

    def score(self, path: Path, first: int = 0) -> list[float] | None:
        """The log-probability of each id of `path` from number `first` on; None where the context is full."""
        if any(path[:size] not in self._known for size in range(first, len(path))):
            self.read(path[:-1])
        found = [self._known[path[:size]] for size in range(first, len(path)) if path[:size] in self._known]
        if len(found) < len(path) - first:
            return None
        return [float(one[piece]) for one, piece in zip(found, path[first:], strict=True)]

    def read(self, path: Path) -> None:
        """Computes what follows `path` and each of its beginnings that isn't known, in one pass."""
        whole = self.base + path
        known = max((size for size in range(len(path) + 1) if path[:size] in self._known), default=-1)
        if known == len(path) or len(whole) > self._limit:
            return
        # What follows the ids before this one is known, so it is the first that has to be fed.
        first = len(self.base) + known
        kept = min(shared(self._state.ids, whole), first)
        self._state.rewind(kept)
        self.passes += 1
        keep = len(path) - known
        scores = _log_softmax(self._state.feed(whole[kept:], keep))
        for number in range(keep):
            self._known[path[: known + 1 + number]] = scores[number]

    def moved(self, more: Path) -> "Ahead":
        """The same for the place after `more`, with all that is known of it."""
        new = Ahead(self._state, self.base + more, self._limit)
        size = len(more)
        new._known = {path[size:]: known for path, known in self._known.items() if path[:size] == more}
        return new


def shared(first: Sequence[int], second: Sequence[int]) -> int:
    """How many ids both begin with."""
    size = min(len(first), len(second))
    left, right = np.fromiter(first, np.int64, len(first))[:size], np.fromiter(second, np.int64, len(second))[:size]
    different = np.flatnonzero(left != right)
    return int(different[0]) if len(different) else size


def _log_softmax(logits: Any) -> Any:
    shifted = logits - logits.max(axis=-1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=-1, keepdims=True))
