"""What a language's code looks like anywhere: n-gram counts over many public projects, which ship with the server.

The table holds only n-grams that several projects share, so it knows a language's and its libraries' idioms but
nobody's code. It helps where a workspace is small or a file new. `training/prior.py` makes it.
"""

from bisect import bisect_left
from collections.abc import Sequence
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from cachetools import LRUCache

from beast_lsp.engine.ngram.index import Level
from beast_lsp.errors import ModelError

ORDER = 4
FORMAT = 1


class Prior:
    """The n-gram table of one language family. Its caches are plain, so one thread queries it at a time.

    The `.npz` file holds `words` (UTF-8, one per line, most frequent first; id 0 is reserved), and per order k
    `keys_k` (uint64, ascending: k 16-bit word ids, newest lowest), `starts_k` (int32, one more than keys),
    `outcomes_k` (int32: word id * 2 + 1 after white space), `counts_k` (uint16).
    """

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as table:
                if int(table["format"]) != FORMAT:
                    raise ModelError(f"{path.name} has another format.", hint="Install beast-lsp again.")
                words = bytes(table["words"]).decode().split("\n")
                self._tables = [
                    tuple(memoryview(table[f"{part}_{order}"]) for part in ("keys", "starts", "outcomes", "counts"))
                    for order in range(1, ORDER + 1)
                ]
        except (OSError, ValueError, KeyError, BadZipFile) as problem:
            raise ModelError(f"{path} can't be read: {problem}.", hint="Install beast-lsp again.") from problem
        self._ids = {word.replace("\\n", "\n"): number + 1 for number, word in enumerate(words)}
        self._outcomes = [""] * 2
        for word in self._ids:
            self._outcomes += [word, " " + word]
        self._cache: LRUCache[tuple[str, ...], list[Level]] = LRUCache(2_000)

    def levels(self, context: Sequence[str], depth: int = 3) -> list[Level]:
        """What followed the deepest `depth` orders of `context` (bare tokens, newest last), deepest first."""
        key = tuple(context[-ORDER:])
        known = self._cache.get(key)
        if known is None:
            known = self._cache[key] = self._look_up(key)[-depth:][::-1]
        return known

    def __contains__(self, word: str) -> bool:
        """Whether several projects use the word."""
        return word in self._ids

    def _look_up(self, context: Sequence[str]) -> list[Level]:
        found: list[Level] = []
        packed = 0
        for distance in range(1, len(context) + 1):
            number = self._ids.get(context[-distance])
            if number is None:
                break
            packed |= number << (16 * (distance - 1))
            keys, starts, outcomes, counts = self._tables[distance - 1]
            place = bisect_left(keys, packed)
            if place == len(keys) or keys[place] != packed:
                break
            span = range(starts[place], starts[place + 1])
            seen = {self._outcomes[outcomes[at]]: float(counts[at]) for at in span}
            found.append(Level(distance, seen, sum(seen.values())))
        return found
