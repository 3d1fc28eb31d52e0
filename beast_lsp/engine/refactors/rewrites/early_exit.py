"""Less nesting by leaving early: an `if` becomes a guard clause, and an `else` behind a jump goes.

Running off the end of a function returns None, and off the end of a loop's body goes on with the next round: `return`
and `continue` say the same (language reference, "The return statement", "The continue statement").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.negation import negated
from beast_lsp.engine.refactors.text.suites import (
    Suite,
    always_leaves,
    headed,
    lead,
    line_end,
    line_start,
    placed,
    runs_next,
    shifted,
    suite,
    unit,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def guard_clause(site: Site) -> Proposal | None:
    """The proposal for an `if` at the end of a function or loop, or one whose `else` always leaves."""
    site = placed(site)
    clause = headed(site, "if_statement")
    body = suite(site, clause) if clause is not None else None
    condition = clause.child_by_field_name("condition") if clause is not None else None
    if clause is None or body is None or condition is None:
        return None
    rest = clause.children_by_field_name("alternative")
    if not rest and not always_leaves(body.block) and (jump := runs_next(clause)):
        guard: tuple[Piece, ...] = (f"{lead(site, clause.start_byte)}{unit(site)}{jump}\n",)
        return Proposal("Make it a guard clause", (*negated(site, condition), *_guarded(site, body, guard, body.end)))
    other = suite(site, rest[0]) if len(rest) == 1 and rest[0].type == "else_clause" else None
    if other is None or not always_leaves(other.block) or always_leaves(body.block):
        return None
    edits = _guarded(site, body, (*_remarks(site, body, other), *_lines(site, other)), other.end)
    return Proposal("Make it a guard clause", (*negated(site, condition), *edits))


def _lines(site: Site, other: Suite) -> tuple[Piece, ...]:
    """The lines of an `else`, as a suite of their own; the remark behind its colon comes first."""
    indent = lead(site, other.header.start_byte) + unit(site)
    if other.is_inline:
        return (indent, Copy(Span(site.path, other.first, other.end)), "\n")
    remark = _remark(site, other)
    above = f"{lead(site, other.block.start_byte)}{remark}\n" if remark else ""
    return (above, Copy(Span(site.path, other.first, other.end)), "\n")


def _remarks(site: Site, body: Suite, other: Suite) -> list[Piece]:
    """The comments between a body and the `else` that they speak of."""
    indent = lead(site, other.header.start_byte) + unit(site)
    between = site.module.tree.source[body.end : other.header.start_byte].decode().splitlines()
    return [f"{indent}{line.strip()}\n" for line in between if line.strip()]


def _remark(site: Site, found: Suite) -> str:
    """The comment behind a suite's colon."""
    return site.module.tree.source[found.colon : line_end(site, found.colon)].strip().decode()


def _guarded(site: Site, body: Suite, guard: tuple[Piece, ...], end: int) -> list[Edit]:
    """The edits that put a guard's suite behind the header, move the body out, and take what follows, up to `end`."""
    outer, here = lead(site, body.header.start_byte), site.path
    gone = [Edit(Span(here, body.end, end), ())] if end > body.end else []
    if body.is_inline:
        return [Edit(Span(here, body.colon, body.first), ("\n", *guard, outer)), *gone]
    inner = lead(site, body.block.start_byte)
    moved = shifted(site, body.first, body.end, inner, outer)
    return [Edit(Span(here, body.first, body.first), guard), *moved, *gone]


def remove_else(site: Site) -> Proposal | None:
    """The proposal for the `else` of an `if` whose branches all leave, or for an `elif` behind one that does."""
    site = placed(site)
    clause = headed(site, "if_statement", "elif_clause", "else_clause")
    whole = clause.parent if clause is not None and clause.type != "if_statement" else clause
    if clause is None or whole is None or whole.type != "if_statement":
        return None
    rest = whole.children_by_field_name("alternative")
    target = rest[-1] if clause == whole and rest else clause
    before = [whole, *(each for each in rest if each.start_byte < target.start_byte)]
    if target == whole or not all(_leaves(site, each) for each in before):
        return None
    if target.type == "elif_clause":
        start = target.start_byte
        return Proposal("Replace elif by if", (Edit(Span(site.path, start, start + len("elif")), ("if",)),))
    other = suite(site, target)
    return Proposal("Remove the else", tuple(_unwrapped(site, other))) if other is not None else None


def _leaves(site: Site, clause: Node) -> bool:
    found = suite(site, clause)
    return found is not None and always_leaves(found.block)


def _unwrapped(site: Site, other: Suite) -> list[Edit]:
    """The edits that move the body of an `else` out; the remark behind its colon stays above it."""
    outer, here = lead(site, other.header.start_byte), site.path
    start = line_start(site, other.header.start_byte)
    if other.is_inline:
        return [Edit(Span(here, other.header.start_byte, other.first), ())]
    remark = _remark(site, other)
    header = Edit(Span(here, start, other.first), (f"{outer}{remark}\n",) if remark else ())
    return [header, *shifted(site, other.first, other.end, lead(site, other.block.start_byte), outer)]


GUARD_CLAUSE = Refactoring("guard-clause", "refactor.rewrite", guard_clause)
REMOVE_ELSE = Refactoring("remove-else", "refactor.rewrite", remove_else)
