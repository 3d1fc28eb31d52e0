"""Tests for Python: what a recorder proposes is judged in child processes, and what adds something stays.

The steps: a brief of the module, cases recorded within its limits, a test file of them all, five runs of it under
different hash seeds and orders (the first with coverage and mutants), the selection, the file of what stays, and a last
run of that file as a proof.
"""

from __future__ import annotations

import concurrent.futures
import os
import tempfile
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.engine.style.profile import StyleProfile
from beast_lsp.engine.testing.brief import Job, brief
from beast_lsp.engine.testing.merge import Existing
from beast_lsp.engine.testing.placement import placement
from beast_lsp.engine.testing.rendering.file import rendered
from beast_lsp.engine.testing.selection import Selection, select
from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.guest.wire import JudgeBrief
from beast_lsp.router.backends.testing.children import Children, Recording
from beast_lsp.router.backends.testing.judging import Judged
from beast_lsp.router.backends.testing.proposals import ProposedTest, proposed_tests, with_proposals
from beast_lsp.router.backends.testing.sifting import is_python, sifted
from beast_lsp.router.backends.testing.stage import staged
from beast_lsp.router.testing import KeptTest, Proposed, Stage, Survivor, WrittenTests
from beast_lsp.sandbox.interpreter import Interpreter, project_interpreter

if TYPE_CHECKING:
    from beast_lsp.engine.testing.placement import Place
    from beast_lsp.guest.wire import Brief, Case, Target
    from beast_lsp.router.backends.testing.engines import Assignment

_SEEDS = 5  # hash seeds, each with an order of its own
_PROOFS = 2  # runs of what is handed out
_MUTANTS = 200
_RECORDING, _JUDGING, _PROOF = 0.38, 0.55, 0.8  # shares of the time that is left before each step
_LEAST = 3.0  # seconds for a step, however little is left
_PATIENCE = 10.0  # seconds at least for a run of the tests, which may start slowly on a busy machine
_MOST_NOTES = 12
_TRIVIAL = "import unittest\n\n\nclass TestNothing(unittest.TestCase):\n    def test_nothing(self):\n        pass\n"
_ROUNDS = 3
_TRIES, _BUILDS = 200, 12  # of parsing, and of running a part of what was recorded, to find what can't be


def write(job: Assignment) -> WrittenTests:
    """The tests of a module. Blocks. Raises TestsRefused, SandboxMissing and CancelledRequest."""
    with tempfile.TemporaryDirectory(prefix="beast-tests-", ignore_cleanup_errors=True) as scratch:
        room, stage = Path(scratch) / "room", Path(scratch) / "stage"
        room.mkdir()
        return Run(job, room, stage).written()


@dataclass(frozen=True, slots=True)
class _Draft:
    """A test file as text. `tests` says which recorded cases, or which proposed test, each of ours comes from."""

    text: str
    cases: dict[str, list[int]]
    proposed: dict[str, ProposedTest]

    @property
    def names(self) -> frozenset[str]:
        """The names of our tests; the file may have others."""
        return frozenset(self.cases) | frozenset(self.proposed)


