"""Who may see a variable's value: code that reads it later, and code that looks while it is still being made. Python.

Each answer errs to the side of refusing: "no" only where the form of the code shows it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.values import is_builtin
from beast_lsp.engine.refactors.text.suites import always_leaves, descendants
from beast_lsp.engine.scopes.resolution.table import Role

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Scope, Symbol

_READS = frozenset({Role.READ, Role.UPDATE, Role.DELETE})
_LOOPS = frozenset({"for_statement", "while_statement"})
_EAGER = ("all", "any", "dict", "frozenset", "list", "max", "min", "set", "sorted", "sum", "tuple")


def contains(outer: Node, inner: Node) -> bool:
    """Whether a node lies within another one, or is it."""
    return outer.start_byte <= inner.start_byte and inner.end_byte <= outer.end_byte


def frame_of(site: Site, node: Node) -> Scope:
    """The function, lambda, class or module whose frame runs a node."""
    return site.module.table.scope_of(node).function


def escapes(symbol: Symbol, loop: Node, frame: Scope) -> bool:
    """Whether the value that a loop leaves in its variable may be read after the loop, or from elsewhere."""
    for one in symbol.occurrences:
        if contains(loop, one.node):
            continue
        if one.role is Role.DECLARE or one.in_string or (one.role in _READS and one.scope.function is not frame):
            return True
        if one.role in _READS and not _is_cut_off(one, loop, frame):
            return True
    return False


def _is_cut_off(one: Occurrence, loop: Node, frame: Scope) -> bool:
    """Whether a read never sees the value that a loop left: it does not come after it, or there is a newer value."""
    node, outer = one.node, one.node.parent
    while outer is not None and node != frame.node:
        if outer.type in {"block", "module"} and (known := _before(node, loop, one.name)) is not None:
            return known
        if outer.type == "for_statement" and outer.child_by_field_name("body") == node and _targets(outer, one.name):
            return True
        if outer.type in _LOOPS | {"try_statement"} and contains(outer, loop):
            return False
        node, outer = outer, outer.parent
    return True


def _before(node: Node, loop: Node, name: str) -> bool | None:
    """Whether the statements before a node give the name a value since the loop; None where they have neither."""
    before = node.prev_named_sibling
    while before is not None:
        if contains(before, loop):
            return False
        if _rebinds(before, name):
            return True
        before = before.prev_named_sibling
    return None


def _targets(loop: Node, name: str) -> bool:
    """Whether a loop gives a name its value."""
    target = loop.child_by_field_name("left")
    found = descendants(target) if target is not None else ()
    return any(node.type == "identifier" and (node.text or b"").decode() == name for node in found)


def _rebinds(statement: Node, name: str) -> bool:
    """Whether a statement surely gives a name another value."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment" or inner.child_by_field_name("right") is None:
        return False
    target = inner.child_by_field_name("left")
    return target is not None and target.type == "identifier" and (target.text or b"").decode() == name


def is_seen(site: Site, symbol: Symbol, loop: Node, frame: Scope) -> bool:
    """Whether anybody may look at a variable of a frame while a loop fills it, or after the loop was broken off."""
    if symbol.scope is not frame:
        return True
    for one in symbol.occurrences:
        if one.scope.function is not frame or _is_lazy(site, one.scope.node) or one.role is Role.DECLARE:
            return True
    inner, outer = loop, loop.parent
    reads = [one.node for one in symbol.occurrences if one.role in _READS and not contains(loop, one.node)]
    while outer is not None and inner != frame.node:
        if outer.type == "try_statement" and _after_error(outer, inner, reads):
            return True
        if outer.type == "with_statement" and not _lets_errors_pass(site, outer):
            return any(not contains(inner, read) for read in reads)
        inner, outer = outer, outer.parent
    return False


def _after_error(statement: Node, part: Node, reads: list[Node]) -> bool:
    """Whether what a `try` runs after an error in one part of it leads to a read."""
    clauses = [child for child in statement.children if child.type.startswith(("except", "finally"))]
    if any(contains(clause, read) for clause in clauses for read in reads):
        return True
    handlers = [clause for clause in clauses if clause.type.startswith("except")]
    if part.type != "block" or all(_ends_frame(clause) for clause in handlers):
        return False
    return any(not contains(statement, read) or read.end_byte < part.start_byte for read in reads)


def _ends_frame(clause: Node) -> bool:
    """Whether a handler always raises or returns."""
    block = next((child for child in clause.children if child.type == "block"), None)
    if block is None or not always_leaves(block):
        return False
    return not any(node.type in {"break_statement", "continue_statement"} for node in descendants(block))


def _lets_errors_pass(site: Site, statement: Node) -> bool:
    """Whether a `with` surely swallows no error: all that it enters are files."""
    clause = next(child for child in statement.children if child.type == "with_clause")
    for item in clause.named_children:
        value = item.child_by_field_name("value") if item.type == "with_item" else None
        value = value.named_children[0] if value is not None and value.type == "as_pattern" else value
        called = value.child_by_field_name("function") if value is not None and value.type == "call" else None
        if item.type != "comment" and (called is None or not is_builtin(site, called, "open")):
            return False
    return True


def is_captured(site: Site, symbol: Symbol, within: Node, frame: Scope) -> bool:
    """Whether something that may run later, a function or a generator, keeps a variable that `within` gives a value."""
    uses = (one for one in symbol.occurrences if contains(within, one.node))
    return any(_is_kept(site, one.scope, symbol.scope, frame) for one in uses)


def _is_kept(site: Site, scope: Scope, own: Scope, frame: Scope) -> bool:
    if scope.function is not frame:
        return True
    inner: Scope | None = scope
    while inner is not None and inner is not own:
        if _is_lazy(site, inner.node):
            return True
        inner = inner.parent
    return False


def _is_lazy(site: Site, node: Node) -> bool:
    """Whether a node is a generator that is not used up at once."""
    if node.type != "generator_expression":
        return False
    call = node.parent
    if call is not None and call.type == "argument_list":
        call = call.parent
    called = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    return called is None or not is_builtin(site, called, *_EAGER)


def is_inert(site: Site, node: Node) -> bool:
    """Whether evaluating an expression can't be noticed, and no other code can change what it gives."""
    if node.type in {"integer", "float", "true", "false", "none"}:
        return True
    if node.type == "string":
        return all(child.type != "interpolation" for child in node.children)
    found = site.module.table.by_start.get(node.start_byte) if node.type == "identifier" else None
    symbol = found.symbol if found is not None else None
    if symbol is None:
        return False
    return not symbol.scope.is_dynamic and all(one.scope.function is symbol.scope.function for one in symbol.binders())
