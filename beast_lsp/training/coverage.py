"""Fits the prediction of test coverage to what tests really ran (`engine.coverage.prediction`).

    python -m beast_lsp.training.coverage CHECKOUT=DATABASE…

DATABASE is coverage.py's, written by `pytest --cov=PACKAGE --cov-context=test`: it tells what each test file ran. So
one run gives the truth for parts of the tests too, and the model learns what a project with few tests looks like: each
repository counts with all of its tests, with a third and with a tenth of them. Prints the weights, and the figures of
each repository by the weights that were fitted to the others.
"""

from __future__ import annotations

import argparse
import random
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from beast_lsp.engine.coverage.mentions import FileMentions, mentions
from beast_lsp.engine.coverage.prediction import FEATURES, Evidence, evidence
from beast_lsp.engine.coverage.readers import executed_only, lines_of_numbits
from beast_lsp.engine.coverage.report import Coverage, covered_share
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.syntax import parse
from beast_lsp.training.corpus import part, source_files

SHARES = (1.0, 0.3, 0.1)
"""Of the test files, which take part."""
_DRAWS = 3  # of each share below one.
_COVERED = 0.5  # A function is covered where more than half of its lines ran.


class Row(NamedTuple):
    """One function under one choice of test files: whether it is covered, and what was known without running them."""

    repository: str
    share: float
    is_covered: bool
    is_mentioned: bool
    found: Evidence


class Project:
    """A checkout: its texts, and what their functions mention."""

    def __init__(self, checkout: Path) -> None:
        self.name = checkout.name.replace("__", "/", 1)
        self.lines = dict(source_files(checkout, "python"))
        self.files = [
            mentions(path, extract_facts(parse("python", lines)), lines) for path, lines in self.lines.items()
        ]
        self._ends = {
            (file.path, each.definition.line): each.definition for file in self.files for each in file.functions
        }

    def rows(self, coverage: Coverage, share: float = 1.0, left_out: Iterable[str] = ()) -> Iterator[Row]:
        """A row for each function that the report can tell of, as if the test files `left_out` were not there."""
        gone = frozenset(left_out)
        files = [file for file in self.files if file.path not in gone]
        mentioned = frozenset(name for file in files if file.is_test for name in _names(file))
        for found in evidence(files):
            known = self._ends[found.path, found.line]
            ran = covered_share(coverage, found.path, known.line, known.end_line, self.lines[found.path])
            if ran is not None:
                yield Row(self.name, share, ran > _COVERED, known.name in mentioned, found)

    def rows_by_share(self, database: Path) -> Iterator[Row]:
        """The rows for all tests, and for parts of them drawn at random."""
        ran = _by_test(database, [file.path for file in self.files if file.is_test])
        tests = sorted(set(ran) - {""})
        root = _root(database, self.lines)
        for share in SHARES:
            for seed in range(_DRAWS if share < 1 else 1):
                count = max(1, round(share * len(tests)))
                chosen = random.Random(seed).sample(tests, count)  # noqa: S311 - a repeatable choice.
                executed = [each for test in ["", *chosen] for each in ran.get(test, ())]
                yield from self.rows(executed_only(executed, root), share, set(tests) - set(chosen))


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("measured", nargs="+", metavar="CHECKOUT=DATABASE")
    rows: list[Row] = []
    for measured in parser.parse_args().measured:
        checkout, _, database = measured.partition("=")
        project = Project(Path(checkout))
        if part(project.name) != "train":
            parser.error(f"{project.name} is not for training")
        rows += project.rows_by_share(Path(database))
        print(f"{project.name}: {len(rows):,} rows", flush=True)
    names = sorted({row.repository for row in rows})
    for name in names if len(names) > 1 else ():
        own = [row for row in rows if row.repository == name]
        report(own, probabilities(fit([row for row in rows if row.repository != name]), own))
    print_weights(fit(rows))


def fit(rows: Sequence[Row]) -> Any:
    """The logistic regression of the rows; each repository and share counts the same."""
    sizes: defaultdict[tuple[str, float], int] = defaultdict(int)
    for row in rows:
        sizes[row.repository, row.share] += 1
    weights = np.array([1 / sizes[row.repository, row.share] for row in rows])
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1_000))
    weights *= len(rows) / weights.sum()
    return model.fit(_table(rows), _labels(rows), logisticregression__sample_weight=weights)


