"""The literals within an expression, and the expression with another one in the place of one of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from ..plans import Plan, Value


class Literal(NamedTuple):
    """A literal of a plan.

    `part` is the number of the argument (-1: the receiver), `line` that of the statement before
    it (-1: the expression itself), `node` its number in the tree.
    """

    part: int
    line: int
    node: int
    value: Any


def literals(plan: Plan) -> Iterator[Literal]:
    """The literals of a plan that may be exchanged, those of the arguments first."""
    for part, value in values(plan):
        for line, text in ((-1, value.text), *enumerate(value.arrange)):
            for node, found in within(text):
                yield Literal(part, line, node, found)


def values(plan: Plan) -> Iterator[tuple[int, Value]]:
    """The values of a plan with their numbers."""
    yield from enumerate(each.value for each in plan.arguments)
    if plan.receiver is not None:
        yield -1, plan.receiver


@lru_cache(maxsize=20_000)
def within(text: str) -> tuple[tuple[int, Any], ...]:
    """The literals of a piece of code, by their number in the order of a walk; none of a definition's."""
    tree = parsed(text)
    if tree is None or isinstance(tree.body[0], (ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)):
        return ()
    found = []
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, (ast.JoinedStr, ast.UnaryOp))
        for part in ast.walk(node)
        if part is not node
    }
    for number, node in enumerate(ast.walk(tree)):
        if id(node) not in inside and isinstance(
            node, (ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.Set, ast.UnaryOp)
        ):
            try:
                found.append((number, ast.literal_eval(node)))
            except (ValueError, TypeError, SyntaxError):
                continue
    return tuple(found)


@lru_cache(maxsize=5000)
def exchanged(text: str, number: int, new: str) -> str | None:
    """The code with another expression in the place of a literal, None where that makes no sense."""
    tree, expression = parsed(text), parsed(new)
    if tree is None or expression is None or not isinstance(expression.body[0], ast.Expr):
        return None
    wanted = next((node for at, node in enumerate(ast.walk(tree)) if at == number), None)
    changed = _Exchange(wanted, expression.body[0].value).visit(tree)
    # As a statement of its own a text would be written as a docstring is.
    whole = changed.body[0]
    return ast.unparse(whole.value if isinstance(whole, ast.Expr) and len(changed.body) == 1 else changed)


class _Exchange(ast.NodeTransformer):
    def __init__(self, old: ast.AST | None, new: ast.expr) -> None:
        self._old = old
        self._new = new

    def visit(self, node: ast.AST) -> Any:
        """The new node in the place of the old one."""
        return self._new if node is self._old else super().visit(node)


def parsed(text: str) -> ast.Module | None:
    """A fresh tree, None where the text is none."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    return tree if tree.body else None


def with_literal(plan: Plan, literal: Literal, new: str) -> Plan | None:
    """The plan with another expression in the place of a literal."""
    value = plan.receiver if literal.part < 0 else plan.arguments[literal.part].value
    if value is None:
        return None
    old = value.text if literal.line < 0 else value.arrange[literal.line]
    text = exchanged(old, literal.node, new)
    if text is None or text == old:
        return None
    if literal.line < 0:
        changed = value._replace(text=text)
    else:
        arrange = (*value.arrange[: literal.line], text, *value.arrange[literal.line + 1 :])
        changed = value._replace(arrange=arrange)
    return with_value(plan, literal.part, changed)


def with_value(plan: Plan, part: int, value: Value) -> Plan:
    """The plan with another value for an argument, or for the receiver."""
    if part < 0:
        return plan._replace(receiver=value)
    arguments = list(plan.arguments)
    arguments[part] = arguments[part]._replace(value=value)
    return plan._replace(arguments=tuple(arguments))
