"""Fixtures of pytest: a test asks for them by the names of its parameters, so those are renamed together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Edit, Name, Span
from beast_lsp.engine.refactors.rename.checks import is_fixture, is_test_function, parametrized
from beast_lsp.engine.refactors.uses.references import exact_strings, modules
from beast_lsp.engine.scopes.resolution.functions import parameter_kind, text_of
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Symbol

_ASKING = frozenset({"usefixtures", "getfixturevalue"})
_FIXTURE = re.compile(rb"fixture")
# pytest's own; a fixture of the same name overrides them.
_BUILT_IN = frozenset(
    {
        "cache", "capfd", "capfdbinary", "caplog", "capsys", "capsysbinary", "doctest_namespace", "monkeypatch",
        "pytestconfig", "record_property", "recwarn", "request", "tmp_path", "tmp_path_factory", "tmpdir", "testdir",
        "pytester", "subtests", "record_xml_attribute", "record_testsuite_property", "tmpdir_factory",
    }
)  # fmt: skip


@dataclass(frozen=True)
class Fixture:
    """A fixture: the file and the name of the function that makes it."""

    path: str
    one: Occurrence

    def is_seen_from(self, path: str) -> bool:
        """Whether tests of a file can ask for it."""
        folder, _, name = self.path.rpartition("/")
        return path == self.path or (name == "conftest.py" and path.startswith(f"{folder}/" if folder else ""))


def fixture_at(program: Program, path: str, one: Occurrence) -> Fixture | None:
    """The fixture that a parameter of a test asks for; None where the workspace has none."""
    found = [each for each in _fixtures(program, one.name) if each.is_seen_from(path)]
    return max(found, key=lambda each: len(each.path), default=None)


def asks_for_fixture(path: str, one: Occurrence) -> bool:
    """Whether a name is a parameter that pytest gives by a fixture."""
    symbol = one.symbol
    if symbol is None or symbol.scope.kind != "function" or parameter_kind(symbol) != "keyword":
        return False
    node = symbol.scope.node
    return is_test_function(path, node) and not parametrized(node, symbol.name) and not _has_default(symbol)


def fixture_edits(program: Program, path: str, name: str, new: str) -> Iterator[Edit]:
    """The edits of all that asks for a fixture, and of the fixtures that it overrides or that override it.

    Raises RefactoringRefused where the new name is that of another fixture, or the old one of pytest's own.
    """
    if name in _BUILT_IN or new in _BUILT_IN:
        raise RefactoringRefused(f"`{name if name in _BUILT_IN else new}` is a fixture of pytest itself.")
    family = _family(program, path, name)
    clash = next((one for one in _fixtures(program, new) if any(_meet(one, each) for each in family)), None)
    if clash is not None:
        raise RefactoringRefused(f"{clash.path} has a fixture `{new}` already.", hint="Choose another name.")
    for module in modules(program, program.reach.python_files({name})):
        if any(one.is_seen_from(module.path) for one in family):
            yield from _in_file(module, name, new)


def _in_file(module: Module, name: str, new: str) -> Iterator[Edit]:
    for one in module.table.occurrences:
        is_fixture_name = one.role is Role.FUNCTION and one.name == name and _is_fixture_function(one)
        is_asked = one.role is Role.PARAMETER and one.name == name and asks_for_fixture(module.path, one)
        if one.symbol is not None and (is_fixture_name or is_asked):
            spans = (Span(module.path, each.start, each.end) for each in one.symbol.occurrences)
            yield from (Edit(span, (Name(new, span),)) for span in spans)
    for node in exact_strings(module, name):
        if _asks(node):
            span = Span(module.path, node.start_byte, node.end_byte)
            yield Edit(span, (Name(new, span),))


def _fixtures(program: Program, name: str) -> list[Fixture]:
    """The fixtures of the workspace that have a name."""
    found = []
    # Only files that define such a function are parsed; many more have it as a parameter.
    defines = re.compile(rb"\bdef\s+" + re.escape(name.encode()) + rb"\b")
    holding = [
        *filter(set(program.reach.holding({name}, _FIXTURE)).__contains__, program.reach.holding({name}, defines))
    ]
    for module in modules(program, holding):
        for one in module.table.occurrences:
            if one.role is Role.FUNCTION and one.name == name and _is_fixture_function(one):
                found.append(Fixture(module.path, one))
    return found


def _family(program: Program, path: str, name: str) -> list[Fixture]:
    """The fixtures of a name that can stand for each other somewhere, from those of one file on."""
    others = _fixtures(program, name)
    found = [one for one in others if one.path == path]
    waiting = list(found)
    while waiting:
        one = waiting.pop()
        near = [each for each in others if each not in found and _meet(one, each)]
        found += near
        waiting += near
    return found


def _meet(one: Fixture, other: Fixture) -> bool:
    return one.is_seen_from(other.path) or other.is_seen_from(one.path)


def _is_fixture_function(one: Occurrence) -> bool:
    return one.node.parent is not None and is_fixture(one.node.parent)


def _has_default(symbol: Symbol) -> bool:
    holder = symbol.binders()[0].node.parent
    return holder is not None and holder.type in {"default_parameter", "typed_default_parameter"}


def _asks(node: Node) -> bool:
    """Whether a string is an argument of `usefixtures` or `getfixturevalue`."""
    string = node.parent
    listed = string.parent if string is not None else None
    call = listed.parent if listed is not None else None
    if call is None or call.type != "call":
        return False
    return text_of(call.child_by_field_name("function")).rpartition(".")[2] in _ASKING
