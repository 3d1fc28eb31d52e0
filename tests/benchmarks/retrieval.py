"""A function by what its author says it does: the mean reciprocal rank among 1,000 functions.

    python tests/benchmarks/retrieval.py CHECKOUTS [--family python] [--tune]

The description (its first paragraph) is taken out of the function. BM25, the embedding, and both: the BM25 score as a
share of the query's best one, plus `WEIGHT` times the cosine. With `--tune`, train repositories that the embedding
was not trained on show which weight is best; without, the dev repositories of repositories.toml are measured.
"""

import argparse
import random
import statistics
import tomllib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from beast_lsp import paths
from beast_lsp.engine.embedding import Embedding
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.retrieval.terms import terms
from beast_lsp.training.corpus import REPLAYED, source_files
from beast_lsp.training.pairs import Described, described_functions

CANDIDATES, QUERIES, FEWEST = 1_000, 100, 40
K1, B = 2.0, 0.9  # The best for BM25 at this task, and ...
WEIGHT = 2.0  # ... the best weight, both on train repositories.
WEIGHTS = (0.0, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0)
RESAMPLES = 1_000


@dataclass(frozen=True)
class Task:
    """Some descriptions; the function of the i-th one is candidate i."""

    name: str
    queries: Sequence[Mapping[str, int]]
    candidates: Sequence[Mapping[str, int]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("--family", action="append")
    parser.add_argument("--tune", action="store_true")
    parser.add_argument("--embedding", type=Path, default=paths.models_folder() / "embedding.npz")
    options = parser.parse_args()
    embedding = Embedding.load(options.embedding)
    for family in options.family or ("python", "javascript", "go"):
        tasks = read(options.checkouts, family, options.tune)
        scored = [(task, lexical(task), semantic(task, embedding)) for task in tasks]
        if options.tune:
            for weight in WEIGHTS:
                values = [mrr(fused(words, meaning, weight)) for _, words, meaning in scored]
                print(f"{family:<12}weight {weight:<6}{statistics.mean(values):.3f}")
        else:
            report(family, scored)


def read(checkouts: Path, family: str, tune: bool) -> list[Task]:
    """The tasks of the repositories that have enough described functions."""
    listed = tomllib.loads((Path(__file__).parent / "repositories.toml").read_text())
    names = REPLAYED[family] if tune else listed[family]
    found = {name: functions(checkouts / name.replace("/", "__"), family) for name in names}
    return [task(name, found) for name in names if sum(bool(one.description) for one in found[name]) >= FEWEST]


def functions(checkout: Path, family: str) -> list[Described]:
    return [
        one
        for path, lines in source_files(checkout, family)
        for one in described_functions(for_path(Path(path)).name, lines)
    ]


def task(name: str, found: Mapping[str, Sequence[Described]]) -> Task:
    """Functions of the repository, filled up with those of the others where it has too few."""
    draw = random.Random(1)
    own = draw.sample(found[name], len(found[name]))
    asked = [one for one in own if one.description][:QUERIES]
    chosen = {id(one) for one in asked}
    rest = [one for one in own if id(one) not in chosen]
    others = [one for other in sorted(found) if other != name for one in found[other]]
    draw.shuffle(others)
    candidates = [*asked, *rest, *others][:CANDIDATES]
    return Task(name, [bag(one.description) for one in asked], [bag(one.code) for one in candidates])


def bag(text: str) -> Counter[str]:
    return Counter(terms(text))


def lexical(task: Task) -> np.ndarray:
    """BM25, (queries, candidates)."""
    size = len(task.candidates)
    lengths = np.array([sum(one.values()) for one in task.candidates], dtype=np.float64)
    norms = K1 * (1 - B + B * lengths / lengths.mean())
    holders: dict[str, list[tuple[int, int]]] = {}
    for number, candidate in enumerate(task.candidates):
        for term, count in candidate.items():
            holders.setdefault(term, []).append((number, count))
    scores = np.zeros((len(task.queries), size))
    for row, query in zip(scores, task.queries, strict=True):
        for term in query:
            known = holders.get(term, ())
            rarity = np.log1p((size - len(known) + 0.5) / (len(known) + 0.5))
            for number, count in known:
                row[number] += rarity * count * (K1 + 1) / (count + norms[number])
    return scores


def semantic(task: Task, embedding: Embedding) -> np.ndarray:
    """Cosines, (queries, candidates)."""
    left, right = (
        np.stack([embedding.vector(dict.fromkeys(one, 1.0)) for one in bags])
        for bags in (task.queries, task.candidates)
    )
    return left @ right.T


def fused(words: np.ndarray, meaning: np.ndarray, weight: float) -> np.ndarray:
    return words / np.maximum(words.max(axis=1, keepdims=True), 1e-9) + weight * meaning


def reciprocal_ranks(scores: np.ndarray) -> np.ndarray:
    """Of the right candidates; equals share their mean rank."""
    right = np.diagonal(scores)[:, None]
    return 1 / (1 + (scores > right).sum(axis=1) + ((scores == right).sum(axis=1) - 1) / 2)


def mrr(scores: np.ndarray) -> float:
    return float(reciprocal_ranks(scores).mean())


def report(family: str, scored: Sequence[tuple[Task, np.ndarray, np.ndarray]]) -> None:
    rows = []
    for one, words, meaning in scored:
        row = (mrr(words), mrr(meaning), mrr(fused(words, meaning, WEIGHT)))
        rows.append(row)
        figures = "".join(f"{value:>12.3f}" for value in row)
        print(f"{one.name[:23]:<24}{len(one.queries):>5} of {len(one.candidates):<6}{figures}", flush=True)
    table = np.array(rows)
    draw = np.random.default_rng(1)
    gains = table[:, 2] - table[:, 0]
    resampled = [gains[draw.integers(len(gains), size=len(gains))].mean() for _ in range(RESAMPLES)]
    low, high = np.percentile(resampled, (2.5, 97.5))
    means = "  ".join(
        f"{name} {value:.3f}" for name, value in zip(("BM25", "embedding", "both"), table.mean(axis=0), strict=True)
    )
    print(f"{family}: {means}; both - BM25 {gains.mean():+.3f} ({low:+.3f} to {high:+.3f} over repositories)")


if __name__ == "__main__":
    main()
