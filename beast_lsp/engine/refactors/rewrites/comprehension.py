"""A loop that fills a list, set or dict becomes a comprehension, and back.

The language reference ("Displays for lists, sets and dictionaries") defines a comprehension as such a loop in a scope
of its own. What differs is refused: the loop's variable is gone afterwards, the collection has no name until it is
complete, a key is evaluated before its value (and after it in `d[key] = value`), and a class's names are out of sight.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.values import is_builtin
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.conditional import LOOSE, within
from beast_lsp.engine.refactors.rewrites.negation import opposite
from beast_lsp.engine.refactors.rewrites.visibility import contains, escapes, frame_of, is_captured, is_inert, is_seen
from beast_lsp.engine.refactors.text.suites import (
    comments,
    descendants,
    following,
    headed,
    lead,
    line_end,
    placed,
    stands_alone,
    suite,
)
from beast_lsp.engine.scopes.resolution.table import BINDS
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.table import Symbol

_METHODS = {"list": "append", "set": "add"}
_EMPTY = {"[]": "list", "{}": "dict", "list()": "list", "set()": "set", "dict()": "dict"}
_LOOSE = LOOSE - {"lambda", "conditional_expression"}
BRACKETS = {"list": "[]", "set": "{}", "dict": "{}"}


@dataclass
class _Filling:
    """What a loop does: its clauses as they stand in a comprehension, what is filled, and what with.

    `start` is the statement that makes the collection of type `kind`, which is called `target`; `kept` are the parts of
    the loop that go on, `last` its only statement, and `element` what that puts in: a value, or a key and a value.
    """

    start: Node
    target: Node
    kind: str
    element: tuple[Node, ...] = ()
    loops: list[Node] = field(default_factory=list)
    clauses: list[Piece] = field(default_factory=list)
    kept: list[Node] = field(default_factory=list)
    last: Node | None = None


def loop_to_comprehension(site: Site) -> Proposal | None:
    """The proposal for a `for` loop that only fills the collection which the statement before it makes."""
    site = placed(site)
    loop = _loop(site)
    filling = _made(site, _before(loop)) if loop is not None else None
    if loop is None or filling is None or not stands_alone(site, filling.start):
        return None
    if not _read(site, loop, filling) or filling.last is None:
        return None
    filling.element = _element(site, filling.last, site.text(filling.target), filling.kind)
    if not filling.element:
        return None
    _check(site, loop, filling)
    return _proposal(site, loop, filling)


def _loop(site: Site) -> Node | None:
    selected = site.statements()
    if selected and selected[-1].type == "for_statement" and not selected[-1].has_error:
        return selected[-1] if len([each for each in selected if each.type != "comment"]) == 2 else None
    found = headed(site, "for_statement")
    if found is not None:
        return found
    statement = site.around("expression_statement")
    after = statement.next_named_sibling if statement is not None else None
    while after is not None and after.type == "comment":
        after = after.next_named_sibling
    return after if after is not None and after.type == "for_statement" and not after.has_error else None


def _before(node: Node) -> Node | None:
    """The statement before another one, comments between them left out."""
    found = node.prev_named_sibling
    while found is not None and found.type == "comment":
        found = found.prev_named_sibling
    return found


def _made(site: Site, statement: Node | None) -> _Filling | None:
    """The name that a statement gives an empty collection, and of what type that is."""
    if statement is None or statement.type != "expression_statement" or statement.named_child_count != 1:
        return None
    inner = statement.named_children[0]
    target, value = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    if inner.type != "assignment" or target is None or value is None or target.type != "identifier":
        return None
    kind = _EMPTY.get("".join(site.text(value).split()))
    called = value.child_by_field_name("function")
    if called is not None and not is_builtin(site, called, "list", "set", "dict"):
        return None
    return _Filling(statement, target, kind) if kind is not None else None


def _read(site: Site, loop: Node, into: _Filling) -> bool:
    """Reads a loop and what is nested in it; False where it does more than fill something."""
    left, right, body = (loop.child_by_field_name(name) for name in ("left", "right", "body"))
    if left is None or right is None or body is None or loop.child_by_field_name("alternative") is not None:
        return False
    into.loops.append(loop)
    into.kept += [left, right]
    is_async = any(child.type == "async" for child in loop.children)
    into.clauses += [" async for " if is_async else " for ", Copy(site.span(left)), " in ", *within(site, right)]
    return _read_block(site, body, into)


def _read_block(site: Site, block: Node, into: _Filling) -> bool:
    statements = [child for child in block.named_children if child.type != "comment"]
    *guards, last = statements
    for guard in guards:
        condition = _skipped(site, guard)
        if condition is None:
            return False
        into.clauses += [" if ", *opposite(site, condition)]
        into.kept.append(condition)
    if last.type == "for_statement":
        return _read(site, last, into)
    condition, inner = last.child_by_field_name("condition"), last.child_by_field_name("consequence")
    if last.type == "if_statement" and condition is not None and inner is not None:
        into.clauses += [" if ", *within(site, condition)]
        into.kept.append(condition)
        return last.child_by_field_name("alternative") is None and _read_block(site, inner, into)
    into.last = last
    return True


def _skipped(site: Site, statement: Node) -> Node | None:
    """The condition of an `if` that does nothing but `continue`."""
    found = suite(site, statement) if statement.type == "if_statement" else None
    if found is None or statement.child_by_field_name("alternative") is not None:
        return None
    only = found.statements
    condition = statement.child_by_field_name("condition")
    is_held = condition is not None and condition.start_point.row == condition.end_point.row
    return condition if is_held and len(only) == 1 and only[0].type == "continue_statement" else None


def _element(site: Site, statement: Node, name: str, kind: str) -> tuple[Node, ...]:
    """What a statement puts into the collection called `name`: one expression, or a key and a value; else nothing."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or statement.named_child_count != 1:
        return ()
    if kind == "dict":
        return _pair(site, inner, name)
    function, given = inner.child_by_field_name("function"), inner.child_by_field_name("arguments")
    if function is None or given is None or given.type != "argument_list" or given.named_child_count != 1:
        return ()
    is_plain = given.named_children[0].type not in {"keyword_argument", "list_splat", "dictionary_splat", "comment"}
    return (given.named_children[0],) if is_plain and site.text(function) == f"{name}.{_METHODS[kind]}" else ()


