"""How good a test file is, 0 to 100: mutants noticed 50, branch coverage 20, strength of assertions 15, stability 15.

What no test notices is said as the next tests to write.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from beast_lsp.engine.testing.mutant_words import usefulness, wanted_test
from beast_lsp.guest.wire import Judgement, MutantVerdict

_MUTANTS, _BRANCHES, _STRENGTH, _STABILITY = 50, 20, 15, 15
_NOTICED = {"killed", "timeout"}


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a score: its points out of the most, and the figure behind them in words."""

    name: str
    points: float
    most: int
    figure: str


@dataclass(frozen=True, slots=True)
class NextTest:
    """A test that should be written: the function ("" for the module), the line from 1, and the sentence about it."""

    function: str
    line: int
    sentence: str


@dataclass(frozen=True, slots=True)
class FileScore:
    """A test file's score. A part that does not apply (no branch, no mutant) is left out, and the others count more.

    `mutants` and `branches` are shares from 0 to 1; None where there are none. `failing` are tests that never passed,
    `flaky` those that passed in some of the runs.
    """

    score: int
    parts: tuple[Part, ...]
    next_tests: tuple[NextTest, ...]
    tests: int
    mutants: float | None
    branches: float | None
    failing: tuple[str, ...]
    flaky: tuple[str, ...]


def score(judgements: Sequence[Judgement]) -> FileScore:
    """The score from judgements of one file, the first with coverage and mutants; 0 where there is no test. Total."""
    if not judgements or not judgements[0]["tests"]:
        return FileScore(0, (), (), 0, None, None, (), ())
    first = judgements[0]
    failing, flaky = _unreliable(judgements)
    parts = [_mutants(first), _branches(first), _strength(first), _stability(first, failing, flaky, len(judgements))]
    known = [part for part in parts if part is not None]
    points, most = sum(part.points for part in known), sum(part.most for part in known)
    return FileScore(
        round(100 * points / most),
        tuple(known),
        next_tests(first["mutants"]),
        len(first["tests"]),
        _share(parts[0]),
        _share(parts[1]),
        tuple(failing),
        tuple(flaky),
    )


def next_tests(mutants: Sequence[MutantVerdict]) -> tuple[NextTest, ...]:
    """What no test notices, as tests to write: the functions with the most of it first."""
    groups: dict[str, list[MutantVerdict]] = defaultdict(list)
    for mutant in mutants:
        if mutant["status"] not in _NOTICED:
            groups[mutant["function"]].append(mutant)
    found = []
    for function, missed in sorted(groups.items(), key=lambda group: (-len(group[1]), group[0])):
        unreached = sorted({each["line"] for each in missed if each["status"] == "unreached"})
        if unreached:
            found.append(NextTest(function, unreached[0], _unreached(function, unreached)))
        survived = [each for each in missed if each["status"] != "unreached"]
        survived.sort(key=lambda each: (usefulness(each["operator"]), each["line"]))
        found += [NextTest(function, each["line"], wanted_test(each)) for each in survived]
    return tuple(found)


def _unreached(function: str, lines: Sequence[int]) -> str:
    where = f"line {lines[0]}" if len(lines) == 1 else f"lines {_listed(lines)}"
    of = f" of `{function}`" if function else ""
    return f"{where}{of}: no test gets here"


def _listed(lines: Sequence[int]) -> str:
    shown = ", ".join(map(str, lines[:4]))
    return f"{shown} and {len(lines) - 4} more" if len(lines) > 4 else shown


def _unreliable(judgements: Sequence[Judgement]) -> tuple[list[str], list[str]]:
    """The tests that never passed, and those that passed in some runs only; what is skipped everywhere is neither."""
    passed: Counter[str] = Counter()
    skipped: Counter[str] = Counter()
    for judgement in judgements:
        passed.update(test["name"] for test in judgement["tests"] if test["outcome"] == "passed")
        skipped.update(test["name"] for test in judgement["tests"] if test["outcome"] == "skipped")
    names = [test["name"] for test in judgements[0]["tests"] if skipped[test["name"]] < len(judgements)]
    return (
        [name for name in names if not passed[name]],
        [name for name in names if 0 < passed[name] < len(judgements)],
    )


def _mutants(judgement: Judgement) -> Part | None:
    tried = len(judgement["mutants"])
    noticed = sum(each["status"] in _NOTICED for each in judgement["mutants"])
    return _part("mutants noticed", _MUTANTS, noticed, tried, "mutants") if tried else None


def _branches(judgement: Judgement) -> Part | None:
    passed = [test for test in judgement["tests"] if test["outcome"] == "passed"]
    arcs = {(arc[0], arc[1]) for arc in judgement["arcs"]}
    if arcs:
        went = {(arc[0], arc[1]) for test in passed for arc in test["arcs"]}
        return _part("branch coverage", _BRANCHES, len(went & arcs), len(arcs), "branches")
    lines = set(judgement["lines"])
    ran = {line for test in passed for line in test["lines"]}
    return _part("branch coverage", _BRANCHES, len(ran & lines), len(lines), "lines") if lines else None


def _strength(judgement: Judgement) -> Part:
    strengths = [test["strength"] for test in judgement["tests"] if test["outcome"] != "skipped"]
    mean = sum(strengths) / len(strengths) if strengths else 0.0
    weak = sum(not test["assertions"] for test in judgement["tests"] if test["outcome"] != "skipped")
    words = f"{mean:.2f} on average" + (f", {weak} without any assertion" if weak else "")
    return Part("strength of assertions", _STRENGTH * mean, _STRENGTH, words)


def _stability(judgement: Judgement, failing: Sequence[str], flaky: Sequence[str], runs: int) -> Part:
    tests = [test for test in judgement["tests"] if test["outcome"] != "skipped" or test["name"] in flaky]
    stable = len(tests) - len(failing) - len(flaky)
    share = stable / len(tests) if tests else 0.0
    words = f"{stable} of {len(tests)} tests pass in each of {runs} runs"
    return Part("stability", _STABILITY * max(share, 0.0), _STABILITY, words)


def _part(name: str, most: int, count: int, of: int, what: str) -> Part:
    return Part(name, most * count / of, most, f"{count} of {of} {what}")


def _share(part: Part | None) -> float | None:
    return None if part is None else part.points / part.most