class Run:
    """One run, from the interpreter to the answer. `room` is what children may write to."""

    def __init__(self, job: Assignment, room: Path, stage: Path) -> None:
        self._job, self._room, self._stage = job, room, stage
        self._begin = time.monotonic()
        self._notes: list[str] = []
        self._cases: Sequence[Case] = ()
        self._numbers = iter(range(1_000_000))

    def written(self) -> WrittenTests:
        """Every step, one after the other."""
        recording = self._recorded()
        self._notes += recording.notes
        self._cases = recording.cases
        draft, result = self._judged()
        selection = self._chosen(draft, result)
        if not selection.kept:
            name, why = next(iter(selection.dropped.items()), ("", ""))
            raise TestsRefused("No test stays.", hint=f"Of {len(selection.dropped)} tests, {name} {why}.")
        self._notes += _doubts(selection)
        final, kept = self._proven(draft, selection.kept)
        return self._answer(draft, final, result, kept)

    @cached_property
    def _interpreter(self) -> Interpreter:
        wanted = self._job.wanted
        self._tell("looking for the project's Python", 0)
        found = project_interpreter(self._job.folder, wanted.interpreter, wanted.is_unconfined)
        self._notes += [] if wanted.interpreter else _unused(self._job.folder, found)
        return found

    @cached_property
    def _children(self) -> Children:
        job = self._job
        return Children(self._interpreter.path, self._room, job.is_cancelled, job.wanted.is_unconfined)

    @cached_property
    def _place(self) -> Place:
        """Where the tests go. Where pytest is missing they are unittest's, unless pytest is asked for or used there."""
        job, profile = self._job, self._job.profile or StyleProfile()
        place = placement(job.program, job.path, profile, job.wanted.framework)
        if Existing(place).is_broken:
            raise TestsRefused(f"{place.path} can't be read as Python.", hint="Mend it first: tests are added to it.")
        if place.style.framework != "pytest" or self._interpreter.has_pytest:
            return place
        if job.wanted.framework or place.text.strip():
            what = place.path if place.text.strip() else "The test file"
            hint = f"Install it there, or name another one: {self._interpreter.path}."
            raise TestsRefused(f"{what} needs pytest, which the project's Python lacks.", hint=hint)
        self._notes.append("The project's Python has no pytest, so the tests are unittest's.")
        return placement(job.program, job.path, profile, "unittest")

    @cached_property
    def _brief(self) -> Brief:
        """The brief for a first recorder, whose outbox and seconds are set when it is started."""
        self._tell("reading the module", 3)
        job, folder = self._job, self._job.folder
        told = brief(
            job.program, job.path, job.wanted.names, Job(folder, self._room, self._room, 0.0), self._place.path
        )
        if told is None:
            raise TestsRefused(f"{job.path} can't be read as Python.", hint="Is it broken, or too large?")
        if not told["targets"]:
            what = " and ".join(job.wanted.names) or job.path
            raise TestsRefused(f"There is nothing in {what} that a test could call.")
        return told

    @cached_property
    def _targets(self) -> dict[str, Target]:
        return {one["name"]: one for one in self._brief["targets"]}

    def _recorded(self) -> Recording:
        first = self._brief
        names = len(first["targets"])

        def make(outbox: Path, seconds: float, skip: tuple[str, ...]) -> Brief:
            return {**first, "outbox": str(outbox), "seconds": seconds, "skip": list(skip)}

        def tell(done: int, total: int, covered: float) -> None:
            share = max(done / max(total, 1), min(1.0, (time.monotonic() - start) / seconds))
            self._tell(f"recording: {100 * covered:.0f}% covered", 5 + round(40 * share))

        start, seconds = time.monotonic(), self._left(_RECORDING)
        self._tell(f"recording {names} {'callable' if names == 1 else 'callables'}", 5)
        recording = self._children.record(make, seconds, tell)
        if recording.failed:
            python = self._interpreter.path
            raise TestsRefused(
                f"{self._job.path} can't be imported by {python}: {recording.failed.rstrip('.')}.",
                hint="Does that Python have what the project needs? A .venv there, `tests.interpreters` in your own"
                " settings file, or --python of `beast-lsp tests` names another.",
            )
        return recording

    def _file(self, indexes: Sequence[int], proposed: Sequence[ProposedTest], *, has_tables: bool) -> _Draft:
        """The test file of some of the recorded cases, and with proposed tests."""
        chosen = [self._cases[index] for index in indexes]
        file = rendered(chosen, self._place, self._targets, has_tables=has_tables)
        text, named = with_proposals(self._place, file.text, proposed)
        found: dict[str, list[int]] = {}
        for name, number in file.tests:
            found.setdefault(name, []).append(indexes[number])
        return _Draft(text, found, named)

    def _drafts(self) -> Iterator[_Draft]:
        """A file with a test for each case and each proposal; then, where that can't be run, files of what can be."""
        every: Sequence[int] = range(len(self._cases))
        for _ in range(_ROUNDS if is_python(self._place.text) else 0):
            # In other company tests have other names, so what is left is looked at again.
            left = sifted(every, lambda some: is_python(self._file(some, [], has_tables=False).text), _TRIES)
            if len(left) == len(every):
                break
            every = left
        found = self._proposed()
        proposed = proposed_tests(found.text, self._brief["module"], self._own_names()) if found.text else []
        yield self._file(every, [replace(one, origin=found.endpoint) for one in proposed], has_tables=False)
        if proposed:
            yield self._file(every, [], has_tables=False)
        if not self._runs(_TRIVIAL, _LEAST, 1, 0).problem:  # Else no test could be run here.
            yield self._file(sifted(every, self._builds, _BUILDS), [], has_tables=False)

    def _builds(self, some: Sequence[int]) -> bool:
        return not self._runs(self._file(some, [], has_tables=False).text, _LEAST, 1, 0).problem

    def _proposed(self) -> Proposed:
        waiting = self._job.wanted.proposed
        if waiting is None:
            return Proposed()
        try:
            return waiting.result(timeout=max(0.0, self._left(0.1)))
        except concurrent.futures.TimeoutError:
            return Proposed()

    def _own_names(self) -> Collection[str]:
        module = self._job.program.module(self._job.path)
        return module.table.module.symbols if module is not None and module.has_names else ()

    def _judged(self) -> tuple[_Draft, Judged]:
        """A file of what was recorded and proposed, and what the judges say of it."""
        problem = " ".join(self._notes[:2])
        for draft in self._drafts():
            if not draft.names:
                continue
            self._tell(f"judging {len(draft.names)} tests under {_SEEDS} hash seeds", 48)
            result = self._runs(draft.text, self._left(_JUDGING), _SEEDS, _MUTANTS)
            if not result.problem:
                return draft, result
            problem = result.problem
        if not self._cases:
            raise TestsRefused(f"Nothing of {self._job.path} could be recorded.", hint=problem)
        raise TestsRefused("The tests could not be run.", hint=problem)

    def _runs(self, text: str, seconds: float, count: int, mutants: int) -> Judged:
        """A file's judgements: of so many hash seeds and orders, the first with mutants."""
        place, first = self._place, self._brief
        file = staged(self._job.folder, self._stage, place.path, text, place.packages)
        module, path = Path(first["file"]), first["path"]
        if (self._stage / self._job.path).exists():
            # The tests lie in the module's own package, which is found on the stage then.
            module = self._stage / self._job.path
            path = [*(str(self._stage / Path(each).relative_to(self._job.folder)) for each in path), *path]
        briefs = [
            JudgeBrief(
                folder=first["folder"],
                path=path,
                module=first["module"],
                file=str(module),
                tests=str(file),
                framework=place.style.framework,
                order=number,
                mutants=0 if number else mutants,
                names=list(self._job.wanted.names),
                scratch=first["scratch"],
                outbox=str(self._room / f"judge-{next(self._numbers)}.jsonl"),
                seconds=max(seconds, _PATIENCE),
                seed=0,
            )
            for number in range(count)
        ]
        return Judged(tuple(self._children.judge(briefs)))

    def _chosen(self, draft: _Draft, result: Judged) -> Selection:
        """The tests that stay, each with what it adds to the tests that the file has already."""
        sizes = {name: _size([self._cases[index] for index in found]) for name, found in draft.cases.items()}
        sizes |= {name: one.text.count("\n") for name, one in draft.proposed.items()}
        return select(result.judgements, result.names - draft.names, sizes)

    def _proven(self, draft: _Draft, kept: Mapping[str, str]) -> tuple[_Draft, Mapping[str, str]]:
        """The file of what stays, after a run of it. What fails there, in other company, is left out, once."""
        for attempt in range(2):
            indexes = sorted(index for name in kept for index in draft.cases.get(name, ()))
            proposed = [one for name, one in draft.proposed.items() if name in kept]
            final = self._file(indexes, proposed, has_tables=True)
            self._tell("a last run", 90 + 4 * attempt)
            proof = self._runs(final.text, self._left(_PROOF), _PROOFS, 0)
            failing = final.names - proof.passed
            if not failing and not proof.problem:
                return final, kept
            if proof.problem:
                break
            gone = {index for name in failing for index in final.cases.get(name, ())}
            kept = {
                name: why
                for name, why in kept.items()
                if not gone.intersection(draft.cases.get(name, ())) and name not in failing
            }
            self._notes.append(f"{len(failing)} tests passed only in the company of others and are left out.")
        raise TestsRefused("What was chosen did not pass once more.", hint="Does the code keep state between calls?")

    def _answer(self, draft: _Draft, final: _Draft, result: Judged, kept: Mapping[str, str]) -> WrittenTests:
        """What is handed out, with the figures of the tests that stay and of those that were there."""
        place, python = self._place, self._interpreter
        there = result.names - draft.names
        every = there | kept.keys()
        self._tell("done", 100)
        return WrittenTests(
            path=place.path,
            text=final.text,
            before=place.text or None,
            framework=place.style.framework,
            python=f"Python {'.'.join(map(str, python.version))} ({python.path})",
            kept=tuple(_kept(self._cases, draft, final, kept)),
            coverage_before=result.coverage(there),
            coverage=result.coverage(every),
            killed=len(result.killed(every)),
            mutants=len(result.first["mutants"]),
            survivors=tuple(
                Survivor(one["line"], one["before"], one["after"], one["function"]) for one in result.survivors(every)
            ),
            notes=tuple(self._all_notes(draft, kept)),
            seconds=time.monotonic() - self._begin,
            beside=tuple(place.packages),
        )

    def _all_notes(self, draft: _Draft, kept: Collection[str]) -> list[str]:
        """What a reader should know, the most telling first."""
        used = [self._cases[index] for name in kept for index in draft.cases.get(name, ())]
        faked = sorted({fake["what"] for one in used for fake in one["fakes"]})
        found = [f"Faked at the boundary: {', '.join(faked)}."] if faked else []
        return list(dict.fromkeys([*found, *self._notes]))[:_MOST_NOTES]

    def _left(self, share: float) -> float:
        """So much of the seconds that are left."""
        if self._job.is_cancelled():
            raise CancelledRequest("The tests are not wanted any more.")
        left = self._job.wanted.seconds - (time.monotonic() - self._begin)
        return max(_LEAST, left * share)

    def _tell(self, phase: str, percent: int) -> None:
        self._job.wanted.tell(Stage(phase, percent))