def _pair(site: Site, node: Node, name: str) -> tuple[Node, ...]:
    """The key and the value of `name[key] = value`."""
    left, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    parts = left.named_children if left is not None and left.type == "subscript" else []
    is_plain = node.type == "assignment" and node.child_by_field_name("type") is None and len(parts) == 2
    if not is_plain or value is None or site.text(parts[0]) != name or parts[1].type == "slice":
        return ()
    return (parts[1], value) if value.type != "assignment" else ()


def symbol_of(site: Site, node: Node) -> Symbol | None:
    """The symbol that an identifier means."""
    found = site.module.table.by_start.get(node.start_byte)
    return found.symbol if found is not None else None


def _check(site: Site, loop: Node, filling: _Filling) -> None:
    """Raises RefactoringRefused where the comprehension would not do the same."""
    frame = frame_of(site, loop)
    check_frame(site, loop, filling.kept[1])
    collection = symbol_of(site, filling.target)
    if collection is not None:
        check_collection(site, loop, collection)
        if len([one for one in collection.occurrences if contains(loop, one.node)]) > 1:
            raise RefactoringRefused(f"The loop itself looks at `{collection.name}`, which a comprehension can't.")
    check_order(site, filling.element)
    for symbol in (symbol for each in filling.loops for symbol in variables(site, each)):
        if symbol.scope is not frame or escapes(symbol, loop, frame):
            raise RefactoringRefused(
                f"`{symbol.name}` may be read after the loop; a comprehension's variable is gone by then.",
                hint="Give the loop a variable of its own.",
            )
        check_rebound(symbol, loop, filling.kept[1])
        if is_captured(site, symbol, loop, frame):
            raise RefactoringRefused(f"A function or a generator made in the loop keeps `{symbol.name}`.")


