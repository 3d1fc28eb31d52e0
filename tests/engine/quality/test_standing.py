"""Percentiles, calibration and scores: what they mean, and that they survive being written and read."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.calibration import UNCALIBRATED, Calibration, Window, fit, loss, own_past
from beast_lsp.engine.quality.features import (
    FEATURES,
    FILE,
    FUNCTION,
    Distribution,
    Reference,
    file_features,
    function_features,
)
from beast_lsp.engine.quality.metrics import METRICS
from beast_lsp.engine.quality.score import Curve, word
from beast_lsp.engine.quality.standing import UNTOUCHED, Ground, Standing

numbers = st.floats(-1e6, 1e6)


def test_a_percentile_is_the_share_below_and_half_of_the_equal_ones() -> None:
    spread = Distribution.of([1, 2, 2, 3])
    assert spread.percentiles([1, 2, 3]).tolist() == [0.125, 0.5, 0.875]
    assert spread.percentiles([0, 9]).tolist() == [0.125, 0.875]


def test_nothing_known_says_the_middle_and_missing_stays_missing() -> None:
    assert Distribution.of([]).percentiles([5.0]).tolist() == [0.5]
    assert math.isnan(Distribution.of([1.0, 2.0]).percentiles([float("nan")])[0])


@given(st.lists(numbers, min_size=1, max_size=600), st.lists(numbers, min_size=2, max_size=5))
def test_percentiles_rise_with_the_value(known: list[float], asked: list[float]) -> None:
    found = Distribution.of(known).percentiles(sorted(asked))
    assert ((found >= 0) & (found <= 1)).all()
    assert (np.diff(found) >= 0).all()


def rows(count: int, *, with_past: bool = True) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(1)
    past = random.poisson(1.0, (count, len(PAST))).astype(float)
    return random.exponential(10, (count, len(METRICS))), past if with_past else np.full_like(past, np.nan)


def test_features_have_the_names_that_they_claim() -> None:
    values, past = rows(30)
    reference = Reference.of(values, past)
    of_file = file_features(values, past, reference)
    assert of_file.shape == (30, len(FEATURES[FILE]))
    found = function_features(values, past, of_file, reference)
    assert found.shape == (30, len(FEATURES[FUNCTION]))
    names = FEATURES[FUNCTION]
    assert (found[:, names.index("lines")] == found[:, names.index("file_lines")]).all()
    assert (found[:, names.index("past_age")] == found[:, names.index("file_age")]).all()


def test_without_a_past_what_rests_on_it_is_missing() -> None:
    values, past = rows(30, with_past=False)
    found = file_features(values, past, Reference.of(values, past))
    missing = [name for name, column in zip(FEATURES[FILE], found.T, strict=True) if np.isnan(column).all()]
    assert missing == [*(f"past_{name}" for name in PAST), "workspace_changed", "workspace_fixed"]


def window(base: float, slope: float, seed: int, count: int = 3_000) -> Window:
    """Logits, and labels that are drawn from what they are calibrated to."""
    random = np.random.default_rng(seed)
    logits = random.normal(-2, 1, count)
    return Window(logits, random.random(count) < 1 / (1 + np.exp(-(base + slope * logits))))


def test_the_own_past_moves_the_base_rate() -> None:
    found = own_past([window(1.0, 1.0, seed) for seed in range(3)])
    assert found.base + found.slope * -2 == pytest.approx(-1.0, abs=0.15)


def test_a_past_that_does_not_hold_is_not_used() -> None:
    assert own_past([window(1.5, 1.0, 1), window(1.5, 1.0, 2), window(-1.5, 1.0, 3)]) == UNCALIBRATED


@pytest.mark.parametrize("windows", [[], [window(1.0, 1.0, 1)], [Window(np.zeros(0), np.zeros(0, bool))] * 3])
def test_without_a_year_to_try_it_on_there_is_no_calibration(windows: list[Window]) -> None:
    assert own_past(windows) == UNCALIBRATED


def test_few_labels_move_it_little() -> None:
    few = fit([window(3.0, 1.0, 1, count=5)])
    many = fit([window(3.0, 1.0, 1)])
    assert abs(few.base) < abs(many.base)


def test_the_fit_is_no_worse_than_none_on_what_it_was_fitted_on() -> None:
    known = window(0.7, 0.8, 4)
    assert loss(fit([known]), known) < loss(UNCALIBRATED, known)


@given(st.lists(st.floats(1e-6, 0.9), min_size=2, max_size=300))
def test_a_greater_risk_never_has_a_better_score(risks: list[float]) -> None:
    curve = Curve.of(risks)
    scores = curve.scores(sorted(risks))
    assert scores == sorted(scores, reverse=True)
    assert scores[0] == 100
    assert all(0 <= score <= 100 for score in scores)


def test_the_score_is_what_safer_code_leaves() -> None:
    curve = Curve.of([0.1] * 9 + [0.9])
    assert curve.scores([0.1, 0.9]) == [100, pytest.approx(50, abs=1)]


@pytest.mark.parametrize(
    ("score", "name"), [(100, "solid"), (85, "solid"), (84, "fair"), (59, "delicate"), (0, "fragile")]
)
def test_scores_have_words(score: int, name: str) -> None:
    assert word(score) == name


def test_a_standing_survives_being_written() -> None:
    ground = Ground(Reference.of(*rows(30, with_past=False)), Calibration(0.5, 0.9), Curve.of([0.1, 0.2, 0.3]))
    pasts = {"a.py": {"": [1.0] * len(PAST), "f": [2.0] * len(PAST)}}
    known = Standing("m", "h", "2026-01", "", {("python", FUNCTION): ground}, pasts, {"a.py": {"f": [("c", 1.0)]}})
    again = Standing.from_json(json.loads(json.dumps(known.to_json())))
    assert again.grounds["python", FUNCTION].calibration == Calibration(0.5, 0.9)
    assert again.past("a.py", "f") == [2.0] * len(PAST)
    assert again.past("a.py", "g") == UNTOUCHED
    assert list(again.fixes["a.py"]["f"][0]) == ["c", 1.0]


def test_without_a_history_no_past_is_known() -> None:
    assert all(map(math.isnan, Standing().past("a.py", "f")))


@pytest.mark.parametrize("data", [{}, {"version": -1}, [], None, {"version": 1, "models": ""}])
def test_what_is_no_standing_is_refused(data: object) -> None:
    with pytest.raises((ValueError, TypeError, KeyError)):
        Standing.from_json(data)
