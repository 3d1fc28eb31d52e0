"""What of a file could be run: its executable lines, and the branches between them as pairs of lines.

A branch is what follows a decision (`if`, `while`, `for`, a `case`, an `except` before another one): the pair of the
decision's line and of the line that runs next. Leaving a function is the pair with its first line, negative. Both are
read from the syntax tree, and what the compiler dropped as unreachable is left out.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Sequence
from types import CodeType
from typing import Any, NamedTuple

Arc = tuple[int, int]

_EXCLUDED = re.compile(r"#\s*pragma:\s*no\s*cover", re.IGNORECASE)  # coverage.py's default.
_LEAVES_THROUGH_WITH = sys.version_info >= (3, 10)  # From there on a `with` line runs again when its block is left.
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_SCOPES = (*_FUNCTIONS, ast.ClassDef)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)


class Layout(NamedTuple):
    """Lines from 1. `first` maps each line of a statement to the line where the statement begins."""

    lines: frozenset[int]
    arcs: frozenset[Arc]
    first: dict[int, int]


def layout(source: str, file: str = "<module>") -> Layout:
    """The layout of a module's source; empty where it can't be compiled."""
    try:
        tree = ast.parse(source)
        code = compile(source, file, "exec", dont_inherit=True)
    except (SyntaxError, ValueError, RecursionError):
        return Layout(frozenset(), frozenset(), {})
    first = _first_lines(tree)
    ignored = _excluded(tree, source) | _docstrings(tree)
    lines = frozenset({first.get(line, line) for line in _compiled_lines(code)} - ignored - {0})
    found = _Branches()
    found.scope(tree)
    arcs = frozenset((start, end) for start, end in found.arcs if start in lines and (end < 0 or end in lines))
    several = {start for start, _ in arcs if len({end for begin, end in arcs if begin == start}) > 1}
    return Layout(lines, frozenset(arc for arc in arcs if arc[0] in several), first)


def first_line(node: ast.stmt) -> int:
    """The line that runs first of a statement: its first decorator's, where it has one."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(each.lineno for each in decorators)])


def blocks(node: ast.AST) -> Iterator[list[ast.stmt]]:
    """The lists of statements right inside a node."""
    for name in ("body", "orelse", "finalbody"):
        value = getattr(node, name, None)
        if isinstance(value, list) and value:
            yield value
    for inner in [*getattr(node, "handlers", []), *getattr(node, "cases", [])]:
        yield inner.body


def _compiled_lines(code: CodeType) -> Iterator[int]:
    yield from own_lines(code)
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _compiled_lines(constant)


def own_lines(code: CodeType) -> Iterator[int]:
    """The lines of a code object without what is nested in it, some of them several times."""
    if hasattr(code, "co_lines"):
        yield from (line for _, _, line in code.co_lines() if line is not None)
    else:
        line = code.co_firstlineno
        for position in range(1, len(code.co_lnotab), 2):
            step = code.co_lnotab[position]
            line += step - 256 if step > 127 else step
            yield line
        yield code.co_firstlineno


def _first_lines(tree: ast.Module) -> dict[int, int]:
    first: dict[int, int] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            end = min((block[0].lineno for block in blocks(node)), default=(node.end_lineno or node.lineno) + 1)
            for line in range(node.lineno, end):
                first[line] = node.lineno
            for decorator in getattr(node, "decorator_list", []):
                first.update((line, decorator.lineno) for line in range(decorator.lineno, decorator.end_lineno + 1))
    _headers_of_parts(tree, first)
    return first


def _headers_of_parts(tree: ast.Module, first: dict[int, int]) -> None:
    """An `except` and a `case` begin at lines of their own."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ExceptHandler):
            first.update((line, node.lineno) for line in range(node.lineno, node.body[0].lineno))
        for case in getattr(node, "cases", []):
            first.update((line, case.pattern.lineno) for line in range(case.pattern.lineno, case.body[0].lineno))


def _docstrings(tree: ast.Module) -> set[int]:
    return {
        node.body[0].lineno
        for node in ast.walk(tree)
        if isinstance(node, (ast.Module, *_SCOPES)) and ast.get_docstring(node, clean=False) is not None
    }


def _excluded(tree: ast.Module, source: str) -> set[int]:
    """The lines that a comment excludes: its own, or the whole statement that its line begins."""
    marked = {number for number, line in enumerate(source.splitlines(), 1) if _EXCLUDED.search(line)}
    excluded = set(marked)
    for node in ast.walk(tree) if marked else ():
        if isinstance(node, (ast.stmt, ast.ExceptHandler)):
            header = range(node.lineno, min((block[0].lineno for block in blocks(node)), default=node.lineno + 1))
            if marked & set(header):
                excluded.update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return excluded


class _Jumps(NamedTuple):
    """Where a statement that jumps goes: out of the function, out of the loop, and to the loop's head."""

    leave: frozenset[int]
    stop: frozenset[int]
    again: frozenset[int]