def check_rebound(symbol: Symbol, loop: Node, iterable: Node) -> None:
    """Raises RefactoringRefused where a loop's variable is given other values, or would be nothing's any more."""
    inner = [one for one in symbol.occurrences if contains(loop, one.node)]
    holders = [one.node.parent for one in inner if one.role in BINDS]
    if any(holder is not None and holder.type == "named_expression" for holder in holders):
        raise RefactoringRefused(f"`:=` gives the loop's variable `{symbol.name}` a value of its own.")
    rest = [one for one in symbol.occurrences if one not in inner or contains(iterable, one.node)]
    if rest and not any(one.role in BINDS for one in rest):
        raise RefactoringRefused(f"Without the loop, nothing would bind `{symbol.name}` here.")


def check_frame(site: Site, node: Node, free: Node) -> None:
    """Raises RefactoringRefused where a comprehension sees less than a loop; `free` is its first iterable."""
    frame = frame_of(site, node)
    if frame.kind == "class":
        raise RefactoringRefused("A comprehension in a class body does not see the class's names.")
    if frame.is_dynamic:
        raise RefactoringRefused("This scope calls `locals()`, `eval` or the like, which sees the loop's variable.")
    for each in descendants(node):
        if each.type == "yield":
            raise RefactoringRefused("`yield` can't stand in a comprehension.")
        if each.type == "identifier" and site.text(each) in {"super", "__class__"} and not contains(free, each):
            raise RefactoringRefused("`super()` does not work within a comprehension.", hint="Call it before the loop.")


def check_collection(site: Site, node: Node, collection: Symbol) -> None:
    """Raises RefactoringRefused where somebody may see the collection while it is filled."""
    if is_seen(site, collection, node, frame_of(site, node)):
        raise RefactoringRefused(
            f"`{collection.name}` may be looked at before it is complete: by another function, or after an error.",
            hint="Fill a variable that only this code uses.",
        )


def check_order(site: Site, element: tuple[Node, ...]) -> None:
    """Raises RefactoringRefused where it matters whether a key is evaluated before its value."""
    has_walrus = any(node.type == "named_expression" for part in element for node in descendants(part))
    if len(element) == 2 and (has_walrus or not any(is_inert(site, part) for part in element)):
        raise RefactoringRefused(
            "`d[key] = value` evaluates the value first, a comprehension the key.",
            hint="Put the key or the value into a variable first.",
        )


def variables(site: Site, loop: Node) -> Iterator[Symbol]:
    """The variables that a loop, or a clause of a comprehension, gives values. Raises RefactoringRefused for others."""
    target = loop.child_by_field_name("left")
    for node in descendants(target) if target is not None else ():
        if node.type in {"attribute", "subscript"}:
            raise RefactoringRefused("The loop's target is no plain variable.")
        symbol = symbol_of(site, node) if node.type == "identifier" else None
        if symbol is not None:
            yield symbol


def _proposal(site: Site, loop: Node, filling: _Filling) -> Proposal:
    start, body = filling.start, suite(site, loop)
    end = body.end if body is not None else line_end(site, loop.end_byte)
    value = start.named_children[0].child_by_field_name("right")
    front = Span(site.path, start.start_byte, value.start_byte if value is not None else start.end_byte)
    remarks = [each for each in following(start) if each.type == "comment" and each.start_byte < loop.start_byte]
    remarks += comments(loop, [*filling.kept, *filling.element])
    above = [f"{site.text(remark)}\n{lead(site, start.start_byte)}" for remark in remarks]
    brackets = BRACKETS[filling.kind]
    inner = [piece for part in filling.element for piece in (": ", *within(site, part, _LOOSE))]
    targets = [one for each in filling.loops for one in descendants(each.child_by_field_name("left") or each)]
    splits = frozenset(site.span(node) for node in targets if node.type == "identifier")
    pieces = (*above, Copy(front), brackets[0], *inner[1:], *filling.clauses, brackets[1])
    edit = Edit(Span(site.path, start.start_byte, end), pieces)
    return Proposal("Use a comprehension", (edit,), splits=splits)


LOOP_TO_COMPREHENSION = Refactoring("loop-to-comprehension", "refactor.rewrite", loop_to_comprehension)
