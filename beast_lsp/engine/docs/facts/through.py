"""The facts of a Python function with what the workspace adds: exceptions of what it calls, and what it overrides.

A call is followed where it is certain what it calls. What that raises, by its own statements or through its own calls,
leaves this function unless a handler around the call catches it. Calls in a circle add nothing.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import ClassFacts, FunctionFacts, ModuleFacts, Raised
from beast_lsp.engine.docs.facts.python import local_class, local_facts, module_facts
from beast_lsp.engine.docs.facts.raising import builtin_ancestors, is_caught, raises
from beast_lsp.engine.docs.facts.syntax import own_nodes, owner, qualified_name
from beast_lsp.engine.scopes.resolution.definition import ClassValue, FunctionValue
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.engine.scopes.resolution.members import Klass

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program

_DEPTH = 1  # What calls of calls raise is mostly ruled out by what they are given on the way.
_MOST_CALLS = 60  # calls of one function that are followed.


class Reader:
    """Reads the facts of one moment of a workspace; what was read once is kept. Used by one thread at a time."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._raised: dict[tuple[str, int, int], tuple[Raised, ...]] = {}

    def function(self, path: str, node: Node) -> FunctionFacts:
        """The facts of a function of the file at a path, by its `function_definition`."""
        facts = local_facts(node, partial(self.ancestors, path))
        own = {one.name for one in facts.raises}
        passed = [one for one in self._passed(path, node, _DEPTH, ()) if one.name not in own]
        return replace(facts, raises=(*facts.raises, *passed), overrides=self._overridden(path, node))

    def klass(self, path: str, node: Node) -> ClassFacts:
        """The facts of a class, by its `class_definition`."""
        facts = local_class(node)
        body = node.child_by_field_name("body")
        made = [one for one in _functions(body) if text_of(one.child_by_field_name("name")) == "__init__"]
        return replace(facts, constructor=self.function(path, made[0])) if made else facts

    def module(self, path: str) -> ModuleFacts | None:
        """The facts of a file; None where it is no module of Python."""
        module = self._program.module(path)
        if module is None or module.tree.language != "python":
            return None
        return module_facts(path, module.tree.tree.root_node)

    def ancestors(self, path: str, name: str) -> frozenset[str]:
        """The last names of the classes that an exception inherits from, by the name that a file has for it."""
        klass = self._class_named(path, name)
        if klass is None:
            return builtin_ancestors(name)
        found = {name.rpartition(".")[2]}
        for one in self._program.classes.ancestors(klass):
            last = one.name if isinstance(one, Klass) else one.rpartition(".")[2]
            found |= {last} if isinstance(one, Klass) else builtin_ancestors(last)
        return frozenset(found)

    def _class_named(self, path: str, name: str) -> Klass | None:
        """The class of the workspace that a file calls by a dotted name."""
        head, *rest = name.split(".")
        module = self._program.module(path)
        symbol = module.table.module.symbols.get(head) if module is not None else None
        if module is None or symbol is None:
            return None
        value = self._program.value(path, symbol.occurrences[0].node)
        for part in rest:
            if value is None:
                return None
            value = self._program.member(value, part)
        return value.klass if isinstance(value, ClassValue) else None

    def _passed(self, path: str, node: Node, depth: int, above: tuple[tuple[str, int], ...]) -> tuple[Raised, ...]:
        """What leaves a function because functions that it calls raise it; `above` are those whose calls led here."""
        key = (path, node.start_byte, depth)
        if key not in self._raised:
            self._raised[key] = ()  # against calls in a circle.
            self._raised[key] = tuple(self._through_calls(path, node, depth, (*above, key[:2])))
        return self._raised[key]

    def _through_calls(self, path: str, node: Node, depth: int, above: tuple[tuple[str, int], ...]) -> list[Raised]:
        found: dict[str, Raised] = {}
        calls = [one for one in own_nodes(node) if one.type == "call"] if depth else []
        for call in calls[:_MOST_CALLS]:
            target = self.called(path, call)
            if target is None or (target[0], target[1].start_byte) in above or _changes(target[1]):
                continue
            inner_path, inner = target
            named = partial(self.ancestors, inner_path)
            for one in (*raises(inner, named), *self._passed(inner_path, inner, depth - 1, above)):
                if one.name not in found and not is_caught(call, node, one.name, named):
                    found[one.name] = Raised(one.name, "", call.start_point.row + 1, qualified_name(inner))
        return list(found.values())

    def called(self, path: str, call: Node) -> tuple[str, Node] | None:
        """The function of the workspace that a call surely calls, a class's constructor included: its file and node."""
        target = call.child_by_field_name("function")
        value = self._program.value(path, target) if target is not None else None
        if isinstance(value, FunctionValue) and value.scope.kind == "function":
            return value.path, value.scope.node
        if isinstance(value, ClassValue) and value.is_exact:
            holder = self._program.classes.holder(value.klass, "__init__")
            body = holder.scope.node.child_by_field_name("body") if holder is not None else None
            made = [one for one in _functions(body) if text_of(one.child_by_field_name("name")) == "__init__"]
            return (holder.path, made[0]) if holder is not None and made else None
        return None

    def overridden(self, path: str, node: Node) -> tuple[str, Node] | None:
        """The method of a base class that a method takes the place of: its file and node."""
        klass, name = owner(node), text_of(node.child_by_field_name("name"))
        module = self._program.module(path)
        scope = module.table.scopes.get(klass.id) if module is not None and klass is not None else None
        if scope is None or name == "__init__":
            return None
        own = self._program.classes.of(path, scope)
        for one in self._program.classes.ancestors(own):
            if isinstance(one, Klass) and one is not own:
                body = one.scope.node.child_by_field_name("body")
                found = [each for each in _functions(body) if text_of(each.child_by_field_name("name")) == name]
                if found:
                    return one.path, found[0]
        return None

    def _overridden(self, path: str, node: Node) -> str:
        found = self.overridden(path, node)
        return qualified_name(found[1]) if found is not None else ""


def _functions(body: Node | None) -> list[Node]:
    """The functions that stand directly in a class's body."""
    found = []
    for one in body.named_children if body is not None else ():
        inner = one.child_by_field_name("definition") if one.type == "decorated_definition" else one
        if inner is not None and inner.type == "function_definition":
            found.append(inner)
    return found


def _changes(node: Node) -> bool:
    """Whether calling a function does not run its body at once: a generator, a coroutine, or one that is decorated."""
    known = {"staticmethod", "classmethod", "override", "final"}
    if any(text_of(one).rpartition(".")[2] not in known for one in decorators(node)):
        return True
    return any(one.type == "yield" for one in own_nodes(node))
