"""From a tree to the facts of its file.

They come from one tree-sitter query per language (`Language.facts_query`), which runs in C; Python touches
captured nodes only. Captures: `function`, `class` (nodes), `variable`, `field` (declarations, or their name),
`name` (of a module-level definition), `import`, `member` (an assigned `self.x`), `attribute` (`a.b`), `call` (the
name of a Java method call).
"""

from __future__ import annotations

from collections.abc import Iterator
from operator import attrgetter
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.languages.language import facts_query
from beast_lsp.engine.scopes.collect import Collector
from beast_lsp.engine.scopes.facts import FileFacts

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

# A query holds the GIL while it runs; a window of this many bytes takes milliseconds.
_WINDOW = 65_536
_START = attrgetter("start_byte")


def extract_facts(tree: SyntaxTree | None) -> FileFacts:
    """The facts of a file; broken code gives fewer. Total."""
    if tree is None:
        return FileFacts.EMPTY
    return Collector(tree, by_name(tree.language)).collect(captures(tree))


def captures(tree: SyntaxTree) -> Iterator[tuple[str, list[Node]]]:
    """What the language's query finds, by capture name, window by window."""
    from tree_sitter import QueryCursor  # noqa: PLC0415 - tree-sitter loads with the first parse.

    cursor = QueryCursor(facts_query(by_name(tree.language)))
    size = len(tree.source)
    for start in range(0, size, _WINDOW):
        if size > _WINDOW:
            cursor.set_byte_range(start, start + _WINDOW)
        for name, nodes in cursor.captures(tree.tree.root_node).items():
            if size > _WINDOW:
                # A node that reaches over windows counts where it begins.
                nodes = [node for node in nodes if 0 <= node.start_byte - start < _WINDOW]  # noqa: PLW2901 - fewer of the same.
            # tree-sitter gives them in no order.
            nodes.sort(key=_START)
            yield name, nodes