def _kept(cases: Sequence[Case], draft: _Draft, final: _Draft, kept: Mapping[str, str]) -> Iterator[KeptTest]:
    """The tests of the last file: several recorded cases may have become one table."""
    reasons = {index: why for name, why in kept.items() for index in draft.cases.get(name, ())}
    for name, indexes in final.cases.items():
        doubts = dict.fromkeys(one for index in indexes if (one := cases[index]["suspicion"]))
        yield KeptTest(name, reasons[indexes[0]], "recorded", " ".join(doubts))
    for name, test in final.proposed.items():
        yield KeptTest(name, kept.get(name, ""), test.origin)


def _size(cases: Sequence[Case]) -> int:
    """About how many lines a test takes."""
    return sum(len(case["arrange"]) + 1 + len(case["checks"]) for case in cases)


def _doubts(selection: Selection) -> Iterator[str]:
    """What a user should know of the tests that go: those that fail now and then say something of the code."""
    unstable = [name for name, why in selection.dropped.items() if why.startswith("passes in")]
    if unstable:
        more = f" and {len(unstable) - 1} more" if len(unstable) > 1 else ""
        yield f"Left out, since it passes in some runs only: {unstable[0]}{more}."


def _unused(folder: Path, used: Interpreter) -> Iterator[str]:
    """That a project's environment is there and its Python is not what runs the code: its packages will be missed."""
    there = next((each for name in (".venv", "venv") if os.path.lexists(each := folder / name)), None)
    if there is not None and not used.path.is_relative_to(folder.absolute()):
        yield f"{there.name} has no Python 3.9 or later that answers, so {used.path} runs the code."
