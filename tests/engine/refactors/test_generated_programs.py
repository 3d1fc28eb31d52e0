"""Programs that Hypothesis writes do the same after a refactoring at a place it picks; see `generated_programs`."""

from collections import Counter

import pytest
from generated_programs import TooLong, printed, refactored_programs
from hypothesis import HealthCheck, assume, given, settings
from refactoring_engine import attempted
from refactoring_probes import Outcome, Probe

# How many places are tried, and how many are done at least: what refuses everything changes nothing.
KINDS = {
    "rename": (60, 20),
    "extract-variable": (60, 10),
    "extract-variable-all": (120, 1),
    "extract-function": (60, 2),
    "inline-variable": (60, 2),
    "inline-function": (150, 1),
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_generated_program_does_the_same_after_a_refactoring(kind: str):
    outcomes: Counter[Outcome] = Counter()
    examples, at_least = KINDS[kind]

    @settings(max_examples=examples, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(refactored_programs(kind))
    def check(case):
        text, place = case
        assume(place is not None)
        try:
            before = printed(text)
        except TooLong:
            assume(False)
        options = {"name": place.name}
        probe = Probe("generated", "", True, kind, options, {"main.py": text}, "main.py", place.start, place.end)
        attempt = attempted(probe)
        assert attempt.outcome is not Outcome.CRASHED, attempt.reason
        outcomes[Outcome.RIGHT if attempt.files else attempt.outcome] += 1
        if attempt.files is not None:
            assert printed(attempt.files["main.py"]) == before, attempt.files["main.py"]

    check()
    assert outcomes[Outcome.RIGHT] >= at_least, outcomes


def test_the_trace_shows_what_a_program_prints_and_how_it_ends():
    assert printed("def f(a):\n    print('f', a)\nf(1)\n1 // 0") == ["f 1", "ZeroDivisionError"]
    with pytest.raises(TooLong):
        printed("while True:\n    pass")
