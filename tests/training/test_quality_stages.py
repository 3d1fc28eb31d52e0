"""The stages of the fix-risk models, one after the other, on small repositories with a history."""

import json
import os
import random
import subprocess
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.quality.features import FEATURES, FUNCTION
from beast_lsp.engine.quality.judge import load_models

sklearn = pytest.importorskip("sklearn", reason="scikit-learn is part of the extra `train`")
pytest.importorskip("onnx", reason="onnx is part of the extra `train`")
pytest.importorskip("lightgbm", reason="lightgbm is part of the extra `train`")

from beast_lsp.engine.manifest import write_manifest  # noqa: E402 - after what it needs was looked for.
from beast_lsp.training.quality import figures, stages  # noqa: E402
from beast_lsp.training.quality.card import card  # noqa: E402
from beast_lsp.training.quality.mine import mine  # noqa: E402
from beast_lsp.training.quality.prepare import Table  # noqa: E402
from beast_lsp.training.quality.rows import Mined  # noqa: E402

TRAIN, DEV, RESERVED = ("a/a", "a/b", "a/c"), "a/e", "a/d"
MIT = "Permission is hereby granted, free of charge, to any person"


def repository(folder: Path, seed: int, licence: str = MIT) -> None:
    """Twelve years of a repository in which the long functions are fixed now and then."""
    folder.mkdir(parents=True)
    draw = random.Random(seed)
    git(folder, "init", "-q", "-b", "main")
    (folder / "LICENSE").write_text(licence, "utf-8")
    lengths = [draw.randint(1, 30) for _ in range(40)]
    versions = [0] * 40
    for quarter in range(4 * 10):
        for chosen in draw.choices(range(40), weights=lengths, k=4):
            versions[chosen] += 1
        write(folder, lengths, versions)
        message = "Fix a crash" if draw.random() < 0.6 else "Add a feature"
        date = f"{2014 + quarter // 4}-{1 + quarter % 4 * 3:02}-15T12:00:00Z"
        git(folder, "add", "-A")
        git(folder, "commit", "-q", "-m", message, GIT_COMMITTER_DATE=date, GIT_AUTHOR_DATE=date)


def write(folder: Path, lengths: list[int], versions: list[int]) -> None:
    for start in range(0, 40, 2):
        texts = []
        for number in range(start, start + 2):
            body = [f"    value{line} = call{line}(argument, {line})" for line in range(lengths[number])]
            texts.append(
                "\n".join([f"def function{number}(argument):", *body, f"    return made_in({versions[number]})"])
            )
        (folder / f"module{start}.py").write_text("\n\n\n".join(texts) + "\n", "utf-8")


def git(folder: Path, *words: str, **environment: str) -> None:
    name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", *name, *words], cwd=folder, check=True, env={**os.environ, **environment})


