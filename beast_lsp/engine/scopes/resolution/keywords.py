"""What the keywords of calls and of class patterns mean: parameters and fields."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.definition import (
    ClassValue,
    Definition,
    FunctionValue,
    Instance,
    Outside,
    Value,
)
from beast_lsp.engine.scopes.resolution.functions import decorators, parameter_kind, text_of
from beast_lsp.engine.scopes.resolution.members import Klass, class_of
from beast_lsp.engine.scopes.resolution.table import Occurrence

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.resolver import Resolver

# Decorators after which the annotated names of a class are the parameters of its constructor.
_DATA_CLASSES = frozenset({"dataclass", "define", "frozen", "mutable", "attrs", "attrib", "s", "dataclasses"})
_REPLACES = frozenset({"dataclasses.replace", "copy.replace", "attr.evolve", "attrs.evolve"})
_PARTIALS = frozenset({"functools.partial", "functools.partialmethod"})


class Keywords:
    """Finds what keywords mean in the files of one program."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver

    def definition(self, path: str, one: Occurrence) -> Definition:
        """What the name before `=` means."""
        unknown = Definition("keyword", one.name)
        holder = one.node.parent
        listed = holder.parent if holder is not None else None
        if holder is not None and holder.type == "keyword_pattern":
            return self._in_pattern(path, holder, one) or unknown
        call = listed.parent if listed is not None else None
        if call is None or call.type != "call" or listed is None:
            return unknown
        function = call.child_by_field_name("function")
        callee = self._resolver.value(path, function) if function is not None else None
        if isinstance(callee, Outside):
            return self._outside(path, callee, listed, one) or unknown
        if callee is None and text_of(function).endswith("._replace") and function is not None:
            return self._field(self._resolver.value(path, function.named_children[0]), one.name) or unknown
        return self.parameter(callee, one.name) or unknown

    def _in_pattern(self, path: str, pattern: Node, one: Occurrence) -> Definition | None:
        outer: Node | None = pattern
        while outer is not None and outer.type != "class_pattern":
            outer = outer.parent
        value = self._resolver.value(path, outer.named_children[0]) if outer is not None else None
        klass = class_of(value)
        return self._resolver.classes.member(klass, one.name) if klass is not None else None

    def _outside(self, path: str, callee: Outside, listed: Node, one: Occurrence) -> Definition | None:
        first = next((node for node in listed.named_children if node.type != "keyword_argument"), None)
        given = self._resolver.value(path, first) if first is not None else None
        if callee.name in _PARTIALS and callee.is_instance:
            return None  # what it was made of takes the keyword.
        if callee.name in _PARTIALS:
            return self.parameter(given, one.name)
        if callee.name in _REPLACES:
            return self._field(given, one.name)
        return Definition("external", f"{callee.name}({one.name})")

    def _field(self, value: Value | None, name: str) -> Definition | None:
        return self._resolver.classes.member(value.klass, name) if isinstance(value, Instance) else None

    def parameter(self, callee: Value | None, name: str) -> Definition | None:
        """The parameter that a keyword gives in a call; None where it goes elsewhere, or nobody knows."""
        if isinstance(callee, FunctionValue):
            return self._of_function(callee, name)
        if isinstance(callee, ClassValue):
            return self._of_class(callee.klass, name)
        if isinstance(callee, Instance):
            called = self._resolver.member_value(callee, "__call__")
            return self._of_function(called, name) if isinstance(called, FunctionValue) else None
        return None

    def _of_function(self, function: FunctionValue, name: str) -> Definition | None:
        symbol = function.scope.symbols.get(name)
        if symbol is None or parameter_kind(symbol) != "keyword":
            return None
        return self._resolver.symbol(function.path, symbol)

    def _of_class(self, klass: Klass, name: str) -> Definition | None:
        """A parameter of the first constructor that a class has or inherits, or a field of a data class."""
        classes = self._resolver.classes
        for one in classes.ancestors(klass):
            if isinstance(one, str):
                if one == "typing.NamedTuple":
                    return self._field(Instance(klass), name)
                if one not in {"typing.Generic", "typing.Protocol", "abc.ABC", "builtins.object"}:
                    return Definition("keyword", name, within=(klass.definition,))
                continue
            for constructor in ("__init__", "__new__"):
                value = (
                    self._resolver.member_value(ClassValue(one), constructor)
                    if constructor in one.scope.symbols
                    else None
                )
                if isinstance(value, FunctionValue):
                    return self._of_function(value, name)
            if is_data_class(one):
                return self._field(Instance(klass), name)
        return None


def is_data_class(klass: Klass) -> bool:
    """Whether a decorator makes the constructor of a class out of its annotated names."""
    for one in decorators(klass.scope.node):
        called = one.child_by_field_name("function") if one.type == "call" else one
        if text_of(called).rpartition(".")[2] in _DATA_CLASSES:
            return "init=False" not in text_of(one).replace(" ", "")
    return False
