"""The parts of a function that could become functions of their own, or flatter: where to try what. Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.document import Position

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_COMPOUND = frozenset({"for_statement", "while_statement", "if_statement", "with_statement", "try_statement"})
_FEWEST_LINES = 4  # Less is not worth a function.
_MOST_SHARE = 0.85  # More of the function would leave a mere call.


@dataclass(frozen=True, slots=True)
class Piece:
    """A place in a function, and the refactoring to try there."""

    refactoring: str
    kind: str
    start: Position
    end: Position
    title: str


def pieces_of(tree: SyntaxTree, line: int) -> Iterator[Piece]:
    """What to try on the function that begins at a line, the largest parts first."""
    function = _function_at(tree, line)
    body = function.child_by_field_name("body") if function is not None else None
    if function is None or body is None:
        return
    for node in _conditions(body):
        start = tree.position(node.start_point)
        yield Piece("guard-clause", "refactor.rewrite", start, start, f"Leave early, line {start.line + 1}")
    name = "extract-method" if _is_method(function) else "extract-function"
    found = sorted(_runs(body, _lines(function)), key=lambda run: run[0].start_point[0] - run[-1].end_point[0])
    for run in found:
        start, end = tree.position(run[0].start_point), tree.position(run[-1].end_point)
        what = f"Extract lines {start.line + 1} to {end.line + 1} into a {name.removeprefix('extract-')}"
        yield Piece(name, "refactor.extract.function", start, end, what)


def _function_at(tree: SyntaxTree, line: int) -> Node | None:
    """The function whose text begins at a line."""
    text = tree.lines[line] if line < len(tree.lines) else ""
    column = len(text) - len(text.lstrip())
    node = tree.tree.root_node.descendant_for_point_range((line, column), (line, column + 1))
    while node is not None and node.type not in {"function_definition", "decorated_definition"}:
        node = node.parent
    definition = node.child_by_field_name("definition") if node is not None else None
    return definition if definition is not None else node


def _is_method(function: Node) -> bool:
    outer = function.parent
    while outer is not None and outer.type in {"block", "decorated_definition"}:
        outer = outer.parent
    return outer is not None and outer.type == "class_definition"


def _conditions(body: Node) -> Iterator[Node]:
    """The `if` statements that end the function, or a loop of it."""
    last = body.named_children[-1] if body.named_children else None
    if last is not None and last.type == "if_statement":
        yield last
    for child in body.named_children:
        inner = child.child_by_field_name("body") if child.type in {"for_statement", "while_statement"} else None
        if inner is not None:
            yield from _conditions(inner)


def _runs(body: Node, whole: int) -> Iterator[list[Node]]:
    """Compound statements at any depth, and the ends of the body, of a size that is worth a function."""
    statements = [child for child in body.named_children if child.type != "comment"]
    for index in range(1, len(statements)):
        if _fits(statements[index:], whole):
            yield statements[index:]
    stack = list(statements)
    while stack:
        node = stack.pop()
        if node.type in _COMPOUND and _fits([node], whole):
            yield [node]
        if node.type not in {"function_definition", "class_definition"}:
            stack += node.named_children


def _fits(run: list[Node], whole: int) -> bool:
    lines = run[-1].end_point[0] - run[0].start_point[0] + 1
    return _FEWEST_LINES <= lines <= _MOST_SHARE * whole


def _lines(node: Node) -> int:
    return node.end_point[0] - node.start_point[0] + 1
