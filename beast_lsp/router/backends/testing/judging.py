"""What judges say of a test file: which tests always pass, and the figures of those that stay."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from beast_lsp.engine.testing.selection import function_name
from beast_lsp.guest.wire import Judgement, MutantVerdict, TestVerdict

_PASSED = "passed"


@dataclass(frozen=True)
class Judged:
    """The judgements of one file under several hash seeds and orders; the first may have coverage and mutants.

    Tests go by the names of their functions: the rows of its parameters pass or fail together.
    """

    judgements: tuple[Judgement, ...]

    @property
    def first(self) -> Judgement:
        """The judgement with coverage and mutants."""
        return self.judgements[0]

    @property
    def problem(self) -> str:
        """Why nothing could be judged; "" where it could."""
        return next((one["problem"] for one in self.judgements if one["problem"]), "")

    @cached_property
    def names(self) -> frozenset[str]:
        """Every test of the file."""
        return frozenset(function_name(one["name"]) for one in self.first["tests"])

    @cached_property
    def passed(self) -> frozenset[str]:
        """The tests that passed in every run."""
        failed = {
            function_name(one["name"]) for each in self.judgements for one in each["tests"] if one["outcome"] != _PASSED
        }
        return frozenset.intersection(*map(_named, self.judgements)) - failed

    def coverage(self, names: Collection[str]) -> float:
        """The share (0-1) of lines and branches that some tests run together."""
        every = {*self.first["lines"], *_pairs(self.first["arcs"])}
        ran = {spot for one in self._verdicts(names) for spot in (*one["lines"], *_pairs(one["arcs"]))}
        return len(ran & every) / len(every) if every else 0.0

    def killed(self, names: Collection[str]) -> set[int]:
        """The ids of the mutants that some tests notice."""
        known = {one["id"] for one in self.first["mutants"]}
        return {mutant for one in self._verdicts(names) for mutant in one["kills"]} & known

    def survivors(self, names: Collection[str]) -> list[MutantVerdict]:
        """The mutants that none of some tests notices, in the order of the code."""
        killed = self.killed(names)
        return sorted((one for one in self.first["mutants"] if one["id"] not in killed), key=lambda one: one["line"])

    def _verdicts(self, names: Collection[str]) -> Iterator[TestVerdict]:
        return (one for one in self.first["tests"] if function_name(one["name"]) in self.passed.intersection(names))


def _named(judgement: Judgement) -> frozenset[str]:
    return frozenset(function_name(one["name"]) for one in judgement["tests"])


def _pairs(arcs: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs of lines, which JSON knows as lists."""
    return [(one[0], one[1]) for one in arcs]
