"""What judges say of a test file: which tests always pass, what each adds, and the figures of those that stay."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from beast_lsp.guest.wire import Judgement, MutantVerdict, TestVerdict

_PASSED = "passed"


@dataclass(frozen=True)
class Judged:
    """The judgements of one file under several hash seeds and orders; the first has coverage and mutants."""

    judgements: tuple[Judgement, ...]
    problem: str = field(init=False, default="")

    def __post_init__(self) -> None:
        problem = next((one["problem"] for one in self.judgements if one["problem"]), "")
        object.__setattr__(self, "problem", problem)

    @property
    def first(self) -> Judgement:
        """The judgement with coverage and mutants."""
        return self.judgements[0]

    @cached_property
    def verdicts(self) -> dict[str, TestVerdict]:
        """By name, the verdict of the first run on each test that passed in every run."""
        passed = [{one["name"] for one in each["tests"] if one["outcome"] == _PASSED} for each in self.judgements]
        always = frozenset.intersection(*map(frozenset, passed)) if passed else frozenset()
        return {one["name"]: one for one in self.first["tests"] if one["name"] in always}

    def passed(self) -> set[str]:
        """The tests that passed in every run, those with parameters where all of their rows did."""
        rows: dict[str, bool] = {}
        for one in self.first["tests"]:
            name = one["name"].partition("[")[0]
            rows[name] = rows.get(name, True) and one["name"] in self.verdicts
        return {name for name, is_passed in rows.items() if is_passed}

    def unstable(self, names: Collection[str]) -> list[str]:
        """Those of some tests that passed in one run and not in another."""
        return sorted(name for name in names if name not in self.verdicts and self._ever_passed(name))

    def _ever_passed(self, name: str) -> bool:
        return any(
            one["name"] == name and one["outcome"] == _PASSED for each in self.judgements for one in each["tests"]
        )

    def coverage(self, names: Collection[str]) -> float:
        """The share (0-1) of lines and branches that some tests run together."""
        lines, arcs = set(self.first["lines"]), set(_pairs(self.first["arcs"]))
        found = [self.verdicts[name] for name in names if name in self.verdicts]
        run = {line for one in found for line in one["lines"]} & lines
        went = {arc for one in found for arc in _pairs(one["arcs"])} & arcs
        return (len(run) + len(went)) / (len(lines) + len(arcs)) if lines or arcs else 0.0

    def killed(self, names: Collection[str]) -> set[int]:
        """The ids of the mutants that some tests notice."""
        known = {one["id"] for one in self.first["mutants"]}
        return {id_ for name in names if name in self.verdicts for id_ in self.verdicts[name]["kills"]} & known

    def survivors(self, names: Collection[str]) -> list[MutantVerdict]:
        """The mutants that none of some tests notices, in the order of the code."""
        killed = self.killed(names)
        return sorted((one for one in self.first["mutants"] if one["id"] not in killed), key=lambda one: one["line"])


def _pairs(arcs: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of lines, which JSON knows as lists."""
    return [(one[0], one[1]) for one in arcs]


def chosen(own: Mapping[str, TestVerdict], there: Sequence[TestVerdict]) -> dict[str, str]:
    """The tests that stay, each with what it adds."""
    seen = _gains(there)
    kept: dict[str, str] = {}
    gains = {name: _gains([one]) for name, one in own.items()}
    while gains:
        name = max(gains, key=lambda each: len(gains[each] - seen))
        new = gains.pop(name) - seen
        if not new:
            break
        seen |= new
        kept[name] = f"adds {len(new)}"
    return kept


def _gains(found: Sequence[TestVerdict]) -> set[object]:
    return {arc for one in found for arc in _pairs(one["arcs"])} | {id_ for one in found for id_ in one["kills"]}
