"""The examples of docstrings, as arguments and as whole calls."""

from __future__ import annotations

import ast
import builtins
import doctest
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.testing.nodes import descendants, docstring, is_literal
from beast_lsp.engine.testing.seeds.sketches import Drawn
from beast_lsp.engine.testing.seeds.workspace import Expression, one_line
from beast_lsp.guest.wire import Sketch

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.testing.seeds.workspace import Workspace
    from beast_lsp.engine.testing.targets import Callable

_MOST_STATEMENTS = 8
_BUILTINS = frozenset(dir(builtins))


class Examples:
    """The examples in the docstrings of a module."""

    def __init__(self, space: Workspace, module: Module) -> None:
        self._space = space
        self._module = module
        self._calls: defaultdict[str, list[tuple[list[ast.stmt], ast.expr]]] = defaultdict(list)
        for group in _groups(module):
            for index, statement in enumerate(group):
                for name, call in _named_calls(statement):
                    self._calls[name].append((group[:index], call))

    def sketches(self, target: Callable) -> Iterator[Drawn]:
        """The calls of a callable, each with the lines of its docstring before that it needs."""
        for before, call in self._calls.get(target.bare, ()):
            found = self._drawn(before, call)
            if found is not None:
                yield found

    def arguments(self, target: Callable) -> Iterator[tuple[str, Expression]]:
        """The arguments of the calls of a callable, each with the name of its parameter."""
        for _, call in self._calls.get(target.bare, ()):
            yield from self._arguments(call, target)

    def _arguments(self, call: ast.expr, target: Callable) -> Iterator[tuple[str, Expression]]:
        if not isinstance(call, ast.Call):
            return
        places = [one["name"] for one in target.parameters if one["kind"] in {"positional-only", "plain"}]
        pairs = [*zip(places, call.args, strict=False), *((one.arg, one.value) for one in call.keywords)]
        for name, value in pairs:
            imports = self._imports([value], set())
            text = one_line(ast.unparse(value))
            if name is not None and imports is not None and text and not isinstance(value, ast.Starred):
                yield name, Expression(text, imports)

    def _drawn(self, before: list[ast.stmt], call: ast.expr) -> Drawn | None:
        kept, needed = [], _loaded([call])
        for statement in reversed(before):
            if _stored(statement) & needed or _subject(statement) & needed:
                kept.append(statement)
                needed |= _loaded([statement])
        if len(kept) > _MOST_STATEMENTS or any(not isinstance(one, ast.Assign | ast.Expr) for one in kept):
            return None
        bound = set().union(*map(_stored, kept)) if kept else set()
        imports = self._imports([*kept, call], bound)
        if imports is None:
            return None
        arrange = [ast.unparse(one) for one in reversed(kept)]
        return Drawn(Sketch(arrange=arrange, act=ast.unparse(call), fixtures=[]), imports)

    def _imports(self, nodes: list[ast.AST], bound: set[str]) -> dict[str, str] | None:
        found: dict[str, str] = {}
        for name in sorted(_loaded(nodes) - bound):
            statement = self._space.importing(self._module, name)
            if statement is not None:
                found[name] = statement
            elif name not in _BUILTINS:
                return None
        return found


def _groups(module: Module) -> Iterator[list[ast.stmt]]:
    """The statements of the examples of each docstring."""
    root = module.tree.tree.root_node
    if b">>>" not in module.tree.source:
        return
    for node in descendants(root):
        if node.type in {"module", "function_definition", "class_definition"}:
            said = docstring(node)
            if said is not None and is_literal(said) and ">>>" in text_of(said):
                yield list(_statements(text_of(said)))


def _statements(literal: str) -> Iterator[ast.stmt]:
    try:
        text = ast.literal_eval(literal)
        examples = doctest.DocTestParser().get_examples(text) if isinstance(text, str) else []
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return
    for one in examples:
        try:
            yield from ast.parse(one.source).body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            continue


def _named_calls(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The calls in a statement by the last names of what is called; of attributes that aren't called, the attribute."""
    called = {id(node.func) for node in ast.walk(statement) if isinstance(node, ast.Call)}
    for node in ast.walk(statement):
        callee = node.func if isinstance(node, ast.Call) else node
        name = callee.id if isinstance(callee, ast.Name) else callee.attr if isinstance(callee, ast.Attribute) else ""
        is_whole = isinstance(node, ast.Call) or (isinstance(node, ast.Attribute) and id(node) not in called)
        if name and is_whole and isinstance(node, ast.expr):
            yield name, node


def _loaded(nodes: Iterable[ast.AST]) -> set[str]:
    names = [node for one in nodes for node in ast.walk(one) if isinstance(node, ast.Name)]
    return {node.id for node in names if isinstance(node.ctx, ast.Load)} - _stored_in(names)


def _stored_in(names: Iterable[ast.Name]) -> set[str]:
    return {node.id for node in names if not isinstance(node.ctx, ast.Load)}


def _stored(statement: ast.stmt) -> set[str]:
    return _stored_in(node for node in ast.walk(statement) if isinstance(node, ast.Name))


def _subject(statement: ast.stmt) -> set[str]:
    """The name whose object a statement acts on: `a.add(1)`, `a[0] = 1`."""
    node: ast.AST | None = statement.value if isinstance(statement, ast.Expr) else None
    node = node.func if isinstance(node, ast.Call) else None
    node = statement.targets[0] if isinstance(statement, ast.Assign) else node
    if not isinstance(node, ast.Attribute | ast.Subscript):
        return set()
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return {node.id} if isinstance(node, ast.Name) else set()