@pytest.fixture(scope="module")
def mined(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("quality")
    for seed, name in enumerate([*TRAIN, DEV, RESERVED]):
        repository(folder / "clones" / name.replace("/", "__"), seed)
    repository(folder / "clones" / "a__f", 9, "All rights reserved.")
    mine(folder / "clones", folder / "mined", "python")
    return folder / "mined"


@pytest.fixture(scope="module")
def run(mined: Path) -> Path:
    tables, made = mined.parent / "tables", mined.parent / "run"
    stages.prepare_tables(mined, tables)
    stages.train(tables, made)
    return made


def test_reserved_and_unlicensed_repositories_are_not_mined(mined: Path) -> None:
    assert sorted(path.stem for path in mined.glob("*.npz")) == ["a__a", "a__b", "a__c", "a__e"]


def test_labels_are_of_the_year_after_and_the_past_of_the_year_before(mined: Path) -> None:
    rows = Mined.load(mined / "a__a.npz").functions
    years = sorted(set(rows.years.tolist()))
    for before, after in pairwise(years):
        # Functions never move here, so one year's labels are the next year's past.
        earlier, later = rows.of(rows.years == before), rows.of(rows.years == after)
        assert set(earlier.where[earlier.fixes > 0]) == set(later.where[later.past[:, 1] > 0])


def test_mining_again_gives_the_same(mined: Path, tmp_path: Path) -> None:
    mine(mined.parent / "clones", tmp_path, "python", ["a/b"])
    first, again = Mined.load(mined / "a__b.npz"), Mined.load(tmp_path / "a__b.npz")
    assert (first.functions.past == again.functions.past).all()
    assert (first.functions.fixes == again.functions.fixes).all()


def test_what_is_exported_gives_what_was_fitted_and_sums(mined: Path, run: Path, tmp_path: Path) -> None:
    tables = mined.parent / "tables"
    stages.export(tables, run, tmp_path)
    write_manifest(tmp_path)
    for (level, with_past), model in load_models(tmp_path).items():
        table = Table.load(tables / f"{level}.npz")
        features = table.features.copy()
        features[::3, ::2] = np.nan
        scored = model.score(features)
        fitted, _ = stages.load(run, level, with_past=with_past)
        assert np.allclose(scored.logits, fitted.bias + fitted.contributions(features).sum(axis=1), atol=1e-9)
        assert np.abs(scored.bias + scored.contributions.sum(axis=1) - scored.logits).max() < 1e-9


def test_without_a_past_nothing_rests_on_one(run: Path) -> None:
    fitted, _ = stages.load(run, FUNCTION, with_past=False)
    used = {name for name, weight in zip(FEATURES[FUNCTION], fitted.weights, strict=True) if weight}
    assert "lines" in used
    assert not {name for name in used if name.startswith(("past_", "workspace_"))}


def test_the_card_says_what_was_found(mined: Path, run: Path) -> None:
    tables = mined.parent / "tables"
    stages.compare(tables, run)
    stages.evaluate(tables, run)
    text = card(tables, run)
    assert "a/e@" in text
    assert all(f"| {name} |" in text for name in ("lines", "linear", "additive", "boosting", "network", "ensemble"))
    found = json.loads((run / "figures.json").read_text("utf-8"))
    assert f"{found['function']['gains']['auc'][0]:+.3f}" in text


@pytest.mark.parametrize(
    ("better", "expected"), [("linear", "linear"), ("ensemble", "ensemble"), ("network", "network"), ("lines", "lines")]
)
def test_the_simplest_that_is_not_beaten_is_chosen(better: str, expected: str) -> None:
    found = {name: {"auc": 0.7, "size_matched_auc": 0.6} for name in stages.LEARNERS}
    found[better] = {"auc": 0.8, "size_matched_auc": 0.7}
    assert stages.simplest(found) == expected


def test_a_little_better_is_not_worth_more_parts() -> None:
    found = {name: {"auc": 0.7, "size_matched_auc": 0.6} for name in stages.LEARNERS}
    found["ensemble"] = {"auc": 0.704, "size_matched_auc": 0.8}
    assert stages.simplest(found) == "lines"


labels = st.lists(st.booleans(), min_size=20, max_size=60).filter(lambda known: 0 < sum(known) < len(known))


@given(labels, st.integers(0, 1_000))
def test_figures_of_perfect_and_of_constant_risks(known: list[bool], seed: int) -> None:
    truth, lines, moments = (
        np.array(known),
        np.random.default_rng(seed).integers(1, 90, len(known)),
        np.ones(len(known)),
    )
    perfect = figures.figures(truth.astype(float), truth, lines, moments)
    constant = figures.figures(np.full(len(known), truth.mean()), truth, lines, moments)
    assert (perfect["auc"], perfect["r2"], perfect["f1"], perfect["ece"]) == (1.0, 1.0, 1.0, 0.0)
    assert (constant["auc"], constant["observed_expected"]) == (0.5, pytest.approx(1.0))
    assert constant["r2"] == pytest.approx(0.0, abs=1e-9)


def test_pairs_of_different_moments_are_not_compared() -> None:
    risks, truth = np.array([0.1, 0.2, 0.8, 0.9]), np.array([False, True, False, True])
    assert figures.matched_auc(risks, truth, np.array([1, 1, 2, 2])) == 1.0
    assert figures.matched_auc(risks, truth, np.ones(4)) == 0.75


def test_size_explains_nothing_among_functions_of_one_size() -> None:
    lines = np.repeat(np.arange(1, 11), 30)
    truth = np.random.default_rng(1).random(300) < lines / 20
    found = figures.figures(lines / 20, truth, lines, np.ones(300))
    assert found["auc"] > 0.6
    assert found["size_matched_auc"] == pytest.approx(0.5)
