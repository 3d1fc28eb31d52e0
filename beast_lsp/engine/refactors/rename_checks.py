"""Names that mean something by their text: to decorators, test frameworks, and code that looks names up."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.references import Reference, exact_strings
from beast_lsp.engine.scopes.resolution.definition import (
    ClassValue,
    FunctionValue,
    Instance,
    ModuleValue,
    Outside,
    SuperValue,
)
from beast_lsp.engine.scopes.resolution.functions import class_around, decorators, text_of
from beast_lsp.engine.scopes.resolution.keywords import is_data_class
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.rename_target import Target
    from beast_lsp.engine.scopes.resolution.hierarchy import Family
    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.program import Module, Program

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
_REFLECTION = (
    "asdict",
    "astuple",
    "fields",
    "vars",
    "__dict__",
    "__dataclass_fields__",
    "_asdict",
    "_fields",
    "evolve",
)
_ACCESS = frozenset({"getattr", "setattr", "hasattr", "delattr"})
_FORWARDING = frozenset({"__getattr__", "__getattribute__", "__setattr__", "__delattr__"})
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
    if any("fixture" in text_of(one).split("(")[0] for one in decorators(node)):
        return True
    return is_test(path) and text_of(node.child_by_field_name("name")).startswith("test")


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


def check_reflection(program: Program, target: Target, binders: list[Reference], family: Family | None) -> None:
    """Raises RefactoringRefused where code makes the text of a name, or looks names up by their text."""
    is_public = family is not None or any(
        found.one.symbol is not None and found.one.symbol.scope.kind == "module" for found in binders
    )
    if not is_public:
        return
    holders = family.classes if family is not None else None
    for module in _looking(program, _ACCESS):
        for node in _dynamic(module):
            if _may_hold(program, module, node, holders, binders) and _may_make(module, node, target.text):
                where = f"{module.path}, line {node.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} looks up a name that it makes: that may be `{target.text}`.")
    if family is not None:
        _check_fields(program, target, family)


def _looking(program: Program, names: Iterable[str]) -> Iterator[Module]:
    for path in program.containing(list(names)):
        module = program.module(path) if path.endswith((".py", ".pyi")) else None
        if module is not None and module.has_names:
            yield module


def _dynamic(module: Module) -> Iterator[Node]:
    """The calls of getattr and its like whose name is no plain string."""
    for one in module.table.occurrences:
        call = one.node.parent
        if one.name not in _ACCESS or one.symbol is not None or call is None or call.type != "call":
            continue
        listed = call.child_by_field_name("arguments")
        given = listed.named_children if listed is not None else []
        is_text = len(given) > 1 and given[1].type == "string" and _is_plain(given[1])
        # A forwarded attribute is an attribute elsewhere, which has been looked at.
        if len(given) > 1 and not is_text and _function_around(call) not in _FORWARDING:
            yield call


def _function_around(node: Node) -> str:
    outer: Node | None = node
    while outer is not None and outer.type != "function_definition":
        outer = outer.parent
    return text_of(outer.child_by_field_name("name")) if outer is not None else ""


def _is_plain(string: Node) -> bool:
    return all(child.type != "interpolation" for child in string.named_children)


def _may_hold(
    program: Program, module: Module, call: Node, classes: tuple[Klass, ...] | None, binders: list[Reference]
) -> bool:
    """Whether the object of a lookup may be of one of some classes, or one of the modules that define the name."""
    listed = call.child_by_field_name("arguments")
    held = listed.named_children[0] if listed is not None else call
    value = program.value(module.path, held)
    if classes is None:
        is_module = isinstance(value, ModuleValue) and any(found.path == value.path for found in binders)
        return is_module or (value is None and _may_be_module(module, held))
    if value is None:
        return True
    if not isinstance(value, (Instance, ClassValue, SuperValue)):
        return False
    related = {*program.classes.ancestors(value.klass), *program.hierarchy.descendants(value.klass)}
    return any(one in related for one in classes)


def _may_be_module(module: Module, node: Node) -> bool:
    """Whether something of unknown type may be a module: it is made one here, or an import binds it."""
    one = module.table.by_start.get(node.start_byte)
    symbol = one.symbol if one is not None else None
    made = [text_of(node)]
    for binder in symbol.binders() if symbol is not None else ():
        if binder.role is Role.IMPORT:
            return True
        made.append(text_of(binder.node.parent))
    return any(word in text for word in _MODULES for text in made)


def _may_make(module: Module, call: Node, name: str) -> bool:
    """Whether an expression may yield a name: it is put together of parts of it, or it is nothing but a variable.

    A variable holds what the workspace spells out somewhere else, where the name stands as a string of its own; that
    counts as an argument is judged by the strings of the function around, such as a prefix.
    """
    listed = call.child_by_field_name("arguments")
    made = listed.named_children[1] if listed is not None else call
    pieces = list(_pieces(made))
    if not pieces:
        outer: Node | None = call
        while outer is not None and outer.type not in {"function_definition", "module"}:
            outer = outer.parent
        pieces = (
            [one for one in _pieces(outer) if one.endswith("_") or one.startswith("_")] if outer is not None else []
        )
        return any(name.startswith(one) or name.endswith(one) for one in pieces) or _spelled(module, name)
    return any(name.startswith(one) or name.endswith(one) for one in pieces if one)


def _spelled(module: Module, name: str) -> bool:
    return any(node.start_byte not in module.table.by_start for node in exact_strings(module, name))


def _pieces(node: Node) -> Iterator[str]:
    """The strings in an expression or in a function."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "string_content":
            yield text_of(one)
        stack += one.named_children


def _check_fields(program: Program, target: Target, family: Family) -> None:
    """Refuses where the attributes of an object are turned into data under their names."""
    known = {one.definition for one in family.classes}
    for module in _looking(program, _REFLECTION):
        for one in module.table.occurrences:
            node = _reflected(one.name, one.node)
            if node is None or one.role in {Role.IMPORT, Role.IMPORTED, Role.KEYWORD}:
                continue
            value = program.value(module.path, node)
            klass = getattr(value, "klass", None)
            is_one = klass is not None and any(
                each.definition in known for each in program.classes.ancestors(klass) if not isinstance(each, str)
            )
            if is_one or (value is None and _spelled(module, target.text)):
                where = f"{module.path}, line {node.start_point[0] + 1}"
                raise RefactoringRefused(f"{where} makes data of attributes under their names: `{one.name}`.")
    data = next((one for one in family.classes if is_data_class(one) and class_around(one.scope)), None)
    if data is not None and target.text.startswith("_"):
        raise RefactoringRefused(f"The constructor of `{data.name}` may call `{target.text}` otherwise.")


def _reflected(name: str, node: Node) -> Node | None:
    """The object whose attributes are made into data at a name."""
    outer = node.parent
    if name not in _REFLECTION or outer is None:
        return None
    if outer.type == "attribute" and outer.named_children[-1] == node:
        if name in {"__dict__", "_asdict", "_fields", "__dataclass_fields__"}:
            holder = outer.parent.parent if outer.parent is not None else None
            is_counted = holder is not None and text_of(holder.child_by_field_name("function")) == "len"
            return None if is_counted else outer.named_children[0]
        node, outer = outer, outer.parent if outer.parent is not None else outer
    if outer.type == "call" and outer.child_by_field_name("function") == node and name not in {"__dict__", "_fields"}:
        listed = outer.child_by_field_name("arguments")
        return listed.named_children[0] if listed is not None and listed.named_children else None
    return None
