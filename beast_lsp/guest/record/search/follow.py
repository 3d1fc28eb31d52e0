"""What a call gave may be called in turn: a decorator's function, a generator, something to wait for or to enter."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from itertools import islice
from types import FunctionType
from typing import Any

from ..execution import Outcome
from ..plans import Plan, Value, variable, written
from ..subjects import COLLECT_ASYNC, ENTER, FAIL
from ..values.objects import WRAPPED, Objects, choices

CALLS = 14


def follow_ups(plan: Plan, outcome: Outcome, objects: Objects, followed: set[object]) -> Iterator[Plan]:
    """Plans that go on with what a call gave, once for each piece of code."""
    if "event loop" in str(outcome.error) and not plan.is_async:
        yield plan._replace(shape=f"wrapped({plan.shape})", steps=(WRAPPED, *plan.steps), is_async=True)
        return
    result = outcome.result
    if outcome.ended != "returned" or result is None:
        return
    if inspect.iscoroutine(result):
        result.close()
        yield plan._replace(is_async=True)
    elif inspect.isgenerator(result):
        yield plan._replace(shape=f"list({plan.shape})")
    elif inspect.isasyncgen(result):
        yield plan._replace(shape=f"collected({plan.shape})", steps=(COLLECT_ASYNC, *plan.steps), is_async=True)
    elif not plan.is_async:
        yield from _calls(plan, result, objects, followed)


def is_unfinished(outcome: Outcome) -> bool:
    """Whether a call gave what only begins when it is waited for or listed; then another plan does that."""
    result = outcome.result
    return inspect.iscoroutine(result) or inspect.isgenerator(result) or inspect.isasyncgen(result)


def once(plan: Plan, code: object, followed: set[object], new: Plan) -> Iterator[Plan]:
    """A plan, the first few times that its code is met."""
    for number in range(4):
        if (code, number) not in followed:
            followed.add((code, number))
            yield new
            return


def _calls(plan: Plan, result: Any, objects: Objects, followed: set[object]) -> Iterator[Plan]:
    kind = type(result)
    inner = result if isinstance(result, FunctionType) else vars(kind).get("__call__")
    if inner is not None and objects.is_ours(inner):
        code = getattr(inner, "__code__", kind)
        slots = objects.slots.of(result) if objects.slots else None
        for arguments in islice(choices(slots, objects.chance), CALLS if slots else 1) if slots is not None else ():
            text = written(plan)
            name = variable("function")
            made = Value(name, (*text.arrange, f"{name} = {text.act}"))
            is_async = inspect.iscoroutinefunction(result)
            called = Plan(plan.target, "{self}({args})", made, arguments, (), is_async)
            yield from islice(once(plan, (code, repr(arguments)), followed, called), 1)
    elif hasattr(kind, "__exit__") and objects.is_ours(getattr(kind, "__enter__", None)):
        for shape, step in (("entered({})", ENTER), ("fail_within({})", FAIL)):
            entered = plan._replace(shape=shape.format(plan.shape), steps=(step, *plan.steps))
            yield from once(plan, (kind, shape), followed, entered)
