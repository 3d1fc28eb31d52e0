"""A comprehension becomes the loop that it stands for; `comprehension` says what differs between the two."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.comprehension import (
    check_collection,
    check_frame,
    check_order,
    symbol_of,
    variables,
)
from beast_lsp.engine.refactors.rewrites.conditional import within
from beast_lsp.engine.refactors.rewrites.visibility import contains, frame_of, is_captured
from beast_lsp.engine.refactors.text.suites import comments, following, lead, line_end, placed, stands_alone, unit
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_EMPTY = {"list_comprehension": "[]", "set_comprehension": "set()", "dictionary_comprehension": "{}"}
_METHODS = {"list_comprehension": "append", "set_comprehension": "add"}
_NO_PARENTHESES = frozenset[str]()


@dataclass(frozen=True)
class _Found:
    """A statement whose value is a comprehension; `target` is the name it is given, None in a `return`.

    `element` is what the comprehension collects: a value, or a key and a value.
    """

    statement: Node
    target: Node | None
    value: Node
    clauses: list[Node]
    element: tuple[Node, ...]


def comprehension_to_loop(site: Site) -> Proposal | None:
    """The proposal for an assignment or a `return` whose whole value is a comprehension."""
    site = placed(site)
    statement = site.around("expression_statement", "return_statement")
    if statement is None or statement.has_error or not stands_alone(site, statement):
        return None
    found = _found(statement)
    if found is None:
        return None
    _check(site, found)
    return _proposal(site, found)


def _found(statement: Node) -> _Found | None:
    inner = statement.named_children[0] if statement.named_child_count == 1 else None
    target = None
    if statement.type == "expression_statement" and inner is not None:
        target = inner.child_by_field_name("left") if inner.type == "assignment" else None
        inner = inner.child_by_field_name("right") if target is not None and target.type == "identifier" else None
    while inner is not None and inner.type == "parenthesized_expression" and inner.named_child_count == 1:
        inner = inner.named_children[0]
    if inner is None or inner.type not in _EMPTY:
        return None
    clauses = [child for child in inner.named_children if child.type in {"for_in_clause", "if_clause"}]
    body = inner.child_by_field_name("body")
    if body is None or not clauses:
        return None
    parts = body.named_children if body.type == "pair" else [body]
    return _Found(statement, target, inner, clauses, tuple(part for part in parts if part.type != "comment"))


def _check(site: Site, found: _Found) -> None:
    """Raises RefactoringRefused where the loop would not do the same."""
    frame = frame_of(site, found.statement)
    check_frame(site, found.value, found.clauses[0].child_by_field_name("right") or found.clauses[0])
    check_order(site, found.element)
    collection = symbol_of(site, found.target) if found.target is not None else None
    if collection is not None:
        check_collection(site, found.statement, collection)
        if any(contains(found.value, one.node) for one in collection.occurrences):
            raise RefactoringRefused(
                f"The comprehension reads `{collection.name}`, which the loop would have emptied by then.",
                hint="Give the result another name.",
            )
    loops = (clause for clause in found.clauses if clause.type == "for_in_clause")
    for symbol in (symbol for clause in loops for symbol in variables(site, clause)):
        if is_captured(site, symbol, found.value, frame):
            raise RefactoringRefused(f"A function or a generator made in the comprehension keeps `{symbol.name}`.")


def _proposal(site: Site, found: _Found) -> Proposal:
    statement, value = found.statement, found.value
    indent, step, end = lead(site, statement.start_byte), unit(site), line_end(site, statement.end_byte)
    behind = [each for each in following(statement)[:1] if each.type == "comment" and each.start_byte < end]
    kept = [part for clause in found.clauses for part in clause.named_children if part.type != "comment"]
    remarks = (*comments(statement, [*kept, *found.element]), *behind)
    pieces: list[Piece] = [f"{site.text(each)}\n{indent}" for each in remarks]
    name: Piece = Copy(site.span(found.target)) if found.target is not None else _fresh(site)
    pieces += _made(site, found, name)
    for depth, clause in enumerate(found.clauses):
        pieces += [f"\n{indent}{step * depth}", *_header(site, clause), ":"]
    pieces.append(f"\n{indent}{step * len(found.clauses)}")
    pieces += _filled(site, name, value.type, found.element)
    if found.target is None:
        pieces += [f"\n{indent}return ", name]
    return Proposal("Use a loop", (Edit(Span(site.path, statement.start_byte, end), tuple(pieces)),))


def _made(site: Site, found: _Found, name: Piece) -> list[Piece]:
    """The statement that makes the empty collection, with the annotation that the target has."""
    if found.target is None:
        return [name, f" = {_EMPTY[found.value.type]}"]
    value = found.statement.named_children[0].child_by_field_name("right") or found.value
    return [Copy(Span(site.path, found.statement.start_byte, value.start_byte)), _EMPTY[found.value.type]]


def _header(site: Site, clause: Node) -> list[Piece]:
    """The line of a `for` or an `if` that a clause stands for."""
    left, right = clause.child_by_field_name("left"), clause.child_by_field_name("right")
    if clause.type == "if_clause" or left is None or right is None:
        condition = next(child for child in clause.named_children if child.type != "comment")
        return ["if ", *within(site, condition, _NO_PARENTHESES)]
    is_async = any(child.type == "async" for child in clause.children)
    start = "async for " if is_async else "for "
    return [start, *within(site, left, _NO_PARENTHESES), " in ", *within(site, right, _NO_PARENTHESES)]


def _filled(site: Site, name: Piece, kind: str, element: tuple[Node, ...]) -> list[Piece]:
    """The statement that puts an element into the collection."""
    if kind in _METHODS:
        return [name, f".{_METHODS[kind]}(", Copy(site.span(element[0])), ")"]
    key, value = element
    return [name, "[", Copy(site.span(key)), "] = ", *within(site, value, _NO_PARENTHESES)]


def _fresh(site: Site) -> str:
    """A name for what is returned that the file does not have yet."""
    taken = {one.name for one in site.module.table.occurrences}
    names = (f"result{number}" if number else "result" for number in itertools.count())
    return next(name for name in names if name not in taken)


COMPREHENSION_TO_LOOP = Refactoring("comprehension-to-loop", "refactor.rewrite", comprehension_to_loop)
