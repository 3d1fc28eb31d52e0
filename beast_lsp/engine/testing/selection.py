"""Which tests of a file stay: those that pass in every run and order, and add something that the others don't.

What a test adds are lines and branches of the module that it runs, and mutants that it notices. The choice is greedy,
by what a test adds for its length, and then every test goes that the others make up for.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from beast_lsp.guest.wire import Judgement, TestVerdict

_HEAD = 3  # What every test costs a reader, in lines.
_LINE, _BRANCH, _MUTANT = "line", "branch", "mutant"
_Gain = tuple[str, object]


@dataclass(frozen=True, slots=True)
class Selection:
    """The tests that stay, each with what it adds, and those that go, each with why: by name, as ends of a sentence.

    A name is a test function's; the rows of its parameters stay or go together.
    """

    kept: Mapping[str, str]
    dropped: Mapping[str, str]


def select(
    judgements: Sequence[Judgement], there: Collection[str] = (), sizes: Mapping[str, int] | None = None
) -> Selection:
    """The selection from judgements of the same file, of which the first has coverage and mutants.

    Tests in `there` stay in any case. `sizes` are the lines of a test function, where they are known.
    """
    if not judgements:
        return Selection({}, {})
    runs = [_outcomes(each["tests"]) for each in judgements]
    dropped = {name: why for name in runs[0] if name not in there and (why := _unstable(name, runs))}
    gains = _gains(judgements[0]["tests"])
    seen = set[_Gain]().union(*(gains[name] for name in gains if name in there))
    order = {name: number for number, name in enumerate(runs[0])}
    left = {name: gain for name, gain in gains.items() if name not in dropped and name not in there}
    chosen = _minimal(_greedy(left, seen, sizes or {}, order), gains, seen)
    for name in left.keys() - chosen.keys():
        dropped[name] = "adds nothing: what it runs and notices, other tests do as well"
    return Selection(
        {name: chosen[name] for name in sorted(chosen, key=order.__getitem__)},
        {name: dropped[name] for name in sorted(dropped, key=order.__getitem__)},
    )


def function_name(test: str) -> str:
    """The name of a test function, from that of one of its rows of parameters."""
    return test.partition("[")[0]


def _outcomes(tests: Iterable[TestVerdict]) -> dict[str, tuple[str, str]]:
    """Of each test function its worst outcome, and the message that goes with it."""
    found: dict[str, tuple[str, str]] = {}
    for test in tests:
        name = function_name(test["name"])
        if name not in found or found[name][0] == "passed":
            found[name] = test["outcome"], test["message"]
    return found


def _unstable(name: str, runs: Sequence[Mapping[str, tuple[str, str]]]) -> str:
    """Why a test can't be relied on; "" where it passes in every run."""
    results = [run.get(name, ("missing", "")) for run in runs]
    passed = sum(outcome == "passed" for outcome, _ in results)
    if passed == len(runs):
        return ""
    if any(outcome == "unrun" for outcome, _ in results):
        return (
            f"was run {sum(outcome != 'unrun' for outcome, _ in results)} times of {len(runs)} only: the time was over"
        )
    if passed:
        return f"passes in {passed} of {len(runs)} runs, with other orders and hash seeds"
    outcome, message = results[0]
    if outcome == "skipped":
        return "is skipped"
    said = message.strip().splitlines()
    return f"fails: {said[-1].strip()[:200]}" if said else "fails"


def _gains(tests: Iterable[TestVerdict]) -> dict[str, set[_Gain]]:
    found: dict[str, set[_Gain]] = defaultdict(set)
    for test in tests:
        gain = found[function_name(test["name"])]
        if test["outcome"] != "passed":
            continue
        gain.update((_LINE, line) for line in test["lines"])
        gain.update((_BRANCH, tuple(arc)) for arc in test["arcs"])
        gain.update((_MUTANT, mutant) for mutant in test["kills"])
    return found


def _greedy(
    gains: Mapping[str, set[_Gain]], seen: set[_Gain], sizes: Mapping[str, int], order: Mapping[str, int]
) -> dict[str, str]:
    """The tests that add something to those before them, the best for its length first."""
    left, known = dict(gains), set(seen)
    chosen: dict[str, str] = {}

    def worth(name: str) -> tuple[float, int, int]:
        size = sizes.get(name, 1)
        return len(left[name] - known) / (size + _HEAD), -size, -order[name]

    while left:
        name = max(left, key=worth)
        new = left.pop(name) - known
        if not new:
            break
        known |= new
        chosen[name] = _sentence(new)
    return chosen


def _minimal(chosen: dict[str, str], gains: Mapping[str, set[_Gain]], seen: set[_Gain]) -> dict[str, str]:
    """The chosen tests without those that the others make up for, the latest and least first."""
    kept = dict(chosen)
    for name in reversed(list(chosen)):
        others = seen.union(*(gains[each] for each in kept if each != name))
        if gains[name] <= others:
            del kept[name]
    return kept


def _sentence(new: Iterable[_Gain]) -> str:
    kinds = [kind for kind, _ in new]
    ran = [text for kind in (_LINE, _BRANCH) if (text := _counted(kinds.count(kind), kind))]
    noticed = _counted(kinds.count(_MUTANT), _MUTANT)
    parts = [f"runs {' and '.join(ran)}" if ran else "", f"notices {noticed}" if noticed else ""]
    return f"{', and '.join(filter(None, parts))} more"


def _counted(count: int, kind: str) -> str:
    if not count:
        return ""
    plural = {"branch": "branches"}.get(kind, f"{kind}s")
    return f"{count} {kind if count == 1 else plural}"
