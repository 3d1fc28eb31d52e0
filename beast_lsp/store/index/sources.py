"""The texts of a workspace folder: for refactorings (`ProgramSources`), and for rules that ask what an import means."""

from __future__ import annotations

import os
import re
import sysconfig
import threading
from collections.abc import Callable, Collection, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cachetools import LRUCache

from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.scopes.resolution.imports import candidates
from beast_lsp.engine.syntax import parse
from beast_lsp.store.index.content import all_lines_of, read_lines
from beast_lsp.store.index.filters import MAX_BYTES
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.walk import FoundFile, walk

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree

_MOST = 200  # modules that stay parsed.
_KEPT_BYTES = 64_000_000  # of files that stay in memory: a quarter of a million lines are 10 MB.
_WORD = re.compile(rb"[\w\x80-\xff]")
_ENVIRONMENTS = (".venv", "venv", "env")


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
        for path in candidates(importer, name, lambda folder: (self._folder / folder / "__init__.py").exists()):
            place = self._place(path)
            if place is not None:
                return place
        return None

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


class ProgramSources:
    """One moment of the texts below `folder`: of open documents, by relative path, what `opened` gives; else the disk.

    What was read once stays as it is. `earlier` is a moment of the same folder: what it read, and which files it found,
    is taken over as far as the disk still says the same. Nothing outside of the folder is read but the sources of
    Python's library, no link is followed, and what the index leaves out is not looked through.
    """

    def __init__(
        self,
        folder: Path,
        opened: Callable[[str], Sequence[str] | None] = lambda _: None,
        options: IndexOptions = DEFAULTS,
        earlier: ProgramSources | None = None,
    ) -> None:
        self._folder = folder
        self._opened = opened
        is_same = earlier is not None and earlier._disk.options == options
        self._disk: _Disk = earlier._disk if earlier is not None and is_same else _Disk(folder, options)
        self._lines: dict[str, Sequence[str] | None] = {}
        self._files: dict[str, FoundFile] | None = None
        self._data: list[tuple[str, bytes]] | None = None
        self._by_path: dict[str, bytes] | None = None
        self._found: dict[frozenset[str], list[str]] = {}

    def paths(self) -> Iterable[str]:
        """The relative paths of the files that the index takes in."""
        return self._listing().keys()

    def _listing(self) -> dict[str, FoundFile]:
        if self._files is None:
            self._files = self._disk.files()
        return self._files

    def lines(self, path: str) -> Sequence[str] | None:
        """The text of a file; None where there is none, or where it is too large or binary, or behind a link."""
        if path not in self._lines:
            lines = self._opened(path)
            self._lines[path] = lines if lines is not None else self._disk.lines(path, self._listing().get(path))
        return self._lines[path]

    def data(self, path: str) -> bytes:
        """The bytes of a file, to look for words in; empty where there is none. Of open documents they are UTF-8."""
        if self._by_path is None:
            self._by_path = dict(self._texts())
        found = self._by_path.get(path)
        return "".join(self.lines(path) or ()).encode("utf-8", "replace") if found is None else found

    def containing(self, names: Collection[str]) -> list[str]:
        """The relative paths of the files that hold one of some names as a word, of whatever kind they are."""
        key = frozenset(names)
        if key not in self._found:
            words = [name.encode("utf-8", "replace") for name in sorted(key) if name]
            self._found[key] = [path for path, data in self._texts() if any(_holds(data, word) for word in words)]
        return list(self._found[key])

    def _texts(self) -> list[tuple[str, bytes]]:
        """The bytes of every file; those of an open document are UTF-8."""
        if self._data is None:
            texts = ((path, self._bytes(path, file)) for path, file in self._listing().items())
            self._data = [(path, data) for path, data in texts if data is not None]
        return self._data

    def _bytes(self, path: str, file: FoundFile) -> bytes | None:
        lines = self._opened(path)
        return self._disk.data(path, file) if lines is None else "".join(lines).encode("utf-8", "replace")

    def library(self, name: str) -> tuple[str, Sequence[str]] | None:
        """A module of Python's library, or of the folder's own virtual environment: its path there, and its text."""
        parts = name.split(".")
        if not all(part.isidentifier() for part in parts):
            return None
        for root in (*_environments(self._folder), Path(sysconfig.get_path("stdlib"))):
            for path in (f"{'/'.join(parts)}/__init__.py", f"{'/'.join(parts)}.py"):
                lines = _read(root, path)
                if lines is not None:
                    return path, lines
        return None


