"""The classes of the workspace: their members, their bases over files, and who shares a member."""

from __future__ import annotations

import builtins
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.definition import ClassValue, Definition, Outside, Value
from beast_lsp.engine.scopes.resolution.functions import receiver, text_of
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope, Table

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.resolver import Resolver

_ENUM = "name value _name_ _value_ _missing_ _ignore_ _order_ _generate_next_value_ _sort_order_ __members__"
# What classes of the standard library have beyond what their source shows by assignments and definitions.
_ADDED = {
    "typing.NamedTuple": ("builtins.tuple", "_fields _replace _asdict _make _field_defaults"),
    "typing.TypedDict": ("builtins.dict", "__required_keys__ __optional_keys__ __total__"),
    "typing.Generic": ("builtins.object", "__class_getitem__ __parameters__ __orig_bases__"),
    "typing.Protocol": ("builtins.object", "__class_getitem__ __parameters__ _is_protocol"),
    "abc.ABC": ("builtins.object", "_abc_impl __abstractmethods__"),
    "enum.Enum": ("builtins.object", _ENUM),
    "enum.IntEnum": ("builtins.int", _ENUM),
    "enum.StrEnum": ("builtins.str", _ENUM),
    "enum.Flag": ("builtins.object", f"{_ENUM} _boundary_ _flag_mask_ __or__ __and__ __xor__ __invert__"),
    "enum.IntFlag": ("builtins.int", f"{_ENUM} _boundary_ _flag_mask_"),
}
_SAME = {"typing_extensions": "typing", "collections.abc": "_collections_abc"}
_DEEPEST = 40  # bases above bases; a longer chain is a cycle.


@dataclass(eq=False)
class Klass:
    """A class of the workspace, or of a library whose source is there (then its path begins with "<")."""

    path: str
    scope: Scope
    definition: Definition
    attributes: dict[str, list[Occurrence]]

    @property
    def name(self) -> str:
        """The name by which it was defined."""
        return text_of(self.scope.node.child_by_field_name("name"))

    @cached_property
    def names(self) -> frozenset[str]:
        """Every member that it defines, or that its methods use of themselves."""
        return frozenset(
            (*self.scope.symbols, *self.attributes, *map(text_of, strings_of(self.scope.node, {"__slots__"})))
        )


def strings_of(node: Node, names: Collection[str]) -> list[Node]:
    """The contents of the strings that a class's body assigns to one of some names, such as `__slots__`."""
    found: list[Node] = []
    body = node.child_by_field_name("body")
    for statement in body.named_children if body is not None else ():
        value = statement.named_children[0] if statement.type == "expression_statement" else None
        if value is not None and value.type == "assignment":
            left, right = value.child_by_field_name("left"), value.child_by_field_name("right")
            if right is not None and text_of(left) in names:
                found += _contents(right)
    return found


def _contents(node: Node) -> Iterator[Node]:
    if node.type == "string_content":
        yield node
    elif node.type == "pair":
        yield from _contents(node.named_children[0])
    elif node.type in {"tuple", "list", "set", "dictionary", "string", "parenthesized_expression"}:
        for child in node.named_children:
            yield from _contents(child)


def own_attributes(table: Table) -> dict[int, dict[str, list[Occurrence]]]:
    """By the id of a class's node: the attributes that its methods use of their first parameter."""
    found: defaultdict[int, defaultdict[str, list[Occurrence]]] = defaultdict(lambda: defaultdict(list))
    for one in table.occurrences:
        if one.role is not Role.ATTRIBUTE or one.in_string or one.node.parent is None:
            continue
        target = one.node.parent.child_by_field_name("object")
        if target is None or target.type != "identifier":
            continue
        owner = table.by_start.get(target.start_byte)
        given = receiver(owner.symbol) if owner is not None and owner.symbol is not None else None
        if given is not None:
            found[given[0].node.id][one.name].append(one)
    return {key: dict(value) for key, value in found.items()}


