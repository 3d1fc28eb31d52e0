"""What a rule finds, and what it may look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.document import Position
from beast_lsp.engine.languages import Language, by_name
from beast_lsp.engine.languages.language import grammar

if TYPE_CHECKING:
    from tree_sitter import Node, Query

    from beast_lsp.engine.scopes.facts import Definition
    from beast_lsp.engine.syntax import SyntaxTree


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Edit:
    """`text` in place of what stands from `start` to `end`."""

    start: Position
    end: Position
    text: str


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair that is surely right: what it does, in a few words, and its edits."""

    title: str
    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Finding:
    """One place where a rule applies. `is_dead` marks code that can be shown as having no effect."""

    rule: str
    message: str
    start: Position
    end: Position
    fix: Fix | None = None
    is_dead: bool = False


class Definitions(Protocol):
    """What the workspace defines, by name (`store.index.symbols.SymbolTable`)."""

    def definitions(self, family: str, name: str) -> list[tuple[str, Definition]]:
        """Where `name` is defined: the relative path, and what stands there."""
        ...


class Modules(Protocol):
    """The other modules of the workspace (`store.index.sources.ModuleSource`)."""

    def module(self, importer: str, name: str) -> Place | None:
        """The module that an import in the file at the relative path `importer` names; None where that is not sure."""
        ...


@dataclass(frozen=True, eq=False)
class Place:
    """One text that rules look at: its tree, its path relative to the workspace folder, and what else is defined.

    `cancelled` is polled by what takes long; what was found by then counts for nothing.
    """

    tree: SyntaxTree
    path: str
    defined: Definitions | None = None
    modules: Modules | None = None
    cancelled: Callable[[], bool] = lambda: False
    _known: dict[Callable[[Place], Any], Any] = field(default_factory=dict, init=False, repr=False, compare=False)
    _nodes: dict[tuple[str, ...], list[Node]] = field(default_factory=dict, init=False, repr=False, compare=False)

    @property
    def language(self) -> Language:
        """The text's language."""
        return by_name(self.tree.language)

    @property
    def is_test(self) -> bool:
        """Whether the file holds tests, which do on purpose what is a mistake elsewhere."""
        *folders, name = self.path.replace("\\", "/").split("/")
        return is_test("/".join([*(folder.strip("_") for folder in folders), name]))

    def nodes(self, kinds: Sequence[str]) -> list[Node]:
        """The nodes of some types that could be read whole, in the order of the text; looked for once for all rules."""
        from tree_sitter import QueryCursor  # noqa: PLC0415 - loads with the first parse, not at start.

        key = tuple(kinds)
        if key not in self._nodes:
            found = QueryCursor(_query(self.language, key)).captures(self.tree.tree.root_node)
            whole = (node for nodes in found.values() for node in nodes if not node.has_error)
            self._nodes[key] = sorted(whole, key=lambda node: node.start_byte)
        return self._nodes[key]

    def once(self, read: Callable[[Place], T]) -> T:
        """What `read` says of this text; it is asked once, however many rules want to know."""
        if read not in self._known:
            self._known[read] = read(self)
        return cast(T, self._known[read])

    def text(self, node: Node) -> str:
        """The text of a node."""
        return self.tree.text(node)

    def finding(self, rule: str, message: str, node: Node, fix: Fix | None = None, *, is_dead: bool = False) -> Finding:
        """A finding at a node."""
        start, end = self.tree.position(node.start_point), self.tree.position(node.end_point)
        return Finding(rule, message, start, end, fix, is_dead)

    def replaced(self, title: str, node: Node, text: str) -> Fix:
        """The fix that puts `text` in place of a node."""
        start, end = self.tree.position(node.start_point), self.tree.position(node.end_point)
        return Fix(title, (Edit(start, end, text),))


Check = Callable[[Place], Iterator[Finding]]


@dataclass(frozen=True)
class Rule:
    """One kind of finding: its name, a sentence on what it means, the families it reads, and the function."""

    name: str
    summary: str
    families: frozenset[str]
    check: Check


@cache
def _query(language: Language, kinds: tuple[str, ...]) -> Query:
    from tree_sitter import Query  # noqa: PLC0415 - as above.

    return Query(grammar(language), "[" + " ".join(f"({kind})" for kind in kinds) + "] @node")


_EFFECTS = frozenset(
    {
        "call", "call_expression", "await", "await_expression", "yield", "yield_expression", "new_expression",
        "object_creation_expression", "method_invocation", "update_expression", "assignment_expression",
        "augmented_assignment_expression", "compound_assignment_expr", "named_expression", "macro_invocation",
        "try_expression", "lambda", "list_comprehension", "generator_expression", "template_string", "ERROR",
    }
)  # fmt: skip
"""Types of nodes whose value or effect may differ from one evaluation to the next."""


def is_pure(node: Node) -> bool:
    """Whether evaluating an expression twice in a row gives the same and changes nothing, as far as can be seen."""
    if node.type in _EFFECTS or (node.type == "unary_expression" and node.children and node.children[0].type == "<-"):
        return False
    return all(is_pure(child) for child in node.named_children)


def inside(node: Node, kinds: Iterable[str], *, until: Mapping[str, str] | frozenset[str] = frozenset()) -> bool:
    """Whether a node lies in one of some types, looking no further out than a type of `until`."""
    wanted, outer = frozenset(kinds), node.parent
    while outer is not None and outer.type not in until:
        if outer.type in wanted:
            return True
        outer = outer.parent
    return False


def operands(node: Node) -> tuple[Node, str, Node] | None:
    """Left side, operator and right side of a binary expression; None for anything else, chains included."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    operator = node.child_by_field_name("operator")
    if left is not None and right is not None and operator is not None:
        return left, operator.type, right
    if node.type == "comparison_operator" and node.named_child_count == 2:
        first, second = node.named_children
        signs = [child.type for child in node.children if not child.is_named]
        return first, " ".join(signs), second
    return None
