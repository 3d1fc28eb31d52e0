"""An `if` statement that only chooses a value becomes a conditional expression, and back.

In both forms the condition is evaluated first, then the chosen value, then the parts of the target (language
reference, "Evaluation order", "Assignment statements"). `x += …` reads `x` before that, so it is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.suites import (
    comments,
    following,
    headed,
    lead,
    line_end,
    placed,
    stands_alone,
    suite,
    unit,
)

if TYPE_CHECKING:
    from tree_sitter import Node

LOOSE = frozenset({"conditional_expression", "lambda", "named_expression", "yield", "expression_list"})
"""What has to stand in parentheses within a conditional expression or a comprehension."""
_HELD = frozenset(
    {
        "parenthesized_expression", "call", "subscript", "list", "tuple", "dictionary", "set", "string",
        "list_comprehension", "dictionary_comprehension", "set_comprehension", "generator_expression",
    }
)  # fmt: skip


def within(site: Site, node: Node, loose: frozenset[str] = LOOSE) -> tuple[Piece, ...]:
    """An expression as a part of another one: in parentheses where it would fall apart, or go over lines unheld."""
    is_held = node.type in _HELD or node.start_point.row == node.end_point.row
    if node.type == "expression_list":
        return ("(", *_members(site, node), ")")
    if node.type in loose or not is_held:
        return ("(", Copy(site.span(node)), ")")
    return (Copy(site.span(node)),)


def _members(site: Site, node: Node) -> Iterator[Piece]:
    """The members of a tuple without parentheses, and what stands between them, which is a node only as a whole."""
    at = node.start_byte
    for child in node.named_children:
        yield site.module.tree.source[at : child.start_byte].decode().replace("\r\n", "\n")
        yield Copy(site.span(child))
        at = child.end_byte
    yield site.module.tree.source[at : node.end_byte].decode()


@dataclass(frozen=True)
class _Chosen:
    """A statement that gives a value to a target, or returns it (`target` is None)."""

    statement: Node
    target: Node | None
    value: Node


def _chosen(statement: Node) -> _Chosen | None:
    if statement.type == "return_statement" and statement.named_child_count == 1:
        return _Chosen(statement, None, statement.named_children[0])
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment" or statement.named_child_count != 1:
        return None
    target, value = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if target is None or value is None or value.type == "assignment" or inner.child_by_field_name("type") is not None:
        return None
    return _Chosen(statement, target, value)


def if_to_conditional(site: Site) -> Proposal | None:
    """The proposal for an `if` whose two branches only assign to one target, or only return."""
    site = placed(site)
    clause = headed(site, "if_statement")
    condition = clause.child_by_field_name("condition") if clause is not None else None
    found = _branches(site, clause) if clause is not None else None
    if clause is None or condition is None or found is None:
        return None
    first, second, end = found
    if _written(site, first.target) != _written(site, second.target):
        return None
    kept = (condition, first.value, second.value)
    between = [each for each in following(clause) if each.start_byte < end]
    lost = [remark for each in (clause, *between) for remark in comments(each, kept)]
    value = (
        *within(site, first.value), " if ", *within(site, condition), " else ",
        *within(site, second.value, LOOSE - {"lambda", "conditional_expression"}),
    )  # fmt: skip
    edit = Edit(Span(site.path, clause.start_byte, end), (*_above(site, clause, lost), *_given(site, first, value)))
    return Proposal("Use a conditional expression", (edit,))


def _branches(site: Site, clause: Node) -> tuple[_Chosen, _Chosen, int] | None:
    """The two statements that an `if` chooses from, and where the second one's line ends."""
    rest, body = clause.children_by_field_name("alternative"), suite(site, clause)
    behind = [each for each in following(clause) if each.type != "comment"]
    if body is None or len(body.statements) != 1 or len(rest) > 1:
        return None
    first, second, end = _chosen(body.statements[0]), None, 0
    if rest and rest[0].type == "else_clause" and (other := suite(site, rest[0])) and len(other.statements) == 1:
        second, end = _chosen(other.statements[0]), other.end
    elif not rest and behind and first is not None and first.target is None and stands_alone(site, behind[0]):
        # What follows `if …: return …` is its else.
        second, end = _chosen(behind[0]), line_end(site, behind[0].end_byte)
    return (first, second, end) if first is not None and second is not None else None


def _written(site: Site, target: Node | None) -> str:
    return "".join(site.text(target).split()) if target is not None else ""


def _above(site: Site, statement: Node, lost: Sequence[Node]) -> tuple[Piece, ...]:
    """Comments as lines of their own in front of a statement."""
    return tuple(f"{site.text(remark)}\n{lead(site, statement.start_byte)}" for remark in lost)


def _given(site: Site, chosen: _Chosen, value: Sequence[Piece]) -> tuple[Piece, ...]:
    if chosen.target is None:
        return ("return ", *value)
    return (Copy(site.span(chosen.target)), " = ", *value)


def conditional_to_if(site: Site) -> Proposal | None:
    """The proposal for a statement whose whole value is a conditional expression."""
    site = placed(site)
    statement = site.around("expression_statement", "return_statement")
    chosen = _chosen(statement) if statement is not None and not statement.has_error else None
    if statement is None or chosen is None or not stands_alone(site, statement):
        return None
    value = chosen.value
    while value.type == "parenthesized_expression" and value.named_child_count == 1:
        value = value.named_children[0]
    parts = [child for child in value.named_children if child.type != "comment"]
    if value.type != "conditional_expression" or len(parts) != 3:
        return None
    first, condition, second = parts
    end = line_end(site, statement.end_byte)
    behind = [each for each in following(statement)[:1] if each.type == "comment" and each.start_byte < end]
    lost = (*comments(statement, parts), *behind)
    indent = lead(site, statement.start_byte)
    loose = frozenset[str]()
    pieces = (
        *_above(site, statement, lost), "if ", *within(site, condition, loose), f":\n{indent}{unit(site)}",
        *_given(site, chosen, within(site, first, loose)), f"\n{indent}else:\n{indent}{unit(site)}",
        *_given(site, chosen, within(site, second, loose)),
    )  # fmt: skip
    return Proposal("Use an if statement", (Edit(Span(site.path, statement.start_byte, end), pieces),))


IF_TO_CONDITIONAL = Refactoring("if-to-conditional", "refactor.rewrite", if_to_conditional)
CONDITIONAL_TO_IF = Refactoring("conditional-to-if", "refactor.rewrite", conditional_to_if)
