"""Edits that take statements away, and entries of `__all__`. Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Span
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.text.list_edits import Item, list_edits
from beast_lsp.engine.refactors.text.suites import line_end, line_start, stands_alone
from beast_lsp.engine.refactors.uses.call_sites import Use, site_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program

PUBLIC_NOTE = "It is taken out of `__all__`: code outside of the workspace may use it."
"""What the user should know where an entry of `__all__` goes."""

_LISTS = frozenset({"list", "tuple", "set"})


def statement_of_definition(node: Node) -> Node:
    """A definition with its decorators."""
    outer = node.parent
    return outer if outer is not None and outer.type == "decorated_definition" else node


def deleted_statement(site: Site, statement: Node) -> Edit:
    """The edit that takes a statement away with its lines; the only one of a block becomes `pass`."""
    block = statement.parent
    others = [node for node in block.named_children if node.type != "comment"] if block is not None else []
    if len(others) == 1 and block is not None and block.type == "block":
        return Edit(site.span(statement), ("pass",))
    if stands_alone(site, statement):
        return Edit(Span(site.path, *_lines(site, statement)), ())
    return Edit(_in_shared_line(site, statement), ())


def _lines(site: Site, statement: Node) -> tuple[int, int]:
    """The lines of a statement, with the blank ones behind it, or, of the last one, those before it."""
    source = site.module.tree.source
    start, end = line_start(site, statement.start_byte), line_end(site, statement.end_byte, with_break=True)
    following = statement.next_named_sibling
    while end < len(source) and following is not None and not source[end : line_end(site, end)].strip():
        end = line_end(site, end, with_break=True)
    while following is None and start > 0 and not source[line_start(site, start - 1) : start].strip():
        start = line_start(site, start - 1)
    return start, end


def _in_shared_line(site: Site, statement: Node) -> Span:
    """A statement between semicolons, with one of them."""
    after, before = statement.next_named_sibling, statement.prev_named_sibling
    if after is not None and after.type != "comment" and after.start_point.row == statement.end_point.row:
        return Span(site.path, statement.start_byte, after.start_byte)
    if before is not None and before.end_point.row == statement.start_point.row:
        return Span(site.path, before.end_byte, statement.end_byte)
    raise RefactoringRefused("It shares its lines with other code.", hint="Break the lines first.")


def deleted_exports(program: Program, exported: list[Use]) -> Iterator[Edit]:
    """The edits that take entries out of `__all__`."""
    lists: dict[tuple[str, int], tuple[Node, set[int]]] = {}
    for use in exported:
        string = use.node.parent
        holder = string.parent if string is not None else None
        if string is None or holder is None or holder.type not in _LISTS:
            raise RefactoringRefused("An entry of `__all__` is not plain to remove.", hint="Remove it first.")
        lists.setdefault((use.path, holder.start_byte), (holder, set()))[1].add(string.id)
    for (path, _), (holder, gone) in lists.items():
        kept = [node for node in holder.named_children if node.type != "comment" and node.id not in gone]
        if holder.type == "tuple" and len(kept) < 2:
            raise RefactoringRefused("`__all__` is a tuple that would be too short.", hint="Make it a list first.")
        items = [Item(node, (Copy(Span(path, node.start_byte, node.end_byte)),)) for node in kept]
        yield from list_edits(path, site_of(program, path).module.tree.source, holder, items)
