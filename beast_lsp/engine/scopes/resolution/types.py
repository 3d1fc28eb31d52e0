"""What an expression yields, where that is certain: a module, a class, an object of a known class, a function."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.annotations import annotated
from beast_lsp.engine.scopes.resolution.definition import (
    AwaitableValue,
    ClassValue,
    FunctionValue,
    Instance,
    ModuleValue,
    Outside,
    SuperValue,
    Value,
)
from beast_lsp.engine.scopes.resolution.functions import (
    class_around,
    decorators,
    method_kind,
    parameter_nodes,
    receiver,
    text_of,
)
from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.members import Klass
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope, Symbol

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.resolver import Resolver

_LITERALS = {
    "string": "str", "concatenated_string": "str", "integer": "int", "float": "float", "list": "list", "tuple": "tuple",
    "dictionary": "dict", "set": "set", "list_comprehension": "list", "set_comprehension": "set", "true": "bool",
    "dictionary_comprehension": "dict", "false": "bool", "not_operator": "bool",
}  # fmt: skip
_DEEPEST = 24  # expressions within each other, symbols that stand for each other; what goes deeper stays unknown.
_COPIES = frozenset({"copy.copy", "copy.deepcopy", "copy.replace", "dataclasses.replace"})
_HARMLESS = frozenset({"abstractmethod", "override", "final", "overload", "cache", "lru_cache", "typing_extensions"})
_PROPERTIES = frozenset({"property", "cached_property", "abstractproperty"})


class Types:
    """Infers values in the files of one program."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._symbols: dict[Symbol, Value | None] = {}
        self._members: dict[tuple[Klass, str], Value | None] = {}
        self._depth = 0

    def of(self, path: str, node: Node) -> Value | None:
        """What an expression yields; None where that is not certain."""
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        try:
            return self._of(path, node)
        finally:
            self._depth -= 1

    def _of(self, path: str, node: Node) -> Value | None:  # noqa: PLR0911 - one return for each kind of expression.
        kind = node.type
        if kind == "identifier":
            return self._name(path, node)
        if kind in {"attribute", "dotted_name", "member_type"}:
            *inner, last = node.named_children
            if not inner:
                return self.of(path, last)
            target = self.of(path, inner[0]) if len(inner) == 1 else self._dotted(path, inner)
            return self.member(target, text_of(last)) if target is not None else None
        if kind == "call":
            return self._call(path, node)
        if kind == "await":
            value = self.of(path, node.named_children[0]) if node.named_children else None
            return value.value if isinstance(value, AwaitableValue) else None
        if kind in {"parenthesized_expression", "named_expression", "type"} and node.named_children:
            return self.of(path, node.named_children[-1])
        if kind == "conditional_expression" and len(node.named_children) == 3:
            return _agreed(
                self.of(path, one) for one in (node.named_children[0], node.named_children[2]) if one.type != "none"
            )
        if kind in _LITERALS:
            return Outside(f"builtins.{_LITERALS[kind]}", is_instance=True)
        return None

    def _dotted(self, path: str, parts: list[Node]) -> Value | None:
        value = self.of(path, parts[0]) if parts else None
        for part in parts[1:]:
            value = self.member(value, text_of(part)) if value is not None else None
        return value

    def receiver(self, path: str, one: Occurrence) -> Value | None:
        """What stands before the dot of an attribute."""
        module = self._resolver.module(path)
        if one.in_string and module is not None:
            before = next((other for other in module.table.occurrences if other.end == one.start - 1), None)
            return self.occurrence(path, before) if before is not None else None
        holder = one.node.parent
        if holder is None:
            return None
        if holder.type == "dotted_name":
            return self._dotted(path, [part for part in holder.named_children if part.start_byte < one.start])
        target = holder.named_children[0]
        return self.of(path, target) if target.start_byte < one.start else None

    def occurrence(self, path: str, one: Occurrence) -> Value | None:
        """The value of a name."""
        if one.symbol is not None:
            return self._resolver.value_of(self._resolver.follow(path, one.symbol))
        if one.role is Role.ATTRIBUTE:
            target = self.receiver(path, one)
            return self.member(target, one.name) if target is not None else None
        definition = self._resolver.occurrence(path, one)
        if definition.kind == "builtin" and one.name in BUILTINS:
            return Outside(f"builtins.{one.name}")
        if definition.kind == "module":
            return ModuleValue(definition.path)
        return self._resolver.starred_value(path, one.name)

    def _name(self, path: str, node: Node) -> Value | None:
        module = self._resolver.module(path)
        one = module.table.by_start.get(node.start_byte) if module is not None else None
        return self.occurrence(path, one) if one is not None else None

    def symbol(self, path: str, symbol: Symbol) -> Value | None:
        """What a symbol holds; None where different things may have been bound to it."""
        if symbol not in self._symbols:
            self._symbols[symbol] = None  # against values that depend on themselves.
            self._symbols[symbol] = self._bound(path, symbol)
        return self._symbols[symbol]

    def _bound(self, path: str, symbol: Symbol) -> Value | None:
        binders = symbol.binders()
        given = receiver(symbol)
        if given is not None:
            klass = self._resolver.classes.of(path, given[0])
            return Instance(klass) if given[1] == "self" else ClassValue(klass, is_exact=False)
        if any(one.role is Role.UPDATE for one in binders):
            return None
        if len(binders) > 1 and all(one.role is Role.FUNCTION for one in binders):
            return self._binding(path, _main_definition(binders))
        declared = [found for one in binders if (found := _annotation(one)) is not None]
        if declared:
            return annotated(self._resolver, path, declared[0])
        return _agreed(self._binding(path, one) for one in binders if one.role is not Role.DELETE and not _is_none(one))

    def _binding(self, path: str, one: Occurrence) -> Value | None:
        """What one occurrence binds to its name."""
        module = self._resolver.module(path)
        holder = one.node.parent
        if module is None or holder is None:
            return None
        if one.role is Role.CLASS:
            scope = module.table.scopes.get(holder.id)
            return ClassValue(self._resolver.classes.of(path, scope)) if scope is not None else None
        if one.role is Role.FUNCTION:
            scope = module.table.scopes.get(holder.id)
            return FunctionValue(path, scope) if scope is not None else None
        if one.role is Role.IMPORT:
            return self._resolver.value_of(self._resolver.imported(path, one))
        return self._written(path, one.node, holder) if one.role is Role.WRITE else None

    def _written(self, path: str, node: Node, holder: Node) -> Value | None:
        """What a target of an assignment, `with … as`, `except … as` or a walrus gets."""
        if holder.type == "assignment" and holder.child_by_field_name("left") == node:
            right = holder.child_by_field_name("right")
            return self.of(path, right) if right is not None else None
        if holder.type == "named_expression":
            return self.of(path, holder.named_children[-1])
        if holder.type == "as_pattern_target" and holder.parent is not None and holder.parent.parent is not None:
            given, outer = holder.parent.named_children[0], holder.parent.parent
            value = self.of(path, given)
            if outer.type == "except_clause":
                return _instance(value)
            return self._entered(path, value) if outer.type == "with_item" else None
        return None

    def _entered(self, path: str, value: Value | None) -> Value | None:
        """What `__enter__` of a value gives."""
        if not isinstance(value, Instance):
            return None
        enter = self.member(value, "__enter__")
        if isinstance(enter, FunctionValue):
            return self._returned(enter, value)
        return None

    def member(self, value: Value, name: str) -> Value | None:
        """What an attribute of a value yields."""
        if isinstance(value, ModuleValue):
            return self._resolver.value_of(self._resolver.lookup(value.path, name))
        if isinstance(value, Outside):
            return None if value.is_instance else Outside(f"{value.name}.{name}")
        if isinstance(value, SuperValue):
            return self._inherited(value.klass, name)
        if isinstance(value, (ClassValue, Instance)):
            return self._class_member(value, name)
        return None

    def _inherited(self, klass: Klass, name: str) -> Value | None:
        for base in self._resolver.classes.bases(klass):
            if not isinstance(base, Klass):
                return None
            found = self._class_member(Instance(base), name)
            if found is not None:
                return found
        return None

    def _class_member(self, value: ClassValue | Instance, name: str) -> Value | None:
        if name == "__class__" and isinstance(value, Instance):
            return ClassValue(value.klass, is_exact=False)
        holder = self._resolver.classes.holder(value.klass, name)
        found = self._held(holder, name) if holder is not None else None
        if not isinstance(found, FunctionValue):
            return found
        names = _decorator_names(found.scope.node)
        if names & _PROPERTIES and isinstance(value, Instance):
            return self._returned(FunctionValue(found.path, found.scope, is_bound=True), value)
        is_bound = method_kind(found.scope) == "cls" or (
            method_kind(found.scope) == "self" and isinstance(value, Instance)
        )
        return FunctionValue(found.path, found.scope, is_bound)

    def _held(self, klass: Klass, name: str) -> Value | None:
        """What the class itself binds to a member, in its body or by its methods."""
        key = (klass, name)
        if key not in self._members:
            self._members[key] = None
            symbol = klass.scope.symbols.get(name)
            if symbol is not None:
                self._members[key] = self.symbol(klass.path, symbol)
            else:
                self._members[key] = self._assigned(klass, name)
        return self._members[key]

    def _assigned(self, klass: Klass, name: str) -> Value | None:
        """What methods assign to an attribute of their object."""
        values: list[Value | None] = []
        for one in klass.attributes.get(name, ()):
            target = one.node.parent
            holder = target.parent if target is not None else None
            if target is None or holder is None:
                continue
            if holder.type == "assignment" and holder.child_by_field_name("left") == target:
                declared, right = holder.child_by_field_name("type"), holder.child_by_field_name("right")
                if declared is not None:
                    return annotated(self._resolver, klass.path, declared)
                if right is not None and right.type != "none":
                    values.append(self.of(klass.path, right))
            elif holder.type in {
                "augmented_assignment",
                "pattern_list",
                "tuple_pattern",
                "for_statement",
                "as_pattern_target",
            }:
                values.append(None)
        return _agreed(values)

    def _call(self, path: str, node: Node) -> Value | None:
        function = node.child_by_field_name("function")
        if function is None:
            return None
        callee = self.of(path, function)
        if isinstance(callee, Outside):
            return self._outside_call(path, node, callee)
        if isinstance(callee, ClassValue):
            return Instance(callee.klass)
        if isinstance(callee, FunctionValue):
            given = self.of(path, function.named_children[0]) if function.type == "attribute" else None
            return self._returned(callee, given)
        if isinstance(callee, Instance):
            called = self.member(callee, "__call__")
            return self._returned(called, callee) if isinstance(called, FunctionValue) else None
        is_copy = callee is None and text_of(function).endswith("._replace")  # of a named tuple.
        return self.of(path, function.named_children[0]) if is_copy else None

    def _outside_call(self, path: str, node: Node, callee: Outside) -> Value | None:
        """What a call of a function or class from outside yields."""
        given = node.child_by_field_name("arguments")
        arguments = given.named_children if given is not None else []
        module = self._resolver.module(path)
        if callee.name == "builtins.super" and module is not None and not arguments:
            scope = next((one for one in module.table.scope_of(node).outwards() if one.kind == "class"), None)
            return SuperValue(self._resolver.classes.of(path, scope)) if scope is not None else None
        if callee.name == "builtins.super" and arguments:
            value = self.of(path, arguments[0])
            return SuperValue(value.klass) if isinstance(value, ClassValue) else None
        if callee.name == "builtins.type" and len(arguments) == 1:
            value = self.of(path, arguments[0])
            return ClassValue(value.klass, is_exact=False) if isinstance(value, Instance) else None
        if callee.name in _COPIES and arguments:
            return self.of(path, arguments[0])
        if callee.name == "typing.cast" and len(arguments) == 2:
            return annotated(self._resolver, path, arguments[0])
        is_class = callee.name.rpartition(".")[2][:1].isupper() or callee.name in _BUILTIN_CLASSES
        return Outside(callee.name, is_instance=True) if is_class and not callee.is_instance else None

    def _returned(self, function: FunctionValue, given: Value | None) -> Value | None:
        """What a call of a function yields, by its return annotation, or by what it returns where that is one thing."""
        node = function.scope.node
        declared = node.child_by_field_name("return_type")
        if decorators(node) and not _decorator_names(node) <= _HARMLESS | _PROPERTIES | {"classmethod", "staticmethod"}:
            return None
        value = annotated(self._resolver, function.path, declared, given) if declared is not None else None
        if value is None and declared is None and class_around(function.scope) is not None:
            value = given if _returns_receiver(function.scope) else None
        is_async = any(child.type == "async" for child in node.children)
        return AwaitableValue(value) if is_async and value is not None else value


