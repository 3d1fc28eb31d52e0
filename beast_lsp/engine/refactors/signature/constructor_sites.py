"""Every call of an `__init__` over the workspace: by the class, by those that inherit it, and by `super()`. Python.

Constructors are no family: a class may well take other arguments than the one that it inherits from.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.refactors.uses.call_sites import (
    Call,
    CallSites,
    Function,
    Use,
    called,
    expression_of,
    spellings,
)
from beast_lsp.engine.refactors.uses.references import Reference, references
from beast_lsp.engine.scopes.resolution.definition import ClassValue, FunctionValue, Outside
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.scopes.resolution.members import Klass
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program

_PLAIN_BASES = frozenset(
    {"typing.Generic", "typing.Protocol", "typing_extensions.Protocol", "abc.ABC", "builtins.object"}
)
_PLAIN_DECORATORS = frozenset(
    {
        "functools.total_ordering", "typing.final", "typing.runtime_checkable", "typing_extensions.final",
        "dataclasses.dataclass", "enum.unique",
    }
)  # fmt: skip
_LOOKING = frozenset({"isinstance", "issubclass"})


def constructor_sites(program: Program, function: Function) -> CallSites:
    """Where an `__init__` is called. Raises RefactoringRefused where others than its callers see the arguments."""
    holder = function.holder
    if holder is None:
        return CallSites(functions=[function])
    return _Search(program, function, program.classes.of(function.path, holder)).run()


def constructor_of(program: Program, klass: Klass) -> Function | None:
    """The `__init__` that makes objects of a class. Raises RefactoringRefused where it is not the only one to ask."""
    for one in program.classes.ancestors(klass):
        if isinstance(one, str):
            if one not in _PLAIN_BASES:
                raise _refusal(klass, f"inherits from `{one}`")
        elif one.path.startswith("<"):
            raise _refusal(klass, f"inherits from `{one.name}` of a library")
        else:
            _check_plain(program, klass, one)
    for one in program.classes.ancestors(klass):
        symbol = one.scope.symbols.get("__init__") if isinstance(one, Klass) else None
        binder = symbol.only(Role.FUNCTION) if symbol is not None else None
        module = program.module(one.path) if isinstance(one, Klass) else None
        if symbol is not None:
            if binder is None or binder.node.parent is None or module is None or not isinstance(one, Klass):
                raise _refusal(klass, "defines `__init__` more than once")
            return Function(one.path, module.table.scopes[binder.node.parent.id])
    return None


def _check_plain(program: Program, klass: Klass, one: Klass) -> None:
    listed = one.scope.node.child_by_field_name("superclasses")
    for child in listed.named_children if listed is not None else ():
        metaclass = text_of(child.child_by_field_name("value"))
        is_one = child.type == "keyword_argument" and text_of(child.child_by_field_name("name")) == "metaclass"
        if is_one and metaclass.rpartition(".")[2] != "ABCMeta":
            raise _refusal(klass, f"has the metaclass `{metaclass}`")
    if "__new__" in one.scope.symbols:
        raise _refusal(klass, "has a `__new__`")
    for decorator in decorators(one.scope.node):
        found = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
        value = program.value(one.path, found) if found is not None else None
        if not isinstance(value, Outside) or value.name not in _PLAIN_DECORATORS:
            raise _refusal(klass, f"is decorated by `{text_of(decorator)}`")


def _refusal(klass: Klass, why: str) -> RefactoringRefused:
    return RefactoringRefused(
        f"`{klass.name}` {why}, which sees the constructor's arguments, too.",
        hint="Change the signature by hand, or give the parameter a default.",
    )


class _Search:
    """One search; `users` are the classes whose objects the constructor makes, `related` all that share ancestors."""

    def __init__(self, program: Program, function: Function, klass: Klass) -> None:
        self._program = program
        self._function = function
        self._below = program.hierarchy.descendants(klass)
        self._users = [one for one in self._below if self._is_user(one)]
        above = [one for one in program.classes.ancestors(klass) if isinstance(one, Klass)]
        self._related = list(dict.fromkeys([*self._below, *above]))
        self._found = CallSites(functions=[function])
        self._seen: set[tuple[str, int]] = set()

    def _is_user(self, klass: Klass) -> bool:
        made = constructor_of(self._program, klass)
        bases = [one for one in self._program.classes.bases(klass) if isinstance(one, Klass)]
        if sum(constructor_of(self._program, base) is not None for base in bases) > 1:
            raise RefactoringRefused(
                f"`{klass.name}` inherits constructors from several classes, and `super()` may mean each of them."
            )
        return made is not None and made.is_same(self._function)

    def run(self) -> CallSites:
        """Everything that was found."""
        for klass in self._users:
            for reference in self._references(klass):
                self._sort(reference)
        for module in self._modules():
            self._by_attribute(module)
            self._by_value(module)
        return self._found

    def _references(self, klass: Klass) -> Iterator[Reference]:
        meanings = {klass.definition}
        return references(self._program, meanings, spellings(self._program, meanings, klass.name))

    def _modules(self) -> Iterator[Module]:
        """The files that name one of the classes, or have one."""
        paths = {*self._program.containing([one.name for one in self._users]), *(one.path for one in self._related)}
        for path in sorted(paths):
            module = self._program.module(path)
            if module is not None and module.has_names and not path.startswith("<"):
                yield module

    def _sort(self, reference: Reference) -> None:
        one, path = reference.one, reference.path
        if reference.is_taken or (one.role in {Role.WRITE, Role.UPDATE, Role.DELETE}):
            self._found.values.append(Use(path, one.node))
        elif one.role in {Role.READ, Role.ATTRIBUTE} and not one.in_string:
            self._sort_read(path, expression_of(one))

    def _sort_read(self, path: str, expression: Node) -> None:
        outer = expression.parent
        if outer is not None and outer.type == "subscript" and outer.named_children[0] == expression:
            expression, outer = outer, outer.parent  # `Box[int](1)`
        call = called(expression)
        if call is not None:
            self._seen.add((path, call.start_byte))
            self._found.calls.append(Call(path, call, 1))
        elif outer is not None and not _is_harmless(expression, outer):
            self._found.values.append(Use(path, expression))

    def _by_attribute(self, module: Module) -> None:
        """`super().__init__(…)` and `Base.__init__(self, …)`."""
        for one in module.table.occurrences:
            if one.name != "__init__" or one.role is not Role.ATTRIBUTE:
                continue
            expression = expression_of(one)
            value, call = self._program.value(module.path, expression), called(expression)
            is_own = isinstance(value, FunctionValue) and self._function.is_same(value)
            if is_own and isinstance(value, FunctionValue) and call is not None:
                self._found.calls.append(Call(module.path, call, int(value.is_bound)))
            elif is_own:
                self._found.values.append(Use(module.path, expression))
            elif value is None and self._is_within_related(module, expression) and call is not None:
                self._found.doubtful.append(Call(module.path, call, 1))

    def _is_within_related(self, module: Module, node: Node) -> bool:
        scopes = {one.scope for one in self._below}
        return any(scope in scopes for scope in module.table.scope_of(node).outwards())

    def _by_value(self, module: Module) -> None:
        """`cls(…)`, `type(self)(…)` and the like."""
        for node in descendants(module.tree.tree.root_node):
            function = node.child_by_field_name("function") if node.type == "call" else None
            if function is None or (module.path, node.start_byte) in self._seen:
                continue
            value = self._program.value(module.path, function)
            if isinstance(value, ClassValue) and not value.is_exact and value.klass in self._related:
                below = self._program.hierarchy.descendants(value.klass)
                is_certain = all(one in self._users for one in below)
                is_apart = not any(one in self._users for one in below)
                if not is_apart:
                    (self._found.calls if is_certain else self._found.doubtful).append(Call(module.path, node, 1))


def _is_harmless(expression: Node, outer: Node) -> bool:
    """Whether a use of a class makes no object: its attributes, bases, annotations, checks and handlers."""
    if outer.type == "attribute" and outer.child_by_field_name("object") == expression:
        return True
    node: Node | None = outer
    while node is not None and node.type in {"tuple", "argument_list", "parenthesized_expression", "as_pattern"}:
        if node.type == "argument_list" and node.parent is not None:
            name = text_of(node.parent.child_by_field_name("function"))
            return node.parent.type == "class_definition" or name in _LOOKING
        node = node.parent
    kinds = {"type", "except_clause", "class_pattern", "dotted_name", "comparison_operator", "type_parameter"}
    return node is not None and (node.type in kinds or _is_annotation(node))


def _is_annotation(node: Node) -> bool:
    outer: Node | None = node
    while outer is not None and outer.type in {"subscript", "binary_operator", "generic_type", "union_type"}:
        outer = outer.parent
    return outer is not None and outer.type == "type"
