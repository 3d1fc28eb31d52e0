"""How much the tests of a file assert: of each test function, how many assertions, and how strong the strongest is.

Strength says how much a value has to fit to pass: 1 for equality with a value, .1 where nothing is asserted but that
nothing is raised. Assertions in a helper of the same file count for the tests that call it.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

_EQUAL, _SNAPSHOT, _ATTRIBUTE, _PART, _RAISES, _KIND, _TRUTH, _NOTHING = 1.0, 0.9, 0.8, 0.6, 0.6, 0.4, 0.3, 0.1
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_METHODS = {
    "True": _TRUTH, "False": _TRUTH, "NotEqual": _TRUTH, "IsNone": _KIND, "IsNotNone": _TRUTH, "IsInstance": _KIND,
    "NotIsInstance": _TRUTH, "HasAttr": _TRUTH, "In": _PART, "NotIn": _KIND, "Greater": _PART, "GreaterEqual": _PART,
    "Less": _PART, "LessEqual": _PART, "Regex": _PART, "NotRegex": _KIND, "Raises": _RAISES, "RaisesRegex": _SNAPSHOT,
    "Warns": _RAISES, "WarnsRegex": _SNAPSHOT, "Logs": _RAISES, "NoLogs": _KIND, "IsNot": _TRUTH,
}  # fmt: skip
_CAMEL = re.compile(r"assert([A-Z]\w*)")
_CALLED = {"assert_called", "assert_called_once", "assert_not_called", "assert_awaited", "assert_awaited_once"}
_DEEPEST = 3


class Assertions(NamedTuple):
    """How many assertions there are, and the strength of the strongest, from 0 to 1."""

    number: int
    strength: float


def assertions(text: str) -> dict[str, Assertions]:
    """Of each function in a test file, by its name as pytest has it (`Class::test`); empty where it can't be parsed."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError):
        return {}
    functions = dict(_functions(tree, ""))
    helpers = {name.rpartition("::")[2]: node for name, node in functions.items()}
    found = {}
    for name, node in functions.items():
        strengths = list(_strengths(node, helpers, _DEEPEST))
        found[name] = Assertions(len(strengths), max(strengths, default=_NOTHING))
    return found


def _functions(node: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    for each in node.body:
        if isinstance(each, _FUNCTIONS):
            yield prefix + each.name, each
        elif isinstance(each, ast.ClassDef):
            yield from _functions(each, f"{prefix}{each.name}::")


def _strengths(function: Any, helpers: dict[str, Any], depth: int) -> Iterator[float]:
    for node in ast.walk(function):
        if isinstance(node, ast.Assert):
            yield _of_condition(node.test)
        elif isinstance(node, ast.Call):
            name = _called(node)
            strength = _of_call(name, node)
            if strength is not None:
                yield strength
            elif depth and name in helpers and helpers[name] is not function:
                yield from _strengths(helpers[name], helpers, depth - 1)


def _called(node: ast.Call) -> str:
    return str(getattr(node.func, "attr", None) or getattr(node.func, "id", ""))


def _of_call(name: str, node: ast.Call) -> float | None:
    """The strength of an assertion that is a call; None where it is another call."""
    camel = _CAMEL.fullmatch(name)
    if camel:
        return _METHODS.get(camel[1], _EQUAL)
    if name in {"raises", "warns", "deprecated_call"}:
        return _SNAPSHOT if any(each.arg == "match" for each in node.keywords) else _RAISES
    if name in _CALLED:
        return _KIND
    return _ATTRIBUTE if name.startswith("assert_") else None


def _of_condition(test: ast.expr) -> float:
    if isinstance(test, ast.BoolOp):
        parts = [_of_condition(each) for each in test.values]
        return max(parts) if isinstance(test.op, ast.And) else min(parts)
    if isinstance(test, ast.Compare):
        return max(
            _of_comparison(left, operator, right)
            for left, operator, right in zip([test.left, *test.comparators], test.ops, test.comparators)
        )
    if isinstance(test, ast.Call):
        return {"isinstance": _KIND, "issubclass": _KIND, "isclose": _EQUAL, "allclose": _EQUAL}.get(
            _called(test), _TRUTH
        )
    return _TRUTH


def _of_comparison(left: ast.expr, operator: ast.cmpop, right: ast.expr) -> float:
    if isinstance(operator, (ast.Is, ast.Eq)) and _is_kind(left, right):
        return _KIND
    if isinstance(operator, ast.Is):
        return _EQUAL
    if isinstance(operator, ast.Eq):
        return _of_equality(left, right)
    return _PART if isinstance(operator, (ast.In, ast.Lt, ast.LtE, ast.Gt, ast.GtE)) else _TRUTH


def _is_kind(left: ast.expr, right: ast.expr) -> bool:
    """Whether only None, or the type, is looked at."""
    is_none = any(isinstance(each, ast.Constant) and each.value is None for each in (left, right))
    return is_none or any(isinstance(each, ast.Call) and _called(each) == "type" for each in (left, right))


def _of_equality(left: ast.expr, right: ast.expr) -> float:
    calls = {_called(each) for each in (left, right) if isinstance(each, ast.Call)}
    if calls & {"repr", "str"}:
        return _SNAPSHOT
    if "len" in calls:
        return _PART
    is_attribute = any(isinstance(each, ast.Attribute) for each in (left, right))
    return _ATTRIBUTE if is_attribute else _EQUAL
