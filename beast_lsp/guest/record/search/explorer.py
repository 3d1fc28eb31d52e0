"""Explores one subject: keeps the calls that go new ways, and makes new ones of them."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..execution import PROGRAM, Outcome, Runner, frames
from ..oracles.expressions import ADDRESS
from ..plans import Plan, Text, Value, written
from ..steps import beside, is_waiting
from ..subjects import Subject, Way
from ..values.objects import Objects, argument, arranged, choices
from .follow import follow_ups, is_unfinished
from .harvest import Harvester
from .literals import literals, with_literal
from .stubbed import stubbed
from .variation import varied

FIRST = 150
HARVEST = 40
SKETCHES = 16
# So many runs without anything new end a round where all of a target has run.
ENOUGH = 40
# Calls with stand-ins that were given what they lacked.
MOST_GROWN = 120
# Calls kept that only show another result.
MOST_SPARE = 12
# Seconds that a call may take, and those after one took longer.
PATIENT, IMPATIENT = 0.5, 0.1
# What a call raises that was given what it isn't made for.
LOW = (AttributeError, TypeError, IndexError, KeyError, NameError, ZeroDivisionError, RecursionError, AssertionError)
PLAIN_RESULTS = (int, float, str, bytes, list, tuple, dict, set, frozenset)
IsOpen = Callable[["set[object]"], bool]
Arcs = frozenset[tuple[int, int]]


class Found(NamedTuple):
    """A call that went a new way. `key` tells outcomes apart; `seconds` is what a run took."""

    plan: Plan
    text: Text
    ended: str
    arcs: Arcs
    lines: frozenset[int]
    features: frozenset[object]
    key: object
    is_accident: bool


class Explorer:
    """The search for one subject; may be gone on with at any time."""

    def __init__(self, subject: Subject, runner: Runner, harvester: Harvester, objects: Objects) -> None:
        self.subject = subject
        self.found: list[Found] = []
        self.spare: list[Found] = []
        self.features: set[object] = set()
        self.keys: set[object] = set()
        self.steps: list[str] = []
        self.missing: frozenset[tuple[int, int]] = frozenset()
        self.words: list[Any] = []
        self.told: set[object] = set()
        self.told_keys: set[object] = set()
        self.richest = 0
        self.is_slow = 0
        self._released = self._grown = 0
        self._reached: set[object] = set()
        self._runner = runner
        self._harvester = harvester
        self._random = objects.chance
        self._objects = objects
        self._followed: set[object] = set()
        self._tried: set[Text] = set()
        self._next: deque[Plan] = deque()
        self._first: Iterator[Plan] = self._initial()
        self._way_count = 0

    def explore(self, deadline: float, is_open: IsOpen, patience: int) -> None:
        """Run calls until the time is over, or nothing new was seen for a while; `is_open` where code hasn't run."""
        idle = 0
        while idle < patience and time.perf_counter() < deadline and self.is_slow < 6:
            plan = self._choose()
            if plan is None:
                return
            idle = 0 if self.attempt(plan) else idle + 1
            if idle and idle % ENOUGH == 0 and not self._is_open(is_open):
                return

    def _is_open(self, is_open: IsOpen) -> bool:
        return is_open(self._reached)

    def attempt(self, plan: Plan) -> bool:
        """Run a call; whether it went a new way."""
        text = written(plan)
        if text in self._tried or sum(map(len, text.arrange)) + len(text.act) > 3000:
            return False
        self._tried.add(text)
        patience = PATIENT if not self.is_slow else IMPATIENT
        self._runner.patience = patience + PATIENT if plan.is_async else patience
        outcome = self._runner.run(text, plan.is_async)
        if outcome.ended in {"hung", "blocked"}:
            self.is_slow += outcome.ended == "hung" and not plan.is_async
            self._release(plan, outcome)
            return False
        if outcome.ended == "broken" and not plan.receiver and not plan.steps:
            return False
        if outcome.ended == "raised" and not self._is_reached(outcome):
            return False
        self._next.extendleft(follow_ups(plan, outcome, self._objects, self._followed))
        if outcome.ended == "raised" and self._grown < MOST_GROWN:
            plans = list(stubbed(plan, outcome, self.subject.slots))
            self._grown += len(plans)
            self._next.extendleft(plans)
        key = outcome_key(outcome)
        if is_unfinished(outcome) or (
            outcome.features <= self.features and key in self.keys and self._is_known(outcome)
        ):
            self._spare(plan, text, outcome)
            return False
        self._keep(
            Found(plan, text, outcome.ended, outcome.arcs, outcome.lines, outcome.features, key, is_accident(outcome))
        )
        return True

    def _spare(self, plan: Plan, text: Text, outcome: Outcome) -> None:
        """Keep a call that goes a known way to another plain result: one value alone leaves much undecided."""
        result = outcome.result
        is_plain = outcome.ended == "returned" and type(result) in PLAIN_RESULTS
        is_usual = plan.shape in {way.shape for way in self.subject.ways[:1]}
        if not is_plain or not is_usual or len(self.spare) >= MOST_SPARE:
            return
        key = repr(result)[:200]
        if key not in {each.key for each in self.spare} and not ADDRESS.search(key):
            parts = outcome.arcs, outcome.lines, outcome.features
            self.spare.append(Found(plan, text, outcome.ended, *parts, key, False))

    def _release(self, plan: Plan, outcome: Outcome) -> None:
        """What waits for ever is given up after a moment, or something happens meanwhile that ends the waiting."""
        if outcome.ended != "hung" or not plan.is_async or self._released > 6 or "wait_for" in plan.shape:
            return
        self._released += 1
        self._next.appendleft(plan._replace(shape=f"asyncio.wait_for({plan.shape}, 0.01)"))
        for step in self.steps:
            meanwhile = step if is_waiting(step) else beside(step) if step.endswith(")") else ""
            if meanwhile and not meanwhile.startswith("await "):
                self._next.appendleft(plan._replace(steps=(*plan.steps, meanwhile)))

    def _is_known(self, outcome: Outcome) -> bool:
        """Whether neither the act went a new way nor the statements before it."""
        return outcome.features <= self.features and outcome.arcs | outcome.lines <= self._reached

    def _is_reached(self, outcome: Outcome) -> bool:
        """Whether an error came out of the target, not out of an argument."""
        target = self.subject.target
        if outcome.error is not None and [file for file, _ in frames(outcome.error)][-1:] != [PROGRAM]:
            return True
        return any(target["line"] <= line <= target["end_line"] for line in outcome.lines)

    def _keep(self, found: Found) -> None:
        is_new_way = not found.features <= self.features
        self.features |= found.features
        self._reached |= found.arcs | found.lines
        self.keys.add(found.key)
        if found.ended != "broken":
            self.found.append(found)
        if is_new_way or len(self.found) < 30:
            plans = self._harvester.plans(found.plan, self._runner.operands.pairs(), HARVEST)
            self._next.extendleft(plans)

    def _choose(self) -> Plan | None:
        for _ in range(20):
            way = self._random.random()
            if self._next and way < 0.6:
                return self._next.popleft() if way < 0.4 else self._next.pop()
            if way < 0.9 or not self.found:
                plan = next(self._first, None)
                if plan is not None:
                    return plan
            if self.found:
                plan = self._changed(self._parent().plan)
                if plan is not None:
                    return plan
        return self._next.popleft() if self._next else None

    def _parent(self) -> Found:
        """A call to change: one after which a branch is still to be taken, or one of the last, or any."""
        way = self._random.random()
        if way < 0.6 and self.missing:
            lines = {line for line, _ in self.missing}
            near = [found for found in self.found if found.lines & lines]
            if near:
                return self._random.choice(near[-12:] if way < 0.4 else near)
        return self._random.choice(self.found[-12:] if way < 0.8 else self.found)

    def _initial(self) -> Iterator[Plan]:
        """Calls as others wrote them, then the plainest values, then each alone, then at random."""
        subject = self.subject
        for sketch in subject.target["sketches"][:SKETCHES]:
            if not sketch["fixtures"]:
                yield Plan(
                    subject.target["name"],
                    sketch["act"],
                    None,
                    (),
                    (),
                    subject.target["is_async"],
                    tuple(sketch["arrange"]),
                )
        receivers: Sequence[Value | None] = subject.receivers or [None]
        if not subject.slots:
            for receiver in receivers:
                for way in subject.ways:
                    yield self._plan(way, receiver, ())
            return
        streams = [choices(subject.slots, self._random) for _ in subject.ways]
        for at in range(FIRST):
            for way, stream in zip(subject.ways, streams):
                arguments = next(stream, None)
                if arguments is None:
                    return
                yield self._plan(way, receivers[at % len(receivers)], arguments)

    def _plan(self, way: Way, receiver: Value | None, arguments: tuple[Any, ...]) -> Plan:
        return Plan(self.subject.target["name"], way.shape, receiver, arguments, way.steps, way.is_async)

    def _changed(self, plan: Plan) -> Plan | None:
        way = self._random.random()
        is_own = {each.name for each in plan.arguments} <= {slot.name for slot in self.subject.slots}
        if way < 0.25 and plan.arguments and is_own:
            return self._other_value(plan)
        if way < 0.35 and self.subject.slots and is_own and not plan.given:
            return self._other_arguments(plan)
        if way < 0.5 and plan.receiver is not None:
            return self._other_state(plan)
        return self._other_literal(plan)

    def _other_literal(self, plan: Plan) -> Plan | None:
        held = list(literals(plan))
        for _ in range(1 if self._random.random() < 0.7 else 2):
            if not held:
                return None
            literal = self._random.choice(held)
            new = repr(varied(literal.value, self._random, self.words))
            changed = with_literal(plan, literal, new)
            if changed is None:
                return None
            plan, held = changed, list(literals(changed))
        return plan

    def _other_value(self, plan: Plan) -> Plan | None:
        slots = [slot for slot in self.subject.slots if slot.pool]
        if not slots:
            return None
        slot = self._random.choice(slots)
        new = argument(slot, self._random.choice(slot.pool))
        others = [each for each in plan.arguments if each.name != slot.name]
        return plan._replace(arguments=arranged(self.subject.slots, [*others, new]))

    def _other_arguments(self, plan: Plan) -> Plan | None:
        optional = {slot.name for slot in self.subject.slots if not slot.is_required}
        droppable = [each for each in plan.arguments if each.name in optional]
        if not droppable:
            return self._other_value(plan)
        gone = self._random.choice(droppable)
        return plan._replace(
            arguments=arranged(self.subject.slots, [each for each in plan.arguments if each is not gone])
        )

    def _other_state(self, plan: Plan) -> Plan | None:
        """Another receiver, or one on which something else was called before."""
        usable = [step for step in self.steps if plan.is_async or not is_waiting(step)]
        if usable and self._random.random() < 0.7 and len(plan.steps) < 4:
            step = self._random.choice(usable)
            if plan.is_async and step.endswith(")") and not is_waiting(step) and self._random.random() < 0.5:
                step = beside(step)
            return plan._replace(steps=(*plan.steps, step))
        owner = self.subject.owner
        made = self._objects.another(owner) if owner is not None and self._random.random() < 0.7 else None
        if made is not None:
            return plan._replace(receiver=made)
        return plan._replace(receiver=self._random.choice(self.subject.receivers or [plan.receiver]))


def is_accident(outcome: Outcome) -> bool:
    """Whether a call failed in a way that nobody meant."""
    return isinstance(outcome.error, LOW) and not outcome.is_told


def outcome_key(outcome: Outcome) -> object:
    """What tells outcomes apart in kind: none, truth, emptiness, type; the exception and the line that raised it."""
    if outcome.ended == "raised" and outcome.error is not None:
        trace = outcome.error.__traceback__
        line = 0
        while trace is not None:
            line, trace = trace.tb_lineno, trace.tb_next
        return ("raised", type(outcome.error), line)
    result = outcome.result
    kind = type(result)
    if kind is bool:
        return (kind, result)
    if kind in (int, float):
        return (kind, result > 0, result < 0)
    if kind in (str, bytes, list, tuple, dict, set):
        return (kind, min(len(result), 2))
    return (outcome.ended, kind)
