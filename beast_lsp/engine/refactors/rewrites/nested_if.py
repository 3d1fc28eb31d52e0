"""Merges two nested `if` into one with `and`, and splits such a one again.

`and` evaluates its right side only where the left side is true, which is what nesting says; the truth of each side is
asked once in both forms (language reference, "Boolean operations"). An `else` would belong to only one of the two.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.negation import is_bare
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
    unit,
)
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_HELD = frozenset({"parenthesized_expression", "call", "subscript", "list", "tuple", "dictionary", "set"})
"""What may go over several lines without more parentheses."""
_LOOSE = frozenset({"conditional_expression", "lambda", "named_expression"})


def merge_if(site: Site) -> Proposal | None:
    """The proposal for an `if` whose whole body is another one; the cursor stands in the line of either."""
    site = placed(site)
    inner = headed(site, "if_statement", "elif_clause")
    if inner is None:
        return None
    outer = inner
    if (found := _only_if(site, outer)) is None:
        above = inner.parent.parent if inner.parent is not None and inner.parent.type == "block" else None
        if above is None or above.type not in {"if_statement", "elif_clause"} or _only_if(site, above) != inner:
            return None
        outer, found = above, inner
    one, two = suite(site, outer), suite(site, found)
    if one is None or two is None or one.is_inline:
        return None
    for clause, which in ((outer, "outer"), (found, "inner")):
        if _alternatives(clause):
            raise RefactoringRefused(
                f"The {which} `if` has another branch, which the merged condition would answer to as well.",
                hint="Move that branch's condition into an `if` of its own first.",
            )
    return Proposal("Merge with the nested if", _merged(site, one, two))


def _only_if(site: Site, clause: Node) -> Node | None:
    """The `if` that is all that a clause's body holds."""
    found = suite(site, clause)
    statements = found.statements if found is not None else []
    return statements[0] if len(statements) == 1 and statements[0].type == "if_statement" else None


def _alternatives(clause: Node) -> bool:
    """Whether another branch comes after this one in its chain."""
    if clause.type == "if_statement":
        return bool(clause.children_by_field_name("alternative"))
    whole = clause.parent
    return whole is not None and whole.children_by_field_name("alternative")[-1] != clause


def _merged(site: Site, outer: Suite, inner: Suite) -> tuple[Edit, ...]:
    first, second = (each.header.child_by_field_name("condition") for each in (outer, inner))
    if first is None or second is None:
        return ()
    here = site.path
    opening, closing = _parentheses(first)
    edits = [Edit(Span(here, first.start_byte, first.start_byte), (opening,))] if opening else []
    behind = Span(here, first.end_byte, first.end_byte)
    edits += [Edit(behind, (f"{closing} and ", *_operands(site, second)))]
    old, new = lead(site, inner.block.start_byte), lead(site, inner.header.start_byte)
    if inner.is_inline:
        return (*edits, Edit(Span(here, inner.header.start_byte, inner.block.start_byte), ()))
    # A remark in the header's line stays above what it speaks of.
    remark = site.module.tree.source[inner.colon : line_end(site, inner.colon)].strip().decode()
    header = Span(here, line_start(site, inner.header.start_byte), inner.first)
    edits.append(Edit(header, (f"{new}{remark}\n",) if remark else ()))
    return (*edits, *shifted(site, inner.first, inner.end, old, new))


def _operands(site: Site, condition: Node) -> list[Piece]:
    """A condition as the right side of an `and`; a chain of `and` just goes on."""
    pieces: list[Piece] = []
    chain = _chain(condition)
    for before, operand in itertools.zip_longest([None, *chain[:-1]], chain):
        if before is not None:
            between = site.module.tree.source[before.end_byte : operand.start_byte].decode()
            pieces.append(between.replace("\r\n", "\n"))
        opening, closing = _parentheses(operand)
        pieces += [opening, Copy(site.span(operand)), closing]
    return pieces


def _parentheses(condition: Node) -> tuple[str, str]:
    """What an operand of `and` has to stand in."""
    operator = condition.child_by_field_name("operator")
    is_or = condition.type == "boolean_operator" and operator is not None and operator.type == "or"
    return ("(", ")") if is_or or condition.type in _LOOSE else ("", "")


def split_if(site: Site) -> Proposal | None:
    """The proposal for `if a and b:`, at the `and` where the cursor stands, or else at the last one."""
    site = placed(site)
    clause = headed(site, "if_statement", "elif_clause")
    found = suite(site, clause) if clause is not None else None
    condition = clause.child_by_field_name("condition") if clause is not None else None
    if clause is None or found is None or condition is None:
        return None
    bare = condition
    while bare.type == "parenthesized_expression" and len(bare.named_children) == 1:
        bare = bare.named_children[0]
    chain = _chain(bare)
    if len(chain) < 2:
        return None
    if _alternatives(clause):
        raise RefactoringRefused(
            "The `else` would have to stand behind both conditions.",
            hint="Extract what the `else` does into a function, or invert the condition first.",
        )
    at = _chosen(site, chain)
    first, second = _part(site, chain[: at + 1]), _part(site, chain[at + 1 :])
    return Proposal("Split into nested ifs", _split(site, found, condition, first, second))


def _chain(node: Node) -> list[Node]:
    """The operands of a chain of `and`."""
    operator = node.child_by_field_name("operator")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type != "boolean_operator" or operator is None or operator.type != "and" or left is None or right is None:
        return [node]
    return [*_chain(left), *_chain(right)]


def _chosen(site: Site, chain: list[Node]) -> int:
    """The operand behind which the chain is split: the one before the `and` at the cursor."""
    for index, (before, after) in enumerate(itertools.pairwise(chain)):
        if before.end_byte <= site.start <= after.start_byte and not site.is_selection:
            return index
    return len(chain) - 2


def _part(site: Site, operands: list[Node]) -> tuple[Span, bool]:
    """What becomes a condition of its own, and whether it has to be put in parentheses."""
    start, end = operands[0], operands[-1]
    if len(operands) == 1 and is_bare(start):
        start = end = start.named_children[0]
    is_held = len(operands) == 1 and start.type in _HELD
    in_one_row = start.start_point.row == end.end_point.row
    return Span(site.path, start.start_byte, end.end_byte), not (is_held or in_one_row)


def _split(
    site: Site, found: Suite, condition: Node, first: tuple[Span, bool], second: tuple[Span, bool]
) -> tuple[Edit, ...]:
    indent, step, here = lead(site, found.header.start_byte), unit(site), site.path
    edits = []
    kept = (first[0], second[0])
    lost = [each for each in comments(condition) if not any(span.start <= each.start_byte < span.end for span in kept)]
    if lost:
        front = line_start(site, found.header.start_byte)
        above = tuple(f"{indent}{site.text(each)}\n" for each in lost)
        edits.append(Edit(Span(here, front, front), above))
    edits.append(Edit(site.span(condition), _written(first)))
    nested: tuple[Piece, ...] = (f"\n{indent}{step}if ", *_written(second), ":")
    edits.append(Edit(Span(here, found.colon, found.colon), nested))
    return (*edits, *([] if found.is_inline else shifted(site, found.first, found.end, indent, indent + step)))


def _written(part: tuple[Span, bool]) -> tuple[Piece, ...]:
    span, in_parentheses = part
    return ("(", Copy(span), ")") if in_parentheses else (Copy(span),)


MERGE_IF = Refactoring("merge-if", "refactor.rewrite", merge_if)
SPLIT_IF = Refactoring("split-if", "refactor.rewrite", split_if)
