"""Reads an n-gram index: which tokens followed this context in the workspace's stable text."""

import json
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from cachetools import LRUCache

from beast_lsp.engine.ngram.build import FORMAT, ORDER
from beast_lsp.errors import ModelError

SAMPLE = 256
"""A context seen more often than this is counted on an even sample, and the counts are scaled up."""
_SURE = 30  # Sights per distinct outcome, from which on shorter contexts are not looked at.
_NEARNESS = 2.0  # How much a sight in a near file counts beyond one elsewhere.


@dataclass(frozen=True, slots=True)
class Level:
    """What followed the last `order` tokens of a context: weights by outcome token, and their sum."""

    order: int
    counts: Mapping[str, float]
    total: float


@dataclass(frozen=True)
class Weights:
    """How much each file of an index counts; `array` is None where all count the same."""

    array: Any
    key: int


class NgramIndex:
    """One memory-mapped index. Its caches are plain, so one thread queries it at a time.

    Answers are cached by context; the cache is dropped when the files' weights change.
    """

    def __init__(self, folder: Path, paths: Sequence[str]) -> None:
        self.folder = folder
        self.paths = paths
        self._tokens = _mapped(folder / "tokens.i32")
        self._order = _mapped(folder / "order.i32")
        self._token_view = memoryview(self._tokens)
        self._order_view = memoryview(self._order)
        self._first = memoryview(_mapped(folder / "first.i32"))
        self._use_counts = _mapped(folder / "uses.i32")
        self._uses = memoryview(self._use_counts)
        self._offsets = memoryview(_mapped(folder / "words.i32"))
        self._file_starts = np.fromfile(folder / "files.i32", dtype=np.int32)
        self._words = memoryview(_mapped(folder / "words.utf8", np.uint8))
        self._texts: dict[int, str] = {}
        self._ids: LRUCache[str, int] = LRUCache(20_000)
        self._levels: LRUCache[tuple[object, ...], list[Level]] = LRUCache(4_000)
        self._numbers = {path: number for number, path in enumerate(paths)}
        self._check()

    @classmethod
    def open(cls, folder: Path) -> "NgramIndex":
        """Maps an index' files. Raises ModelError where one is missing, damaged or of another format."""
        try:
            head = json.loads((folder / "files.json").read_text())
            if head["format"] != FORMAT:
                raise ModelError(f"The index in {folder} has format {head['format']}.", hint="It will be rebuilt.")
            return cls(folder, head["paths"])
        except (OSError, ValueError, KeyError, TypeError) as problem:
            raise ModelError(
                f"The index in {folder} can't be read: {problem}.", hint="It will be rebuilt."
            ) from problem

    @property
    def size(self) -> int:
        """The number of words in the vocabulary."""
        return len(self._offsets) - 1

    def __len__(self) -> int:
        """The number of tokens."""
        return len(self._token_view)

    def weights(self, dead: Collection[str], near: Collection[str] = ()) -> Weights:
        """Weights that leave out the files `dead` and favour those in `near` (relative paths)."""
        gone = [self._numbers[path] for path in dead if path in self._numbers]
        close = [self._numbers[path] for path in near if path in self._numbers]
        if not gone and not close:
            return Weights(None, 0)
        array = np.ones(len(self.paths) + 1, dtype=np.float32)
        array[close] += _NEARNESS
        array[gone] = 0.0
        return Weights(array, hash((tuple(sorted(gone)), tuple(sorted(close)))) or 1)

    def levels(self, context: Sequence[str], weights: Weights, depth: int = 3) -> list[Level]:
        """What followed the deepest `depth` orders of `context` (bare tokens, newest last), deepest first."""
        key = (weights.key, *context[-ORDER:])
        known = self._levels.get(key)
        if known is None:
            known = self._levels[key] = self._counted(self._ranges(context)[-depth:], weights)
        return known

    def _counted(self, ranges: Sequence[tuple[int, int, int]], weights: Weights) -> list[Level]:
        """The levels of the ranges, deepest first, until one is so sure that a shorter context adds nothing."""
        found = []
        for order, low, high in reversed(ranges):
            level = self._count(order, low, high, weights)
            if level.total > 0:
                found.append(level)
                if level.total > _SURE * len(level.counts):
                    break
        return found

    def with_prefix(self, prefix: str, limit: int = 300) -> list[tuple[str, int]]:
        """The words that start with `prefix` and how often each is used: the `limit` most used of them."""
        encoded = prefix.encode("utf-8", "surrogatepass")
        low = self._bisect(encoded)
        high = self._bisect(encoded + b"\xff")
        numbers: Sequence[int] = range(low, high)
        if high - low > limit:
            numbers = (low + np.argpartition(self._use_counts[low:high], -limit)[-limit:]).tolist()
        return [(self._outcome(number * 2), self._uses[number]) for number in numbers]

    def uses(self, word: str) -> int:
        """How often a word occurs."""
        number = self._id(word)
        return self._uses[number] if number >= 0 else 0

    def close(self) -> None:
        """Lets go of the files. The memory maps are freed with the last reader."""
        self._levels.clear()

    def _check(self) -> None:
        last = self._offsets[self.size]
        if (
            len(self._tokens) != len(self._order)
            or len(self._first) != self.size + 1
            or len(self._uses) != self.size
            or last != len(self._words)
            or len(self._file_starts) != len(self.paths) + 1
            or self._first[self.size] != len(self._tokens)
        ):
            raise ModelError(f"The index in {self.folder} is damaged.", hint="It will be rebuilt.")

    def _ranges(self, context: Sequence[str]) -> list[tuple[int, int, int]]:
        """The ranges (order, low, high) in `order` of each context length that occurs, shortest first."""
        found: list[tuple[int, int, int]] = []
        tokens, order = self._token_view, self._order_view
        low, high = 0, 0
        for distance in range(1, min(ORDER, len(context)) + 1):
            number = self._id(context[-distance])
            if number < 0:
                break
            if distance == 1:
                low, high = self._first[number], self._first[number + 1]
            else:

                def at(position: int, distance: int = distance) -> int:
                    return tokens[position - distance] >> 1

                bottom = bisect_left(order, number, low, high, key=at)
                high = bisect_right(order, number, bottom, high, key=at)
                low = bottom
            if low >= high:
                break
            if found and found[-1][1:] == (low, high):
                found.pop()  # The longer context selects the same places, so the shorter adds nothing.
            found.append((distance, low, high))
        return found

    def _count(self, order: int, low: int, high: int, weights: Weights) -> Level:
        size = high - low
        if size > SAMPLE:
            places = self._order[np.linspace(low, high - 1, SAMPLE).astype(np.int64)]
        else:
            places = self._order[low:high]
        scale = size / len(places)
        outcomes = self._tokens[places].tolist()
        if weights.array is None:
            counts: Mapping[int, float] = Counter(outcomes)
        else:
            files = np.searchsorted(self._file_starts, places, side="right") - 1
            counts = _weighted(outcomes, weights.array[files].tolist())
        texts = {self._outcome(number): count * scale for number, count in counts.items() if count and number > 1}
        return Level(order, texts, sum(texts.values()))

    def _outcome(self, number: int) -> str:
        text = self._texts.get(number)
        if text is None:
            word = self._word(number >> 1)
            text = self._texts[number] = " " + word if number & 1 else word
            if len(self._texts) > 50_000:
                self._texts.clear()
        return text

    def _word(self, number: int) -> str:
        raw = bytes(self._words[self._offsets[number] : self._offsets[number + 1]])
        return raw.decode("utf-8", "surrogatepass")

    def _id(self, word: str) -> int:
        number = self._ids.get(word)
        if number is None:
            encoded = word.encode("utf-8", "surrogatepass")
            number = self._bisect(encoded)
            if number >= self.size or self._raw(number) != encoded:
                number = -1
            self._ids[word] = number
        return number

    def _raw(self, number: int) -> bytes:
        return bytes(self._words[self._offsets[number] : self._offsets[number + 1]])

    def _bisect(self, encoded: bytes) -> int:
        return bisect_left(range(self.size), encoded, key=self._raw)


def _mapped(path: Path, kind: type = np.int32) -> Any:
    if path.stat().st_size == 0:
        return np.zeros(0, dtype=kind)
    # A plain view: numpy's own class for mapped files makes each slice three times as slow.
    return np.memmap(path, dtype=kind, mode="r").view(np.ndarray)


def _weighted(outcomes: Sequence[int], weights: Sequence[float]) -> dict[int, float]:
    counts: dict[int, float] = {}
    for outcome, weight in zip(outcomes, weights, strict=True):
        counts[outcome] = counts.get(outcome, 0.0) + weight
    return counts
