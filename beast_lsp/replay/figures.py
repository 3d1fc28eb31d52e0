"""The figures of a replay: keystrokes saved, precision, latency; and whether the rest of a line is right.

The words are those of the literature: KSR keystroke saving rate, RoCC rate of completed characters, EM exact
match.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import asdict, astuple, dataclass
from typing import Any

from beast_lsp.replay.cases import Case, moved
from beast_lsp.replay.user import CaseResult, Suggester, inserted


@dataclass(frozen=True, slots=True)
class Figures:
    """Sums over cases, and the shares that follow. A share of nothing is 0."""

    cases: int
    characters: int
    keys: int
    shown: int
    accepted: int
    accepted_characters: int
    p50: float
    p95: float

    @property
    def ksr(self) -> float:
        """Keystrokes saved: 1 - keys / characters; the main figure."""
        return 1 - self.keys / self.characters if self.characters else 0.0

    @property
    def precision(self) -> float:
        """Accepted suggestions / shown ones."""
        return self.accepted / self.shown if self.shown else 0.0

    @property
    def rocc(self) -> float:
        """Characters from accepted suggestions / all characters."""
        return self.accepted_characters / self.characters if self.characters else 0.0

    def to_json(self) -> dict[str, Any]:
        """Sums, shares and milliseconds, rounded."""
        shares = {"ksr": self.ksr, "precision": self.precision, "rocc": self.rocc}
        return {key: round(value, 4) for key, value in {**shares, **asdict(self)}.items()}


@dataclass(frozen=True, slots=True)
class ExactMatches:
    """Lines whose rest was right: `start` at the line's first character, `middle` at its middle one.

    That is what is shown unasked, where silence is a miss. `start_invoked` and `middle_invoked` are the first
    answers to somebody who asks for one, as in line completion benchmarks (CodeXGLUE).
    """

    lines: int = 0
    start: int = 0
    middle: int = 0
    start_invoked: int = 0
    middle_invoked: int = 0

    def __add__(self, other: "ExactMatches") -> "ExactMatches":
        return ExactMatches(*map(sum, zip(astuple(self), astuple(other), strict=True)))

    def share(self, right: int) -> float:
        """`right` as a share of the lines."""
        return right / (self.lines or 1)

    def to_json(self) -> dict[str, Any]:
        """The number of lines and the shares."""
        shares = {f"em_{name}": round(self.share(right), 4) for name, right in asdict(self).items() if name != "lines"}
        return {"lines": self.lines, **shares}


def figures(results: Iterable[CaseResult]) -> Figures:
    """The figures of these cases together."""
    results = list(results)
    times = sorted(time for result in results for time in result.milliseconds)
    return Figures(
        cases=len(results),
        characters=sum(result.characters for result in results),
        keys=sum(result.keys for result in results),
        shown=sum(result.shown for result in results),
        accepted=sum(result.accepted for result in results),
        accepted_characters=sum(result.accepted_characters for result in results),
        p50=percentile(times, 0.5),
        p95=percentile(times, 0.95),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The nearest-rank percentile of sorted numbers; 0 where there are none."""
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0


def exact_matches(case: Case, suggester: Suggester) -> ExactMatches:
    """Types the body without accepting anything, and asks at two places of each line that isn't blank.

    A suggestion counts when its first line is the rest of the line.
    """
    suggester.open(case.uri, case.language, case.lines)
    try:
        return _Typist(case, suggester).run()
    finally:
        suggester.close(case.uri)


class _Typist:
    """Types a body line by line."""

    def __init__(self, case: Case, suggester: Suggester) -> None:
        self.case, self.suggester = case, suggester
        self.position = case.start
        self.before = case.before.rpartition("\n")[2]
        self.after = case.after.partition("\n")[0]

    def run(self) -> ExactMatches:
        matches = ExactMatches()
        for number, line in enumerate(self.case.body.split("\n")):
            content = line.lstrip() if number else line
            half = len(content) // 2
            self._type("\n" * bool(number) + line[: len(line) - len(content)])
            if content:
                start, start_invoked = self._are_right(content)
                self._type(content[:half])
                middle, middle_invoked = self._are_right(content[half:])
                matches += ExactMatches(1, start, middle, start_invoked, middle_invoked)
                self._type(content[half:])
        return matches

    def _type(self, text: str) -> None:
        if text:
            self.suggester.change(self.case.uri, self.position, self.position, text)
            self.position, self.before = moved(self.position, text), (self.before + text).rpartition("\n")[2]

    def _are_right(self, rest: str) -> tuple[bool, bool]:
        """Whether what is shown unasked, and to somebody who asks, is the rest of the line."""
        return self._is_right(rest, invoked=False), self._is_right(rest, invoked=True)

    def _is_right(self, rest: str, *, invoked: bool) -> bool:
        suggestion = self.suggester.suggest(self.case.uri, self.position, invoked=invoked)
        text = inserted(suggestion, self.position, self.before, self.after) if suggestion else None
        return text is not None and text.partition("\n")[0].rstrip() == rest.rstrip()
