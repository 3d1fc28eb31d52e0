"""From names with a scope and a role to symbols: which definition each name means."""

from __future__ import annotations

import builtins

from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Role, Scope, Symbol, Table

_NO_NAMES = frozenset({Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED})
BUILTINS = frozenset(dir(builtins)) | {"__file__", "__name__", "__path__", "__spec__", "__builtins__", "__class__"}
"""Names that are there without being bound, of the newest Python that may run us."""

# What a binding consists of, up to its statement.
_PLAIN = frozenset(
    {
        "expression_statement", "assignment", "pattern_list", "tuple_pattern", "list_pattern", "list_splat_pattern",
        "function_definition", "class_definition", "decorated_definition", "import_statement", "import_from_statement",
        "aliased_import", "dotted_name",
    }
)  # fmt: skip


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
        # What a class body binds is looked up there and in the module, never in a function around it.
        outer = module.symbols.get(one.name) if scope.kind == "class" else None
        if (outer is not None or one.name in BUILTINS) and not _is_bound_before(one, symbol):
            symbol.is_ambiguous, symbol.outer = True, outer


def _is_bound_before(one: Occurrence, symbol: Symbol) -> bool:
    """Whether a name is bound for sure when it is read: by a statement that its body ran as a whole before."""
    node = symbol.binders()[0].node
    while node.parent is not None and node.parent.type in _PLAIN:
        node = node.parent
    body = node.parent
    if body is not None and body.type == "for_statement" and node == body.child_by_field_name("left"):
        inner = body.child_by_field_name("body")
        return inner is not None and inner.start_byte <= one.start < inner.end_byte
    is_own = body is not None and (body.type == "module" or body.parent == symbol.scope.node)
    is_kept = all(each.role is not Role.DELETE for each in symbol.occurrences)
    return is_own and is_kept and node.end_byte <= one.start
