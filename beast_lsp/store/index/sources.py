"""The modules of a workspace folder, parsed when a rule asks what an import means."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from cachetools import LRUCache

from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.syntax import parse
from beast_lsp.store.index.content import read_lines

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

_MOST = 200  # modules that stay parsed.
_ROOTS = ("src", "lib", "python")  # folders that packages lie in, beside the ones around the importing file.


class ModuleSource:
    """Finds and parses Python modules below `folder`; `opened` gives the tree of a file that is open in the editor.

    A module's text is read anew when its file changed. Nothing outside of the folder is read, and no link followed.
    """

    def __init__(self, folder: Path, opened: Callable[[Path], SyntaxTree | None] = lambda _: None) -> None:
        self._folder = folder
        self._opened = opened
        self._lock = threading.Lock()
        self._places: LRUCache[str, tuple[tuple[int, int], Place]] = LRUCache(_MOST)

    def module(self, importer: str, name: str) -> Place | None:
        """The module that an import in the file at the relative path `importer` names; None where that is not sure."""
        for path in self._candidates(importer, name):
            place = self._place(path)
            if place is not None:
                return place
        return None

    def _candidates(self, importer: str, name: str) -> Iterator[str]:
        folder = PurePosixPath(importer).parent
        bare = name.lstrip(".")
        parts, level = bare.split(".") if bare else [], len(name) - len(bare)
        if level:
            if level - 1 <= len(folder.parts):
                yield from _files(PurePosixPath(*folder.parts[: len(folder.parts) - level + 1]), parts)
            return
        if not parts or parts[0] in sys.stdlib_module_names:
            return
        around = [folder, *folder.parents]
        for root in (*around, *map(PurePosixPath, _ROOTS)):
            # A folder with an `__init__.py` is a package, which no import starts in.
            if not (self._folder / root / "__init__.py").exists():
                yield from _files(root, parts)

    def _place(self, path: str) -> Place | None:
        file = self._folder / path
        tree = self._opened(file)
        try:
            status = file.lstat()
        except OSError:
            return None
        # The place that is kept keeps its tree, so that no other one gets its id.
        state = (id(tree), 0) if tree is not None else (status.st_mtime_ns, status.st_size)
        with self._lock:
            known = self._places.get(path)
        if known is not None and known[0] == state:
            return known[1]
        if tree is None and not file.is_symlink():
            lines = read_lines(file)
            tree = parse("python", lines) if lines is not None else None
        if tree is None:
            return None
        place = Place(tree, path, modules=self)
        with self._lock:
            self._places[path] = (state, place)
        return place


def _files(root: PurePosixPath, parts: list[str]) -> Iterator[str]:
    if parts:
        yield root.joinpath(*parts).with_suffix(".py").as_posix()
    yield root.joinpath(*parts, "__init__.py").as_posix()
