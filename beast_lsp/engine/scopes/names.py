"""What a place in a document can see: names in scope, the members behind a receiver, a call's parameters.

The analysis may be of an older version, and the line at the cursor is half typed. So what lies around the
cursor is read from the text as it is now, and only what lies further off comes from the facts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from beast_lsp.engine.document import Document, Position, changed_lines
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes import braces, python
from beast_lsp.engine.scopes.facts import FileFacts
from beast_lsp.engine.scopes.receivers import call_parameters, receiver_class, receiver_members
from beast_lsp.engine.scopes.signatures import parameter_names
from beast_lsp.engine.scopes.text import before_cursor, joined, mask

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

__all__ = ["ScopedName", "call_parameters", "names_in_scope", "receiver_class", "receiver_members"]

_FUNCTION_LINES = 400  # of a function before the cursor; more is seldom, and would cost milliseconds.
_HEADER_LINES = 40
_MODULE_LINES = 60  # of the module's own code before the cursor, beside what the facts hold.


class ScopedName(NamedTuple):
    """A name that can be used. `distance` counts the scopes outwards from the cursor; 0 is the innermost."""

    name: str
    kind: str
    distance: int


def names_in_scope(
    document: Document, analysis_tree: SyntaxTree | None, facts: FileFacts, position: Position
) -> list[ScopedName]:
    """The names in scope at `position`, nearest first, each once; built-in names and keywords are not among them.

    Total; the tree and the facts may be of an older version of the document.
    """
    if not 0 <= position.line < len(document.lines):
        return []
    family = by_name(document.language).family
    if family == "text":
        return []
    if family == "python":
        near, in_function = _python_names(document.lines, analysis_tree, position)
    else:
        near = [ScopedName(*found) for found in braces.names_in_blocks(family, document.lines, position)]
        in_function = True  # declarations of these languages' modules are seen everywhere in them.
    distance = near[-1].distance + 1 if near else 0
    old = analysis_tree.lines if analysis_tree is not None else document.lines
    far = _module_names(document.lines, old, facts, position, in_function)
    found: dict[str, ScopedName] = {}
    for name in near:
        found.setdefault(name.name, name)
    for text, kind in far:
        found.setdefault(text, ScopedName(text, kind, distance))
    return list(found.values())


def _python_names(lines: Sequence[str], tree: SyntaxTree | None, position: Position) -> tuple[list[ScopedName], bool]:
    """What the blocks around the cursor bind, without the module's names; and whether a function is among them."""
    blocks = python.blocks_around(lines, position, _string_test(lines, tree))
    names = [ScopedName(name, "variable", 0) for name in python.statement_names(lines, position)]
    names += [ScopedName(name, "parameter", 0) for name in python.one_line_parameters(lines, position)]
    distance, in_function = 0, False
    for depth, block in enumerate(blocks):
        if block.kind == "class" and depth:
            continue  # methods don't see the names of their class.
        bound = list(_block_names(lines, block, position, is_innermost=not in_function))
        names += [ScopedName(name, kind, distance) for name, kind in bound]
        in_function = in_function or block.kind == "def"
        distance += 1
    if not blocks:
        start = max(0, position.line - _MODULE_LINES)
        text = before_cursor("python", lines, Position(position.line, 0), start)
        names += [ScopedName(name, kind, 0) for name, kind in reversed(list(python.names_bound(text)))]
    names += [ScopedName(name, "variable", distance) for name in _line_names(lines, position)]
    return names, in_function


def _block_names(
    lines: Sequence[str], block: python.Block, position: Position, *, is_innermost: bool
) -> Iterator[tuple[str, str]]:
    """What one function or class binds, nearest first. Of the innermost only what is bound before the cursor."""
    if is_innermost:
        # A longer function keeps its first lines, which name the parameters.
        first = max(block.line + _HEADER_LINES, position.line - _FUNCTION_LINES)
        head = lines[block.line : min(block.line + _HEADER_LINES, position.line)]
        text = mask("python", joined(head) + joined(lines[first : position.line]))
    else:
        text = python.whole_block(lines, block, _FUNCTION_LINES)
    parameters, body = python.header_and_body(text)
    yield from reversed([(found.name, found.kind) for found in python.names_bound(body)])
    if block.kind == "def":
        yield from ((name, "parameter") for name in parameter_names("python", parameters))


def _line_names(lines: Sequence[str], position: Position) -> list[str]:
    """What the line at the cursor bound before it: loop variables, `as` names, walrus; not what it assigns."""
    typed = before_cursor("python", lines, position, position.line)
    return [found.name for found in python.names_bound(typed) if not re.match(rf"\s*{found.name}\b[^=]*=", typed)]


def _string_test(lines: Sequence[str], tree: SyntaxTree | None):  # type: ignore[no-untyped-def]  # a closure.
    """Whether a line begins inside a string of several lines; the tree knows, where the line is unchanged."""
    if tree is None:
        return lambda _line: False
    start, old_end, new_end = changed_lines(tree.lines, lines)

    def in_string(line: int) -> bool:
        if start <= line < new_end:
            return False
        row = line if line < start else line - new_end + old_end
        node = tree.tree.root_node.descendant_for_point_range((row, 0), (row, 0))
        if node is not None and node.type in {"string_content", "string_end"}:
            node = node.parent
        return node is not None and node.type == "string" and node.start_point[0] < row

    return in_string


def _module_names(
    lines: Sequence[str], old: Sequence[str], facts: FileFacts, position: Position, in_function: bool
) -> Iterator[tuple[str, str]]:
    """The names of the module; at its own level only those bound before the cursor."""
    start, old_end, new_end = (0, 0, 0) if old is lines else changed_lines(old, lines)
    last = position.line if position.line < start else max(start, position.line - new_end + old_end)
    for definition in facts.definitions:
        # What stood on changed lines is gone, or found again below.
        is_own = not definition.container and not start <= definition.line < old_end
        if is_own and (in_function or definition.line < last):
            yield definition.name, definition.kind
    for found in facts.imports:
        yield found.local, "import"
    for number in range(start, min(new_end, start + _MODULE_LINES)):
        # New lines of the module, which the facts don't know yet.
        line = lines[number]
        if number != position.line and line[:1].isalpha():
            yield from (
                (bound.name, bound.kind) for bound in python.names_bound(line) if line is not lines[position.line]
            )
