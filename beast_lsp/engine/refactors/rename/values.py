"""Functions and classes that are handed on as values: who calls them then can't be followed, and may give keywords."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.uses.references import Reference, modules
from beast_lsp.engine.scopes.resolution.definition import ClassValue, FunctionValue, Value
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Role, Scope
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.program import Program

# Where a name of a function or a class is looked at, and nobody calls it.
_LOOKED_AT = frozenset(
    {
        "type", "class_definition", "except_clause", "decorator", "expression_statement", "comparison_operator",
        "class_pattern", "delete_statement",
    }
)  # fmt: skip
_ASKS = frozenset({"isinstance", "issubclass", "callable", "len", "print", "repr", "id", "type", "super", "cast"})
_WRAPPERS = frozenset({"tuple", "parenthesized_expression", "argument_list", "as_pattern", "binary_operator"})


def keywords_of_values(
    program: Program, name: str, among: frozenset[str], callees: Collection[str], is_it: Callable[[Value], bool]
) -> Iterator[Reference]:
    """The keywords called `name` that are given to something unknown, where what takes it is handed on as a value.

    `callees` are the names that it is called by, and `is_it` tells it from others of these names. Raises
    RefactoringRefused where it is handed on with the name as a text beside it, such as a dictionary's key.
    """
    handed = list(_handed_on(program, callees, is_it))
    for path, node in handed:
        if re.search(rf"[\"']{re.escape(name)}[\"']", text_of(_call_around(node))):
            where = f"{path}, line {node.start_point[0] + 1}"
            raise RefactoringRefused(f"{where} hands it on, with `{name}` as a text.")
    pattern = re.compile(rb"[(,]\s*" + re.escape(name.encode()) + rb"\s*=(?!=)")
    for path in program.reach.holding({name}, pattern) if handed else ():
        yield from unknown_keywords(program, path, name, among)


def unknown_keywords(program: Program, path: str, name: str, among: frozenset[str]) -> Iterator[Reference]:
    """The keywords called `name` in a file of which it is not known what they are given to."""
    for module in modules(program, [path]):
        found = program.definitions(path, among)
        for one in module.table.occurrences:
            meaning = found.get(one.start) if one.role is Role.KEYWORD and one.name == name else None
            if meaning is not None and meaning.kind == "keyword" and not meaning.within:
                yield Reference(path, one)


def check_unpacked(program: Program, name: str, classes: Collection[Klass]) -> None:
    """Raises RefactoringRefused where a data class is made of an unpacked dictionary, which may have the field."""
    for module in modules(program, program.reach.holding({klass.name for klass in classes}, re.compile(rb"\*\*"))):
        for one in module.table.occurrences:
            if not any(one.name == klass.name for klass in classes) or one.in_string:
                continue
            node = _whole(one.node) if one.role is Role.ATTRIBUTE else one.node
            value = program.value(module.path, node) if _is_given_unpacked(node) else None
            if value is not None and is_class(classes)(value):
                where = f"{module.path}, line {node.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} makes one of a dictionary that may hold `{name}`.")


def _is_given_unpacked(node: Node) -> bool:
    call = node.parent
    if call is None or call.type != "call" or call.child_by_field_name("function") != node:
        return False
    listed = call.child_by_field_name("arguments")
    return listed is not None and any(child.type == "dictionary_splat" for child in listed.named_children)


def is_function(scopes: Collection[Scope]) -> Callable[[Value], bool]:
    """Tells the functions of some scopes."""
    return lambda value: isinstance(value, FunctionValue) and any(value.scope is one for one in scopes)


def is_class(classes: Collection[Klass]) -> Callable[[Value], bool]:
    """Tells some classes."""
    return lambda value: isinstance(value, ClassValue) and value.klass in classes


def _handed_on(
    program: Program, callees: Collection[str], is_it: Callable[[Value], bool]
) -> Iterator[tuple[str, Node]]:
    for module in modules(program, program.reach.python_files(callees)):
        for one in module.table.occurrences:
            if one.name not in callees or one.in_string or one.role not in {Role.READ, Role.ATTRIBUTE}:
                continue
            node = _whole(one.node) if one.role is Role.ATTRIBUTE else one.node
            value = program.value(module.path, node) if _may_go(node) else None
            if value is not None and is_it(value):
                yield module.path, node


def _whole(node: Node) -> Node:
    """The expression that an attribute's name is the last part of."""
    outer = node.parent
    return outer if outer is not None and outer.type == "attribute" and outer.named_children[-1] == node else node


def _may_go(node: Node) -> bool:
    """Whether an expression is a value that somebody may call later."""
    outer = node.parent
    if outer is None or outer.type == "attribute" or outer.child_by_field_name("function") == node:
        return False
    if outer.type == "assignment":  # the new name is followed, as the old one is.
        left = outer.child_by_field_name("left")
        return left is None or left.type != "identifier"
    while outer is not None and outer.type in _WRAPPERS:
        if outer.type == "argument_list" and outer.parent is not None and outer.parent.type == "call":
            return text_of(outer.parent.child_by_field_name("function")) not in _ASKS
        outer = outer.parent
    return outer is not None and outer.type not in _LOOKED_AT


def _call_around(node: Node) -> Node | None:
    """The call that an expression is an argument of."""
    outer = node.parent
    while outer is not None and outer.type in {"argument_list", "keyword_argument", "tuple", "list", "pair"}:
        outer = outer.parent
    return outer if outer is not None and outer.type == "call" else None