class _Disk:
    """What was read of a folder, with the state of the disk that it was true for."""

    def __init__(self, folder: Path, options: IndexOptions) -> None:
        self.options = options
        self._folder = folder
        self._lock = threading.Lock()
        self._states: dict[str, tuple[int, int]] = {}  # of the folders and of what hides files in them.
        self._files: dict[str, FoundFile] = {}
        self._kept: dict[str, tuple[tuple[int, int], bytes]] = {}
        self._size = 0

    def files(self) -> dict[str, FoundFile]:
        """The files that the index takes in, with their states as of now. Walks only where a folder changed."""
        with self._lock:
            if not self._states or any(_state(path) != state for path, state in self._states.items()):
                self._walk()
            else:
                self._files = {path: now for path, file in self._files.items() if (now := self._now(file)) is not None}
            return dict(self._files)

    def _walk(self) -> None:
        folders: list[Path] = []
        # The state comes before the look: what changes in between is seen the next time.
        states: dict[str, tuple[int, int]] = {}
        found = {}

        def entered(folder: Path) -> None:
            folders.append(folder)
            for name in (folder, folder / ".gitignore"):
                states[str(name)] = _state(str(name))

        for count, file in enumerate(walk(self._folder, self.options, entered)):
            if count >= self.options.max_files:
                break
            found[file.path] = file
        self._files, self._states = found, states
        self._kept = {path: kept for path, kept in self._kept.items() if path in found}
        self._size = sum(len(data) for _, data in self._kept.values())

    def _now(self, file: FoundFile) -> FoundFile | None:
        state = _state(f"{self._folder}/{file.path}")
        if state == (file.mtime_ns, file.size):
            return file
        return FoundFile(file.path, *state) if 0 <= state[1] <= MAX_BYTES else None

    def data(self, path: str, file: FoundFile) -> bytes | None:
        """The bytes of a file of the listing; None where it is gone."""
        state = (file.mtime_ns, file.size)
        known = self._kept.get(path)
        if known is not None and known[0] == state:
            return known[1]
        try:
            with (self._folder / path).open("rb") as stream:
                data = stream.read(MAX_BYTES + 1)
        except OSError:
            return None
        with self._lock:
            gone = self._kept.pop(path, None)
            self._size -= len(gone[1]) if gone is not None else 0
            if self._size + len(data) <= _KEPT_BYTES:
                self._kept[path] = state, data
                self._size += len(data)
        return data

    def lines(self, path: str, file: FoundFile | None) -> list[str] | None:
        """The lines of a file; one that is not in the listing is read where it lies in the folder."""
        if file is None:
            return _read(self._folder, path)
        data = self.data(path, file)
        return all_lines_of(data) if data is not None else None


def _state(path: str) -> tuple[int, int]:
    """When a path changed last, in ns, and its size in bytes; -1 for what is not there."""
    try:
        status = os.lstat(path)
    except OSError:
        return -1, -1
    return status.st_mtime_ns, status.st_size


def _read(root: Path, path: str) -> list[str] | None:
    """The lines of a file below a root; None where it is none, where a link leads to it, or where it leads outside."""
    try:
        top = root.resolve()
        file = top / path
        if file.resolve() != file or not file.is_relative_to(top) or not file.is_file():
            return None
        with file.open("rb") as stream:
            return all_lines_of(stream.read(MAX_BYTES + 1))
    except (OSError, ValueError):
        return None


def _environments(folder: Path) -> list[Path]:
    """Where the libraries of a folder's virtual environments lie."""
    found: list[Path] = []
    for name in _ENVIRONMENTS:
        if (folder / name / "pyvenv.cfg").is_file() and not (folder / name).is_symlink():
            found += sorted((folder / name).glob("lib/python3*/site-packages"))
            found += (folder / name).glob("Lib/site-packages")
    return found


def _holds(data: bytes, word: bytes) -> bool:
    """Whether a text holds a word that is no part of a longer one. Many times faster than a pattern."""
    start = data.find(word)
    while start >= 0:
        end = start + len(word)
        if not _WORD.match(data[start - 1 : start]) and not _WORD.match(data, end):
            return True
        start = data.find(word, end)
    return False
