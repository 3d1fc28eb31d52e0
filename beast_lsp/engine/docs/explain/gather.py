"""Who calls a piece of Python, what it calls, and what takes its place, over the whole workspace."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.explain.model import Link, Neighbours, Subject
from beast_lsp.engine.docs.facts.syntax import definitions, own_nodes, qualified_name, whole
from beast_lsp.engine.docs.facts.through import Reader
from beast_lsp.engine.docs.own_code import is_test_of
from beast_lsp.engine.docs.pages.prose import summary
from beast_lsp.engine.docs.pages.python_module import docstring_of
from beast_lsp.engine.docs.pages.signatures import class_signature, function_signature
from beast_lsp.engine.refactors.imports.statements import statements
from beast_lsp.engine.refactors.uses.call_sites import called, expression_of, spellings, uses_of
from beast_lsp.engine.refactors.uses.references import references
from beast_lsp.engine.scopes.resolution.members import Klass

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_SCOPES = frozenset({"function_definition", "class_definition"})


def python_subject(program: Program, path: str, line: int | None) -> Subject | None:
    """What is known of the innermost function or class around a line (from 0 on), else of the module.

    None where the file can't be read. Total.
    """
    module = program.module(path)
    if module is None or not module.has_names:
        return None
    node = _innermost(module, line) if line is not None else None
    if node is None:
        return _module(program, module)
    return _function(program, module, node) if node.type == "function_definition" else _class(program, module, node)


def _innermost(module: Module, line: int) -> Node | None:
    """The definition whose lines hold a line; its decorators are its lines, too."""
    found = [
        one
        for one in definitions(module.tree.tree.root_node)
        if whole(one).start_point.row <= line <= one.end_point.row
    ]
    return max(found, key=lambda one: (one.start_byte, -one.end_byte), default=None)


def _function(program: Program, module: Module, node: Node) -> Subject:
    reader = Reader(program)
    facts = reader.function(module.path, node)
    one = _name_of(module, node)
    near = _users(program, module, one) if one is not None else Neighbours()
    calls = [
        Link(target[0], target[1].start_point.row, qualified_name(target[1]))
        for call in own_nodes(node)
        if call.type == "call" and (target := reader.called(module.path, call)) is not None
    ]
    shown = tuple(dict.fromkeys(each for each in calls if not each.path.startswith("<")))
    near = Neighbours(near.callers, near.maybe, near.tests, near.values, shown, near.below)
    said = summary(docstring_of(node.child_by_field_name("body")), "python")
    return Subject(
        facts.kind,
        facts.name,
        _link(module.path, node),
        node.end_point.row,
        function_signature(node),
        said,
        facts,
        (),
        near,
    )


def _class(program: Program, module: Module, node: Node) -> Subject:
    facts = Reader(program).klass(module.path, node)
    one, scope = _name_of(module, node), module.table.scopes.get(node.id)
    near = _class_users(program, module, one) if one is not None else Neighbours()
    below = []
    if scope is not None:
        klass = program.classes.of(module.path, scope)
        below = [_class_link(each) for each in program.hierarchy.descendants(klass) if each is not klass]
    near = Neighbours(near.callers, (), near.tests, near.values, (), tuple(sorted(below)))
    body = node.child_by_field_name("body")
    said = summary(docstring_of(body), "python")
    kind = facts.kind
    return Subject(
        kind, facts.name, _link(module.path, node), node.end_point.row, class_signature(node), said, facts,
        tuple(_held(module, body)), near,
    )  # fmt: skip


def _module(program: Program, module: Module) -> Subject:
    root = module.tree.tree.root_node
    facts = Reader(program).module(module.path)
    word = program.imports.dotted(module.path).rpartition(".")[2]
    importers: dict[Link, None] = {}
    for path in sorted(program.reach.python_files({word}) - {module.path}):
        other = program.module(path)
        for one in statements(other.tree) if other is not None and other.has_names else ():
            names = [one.module] if one.is_from else [item.name for item in one.items]
            found = {program.find(path, name) for name in names}
            bases = [program.find(path, one.module)] if one.is_from else []
            found |= {program.below(base, item.name) for base in bases if base is not None for item in one.items}
            if module.path in found:
                importers[Link(path, one.node.start_point.row, program.imports.dotted(path))] = None
    first = list({link.path: link for link in reversed(importers)}.values())[::-1]
    tests = tuple(one for one in first if is_test_of(program.imports, one.path))
    near = Neighbours(tuple(one for one in first if one not in tests), tests=tests)
    said = summary(docstring_of(root), "python")
    name = program.imports.dotted(module.path)
    held = tuple(_held(module, root))
    return Subject("module", name, Link(module.path, 0, name), root.end_point.row, "", said, facts, held, near)


def _held(module: Module, body: Node | None) -> Iterator[Link]:
    """The functions and classes directly in a body that are public."""
    for one in body.named_children if body is not None else ():
        node = one.child_by_field_name("definition") if one.type == "decorated_definition" else one
        if node is not None and node.type in _SCOPES:
            link = _link(module.path, node)
            if not link.name.rpartition(".")[2].startswith("_"):
                yield link


def _users(program: Program, module: Module, one: Occurrence) -> Neighbours:
    """Who calls a function, and who hands it on."""
    sites = uses_of(program, module.path, one)
    sure = _around(program, ((each.path, each.node) for each in sites.calls))
    maybe = _around(program, ((each.path, each.node) for each in sites.doubtful))
    values = _around(program, ((each.path, each.node) for each in sites.values))
    below = [
        Link(each.path, each.node.start_point.row, qualified_name(each.node))
        for each in sites.functions
        if (each.path, each.node.start_byte) != (module.path, one.node.parent.start_byte if one.node.parent else -1)
    ]
    return _sorted(program, sure, maybe, values, below)


def _class_users(program: Program, module: Module, one: Occurrence) -> Neighbours:
    """Who makes objects of a class, and who names it otherwise."""
    meaning = program.definition(module.path, one)
    names = spellings(program, {meaning}, one.name)
    calls: list[tuple[str, Node]] = []
    values: list[tuple[str, Node]] = []
    for reference in references(program, {meaning}, names):
        expression = expression_of(reference.one)
        if called(expression) is not None:
            calls.append((reference.path, expression))
        elif reference.one.role.value in {"read", "attribute"} and not reference.one.in_string:
            values.append((reference.path, expression))
    return _sorted(program, _around(program, calls), [], _around(program, values), [])


def _sorted(program: Program, sure: list[Link], maybe: list[Link], values: list[Link], below: list[Link]) -> Neighbours:
    """All of these, the tests apart; functions that are tests themselves before their helpers."""
    tests = [one for one in sure if is_test_of(program.imports, one.path)]
    tests.sort(key=lambda one: not one.name.rpartition(".")[2].startswith("test"))
    others, unsure, handed = (
        tuple(one for one in links if not is_test_of(program.imports, one.path)) for links in (sure, maybe, values)
    )
    return Neighbours(others, unsure, tuple(tests), handed, (), tuple(sorted(below)))


def _around(program: Program, places: Iterable[tuple[str, Node]]) -> list[Link]:
    """The functions (or modules) around some places, each once, by where it uses the thing first."""
    found: dict[tuple[str, str], Link] = {}
    for path, node in sorted(places, key=lambda each: (each[0], each[1].start_byte)):
        outer = node.parent
        while outer is not None and outer.type not in _SCOPES:
            outer = outer.parent
        name = qualified_name(outer) if outer is not None else program.imports.dotted(path)
        found.setdefault((path, name), Link(path, node.start_point.row, name))
    return list(found.values())


def _name_of(module: Module, node: Node) -> Occurrence | None:
    named = node.child_by_field_name("name")
    return module.table.by_start.get(named.start_byte) if named is not None else None


def _link(path: str, node: Node) -> Link:
    return Link(path, node.start_point.row, qualified_name(node))


def _class_link(klass: Klass) -> Link:
    return Link(klass.path, klass.scope.node.start_point.row, klass.name)
