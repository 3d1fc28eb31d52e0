"""Which files can use a name at all, judged by their words, so that only those are parsed.

A file that uses what a module defines holds the name; and it imports the name from a module of that module's name, has
that word before the dot, or imports everything by a star. It may also have it from a file that hands it on in one of
these ways.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program

_PYTHON = (".py", ".pyi")
_FROM = re.compile(rb"^[ \t]*from[ \t]+([\w.]+)[ \t]+import[ \t]*(\([^)]*\)|(?:[^\n\\]|\\\r?\n)*)", re.MULTILINE)
_ALIAS = re.compile(rb"\b(\w+)[ \t]+as[ \t]+(\w+)|^(\w+)[ \t]*=[ \t]*(?:\w+\.)*(\w+)[ \t]*\r?$", re.MULTILINE)
_DOT = re.compile(rb"(\w+)[\s\\]*\.[\s\\]*\Z")
_ANY = "*"  # the word of a file that has a name from something that may be any module.


class Reach:
    """The same questions over one program; answers are kept."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._sources: dict[tuple[str, frozenset[str]], frozenset[str]] = {}
        self._importers: dict[tuple[frozenset[str], frozenset[str]], set[str]] = {}
        self._stars: dict[str, set[str]] | None = None
        self._stems: frozenset[str] | None = None

    def python_files(self, names: Collection[str]) -> set[str]:
        """The Python files that hold one of some names as a word."""
        return {path for path in self._program.containing(names) if path.endswith(_PYTHON)} if names else set()

    def holding(self, names: Collection[str], pattern: re.Pattern[bytes]) -> list[str]:
        """The Python files that hold one of some names, and a pattern."""
        data = self._program.sources.data
        return sorted(path for path in self.python_files(names) if pattern.search(data(path)))

    def attribute_users(self, names: Iterable[str]) -> set[str]:
        """The Python files that use one of some names after a dot, as a keyword, or bind it in a class."""
        return {path for name in names for path in self.holding({name}, _attribute(name.encode()))}

    def importers(self, paths: Collection[str], names: Collection[str]) -> set[str]:
        """The Python files that may use some names of the modules at some paths; these are among them."""
        key = (frozenset(paths), frozenset(names))
        if key not in self._importers:
            self._importers[key] = self._closure(*key)
        return set(self._importers[key])

    def _closure(self, paths: frozenset[str], names: frozenset[str]) -> set[str]:
        by_word: defaultdict[str, set[str]] = defaultdict(set)
        having = self.python_files(names)
        for path in having:
            for word in self._words_of(path, names):
                by_word[word].add(path)
        twins = {twin for path in paths for twin in (f"{path}i", path.removesuffix("i"))}
        found = {*paths, *having & twins, *by_word[_ANY]}
        modules, seen = set(paths), set(paths)
        while modules:
            stem = stem_of(modules.pop())
            near = (by_word[stem] | self._star_files().get(stem, set())) - seen
            seen |= near
            modules |= near
            found |= near & having
        return found

    def _words_of(self, path: str, names: frozenset[str]) -> frozenset[str]:
        """The last words of the modules that a file may have some names from."""
        key = (path, names)
        if key not in self._sources:
            self._sources[key] = self._looked_up(path, names)
        return self._sources[key]

    def _looked_up(self, path: str, names: frozenset[str]) -> frozenset[str]:
        data, found, imported = self._program.sources.data(path), set(), set()
        named = _any_of(names)
        for match in _FROM.finditer(data):
            if named.search(match[2]):
                found.add(_module_word(path, match[1].decode("utf-8", "replace")))
            imported |= set(re.findall(rb"\w+", match[2]))
        before = _before_dot(data, names)
        for match in _ALIAS.finditer(data) if before else ():
            original, alias = (match[1], match[2]) if match[1] else (match[4], match[3])
            if alias in before:
                before.add(original)
        found |= {word.decode("utf-8", "replace") for word in before}
        # What came from elsewhere under a name of its own may be a module, too.
        is_open = any(word in imported and word.decode("utf-8", "replace") not in self._all_stems() for word in before)
        return frozenset(found | {_ANY}) if is_open else frozenset(found)

    def _all_stems(self) -> frozenset[str]:
        if self._stems is None:
            self._stems = frozenset(stem_of(path) for path in self._program.sources.paths() if path.endswith(_PYTHON))
        return self._stems

    def _star_files(self) -> dict[str, set[str]]:
        """By the last word of a module: the files that import everything from a module called so."""
        if self._stars is None:
            self._stars = defaultdict(set)
            for path in self._program.sources.paths():
                data = self._program.sources.data(path) if path.endswith(_PYTHON) else b""
                for match in _FROM.finditer(data) if b"import *" in data else ():
                    if b"*" in match[2]:
                        self._stars[_module_word(path, match[1].decode("utf-8", "replace"))].add(path)
        return self._stars

    def module_users(self, path: str) -> set[str]:
        """The Python files that hold the name of the module at a path."""
        return self.python_files({stem_of(path)})

    def aliases(self, name: str) -> set[str]:
        """A name, and the names that imports, and assignments at the top of modules, give to what has it."""
        found: set[str] = set()
        waiting = {name}
        while waiting:
            word = waiting.pop()
            found.add(word)
            for path in self.python_files({word}):
                waiting |= _given(self._program.sources.data(path), word.encode()) - found
        return found


