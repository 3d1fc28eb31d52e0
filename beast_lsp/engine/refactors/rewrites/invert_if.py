"""Inverts an `if`: its condition is negated and its branches change places.

The order of evaluation stays: the condition is evaluated once, and its truth is asked once (`negation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.negation import negated
from beast_lsp.engine.refactors.text.suites import (
    Suite,
    always_leaves,
    following,
    headed,
    lead,
    line_end,
    line_start,
    placed,
    suite,
    unit,
)

if TYPE_CHECKING:
    from tree_sitter import Node

_TITLE = "Invert the condition"


def invert_if(site: Site) -> Proposal | None:
    """The proposal for the `if` or `elif` in whose line, or in whose `else`, the cursor stands."""
    site = placed(site)
    clause = _clause(site)
    first = suite(site, clause) if clause is not None else None
    condition = clause.child_by_field_name("condition") if clause is not None else None
    if clause is None or first is None or condition is None:
        return None
    rest = _rest(clause)
    if not rest:
        moved = _with_tail(site, first)
    elif rest[0].type == "elif_clause":
        moved = _nested(site, first, rest)
    else:
        moved = _swapped(site, first, rest[0])
    return Proposal(_TITLE, (*negated(site, condition), *moved)) if moved else None


def _clause(site: Site) -> Node | None:
    found = headed(site, "if_statement", "elif_clause", "else_clause")
    if found is None or found.type != "else_clause":
        return found
    before = found.prev_named_sibling
    while before is not None and before.type not in {"elif_clause", "block"}:
        before = before.prev_named_sibling
    if found.parent is None or found.parent.type != "if_statement" or before is None:
        return None
    return before if before.type == "elif_clause" else found.parent


def _rest(clause: Node) -> list[Node]:
    """The clauses that come after one."""
    if clause.type == "if_statement":
        return clause.children_by_field_name("alternative")
    whole = clause.parent
    clauses = whole.children_by_field_name("alternative") if whole is not None else []
    return [each for each in clauses if each.start_byte > clause.start_byte]


def _swapped(site: Site, first: Suite, other: Node) -> list[Edit]:
    """The edits that let two suites change places, with the comments behind their colons."""
    second = suite(site, other)
    if second is None:
        return []
    one, two = Span(site.path, first.colon, first.end), Span(site.path, second.colon, second.end)
    return [*_remarks(site, first, other), Edit(one, (Copy(two),)), Edit(two, (Copy(one),))]


def _remarks(site: Site, first: Suite, other: Node) -> list[Edit]:
    """The edits that move comments between a suite and the next clause, which speak of that clause, to the front."""
    start, end = line_end(site, first.end, with_break=True), line_start(site, other.start_byte)
    if not site.module.tree.source[start:end].strip():
        return []
    front = line_start(site, first.header.start_byte)
    lines = Span(site.path, start, end)
    return [Edit(Span(site.path, front, front), (Copy(lines),)), Edit(lines, ())]


def _nested(site: Site, first: Suite, rest: list[Node]) -> list[Edit]:
    """The edits that put the rest of an `elif` chain into the first branch, and the first suite behind it."""
    last = suite(site, rest[-1])
    if last is None:
        return []
    indent = lead(site, rest[0].start_byte)
    chain = Span(site.path, line_start(site, rest[0].start_byte), last.end)
    inner = indent + unit(site)
    behind = Span(site.path, rest[0].start_byte + len("elif"), last.end)
    own = Span(site.path, first.colon, first.end)
    pieces: tuple[Piece, ...] = (f"{indent}else:", Copy(own))
    nested = Edit(own, (f"\n{inner}if", Copy(behind, indent=inner)))
    return [*_remarks(site, first, rest[0]), nested, Edit(chain, pieces)]


def _with_tail(site: Site, first: Suite) -> list[Edit]:
    """The edits that exchange a branch that always leaves for the rest of the block, which always leaves as well."""
    behind = following(first.header)
    statements = [each for each in behind if each.type != "comment"]
    block = first.header.parent
    if first.header.type != "if_statement" or first.is_inline or not statements or block is None:
        return []
    if not always_leaves(first.block) or not always_leaves(block):
        return []
    start = line_start(site, behind[0].start_byte)
    tail, own = Span(site.path, start, line_end(site, behind[-1].end_byte)), Span(site.path, first.first, first.end)
    indent = lead(site, first.header.start_byte)
    return [Edit(own, (Copy(tail, indent=indent + unit(site)),)), Edit(tail, (Copy(own, indent=indent),))]


INVERT_IF = Refactoring("invert-if", "refactor.rewrite", invert_if)
