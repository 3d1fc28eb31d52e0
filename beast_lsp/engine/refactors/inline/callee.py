"""A function whose code may stand in the place of its calls. Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import within
from beast_lsp.engine.refactors.proof.flow import inside
from beast_lsp.engine.refactors.proposal import Span
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_PLAIN = frozenset({"identifier", "typed_parameter", "default_parameter", "typed_default_parameter"})
_MARKS = frozenset({"keyword_separator", "positional_separator", "comment"})


@dataclass(frozen=True, eq=False)
class Callee:
    """A function: its parameters with their defaults, and its body without the docstring.

    `expression` is what it returns where it does nothing else.
    """

    site: Site
    name: str
    node: Node
    scope: Scope
    parameters: dict[str, Node | None]
    body: list[Node]

    @property
    def expression(self) -> Node | None:
        """What a function of one `return` returns."""
        only = self.body[0] if len(self.body) == 1 and self.body[0].type == "return_statement" else None
        return only.named_children[0] if only is not None and only.named_children else None

    @property
    def result(self) -> Node | None:
        """The `return` that ends it."""
        return self.body[-1] if self.body and self.body[-1].type == "return_statement" else None

    @property
    def splits(self) -> frozenset[Span]:
        """The names that its own variables have; they disappear, or become variables of who called."""
        symbols = [one for scope in _inner(self.scope) for one in scope.symbols.values()]
        found = [one.occurrences[0] for one in symbols if one.occurrences]
        return frozenset(Span(self.site.path, one.start, one.end) for one in found)

    def reads_in(self, node: Node) -> list[Occurrence]:
        """Where a part of its code reads parameters."""
        symbols = self.scope.symbols
        names = within(self.site, node.start_byte, node.end_byte)
        return [
            one
            for one in names
            if one.name in self.parameters and one.symbol is symbols.get(one.name) and one.role is Role.READ
        ]

    def symbol(self, name: str) -> Symbol:
        """The variable that a parameter is."""
        return self.scope.symbols[name]


def _inner(scope: Scope) -> list[Scope]:
    found, stack = [], [scope]
    while stack:
        one = stack.pop()
        found.append(one)
        stack += one.children
    return found


def callee_of(site: Site, definition: Occurrence) -> Callee:
    """The function that a name defines. Raises RefactoringRefused for one whose calls can't be replaced by its code."""
    node = definition.node.parent
    body = node.child_by_field_name("body") if node is not None else None
    if node is None or body is None:
        raise RefactoringRefused("The definition can't be read.")
    name = definition.name
    if node.parent is not None and node.parent.type == "decorated_definition":
        raise RefactoringRefused(f"`{name}` is decorated, so that its calls run more than its code.")
    statements = [child for child in body.named_children if child.type != "comment"]
    if statements and _is_docstring(statements[0]):
        statements = statements[1:]
    found = Callee(site, name, node, site.module.table.scopes[node.id], _parameters(site, node), statements)
    _check(found)
    return found


def _is_docstring(node: Node) -> bool:
    return node.type == "expression_statement" and node.named_children[0].type in {"string", "concatenated_string"}


def _parameters(site: Site, node: Node) -> dict[str, Node | None]:
    """The names of the parameters, with their defaults."""
    found: dict[str, Node | None] = {}
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        named = child.child_by_field_name("name")
        if named is None:
            named = child.named_children[0] if child.type == "typed_parameter" else child
        if child.type in _MARKS:
            continue
        if child.type not in _PLAIN or named.type != "identifier":
            raise RefactoringRefused("It takes any number of arguments (`*` or `**`).")
        found[site.text(named)] = child.child_by_field_name("value")
    return found


def _check(callee: Callee) -> None:
    node, name = callee.node, callee.name
    if any(child.type == "async" for child in node.children):
        raise RefactoringRefused(f"`{name}` is asynchronous.")
    if any(True for child in callee.body for _ in inside(child, {"yield"})):
        raise RefactoringRefused(f"`{name}` is a generator, whose code runs when it is asked for values.")
    if callee.scope.is_dynamic:
        raise RefactoringRefused(f"`{name}` calls `locals()`, `eval` or the like, which see its variables.")
    returns = [one for child in callee.body for one in inside(child, {"return_statement"})]
    if any(one != callee.result for one in returns):
        raise RefactoringRefused(f"`{name}` returns from the middle of its code.")
    if callee.expression is None:
        _check_scopes(callee)


def _check_scopes(callee: Callee) -> None:
    """Statements that move to another function leave their variables there."""
    if callee.scope.declared_global or callee.scope.declared_nonlocal:
        raise RefactoringRefused(f"`{callee.name}` declares names `global` or `nonlocal`.")
    for symbol in callee.scope.symbols.values():
        inner = [one for one in symbol.occurrences if one.scope.function is not callee.scope]
        if inner:
            raise RefactoringRefused(f"A function within `{callee.name}` keeps its variable `{symbol.name}`.")
        if any(one.role is Role.DELETE for one in symbol.occurrences):
            raise RefactoringRefused(f"`{callee.name}` deletes `{symbol.name}`.")
