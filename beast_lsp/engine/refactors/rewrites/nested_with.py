"""Merges two nested `with` into one, which the language reference ("The with statement") defines as the nesting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.suites import (
    Suite,
    comments,
    headed,
    lead,
    line_end,
    line_start,
    placed,
    shifted,
    suite,
)

if TYPE_CHECKING:
    from tree_sitter import Node


def merge_with(site: Site) -> Proposal | None:
    """The proposal for a `with` whose whole body is another one; the cursor stands in the line of either."""
    site = placed(site)
    inner = headed(site, "with_statement")
    if inner is None:
        return None
    outer, found = inner, _only_with(site, inner)
    if found is None:
        above = inner.parent.parent if inner.parent is not None and inner.parent.type == "block" else None
        if above is None or above.type != "with_statement" or _only_with(site, above) != inner:
            return None
        outer, found = above, inner
    one, two = suite(site, outer), suite(site, found)
    if one is None or two is None or one.is_inline or _is_async(outer) != _is_async(found):
        return None
    edits = _merged(site, one, two)
    return Proposal("Merge with the nested with", edits) if edits else None


def _is_async(statement: Node) -> bool:
    return any(child.type == "async" for child in statement.children)


def _only_with(site: Site, statement: Node) -> Node | None:
    """The `with` that is all that a statement's body holds."""
    found = suite(site, statement)
    statements = found.statements if found is not None else []
    return statements[0] if len(statements) == 1 and statements[0].type == "with_statement" else None


def _items(statement: Node) -> list[Node]:
    """The items of a `with`; none where parentheses stand around them, or what may be such parentheses."""
    clause = next((child for child in statement.children if child.type == "with_clause"), None)
    items = [child for child in clause.named_children if child.type == "with_item"] if clause is not None else []
    first = items[0].named_children[0].type if items else ""
    has_brackets = clause is None or clause.children[0].type == "(" or first in {"tuple", "parenthesized_expression"}
    return [] if has_brackets else items


def _merged(site: Site, outer: Suite, inner: Suite) -> tuple[Edit, ...]:
    first, second = _items(outer.header), _items(inner.header)
    if not first or not second or comments(inner.header, [inner.block, *second])[1:]:
        return ()
    here = site.path
    pieces: tuple[Piece, ...] = tuple(piece for item in second for piece in (", ", Copy(site.span(item))))
    joined = Edit(Span(here, first[-1].end_byte, first[-1].end_byte), pieces)
    old, new = lead(site, inner.block.start_byte), lead(site, inner.header.start_byte)
    if inner.is_inline:
        return (joined, Edit(Span(here, inner.header.start_byte, inner.block.start_byte), ()))
    remark = site.module.tree.source[inner.colon : line_end(site, inner.colon)].strip().decode()
    header = Span(here, line_start(site, inner.header.start_byte), inner.first)
    gone = Edit(header, (f"{new}{remark}\n",) if remark else ())
    return (joined, gone, *shifted(site, inner.first, inner.end, old, new))


MERGE_WITH = Refactoring("merge-with", "refactor.rewrite", merge_with)
