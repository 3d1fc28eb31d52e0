"""What a function would become: its pieces share its past by their lines, and nothing is said of what is gone."""

import pytest

from beast_lsp import paths
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.history.past import PAST
from beast_lsp.engine.quality.calibration import UNCALIBRATED
from beast_lsp.engine.quality.estimate import Asked, estimate, shared_pasts
from beast_lsp.engine.quality.features import FILE, FUNCTION
from beast_lsp.engine.quality.judge import load_models
from beast_lsp.engine.quality.metrics import measure
from beast_lsp.engine.quality.score import Curve
from beast_lsp.engine.quality.standing import Ground, Standing
from beast_lsp.engine.syntax import parse

BODY = "".join(f"    if a > {n}:\n        print(a, {n})\n" for n in range(20))
WHOLE = f"def f(a):\n{BODY}\n\n"
PARTS = f"def g(a):\n{BODY[: len(BODY) // 2]}\n\ndef f(a):\n    g(a)\n"
PAST_OF_F = [8.0, 4.0, 2.0, 40.0, 0.5, 6.0]
MODELS = load_models(paths.models_folder())


def tree(text):
    return parse("python", split_lines(text))


@pytest.fixture
def standing():
    levels = {level: MODELS[level, True] for level in (FILE, FUNCTION)}
    grounds = {
        ("python", level): Ground(model.reference, UNCALIBRATED, Curve(model.curve)) for level, model in levels.items()
    }
    return Standing(head="abc", grounds=grounds, pasts={"a.py": {"f": PAST_OF_F}})


def test_counts_of_the_past_fall_to_the_pieces_by_their_lines(standing):
    pieces = measure(
        tree("def f(a):\n    return a\n\n\ndef g(a):\n    a += 1\n    a += 1\n    a += 1\n    a += 1\n    return a\n")
    )
    pasts = shared_pasts(Asked.of("a.py", "f", standing, tree(WHOLE)), pieces)
    assert dict(zip(PAST, pasts["f"], strict=True)) == {
        "changes": 2.0, "fixes": 1.0, "authors": 2.0, "churn": 10.0, "age": 0.5, "heat": 1.5,
    }  # fmt: skip
    assert pasts["f"][0] + pasts["g"][0] == PAST_OF_F[0]


def test_what_stays_as_it_is_keeps_its_risk(standing):
    same = estimate(Asked.of("a.py", "f", standing, tree(WHOLE)), tree(WHOLE), MODELS)
    assert same is not None
    assert same.scores == (same.together,)


def test_pieces_are_judged_each_and_together(standing):
    whole = estimate(Asked.of("a.py", "f", standing, tree(WHOLE)), tree(WHOLE), MODELS)
    parts = estimate(Asked.of("a.py", "f", standing, tree(WHOLE)), tree(PARTS), MODELS)
    assert len(parts.scores) == 2
    assert parts.scores[0] >= whole.scores[0]
    assert parts.together <= min(parts.scores)


def test_nothing_is_said_of_a_function_that_is_gone(standing):
    assert estimate(Asked.of("a.py", "f", standing, tree(WHOLE)), tree("def g(a):\n    return a\n"), MODELS) is None


def test_nothing_is_said_where_nothing_is_known():
    assert estimate(Asked.of("a.py", "f", Standing(), tree(WHOLE)), tree(PARTS), MODELS) is None
