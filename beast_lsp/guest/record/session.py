"""One recording: imports a module, explores its targets in turns, sends the cases of each when they are final."""

from __future__ import annotations

import ast
import time
import tokenize
from collections.abc import Set
from typing import Any

from ..branches import Layout, layout
from ..wire import Brief, Case, Target
from .cases import Cases
from .execution import Runner
from .loading.loader import Loaded, load
from .names import Names
from .oracles.checks import Oracle
from .oracles.expressions import Expressions
from .outbox import Outbox
from .plans import Plan, Text, written
from .properties import holding, is_possible, proposed
from .search.choice import chosen
from .search.explorer import Explorer
from .search.harvest import Harvester, words_of
from .search.minimise import minimised
from .steps import statements
from .subjects import Subject, UnreachableError, subject_of
from .values.hints import Hints
from .values.objects import Objects
from .values.pools import Pools
from .values.slots import Slots
from .values.usage import Uses

# The share of the time in which every target gets its first turn.
FIRST_TURNS = 0.5
# Seconds; for the first call of an entry point.
FRAMEWORK_PATIENCE = 8.0
SLICE = 0.25
# Seconds at the end for calls that fail in a way nobody meant, where nothing else goes their way.
LAST = 0.5
SETTINGS = {bool: ("True", "False"), int: ("0", "1", "3"), str: ("''", "'abc'"), type(None): ("'abc'", "1")}


def record(brief: Brief) -> None:
    """Record what the targets of a brief do, into its outbox."""
    start = time.perf_counter()
    outbox = Outbox(brief["outbox"])
    try:
        loaded = load(brief["module"], brief["file"], brief["path"])
    except BaseException as error:  # A module may end the process while it is imported, and that has to be told.
        outbox.send({"event": "failed", "text": f"{type(error).__name__}: {error}"})
        return
    session = Session(brief, loaded, outbox)
    try:
        session.run(start + brief["seconds"])
    finally:
        session.close()
    outbox.send({"event": "done"})


