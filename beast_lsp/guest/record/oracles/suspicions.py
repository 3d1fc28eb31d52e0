"""What looks like a bug, in a sentence."""

from __future__ import annotations

import inspect
import typing
from typing import Any

from ..execution import Outcome
from ..plans import Plan
from ..subjects import Subject
from ..values.pools import is_union, unwrapped
from .fitting import is_fitting

LOW = (AttributeError, TypeError, IndexError, KeyError, UnboundLocalError, ZeroDivisionError, RecursionError)


def suspicion_of(subject: Subject, plan: Plan, outcome: Outcome, is_told: bool) -> str:
    """A sentence where an outcome contradicts what the signature says; "" where it doesn't."""
    if not is_fitting(subject, plan):
        return ""
    inputs = ", ".join(f"{each.name}={each.value.text}" for each in plan.arguments)[:80]
    if isinstance(outcome.error, LOW) and not is_told:
        given = f" for {inputs}" if inputs else ""
        return f"raises {type(outcome.error).__name__}{given}; is that meant?"
    if outcome.ended == "returned" and outcome.result is None and not admits_none(returned_hint(subject.function)):
        return f"returns None for {inputs}; is that meant?" if inputs else "returns None; is that meant?"
    return ""


def returned_hint(function: Any) -> Any:
    """The annotation of what a function returns, as it stands; `Any` where there is none."""
    inner = getattr(function, "__func__", None) or getattr(function, "fget", None) or function
    found: Any | None = getattr(inner, "__annotations__", {}).get("return", Any)
    return Any if inspect.isclass(inner) else found


def admits_none(hint: Any) -> bool:
    """Whether None is among the values of an annotation, as far as that is certain."""
    if isinstance(hint, str):
        return hint.strip("'\"") not in {"str", "int", "bool", "float", "bytes", "list", "dict", "tuple", "set"}
    hint = unwrapped(hint)
    if is_union(typing.get_origin(hint), hint):
        return any(admits_none(part) for part in typing.get_args(hint))
    return hint not in (str, int, bool, float, bytes, list, dict, tuple, set) and typing.get_origin(hint) not in (
        list,
        dict,
        tuple,
        set,
    )
