"""When an expression is evaluated within its statement: what comes before it, and whether it comes exactly once.

Python; after the language reference, "Evaluation order" and the sections of the single statements.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


class Timing(IntEnum):
    """How often an expression is evaluated when its statement begins."""

    ONCE = 0
    CONDITIONAL = 1  # perhaps not at all: behind `and`, in one branch of a conditional expression, in an `elif`
    REPEATED = 2  # any number of times: the condition of a `while`, the element of a comprehension
    DEFERRED = 3  # later: the body of a lambda, the element of a generator
    UNKNOWN = 4


@dataclass(slots=True)
class Place:
    """Where an expression stands in the evaluation of `statement`. `before` is all that is evaluated before it."""

    statement: Node
    timing: Timing = Timing.ONCE
    before: list[Node] = field(default_factory=list)


_IN_ORDER = frozenset(
    {
        "binary_operator", "unary_operator", "not_operator", "parenthesized_expression", "tuple", "list", "set",
        "dictionary", "pair", "subscript", "slice", "attribute", "expression_statement", "return_statement",
        "raise_statement", "delete_statement", "expression_list", "await", "list_splat", "dictionary_splat",
        "keyword_argument", "named_expression", "string", "concatenated_string", "interpolation", "format_specifier",
        "format_expression", "yield", "call", "with_statement", "with_clause", "with_item", "as_pattern", "decorator",
        "decorated_definition", "class_definition", "lambda_parameters", "parameters", "default_parameter",
        "pattern_list", "tuple_pattern", "list_pattern", "as_pattern_target", "typed_default_parameter",
    }
)  # fmt: skip
# So many parts of these are surely evaluated: the second operand of `and` may not be, nor the third of `a < b < c`.
_CERTAIN_PARTS = {"boolean_operator": 1, "assert_statement": 1, "comparison_operator": 2}
_COMPREHENSIONS = frozenset(
    {"list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression"}
)


def statement_of(node: Node) -> Node | None:
    """The statement that an expression belongs to: the innermost child of a block; a definition with its decorators."""
    while node.parent is not None and node.parent.type not in {"block", "module"}:
        node = node.parent
    return node if node.parent is not None else None


def is_in_class(statement: Node) -> bool:
    """Whether a statement runs in the body of a class, where variables are attributes."""
    outer = statement.parent
    while outer is not None and outer.type not in {"function_definition", "class_definition"}:
        outer = outer.parent
    return outer is not None and outer.type == "class_definition"


def place_of(node: Node) -> Place | None:
    """Where an expression stands in the evaluation of its statement; None outside of any."""
    statement = statement_of(node)
    if statement is None:
        return None
    place = Place(statement)
    while node != statement and node.parent is not None:
        _step(place, node.parent, node)
        node = node.parent
    return place


def _step(place: Place, outer: Node, inner: Node) -> None:
    """What the step from a node to the one around it adds."""
    earlier, timing = _around(outer, inner)
    place.before[:0] = earlier
    place.timing = max(place.timing, timing)


def _around(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    before = [child for child in outer.named_children if child.end_byte <= inner.start_byte and child.type != "comment"]
    if outer.type == "argument_list":
        return _argument(outer, inner, before)
    if outer.type in _IN_ORDER:
        return before, _later_item(outer, inner)
    if outer.type in _CERTAIN_PARTS:
        return before, Timing.CONDITIONAL if len(before) >= _CERTAIN_PARTS[outer.type] else Timing.ONCE
    special = _SPECIAL.get(outer.type)
    if special is not None:
        return special(outer, inner)
    if outer.type in _COMPREHENSIONS or outer.type in {"for_in_clause", "if_clause"}:
        return _comprehended(outer, inner)
    return [], Timing.UNKNOWN


def _later_item(outer: Node, inner: Node) -> Timing:
    """A later item of `with` is evaluated when the earlier ones are entered, and a body is no part of a header."""
    if outer.type == "with_clause" and outer.named_children[0] != inner:
        return Timing.UNKNOWN
    is_annotation = outer.type in {"typed_default_parameter"} and inner.type == "type"
    return Timing.UNKNOWN if is_annotation else Timing.ONCE


def _argument(outer: Node, inner: Node, before: list[Node]) -> tuple[list[Node], Timing]:
    """Arguments come in order, but for a `*` behind a keyword, which comes first."""
    kinds = [child.type for child in outer.named_children]
    mixed = "keyword_argument" in kinds and "list_splat" in kinds[kinds.index("keyword_argument") :]
    return before, Timing.UNKNOWN if mixed else Timing.ONCE


def _assignment(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    left, right = outer.child_by_field_name("left"), outer.child_by_field_name("right")
    if inner == right:
        return [], Timing.ONCE
    if inner == left:
        return [right] if right is not None else [], Timing.ONCE
    return [], Timing.UNKNOWN  # annotations are evaluated or not, as the place and the version want it.


def _augmented(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    left = outer.child_by_field_name("left")
    return ([left] if left is not None and inner != left else []), Timing.ONCE


def _conditional(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    parts = [child for child in outer.named_children if child.type != "comment"]
    if len(parts) != 3:
        return [], Timing.UNKNOWN
    return ([], Timing.ONCE) if inner == parts[1] else ([parts[1]], Timing.CONDITIONAL)


def _branch(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    is_condition = inner == outer.child_by_field_name("condition")
    return [], Timing.ONCE if is_condition else Timing.CONDITIONAL


def _loop(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    return [], Timing.ONCE if inner == outer.child_by_field_name("right") else Timing.REPEATED


def _match(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    return [], Timing.ONCE if inner == outer.child_by_field_name("subject") else Timing.CONDITIONAL


def _lambda(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    return [], Timing.DEFERRED if inner == outer.child_by_field_name("body") else Timing.ONCE


def _function(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    return [], Timing.ONCE if inner == outer.child_by_field_name("parameters") else Timing.UNKNOWN


def _comprehended(outer: Node, inner: Node) -> tuple[list[Node], Timing]:
    """The first iterable is evaluated once and at once; the rest for each element, of a generator later."""
    holder = outer if outer.type in _COMPREHENSIONS else outer.parent
    if holder is None:
        return [], Timing.UNKNOWN
    first = next((child for child in holder.named_children if child.type == "for_in_clause"), None)
    is_first = inner == first or (outer == first and inner == outer.child_by_field_name("right"))
    if is_first:
        return [], Timing.ONCE
    return [], Timing.DEFERRED if holder.type == "generator_expression" else Timing.REPEATED


_SPECIAL = {
    "assignment": _assignment, "augmented_assignment": _augmented, "conditional_expression": _conditional,
    "if_statement": _branch, "elif_clause": lambda _outer, _inner: ([], Timing.CONDITIONAL), "for_statement": _loop,
    "while_statement": lambda _outer, _inner: ([], Timing.REPEATED), "match_statement": _match, "lambda": _lambda,
    "function_definition": _function,
}  # fmt: skip
