"""The completion model's alphabet: byte pairs inside lexical tokens.

Text is first cut by `engine.tokens`, then each lexical token into pieces (byte pair encoding, Sennrich et al., 2016),
so no piece crosses a lexical border and both models see the same borders. A line break, with the change of
indentation that it holds, is one piece. The ids are: the marks, the line breaks, the 256 bytes, the merged pieces.
"""

import json
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from itertools import pairwise, product
from pathlib import Path

from cachetools import LRUCache

from beast_lsp.engine.tokens import BREAK, FILE_START, file_tokens, line_tokens
from beast_lsp.errors import ModelError

FORMAT = 1
PAD, FILE, END, SUFFIX, PREFIX, CONTEXT, PATH = range(7)
"""Marks: nothing; a file's beginning; the hole is filled; what follows is the text after the cursor, the text before
it, a piece of another file, a path."""
FAMILIES = ("python", "javascript", "go", "rust", "java", "c", "text")
"""The language families; each has a mark of its own, which begins every prompt."""
BREAKS = tuple(BREAK * newlines + change for newlines, change in product((1, 2, 3), ("0", "+", "-1", "-2", "-3")))
FIRST_BREAK = PATH + 1 + len(FAMILIES)
FIRST_BYTE = FIRST_BREAK + len(BREAKS)
FIRST_MERGED = FIRST_BYTE + 256
_WHOLE = {FILE_START: FILE, **{token: FIRST_BREAK + number for number, token in enumerate(BREAKS)}}
_MOST_CACHED = 50_000


def family_mark(family: str) -> int:
    """The mark of a language family; an unknown one is text."""
    return PATH + 1 + FAMILIES.index(family if family in FAMILIES else "text")


def is_break(piece: int) -> bool:
    """Whether a piece is a line break."""
    return FIRST_BREAK <= piece < FIRST_BYTE


class Subwords:
    """Encodes lexical tokens as ids and back. `merged` are the merged pieces, the first one merged first."""

    def __init__(self, merged: Sequence[bytes]) -> None:
        self._pieces = [bytes([value]) for value in range(256)] + list(merged)
        self._ids = {piece: FIRST_BYTE + number for number, piece in enumerate(self._pieces)}
        self._sorted = sorted((piece, number) for piece, number in self._ids.items())
        self._cache: LRUCache[str, tuple[int, ...]] = LRUCache(_MOST_CACHED)

    @classmethod
    def load(cls, path: Path) -> "Subwords":
        """Reads a file that `save` wrote. Raises ModelError where it can't be used."""
        try:
            known = json.loads(path.read_text("utf-8"))
            if known["format"] != FORMAT:
                raise ValueError(f"format {known['format']}, expected {FORMAT}")
            return cls([piece.encode("latin-1") for piece in known["merged"]])
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as problem:
            raise ModelError(f"{path} can't be used: {problem}.", hint="Install beast-lsp again.") from problem

    def save(self, path: Path) -> None:
        """Writes the merged pieces as JSON, a byte as the character of its number."""
        merged = [piece.decode("latin-1") for piece in self._pieces[256:]]
        path.write_text(json.dumps({"format": FORMAT, "merged": merged}) + "\n", "utf-8")

    def __len__(self) -> int:
        return FIRST_BYTE + len(self._pieces)

    def encode(self, token: str) -> tuple[int, ...]:
        """The ids of one lexical token."""
        known = self._cache.get(token)
        if known is None:
            whole = _WHOLE.get(token)
            known = self._cache[token] = (whole,) if whole is not None else self._merge(token)
        return known

    def encode_all(self, tokens: Iterable[str]) -> list[int]:
        """The ids of lexical tokens, one after the other."""
        return [piece for token in tokens for piece in self.encode(token)]

    def encode_file(self, lines: Sequence[str]) -> list[int]:
        """The ids of a whole file."""
        return self.encode_all(file_tokens(lines))

    def encode_path(self, path: str) -> list[int]:
        """The mark of a path and the ids of its last two parts."""
        return [PATH, *self.encode_all(line_tokens("/".join(path.split("/")[-2:])))]

    def text(self, piece: int) -> bytes:
        """The bytes of a piece; none for marks. A line break gives its lexical token."""
        if piece >= FIRST_BYTE:
            return self._pieces[piece - FIRST_BYTE]
        return BREAKS[piece - FIRST_BREAK].encode() if piece >= FIRST_BREAK else b""

    def beginning_with(self, prefix: bytes) -> list[int]:
        """The ids whose text begins with `prefix` (not empty), and those whose text `prefix` begins with."""
        first = bisect_left(self._sorted, (prefix, 0))
        longer = []
        for piece, number in self._sorted[first:]:
            if not piece.startswith(prefix):
                break
            longer.append(number)
        known = (self._ids.get(prefix[:size]) for size in range(1, len(prefix)))
        return longer + [number for number in known if number is not None]

    def _merge(self, token: str) -> tuple[int, ...]:
        """Merges the pair that was merged first in training, until none is left."""
        data = token.encode("utf-8", "surrogatepass")
        whole = self._ids.get(data)
        if whole is not None:
            return (whole,)
        parts = [data[at : at + 1] for at in range(len(data))]
        while len(parts) > 1:
            ranks = [self._ids.get(left + right, 1 << 30) for left, right in pairwise(parts)]
            least = min(ranks)
            if least == 1 << 30:
                break
            at = ranks.index(least)
            parts[at : at + 2] = [parts[at] + parts[at + 1]]
        return tuple(self._ids[part] for part in parts)
