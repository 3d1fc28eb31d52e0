"""Arguments and whole calls, as tests and other code of the workspace have them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.testing.nodes import arguments, descendants, function_of
from beast_lsp.engine.testing.seeds.workspace import Expression, assigned

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.testing.seeds.sites import Site
    from beast_lsp.engine.testing.seeds.workspace import Workspace
    from beast_lsp.engine.testing.targets import Callable

_MOST_ROWS = 12  # of a parametrized test that are taken.
_SEQUENCES = frozenset({"list", "tuple", "set"})


def given_arguments(space: Workspace, site: Site, target: Callable) -> Iterator[tuple[str, Expression]]:
    """The arguments that a call gives, each with the name of its parameter."""
    listed = arguments(site.node) if site.node.type == "call" else None
    for name, node in by_parameter(listed, target) if listed is not None else ():
        for found in expressions(space, site.module, node):
            yield name, found


def by_parameter(listed: tuple[list[Node], dict[str, Node]], target: Callable) -> Iterator[tuple[str, Node]]:
    """Arguments by the parameters that take them; those that none takes are left out."""
    positional, keywords = listed
    places = [one["name"] for one in target.parameters if one["kind"] in {"positional-only", "plain"}]
    rest = [one["name"] for one in target.parameters if one["kind"] == "var-positional"]
    for index, node in enumerate(positional):
        names = places[index : index + 1] or rest
        yield from ((name, node) for name in names)
    known = {one["name"] for one in target.parameters}
    yield from ((name, node) for name, node in keywords.items() if name in known)


def expressions(space: Workspace, module: Module, node: Node) -> list[Expression]:
    """What an argument can be in a test file: itself, or what the local name stands for."""
    found = space.expression(module, node)
    if found is not None:
        return [found]
    values = list(_values(module, node)) if node.type == "identifier" else []
    return [one for value in values[:_MOST_ROWS] if (one := space.expression(module, value)) is not None]


def _values(module: Module, node: Node) -> Iterator[Node]:
    """What a local name may hold: what is assigned, what a loop goes through, the rows of a parametrized test."""
    one = module.table.by_start.get(node.start_byte)
    if one is None or one.symbol is None or one.symbol.scope.kind != "function":
        return
    value = assigned(one.symbol)
    if value is not None:
        yield value
    for binder in one.symbol.binders():
        holder = binder.node.parent
        if holder is not None and holder.type in {"pattern_list", "tuple_pattern"}:
            yield from _unpacked(holder, binder.node)
        elif holder is not None and holder.type == "for_statement":
            yield from _elements(holder.child_by_field_name("right"))
    function = function_of(node)
    if function is not None:
        yield from rows(function, one.name)


def _unpacked(pattern: Node, name: Node) -> Iterator[Node]:
    """The part of each tuple that a loop goes through, at the place of a name of its pattern."""
    loop = pattern.parent
    if loop is not None and loop.type == "for_statement":
        yield from _column(_elements(loop.child_by_field_name("right")), pattern.named_children.index(name))


def _elements(node: Node | None) -> list[Node]:
    return [one for one in node.named_children if one.type != "comment"] if node and node.type in _SEQUENCES else []


def _column(listed: list[Node], index: int) -> Iterator[Node]:
    for row in listed:
        cells = _cells(row)
        if index < len(cells):
            yield cells[index]


def _cells(row: Node) -> list[Node]:
    """The values of a row: a tuple, a list, or `pytest.param(…)`."""
    if row.type == "call":
        given = arguments(row)
        return given[0] if given is not None else []
    return _elements(row)


def rows(function: Node, name: str) -> Iterator[Node]:
    """The values that `pytest.mark.parametrize` gives a parameter of a test."""
    for mark in decorators(function):
        given = arguments(mark) if text_of(mark.child_by_field_name("function")).endswith(".parametrize") else None
        if given is None or len(given[0]) < 2:
            continue
        names = _names(given[0][0])
        if name in names:
            listed = _elements(given[0][1])
            is_plain = len(names) == 1
            yield from map(_only, listed) if is_plain else _column(listed, names.index(name))


def _only(row: Node) -> Node:
    """The value of a row of one column, which may stand in `pytest.param(…)`."""
    cells = _cells(row) if text_of(row.child_by_field_name("function")).endswith("param") else []
    return cells[0] if cells else row


def _names(node: Node) -> list[str]:
    texts = [text_of(one) for one in descendants(node) if one.type == "string_content"]
    return [name.strip() for text in texts for name in text.split(",")]
