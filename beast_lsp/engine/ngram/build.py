"""Builds the n-gram index of stable text: every token of many files, sorted by what stands before it.

The structure is a suffix array over reversed contexts (after Manber and Myers, "Suffix arrays", 1993; for code
as a cache of n-grams see Hellendoorn and Devanbu, "Are deep neural networks the best choice for modeling source
code?", 2017). All positions with the same last k tokens are one range, nested in that of the last k-1.

Files in the folder, all little-endian and read by memory mapping:

| file | content |
|---|---|
| `tokens.i32` | token id * 2 + (1 after white space), file by file |
| `order.i32` | positions in `tokens`, sorted by their last `ORDER` token ids, newest first |
| `first.i32` | for each token id, where the range of positions after it starts in `order` |
| `words.utf8`, `words.i32` | the vocabulary in sorted order, and where each word starts |
| `uses.i32` | how often each token id occurs |
| `files.json`, `files.i32` | the paths, and where each file starts in `tokens` |
"""

import json
from array import array
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from beast_lsp.engine.tokens import FILE_START, bare, file_tokens

FORMAT = 1
ORDER = 6
"""Contexts are sorted to this depth; a longer match is found by comparing what the range holds."""
_BITS = 21  # Three token ids fill one 64-bit sort key, so a vocabulary holds at most 2,097,152 words.


def build(
    files: Iterable[tuple[str, Sequence[str]]],
    folder: Path,
    family: str,
    progress: Callable[[int], None] = lambda lines: None,
) -> None:
    """Writes the index of `files` (relative path, lines) into `folder`, which is made if it is missing.

    `progress` gets the number of lines of each file done. Words beyond the vocabulary's limit are left out.
    Raises OSError where the folder can't be written.
    """
    import numpy as np  # noqa: PLC0415 - numpy loads where an index is built, not where the server starts.

    ids: dict[str, int] = {FILE_START: 0}
    stream = array("i")
    paths: list[str] = []
    starts = array("i")
    for path, lines in files:
        paths.append(path)
        starts.append(len(stream))
        _append(stream, ids, lines)
        progress(len(lines))
    starts.append(len(stream))
    stream.append(0)  # The last file ends in a boundary too.
    folder.mkdir(parents=True, exist_ok=True)
    tokens = np.frombuffer(stream, dtype=np.int32)
    tokens, words = _sorted_vocabulary(tokens, list(ids))
    _write_words(folder, words)
    tokens.tofile(folder / "tokens.i32")
    np.frombuffer(starts, dtype=np.int32).tofile(folder / "files.i32")
    _write_order(folder, tokens >> 1, len(words))
    (folder / "files.json").write_text(json.dumps({"format": FORMAT, "family": family, "paths": paths}))


def _append(stream: "array[int]", ids: dict[str, int], lines: Sequence[str]) -> None:
    """Adds one file's tokens; a file without tokens adds only its boundary."""
    stream.append(0)
    limit = 1 << _BITS
    for token in file_tokens(lines):
        if token == FILE_START:
            continue
        word = bare(token)
        number = ids.setdefault(word, len(ids)) if len(ids) < limit else ids.get(word, 0)
        stream.append(number * 2 + (token is not word and token[0] == " "))


def _sorted_vocabulary(tokens: Any, words: list[str]) -> tuple[Any, list[bytes]]:
    """Renumbers the tokens so that ids follow the words' byte order: a prefix is then one range of ids."""
    import numpy as np  # noqa: PLC0415

    encoded = [word.encode("utf-8", "surrogatepass") for word in words]
    order = sorted(range(len(words)), key=encoded.__getitem__)
    rank = np.empty(len(words), dtype=np.int32)
    rank[order] = np.arange(len(words), dtype=np.int32)
    return rank[tokens >> 1] * 2 + (tokens & 1), [encoded[number] for number in order]


def _write_words(folder: Path, words: list[bytes]) -> None:
    offsets = array("i", [0])
    for word in words:
        offsets.append(offsets[-1] + len(word))
    (folder / "words.utf8").write_bytes(b"".join(words))
    (folder / "words.i32").write_bytes(offsets.tobytes())


def _write_order(folder: Path, ids: Any, size: int) -> None:
    """Sorts the positions by their contexts. Contexts do not stop at a file's start, which a boundary marks."""
    import numpy as np  # noqa: PLC0415

    near = _packed(ids, 1)
    far = _packed(ids, 1 + ORDER // 2)
    order = np.lexsort((far, near)).astype(np.int32)
    del far, near
    order.tofile(folder / "order.i32")
    previous = np.zeros(len(ids), dtype=np.int32)
    previous[1:] = ids[:-1]
    first = np.zeros(size + 1, dtype=np.int32)
    np.cumsum(np.bincount(previous, minlength=size), out=first[1:])
    first.tofile(folder / "first.i32")
    np.bincount(ids, minlength=size).astype(np.int32).tofile(folder / "uses.i32")


def _packed(ids: Any, distance: int) -> Any:
    """Per position, the ids of the three tokens from `distance` back, packed newest first into 64 bits."""
    import numpy as np  # noqa: PLC0415

    key = np.zeros(len(ids), dtype=np.uint64)
    for step in range(ORDER // 2):
        back = distance + step
        key <<= np.uint64(_BITS)
        key[back:] |= ids[: max(0, len(ids) - back)].astype(np.uint64)
    return key
