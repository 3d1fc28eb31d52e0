"""What a refactoring is, and the place that it is asked for at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Proposal, Span

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program

# Nodes that stand in brackets or lists without being an expression of their own.
_NO_EXPRESSIONS = frozenset(
    {
        "block", "module", "parameters", "argument_list", "keyword_argument", "comment", "type_parameter", "ERROR",
        "string_start", "string_end", "string_content", "pair", "for_in_clause", "if_clause", "format_specifier",
        "list_splat", "dictionary_splat", "pattern_list", "with_item", "with_clause", "decorator", "import_prefix",
        "dotted_name", "aliased_import", "escape_sequence", "interpolation", "slice", "case_clause", "case_pattern",
        "as_pattern_target", "else_clause", "elif_clause", "except_clause", "finally_clause", "chevron",
    }
)  # fmt: skip


@dataclass(frozen=True, eq=False)
class Site:
    """Where a refactoring is asked for: bytes `start` to `end` of a file; equal for a mere cursor.

    `options` hold what the user chose, such as the new name; a refactoring says in `Refactoring.options` what it
    understands, and has a default for everything but a rename's name.
    """

    program: Program
    path: str
    start: int
    end: int
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def module(self) -> Module:
        """The file. Raises LookupError where it is gone."""
        module = self.program.module(self.path)
        if module is None:
            raise LookupError(self.path)
        return module

    @property
    def is_selection(self) -> bool:
        """Whether more than a cursor is given."""
        return self.end > self.start

    def span(self, node: Node) -> Span:
        """The span of a node of this file."""
        return Span(self.path, node.start_byte, node.end_byte)

    def text(self, node: Node) -> str:
        """The text of a node of this file."""
        return self.module.tree.text(node)

    def node(self) -> Node:
        """The smallest named node around the selection without the blanks at its ends, or around the cursor."""
        start, end = self._trimmed()
        root = self.module.tree.tree.root_node
        return root.named_descendant_for_byte_range(start, max(start, end)) or root

    def around(self, *kinds: str) -> Node | None:
        """The innermost node of some types around the selection or the cursor, itself included."""
        node: Node | None = self.node()
        while node is not None and node.type not in kinds:
            node = node.parent
        return node

    def expression(self) -> Node | None:
        """The expression that is exactly what is selected; None for a cursor and for anything else."""
        node, (start, end) = self.node(), self._trimmed()
        if not self.is_selection or (node.start_byte, node.end_byte) != (start, end):
            return None
        # `x` alone in a line is an expression statement; the expression is within.
        while node.type == "expression_statement" and node.named_child_count == 1:
            node = node.named_children[0]
        is_expression = not node.type.endswith(("_statement", "_definition")) and node.type not in _NO_EXPRESSIONS
        return node if is_expression else None

    def statements(self) -> list[Node]:
        """The whole statements of one block that are selected, with the comments between them; else none."""
        start, end = self._without_comments(*self._trimmed())
        if start >= end:
            return []
        node = self.module.tree.tree.root_node.named_descendant_for_byte_range(start, end)
        while node is not None and node.type not in {"block", "module"}:
            node = node.parent
        children = node.named_children if node else []
        found = [child for child in children if child.end_byte > start and child.start_byte < end]
        fits = bool(found) and found[0].start_byte == start and found[-1].end_byte == end
        return found if fits else []

    def _without_comments(self, start: int, end: int) -> tuple[int, int]:
        """The selection without whole lines of comments at its ends: the grammar hangs those outside of the block."""
        source = self.module.tree.source
        while source[start : start + 1] == b"#" and start < end:
            line = source.find(b"\n", start, end)
            start = end if line < 0 else line + 1
            while start < end and source[start : start + 1].isspace():
                start += 1
        while end > start:
            line = source.rfind(b"\n", start, end) + 1
            if line <= start or not source[line:end].lstrip().startswith(b"#"):
                break
            end = line + len(source[start:line].rstrip()) - len(source[start:line])
        return start, end

    def _trimmed(self) -> tuple[int, int]:
        source, start, end = self.module.tree.source, self.start, self.end
        while start < end and source[start : start + 1].isspace():
            start += 1
        while end > start and source[end - 1 : end].isspace():
            end -= 1
        return start, end


@dataclass(frozen=True)
class Refactoring:
    """One entry of the menu.

    `name` is what the command line calls it, `kind` the LSP's code action kind, `families` the languages. `propose`
    gives the edits, or None where it does not apply at that place at all (then nobody sees it), and raises
    RefactoringRefused where it would apply but could change what the code does. `options` names what it understands,
    each with a sentence. `glance` is for those that look through the whole workspace, for which a menu has no
    time: it gives the title by a look at the place alone, or "" where it does not apply.
    """

    name: str
    kind: str
    propose: Callable[[Site], Proposal | None]
    families: frozenset[str] = frozenset({"python"})
    options: Mapping[str, str] = field(default_factory=dict)
    glance: Callable[[Site], str] | None = None
