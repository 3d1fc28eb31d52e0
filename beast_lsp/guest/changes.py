"""The changes that a mutant may make to one statement: the operators of mutation testing, on Python's syntax tree."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import Any

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
    ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.MatMult: ast.Mult,
}  # fmt: skip
_TRUTHS = (ast.Compare, ast.BoolOp)
_TEXTS = (ast.JoinedStr, ast.List, ast.Tuple)
_MARK = "XX"
_NEVER_RAISED = "RuntimeError"
_NOT_ENTERED = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.stmt, ast.ExceptHandler, ast.FormattedValue)


class Change:
    """One child of a node replaced by another: `holder` is a list or a node, `key` an index or a field.

    `shown` is what a person is shown of it, before and after.
    """

    def __init__(self, operator: str, holder: Any, key: Any, new: Any, shown: ast.AST) -> None:
        self.operator = operator
        self._holder, self._key, self._new = holder, key, new
        self._old = self._get()
        self.shown = shown
        self.line: int = getattr(shown, "lineno", 0)
        self.is_minor = False
        self.replaced: ast.AST | None = new if self._old is shown and isinstance(new, ast.AST) else None

    @property
    def new(self) -> Any:
        """What stands there afterwards."""
        return self._new

    @property
    def place(self) -> tuple[Any, Any]:
        """Where it stands: a list or a node, and the index or field."""
        return self._holder, self._key

    def apply(self) -> None:
        """Change the tree."""
        self._set(self._new)

    def undo(self) -> None:
        """Change it back."""
        self._set(self._old)

    def _get(self) -> Any:
        return self._holder[self._key] if isinstance(self._holder, list) else getattr(self._holder, self._key)

    def _set(self, value: Any) -> None:
        if isinstance(self._holder, list):
            self._holder[self._key] = value
        else:
            setattr(self._holder, self._key, value)


def changes(body: list[ast.stmt], index: int) -> Iterator[Change]:
    """The changes of a statement in a block, without those of the statements inside of it."""
    node = body[index]
    if type(node) in _STATEMENTS:
        yield from _STATEMENTS[type(node)](node)
    if _may_go(node):
        yield Change("statement removed", body, index, _placed(ast.Pass(), node), node)
    if isinstance(node, ast.Break):
        yield Change("break to continue", body, index, _placed(ast.Continue(), node), node)
    elif isinstance(node, ast.Continue):
        yield Change("continue to break", body, index, _placed(ast.Break(), node), node)
    for handler in getattr(node, "handlers", []):
        if handler.type is not None:
            never = _placed(ast.Tuple([], ast.Load()), handler.type)
            yield Change("exception not caught", handler, "type", never, handler.type)
    for field, value in ast.iter_fields(node):
        if field not in _FIELDS_LEFT and not isinstance(node, ast.Raise):
            yield from _inside(node, field, value)


_FIELDS_LEFT = {"annotation", "msg", "targets", "body", "orelse", "finalbody", "handlers", "cases", "type_comment"}


def _inside(node: ast.AST, field: str, value: Any) -> Iterator[Change]:
    """The changes of what a field holds, and of all that is inside of it."""
    places: list[tuple[Any, Any, Any]]
    if isinstance(value, list):
        places = [(value, index, each) for index, each in enumerate(value)]
    else:
        places = [(node, field, value)]
    for holder, key, child in places:
        if isinstance(child, (ast.expr, ast.keyword, ast.comprehension, ast.withitem, ast.Slice)):
            yield from _expression(holder, key, child)
            yield from _deeper(child)


def _deeper(node: ast.AST) -> Iterator[Change]:
    for field, value in ast.iter_fields(node):
        if field not in {"format_spec", "annotation"}:
            yield from _inside(node, field, value)


def _expression(holder: Any, key: Any, node: Any) -> Iterator[Change]:
    if isinstance(node, ast.Constant):
        yield from constant_changes(holder, key)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        yield Change("not removed", holder, key, node.operand, node)
    elif isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and not isinstance(node.operand, ast.Constant):
        yield Change("sign removed", holder, key, node.operand, node)
    elif type(node) in _EXPRESSIONS:
        yield from _EXPRESSIONS[type(node)](node)


def constant_changes(holder: Any, key: Any) -> Iterator[Change]:
    """The changes of the constant at a place."""
    node = holder[key] if isinstance(holder, list) else getattr(holder, key)
    value = node.value
    new: Any
    if isinstance(value, bool):
        new = not value
    elif isinstance(value, (int, float, complex)):
        new = value + 1
        if new == value:
            return
    elif isinstance(value, str):
        new = _MARK + value + _MARK if value else _MARK
    elif isinstance(value, bytes):
        new = _MARK.encode() + value + _MARK.encode() if value else _MARK.encode()
    else:
        return
    change = Change("constant", holder, key, _placed(ast.Constant(new), node), node)
    change.is_minor = isinstance(value, (str, bytes)) and len(value) > 20
    yield change


def _compare(node: ast.Compare) -> Iterator[Change]:
    for index, operator in enumerate(node.ops):
        yield Change("comparison", node.ops, index, _COMPARISONS[type(operator)](), node)


def _binary(node: ast.BinOp) -> Iterator[Change]:
    sides = (node.left, node.right)
    is_text = any(isinstance(each, _TEXTS) or _is_text(each) for each in sides)
    if not is_text and type(node.op) in _ARITHMETIC:
        yield Change("arithmetic", node, "op", _ARITHMETIC[type(node.op)](), node)


def _is_text(node: ast.expr) -> bool:
    """An operator of texts has no other that fits."""
    return isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes))


def _bool(node: ast.BoolOp) -> Iterator[Change]:
    yield Change("and/or", node, "op", ast.Or() if isinstance(node.op, ast.And) else ast.And(), node)


def _conditional(node: ast.IfExp) -> Iterator[Change]:
    for value in (True, False):
        yield Change("condition", node, "test", _placed(ast.Constant(value), node.test), node)


def _call(node: ast.Call) -> Iterator[Change]:
    for index, keyword in enumerate(node.keywords):
        if keyword.arg is not None:
            rest = node.keywords[:index] + node.keywords[index + 1 :]
            yield Change("keyword dropped", node, "keywords", rest, node)


def _slice(node: ast.Slice) -> Iterator[Change]:
    for field in ("lower", "upper", "step"):
        if getattr(node, field) is not None:
            yield Change("slice bound dropped", node, field, None, node)


def _comprehension(node: ast.comprehension) -> Iterator[Change]:
    for index, condition in enumerate(node.ifs):
        yield Change("condition", node.ifs, index, _placed(ast.Constant(True), condition), condition)


def _if(node: ast.If) -> Iterator[Change]:
    if not isinstance(node.test, ast.Constant):
        for value in (True, False):
            yield _header(Change("branch", node, "test", _placed(ast.Constant(value), node.test), node), node)


def _while(node: ast.While) -> Iterator[Change]:
    if not isinstance(node.test, ast.Constant):
        yield Change("loop skipped", node, "test", _placed(ast.Constant(False), node.test), node)


def _for(node: ast.For) -> Iterator[Change]:
    nothing = _placed(ast.Tuple([], ast.Load()), node.iter)
    yield Change("loop skipped", node, "iter", nothing, node)


def _header(change: Change, node: ast.stmt) -> Change:
    change.line = node.lineno
    return change


def _return(node: ast.Return) -> Iterator[Change]:
    value = node.value
    if value is None or (isinstance(value, ast.Constant) and value.value is None):
        return
    new: ast.expr
    if isinstance(value, _TRUTHS):
        new = ast.UnaryOp(ast.Not(), value)
    elif isinstance(value, ast.Constant) and isinstance(value.value, bool):
        return  # The constant itself changes.
    else:
        new = ast.Constant(None)
    yield Change("return value", node, "value", _placed(new, value), node)


def _raise(node: ast.Raise) -> Iterator[Change]:
    raised = node.exc
    holder, key, name = (raised, "func", raised.func) if isinstance(raised, ast.Call) else (node, "exc", raised)
    if isinstance(name, ast.Name) and name.id[:1].isupper():
        other = "ValueError" if name.id == _NEVER_RAISED else _NEVER_RAISED
        yield Change("exception type", holder, key, _placed(ast.Name(other, ast.Load()), name), node)


def _augmented(node: ast.AugAssign) -> Iterator[Change]:
    if not isinstance(node.value, _TEXTS) and not _is_text(node.value) and type(node.op) in _ARITHMETIC:
        yield Change("arithmetic", node, "op", _ARITHMETIC[type(node.op)](), node)


def _may_go(node: ast.stmt) -> bool:
    """Whether a statement can be taken out and leave code that runs on: a missing name would be noticed by any test."""
    if isinstance(node, ast.Assign):
        return all(isinstance(target, (ast.Attribute, ast.Subscript)) for target in node.targets)
    if isinstance(node, ast.Expr):
        return isinstance(node.value, (ast.Call, ast.Await))
    return isinstance(node, (ast.AugAssign, ast.Raise, ast.Delete))


def _placed(new: Any, old: ast.AST) -> Any:
    return ast.fix_missing_locations(ast.copy_location(new, old))


_STATEMENTS: dict[type[ast.AST], Any] = {
    ast.If: _if, ast.While: _while, ast.For: _for, ast.Return: _return, ast.Raise: _raise, ast.AugAssign: _augmented,
}  # fmt: skip
_EXPRESSIONS: dict[type[ast.AST], Any] = {
    ast.Compare: _compare, ast.BinOp: _binary, ast.BoolOp: _bool, ast.IfExp: _conditional, ast.Call: _call,
    ast.Slice: _slice, ast.comprehension: _comprehension,
}  # fmt: skip
