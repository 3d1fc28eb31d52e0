"""Makes the prior of a language family: the n-grams that several train repositories share.

    python -m beast_lsp.training.prior CHECKOUTS FAMILY OUTPUT.npz [--without-replayed]

`--without-replayed` makes the prior for training the calibrator: it must not know the code that is replayed.
An n-gram is kept when at least `SHARED` repositories hold it, so no project's own code is in the file. The format
is described in `engine.ngram.prior`.
"""

import argparse
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from beast_lsp.engine.ngram.prior import FORMAT, ORDER
from beast_lsp.engine.secrets import looks_like_secret
from beast_lsp.engine.tokens import bare, file_tokens
from beast_lsp.training.corpus import REPLAYED, source_files, train_repositories

SHARED = 3
"""How many repositories must hold an n-gram."""
OUTCOMES = 8
"""At most so many continuations of a context are kept."""
VOCABULARY = 60_000
_PER_REPOSITORY = 50  # A repository counts an n-gram so often at most, so that none drowns the others.
_LEAST = (0, 4, 4, 6, 8)  # The least count of a context, by its order.

Repositories = Sequence[Sequence[str]]


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path, help="folder of checkouts named owner__name")
    parser.add_argument("family", help="language family")
    parser.add_argument("output", type=Path)
    parser.add_argument("--without-replayed", action="store_true", help="leave out what trains the calibrator")
    options = parser.parse_args()
    left_out = REPLAYED.get(options.family, ()) if options.without_replayed else ()
    found = read(options.checkouts, options.family, left_out)
    words = vocabulary(found)
    table = count(found, words)
    text = "\n".join(word.replace("\n", "\\n") for word in words)
    np.savez_compressed(
        options.output, format=np.int32(FORMAT), words=np.frombuffer(text.encode(), dtype=np.uint8), **table
    )
    megabytes = options.output.stat().st_size / 1e6
    print(f"{options.output.name}: {len(found)} repositories, {len(words):,} words, {megabytes:.1f} MB")


def read(checkouts: Path, family: str, left_out: Collection[str] = ()) -> Repositories:
    """The tokens of each train repository that has files of the family."""
    repositories = []
    for name, folder in train_repositories(checkouts):
        if name in left_out:
            continue
        tokens = [token for _, lines in source_files(folder, family) for token in file_tokens(lines)]
        if tokens:
            repositories.append(tokens)
            print(f"{name}: {len(tokens):,} tokens", flush=True)
    return repositories


def vocabulary(repositories: Repositories) -> list[str]:
    """The words that `SHARED` repositories use, the most frequent first; nothing that looks like a secret."""
    holders: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    for tokens in repositories:
        counts = Counter(map(bare, tokens))
        holders.update(counts.keys())
        uses.update({word: min(number, _PER_REPOSITORY) for word, number in counts.items()})
    shared = [word for word, number in holders.items() if number >= SHARED and not looks_like_secret(word)]
    return sorted(shared, key=lambda word: (-uses[word], word))[:VOCABULARY]


def count(repositories: Repositories, words: Sequence[str]) -> dict[str, Any]:
    """The arrays of every order, under the names of the file format."""
    ids = {word: number + 1 for number, word in enumerate(words)}
    streams = [_encoded(tokens, ids) for tokens in repositories]
    table: dict[str, Any] = {}
    for order in range(1, ORDER + 1):
        keys, starts, outcomes, counts = _order(streams, order)
        print(f"order {order}: {len(keys):,} contexts, {len(outcomes):,} outcomes", flush=True)
        table |= {f"keys_{order}": keys, f"starts_{order}": starts, f"outcomes_{order}": outcomes}
        table[f"counts_{order}"] = counts
    return table


def _encoded(tokens: Iterable[str], ids: dict[str, int]) -> Any:
    """Tokens as id * 2 + (1 after white space); 0 for a word outside the vocabulary."""
    return np.fromiter((ids.get(bare(token), 0) * 2 + (token[0] == " ") for token in tokens), dtype=np.int32)


def _order(streams: Iterable[Any], order: int) -> tuple[Any, Any, Any, Any]:
    """Contexts of one length with what follows them: keys, starts, outcomes, counts."""
    contexts, outcomes, counts = (
        np.concatenate(part) for part in zip(*(_grams(s, order) for s in streams), strict=True)
    )
    contexts, outcomes, (counts, holders) = _summed(contexts, outcomes, counts, np.ones_like(counts))
    shared = holders >= SHARED
    contexts, outcomes, counts = contexts[shared], outcomes[shared], counts[shared]
    contexts, outcomes, counts = _best(contexts, outcomes, counts, _LEAST[order])
    keys, starts = np.unique(contexts, return_index=True)
    return (
        keys,
        np.append(starts, len(contexts)).astype(np.int32),
        outcomes,
        np.minimum(counts, 65_535).astype(np.uint16),
    )


def _grams(stream: Any, order: int) -> tuple[Any, Any, Any]:
    """One repository's (context, outcome, capped count) without repeats; those with an unknown word are left out."""
    ids = stream >> 1
    size = len(ids) - order
    context = np.zeros(max(size, 0), dtype=np.uint64)
    known = ids[order:] > 0
    for distance in range(1, order + 1):
        part = ids[order - distance : len(ids) - distance]
        context |= part.astype(np.uint64) << np.uint64(16 * (distance - 1))
        known &= part > 0
    outcomes = stream[order:][known]
    contexts, outcomes, (counts,) = _summed(context[known], outcomes, np.ones(len(outcomes), dtype=np.int64))
    return contexts, outcomes, np.minimum(counts, _PER_REPOSITORY)


def _summed(contexts: Any, outcomes: Any, *values: Any) -> tuple[Any, Any, list[Any]]:
    """Sorts by context and outcome, and adds up the values of equal ones."""
    order = np.lexsort((outcomes, contexts))
    contexts, outcomes = contexts[order], outcomes[order]
    new = np.ones(len(contexts), dtype=bool)
    new[1:] = (contexts[1:] != contexts[:-1]) | (outcomes[1:] != outcomes[:-1])
    starts = np.flatnonzero(new)
    summed = [np.add.reduceat(value[order], starts) if len(starts) else value[:0] for value in values]
    return contexts[starts], outcomes[starts], summed


def _best(contexts: Any, outcomes: Any, counts: Any, least: int) -> tuple[Any, Any, Any]:
    """Keeps the contexts seen `least` times, and of each the `OUTCOMES` most frequent continuations."""
    order = np.lexsort((-counts, contexts))
    contexts, outcomes, counts = contexts[order], outcomes[order], counts[order]
    _, starts, sizes = np.unique(contexts, return_index=True, return_counts=True)
    totals = np.add.reduceat(counts, starts) if len(starts) else counts
    rank = np.arange(len(contexts)) - np.repeat(starts, sizes)
    kept = (rank < OUTCOMES) & (np.repeat(totals, sizes) >= least)
    return contexts[kept], outcomes[kept], counts[kept]


if __name__ == "__main__":
    main()