class _Branches:
    """Collects the arcs of decisions. What follows a statement is a set of lines: a `finally` goes on in many ways."""

    def __init__(self) -> None:
        self.arcs: set[Arc] = set()

    def scope(self, node: ast.Module | ast.stmt) -> None:
        leave = frozenset({-1 if isinstance(node, ast.Module) else -first_line(node)})
        self._block(node.body, leave, _Jumps(leave, leave, leave))  # type: ignore[union-attr] # Only scopes get here.

    def _block(self, body: Sequence[ast.stmt], after: frozenset[int], jumps: _Jumps) -> None:
        for statement, following in zip(body, [*body[1:], None]):
            self._statement(statement, _begin(following, after), jumps)

    def _statement(self, node: ast.stmt, after: frozenset[int], jumps: _Jumps) -> None:
        if isinstance(node, _SCOPES):
            self.scope(node)
        elif isinstance(node, ast.If):
            self._if(node, after, jumps)
        elif isinstance(node, _LOOPS):
            self._loop(node, after, jumps)
        elif isinstance(node, (ast.With, ast.AsyncWith)):
            self._with(node, after, jumps)
        elif hasattr(node, "finalbody"):
            self._try(node, after, jumps)
        elif hasattr(node, "cases"):
            self._match(node, after, jumps)

    def _decide(self, line: int, *ways: frozenset[int]) -> None:
        self.arcs.update((line, end) for way in ways for end in way if end != line)

    def _if(self, node: ast.If, after: frozenset[int], jumps: _Jumps) -> None:
        otherwise = _begin(node.orelse[0], after) if node.orelse else after
        if not isinstance(node.test, ast.Constant):
            self._decide(node.lineno, _begin(node.body[0], after), otherwise)
        self._block(node.body, after, jumps)
        self._block(node.orelse, after, jumps)

    def _loop(self, node: ast.For | ast.AsyncFor | ast.While, after: frozenset[int], jumps: _Jumps) -> None:
        again = frozenset({node.lineno})
        inner = _Jumps(jumps.leave, after, again)
        done = _begin(node.orelse[0], after) if node.orelse else after
        if not (isinstance(node, ast.While) and isinstance(node.test, ast.Constant)):
            self._decide(node.lineno, _begin(node.body[0], again), done)
        else:
            again = inner_again = _begin(node.body[0], again)
            inner = _Jumps(jumps.leave, after, inner_again)
        self._block(node.body, again, inner)
        self._block(node.orelse, after, jumps)

    def _with(self, node: ast.With | ast.AsyncWith, after: frozenset[int], jumps: _Jumps) -> None:
        if _LEAVES_THROUGH_WITH:
            here = frozenset({node.lineno})
            self._block(node.body, here, _Jumps(here, here, here))
        else:
            self._block(node.body, after, jumps)

    def _try(self, node: Any, after: frozenset[int], jumps: _Jumps) -> None:
        if node.finalbody:
            self._block(node.finalbody, _after_finally(node, after, jumps), jumps)
            after = _begin(node.finalbody[0], after)
            jumps = _Jumps(after, after, after)
        self._block(node.body, _begin(node.orelse[0], after) if node.orelse else after, jumps)
        self._block(node.orelse, after, jumps)
        for handler, following in zip(node.handlers, [*node.handlers[1:], None]):
            if following is not None:
                begin = _begin(handler.body[0], after)
                self._decide(handler.lineno, begin, frozenset({following.lineno}))
            self._block(handler.body, after, jumps)

    def _match(self, node: ast.stmt, after: frozenset[int], jumps: _Jumps) -> None:
        cases = getattr(node, "cases", [])  # Python 3.9 has no `match`.
        for case, following in zip(cases, [*cases[1:], None]):
            otherwise = after if following is None else frozenset({following.pattern.lineno})
            always = getattr(case.pattern, "pattern", 0) is None and case.guard is None
            if not always:
                self._decide(case.pattern.lineno, _begin(case.body[0], after), otherwise)
            self._block(case.body, after, jumps)


def _begin(node: ast.stmt | None, after: frozenset[int]) -> frozenset[int]:
    """The line that runs first from a statement on; where there is none, what follows."""
    if node is None:
        return after
    return frozenset({first_line(node)})


def _after_finally(node: Any, after: frozenset[int], jumps: _Jumps) -> frozenset[int]:
    """Where a `finally` goes on: after the statement, and wherever a jump inside of it was going."""
    found = set(after)
    inside: list[ast.AST] = [*node.body, *node.handlers, *node.orelse]
    while inside:
        each = inside.pop()
        if isinstance(each, ast.Return):
            found |= jumps.leave
        elif isinstance(each, ast.Break):
            found |= jumps.stop
        elif isinstance(each, ast.Continue):
            found |= jumps.again
        elif not isinstance(each, (*_SCOPES, ast.Lambda)):
            inside.extend(ast.iter_child_nodes(each))
    return frozenset(found)
