"""What both models offer together: the workspace's words, judged, and what only the completion model expects."""

import numpy as np
import pytest
from neural_fakes import SUBWORDS, FakeModel

from beast_lsp.engine.analysis import analyse
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.ngram.mixture import EMPTY, Distribution
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.router.backends.workspace.calibrator import with_calibrated
from beast_lsp.router.backends.workspace.features import FEATURES, KEEP_FEATURES, NEURAL_FEATURES
from beast_lsp.router.backends.workspace.guide import PASSES, trust
from beast_lsp.router.backends.workspace.session import Knowledge, Neural, Option, Session


def options(source: str, *chain: str, context: int = 400) -> tuple[list[Option], FakeModel]:
    """The candidates at $0, with a model that expects each token of `chain` after the one before."""
    before, _, after = source.partition("$0")
    position = Position(before.count("\n"), len(before.rpartition("\n")[2]))
    document = Document("file:///x.py", "python", 1, split_lines(before + after))
    model = FakeModel(chain, context)
    neural = Neural(model, PromptMaker(SUBWORDS, context))  # type: ignore[arg-type]
    session = Session()
    _, found = session.options(document, position, analyse(document), Knowledge(), neural=neural)
    return found, model


def texts(source: str, *chain: str) -> set[str]:
    return {option.step.text for option in options(source, *chain)[0]}


def test_a_new_token_that_only_the_model_expects():
    assert "name" in texts("self.$0", ".", "name")


def test_it_goes_on_as_the_model_expects():
    assert "name)" in texts("f(self.$0", ".", "name", ")")


def test_a_typed_word_is_completed():
    assert "turn" in texts("def f():\n    re$0", "\n+", "return")


def test_a_typed_blank_belongs_to_the_next_token():
    assert "self" in texts("return $0", "return", " self")


def test_after_a_complete_word_comes_what_follows_it():
    assert "." in texts("return self$0", "return", " self", ".")


@pytest.mark.parametrize(
    ("source", "chain"),
    [
        ("self.na$0", (".", "self")),  # What is typed begins otherwise.
        ("x = $0", ("=", "name")),  # The blank is typed already, and this token has none.
        ("self.$0", (".",)),  # It expects nothing.
    ],
)
def test_what_does_not_fit_what_is_typed_is_not_offered(source: str, chain: tuple[str, ...]):
    assert not {"self", "name"} & texts(source, *chain)


@pytest.mark.parametrize("after", ["\n0", " x"])
def test_a_blank_that_no_token_follows_is_no_token(after: str):
    assert all(text.strip() for text in texts("x =$0", "=", " ", after))
    assert all(text.strip() for text in texts("self.$0", ".", "name", " ", after))


def test_every_candidate_has_the_features_of_both():
    found, _ = options("name = 1\nself.name\nself.$0", ".", "name")
    assert {len(option.features) for option in found} == {len(FEATURES) + len(NEURAL_FEATURES)}


def test_a_cold_place_has_the_workspace_s_candidates_alone():
    found, model = options("self.name\n" * 60 + "self.$0", ".", "name")
    assert {option.step.text for option in found} >= {"name"}
    assert {len(option.features) for option in found} == {len(FEATURES)}
    assert model.states == []


def test_a_request_has_a_number_of_passes():
    _, model = options("self.name(x).name\nif self.name(x): self\nself.$0", ".", "name", "(", "x", ")", ".", "self")
    assert len(model.states[0].fed) <= PASSES + 1


def test_the_workspace_is_trusted_by_what_it_has_seen():
    once = Distribution([("x", 0.9)], {"x": 0.9}, 0.1, (1, 0, 0), (1.0, 0.0, 0.0), False, 1.0, 1)
    often = Distribution([("x", 0.9)], {"x": 0.9}, 0.01, (4, 4, 0), (9.0, 9.0, 0.0), True, 30.0, 1)
    assert trust(EMPTY) == 0 < trust(once) < trust(often) < 1


def test_the_keep_predictor_sees_what_the_calibrator_says():
    class Half:
        def probabilities(self, rows: np.ndarray) -> np.ndarray:
            assert rows.shape == (2, len(FEATURES))
            return np.full(2, 0.5, np.float32)

    rows = with_calibrated(np.zeros((2, len(FEATURES) + len(NEURAL_FEATURES)), np.float32), Half())  # type: ignore[arg-type]
    assert rows.shape == (2, len(KEEP_FEATURES))
    assert rows[:, -1].tolist() == [0.5, 0.5]
