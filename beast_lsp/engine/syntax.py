"""Syntax trees of documents, from tree-sitter. The only place that counts bytes.

tree-sitter loads with the first parse. Trees do not pickle: they stay in the process that made them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from beast_lsp.engine.document import Position, changed_lines
from beast_lsp.engine.languages import Language, by_name
from beast_lsp.engine.languages.language import grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Point, Query, Tree

MAX_SIZE = 1_000_000
"""A larger text (in characters) counts as plain text: its parse would hold up the typing."""
MAX_LINE = 20_000
"""So does one with a longer line, which is data or minified."""
# The parser holds the GIL between two reads, so other threads wait for one piece at most.
_PIECE = 4_096
_LONE_CR = re.compile(r"\r(?!\n)")
_CLASS_BODIES = frozenset(
    {"class_definition", "impl_item", "trait_item", "class_specifier", "struct_specifier", "union_specifier"}
)


@dataclass(frozen=True, slots=True)
class SyntaxTree:
    """A tree, the lines it was parsed from and their bytes. Rows are line numbers; columns in it are bytes."""

    language: str
    lines: Sequence[str]
    source: bytes
    tree: Tree

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def position(self, point: Point | tuple[int, int]) -> Position:
        """A place in the tree as line and character column."""
        row, column = point
        line = self.lines[row] if row < len(self.lines) else ""
        if line.isascii():
            return Position(row, column)
        return Position(row, len(_encode(line)[:column].decode("utf-8", "replace")))

    def point(self, position: Position) -> tuple[int, int]:
        """A place in the lines as row and byte column."""
        line = self.lines[position.line]
        return position.line, position.column if line.isascii() else len(_encode(line[: position.column]))


class FunctionNode(NamedTuple):
    """A function or method with a body. The body lies between braces, or begins at its first statement.

    `name` is empty for a function that no name is bound to. `kind` is "function" or "method".
    """

    name: str
    kind: str
    start: Position
    body_start: Position
    body_end: Position


def parse(
    language: str,
    lines: Sequence[str],
    previous: SyntaxTree | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SyntaxTree | None:
    """The tree of `lines`; only what differs from `previous` is parsed again.

    None for a language without a grammar, for a text that is too large, and when `cancelled` says so, which
    is asked every few milliseconds.
    """
    known = by_name(language)
    if not known.has_grammar or max(map(len, lines), default=0) > MAX_LINE or sum(map(len, lines)) > MAX_SIZE:
        return None
    source = _encode("".join(lines))
    tree = None
    if previous is not None and previous.language == language:
        tree = _edited(previous, lines, source)
        if tree is None:
            return SyntaxTree(language, lines, source, previous.tree)
    parsed = _parse(known, source, tree, cancelled)
    return None if parsed is None else SyntaxTree(language, lines, source, parsed)


def _encode(text: str) -> bytes:
    # A lone CR is a line end to LSP and none to tree-sitter; one byte stands for the other, so that rows agree.
    # A lone surrogate has no UTF-8; it becomes a question mark.
    return (_LONE_CR.sub("\n", text) if "\r" in text else text).encode("utf-8", "replace")


def _parse(language: Language, source: bytes, old: Tree | None, cancelled: Callable[[], bool]) -> Tree | None:
    from tree_sitter import Parser  # noqa: PLC0415 - loads with the first parse, not at start.

    def read(offset: int, _point: Point) -> bytes:
        return source[offset : offset + _PIECE]

    def stop(_offset: int, _has_error: bool) -> bool:
        return cancelled()

    try:
        parser = Parser(grammar(language))
        if old is None:
            return parser.parse(read, progress_callback=stop)
        return parser.parse(read, old, progress_callback=stop)
    except ValueError:
        return None  # the parser's way to say that it was stopped.


def _edited(previous: SyntaxTree, lines: Sequence[str], source: bytes) -> Tree | None:
    """A copy of the previous tree that knows which lines changed, or None when none did."""
    start, old_end, new_end = changed_lines(previous.lines, lines)
    if start == old_end == new_end:
        return None
    before = len(_encode("".join(lines[:start])))
    behind = len(_encode("".join(lines[new_end:])))
    tree = previous.tree.copy()
    tree.edit(
        before,
        len(previous.source) - behind,
        len(source) - behind,
        _line_start(lines, start),
        _line_start(previous.lines, old_end),
        _line_start(lines, new_end),
    )
    return tree


def _line_start(lines: Sequence[str], line: int) -> tuple[int, int]:
    """Where a line begins; past the last one, where the text ends."""
    if line < len(lines) or not lines:
        return line, 0
    return len(lines) - 1, len(_encode(lines[-1]))


def functions(tree: SyntaxTree | None) -> list[FunctionNode]:
    """Every function and method that has a body, in the order of the text; inner ones too."""
    if tree is None:
        return []
    from tree_sitter import QueryCursor  # noqa: PLC0415 - see _parse.

    found = QueryCursor(_functions_query(by_name(tree.language))).captures(tree.tree.root_node).get("function", [])
    return sorted(filter(None, (_function(tree, node) for node in found)), key=lambda function: function.start)


@cache
def _functions_query(language: Language) -> Query:
    from tree_sitter import Query  # noqa: PLC0415 - see _parse.

    kinds = " ".join(f"({kind})" for kind in language.functions)
    return Query(grammar(language), f"[{kinds}] @function")


def _function(tree: SyntaxTree, node: Node) -> FunctionNode | None:
    body = node.child_by_field_name("body")
    if body is None:
        return None
    kind = by_name(tree.language).functions[node.type]
    start, end = tree.position(body.start_point), tree.position(body.end_point)
    first, last = (
        body.child(0) if body.child_count else None,
        body.child(body.child_count - 1) if body.child_count else None,
    )
    if first is not None and last is not None and first.type == "{":
        start = tree.position(first.end_point)
        end = tree.position(last.start_point) if last.type == "}" else end
    elif kind != "method" and node.type == "arrow_function":
        return None  # its body is an expression.
    kind = "method" if _is_in_class(node) else kind
    return FunctionNode(function_name(tree, node), kind, tree.position(node.start_point), start, end)


def function_name(tree: SyntaxTree, node: Node) -> str:
    """The name a function is declared or bound by; empty where there is none."""
    name = node.child_by_field_name("name")
    if name is None and (declarator := node.child_by_field_name("declarator")) is not None:
        # C wraps the name into pointers, references and parameter lists.
        while (inner := declarator.child_by_field_name("declarator")) is not None:
            declarator = inner
        name = declarator
    if name is None and node.parent is not None and node.parent.type == "variable_declarator":
        name = node.parent.child_by_field_name("name")
    return tree.text(name) if name is not None else ""


def _is_in_class(node: Node) -> bool:
    outer = node.parent
    if outer is not None and outer.type == "decorated_definition":
        outer = outer.parent
    outer = outer.parent if outer is not None else None
    return outer is not None and outer.type in _CLASS_BODIES


def error_count(tree: SyntaxTree | None) -> int:
    """How many places of the text the grammar could not read; 0 without a tree."""
    if tree is None or not tree.tree.root_node.has_error:
        return 0
    from tree_sitter import QueryCursor  # noqa: PLC0415 - see _parse.

    captures = QueryCursor(_errors_query(by_name(tree.language))).captures(tree.tree.root_node)
    return sum(map(len, captures.values()))


@cache
def _errors_query(language: Language) -> Query:
    from tree_sitter import Query  # noqa: PLC0415 - see _parse.

    return Query(grammar(language), "(ERROR) @error (MISSING) @missing")
