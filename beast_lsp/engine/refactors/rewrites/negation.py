"""The opposite of a condition, written as a reader would: `!=` for `==`, De Morgan where it helps, `not` elsewhere.

Right where only the truth of the condition counts, as in `if`: the language reference, "Boolean operations" and
"Comparisons". `not in` and `is not` are opposites by definition. `!=` is one unless a class defines `__ne__` by
itself; and `>=` of `<` only where both sides are surely integers, since NaN and sets are neither less nor greater.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.values import Kind, kind
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_OPPOSITES = {"in": "not in", "not in": "in", "is": "is not", "is not": "is"}
_EQUALITIES = {"==": "!=", "!=": "=="}
_ORDERS = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_LOOSE = frozenset({"comparison_operator", "boolean_operator", "conditional_expression", "lambda", "named_expression"})
"""What binds more loosely than `not`, or reads better in parentheses behind it."""


def negated(site: Site, condition: Node) -> tuple[Edit, ...]:
    """The edits, within a condition, that make it true where it was false."""
    return merged(_Negation(site).edits(condition, is_whole=True))


def opposite(site: Site, condition: Node) -> tuple[Piece, ...]:
    """The negated condition, to be written somewhere else."""
    pieces: list[Piece] = []
    at = condition.start_byte
    for edit in negated(site, condition):
        if edit.span.start > at:
            pieces.append(Copy(Span(site.path, at, edit.span.start)))
        pieces += edit.pieces
        at = edit.span.end
    if condition.end_byte > at:
        pieces.append(Copy(Span(site.path, at, condition.end_byte)))
    return tuple(pieces)


def merged(edits: list[Edit]) -> tuple[Edit, ...]:
    """Edits in the order of the text, with those that begin at the same byte joined into one."""
    found: list[Edit] = []
    for edit in sorted(edits, key=lambda edit: edit.span.start):
        last = found[-1] if found else None
        if last is not None and last.span.start == last.span.end == edit.span.start:
            found[-1] = Edit(edit.span, (*last.pieces, *edit.pieces))
        else:
            found.append(edit)
    return tuple(found)


class _Negation:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._equalities: dict[str, str] | None = None

    def edits(self, node: Node, *, is_whole: bool = False) -> list[Edit]:
        """The edits that negate a node; at the start, outer insertions come before inner ones."""
        if node.type == "parenthesized_expression" and self._is_plain(node):
            return self.edits(node.named_children[0])
        if node.type == "not_operator":
            return self._without_not(node, is_whole=is_whole)
        opposite = self._opposite(node)
        if opposite:
            return [self._put(node.children[1].start_byte, node.children[-2].end_byte, opposite)]
        if node.type == "boolean_operator" and self._is_plain(node):
            return self._de_morgan(node)
        return self._with_not(node, is_whole=is_whole)

    def _with_not(self, node: Node, *, is_whole: bool) -> list[Edit]:
        first, last = node.start_byte, node.end_byte
        if is_whole and is_bare(node) and node.named_children[0].type not in _LOOSE:
            return [self._put(first, first + 1, "not "), self._put(last - 1, last)]
        if node.type in _LOOSE:
            return [self._put(first, first, "not ("), self._put(last, last, ")")]
        return [self._put(first, first, "not ")]

    def _put(self, start: int, end: int, *pieces: Piece) -> Edit:
        return Edit(Span(self._site.path, start, end), pieces)

    def _without_not(self, node: Node, *, is_whole: bool) -> list[Edit]:
        argument = node.child_by_field_name("argument")
        if argument is None:
            return [self._put(node.start_byte, node.start_byte, "not ")]
        edits = [self._put(node.start_byte, argument.start_byte)]
        # `not (a or b)` alone needs its parentheses no longer; those around several lines do hold them together.
        if is_whole and is_bare(argument):
            edits = [self._put(node.start_byte, argument.start_byte + 1), self._put(node.end_byte - 1, node.end_byte)]
        return edits

    def _de_morgan(self, node: Node) -> list[Edit]:
        left, operator, right = _sides(node)
        new = "or" if operator.type == "and" else "and"
        change = self._put(operator.start_byte, operator.end_byte, new)
        return [*self._operand(left, new), change, *self._operand(right, new)]

    def _operand(self, node: Node, operator: str) -> list[Edit]:
        edits = self.edits(node)
        # What `and` held together within an `or` is an `or` within an `and` now.
        is_looser = node.type == "boolean_operator" and _sides(node)[1].type == "and" and operator == "and"
        if not is_looser or not self._is_plain(node):
            return edits
        start, end = self._put(node.start_byte, node.start_byte, "("), self._put(node.end_byte, node.end_byte, ")")
        return [start, *edits, end]

    def _is_plain(self, node: Node) -> bool:
        """Whether the opposite of a node is no longer than the node: it has an operator that turns, or a `not`."""
        if node.type == "parenthesized_expression":
            inner = node.named_children
            return len(inner) == 1 and self._is_plain(inner[0])
        if node.type == "boolean_operator":
            left, _operator, right = _sides(node)
            return self._is_plain(left) or self._is_plain(right)
        return node.type == "not_operator" or bool(self._opposite(node))

    def _opposite(self, node: Node) -> str:
        """The comparison that is true where this one is false; "" where there is none, or no comparison of two."""
        if node.type != "comparison_operator" or node.named_child_count != 2 or len(node.children) != 3:
            return ""
        left, operator, right = node.children
        if operator.type in _ORDERS:
            sides = {kind(self._site, left), kind(self._site, right)}
            return _ORDERS[operator.type] if sides <= {Kind.INTEGER} else ""
        return _OPPOSITES.get(operator.type) or self._equality(operator.type)

    def _equality(self, operator: str) -> str:
        if self._equalities is None:
            has_own = any(path.endswith(".py") for path in self._site.program.containing(["__ne__"]))
            self._equalities = {} if has_own else _EQUALITIES
        return self._equalities.get(operator, "")


def _sides(node: Node) -> tuple[Node, Node, Node]:
    """Left side, operator and right side of an `and` or `or`; comments may stand between them."""
    left, operator, right = (node.child_by_field_name(name) for name in ("left", "operator", "right"))
    return left or node, operator or node, right or node


def is_bare(node: Node) -> bool:
    """Whether a node is an expression in parentheses that holds together without them: in one line, no walrus."""
    inner = node.named_children if node.type == "parenthesized_expression" else []
    in_one_line = node.start_point.row == node.end_point.row
    return in_one_line and len(inner) == 1 and inner[0].type not in {"named_expression", "yield"}
