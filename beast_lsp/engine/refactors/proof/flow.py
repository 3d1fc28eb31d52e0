"""What is assigned when: definite assignment, what is still read later, and where control leaves a piece of code.

Python, over statements; conservative: where a path can't be told, a name counts as perhaps unbound and as still read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.order import Timing, place_of, statement_of
from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Role, Symbol

if TYPE_CHECKING:
    from tree_sitter import Node

_LOOPS = frozenset({"for_statement", "while_statement"})
_FRAMES = frozenset({"function_definition", "lambda", "class_definition"})
_READS = frozenset({Role.READ, Role.UPDATE, Role.DELETE})
_CHOICES = frozenset({"if_statement", "match_statement"})
_JUMPS = frozenset({"return_statement", "raise_statement", "break_statement", "continue_statement"})


def inside(node: Node, kinds: Iterable[str]) -> Iterator[Node]:
    """The nodes of some types in a piece of code, without what functions and classes in it hold."""
    wanted, stack = frozenset(kinds), [node]
    while stack:
        one = stack.pop()
        if one.type in wanted:
            yield one
        if one.type not in _FRAMES:
            stack += one.children


def leaves(statement: Node) -> bool:
    """Whether control never reaches what follows a statement."""
    if statement.type in _JUMPS:
        return True
    if statement.type in _CHOICES:
        branches = branches_of(statement)
        return branches is not None and all(_block_leaves(branch) for branch in branches)
    if statement.type == "with_statement":
        return False  # a context manager may swallow what is raised.
    return False


def branches_of(statement: Node) -> list[Node] | None:
    """The blocks of an `if` with `else`, or a `match` with `case _` at its end, of which one runs; None for others."""
    if statement.type == "match_statement":
        return _cases_of(statement)
    first = statement.child_by_field_name("consequence")
    rest = statement.children_by_field_name("alternative")
    blocks = [first, *(one.child_by_field_name("consequence") or one.child_by_field_name("body") for one in rest)]
    if not rest or rest[-1].type != "else_clause" or any(block is None for block in blocks):
        return None
    return [block for block in blocks if block is not None]


def _cases_of(statement: Node) -> list[Node] | None:
    body = statement.child_by_field_name("body")
    cases = [child for child in body.named_children if child.type == "case_clause"] if body is not None else []
    last = cases[-1] if cases else None
    pattern = next((child for child in last.named_children if child.type == "case_pattern"), None) if last else None
    if last is None or pattern is None or pattern.text != b"_" or last.child_by_field_name("guard") is not None:
        return None
    blocks = [case.child_by_field_name("consequence") for case in cases]
    return [block for block in blocks if block is not None]


def _block_leaves(block: Node) -> bool:
    return any(leaves(child) for child in block.named_children)


def surely_binds(statement: Node, symbol: Symbol) -> bool:
    """Whether a statement binds a name on every path through it."""
    if statement.type in _CHOICES:
        branches = branches_of(statement)
        if branches is not None and all(_block_leaves(one) or _block_binds(one, symbol) for one in branches):
            return True
    if _binds_in_header(statement, symbol):
        return True
    body = statement.child_by_field_name("body")
    if statement.type not in {"with_statement", "try_statement"} or body is None:
        return False
    # A context manager may swallow what is raised before the name is bound; that is rare, and then it is unbound.
    is_bound = _block_binds(body, symbol)
    return is_bound if statement.type == "with_statement" else _try_binds(statement, symbol, is_bound)


def _block_binds(block: Node, symbol: Symbol) -> bool:
    return any(surely_binds(child, symbol) for child in block.named_children)


def _try_binds(statement: Node, symbol: Symbol, is_bound: bool) -> bool:
    """Whether a `try` binds: its body, or its `else`, and each handler; or its `finally`."""
    handlers = [child for child in statement.named_children if child.type in {"except_clause", "except_group_clause"}]
    others = [child for child in statement.named_children if child.type in {"else_clause", "finally_clause"}]
    blocks = [child for one in others for child in one.named_children if child.type == "block"]
    is_bound = is_bound or any(_block_binds(block, symbol) for block in blocks)
    caught = [child for one in handlers for child in one.named_children if child.type == "block"]
    return is_bound and all(_block_leaves(block) or _block_binds(block, symbol) for block in caught)


def _binds_in_header(statement: Node, symbol: Symbol) -> bool:
    """Whether the statement itself binds the name whenever it runs, not one within its suites."""
    return any(
        one.role in BINDS and one.role is not Role.DELETE and _bound_at(one) == statement and _has_value(one)
        for one in symbol.occurrences
    )


def _bound_at(one: Occurrence) -> Node | None:
    """The statement that binds: of a definition its own, decorators included."""
    return statement_of(one.node)


def _has_value(one: Occurrence) -> bool:
    """Whether a binding surely gives a value: `x: int` alone does not, nor what is evaluated under a condition."""
    node: Node | None = one.node.parent
    if node is not None and node.type == "named_expression":
        place = place_of(node)
        return place is not None and place.timing is Timing.ONCE
    while node is not None and node.type not in {"block", "module"}:
        if node.type in {"for_statement", "for_in_clause", "case_clause", "except_clause"}:
            return False
        if node.type == "assignment":
            return node.child_by_field_name("right") is not None
        node = node.parent
    return True


def bound_before(symbol: Symbol, node: Node, floor: int = -1) -> bool:
    """Whether a name is bound on every path that leads to a node of the scope that binds it.

    With `floor`, only what begins at this byte or later counts as binding.
    """
    if any(one.role is Role.DELETE for one in symbol.occurrences):
        return False
    handlers = [clause for one in symbol.occurrences if (clause := handler_of(one)) is not None]
    if any(clause.start_byte <= node.start_byte < clause.end_byte for clause in handlers):
        return floor < node.start_byte
    if handlers and loop_around(node) is not None:
        return False
    # A handler unbinds its name at its end.
    floor = max([floor, *(clause.end_byte for clause in handlers if clause.end_byte <= node.start_byte)])
    is_given = symbol.scope.kind == "comprehension" or any(one.role is Role.PARAMETER for one in symbol.occurrences)
    if is_given and floor < 0:
        return True
    inner: Node | None = node
    while inner is not None and inner.type not in _FRAMES:
        if _bound_by_siblings(symbol, inner, floor) or _bound_by_holder(symbol, inner, floor):
            return True
        inner = inner.parent
    return False


def handler_of(one: Occurrence) -> Node | None:
    """The `except … as name` that binds a name, which it unbinds at its end."""
    target = one.node.parent
    pattern = target.parent if target is not None and target.type == "as_pattern_target" else None
    clause = pattern.parent if pattern is not None else None
    return clause if clause is not None and clause.type in {"except_clause", "except_group_clause"} else None


def bound_once(symbol: Symbol) -> bool:
    """Whether a name is bound by one place only, which runs once for each run of its scope."""
    binders = symbol.binders()
    if len(binders) != 1 or symbol.scope.kind == "comprehension":
        return False
    return binders[0].role is Role.PARAMETER or loop_around(binders[0].node) is None


def _bound_by_siblings(symbol: Symbol, node: Node, floor: int) -> bool:
    if node.parent is None or node.parent.type not in {"block", "module"}:
        return False
    siblings = node.parent.named_children
    earlier = (child for child in siblings if floor <= child.start_byte and child.end_byte <= node.start_byte)
    return any(surely_binds(child, symbol) for child in earlier)


def _bound_by_holder(symbol: Symbol, node: Node, floor: int) -> bool:
    """Whether the header of what holds a suite binds the name: `for`, `with`, `except`, a walrus in a condition."""
    outer = node.parent
    if outer is None or node.type != "block" or outer.start_byte < floor:
        return False
    in_header = [one for one in symbol.occurrences if outer.start_byte <= one.start < node.start_byte]
    if outer.type in {"for_statement", "with_statement", "except_clause", "case_clause"}:
        guard = outer.child_by_field_name("guard")
        in_header = [one for one in in_header if guard is None or one.start < guard.start_byte]
        is_body = outer.type in {"except_clause", "case_clause"} or outer.child_by_field_name("body") == node
        return is_body and any(one.role is Role.WRITE and _is_in_header(one, outer) for one in in_header)
    if outer.type not in {"if_statement", "while_statement"}:
        return False
    test = outer.child_by_field_name("condition")
    return test is not None and any(
        one.role is Role.WRITE and one.start < test.end_byte and _is_unconditional(one, test) for one in in_header
    )


def _is_in_header(one: Occurrence, holder: Node) -> bool:
    """Whether a name is bound by the header of a statement and not within an earlier suite of it."""
    node: Node | None = one.node
    while node is not None and node != holder:
        if node.type == "block":
            return False
        node = node.parent
    return True


def _is_unconditional(one: Occurrence, test: Node) -> bool:
    """Whether a walrus is evaluated whenever the condition is."""
    node: Node | None = one.node
    while node is not None and node != test:
        outer = node.parent
        is_later = outer is not None and outer.named_children[:1] != [node]
        if outer is None or (outer.type in {"boolean_operator", "conditional_expression", "lambda"} and is_later):
            return False
        node = outer
    return True


def loop_around(node: Node, *, within: Node | None = None) -> Node | None:
    """The outermost loop around a node in its function, within another node where one is given."""
    found, inner, outer = None, node, node.parent
    while outer is not None and outer.type not in _FRAMES and outer != within:
        # What a `for` runs over is evaluated once.
        if outer.type in _LOOPS and outer.child_by_field_name("right") != inner:
            found = outer
        inner, outer = outer, outer.parent
    return found


def read_after(symbol: Symbol, first: Node, last: Node) -> bool:
    """Whether what a name holds after the statements `first` to `last` may still be read."""
    start, end = first.start_byte, last.end_byte
    loop = loop_around(first)
    for one in symbol.occurrences:
        is_inner = one.scope.function is not symbol.scope.function
        if start <= one.start < end or (one.role not in _READS and not is_inner):
            continue
        comes_later = one.start >= end or (loop is not None and loop.start_byte <= one.start < loop.end_byte)
        if is_inner or (comes_later and not _is_bound_anew(symbol, one, end, loop)):
            return True
    return False


def _is_bound_anew(symbol: Symbol, read: Occurrence, end: int, loop: Node | None) -> bool:
    """Whether another binding surely comes between the statements that end at `end` and a read."""
    floor = end if read.start >= end or loop is None else loop.start_byte
    return bound_before(symbol, read.node, floor)


def swallowed_around(node: Node) -> Node | None:
    """The innermost statement that may catch what a node raises, in the same function: a `try` or a `with`."""
    inner, outer = node, node.parent
    while outer is not None and outer.type not in _FRAMES:
        if outer.type in {"try_statement", "with_statement"} and outer.child_by_field_name("body") == inner:
            return outer
        inner, outer = outer, outer.parent
    return None
