"""The Python files of a workspace folder, parsed and resolved when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Protocol

from beast_lsp.engine.scopes.resolution.build import build_table
from beast_lsp.engine.syntax import parse

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.table import Table
    from beast_lsp.engine.syntax import SyntaxTree


class Sources(Protocol):
    """Where the texts come from (`store.index.sources.ProgramSources`): open documents first, then the disk."""

    def paths(self) -> Iterable[str]:
        """The relative paths of the files of the workspace folder in a language that has a grammar."""
        ...

    def lines(self, path: str) -> Sequence[str] | None:
        """The text of a file; None where there is none, or where it can't be read."""
        ...

    def containing(self, names: Collection[str]) -> list[str]:
        """The relative paths of the files that hold one of some names as a word, of whatever kind the files are."""
        ...


@dataclass(eq=False)
class Module:
    """One file: its path, its tree, and the table of its names, made when it is asked for."""

    path: str
    tree: SyntaxTree

    @cached_property
    def table(self) -> Table:
        """What the file's names mean. Python only."""
        return build_table(self.tree)
