"""Judges a test file: what becomes of each test, what it runs of the module, and which mutants it notices.

Tests run in forked children of a process that has only collected them. So what one run leaves behind (a cache that is
filled, a thread, another folder) is no matter to the next, and a test that ends its process is a failure like others.
"""

from __future__ import annotations

import contextlib
import gc
import importlib
import os
import random
import sys
import tempfile
import time
import tokenize
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from ..branches import Layout, layout
from ..mutation import Mutant, mutants
from ..record.outbox import Outbox
from ..swapping import Living, SwapError
from ..tracing import Ran, Tracer
from ..wire import JudgeBrief, Judgement, MutantVerdict, TestVerdict
from .assertions import Assertions, assertions
from .forks import ENDED, HUNG, Message, Tell, told
from .pytest_suite import run_pytest
from .suite import ERROR, FAILED, GRACE, PASSED, UNRUN, JudgingError, Outcome, Suite
from .unittest_suite import run_unittest

_LONGEST_TEST = 10.0  # seconds; less where the whole run has less.
_LEAST = 2.0
_MOST_CRASHES = 12
_MOST_AFTER_KILL = 6  # tests that a mutant is tried on beside the first that notices it.
_SHARE = 0.9  # of the time; the rest is for what is told.


def main(brief: JudgeBrief) -> None:
    """Judge, and tell it in the outbox."""
    outbox = Outbox(brief["outbox"])
    judge = _Judge(brief)
    try:
        (run_unittest if brief["framework"] == "unittest" else run_pytest)(brief["tests"], judge.judge)
    except JudgingError as problem:
        judge.judgement["problem"] = str(problem)
    outbox.send(judge.judgement)


