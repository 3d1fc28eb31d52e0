"""Where definitions are used: names that surely mean them, and attributes that may."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Span
from beast_lsp.engine.scopes.resolution.definition import Definition
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program

_PYTHON = (".py", ".pyi")


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
    for path in program.containing(names):
        module = program.module(path) if path.endswith(_PYTHON) else None
        if module is not None and module.has_names:
            yield module


def references(
    program: Program, meanings: Collection[Definition], names: Collection[str], among: frozenset[str] | None = None
) -> Iterator[Reference]:
    """The names that mean one of some definitions, in all files that hold one of `names`.

    `among` are the names that are followed over files, otherwise `names`; one set for a whole refactoring saves work.
    """
    among = among if among is not None else frozenset(names)
    for module in python_modules(program, names):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            if found.get(one.start) in meanings:
                yield Reference(module.path, one)
            elif found.get(-1 - one.start) in meanings:
                yield Reference(module.path, one, is_taken=True)


def doubtful_attributes(
    program: Program, name: str, among: frozenset[str], classes: frozenset[Definition]
) -> Iterator[Reference]:
    """The attributes called `name` of objects of unknown type, or of one of `classes` that lack it."""
    for module in python_modules(program, {name}):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            meaning = found.get(one.start) if one.role is Role.ATTRIBUTE and one.name == name else None
            is_open = meaning is not None and meaning.kind == "attribute"
            if meaning is not None and is_open and (not meaning.within or not classes.isdisjoint(meaning.within)):
                yield Reference(module.path, one)


def doubtful_keywords(program: Program, name: str, among: frozenset[str]) -> Iterator[Reference]:
    """The keywords called `name` of calls whose callee is not known."""
    for module in python_modules(program, {name}):
        found = program.definitions(module.path, among)
        for one in module.table.occurrences:
            meaning = found.get(one.start) if one.role is Role.KEYWORD and one.name == name else None
            if meaning is not None and meaning.kind == "keyword":
                yield Reference(module.path, one)


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
