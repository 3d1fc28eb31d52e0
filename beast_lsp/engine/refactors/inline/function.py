"""Inline function: a call becomes what the function does; at the definition, every call, and the function goes.

A function of one `return` becomes an expression; one whose only `return` is its last statement becomes statements,
where its call is a statement, or what a statement assigns or returns.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.inline.callee import Callee, callee_of
from beast_lsp.engine.refactors.inline.calling import Arguments, arguments_of
from beast_lsp.engine.refactors.inline.statements import inlined_statements
from beast_lsp.engine.refactors.proposal import Copy, Edit, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.placing import needs_brackets
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


def inline_function(site: Site) -> Proposal | None:
    """Inlines the call at the cursor, or, at the definition, all calls."""
    one = site.module.table.at(site.start)
    symbol = one.symbol if one is not None else None
    definition = symbol.only(Role.FUNCTION) if symbol is not None else None
    if one is None or symbol is None or definition is None or symbol.scope.kind == "class":
        return None
    is_call = one.role is Role.READ and _call_of(one) is not None
    if one is not definition and not is_call:
        return None
    callee = callee_of(site, definition)
    if one is definition:
        return _inline_all(site, symbol, definition, callee)
    return Proposal("Inline call", tuple(_inlined(site, callee, one)), splits=callee.splits, gone=callee.splits)


INLINE_FUNCTION = Refactoring("inline-function", "refactor.inline", inline_function)


def _inline_all(site: Site, symbol: Symbol, definition: Occurrence, callee: Callee) -> Proposal:
    uses = [one for one in symbol.occurrences if one is not definition]
    for one in uses:
        if one.role is not Role.READ or _call_of(one) is None or one.in_string:
            line = site.module.tree.position(one.node.start_point).line + 1
            raise RefactoringRefused(
                f"`{symbol.name}` is more than called in line {line}.", hint="Inline single calls instead."
            )
    if not uses:
        raise RefactoringRefused(f"`{symbol.name}` is not called in this file.", hint="Delete it, if nobody uses it.")
    edits = [edit for one in uses for edit in _inlined(site, callee, one)]
    removed = Edit(_whole_lines(site, callee.node), ())
    return Proposal("Inline function", (removed, *edits), splits=callee.splits, gone=callee.splits)


def _whole_lines(site: Site, node: Node) -> Span:
    """A definition with its lines, and the blank lines after it."""
    source = site.module.tree.source
    start, end = source.rfind(b"\n", 0, node.start_byte) + 1, source.find(b"\n", node.end_byte)
    if source[start : node.start_byte].strip() or (end >= 0 and source[node.end_byte : end].strip()):
        raise RefactoringRefused("The definition shares its lines with other code.")
    end = len(source) if end < 0 else end + 1
    following = node.next_named_sibling
    if following is None and node.parent is not None and node.parent.type == "block":
        if node.prev_named_sibling is None:
            raise RefactoringRefused("Nothing would be left in the block that holds the definition.")
        return Span(site.path, start, end)
    while source[end : end + 1] == b"\n" or source[end : end + 2] == b"\r\n":
        end += 1 if source[end : end + 1] == b"\n" else 2
    return Span(site.path, start, end)


def _call_of(one: Occurrence) -> Node | None:
    """The call of which a name is the function."""
    outer = one.node.parent
    is_callee = outer is not None and outer.type == "call" and outer.child_by_field_name("function") == one.node
    return outer if is_callee else None


def _inlined(site: Site, callee: Callee, use: Occurrence) -> list[Edit]:
    """The edits that put the function's code in the place of one call."""
    call = _call_of(use)
    if call is None:
        raise RefactoringRefused(f"`{use.name}` is not called here.")
    if callee.node.start_byte <= use.start < callee.node.end_byte:
        raise RefactoringRefused(f"`{use.name}` calls itself.")
    given = arguments_of(site, callee, call)
    if callee.expression is not None:
        return [_inlined_expression(site, callee, callee.expression, call, given)]
    return inlined_statements(site, callee, call, given)


def _inlined_expression(site: Site, callee: Callee, value: Node, call: Node, given: Arguments) -> Edit:
    given.check_expression(value)
    edits = tuple(given.placed(one) for one in callee.reads_in(value))
    copy = Copy(Span(site.path, value.start_byte, value.end_byte), edits)
    needs = needs_brackets(site, value, call)
    return Edit(site.span(call), ("(", copy, ")") if needs else (copy,))
