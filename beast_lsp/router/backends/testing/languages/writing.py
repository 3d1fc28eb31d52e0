"""From a file to its tests: calls are recorded, chosen, rendered, and judged in several orders."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Target
from beast_lsp.engine.testing.languages.selecting import select
from beast_lsp.errors import TestsRefused

_CALLS_OF_ONE, _CALLS = 40, 800


class Toolchain(Protocol):
    """What a language must be able to do here.

    `patience` is how many times the usual seconds its builds may take; `orders` are seeds of the order of the tests,
    0 as they stand.
    """

    patience: float
    orders: tuple[int, ...]

    @property
    def framework(self) -> str:
        """The framework of the tests."""
        ...

    def targets(self, tree: SyntaxTree, others: list[SyntaxTree]) -> list[Target]:
        """What a test can call."""
        ...

    def calls(self, tree: SyntaxTree, target: Target, limit: int) -> list[Call]:
        """Calls to try."""
        ...

    def record(self, wanted: Mapping[int, Call], seconds: float) -> dict[int, Outcome | None]:
        """What the calls give; None where no literal says it."""
        ...

    def render(self, cases: list[Case], source: str) -> tuple[str, str]:
        """The path of the test file below the workspace folder, and its text."""
        ...

    def names(self, cases: list[Case]) -> list[str]:
        """The names that the tests of these cases are reported by."""
        ...

    def judge(self, path: str, text: str, seed: int, seconds: float) -> dict[str, bool]:
        """Which tests of a file pass, by their names."""
        ...


@dataclass(frozen=True, slots=True)
class Written:
    """The tests of a file.

    `tried` calls were made; `unstable` of them told two things in two runs, and `failed` tests did not pass.
    """

    path: str
    text: str
    framework: str
    cases: tuple[Case, ...]
    tested: tuple[str, ...]
    untested: tuple[str, ...]
    tried: int
    unstable: int
    failed: int


def write(  # noqa: PLR0913, PLR0917 - what is tested, with what, and for how long.
    toolchain: Toolchain,
    tree: SyntaxTree,
    others: Sequence[SyntaxTree],
    names: Sequence[str],
    seconds: float,
    tell: Callable[[str, int], None],
) -> Written:
    """Writes the tests of a file; `names` are the qualified names that are asked for (none: all).

    Raises TestsRefused where there is nothing to test, or nothing that can be told in a test.
    """
    until = time.monotonic() + seconds * toolchain.patience
    found = [one for one in toolchain.targets(tree, list(others)) if not names or _is_asked(one, names)]
    if not found:
        raise TestsRefused("There is no function here that a test can call.")
    wanted = _wanted(toolchain, tree, found)
    if not wanted:
        raise TestsRefused("No values are known for the parameters.", hint="Annotate them, or show an example call.")
    tell("calling the functions", 20)
    stable, unstable = _recorded(toolchain, wanted, until)
    source = "".join(tree.lines)
    cases = select(wanted, stable, lambda call, outcome: _is_thrown(source, call, outcome))
    tell("running the tests", 60)
    kept, failed = _judged(toolchain, cases, source, until)
    if not kept:
        raise TestsRefused("No call gives a value that a test can state.")
    path, text = toolchain.render(kept, source)
    tested = {one.call.target.qualified for one in kept}
    asked = dict.fromkeys(one.qualified for one in found)
    return Written(
        path,
        text,
        toolchain.framework,
        tuple(kept),
        tuple(one for one in asked if one in tested),
        tuple(one for one in asked if one not in tested),
        len(wanted),
        unstable,
        failed,
    )


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left < 1:
        raise TestsRefused("The time is over before a test has passed every check.", hint="Give it more seconds.")
    return left


def _is_asked(target: Target, names: Sequence[str]) -> bool:
    return target.qualified in names or target.owner in names


def _wanted(toolchain: Toolchain, tree: SyntaxTree, found: Sequence[Target]) -> dict[int, Call]:
    """The calls to try, the first of each target first, so that a limit cuts all of them short alike."""
    lists = [toolchain.calls(tree, one, _CALLS_OF_ONE) for one in found]
    share = max(_CALLS // max(len(lists), 1), 4)
    return dict(enumerate(call for one in lists for call in one[:share]))


def _recorded(toolchain: Toolchain, wanted: Mapping[int, Call], until: float) -> tuple[dict[int, Outcome], int]:
    """What the calls gave, and how many of them gave two different things.

    Each is made in a second process as well, in the opposite order and twice: what depends on the calls before it, or
    on the process, shows.
    """
    first = toolchain.record(wanted, _left(until))
    told = {key: outcome for key, outcome in first.items() if outcome is not None and key in wanted}
    if not told:
        return {}, 0
    repeats = {max(wanted) + 1 + place: key for place, key in enumerate(told)}
    again = toolchain.record(
        {**{key: wanted[key] for key in reversed(told)}, **{place: wanted[key] for place, key in repeats.items()}},
        _left(until),
    )
    others: dict[int, list[Outcome | None]] = {key: [again.get(key)] for key in told}
    for place, key in repeats.items():
        others[key].append(again.get(place))
    stable = {
        key: outcome
        for key, outcome in told.items()
        if all(other is not None and other.told == outcome.told for other in others[key])
    }
    return stable, len(told) - len(stable)


_RAISING = re.compile(r"\bthrow\b|\bpanic!|\bassert(?:_eq|_ne)?!|\bunreachable!|\.expect\(")


def _is_thrown(source: str, call: Call, outcome: Outcome) -> bool:
    """Whether the body of the target raises this kind of error itself."""
    body = source.split("\n")[call.target.line : call.target.end_line + 1]
    raising = [line for line in body if _RAISING.search(line)]
    return any(outcome.error == "panic" or outcome.error in line for line in raising)


def _judged(toolchain: Toolchain, cases: list[Case], source: str, until: float) -> tuple[list[Case], int]:
    """The cases whose tests pass in every order, and how many did not: the last file is run until all of it passes."""
    kept, failed, turn = list(cases), 0, 0
    while kept and turn < len(toolchain.orders):
        path, text = toolchain.render(kept, source)
        # Each test is told by the name that it has in this very text.
        names = toolchain.names(kept)
        verdicts = toolchain.judge(path, text, toolchain.orders[turn], _left(until))
        passed = [case for case, name in zip(kept, names, strict=True) if verdicts.get(name)]
        failed += len(kept) - len(passed)
        # A file that has changed is run again from the first order on.
        turn = turn + 1 if len(passed) == len(kept) else 0
        kept = passed
    return kept, failed
