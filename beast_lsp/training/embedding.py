"""Trains the static embedding of code.

    python -m beast_lsp.training.embedding PAIRS OUTPUT.npz

PAIRS is what `training.pairs` wrote. Each text of a pair has to find the other one among those of its batch
(multiple negatives ranking, Henderson et al., 2017); half of the batches are of one repository, where that is
hardest. The loss and the layer are those of sentence-transformers; the server reads the matrix with numpy alone.
"""

import argparse
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from rich.progress import track
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss
from sentence_transformers.sentence_transformer.modules import StaticEmbedding
from tokenizers import Tokenizer, models, pre_tokenizers

from beast_lsp.engine.embedding import save
from beast_lsp.engine.secrets import looks_like_secret
from beast_lsp.training.pairs import KINDS, load

SHARED = 3
"""How many repositories must use a term."""
SHARES = dict(zip(KINDS, (0.8, 0.1, 0.1), strict=True))
"""How much of what is drawn is of each kind of pair."""
_FIRST = 0.01  # The learning rate of the first steps.

Pair = tuple[str, str, str]


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("pairs", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("--terms", type=int, default=24_000)
    parser.add_argument("--dimensions", type=int, default=192)
    parser.add_argument("--steps", type=int, default=2_500)
    parser.add_argument("--batch", type=int, default=1_024)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    torch.manual_seed(options.seed)
    repositories = [load(path) for path in sorted(options.pairs.glob("*.xz"))]
    words = vocabulary(repositories, options.terms)
    layer = StaticEmbedding(tokenizer(words), embedding_dim=options.dimensions)
    model = SentenceTransformer(modules=[layer], device="cpu")
    train(model, batches(repositories, options.batch, options.seed), options.steps)
    matrix = layer.embedding.weight.detach().numpy()[1:]
    save(options.output, words, matrix)
    print(f"{options.output.name}: {len(words):,} terms, {options.output.stat().st_size / 1e6:.1f} MB")


def vocabulary(repositories: Sequence[Sequence[Pair]], limit: int) -> list[str]:
    """The terms that `SHARED` repositories use, the most frequent first; nothing that looks like a secret."""
    holders: Counter[str] = Counter()
    uses: Counter[str] = Counter()
    for pairs in repositories:
        counts = Counter(term for _, left, right in pairs for term in f"{left} {right}".split())
        holders.update(counts.keys())
        uses.update(counts)
    shared = [term for term, number in holders.items() if number >= SHARED and not looks_like_secret(term)]
    return sorted(shared, key=lambda term: (-uses[term], term))[:limit]


def tokenizer(words: Sequence[str]) -> Tokenizer:
    """Splits at blanks; term i of `words` is id i + 1, and 0 is any other."""
    made = Tokenizer(models.WordLevel({"": 0} | {word: number + 1 for number, word in enumerate(words)}, unk_token=""))
    made.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return made


def batches(repositories: Sequence[Sequence[Pair]], size: int, seed: int) -> Iterator[list[Pair]]:
    """Batches without end: one of a single repository, then one of all."""
    random = np.random.default_rng(seed)
    large = [_by_kind(pairs) for pairs in repositories if len(pairs) >= size]
    shares = np.sqrt([sum(map(len, pairs.values())) for pairs in large])
    shares /= shares.sum()
    everything = _by_kind([pair for pairs in repositories for pair in pairs])
    while True:
        yield _drawn(large[random.choice(len(large), p=shares)], size, random)
        yield _drawn(everything, size, random)


def _by_kind(pairs: Sequence[Pair]) -> dict[str, list[Pair]]:
    return {kind: [pair for pair in pairs if pair[0] == kind] for kind in KINDS}


def _drawn(pairs: Mapping[str, Sequence[Pair]], size: int, random: np.random.Generator) -> list[Pair]:
    """Pairs by the shares of their kinds, none twice."""
    chosen: list[Pair] = []
    for kind, share in SHARES.items():
        number = min(len(pairs[kind]), round(share * size))
        chosen += [pairs[kind][at] for at in random.choice(len(pairs[kind]), number, replace=False)]
    return chosen


def train(model: SentenceTransformer, drawn: Iterator[list[Pair]], steps: int) -> None:
    """Trains as the rate falls along a cosine to nothing."""
    loss = MultipleNegativesRankingLoss(model, scale=20.0)
    optimiser = torch.optim.Adam(model.parameters(), lr=_FIRST)
    total = 0.0
    for step in track(range(steps), "training"):
        for group in optimiser.param_groups:
            group["lr"] = _FIRST * (1 + math.cos(math.pi * step / steps)) / 2
        _, left, right = zip(*next(drawn), strict=True)
        found = loss([model.preprocess(list(texts)) for texts in (left, right)], None)
        optimiser.zero_grad()
        found.backward()
        optimiser.step()
        total += found.item()
        if (step + 1) % 100 == 0:
            print(f"step {step + 1}: {total / 100:.4f}", flush=True)
            total = 0.0


if __name__ == "__main__":
    main()
