"""A checkout as the rules see it in the server: its files, and what the index knows of them."""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.languages import for_path
from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.syntax import parse
from beast_lsp.replay.copies import read_source
from beast_lsp.store.index.facts import FactsBuilder
from beast_lsp.store.index.sources import ModuleSource
from beast_lsp.store.index.symbols import SymbolTable
from beast_lsp.store.index.walk import walk


@dataclass(frozen=True)
class Checkout:
    """A folder with the facts of its index."""

    folder: Path
    symbols: SymbolTable
    modules: ModuleSource

    def texts(self, family: str | None = None) -> Iterator[tuple[str, str]]:
        """The relative path and the text of each code file, in the order of the paths."""
        for found in sorted(walk(self.folder), key=lambda found: found.path):
            language = for_path(Path(found.path))
            text = read_source(self.folder / found.path) if language.has_grammar else None
            if text is not None and family in {None, language.family}:
                yield found.path, text

    def place(self, path: str, text: str) -> Place | None:
        """What the rules look at where the file holds `text`; None for what can't be parsed."""
        tree = parse(for_path(Path(path)).name, split_lines(text))
        return Place(tree, path, self.symbols, self.modules) if tree is not None else None


@contextlib.contextmanager
def opened(folder: Path) -> Iterator[Checkout]:
    """The checkout with a fresh index, which is gone afterwards."""
    folder, symbols = folder.resolve(), SymbolTable()
    with tempfile.TemporaryDirectory(prefix="beast-rules-") as scratch:
        file = Path(scratch) / "facts.db"
        with contextlib.closing(FactsBuilder(file, folder, lambda _done, _total: None)) as builder:
            builder.update({found.path: found for found in walk(folder)})
        symbols.open(file)
        try:
            yield Checkout(folder, symbols, ModuleSource(folder))
        finally:
            symbols.close()
