"""Names that mean something by their text: to decorators, test frameworks, and code that looks names up."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.uses.references import Reference
from beast_lsp.engine.scopes.resolution.definition import (
    ClassValue,
    FunctionValue,
    Outside,
)
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program

# Libraries whose decorators leave a function's name alone; those of the standard library do.
_HARMLESS = frozenset({"pytest", "hypothesis", "typing_extensions", "attr", "attrs", "numba", "pydantic"})
# Decorators that are called with the command's name, or make it out of the function's.
_NAMED = frozenset({"command", "group", "task"})
# What a parameter's name may pass through.
_TRANSPARENT = frozenset(
    [
        "builtins",
        "functools",
        "contextlib",
        "abc",
        "typing",
        "typing_extensions",
        "enum",
        "dataclasses",
        "asyncio",
        "types",
        "warnings",
    ]
)
_ACCESSORES = ("setter", "getter", "deleter")
_LOOKS = re.compile(rb"__name__|__qualname__")
_LOOKS_AT_PARAMETERS = re.compile(rb"signature|getfullargspec|__code__|__annotations__|get_type_hints|__kwdefaults__")
_MODULES = ("sys.modules", "import_module", "__import__", "globals()")


def decorator_name(program: Program, path: str, node: Node) -> str:
    """The dotted name of a decorator from outside; empty for others."""
    function = node.child_by_field_name("function") if node.type == "call" else node
    value = program.value(path, function) if function is not None else None
    return value.name if isinstance(value, Outside) and not value.is_instance else ""


def is_harmless(program: Program, path: str, node: Node, *, of_parameters: bool = False) -> bool:
    """Whether a decorator surely makes nothing of the name of what it decorates, or of its parameters."""
    function = node.child_by_field_name("function") if node.type == "call" else node
    value = program.value(path, function) if function is not None else None
    if isinstance(value, (FunctionValue, ClassValue)):
        where, scope = (
            (value.path, value.scope) if isinstance(value, FunctionValue) else (value.klass.path, value.klass.scope)
        )
        module = program.module(where)
        source = module.tree.source[scope.node.start_byte : scope.node.end_byte] if module is not None else b"__name__"
        return not (_LOOKS_AT_PARAMETERS if of_parameters else _LOOKS).search(source)
    if text_of(function).rpartition(".")[2] in _ACCESSORES:
        return True
    if not isinstance(value, Outside) or value.is_instance:
        return False
    top = value.name.split(".")[0]
    if of_parameters:
        return top in _TRANSPARENT
    is_named = value.name.rpartition(".")[2] in _NAMED and _has_name(node)
    return top in _HARMLESS or top in sys.stdlib_module_names or is_named


def _has_name(decorator: Node) -> bool:
    """Whether a decorator is given a name, so that it does not take the function's."""
    listed = decorator.child_by_field_name("arguments")
    first = listed.named_children[0] if listed is not None and listed.named_children else None
    given = (one for one in (listed.named_children if listed is not None else ()) if one.type == "keyword_argument")
    is_keyword = any(text_of(one.child_by_field_name("name")) == "name" for one in given)
    return is_keyword or (first is not None and first.type == "string")


def is_test_function(path: str, node: Node) -> bool:
    """Whether pytest gives a function its arguments by their names: a test or a fixture."""
    if is_fixture(node):
        return True
    return is_test(path) and text_of(node.child_by_field_name("name")).startswith("test")


def is_fixture(node: Node) -> bool:
    """Whether a function is a fixture that is called as the function is."""
    names = (text_of(one) for one in decorators(node))
    return any(name.split("(")[0].rpartition(".")[2] == "fixture" and "name=" not in name for name in names)


def check_definers(program: Program, binders: Iterable[Reference], old: str, new: str) -> None:
    """Raises RefactoringRefused where the name of a function or a class itself is looked at."""
    for found in binders:
        if found.one.role not in {Role.FUNCTION, Role.CLASS} or found.one.node.parent is None:
            continue
        node = found.one.node.parent
        _check_collected(found.path, old, new, is_class=found.one.role is Role.CLASS)
        for one in decorators(node):
            if not is_harmless(program, found.path, one):
                name = text_of(one).split("(")[0]
                raise RefactoringRefused(
                    f"`{name}` decorates `{old}` and may use its name.",
                    hint="Give the name to the decorator as an argument, if it takes one.",
                )


def _check_collected(path: str, old: str, new: str, *, is_class: bool) -> None:
    """What a test framework finds by its prefix keeps it."""
    prefix = "Test" if is_class else "test"
    if is_test(path) and old.startswith(prefix) != new.startswith(prefix):
        change = "no longer" if old.startswith(prefix) else "suddenly"
        raise RefactoringRefused(f"`{new}` would {change} be collected as a test.", hint=f"Keep the prefix `{prefix}`.")
    if old.startswith("pytest_") and not is_class:
        raise RefactoringRefused(f"`{old}` is a hook that pytest finds by its name.")


def parametrized(function: Node, name: str) -> list[Node]:
    """The contents of the strings of `parametrize` decorators that name a parameter."""
    found = []
    for one in decorators(function):
        listed = one.child_by_field_name("arguments") if one.type == "call" else None
        called = text_of(one.child_by_field_name("function"))
        if listed is None or not called.endswith("parametrize") or not listed.named_children:
            continue
        stack = [listed.named_children[0]]
        while stack:
            node = stack.pop()
            if node.type == "string_content" and name in [part.strip() for part in text_of(node).split(",")]:
                found.append(node)
            if node.type in {"string", "tuple", "list"}:
                stack += node.named_children
    return found
