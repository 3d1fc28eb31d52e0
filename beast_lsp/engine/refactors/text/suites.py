"""Statements and their suites as lines of text: indentation, comments, where a suite ends, whether it always leaves.

Python. Rewrites of control flow move or shift whole lines, so that comments and blank lines come along.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Edit, Span
from beast_lsp.engine.tokens import indent_unit

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_JUMPS = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})


@dataclass(frozen=True)
class Suite:
    """What stands behind the colon of a header, up to the end of its last line; comments of that depth included.

    `colon` is the byte behind the colon, `end` the last line's end without its line break. `first` is where the
    text begins: behind the blanks after the colon for a suite in the header's own line (`is_inline`), else the
    start of the line after the header.
    """

    header: Node
    block: Node
    colon: int
    first: int
    end: int
    is_inline: bool

    @property
    def statements(self) -> list[Node]:
        """Its statements, without comments."""
        return [child for child in self.block.named_children if child.type != "comment"]


def suite(site: Site, header: Node) -> Suite | None:
    """The suite of a compound statement or a clause; None where it is broken."""
    block = header.child_by_field_name("consequence") or header.child_by_field_name("body")
    colons = [child for child in header.children if child.type == ":"]
    if block is None or not colons or block.type != "block" or not block.named_children:
        return None
    source = site.module.tree.source
    colon = next((child.end_byte for child in reversed(colons) if child.end_byte <= block.start_byte), None)
    if colon is None:
        return None
    is_inline = block.start_point.row == source.count(b"\n", 0, colon)
    first = block.start_byte if is_inline else line_end(site, colon, with_break=True)
    return Suite(header, block, colon, first, line_end(site, block.end_byte), is_inline)


def line_start(site: Site, offset: int) -> int:
    """The byte at which the line of an offset begins."""
    return site.module.tree.source.rfind(b"\n", 0, offset) + 1


def line_end(site: Site, offset: int, *, with_break: bool = False) -> int:
    """The byte at which the line of an offset ends, before its line break or behind it."""
    source = site.module.tree.source
    found = source.find(b"\n", offset)
    if found < 0:
        return len(source)
    if with_break:
        return found + 1
    return found - 1 if source[max(offset, found - 1) : found] == b"\r" else found


def lead(site: Site, offset: int) -> str:
    """The indentation of the line of an offset."""
    start = line_start(site, offset)
    line = site.module.tree.source[start : line_end(site, offset)]
    return line[: len(line) - len(line.lstrip(b" \t\f"))].decode()


def unit(site: Site) -> str:
    """One step of the file's indentation."""
    return indent_unit(site.module.tree.lines)


def stands_alone(site: Site, node: Node) -> bool:
    """Whether nothing but blanks stands before a statement in its line, and nothing but a comment behind it."""
    source = site.module.tree.source
    before = source[line_start(site, node.start_byte) : node.start_byte]
    behind = source[node.end_byte : line_end(site, node.end_byte)].strip()
    return not before.strip() and (not behind or behind.startswith(b"#"))


def shifted(site: Site, start: int, end: int, old: str, new: str) -> list[Edit]:
    """The edits that put `new` in place of the indentation `old` in the lines that begin from `start` to `end`.

    Blank lines, lines that are indented by less, and lines that begin within a string stay as they are.
    """
    source, inside = site.module.tree.source, _rows_in_strings(site.module.tree.tree.root_node, start, end)
    edits, row, at = [], source.count(b"\n", 0, start), line_start(site, start)
    while at < end:
        line = source[at : line_end(site, at)]
        if row not in inside and line.strip() and line.startswith(old.encode()) and at >= start:
            edits.append(Edit(Span(site.path, at, at + len(old)), (new,) if new else ()))
        at, row = line_end(site, at, with_break=True), row + 1
    return edits


def _rows_in_strings(root: Node, start: int, end: int) -> set[int]:
    """The rows from `start` to `end` that begin within a string."""
    return {
        row
        for node in descendants(root, start, end)
        if node.type == "string"
        for row in range(node.start_point.row + 1, node.end_point.row + 1)
    }


def descendants(root: Node, start: int = 0, end: int = 1 << 62) -> Iterator[Node]:
    """A node and all below it that touch the bytes from `start` to `end`, in the order of the text."""
    stack = [root]
    while stack:
        node = stack.pop()
        if node.start_byte <= end and node.end_byte >= start:
            yield node
            stack += reversed(node.children)


def comments(root: Node, kept: Iterable[Node] = ()) -> list[Node]:
    """The comments within a node that lie in none of the nodes that are kept."""
    spans = [(node.start_byte, node.end_byte) for node in kept]
    return [
        node
        for node in descendants(root)
        if node.type == "comment" and not any(start <= node.start_byte < end for start, end in spans)
    ]


def always_leaves(block: Node) -> bool:
    """Whether control never runs off the end of a block, as far as its form shows: it ends with a jump."""
    statements = [child for child in block.named_children if child.type != "comment"]
    if not statements:
        return False
    last = statements[-1]
    if last.type != "if_statement":
        return last.type in _JUMPS
    branches = [last, *last.children_by_field_name("alternative")]
    blocks = [each.child_by_field_name("consequence") or each.child_by_field_name("body") for each in branches]
    return branches[-1].type == "else_clause" and all(each is not None and always_leaves(each) for each in blocks)


def placed(site: Site) -> Site:
    """The site, with a cursor in a line's indentation moved to the line's first word."""
    if site.is_selection:
        return site
    first = line_start(site, site.start) + len(lead(site, site.start).encode())
    return replace(site, start=max(first, site.start), end=max(first, site.start))


def headed(site: Site, *kinds: str) -> Node | None:
    """The innermost compound statement or clause of some types whose header holds the cursor, or which is selected."""
    node = site.around(*kinds)
    found = suite(site, node) if node is not None else None
    if node is None or found is None or node.has_error:
        return None
    in_header = node.start_byte <= site.start and site.end <= line_end(site, found.colon)
    is_before = site.end <= found.block.start_byte
    selected = site.module.tree.source[site.start : site.end].strip()
    is_whole = selected == site.module.tree.source[node.start_byte : node.end_byte].strip()
    return node if (in_header and is_before) or (site.is_selection and is_whole) else None


def following(node: Node) -> list[Node]:
    """The statements and comments that come after a statement in its block."""
    found, each = [], node.next_named_sibling
    while each is not None:
        found.append(each)
        each = each.next_named_sibling
    return found


def runs_next(node: Node) -> str:
    """What jump has the effect of running off the end of a statement: "return", "continue", or "" where none has.

    The statement is the last of a function's or a loop's own body; nothing is said of what lies in `with` or `try`.
    """
    block = node.parent
    if block is None or block.type != "block" or any(each.type != "comment" for each in following(node)):
        return ""
    holder = block.parent
    kinds = {"function_definition": "return", "for_statement": "continue", "while_statement": "continue"}
    return kinds.get(holder.type, "") if holder is not None else ""
