"""The callables of a module that tests can be written for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.statements import is_type_checking
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.engine.testing.nodes import (
    bases,
    body_of,
    decorator_names,
    descendants,
    docstring,
    name_of,
    undecorated,
)
from beast_lsp.engine.testing.parameters import field_parameters, parameters

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.guest.wire import Kind, Parameter

_COMPOUND = frozenset(
    {"if_statement", "try_statement", "else_clause", "elif_clause", "except_clause", "block", "with_statement"}
)
_PROPERTIES = frozenset({"property", "cached_property"})
_UNTESTED = frozenset({"overload", "abstractmethod", "setter", "deleter", "getter", "abstractproperty"})
_FIELDS = frozenset({"dataclass", "define", "frozen", "attrs", "s", "NamedTuple"})
_UNBUILT = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag", "Protocol", "TypedDict"})


@dataclass(frozen=True, slots=True)
class Callable:
    """A callable of a module: its qualified name, what it is, its node, and its parameters without `self`.

    The node of a constructor is the class. `function` is where the parameters are read from, if anywhere.
    """

    name: str
    kind: Kind
    node: Node
    function: Node | None
    parameters: tuple[Parameter, ...]

    @property
    def bare(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]

    @property
    def owner(self) -> str:
        """The class that it belongs to; "" for a function or the constructor of a class at the top."""
        return self.name.rpartition(".")[0]

    @property
    def is_private(self) -> bool:
        """Whether a part of its name begins with one underscore."""
        return any(part[:1] == "_" and not part.endswith("__") for part in self.name.split("."))

    @property
    def lines(self) -> tuple[int, int]:
        """Its first and last line, from 1 on; decorators count in."""
        node = self.node
        outer = node.parent if node.parent is not None and node.parent.type == "decorated_definition" else node
        return outer.start_point[0] + 1, node.end_point[0] + 1

    @property
    def is_async(self) -> bool:
        """Whether it is declared `async`."""
        return self.function is not None and any(child.type == "async" for child in self.function.children)

    @property
    def is_generator(self) -> bool:
        """Whether it yields, and is no context manager, which its caller sees as something else."""
        if self.function is None or any(name.endswith("contextmanager") for name in decorator_names(self.function)):
            return False
        return any(one.type == "yield" for one in descendants(self.function, into_scopes=False))


def callables(module: Module, names: Collection[str] = ()) -> list[Callable]:
    """The callables of a module, in the order of the text, private ones last.

    `names` are qualified names of functions, or of classes, which stand for all that is in them; none is the module.
    Private ones that others use come after those that nothing uses: what the public ones run of them is enough.
    """
    found = list(_found(body_of(module.tree.tree.root_node), ""))
    if names:
        found = [one for one in found if _is_named(one.name, names)]
    return sorted(_once(found), key=lambda one: (one.is_private, one.is_private and _is_used(module, one)))


def _once(found: Iterable[Callable]) -> list[Callable]:
    """The last of several definitions of one name is what callers get."""
    return list({(one.name, one.kind): one for one in found}.values())


def _is_named(name: str, names: Collection[str]) -> bool:
    return any(name == wanted or name.startswith(wanted + ".") for wanted in names)


def _is_used(module: Module, one: Callable) -> bool:
    """Whether another place of the module mentions a callable by its name."""
    roles = {Role.ATTRIBUTE} if one.owner and one.kind != "constructor" else {Role.READ, Role.ATTRIBUTE}
    return any(
        known.name.endswith(one.bare) and known.role in roles and not _is_within(known.start, one.node)
        for known in module.table.occurrences
    )


def _is_within(offset: int, node: Node) -> bool:
    return node.start_byte <= offset < node.end_byte


def _found(statements: Iterable[Node], owner: str) -> Iterator[Callable]:
    for statement in statements:
        node = undecorated(statement)
        if node.type == "function_definition":
            yield from _function(node, owner)
        elif node.type == "class_definition":
            yield from _class(node, owner)
        elif node.type in _COMPOUND:
            yield from _found(_branches(node), owner)


def _branches(node: Node) -> list[Node]:
    """The statements of a compound one, but for what only type checkers read and what runs as a script."""
    condition = text_of(node.child_by_field_name("condition"))
    skipped = (
        node.child_by_field_name("consequence") if is_type_checking(condition) or "__main__" in condition else None
    )
    return [child for child in node.named_children if skipped is None or child != skipped]


def _function(node: Node, owner: str) -> Iterator[Callable]:
    marks = {name.rpartition(".")[2] for name in decorator_names(node)}
    name = name_of(node)
    if marks & _UNTESTED or is_stub(node) or (owner and name in {"__init__", "__new__", "__init_subclass__"}):
        return
    kind = _kind(marks, owner, name)
    own = parameters(node)[1 if kind in {"method", "classmethod", "property"} else 0 :]
    yield Callable(f"{owner}.{name}" if owner else name, kind, node, node, tuple(own))


def _kind(marks: set[str], owner: str, name: str) -> Kind:
    if not owner:
        return "function"
    if marks & _PROPERTIES:
        return "property"
    if "staticmethod" in marks:
        return "staticmethod"
    return "classmethod" if "classmethod" in marks or name == "__class_getitem__" else "method"


def _class(node: Node, owner: str) -> Iterator[Callable]:
    name = f"{owner}.{name_of(node)}" if owner else name_of(node)
    if not set(bases(node)) & _UNBUILT:
        yield from _constructor(node, name)
    yield from _found(body_of(node), name)


def _constructor(node: Node, name: str) -> Iterator[Callable]:
    methods = {
        name_of(inner): inner for one in body_of(node) if (inner := undecorated(one)).type == "function_definition"
    }
    made = methods.get("__init__", methods.get("__new__"))
    has_fields = {mark.rpartition(".")[2] for mark in (*decorator_names(node), *bases(node))} & _FIELDS
    if made is not None:
        yield Callable(name, "constructor", node, made, tuple(parameters(made)[1:]))
    elif has_fields:
        yield Callable(name, "constructor", node, None, tuple(field_parameters(node)))
    elif methods:
        yield Callable(name, "constructor", node, None, ())


def is_stub(function: Node) -> bool:
    """Whether a function does nothing: `...`, `pass`, a docstring, or `raise NotImplementedError`."""
    said = docstring(function)
    for statement in body_of(function):
        inner = statement.named_children[0] if statement.named_children else None
        is_text = statement.type == "expression_statement" and inner is not None and inner in {said}
        is_dots = statement.type == "expression_statement" and inner is not None and inner.type == "ellipsis"
        is_refusal = statement.type == "raise_statement" and text_of(inner).startswith("NotImplementedError")
        if not (is_text or is_dots or is_refusal or statement.type == "pass_statement"):
            return False
    return True
