"""Makes a call simpler for as long as it goes the ways that it was kept for and ends in the same kind of outcome."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..execution import Runner
from ..plans import Plan, written
from ..subjects import Subject
from ..values.objects import arranged
from ..values.samples import TELLING
from .explorer import Found, outcome_key
from .literals import literals, values, with_literal, with_value

RUNS = 30
# Text and numbers that a reader takes in at a glance stay as they are.
SHORT = 8
PLAIN_NUMBERS = (3, 10, 100)


def minimised(found: Found, needed: frozenset[object], subject: Subject, runner: Runner) -> Found:
    """The simplest call that was found."""
    best = found
    runs = 0
    is_done = False
    while not is_done and runs < RUNS:
        is_done = True
        for plan in simpler(best.plan, subject):
            runs += 1
            tried = attempted(plan, best, needed, runner)
            if tried is not None:
                best, is_done = tried, False
                break
            if runs >= RUNS:
                break
    return best


def attempted(plan: Plan, best: Found, needed: frozenset[object], runner: Runner) -> Found | None:
    """The call of a plan, None where it isn't simpler or goes another way."""
    text = written(plan)
    if size(text) >= size(best.text):
        return None
    outcome = runner.run(text, plan.is_async)
    if (
        outcome.ended != best.ended
        or not needed <= outcome.features | outcome.arcs | outcome.lines
        or outcome_key(outcome) != best.key
    ):
        return None
    return best._replace(plan=plan, text=text, arcs=outcome.arcs, lines=outcome.lines, features=outcome.features)


def simpler(plan: Plan, subject: Subject) -> Iterator[Plan]:
    """Plans that say less, the biggest steps first."""
    for at in range(len(plan.steps)):
        yield plan._replace(steps=(*plan.steps[:at], *plan.steps[at + 1 :]))
    optional = {slot.name for slot in subject.slots if not slot.is_required}
    for each in plan.arguments:
        if each.name in optional:
            rest = [other for other in plan.arguments if other is not each]
            yield plan._replace(arguments=arranged(subject.slots, rest))
    for receiver in sorted(subject.receivers, key=lambda value: len(value.text) + sum(map(len, value.arrange)))[:2]:
        if plan.receiver is not None and receiver != plan.receiver:
            yield plan._replace(receiver=receiver)
    yield from plainer(plan, subject)


def plainer(plan: Plan, subject: Subject) -> Iterator[Plan]:
    """Plans with a value that needs nothing before it, and with simpler literals."""
    pools = {slot.name: slot.pool for slot in subject.slots}
    for part, value in values(plan):
        if part >= 0 and value.arrange:
            plain = next((each for each in pools.get(plan.arguments[part].name, []) if not each.arrange), None)
            if plain is not None:
                yield with_value(plan, part, plain)
    for literal in sorted(literals(plan), key=lambda each: -len(repr(each.value))):
        for new in shorter(literal.value) if repr(literal.value) not in TELLING else ():
            changed = with_literal(plan, literal, repr(new))
            if changed is not None:
                yield changed


def shorter(value: Any) -> Iterator[Any]:
    """Simpler values of the same type."""
    if type(value) in (str, bytes) and len(value) > SHORT:
        half = len(value) // 2
        yield from (value[:half], value[half:], value[: half // 2] + value[-half // 2 :])
    elif type(value) in (int, float) and len(repr(value)) > 3:
        yield from (type(value)(each) for each in PLAIN_NUMBERS)
    elif type(value) in (list, tuple) and len(value) > 1:
        yield from (value[:at] + value[at + 1 :] for at in range(len(value)))
    elif type(value) is dict and len(value) > 1:
        yield from ({key: each for key, each in value.items() if key != gone} for gone in value)
    elif type(value) is set and len(value) > 1:
        yield from (value - {gone} for gone in value)


def size(text: Any) -> int:
    """How much there is to read."""
    return len(text.act) + sum(len(line) + 5 for line in text.arrange)
