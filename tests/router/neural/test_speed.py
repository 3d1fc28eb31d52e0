"""What a keystroke costs, by a clock that only the model moves, and what follows from it."""

from pathlib import Path

import pytest
from neural_fakes import FakeModel, FakeState

from beast_lsp.config import Config
from beast_lsp.router.backends.neural.model import LanguageModel
from beast_lsp.router.backends.neural.speed import ENABLED, LIMIT_MS, fastest, keystrokes, reason_against

FIXTURES = Path(__file__).parent / "fixtures"
FEEDS = 11  # Of a keystroke: what was typed, and ten pieces one by one.


class TimedModel(FakeModel):
    """Each feed takes the next of these milliseconds; the last one goes on."""

    def __init__(self, *milliseconds):
        super().__init__()
        self.now, self.costs = 0.0, list(milliseconds)

    def new_state(self):
        self.states.append(TimedState(self))
        return self.states[-1]


class TimedState(FakeState):
    def feed(self, ids, keep=1):
        self._model.now += (self._model.costs.pop(0) if len(self._model.costs) > 1 else self._model.costs[0]) / 1e3
        return super().feed(ids, keep)


def test_a_keystroke_is_what_is_typed_and_ten_pieces_after_a_text_that_was_read():
    model = TimedModel(1000, 2)
    assert keystrokes(model, 3, lambda: model.now) == pytest.approx([2 * FEEDS] * 3)
    assert [len(fed) for fed in model.states[0].fed[: 1 + FEEDS]] == [256, 3, *[1] * 10]


def test_every_keystroke_goes_on_from_the_same_text():
    model = TimedModel(1)
    keystrokes(model, 5, lambda: model.now)
    assert len(model.states[0].ids) == 256 + 13


def test_a_model_with_a_small_context_can_be_measured():
    assert len(keystrokes(LanguageModel(FIXTURES), 2)) == 2


def test_a_machine_that_was_busy_at_first_is_not_slow():
    model = TimedModel(1, *[9] * FEEDS, 1)
    assert fastest(model, lambda: model.now) == pytest.approx(FEEDS)


def test_a_fast_machine_is_measured_for_a_tenth_of_a_second():
    model = TimedModel(1)
    fastest(model, lambda: model.now)
    assert 80 < model.now * 1e3 <= 100


def test_a_slow_machine_is_measured_twice_and_no_more():
    model = TimedModel(50)
    assert fastest(model, lambda: model.now) == pytest.approx(50 * FEEDS)
    assert len(model.states[0].fed) == 1 + 2 * FEEDS


@pytest.mark.parametrize(
    ("mode", "milliseconds", "reason"),
    [
        ("auto", 8.0, ""),
        ("auto", LIMIT_MS, ""),
        ("auto", 85.4, "this machine is too slow (85 ms a keystroke)"),
        ("on", 8.0, ""),
        ("on", 850.0, ""),
        ("off", 8.0, "completion_model.enabled is off"),
        ("off", 850.0, "completion_model.enabled is off"),
    ],
)
def test_the_setting_and_the_machine_decide(mode, milliseconds, reason):
    assert reason_against(Config({ENABLED.key: mode}), milliseconds) == reason


def test_without_a_setting_the_machine_decides():
    assert reason_against(Config(), LIMIT_MS + 1)
    assert not reason_against(Config(), LIMIT_MS - 1)
