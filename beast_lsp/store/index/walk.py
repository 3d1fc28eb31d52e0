"""The files of a folder that are worth reading, in one deterministic order.

Left out: what .gitignore hides, vendored and built trees, binary, data and secret files, files over
`MAX_BYTES`, symbolic links that leave the folder or lead to a folder, and whatever can't be read. What a file
holds is judged when it is read (`content`).
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.secrets import is_secret_file
from beast_lsp.store.index.filters import MAX_BYTES, is_left_out_file, is_left_out_folder, needs_children
from beast_lsp.store.index.ignore import IgnoreRules, patterns, rules_above
from beast_lsp.store.index.options import DEFAULTS, IndexOptions

_MAX_DEPTH = 60  # Deeper than any source tree; a file system that loops ends here.


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file: its path relative to the folder (posix), its modification time in ns and its size in bytes."""

    path: str
    mtime_ns: int
    size: int


def walk(
    folder: Path, options: IndexOptions = DEFAULTS, entered: Callable[[Path], None] = lambda _: None
) -> Iterator[FoundFile]:
    """Yields the files below `folder`, sorted by path within each folder; nothing where the folder is gone.

    `entered` is told of each folder that is looked into.
    """
    prefix, rules = rules_above(folder)
    walker = _Walker(prefix, patterns(options.exclude), entered)
    yield from walker.folder(folder, "", rules, 0)


def find(folder: Path, path: str, options: IndexOptions = DEFAULTS) -> FoundFile | None:
    """The file at a relative path, if a walk would yield it. Costs a walk along the path only."""
    prefix, rules = rules_above(folder)
    walker = _Walker(prefix, patterns(options.exclude))
    parts = path.split("/")
    if ".." in parts:
        return None
    base = ""
    for depth, part in enumerate(parts):
        entries = _entries(folder / base)
        rules = rules.entering(folder / base, prefix + base)
        entry = next((entry for entry in entries if entry.name == part), None)
        if entry is None:
            return None
        if depth == len(parts) - 1:
            return walker.file(entry, base, rules)
        if not walker.goes_into(entry, base, rules, entries):
            return None
        base += part + "/"
    return None


class _Walker:
    """One walk: `prefix` is the folder's path in its repository, for the rules above it."""

    def __init__(self, prefix: str, excluded: IgnoreRules, entered: Callable[[Path], None] = lambda _: None) -> None:
        self._prefix = prefix
        self._excluded = excluded
        self._entered = entered

    def folder(self, folder: Path, base: str, rules: IgnoreRules, depth: int) -> Iterator[FoundFile]:
        self._entered(folder)
        entries = _entries(folder)
        if any(entry.name == ".gitignore" for entry in entries):
            rules = rules.entering(folder, self._prefix + base)
        for entry in entries:
            if _is_folder(entry):
                if depth < _MAX_DEPTH and self.goes_into(entry, base, rules, entries):
                    yield from self.folder(Path(entry.path), f"{base}{entry.name}/", rules, depth + 1)
            elif (found := self.file(entry, base, rules)) is not None:
                yield found

    def goes_into(
        self, entry: "os.DirEntry[str]", base: str, rules: IgnoreRules, siblings: "list[os.DirEntry[str]]"
    ) -> bool:
        """Whether the entry is a folder (no link) whose files count."""
        if not _is_folder(entry):
            return False
        children = [child.name for child in _entries(Path(entry.path))] if needs_children(entry.name) else []
        if is_left_out_folder(entry.name, {sibling.name for sibling in siblings}, children):
            return False
        return not self._hidden(f"{base}{entry.name}/", rules)

    def file(self, entry: "os.DirEntry[str]", base: str, rules: IgnoreRules) -> FoundFile | None:
        """The entry, if it is a file that counts."""
        path = f"{base}{entry.name}"
        if is_left_out_file(entry.name) or is_secret_file(Path(path)):
            return None
        try:
            if entry.is_symlink() or not entry.is_file():
                return None
            status = entry.stat()
            entry.name.encode()  # A name that is no Unicode can't be stored.
        except (OSError, UnicodeEncodeError):
            return None
        if status.st_size > MAX_BYTES or self._hidden(path, rules):
            return None
        return FoundFile(path, status.st_mtime_ns, status.st_size)

    def _hidden(self, path: str, rules: IgnoreRules) -> bool:
        return rules.hides(self._prefix + path) or self._excluded.hides(path)


def _entries(folder: Path) -> "list[os.DirEntry[str]]":
    try:
        with os.scandir(folder) as entries:
            return sorted(entries, key=lambda entry: entry.name)
    except OSError:
        return []


def _is_folder(entry: "os.DirEntry[str]") -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False
