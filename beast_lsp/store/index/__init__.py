"""The index of the workspace and the process that builds it.

`WorkspaceIndex` stands for one workspace folder: it keeps n-gram layers for the workspace model, a table of what
the files define, and the sum of their style. All reading and building happens in a batch process of low
priority (`child`); the server opens what that process wrote.
"""

from beast_lsp.store.index.options import IndexOptions
from beast_lsp.store.index.progress import IndexProgress
from beast_lsp.store.index.symbols import SymbolTable
from beast_lsp.store.index.text import IndexLayer
from beast_lsp.store.index.workspace import WorkspaceIndex

__all__ = ["IndexLayer", "IndexOptions", "IndexProgress", "SymbolTable", "WorkspaceIndex"]
