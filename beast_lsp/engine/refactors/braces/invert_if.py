"""Inverts an `if` in a language with braces: its condition is negated and its branches change places.

`!=` is the opposite of `==` by definition in JavaScript (ECMA-262, "Equality Operators"), Go and Java; in Rust unless a
type defines `ne` itself. `<` has no opposite, because of NaN, but between lengths in Go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.rewrites.negation import merged
from beast_lsp.engine.refactors.text.suites import descendants, lead, unit
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_IFS = ("if_statement", "if_expression")
_EQUALITIES = {"==": "!=", "!=": "==", "===": "!==", "!==": "==="}
_ORDERS = {"<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_BLOCKS = frozenset({"block", "statement_block"})
_SIMPLE = frozenset(
    {"expression_statement", "return_statement", "throw_statement", "break_statement", "continue_statement"}
)
# What `!` can stand before without parentheses.
_TIGHT = frozenset(
    {
        "identifier", "call_expression", "method_invocation", "member_expression", "field_expression", "field_access",
        "selector_expression", "index_expression", "subscript_expression", "array_access", "parenthesized_expression",
        "unary_expression", "true", "false", "boolean_literal", "this", "self", "macro_invocation", "try_expression",
        "non_null_expression", "type_assertion_expression", "scoped_identifier",
    }
)  # fmt: skip


def invert_if(site: Site) -> Proposal | None:
    """The proposal for the `if` in whose first line, or at whose `else`, the cursor stands."""
    node = site.around(*_IFS)
    if node is None or node.has_error:
        return None
    condition, first = node.child_by_field_name("condition"), node.child_by_field_name("consequence")
    second = _other(node)
    if condition is None or first is None or second is None or not _is_at(site, node, first, second):
        return None
    if any(each.type in {"let_condition", "let_chain"} for each in descendants(condition)):
        raise RefactoringRefused("The condition binds names for its branch.", hint="Use `match` with two arms.")
    # Minified code has no blank between `else` and a brace, which a word needs.
    is_close = not site.module.tree.source[second.start_byte - 1 : second.start_byte].isspace()
    gap = " " if is_close and first.type not in _BLOCKS else ""
    swap = (
        Edit(site.span(first), _as_first(site, node, second)),
        Edit(site.span(second), (gap, Copy(site.span(first)))),
    )
    return Proposal("Invert the condition", (*negated(site, condition), *swap))


def _other(node: Node) -> Node | None:
    """The statement behind `else`."""
    found = node.child_by_field_name("alternative")
    if found is None or found.type != "else_clause":
        return found
    return next((child for child in found.named_children if "comment" not in child.type), None)


def _is_at(site: Site, node: Node, first: Node, second: Node) -> bool:
    in_head = node.start_byte <= site.start and site.end <= first.start_byte
    at_else = first.end_byte <= site.start and site.end <= second.start_byte
    is_whole = site.is_selection and (site.node().start_byte, site.node().end_byte) == (node.start_byte, node.end_byte)
    return in_head or at_else or (is_whole and not first.start_byte <= site.start)


def _as_first(site: Site, node: Node, second: Node) -> tuple[Piece, ...]:
    """The other branch as the first one: in braces unless no `else` can be taken for one within it."""
    if second.type in _BLOCKS or second.type in _SIMPLE:
        return (Copy(site.span(second)),)
    outer = lead(site, node.start_byte)
    inner = outer + unit(site)
    return (f"{{\n{inner}", Copy(site.span(second), indent=inner), f"\n{outer}}}")


def negated(site: Site, condition: Node) -> tuple[Edit, ...]:
    """The edits, within a condition, that make it true where it was false."""
    has_parentheses = by_name(site.module.tree.language).family in {"javascript", "java"}
    if has_parentheses and condition.type == "parenthesized_expression" and condition.named_child_count == 1:
        condition = condition.named_children[0]
    return merged(_Negation(site).edits(condition))


class _Negation:
    def __init__(self, site: Site) -> None:
        self._site = site
        family = by_name(site.module.tree.language).family
        has_own = family == "rust" and any(path.endswith(".rs") for path in site.program.containing(["ne"]))
        self._equalities = {} if has_own else _EQUALITIES
        self._is_go = family == "go"

    def edits(self, node: Node) -> list[Edit]:
        """The edits that negate a node; at the start, outer insertions come before inner ones."""
        start, end = node.start_byte, node.end_byte
        if node.type == "parenthesized_expression" and self._is_plain(node):
            return self.edits(node.named_children[0])
        if _is_not(node):
            return [self._put(start, node.named_children[-1].start_byte)]
        operator = node.child_by_field_name("operator")
        if operator is not None and (opposite := self._opposite(node)):
            return [self._put(operator.start_byte, operator.end_byte, opposite)]
        if operator is not None and _is_logical(node) and self._is_plain(node):
            return self._de_morgan(node, operator)
        if node.type in _TIGHT:
            return [self._put(start, start, "!")]
        return [self._put(start, start, "!("), self._put(end, end, ")")]

    def _put(self, start: int, end: int, *pieces: Piece) -> Edit:
        return Edit(Span(self._site.path, start, end), pieces)

    def _de_morgan(self, node: Node, operator: Node) -> list[Edit]:
        new = "||" if operator.type == "&&" else "&&"
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        change = self._put(operator.start_byte, operator.end_byte, new)
        return [*self._operand(left, new), change, *self._operand(right, new)]

    def _operand(self, node: Node | None, operator: str) -> list[Edit]:
        edits = self.edits(node) if node is not None else []
        inner = node.child_by_field_name("operator") if node is not None and _is_logical(node) else None
        # What `&&` held together within an `||` is an `||` within an `&&` now.
        if node is None or inner is None or inner.type != "&&" or operator != "&&" or not self._is_plain(node):
            return edits
        start, end = self._put(node.start_byte, node.start_byte, "("), self._put(node.end_byte, node.end_byte, ")")
        return [start, *edits, end]

    def _is_plain(self, node: Node | None) -> bool:
        """Whether the opposite of a node is no longer than the node: it has an operator that turns, or a `!`."""
        if node is None:
            return False
        if node.type == "parenthesized_expression":
            return node.named_child_count == 1 and self._is_plain(node.named_children[0])
        if _is_logical(node):
            return self._is_plain(node.child_by_field_name("left")) or self._is_plain(node.child_by_field_name("right"))
        return _is_not(node) or bool(self._opposite(node))

    def _opposite(self, node: Node) -> str:
        operator = node.child_by_field_name("operator")
        if node.type != "binary_expression" or operator is None:
            return ""
        sides = node.child_by_field_name("left"), node.child_by_field_name("right")
        if self._is_go and operator.type in _ORDERS:
            return _ORDERS[operator.type] if all(self._is_integer(side) for side in sides) else ""
        return self._equalities.get(operator.type, "")

    def _is_integer(self, node: Node | None) -> bool:
        """Whether a Go expression is a length or a whole number."""
        if node is None or node.type == "int_literal":
            return node is not None
        called = node.child_by_field_name("function") if node.type == "call_expression" else None
        found = self._site.module.table.by_start.get(called.start_byte) if called is not None else None
        return found is not None and found.symbol is None and found.name in {"len", "cap"}


def _is_not(node: Node) -> bool:
    return node.type == "unary_expression" and node.children[0].type == "!"


def _is_logical(node: Node) -> bool:
    operator = node.child_by_field_name("operator")
    return node.type == "binary_expression" and operator is not None and operator.type in {"&&", "||"}