def probabilities(model: Any, rows: Sequence[Row]) -> Any:
    """What a fitted model says of rows."""
    return model.predict_proba(_table(rows))[:, 1]


def report(rows: Sequence[Row], risks: Any) -> None:
    """Prints the figures of some rows, by share of the tests, beside the baselines."""
    for share in sorted({row.share for row in rows}, reverse=True):
        chosen = np.array([row.share == share for row in rows])
        here = [row for row in rows if row.share == share]
        print(f"{here[0].repository:<28}{share:>4.0%} of tests  {_figures(here, risks[chosen])}", flush=True)


def print_weights(model: Any) -> None:
    """Prints the constants of `engine.coverage.prediction`, for values that are not scaled."""
    scaler, regression = model[0], model[-1]
    weights = regression.coef_[0] / scaler.scale_
    print("INTERCEPT =", round(float(regression.intercept_[0] - (weights * scaler.mean_).sum()), 3))
    print("WEIGHTS =", tuple(round(float(weight), 3) for weight in weights))
    print(dict(zip(FEATURES, (round(float(weight), 2) for weight in regression.coef_[0]), strict=True)), "(scaled)")


def _figures(rows: Sequence[Row], risks: Any) -> str:
    labels = _labels(rows)
    base = labels.mean()
    mentioned = np.array([row.is_mentioned for row in rows])
    lines = -_table(rows)[:, FEATURES.index("log_lines")]
    skill = 1 - np.square(risks - labels).sum() / max(1e-9, np.square(base - labels).sum())
    said = risks >= 0.5
    texts = [f"n {len(rows):>5}  covered {base:.3f}  expected {risks.mean():.3f}"]
    if 0 < base < 1:
        scores = {"AUC": risks, "mentioned": mentioned, "shortness": lines}
        texts += [f"{name} {roc_auc_score(labels, values):.3f}" for name, values in scores.items()]
        texts += [f"skill {skill:+.3f}"]
    texts += [f"covered {_precision_recall(labels, said)}", f"not {_precision_recall(~labels, ~said)}"]
    return "  ".join([*texts, f"by mention: not {_precision_recall(~labels, ~mentioned)}"])


def _precision_recall(labels: Any, said: Any) -> str:
    hits = (labels & said).sum()
    return f"{hits / max(1, said.sum()):.2f}/{hits / max(1, labels.sum()):.2f}"


def _by_test(database: Path, tests: Sequence[str]) -> dict[str, list[tuple[str, list[int]]]]:
    """What each test file ran; under "" what ran outside of a test, such as imports."""
    tables = "line_bits JOIN file ON file.id = file_id JOIN context ON context.id = context_id"
    found: defaultdict[str, list[tuple[str, list[int]]]] = defaultdict(list)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for context, path, numbits in connection.execute(f"SELECT context, path, numbits FROM {tables}"):  # noqa: S608 - our words.
            found[_test_path(context.partition("::")[0], tests)].append((path, list(lines_of_numbits(numbits))))
    return dict(found)


def _test_path(name: str, tests: Sequence[str]) -> str:
    """The path of a test file, which pytest names from its own root."""
    return name if name in tests else next((test for test in tests if name and test.endswith(f"/{name}")), name)


def _root(database: Path, lines: Iterable[str]) -> str:
    """The folder in which the tests ran, by the ends of the paths that they measured."""
    known = frozenset(lines)
    with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        for (path,) in connection.execute("SELECT path FROM file ORDER BY length(path) DESC"):
            parts = path.split("/")
            for count in range(1, len(parts)):
                if "/".join(parts[count:]) in known:
                    return "/".join(parts[:count])
    return ""


def _table(rows: Sequence[Row]) -> Any:
    return np.array([row.found.values for row in rows], np.float64)


def _labels(rows: Sequence[Row]) -> Any:
    return np.array([row.is_covered for row in rows], bool)


def _names(file: FileMentions) -> frozenset[str]:
    return file.outside.all.union(*(function.names.all for function in file.functions))


if __name__ == "__main__":
    main()