def stem_of(path: str) -> str:
    """The word by which imports name the module at a path."""
    parts = path.rstrip("/").rpartition(".")[0].split("/") if path.endswith(_PYTHON) else path.rstrip("/").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]


def _module_word(path: str, module: str) -> str:
    """The last word of a module as an import in a file names it; of one by dots alone that of the package."""
    bare = module.lstrip(".")
    if bare:
        return bare.rpartition(".")[2]
    folders = path.split("/")[: -len(module)]
    return folders[-1] if folders else ""


def _given(data: bytes, word: bytes) -> set[str]:
    """The names that a file gives to what has a name."""
    # Looking for the mere bytes is many times faster than the patterns, and mostly says no.
    patterns = [_imported_as(word)] if word + b" as " in data else []
    patterns += [_assigned(word)] if word + b"\n" in data or word + b"\r" in data else []
    return {match.decode("utf-8", "replace") for pattern in patterns for match in pattern.findall(data)}


@lru_cache(maxsize=256)
def _imported_as(word: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + re.escape(word) + rb"[ \t]+as[ \t]+(\w+)")


@lru_cache(maxsize=256)
def _assigned(word: bytes) -> re.Pattern[bytes]:
    # Only what begins a line is at the top of a module, where other files see it.
    return re.compile(rb"^(\w+)[ \t]*=[ \t]*(?:\w+\.)*" + re.escape(word) + rb"[ \t]*\r?$", re.MULTILINE)


@lru_cache(maxsize=256)
def _any_of(names: frozenset[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:" + b"|".join(re.escape(name.encode()) for name in sorted(names)) + rb")\b|\*")


def _before_dot(data: bytes, names: frozenset[str]) -> set[bytes]:
    """The words that stand before a dot and one of some names."""
    found = set()
    for name in names:
        word = name.encode()
        at = data.find(word)
        while at >= 0:
            before = _DOT.search(data, max(0, at - 200), at)
            if before is not None:
                found.add(before[1])
            at = data.find(word, at + len(word))
    return found


@lru_cache(maxsize=256)
def _attribute(name: bytes) -> re.Pattern[bytes]:
    escaped = re.escape(name)
    given = rb"\b" + escaped + rb"[ \t]*(?:=[^=]|:)|^[ \t]+[\w, \t]*\b" + escaped + rb"\b[\w, \t]*="
    defined = rb"\b(?:def|class)[ \t]+" + escaped + rb"\b"
    return re.compile(rb"\.[\s\\]*" + escaped + rb"\b|" + defined + rb"|" + given, re.MULTILINE)