_BUILTIN_CLASSES = frozenset(
    f"builtins.{name}"
    for name in ("dict", "list", "set", "tuple", "str", "bytes", "int", "float", "frozenset", "object")
)


def _agreed(values: Iterable[Value | None]) -> Value | None:
    """The one value that all of some are."""
    found = set(values)
    return found.pop() if len(found) == 1 else None


def _instance(value: Value | None) -> Value | None:
    if isinstance(value, ClassValue):
        return Instance(value.klass)
    return Outside(value.name, is_instance=True) if isinstance(value, Outside) else None


def _main_definition(binders: list[Occurrence]) -> Occurrence:
    """The definition of a function that says most of it: a property's getter, or what comes after overloads."""
    nodes = ((one, one.node.parent) for one in binders)
    getters = (one for one, node in nodes if node is not None and _decorator_names(node) & _PROPERTIES)
    return next(getters, binders[-1])


def _annotation(one: Occurrence) -> Node | None:
    """The annotation of a parameter or of an assignment's target."""
    holder = one.node.parent
    if holder is not None and holder.type in {"typed_parameter", "typed_default_parameter", "assignment"}:
        is_target = holder.type != "assignment" or holder.child_by_field_name("left") == one.node
        return holder.child_by_field_name("type") if is_target else None
    return None


def _is_none(one: Occurrence) -> bool:
    holder = one.node.parent
    right = holder.child_by_field_name("right") if holder is not None and holder.type == "assignment" else None
    return right is not None and right.type == "none"


def _decorator_names(node: Node) -> set[str]:
    """The last part of the name of each decorator."""
    names = (text_of(one.child_by_field_name("function") if one.type == "call" else one) for one in decorators(node))
    return {name.rpartition(".")[2] for name in names}


def _returns_receiver(scope: Scope) -> bool:
    """Whether a method's every `return` gives its first parameter, such as `return self`."""
    first = next(iter(parameter_nodes(scope.node)), None)
    found, stack = [], [scope.node.child_by_field_name("body")]
    while stack:
        node = stack.pop()
        if node is None or node.type in {"function_definition", "class_definition", "lambda"}:
            continue
        if node.type == "return_statement":
            found.append(text_of(node.named_children[0]) if node.named_children else "")
        stack += node.named_children
    return bool(found) and first is not None and set(found) == {text_of(first)}