class Classes:
    """Finds classes, what they inherit from, and which of them share a member."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._classes: dict[tuple[str, int], Klass] = {}
        self._bases: dict[Klass, list[Klass | str]] = {}
        self._roots: dict[tuple[Klass, str], tuple[Definition, ...]] = {}
        self._outside: dict[str, Klass | None] = {}

    def of(self, path: str, scope: Scope) -> Klass:
        """The class whose body a scope is."""
        key = (path, scope.node.start_byte)
        if key not in self._classes:
            self._classes[key] = self._made(path, scope)
        return self._classes[key]

    def _made(self, path: str, scope: Scope) -> Klass:
        module = self._resolver.module(path)
        named = scope.node.child_by_field_name("name")
        one = module.table.by_start.get(named.start_byte) if module is not None and named is not None else None
        known = self._resolver.symbol(path, one.symbol) if one is not None and one.symbol is not None else None
        if (
            known is None
            or known.kind == "member"
            or one is None
            or one.symbol is None
            or one.symbol.only(Role.CLASS) is None
        ):
            known = Definition("symbol", text_of(named), path, scope.node.start_byte)
        attributes = module.attributes.get(scope.node.id, {}) if module is not None else {}
        return Klass(path, scope, known, attributes)

    def by_definition(self, definition: Definition) -> Klass | None:
        """The class that a definition of one means, or one of the topmost classes of a member."""
        module = self._resolver.module(definition.path)
        for scope in module.table.scopes.values() if module is not None and definition.kind == "symbol" else ():
            if scope.kind == "class":
                klass = self.of(definition.path, scope)
                if klass.definition == definition:
                    return klass
        return None

    def bases(self, klass: Klass) -> list[Klass | str]:
        """What a class inherits from: classes, the dotted names of what is outside, "?" for what can't be told."""
        if klass not in self._bases:
            self._bases[klass] = []  # against classes that inherit from themselves.
            self._bases[klass] = [self._base(klass, node) for node in base_nodes(klass.scope.node)]
        return self._bases[klass]

    def _base(self, klass: Klass, node: Node) -> Klass | str:
        while node.type == "subscript" and node.named_children:
            node = node.named_children[0]
        value = self._resolver.value(klass.path, node)
        if isinstance(value, ClassValue):
            return value.klass
        if isinstance(value, Outside) and not value.is_instance:
            return self.outside(value.name) or value.name
        return "?"

    def outside(self, name: str) -> Klass | None:
        """The class of a library by its dotted name, where the source of the library is there."""
        head, _, last = name.rpartition(".")
        if name in _ADDED or head in {"builtins", ""}:
            return None
        if name not in self._outside:
            self._outside[name] = None  # against modules that import each other.
            value = self._resolver.library(_SAME.get(head, head), last)
            self._outside[name] = value.klass if isinstance(value, ClassValue) else None
        return self._outside[name]

    def ancestors(self, klass: Klass) -> list[Klass | str]:
        """The class and all that it inherits from, in about the order in which attributes are looked up."""
        found: dict[Klass | str, None] = {}
        self._ascend(klass, found, _DEEPEST)
        return list(found)

    def _ascend(self, klass: Klass | str, found: dict[Klass | str, None], depth: int) -> None:
        # What comes again comes later: a common base follows all that inherit from it.
        found.pop(klass, None)
        found[klass] = None
        for base in self.bases(klass) if isinstance(klass, Klass) and depth else ():
            self._ascend(base, found, depth - 1)

    def roots(self, klass: Klass, name: str) -> tuple[Definition, ...]:
        """The topmost of a class and its ancestors that have a member; they say which classes share it."""
        key = (klass, name)
        if key not in self._roots:
            self._roots[key] = ()
            above: set[Definition] = set()
            for base in self.bases(klass):
                above |= set(self.roots(base, name) if isinstance(base, Klass) else outside_roots(base, name))
            if not above and name in klass.names:
                above = {klass.definition}
            self._roots[key] = tuple(sorted(above))
        return self._roots[key]

    def member(self, klass: Klass, name: str) -> Definition:
        """What an attribute of an object of a class means."""
        roots = self.roots(klass, name)
        if not roots:
            return Definition("attribute", name, within=(klass.definition,))
        return Definition("member", name, within=roots)

    def unseen(self, klass: Klass) -> list[str]:
        """The bases of a class and of its ancestors whose members nobody can see."""
        return [one for one in self.ancestors(klass) if isinstance(one, str) and outside_names(one) is None]

    def holder(self, klass: Klass, name: str) -> Klass | None:
        """The first of a class and its ancestors that has a member."""
        found = (one for one in self.ancestors(klass) if isinstance(one, Klass) and name in one.names)
        return next(found, None)


def base_nodes(node: Node) -> list[Node]:
    """The expressions that a class inherits from."""
    listed = node.child_by_field_name("superclasses")
    kept = listed.named_children if listed is not None else []
    return [one for one in kept if one.type not in {"keyword_argument", "comment"}]


def outside_names(name: str) -> frozenset[str] | None:
    """The members of a built-in class, or of one of `typing` and `abc`; None where they are not known."""
    if name in _ADDED:
        base, added = _ADDED[name]
        return (outside_names(base) or frozenset()) | frozenset(added.split())
    found = getattr(builtins, name.removeprefix("builtins."), None)
    return frozenset(dir(found)) if isinstance(found, type) else None


def outside_roots(name: str, member: str) -> Iterable[Definition]:
    """The root of a member that a class from outside has."""
    has_it = member in (outside_names(name) or frozenset())
    return [Definition("external", f"{name}.{member}")] if has_it else []


def class_of(value: Value | None) -> Klass | None:
    """The class that an attribute of a value is looked up in."""
    return getattr(value, "klass", None)