class _Judge:
    def __init__(self, brief: JudgeBrief) -> None:
        self._brief = brief
        self._end = time.monotonic() + brief["seconds"] * _SHARE
        self._limit = max(_LEAST, min(_LONGEST_TEST, brief["seconds"] / 12))
        self.judgement = Judgement(tests=[], mutants=[], lines=[], arcs=[], problem="")
        self._prepare()
        self._source = _text(brief["file"])
        self._layout = layout(self._source, brief["file"]) if brief["mutants"] else Layout(frozenset(), frozenset(), {})
        self._tracer = Tracer(brief["file"], self._layout) if brief["mutants"] else None
        self._is_old = _is_loaded(brief["file"])
        self._own: dict[str, set[int]] = {}  # The lines that each test runs by itself.
        if self._tracer:
            self._tracer.start()

    def _prepare(self) -> None:
        brief = self._brief
        os.chdir(brief["folder"])
        for name in ("TMPDIR", "TEMP", "TMP"):
            os.environ[name] = brief["scratch"]
        tempfile.tempdir = None
        sys.path[:0] = [each for each in brief["path"] if each not in sys.path]

    def judge(self, suite: Suite) -> None:
        """Judge collected tests."""
        loaded = self._loaded()
        verdicts = {name: _verdict(name) for name in suite.names}
        self._loaded_lines = loaded.lines
        self._baseline(suite, verdicts, loaded)
        _weigh(verdicts, assertions(_text(self._brief["tests"])))
        self.judgement["tests"] = list(verdicts.values())
        if self._tracer:
            wanted = self._layout
            self.judgement["lines"], self.judgement["arcs"] = sorted(wanted.lines), sorted(wanted.arcs)
            self._mutate(suite, verdicts)

    def _loaded(self) -> Ran:
        """What ran while the module was imported, which no test can help."""
        if self._tracer is None:
            return Ran(set(), set())
        if not _is_loaded(self._brief["file"]):
            try:
                importlib.import_module(self._brief["module"])
            except BaseException as problem:
                raise JudgingError(f"The module can't be imported: {problem!r}.") from problem
        self._tracer.stop()
        ran = self._tracer.take()
        return self._loaded_again() if self._is_old else ran

    def _loaded_again(self) -> Ran:
        """What an import runs of a module that is older than the tracer, as the framework uses it itself."""
        tracer, ran = Tracer(self._brief["file"], self._layout), Ran(set(), set())

        def work(tell: Tell) -> None:
            tracer.start()
            with contextlib.suppress(BaseException):
                own = {"__name__": self._brief["module"], "__file__": self._brief["file"]}
                exec(compile(self._source, self._brief["file"], "exec", dont_inherit=True), own)  # noqa: S102 - it is the code under test.
            again = tracer.take()
            tell([sorted(again.lines), sorted(again.arcs)])

        for message in told(work, self._limit):
            if len(message) == 2:
                ran.lines.update(message[0])
                ran.arcs.update(map(tuple, message[1]))
        return ran

    def _baseline(self, suite: Suite, verdicts: dict[str, TestVerdict], loaded: Ran) -> None:
        """Every test once, in the order that is asked for; those after one that ended the child in a new child."""
        left = _ordered(suite.names, self._brief["order"])
        crashes = 0
        while left and crashes < _MOST_CRASHES and time.monotonic() < self._end:
            current = left[0]
            for message in told(partial(self._run, suite, left), self._limit + GRACE):
                if message[0] == "begin":
                    current = message[1]
                elif message[0] == "end":
                    left.remove(message[1])
                    self._note(verdicts[message[1]], message, loaded)
                elif message in (ENDED, HUNG):
                    crashes += 1
                    left.remove(current)
                    why = "It ends the process." if message == ENDED else f"It takes more than {self._limit:g} s."
                    _end(verdicts[current], ERROR, why)
        for name in left:
            _end(verdicts[name], UNRUN, "It was not run: there was no time left, or others ended the run too often.")

    def _run(self, suite: Suite, names: Sequence[str], tell: Tell) -> None:
        """In a child: each test with what it runs of the module."""
        tracer = self._tracer

        def begin(name: str) -> None:
            tell(["begin", name])
            if tracer:
                tracer.start()

        def end(name: str, outcome: Outcome) -> bool:
            lines, arcs = tracer.take() if tracer else Ran(set(), set())
            if tracer:
                tracer.stop()
            tell(["end", name, *outcome[:3], sorted(lines), sorted(arcs)])
            return not outcome.is_broken

        suite.run(names, lambda _: self._limit, begin, end)

    def _note(self, verdict: TestVerdict, message: Message, loaded: Ran) -> None:
        _, _, outcome, text, seconds, lines, arcs = message
        known = self._layout
        self._own[verdict["name"]] = set(lines)
        _end(verdict, outcome, text, seconds)
        verdict["lines"] = sorted({*lines, *loaded.lines} & known.lines)
        verdict["arcs"] = sorted({*map(tuple, arcs), *loaded.arcs} & known.arcs)

    def _mutate(self, suite: Suite, verdicts: dict[str, TestVerdict]) -> None:
        drawn = mutants(self._source, self._brief["mutants"], self._brief["seed"], frozenset(self._brief["names"]))
        living = Living(self._source, self._brief["file"])
        self._shorten(suite, verdicts)
        gc.collect()
        gc.freeze()
        for mutant in drawn:
            if time.monotonic() > self._end:
                break
            status = self._try(suite, verdicts, living, mutant)
            if status:
                self.judgement["mutants"].append(_mutant_verdict(mutant, status))

    def _shorten(self, suite: Suite, verdicts: dict[str, TestVerdict]) -> None:
        """Tests that pass in short too are run so with mutants."""
        passed = [each["name"] for each in verdicts.values() if each["outcome"] == PASSED]
        suite.in_short = frozenset(passed) & suite.can_be_short
        work = partial(self._run, suite, sorted(suite.in_short))
        ended = [each for each in told(work, self._limit + GRACE) if each[0] == "end"]
        suite.in_short &= {each[1] for each in ended if each[2] == PASSED}

    def _try(self, suite: Suite, verdicts: dict[str, TestVerdict], living: Living, mutant: Mutant) -> str:
        """The mutant's status; "" where it could not be put in force."""
        passed = [each for each in verdicts.values() if each["outcome"] == PASSED]
        reached = [each for each in passed if not mutant.site.lines.isdisjoint(self._own[each["name"]])]
        if not reached:
            # What an import runs is over before a mutant can be put in force.
            return "" if mutant.site.lines <= self._loaded_lines else "unreached"
        # Those that are about as quick in the order of the file: what was there first notices first.
        reached.sort(key=lambda each: round(each["seconds"], 1))
        longest = max(_patience(each) for each in reached)
        current, status = "", "survived"
        work = partial(self._run_mutant, suite, reached, living, mutant)
        for message in told(work, longest + GRACE):
            if message[0] == "unswappable":
                return ""
            if message[0] == "begin":
                current = message[1]
            elif message[0] == "end" and message[2] in (FAILED, ERROR):
                status = "timeout" if message[3] else "killed"
                verdicts[message[1]]["kills"].append(mutant.id)
            elif message in (ENDED, HUNG) and current:
                status = "killed" if message == ENDED else "timeout"
                verdicts[current]["kills"].append(mutant.id)
        return status

    def _run_mutant(self, suite: Suite, reached: list[TestVerdict], living: Living, mutant: Mutant, tell: Tell) -> None:
        """In a child: the tests that reach a mutant, until one hangs or enough have noticed it."""
        try:
            living.put(mutant)
        except SwapError:
            tell(["unswappable"])
            return
        limits = {each["name"]: _patience(each) for each in reached}
        ran_since: list[str] = []

        def end(name: str, outcome: Outcome) -> bool:
            is_hang = outcome.seconds >= limits[name]
            tell(["end", name, outcome.outcome, is_hang])
            if outcome.outcome in (FAILED, ERROR) or ran_since:
                ran_since.append(name)
            return not outcome.is_broken and len(ran_since) <= _MOST_AFTER_KILL

        suite.run(list(limits), limits.__getitem__, lambda name: tell(["begin", name]), end)


