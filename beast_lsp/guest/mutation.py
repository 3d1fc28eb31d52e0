"""Mutants of a module: small changes that a good test notices, drawn by a seed over all its functions.

A mutant replaces one child of a node in the module's tree. What no test should have to notice is left alone:
docstrings, annotations, log messages, texts of assertions, `if TYPE_CHECKING`, `__all__`, version strings.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator
from typing import Any, NamedTuple

from .branches import blocks, first_line, layout
from .changes import Change, changes, constant_changes

_LONGEST = 70
_LOGGERS = {"log", "logger", "logging", "_log", "_logger", "LOG", "LOGGER"}
_LOG_METHODS = {"debug", "info", "warning", "warn", "error", "exception", "critical", "log"}
_UNTESTED_NAMES = {"__all__", "__version__", "__author__", "__slots__", "__doc__", "__license__", "__copyright__"}
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_TEXTUAL = {"__repr__", "__str__"}  # Their texts are for people.

Step = tuple[str, int]
"""A function by what its code object says: its name and its first line."""


class Site(NamedTuple):
    """A possible mutant: the change, the qualified name of its function ("" outside), and the functions around it.

    `top` is the statement of the module that holds it; `lines` are those that a test must reach to notice it, any one.
    """

    change: Change
    function: str
    path: tuple[Step, ...]
    top: ast.stmt
    lines: frozenset[int]
    is_default: bool
    is_minor: bool

    @property
    def line(self) -> int:
        """The line of what is changed."""
        return int(self.change.line)


class Mutant(NamedTuple):
    """A drawn mutant, with its texts before and after."""

    id: int
    site: Site
    before: str
    after: str


def mutants(source: str, most: int, seed: int, names: frozenset[str] = frozenset()) -> list[Mutant]:
    """At most so many mutants, those that tell most first; of all functions, or of those in `names` and inside them."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError):
        return []
    known = layout(source)
    walk = _Walk(known.first)
    walk.block(tree.body, (), ())
    sites = [each for each in walk.sites if known.first.get(each.line, each.line) in known.lines or each.is_default]
    # What only an import runs can't be changed in a process that has imported it.
    inner = [each for each in sites if each.path]
    wanted = [each for each in inner if not names or any(_is_in(each.function, name) for name in names)]
    drawn = _drawn(wanted, most, random.Random(seed))  # noqa: S311 - a repeatable draw.
    return [Mutant(number, site, *_texts(site)) for number, site in enumerate(drawn)]


def _is_in(function: str, name: str) -> bool:
    return function == name or function.startswith(name + ".")


def _drawn(sites: list[Site], most: int, chance: random.Random) -> list[Site]:
    """One of each function first, then any; at most one of a kind on a line, and the minor ones last."""
    shuffled = sorted(sites, key=lambda _: chance.random())
    shuffled.sort(key=lambda each: each.is_minor)
    order: list[tuple[int, Site]] = []
    functions: dict[str, int] = {}
    kinds: dict[tuple[int, str], int] = {}
    for site in shuffled:
        kind = (site.line, site.change.operator)
        functions[site.function] = functions.get(site.function, 0) + 1
        kinds[kind] = kinds.get(kind, 0) + 1
        is_first = functions[site.function] == 1
        order.append((kinds[kind] - 1 + (not is_first) + 2 * site.is_minor, site))
    order.sort(key=lambda pair: pair[0])
    return [site for _, site in order[:most]]


def _texts(site: Site) -> tuple[str, str]:
    """What is changed and what it becomes, as source on one line each."""
    change = site.change
    shown = change.shown
    before = _text(shown)
    change.apply()
    try:
        return before, _text(change.replaced if change.replaced is not None else shown)
    finally:
        change.undo()


def _text(node: ast.AST) -> str:
    try:
        text = ast.unparse(node).strip().splitlines()[0]
    except (ValueError, AttributeError, RecursionError, IndexError):
        return type(node).__name__
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


class _Walk:
    """Finds the sites, statement by statement."""

    def __init__(self, first: dict[int, int]) -> None:
        self._first = first
        self.sites: list[Site] = []
        self._top: ast.stmt = ast.Pass()

    def block(self, body: list[ast.stmt], names: tuple[str, ...], path: tuple[Step, ...]) -> None:
        for index, statement in enumerate(body):
            if not names:
                self._top = statement
            if not _is_left_alone(statement):
                self._statement(body, index, names, path)

    def _statement(self, body: list[ast.stmt], index: int, names: tuple[str, ...], path: tuple[Step, ...]) -> None:
        node = body[index]
        if isinstance(node, _FUNCTIONS):
            self._function(node, names, path)
        elif isinstance(node, ast.ClassDef):
            self.block(node.body, (*names, node.name), path)
        else:
            is_minor = bool(names) and names[-1] in _TEXTUAL
            self._add(changes(body, index), names, path, is_minor)
            for inner in blocks(node):
                self._nested(inner, names, path)

    def _nested(self, body: list[ast.stmt], names: tuple[str, ...], path: tuple[Step, ...]) -> None:
        top = self._top
        self.block(body, names, path)
        self._top = top

    def _function(self, node: Any, names: tuple[str, ...], path: tuple[Step, ...]) -> None:
        inner = (*names, node.name)
        step = (node.name, first_line(node))
        if not any("overload" in ast.unparse(each) for each in node.decorator_list):
            lines = frozenset(self._first.get(each.lineno, each.lineno) for each in node.body)
            self._defaults(node, inner, (*path, step), lines)
            top = self._top
            self.block(node.body, inner, (*path, step))
            self._top = top

    def _defaults(self, node: Any, names: tuple[str, ...], path: tuple[Step, ...], lines: frozenset[int]) -> None:
        for values in (node.args.defaults, node.args.kw_defaults):
            for index, value in enumerate(values):
                for change in constant_changes(values, index) if isinstance(value, ast.Constant) else ():
                    self.sites.append(Site(change, ".".join(names), path, self._top, lines, True, False))

    def _add(self, found: Iterator[Change], names: tuple[str, ...], path: tuple[Step, ...], is_minor: bool) -> None:
        for change in found:
            lines = frozenset({self._first.get(change.line, change.line)})
            function = ".".join(names) if path else ""
            self.sites.append(Site(change, function, path, self._top, lines, False, is_minor or change.is_minor))


def _is_left_alone(node: ast.stmt) -> bool:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
        return _is_log(node.value)
    if isinstance(node, ast.If):
        test = ast.unparse(node.test)
        return "TYPE_CHECKING" in test or "__name__" in test
    if isinstance(node, (ast.Assign, ast.AnnAssign)):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return any(isinstance(each, ast.Name) and each.id in _UNTESTED_NAMES for each in targets)
    return isinstance(node, (ast.Import, ast.ImportFrom, ast.Global, ast.Nonlocal, ast.Pass))


def _is_log(call: ast.Call) -> bool:
    function = call.func
    if not isinstance(function, ast.Attribute) or function.attr not in _LOG_METHODS:
        return False
    owner = function.value
    name = owner.attr if isinstance(owner, ast.Attribute) else getattr(owner, "id", "")
    return name in _LOGGERS
