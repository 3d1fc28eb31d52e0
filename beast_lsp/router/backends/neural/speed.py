"""Whether this machine is fast enough for the completion model: what a keystroke costs, measured once it is loaded."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from beast_lsp.config import Config, Option, option
from beast_lsp.engine.subwords import FIRST_BYTE

if TYPE_CHECKING:
    from beast_lsp.router.backends.neural.model import LanguageModel, State

ENABLED: Option[str] = option(
    "completion_model.enabled",
    "auto",
    "Whether the completion model suggests beside the workspace model: `auto` where this machine is fast enough for "
    "it (`beast-lsp models` measures it), `on` even where it is not, `off` never.",
    choices=("auto", "on", "off"),
)
LIMIT_MS = 60.0
"""A keystroke that takes longer makes ghost text come late: the workspace model alone is better then."""
_BEFORE = 256  # Ids that the model has read when the key is pressed.
_TYPED, _WRITTEN = 3, 10  # Ids that a keystroke feeds at once, and then one by one.
_BUDGET_MS = 100.0  # The time that the server's own measurement may take, but for the rounds below.
_FEWEST = 2  # Rounds; one alone may have been held up by another process.


def keystrokes(model: LanguageModel, rounds: int, clock: Callable[[], float] = time.perf_counter) -> list[float]:
    """What so many keystrokes took, in milliseconds: each goes on with a text that the model has read."""
    state, length = _warm(model)
    return [_keystroke(state, length, clock) for _ in range(rounds)]


def fastest(model: LanguageModel, clock: Callable[[], float] = time.perf_counter) -> float:
    """The least that a keystroke took here, in milliseconds; it tries for 0.1 s, and twice where that is too short."""
    started = clock()
    state, length = _warm(model)
    found: list[float] = []
    while len(found) < _FEWEST or (clock() - started) * 1e3 + found[-1] < _BUDGET_MS:
        found.append(_keystroke(state, length, clock))
    return min(found)


def is_too_slow(milliseconds: float) -> bool:
    """Whether a machine on which a keystroke takes so long should go without the model."""
    return milliseconds > LIMIT_MS


def reason_against(config: Config, milliseconds: float) -> str:
    """Why the completion model is not used, given what a keystroke takes; empty where it is used."""
    mode = config[ENABLED]
    if mode == "off":
        return f"{ENABLED.key} is off"
    if mode == "auto" and is_too_slow(milliseconds):
        return f"this machine is too slow ({milliseconds:.0f} ms a keystroke)"
    return ""


def _warm(model: LanguageModel) -> tuple[State, int]:
    """A state that has read some text, and the length of that."""
    state = model.new_state()
    length = min(_BEFORE, model.context - _TYPED - _WRITTEN)
    state.feed([FIRST_BYTE + number % 256 for number in range(length)])
    return state, length


def _keystroke(state: State, length: int, clock: Callable[[], float]) -> float:
    state.rewind(length)
    started = clock()
    state.feed([FIRST_BYTE + number for number in range(_TYPED)])
    for number in range(_WRITTEN):
        state.feed([FIRST_BYTE + number])
    return (clock() - started) * 1e3
