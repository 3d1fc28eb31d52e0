"""What a rename of a parameter has to look at: keywords that can't be followed, decorators, and test frameworks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Edit, Name, Span
from beast_lsp.engine.refactors.rename.checks import decorator_name, is_harmless, is_test_function, parametrized
from beast_lsp.engine.refactors.uses.references import Reference
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Definition, FunctionValue, Instance
from beast_lsp.engine.scopes.resolution.functions import (
    class_around,
    decorators,
    parameter_kind,
    receiver,
    text_of,
)
from beast_lsp.engine.scopes.resolution.table import Role, Scope
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.scopes.resolution.program import Program


def related_parameters(program: Program, target: Target) -> frozenset[Definition]:
    """The parameter, and those of the methods that override its method, or are overridden by it."""
    definition = target.definition
    member = definition.within[0] if definition.within else None
    if member is None or member.kind != "member":
        return frozenset({definition})
    family = program.hierarchy.family(member)
    return frozenset(Definition("parameter", definition.name, within=(one,)) for one in family.definitions)


def check_parameter(program: Program, target: Target, new: str, binders: Iterable[Reference]) -> None:
    """Raises RefactoringRefused where callers that can't be seen may give the parameter by its name."""
    for found in binders:
        scope = found.one.scope
        symbol = found.one.symbol
        if found.one.role is not Role.PARAMETER or symbol is None or scope.kind != "function":
            continue
        if parameter_kind(symbol) != "keyword" or receiver(symbol) is not None:
            continue
        _check_decorators(program, found.path, scope, target)
        _check_bases(program, found.path, scope, target.text)
        if is_test_function(found.path, scope.node) and not parametrized(scope.node, target.text):
            raise RefactoringRefused(
                f"`{target.text}` is what the test asks a fixture for.", hint="Rename the fixture."
            )
        calls = _Calls(program, found.path, scope)
        calls.check_unpacked(target.text)
        calls.check_swallowed(new)


def _check_decorators(program: Program, path: str, scope: Scope, target: Target) -> None:
    for one in decorators(scope.node):
        if decorator_name(program, path, one).startswith("pytest.mark.parametrize"):
            continue
        if not is_harmless(program, path, one, of_parameters=True):
            raise RefactoringRefused(
                f"`{text_of(one).split('(')[0]}` decorates the function and may use the name `{target.text}`."
            )


def _check_bases(program: Program, path: str, scope: Scope, name: str) -> None:
    """A method that overrides one from outside is called by those who know that one."""
    holder = class_around(scope)
    method = text_of(scope.node.child_by_field_name("name"))
    if holder is None or (method.startswith("__") and method.endswith("__")):
        return
    klass = program.classes.of(path, holder)
    unseen = program.classes.unseen(klass)
    if unseen and not method.startswith("_"):
        raise RefactoringRefused(
            f"`{klass.name}` inherits from {unseen[0]}, which may call `{method}` with `{name}=…`.",
            hint="A virtual environment in the workspace folder (.venv) shows what libraries have.",
        )
    for one in program.classes.ancestors(klass):
        if not isinstance(one, str) and one.path.startswith("<") and method in one.names:
            raise RefactoringRefused(f"`{method}` overrides that of `{one.name}`, whose callers may say `{name}=…`.")


class _Calls:
    """The calls of a function, as far as they matter for the name of a parameter."""

    def __init__(self, program: Program, path: str, scope: Scope) -> None:
        self._program = program
        self._scope = scope
        holder = class_around(scope)
        own = text_of(scope.node.child_by_field_name("name"))
        is_constructor = holder is not None and own in {"__init__", "__new__", "__call__"}
        self._holder = program.classes.of(path, holder) if holder is not None else None
        self._klass = self._holder if is_constructor else None
        self._names = {own}
        if self._klass is not None:
            self._names |= {one.name for one in program.hierarchy.descendants(self._klass)}

    def check_unpacked(self, name: str) -> None:
        """Refuses where a call of the function unpacks a dictionary, whose keys nobody can see."""
        for path, call in self._calls(b"**", self._names):
            listed = call.child_by_field_name("arguments")
            given = listed.named_children if listed is not None else []
            splat = next((one for one in given if one.type == "dictionary_splat"), None)
            if splat is not None and self._may_be(path, call):
                where, hint = f"{path}, line {call.start_point[0] + 1}", "Give the arguments by name there first."
                raise RefactoringRefused(f"`{text_of(splat)[:40]}` in {where} may hold `{name}`.", hint=hint)

    def check_swallowed(self, new: str) -> None:
        """Refuses where a call gives the new name, which `**` takes until now."""
        names = self._scope.symbols
        if not any(parameter_kind(one) == "splat" for one in names.values()):
            return
        for path, call in self._calls(new.encode(), self._names):
            listed = call.child_by_field_name("arguments")
            given = listed.named_children if listed is not None else []
            keywords = {text_of(one.child_by_field_name("name")) for one in given if one.type == "keyword_argument"}
            if new in keywords and self._may_be(path, call):
                where = f"{path}, line {call.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} gives another argument called `{new}`.", hint="Choose another name.")

    def _calls(self, piece: bytes, names: set[str]) -> Iterator[tuple[str, Node]]:
        """The calls of something that has one of some names, in the files that have a piece of text, too."""
        for path in self._program.reach.holding(names, re.compile(re.escape(piece))):
            module = self._program.module(path)
            for one in module.table.occurrences if module is not None else ():
                is_super = self._klass is not None and one.name in {"super", "cls", "__init__"}
                call = _call_of(one.node) if one.name in names or is_super else None
                if call is not None:
                    yield path, call

    def _may_be(self, path: str, call: Node) -> bool:
        """Whether a call may be one of the function: what is unknown may be a method, by its name."""
        function = call.child_by_field_name("function")
        value = self._program.value(path, function) if function is not None else None
        if isinstance(value, FunctionValue):
            return value.scope is self._scope or self._is_related(value)
        if isinstance(value, (ClassValue, Instance)):
            return self._klass is not None and self._klass in self._program.classes.ancestors(value.klass)
        is_attribute = function is not None and function.type == "attribute"
        return value is None and is_attribute and self._holder is not None and self._klass is None

    def _is_related(self, value: FunctionValue) -> bool:
        """Whether a method is of a class that inherits from the function's, or the other way around."""
        holder = class_around(value.scope)
        if holder is None or self._holder is None:
            return False
        other = self._program.classes.of(value.path, holder)
        classes = self._program.classes
        return self._holder in classes.ancestors(other) or other in classes.ancestors(self._holder)


def _call_of(node: Node) -> Node | None:
    """The call whose callee ends with a name."""
    outer = node.parent
    if outer is not None and outer.type == "attribute":
        if outer.named_children[-1] == node:
            node, outer = outer, outer.parent
        elif outer.parent is not None and node.type == "identifier":
            return None
    if outer is not None and outer.type == "call" and outer.child_by_field_name("function") == node:
        return outer
    return None


def strings_of_parameter(program: Program, target: Target, binders: Iterable[Reference], new: str) -> Iterator[Edit]:
    """The edits of the names that `pytest.mark.parametrize` gives."""
    for found in binders:
        if found.one.role is not Role.PARAMETER or found.one.scope.kind != "function":
            continue
        for node in parametrized(found.one.scope.node, target.text):
            text, at = text_of(node), 0
            for part in text.split(","):
                start = node.start_byte + len(text[:at].encode()) + len(part) - len(part.lstrip())
                if part.strip() == target.text:
                    span = Span(found.path, start, start + len(target.text.encode()))
                    yield Edit(span, (Name(new, span),))
                at += len(part) + 1