def _patience(verdict: TestVerdict) -> float:
    """How long a test may take with a mutant, in seconds: what loops for ever is to be told from a busy machine."""
    return 0.7 + 4 * verdict["seconds"]


def _ordered(names: list[str], seed: int) -> list[str]:
    """The tests in an order: classes stay together, as their setup may be dear."""
    if not seed:
        return list(names)
    chance = random.Random(seed)  # noqa: S311 - an order that can be repeated.
    groups: dict[str, float] = {name.rpartition("::")[0]: 0.0 for name in names}
    groups = {group: chance.random() for group in sorted(groups)}
    return sorted(sorted(names, key=lambda _: chance.random()), key=lambda name: groups[name.rpartition("::")[0]])


def _verdict(name: str) -> TestVerdict:
    return TestVerdict(
        name=name, outcome=ERROR, message="", seconds=0.0, lines=[], arcs=[], kills=[], assertions=0, strength=0.0
    )


def _end(verdict: TestVerdict, outcome: str, message: str, seconds: float = 0.0) -> None:
    verdict["outcome"], verdict["message"], verdict["seconds"] = outcome, message, seconds


def _weigh(verdicts: dict[str, TestVerdict], known: dict[str, Assertions]) -> None:
    for name, verdict in verdicts.items():
        found = known.get(name.partition("[")[0], Assertions(0, 0.0))
        verdict["assertions"], verdict["strength"] = found


def _mutant_verdict(mutant: Mutant, status: str) -> MutantVerdict:
    site = mutant.site
    return MutantVerdict(
        id=mutant.id, line=site.line, operator=site.change.operator, before=mutant.before, after=mutant.after,
        status=status, function=site.function,
    )  # fmt: skip


def _text(path: str) -> str:

    try:
        with tokenize.open(path) as file:
            return file.read()
    except (OSError, SyntaxError, UnicodeDecodeError):
        return ""


def _is_loaded(file: str) -> bool:
    """Whether a module of this file has been imported."""
    path = Path(file)
    known = [getattr(module, "__file__", None) for module in list(sys.modules.values())]
    own = [Path(each) for each in known if isinstance(each, str)]
    return any(each.name == path.name and each.resolve() == path.resolve() for each in own)
