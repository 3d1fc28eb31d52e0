"""No probe program is changed by a refactoring, and few are refused without need; see `refactoring_probes`."""

import pytest
from program_runs import ProgramRuns
from refactoring_engine import attempted
from refactoring_probes import Judge, Outcome, Probe, probes, read

NEEDLESS = {
    "inline_function: called from another file": "calls are inlined within the function's own file",
    "inline_function: a method that only returns an attribute": "methods are not inlined",
}
"""Safe cases that are not done yet, by name, each with the reason. A case that is done has to leave this list."""


@pytest.fixture(scope="module")
def judge():
    with ProgramRuns() as runs:
        yield Judge(runs)


@pytest.mark.parametrize("probe", probes(), ids=lambda probe: probe.name)
def test_a_program_does_the_same_after_a_refactoring(probe: Probe, judge: Judge):
    before = judge.before(probe)
    assert before.printed.strip() and not before.ended, before
    verdict = judge.verdict(probe, attempted)
    assert verdict.outcome not in {Outcome.BROKEN, Outcome.CRASHED}, verdict.detail
    is_done = verdict.outcome is Outcome.RIGHT
    if not probe.is_trap:
        assert is_done == (probe.name not in NEEDLESS), f"{verdict.outcome.value}: {verdict.detail}"
    if probe.expected:
        assert is_done == (probe.expected == "done"), f"{verdict.outcome.value}: {verdict.detail}"


def test_few_refusals_are_needless():
    safe = {probe.name for probe in probes() if not probe.is_trap}
    assert NEEDLESS.keys() <= safe
    assert len(NEEDLESS) <= len(safe) / 10


def test_there_are_many_cases_of_either_kind_each_with_a_name_of_its_own():
    names = [probe.name for probe in probes()]
    traps = sum(probe.is_trap for probe in probes())
    assert len(set(names)) == len(names) >= 400
    assert len(names) * 0.4 <= traps <= len(names) * 0.6


def test_marks_are_read_as_places():
    (probe,) = read("topic", "=== a title\nsafe crlf tabs: rename name=b\nif ä:\n    ¦a = 1\nprint(2)\n")
    assert probe.files == {"main.py": "if ä:\r\n\ta = 1\r\nprint(2)\r\n"}
    assert probe.byte_range == (9, 9)
    (probe,) = read("topic", "=== a title\ntrap: x => done\n--- main.py\nimport b\n--- b.py\n«a» = 1\n")
    assert (probe.path, probe.byte_range, probe.expected) == ("b.py", (0, 1), "done")


def test_a_case_without_a_refactoring_or_a_place_is_no_case():
    with pytest.raises(ValueError, match="says no refactoring"):
        read("topic", "=== a title\nsafe\nprint(1)\n")
    with pytest.raises(ValueError, match="no place is marked"):
        read("topic", "=== a title\nsafe: rename name=b\nprint(1)\n")


def test_runs_tell_what_is_printed_and_how_a_program_ends():
    with ProgramRuns() as runs:
        assert runs.run({"main.py": "import b", "b.py": "print(1)"}) == ("1\n", "")
        assert runs.run({"main.py": "import b", "b.py": "print(2)"}) == ("2\n", "")
        assert runs.run({"main.py": "print(3)\n[][0]"}) == ("3\n", "IndexError")
        assert runs.run({"main.py": "raise SystemExit(4)"}) == ("", "4")
        assert runs.run({"main.py": "import os; os._exit(0)"}).ended == "hangs, or ends the process"
        assert runs.run({"main.py": "print(5)"}) == ("5\n", "")