class Session:
    """The parts of one recording."""

    def __init__(self, brief: Brief, loaded: Loaded, outbox: Outbox) -> None:
        self._brief = brief
        self._outbox = outbox
        with tokenize.open(brief["file"]) as file:  # It knows a byte order mark, and the encoding a file names.
            source = file.read()
        tree = ast.parse(source)
        self._layout: Layout = layout(source, brief["file"])
        self._names = Names(loaded.module, brief["imports"])
        self._runner = Runner(loaded, self._names, self._layout, brief["scratch"], tree)
        self._objects = Objects(self._runner, brief["seed"])
        pools = Pools(self._names, self._objects.of)
        self._slots = Slots(pools, Hints(tree), Uses(tree), brief["file"])
        self._objects.slots = self._slots
        expressions = Expressions(self._names)
        self._harvester = Harvester(self._objects.chance, expressions.of, pools.of)
        self._cases = Cases(self._runner, Oracle(expressions))
        self._words = [*words_of(brief["literals"]), *constants(tree)]
        self._covered: set[object] = set()
        self._deadline = 0.0
        self._sent: dict[str, list[Case]] = {}
        self._calls: dict[str, list[str]] = {}
        self._done = 0

    def run(self, deadline: float) -> None:
        """Explore until the time is over."""
        start = time.perf_counter()
        self._deadline = deadline
        targets = [each for each in self._brief["targets"] if each["name"] not in self._brief["skip"]]
        public = [each for each in targets if not is_private(each)]
        explorers = self._first_turns(public, start + (deadline - start) * FIRST_TURNS, len(targets))
        # What public ones leave open is called directly: a test of it holds the code less free, so it comes second.
        left_open = [each for each in targets if is_private(each) and (not public or self._is_open(each))]
        explorers += self._first_turns(left_open, deadline - (deadline - time.perf_counter()) / 2, len(targets))
        self._go_on(explorers, deadline - LAST)
        self._deadline = deadline + LAST
        self._properties(explorers)
        for explorer in explorers:
            self._send(explorer, True)
        for name in [name for name, cases in self._sent.items() if not cases]:
            self._outbox.note(name, f"no call of {name} was found whose outcome holds each time")

    def _first_turns(self, targets: list[Target], until: float, total: int) -> list[Explorer]:
        """Explore each target once, all of them until some time."""
        explorers: list[Explorer] = []
        for at, target in enumerate(targets):
            now = time.perf_counter()
            explorer = self._begin(target)
            if explorer is not None:
                explorers.append(explorer)
                self._turn(explorer, min(now + max(0.05, (until - now) / (len(targets) - at)), self._deadline))
            self._done += 1
            self._progress(total)
        return explorers

    def _properties(self, explorers: list[Explorer]) -> None:
        """Send the properties that hold, where the project has what tests them."""
        candidates = list(proposed(explorers))
        for each in candidates if candidates and is_possible() else ():
            case = holding(self._runner, each, self._objects.chance)
            if case is not None:
                self._outbox.case(each.target, case)
            if time.perf_counter() > self._deadline:
                return

    def close(self) -> None:
        """Let go of what this process traces."""
        self._runner.close()

    def _begin(self, target: Target) -> Any:
        self._outbox.send({"event": "started", "target": target["name"]})
        try:
            subject = subject_of(target, self._names, self._slots, self._objects)
        except UnreachableError as error:
            self._outbox.note(target["name"], str(error))
            return None
        except Exception as error:  # Making objects runs the program's code, and looks at what it gives.
            self._outbox.note(target["name"], f"was given up: {type(error).__name__}: {error}")
            return None
        if target["kind"] == "entry":
            self._warm(target)
        explorer = Explorer(subject, self._runner, self._harvester, self._objects)
        explorer.words = self._words
        explorer.steps = [*self._steps(subject), *self._settings(subject)]
        return explorer

    def _settings(self, subject: Subject) -> list[str]:
        """Statements that set public attributes of a receiver to other plain values."""
        found = []
        for receiver in subject.receivers[:1]:
            outcome = self._runner.run(written(Plan("", receiver.text, given=receiver.arrange)), False)
            held = getattr(outcome.result, "__dict__", {}) if outcome.ended == "returned" else {}
            for name, value in list(held.items())[:20]:
                if not name.startswith("_") and type(value) in SETTINGS:
                    found += [f"{{self}}.{name} = {text}" for text in SETTINGS[type(value)] if text != repr(value)]
        return found

    def _warm(self, target: Target) -> None:
        """Call an entry point once with patience: a framework loads much at its first call."""
        usual, self._runner.patience = self._runner.patience, FRAMEWORK_PATIENCE
        for sketch in target["sketches"][:1]:
            self._runner.run(Text(tuple(sketch["arrange"]), sketch["act"], "", ()), target["is_async"])
        self._runner.patience = usual

    def _steps(self, subject: Subject) -> list[str]:
        """Statements that bring a receiver into another state: calls of its class's other methods that went through."""
        if subject.owner is None:
            return []
        prefix = subject.target["name"].rpartition(".")[0] + "."
        if prefix in self._calls:
            return self._calls[prefix]
        found = self._calls[prefix] = []
        for target in self._brief["targets"]:
            if target["name"].startswith(prefix) and target["kind"] == "method":
                name = target["name"].rpartition(".")[2]
                if not name.startswith("_") or name == "__setitem__":
                    slots = self._slots.of(getattr(subject.owner, name, None) or (lambda: None), target["parameters"])
                    found += statements(name, (slots or [])[1:], target["is_async"])
        return found

    def _turn(self, explorer: Explorer, until: float, patience: int = 250) -> None:
        """Explore a target, then send what its cases are; what goes wrong with one target ends no other."""
        try:
            explorer.missing = self._layout.arcs - self._covered
            explorer.explore(until, lambda reached: self._missing(explorer, reached), patience)
        except Exception as error:  # Objects of the program are asked in many places, and each may raise anything.
            self._outbox.note(explorer.subject.target["name"], f"was given up: {type(error).__name__}: {error}")
        self._send(explorer, False)

    def _send(self, explorer: Explorer, is_last: bool) -> None:
        name = explorer.subject.target["name"]
        sent = self._sent.setdefault(name, [])
        try:
            cases = self._finished(explorer, sent, is_last)
        except Exception as error:  # As above.
            self._outbox.note(name, f"was given up: {type(error).__name__}: {error}")
            return
        for case in [each for each in reversed(cases) if self._cases.holds(each, False)][::-1]:
            sent.append(case)
            self._outbox.case(name, case)

    def _finished(self, explorer: Explorer, sent: list[Case], is_last: bool) -> list[Case]:
        cases = []
        for found, needed in chosen(explorer, self._covered, len(sent), is_last):
            if time.perf_counter() > self._deadline:
                break
            simple = minimised(found, needed, explorer.subject, self._runner)
            case = self._cases.made(simple, explorer.subject)
            if case is not None:
                cases.append(case)
                self._covered |= simple.arcs | simple.lines
        return cases

    def _go_on(self, explorers: list[Explorer], deadline: float) -> None:
        """Give the rest of the time to those of whose code something hasn't run."""
        quiet: dict[int, int] = {}
        while time.perf_counter() < deadline:
            open_ones = [
                each for each in explorers if self._missing(each) and quiet.get(id(each), 0) < 4 and each.is_slow < 6
            ]
            if not open_ones:
                return
            for explorer in open_ones:
                before = len(explorer.features)
                until = min(time.perf_counter() + SLICE, deadline)
                self._outbox.send({"event": "started", "target": explorer.subject.target["name"]})
                self._turn(explorer, until, 2000)
                quiet[id(explorer)] = 0 if len(explorer.features) > before else quiet.get(id(explorer), 0) + 1
                self._progress(len(explorers))
                if time.perf_counter() > deadline:
                    return

    def _missing(self, explorer: Explorer, reached: Set[object] = frozenset()) -> bool:
        return self._is_open(explorer.subject.target, reached)

    def _is_open(self, target: Target, reached: Set[object] = frozenset()) -> bool:
        """Whether something of a target's code has not run."""
        span = range(target["line"], target["end_line"] + 1)
        lines = {line for line in self._layout.lines if line in span} - {target["line"]}
        arcs = {arc for arc in self._layout.arcs if arc[0] in span}
        return not (lines | arcs) <= self._covered | reached

    def _progress(self, total: int) -> None:
        possible = self._layout.arcs
        covered = len(possible & self._covered) / len(possible) if possible else 1.0
        self._outbox.send({"event": "progress", "done": self._done, "total": total, "covered": covered})


def is_private(target: Target) -> bool:
    """Whether a part of a target's name begins with one underscore."""
    return any(part[:1] == "_" and not part.endswith("__") for part in target["name"].split("."))


def constants(tree: ast.Module) -> list[Any]:
    """Short texts and numbers that the module mentions, but for docstrings."""
    documented = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    found = [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and id(node) not in documented
        and type(node.value) in (str, bytes, int, float)
    ]
    return list(dict.fromkeys(each for each in found if not isinstance(each, (str, bytes)) or len(each) < 40))


def main(brief: Brief) -> None:
    """The entry of the child process."""
    record(brief)
