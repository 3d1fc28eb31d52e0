"""Which languages have a table of names, and what makes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes.resolution.build import build_table
from beast_lsp.engine.scopes.resolution.golang import build_go
from beast_lsp.engine.scopes.resolution.java import build_java
from beast_lsp.engine.scopes.resolution.javascript import build_javascript
from beast_lsp.engine.scopes.resolution.rust import build_rust
from beast_lsp.engine.scopes.resolution.table import Scope, Table

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

_BUILDERS: Mapping[str, Callable[[SyntaxTree], Table]] = {
    "python": build_table,
    "javascript": build_javascript,
    "go": build_go,
    "rust": build_rust,
    "java": build_java,
}


def has_table(tree: SyntaxTree) -> bool:
    """Whether names are known in the language of a tree."""
    return by_name(tree.language).family in _BUILDERS


def names_of(tree: SyntaxTree) -> Table:
    """What the names of a file mean; an empty table for a language without one."""
    builder = _BUILDERS.get(by_name(tree.language).family)
    return builder(tree) if builder is not None else Table(Scope("module", tree.tree.root_node, None))
