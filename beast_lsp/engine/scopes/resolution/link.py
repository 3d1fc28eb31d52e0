"""From names with a scope and a role to symbols: which definition each name means."""

from __future__ import annotations

import builtins

from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Role, Scope, Symbol, Table

_NO_NAMES = frozenset({Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED})
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__path__", "__spec__", "__builtins__", "__class__"}
"""Names that are there without being bound, of the newest Python that may run us."""


def link(table: Table) -> None:
    """Gives every occurrence its symbol, and every scope its symbols."""
    table.occurrences.sort(key=lambda one: one.start)
    names = [one for one in table.occurrences if one.role not in _NO_NAMES]
    for one in names:
        if one.role in BINDS:
            _bind(one, table.module)
    for one in names:
        one.symbol = _meaning(one.name, one.scope, table.module)
        if one.symbol is not None:
            one.symbol.occurrences.append(one)
    table.by_start = {one.start: one for one in table.occurrences}
    _mark_ambiguous(names, table.module)


def _bind(one: Occurrence, module: Scope) -> None:
    """Makes the symbol in the scope that binds the name; what is declared nonlocal is bound further out."""
    scope = one.scope
    if one.name in scope.declared_nonlocal:
        return
    if one.name in scope.declared_global:
        scope = module
    scope.symbols.setdefault(one.name, Symbol(one.name, scope))


def _meaning(name: str, scope: Scope, module: Scope) -> Symbol | None:
    """The symbol that a name means in a scope; None where nothing in the file binds it."""
    is_near = True  # a class is seen from its own body, not from the functions in it.
    for outer in scope.outwards():
        if name in outer.declared_global:
            return module.symbols.get(name)
        is_seen = is_near or outer.kind != "class"
        if is_seen and name not in outer.declared_nonlocal and name in outer.symbols:
            return outer.symbols[name]
        is_near = is_near and outer.kind == "type"
    return None


def _mark_ambiguous(names: list[Occurrence], module: Scope) -> None:
    """Marks what is read where it may not be bound yet, while an outer scope has the name, too."""
    for one in names:
        symbol = one.symbol
        if symbol is None or one.role not in {Role.READ, Role.UPDATE, Role.DELETE} or one.in_string:
            continue
        scope = symbol.scope
        if one.scope is not scope or scope.kind not in {"class", "module"}:
            continue
        outer = scope.parent and _meaning(one.name, scope.parent, module)
        is_early = one.start < _bound_from(symbol.binders()[0])
        if outer is not None or (is_early and one.name in BUILTINS):
            symbol.is_ambiguous = True


def _bound_from(one: Occurrence) -> int:
    """Where in the text a name is bound from: an assignment evaluates its right side before."""
    outer = one.node.parent
    return outer.end_byte if outer is not None and outer.type == "assignment" else one.start
