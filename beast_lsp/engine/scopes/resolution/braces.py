"""The names of one file of a language with braces: what its family's walker collects becomes a table.

A file is all that is looked at. What other files may see or bring (exports, packages, inherited fields) is marked, so
that a refactoring can refuse it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope, Symbol, Table

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

VARIABLE, CONSTANT, PARAMETER, FUNCTION, TYPE, IMPORT, PATTERN, PINNED = [
    "variable",
    "constant",
    "parameter",
    "function",
    "type",
    "import",
    "pattern",
    "pinned",
]
"""What is declared. `PINNED`: others may know it by its name; `PATTERN`: where it is in scope depends on the flow."""


@dataclass(eq=False, slots=True)
class BraceTable(Table):
    """A table of a language with braces; every declaration and assignment has the role WRITE.

    `kinds` says by the byte of a declaration what it declares. `unclear` are the bytes of names that may be a variable
    or a member. `foreign` are class bodies that may inherit names. `is_module`: a file whose names no other file sees
    unless they are exported.
    """

    kinds: dict[int, str] = field(default_factory=dict)
    unclear: set[int] = field(default_factory=set)
    foreign: set[Scope] = field(default_factory=set)
    is_module: bool = True

    def kinds_of(self, symbol: Symbol) -> set[str]:
        """What the declarations of a symbol declare."""
        return {self.kinds[one.start] for one in symbol.occurrences if one.start in self.kinds}


Handler = Callable[["Node", Scope], "Scope | None"]


class Walker:
    """Collects names in one walk with a stack of its own; a family sets `handlers` and `declaring`.

    A handler may give the scope that the statements after it are in: that is how a declaration whose name holds from
    there on is told from one that holds in all of its block. Nodes without a handler are read child by child.
    """

    handlers: dict[str, Handler]
    declaring: frozenset[str] = frozenset()

    def __init__(self, tree: SyntaxTree) -> None:
        root = tree.tree.root_node
        self.table = BraceTable(Scope("module", root, None))
        self.table.scopes[root.id] = self.table.module
        self.source = tree.source
        self._blocks: dict[Scope, Scope] = {}
        self._stack: list[tuple[Node, Scope]] = []

    def build(self) -> BraceTable:
        """Reads the whole file."""
        root = self.table.module.node
        self.prepare(root)
        self.sequence(root.named_children, self.table.module)
        while self._stack:
            node, scope = self._stack.pop()
            handler = self.handlers.get(node.type)
            if handler is None:
                self.children(node, scope)
            else:
                handler(node, scope)
        self._link()
        return self.table

    def prepare(self, root: Node) -> None:
        """Looks at the file as a whole before it is walked."""

    def later(self, scope: Scope, *nodes: Node | None) -> None:
        """Reads nodes in a scope, by and by."""
        self._stack += [(node, scope) for node in nodes if node is not None]

    def children(self, node: Node, scope: Scope) -> None:
        """Reads every child of a node in a scope."""
        self._stack += [(child, scope) for child in node.named_children]

    def sequence(self, nodes: Iterable[Node], scope: Scope) -> Scope:
        """Reads statements one after the other, each in the scope that the ones before it leave."""
        for node in nodes:
            if node.type in self.declaring:
                scope = self.handlers[node.type](node, scope) or scope
            else:
                self.later(scope, node)
        return scope

    def open(self, node: Node, parent: Scope, kind: str = "block") -> Scope:
        """A scope of its own for a node."""
        scope = Scope(kind, node, parent)
        parent.children.append(scope)
        self.table.scopes.setdefault(node.id, scope)
        self._blocks[scope] = scope
        return scope

    def extend(self, node: Node, scope: Scope) -> Scope:
        """The scope from a declaration to the end of its block."""
        after = Scope("block", node, scope)
        scope.children.append(after)
        self._blocks[after] = self._blocks.get(scope, scope)
        return after

    def in_block(self, name: str, scope: Scope) -> bool:
        """Whether the block that a scope belongs to has declared a name by then."""
        block = self._blocks.get(scope, scope)
        for outer in scope.outwards():
            if self._blocks.get(outer, outer) is not block:
                return False
            if name in outer.symbols:
                return True
        return False

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.source[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def declare(self, node: Node | None, scope: Scope, kind: str, within: Scope | None = None) -> None:
        """A name that a scope binds; `within` is where the declaration stands, if that is a scope further in."""
        if node is None or node.end_byte <= node.start_byte or self.text(node) == "_":
            return
        self.use(node, within or scope, Role.WRITE)
        name = self.text(node)
        scope.symbols.setdefault(name, Symbol(name, scope))
        self.table.kinds[node.start_byte] = kind

    def use(self, node: Node, scope: Scope, role: Role = Role.READ) -> None:
        """A name that means what a scope around it binds."""
        if node.end_byte > node.start_byte:
            name = self.text(node)
            self.table.occurrences.append(Occurrence(name, node.start_byte, node.end_byte, role, scope, node))

    def read(self, node: Node, scope: Scope) -> None:
        """The handler of plain names."""
        self.use(node, scope)

    def skip(self, node: Node, scope: Scope) -> None:
        """The handler of what holds no names."""

    def _link(self) -> None:
        table = self.table
        table.occurrences.sort(key=lambda one: one.start)
        for one in table.occurrences:
            one.symbol = next(
                (outer.symbols[one.name] for outer in one.scope.outwards() if one.name in outer.symbols), None
            )
            if one.symbol is not None:
                one.symbol.occurrences.append(one)
        table.by_start = {one.start: one for one in table.occurrences}


def mark_dynamic(scope: Scope) -> None:
    """Marks that code in a scope may use any name that it sees."""
    for outer in scope.outwards():
        outer.is_dynamic = True
