"""Which definition a name means, by Python's rules of scope, where that is certain."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.scopes.signatures import Import, imports

if TYPE_CHECKING:
    from tree_sitter import Node

_SCOPES = frozenset({"function_definition", "lambda", "class_definition"})
_IMPORTS = frozenset({"import_statement", "import_from_statement"})
_DEFINITIONS = frozenset({"function_definition", "class_definition"})
_FIELDS = {
    "assignment": "left", "augmented_assignment": "left", "for_statement": "left", "for_in_clause": "left",
    "named_expression": "name",
}  # fmt: skip
_BINDERS = (
    *_FIELDS, *_IMPORTS, *_DEFINITIONS, "as_pattern_target", "parameters", "lambda_parameters", "delete_statement",
    "global_statement", "nonlocal_statement", "case_pattern",
)  # fmt: skip


@dataclass(slots=True)
class Scope:
    """What one function, class or module binds: how often each name, and the definitions and imports.

    `values` are what plain assignments give a name, `kinds` the annotations of names, and `held` what a class's methods
    assign to attributes of `self`; `kinds` has those of `self.…`, too.
    """

    times: Counter[str] = field(default_factory=Counter)
    nodes: dict[str, Node] = field(default_factory=dict)
    imports: dict[str, Import] = field(default_factory=dict)
    values: dict[str, Node] = field(default_factory=dict)
    kinds: dict[str, Node] = field(default_factory=dict)
    held: dict[str, list[Node]] = field(default_factory=dict)

    def only(self, name: str) -> Node | Import | None:
        """The definition or the import of a name that nothing else here binds."""
        if self.times[name] != 1:
            return None
        return self.nodes.get(name) or self.imports.get(name)


class Bindings:
    """The scopes of one text, and the attributes that are assigned somewhere in it."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.attributes: set[str] = set()
        self._scopes: dict[int, Scope] = {}
        for node in place.nodes(_BINDERS):
            self._read(node)

    def of(self, scope: Node) -> Scope:
        """What a function, a class or the module binds."""
        return self._scopes.get(scope.id, _NOTHING)

    @property
    def module(self) -> Scope:
        """What the module binds."""
        return self.of(self.place.tree.tree.root_node)

    def holder(self, name: str, at: Node) -> Scope | None:
        """The function, class or module that binds what a name means at a node; None where nothing does."""
        is_first = True
        for scope in scopes(at):
            # The names of a class are not seen from its methods.
            if (scope.type != "class_definition" or is_first) and self.of(scope).times[name]:
                return self.of(scope)
            is_first = False
        return None

    def meaning(self, name: str, at: Node) -> Node | Import | None:
        """What a name means at a node: a definition or an import, or None where that is not certain."""
        scope = self.holder(name, at)
        return scope.only(name) if scope is not None else None

    def _read(self, node: Node) -> None:
        if node.type in _IMPORTS:
            scope = self._scope(node)
            for found in imports("python", self.place.text(node)):
                scope.times[found.local] += 1
                scope.imports[found.local] = found
        elif node.type in _DEFINITIONS:
            self._define(node)
        elif node.type in {"global_statement", "nonlocal_statement"}:
            for name in self._names(node):
                # It may be bound from here, in a scope further out.
                for outer in scopes(node):
                    self._scopes.setdefault(outer.id, Scope()).times[name] += 2
        else:
            target = node.child_by_field_name(_FIELDS[node.type]) if node.type in _FIELDS else node
            scope = self._scope(node)
            if node.type == "assignment" and target is not None:
                self._assign(node, target, scope)
            elif node.type == "parameters":
                self._annotate(node, scope)
            for name in self._names(target) if target is not None else ():
                scope.times[name] += 1

    def _define(self, node: Node) -> None:
        name = node.child_by_field_name("name")
        if name is None or "overload" in decorators(self.place, node):
            return
        text, scope = self.place.text(name), self._scope(node)
        scope.times[text] += 1
        scope.nodes[text] = node

    def _assign(self, node: Node, target: Node, scope: Scope) -> None:
        value, kind = node.child_by_field_name("right"), node.child_by_field_name("type")
        if target.type == "identifier":
            if value is not None:
                scope.values[self.place.text(target)] = value
            if kind is not None:
                scope.kinds[self.place.text(target)] = kind
        elif target.type == "attribute" and self.place.text(target).startswith("self."):
            owner = next((outer for outer in scopes(node) if outer.type == "class_definition"), None)
            if owner is not None:
                holder, text = self._scopes.setdefault(owner.id, Scope()), self.place.text(target)
                holder.held.setdefault(text, []).append(value if value is not None else node)
                if kind is not None:
                    holder.kinds[text] = kind

    def _annotate(self, listed: Node, scope: Scope) -> None:
        for node in listed.named_children:
            kind = node.child_by_field_name("type")
            if kind is not None:
                named = node.child_by_field_name("name")
                name = named if named is not None else node.named_children[0]
                if name.type == "identifier":
                    scope.kinds[self.place.text(name)] = kind

    def _scope(self, node: Node) -> Scope:
        # Parameters belong to their own function; a function's name to the scope around it.
        outer = next(scopes(node if node.parent is None else node.parent), None)
        return self._scopes.setdefault(outer.id, Scope()) if outer is not None else _NOTHING

    def _names(self, target: Node) -> Iterator[str]:
        """The names that a target binds; attributes that it assigns are noted."""
        stack = [target]
        while stack:
            node = stack.pop()
            if node.type == "identifier":
                yield self.place.text(node)
            elif node.type == "attribute":
                last = node.child_by_field_name("attribute")
                self.attributes |= {self.place.text(last)} if last is not None else set()
            elif node.type in {"default_parameter", "typed_default_parameter", "typed_parameter"}:
                named = node.child_by_field_name("name")
                stack.append(named if named is not None else node.named_children[0])
            elif node.type not in {"subscript", "type", "call"}:
                stack += node.named_children


_NOTHING = Scope()


def scopes(node: Node) -> Iterator[Node]:
    """The functions and classes around a node, innermost first, and the module."""
    current: Node | None = node
    while current is not None:
        outer = current.parent
        # In a text that is broken at its beginning, the outermost node is no module but an error.
        if current.type in _SCOPES or outer is None:
            yield current
        current = outer


def decorators(place: Place, node: Node) -> tuple[str, ...]:
    """The decorators of a definition: the last name of each, without what it is called with."""
    outer = node.parent
    if outer is None or outer.type != "decorated_definition":
        return ()
    texts = (place.text(child) for child in outer.named_children if child.type == "decorator")
    return tuple(text.lstrip("@").split("(")[0].strip().rpartition(".")[2] for text in texts)


def bindings(place: Place) -> Bindings:
    """The bindings of a text, read once."""
    return place.once(Bindings)
