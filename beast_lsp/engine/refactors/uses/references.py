"""Where definitions are used: names that surely mean them, and attributes and keywords that may."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Span
from beast_lsp.engine.scopes.resolution.definition import Definition
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program


@dataclass(frozen=True, slots=True)
class Reference:
    """A name of the file at `path`. `is_taken`: an import takes the definition, but the name means more than that."""

    path: str
    one: Occurrence
    is_taken: bool = False

    @property
    def span(self) -> Span:
        """Where it stands."""
        return Span(self.path, self.one.start, self.one.end)


def python_modules(program: Program, names: Collection[str]) -> Iterator[Module]:
    """The Python files that hold one of some names."""
    return modules(program, program.reach.python_files(names))


def modules(program: Program, paths: Iterable[str]) -> Iterator[Module]:
    """The Python files at some paths, in their order."""
    for path in sorted(paths):
        module = program.module(path)
        if module is not None and module.has_names:
            yield module


def references(
    program: Program, meanings: Collection[Definition], names: Collection[str], among: frozenset[str] | None = None
) -> Iterator[Reference]:
    """The names that mean one of some definitions, in all files that hold one of `names`.

    `among` are the names that are followed over files, otherwise `names`; one set for a whole refactoring saves work.
    """
    among = among if among is not None else frozenset(names)
    paths = {path for meaning in meanings for path in users(program, meaning, names)}
    for module in modules(program, paths):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            if found.get(one.start) in meanings:
                yield Reference(module.path, one)
            elif found.get(-1 - one.start) in meanings:
                yield Reference(module.path, one, is_taken=True)


def users(program: Program, meaning: Definition, names: Collection[str]) -> set[str]:
    """The files that can mean a definition by one of some names, judged by their words."""
    if meaning.kind == "symbol":
        return program.reach.importers({meaning.path}, names) if is_public(program, meaning) else {meaning.path}
    if meaning.kind == "member":
        return program.reach.attribute_users(names) | {root.path for root in meaning.within if root.path}
    if meaning.kind == "parameter":
        callees = callees_of(program, meaning)
        return (program.reach.python_files(names) & program.reach.python_files(callees)) | ({meaning.path} - {""})
    return program.reach.python_files(names)


def is_public(program: Program, meaning: Definition) -> bool:
    """Whether other files can see a symbol: it is bound in a module or in a class."""
    module = program.module(meaning.path)
    one = module.table.by_start.get(meaning.start) if module is not None else None
    return one is None or one.symbol is None or one.symbol.scope.kind in {"module", "class"}


def callees_of(program: Program, parameter: Definition) -> set[str]:
    """The names by which the function of a parameter may be called: its own, and those that others give to it."""
    if parameter.within and parameter.within[0].kind == "member":
        return {parameter.within[0].name}
    shared = parameter.within[0] if parameter.within else parameter
    module = program.module(shared.path)
    one = module.table.by_start.get(shared.start) if module is not None else None
    if one is None:
        return set()
    scope = one.scope if parameter.within else (one.scope.parent or one.scope)
    name = one.name if parameter.within else function_name(one.scope.node)
    if scope.kind == "class" and name.startswith("__") and module is not None:
        klass = program.classes.of(module.path, scope)
        return {each.name for each in program.hierarchy.descendants(klass)}
    return program.reach.aliases(name) if name else set()


def function_name(node: Node) -> str:
    """The name of a function or class; empty for a lambda."""
    named = node.child_by_field_name("name")
    return (named.text or b"").decode("utf-8", "replace") if named is not None else ""


def doubtful_attributes(
    program: Program, name: str, among: frozenset[str], classes: frozenset[Definition], paths: Collection[str]
) -> Iterator[Reference]:
    """The attributes called `name`, in some files, of objects of unknown type, or of one of `classes` that lack it."""
    for module in modules(program, paths):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            meaning = found.get(one.start) if one.role is Role.ATTRIBUTE and one.name == name else None
            is_open = meaning is not None and meaning.kind == "attribute"
            if meaning is not None and is_open and (not meaning.within or not classes.isdisjoint(meaning.within)):
                yield Reference(module.path, one)


def doubtful_keywords(
    program: Program, name: str, among: frozenset[str], callees: Collection[str]
) -> Iterator[Reference]:
    """The keywords called `name` of calls whose callee is not known, in the files that hold the name of one."""
    for module in modules(program, program.reach.python_files({name}) & program.reach.python_files(callees)):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            meaning = found.get(one.start) if one.role is Role.KEYWORD and one.name == name else None
            if meaning is not None and meaning.kind == "keyword":
                yield Reference(module.path, one)


def files_with_string(program: Program, word: str) -> list[str]:
    """The Python files in which a word stands alone between quotes."""
    return program.reach.holding({word}, re.compile(rb"[\"']" + re.escape(word.encode()) + rb"[\"']"))


def exact_strings(module: Module, word: str) -> Iterator[Node]:
    """The contents of the strings of a file that are nothing but a word."""
    source, data = module.tree.source, word.encode()
    at = source.find(data)
    while at >= 0:
        if source[at - 1 : at] in {b'"', b"'"} and source[at + len(data) : at + len(data) + 1] in {b'"', b"'"}:
            node = module.tree.tree.root_node.descendant_for_byte_range(at, at + len(data))
            if node is not None and node.type == "string_content" and node.end_byte - node.start_byte == len(data):
                yield node
        at = source.find(data, at + 1)
