"""One recording: imports the module, explores its targets in turns, sends the cases of each as soon as they are final."""

from __future__ import annotations

import ast
import random
import time
from pathlib import Path
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
from .search.choice import chosen
from .search.explorer import Explorer
from .search.harvest import Harvester
from .subjects import Subject, Unreachable, subject_of
from .values.hints import Hints
from .values.objects import Objects
from .values.pools import Pools
from .values.slots import Slots
from .values.usage import Uses

# The share of the time in which every target gets its first turn.
FIRST_TURNS = 0.5
SLICE = 0.25


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
    session.run(start + brief["seconds"])
    outbox.send({"event": "done"})


class Session:
    """The parts of one recording."""

    def __init__(self, brief: Brief, loaded: Loaded, outbox: Outbox) -> None:
        self._brief = brief
        self._outbox = outbox
        source = Path(brief["file"]).read_text("utf-8")
        tree = ast.parse(source)
        self._chance = random.Random(brief["seed"])
        self._layout: Layout = layout(source, brief["file"])
        self._names = Names(loaded.module, brief["imports"])
        self._runner = Runner(loaded, self._names, self._layout, brief["scratch"])
        self._objects = Objects(self._runner, brief["seed"])
        pools = Pools(self._names, self._objects.of)
        self._slots = Slots(pools, Hints(tree), Uses(tree), brief["file"])
        self._objects.slots = self._slots
        expressions = Expressions(self._names)
        self._harvester = Harvester(self._chance, expressions.of)
        self._cases = Cases(self._runner, Oracle(expressions), tree)
        self._words = [*words_of(brief["literals"]), *constants(tree)]
        self._covered: set[tuple[int, int]] = set()
        self._lines: set[int] = set()
        self._sent: dict[str, list[Case]] = {}
        self._calls: dict[str, list[str]] = {}
        self._done = 0

    def run(self, deadline: float) -> None:
        """Explore until the time is over."""
        start = time.perf_counter()
        targets = [each for each in self._brief["targets"] if each["name"] not in self._brief["skip"]]
        explorers: list[Explorer] = []
        for at, target in enumerate(targets):
            left = start + (deadline - start) * FIRST_TURNS - time.perf_counter()
            until = time.perf_counter() + max(0.05, left / (len(targets) - at))
            explorer = self._begin(target)
            if explorer is not None:
                explorers.append(explorer)
                self._turn(explorer, min(until, deadline))
            self._done = at + 1
            self._progress(len(targets))
        self._go_on(explorers, deadline - 0.3)

    def _begin(self, target: Target) -> Any:
        self._outbox.send({"event": "started", "target": target["name"]})
        try:
            subject = subject_of(target, self._names, self._slots, self._objects)
        except Unreachable as error:
            self._outbox.note(target["name"], str(error))
            return None
        explorer = Explorer(subject, self._runner, self._harvester, self._chance)
        explorer.words = self._words
        explorer.steps = self._steps(subject)
        return explorer

    def _steps(self, subject: Subject) -> list[str]:
        """Statements that bring a receiver into another state: calls of its class's other methods that went through."""
        if subject.owner is None:
            return []
        prefix = subject.target["name"].rpartition(".")[0] + "."
        if prefix in self._calls:
            return self._calls[prefix]
        found = self._calls[prefix] = []
        for target in self._brief["targets"]:
            if target["name"].startswith(prefix) and target["kind"] == "method" and not target["is_async"]:
                name = target["name"].rpartition(".")[2]
                if not name.startswith("__") or name in {"__setitem__"}:
                    slots = self._slots.of(getattr(subject.owner, name, None) or (lambda: None), target["parameters"])
                    found += statements(name, (slots or [])[1:])
        return found

    def _turn(self, explorer: Explorer, deadline: float, patience: int = 250) -> None:
        explorer.explore(deadline, patience)
        cases = []
        for found in chosen(explorer, self._covered, self._sent.get(explorer.subject.target["name"], [])):
            case = self._cases.made(found, explorer.subject)
            if case is not None:
                cases.append(case)
                self._covered.update(tuple(arc) for arc in case["arcs"])
                self._lines.update(case["lines"])
        name = explorer.subject.target["name"]
        for case in [each for each in reversed(cases) if self._cases.holds(each, False)][::-1]:
            self._sent.setdefault(name, []).append(case)
            self._outbox.case(name, case)
        if not self._sent.get(name):
            self._outbox.note(name, f"no call of {name} was found whose outcome holds each time")

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

    def _missing(self, explorer: Explorer) -> bool:
        target = explorer.subject.target
        span = range(target["line"], target["end_line"] + 1)
        lines = {line for line in self._layout.lines if line in span} - {target["line"]}
        arcs = {arc for arc in self._layout.arcs if arc[0] in span}
        return bool(lines - self._lines or arcs - self._covered)

    def _progress(self, total: int) -> None:
        possible = self._layout.arcs
        covered = len(possible & self._covered) / len(possible) if possible else 1.0
        self._outbox.send({"event": "progress", "done": self._done, "total": total, "covered": covered})


def statements(name: str, slots: list[Any]) -> list[str]:
    """A few calls of a method as statements."""
    required = [slot for slot in slots if slot.is_required]
    if any(not slot.pool or slot.pool[0].arrange for slot in required):
        return []
    found = []
    for at in range(3):
        texts = [slot.pool[min(at, len(slot.pool) - 1)] for slot in required]
        if not any(each.arrange or "{" in each.text for each in texts):
            found.append(f"{{self}}.{name}({', '.join(each.text for each in texts)})")
    return list(dict.fromkeys(found))


def words_of(texts: list[str]) -> list[Any]:
    """The values of literals."""
    found = []
    for text in texts:
        try:
            found.append(ast.literal_eval(text))
        except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
            continue
    return found


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
