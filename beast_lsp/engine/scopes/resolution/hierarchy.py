"""Down the hierarchy: the classes of the workspace that inherit from a class, and those that share a member."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.definition import Definition
from beast_lsp.engine.scopes.resolution.members import Klass

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program

_FIRST = re.compile(rb"[ \t]*(\w+)")
_CLASS = re.compile(rb"^[ \t]*class[ \t]+\w+[^(:\n]*\(([^:]*?)\)[ \t]*:", re.MULTILINE)
_MOST = 2_000  # descendants; more is no class that anybody renames.


@dataclass(frozen=True, slots=True)
class Family:
    """Who shares a member: its `definitions`, one for each set of topmost classes, and all classes that have it."""

    definitions: frozenset[Definition]
    classes: tuple[Klass, ...]


class Hierarchy:
    """Looks for descendants in the files that mention a class."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._children: dict[Klass, list[Klass]] = {}

    def descendants(self, klass: Klass) -> list[Klass]:
        """The class and all that inherit from it, over any number of steps."""
        found: dict[Klass, None] = {klass: None}
        waiting = [klass]
        while waiting and len(found) < _MOST:
            for child in self.children(waiting.pop()):
                if child not in found:
                    found[child] = None
                    waiting.append(child)
        return list(found)

    def children(self, klass: Klass) -> list[Klass]:
        """The classes that name a class among their bases."""
        if klass not in self._children:
            names = self._program.reach.aliases(klass.name)
            paths = sorted(self._program.reach.python_files(names))
            candidates = (one for path in paths for one in self._classes(path, names))
            self._children[klass] = [one for one in candidates if klass in self._program.classes.bases(one)]
        return self._children[klass]

    def _classes(self, path: str, names: set[str]) -> Iterator[Klass]:
        """The classes of a file that may inherit from a class that has some names."""
        may_inherit = _may_inherit(self._program.sources.data(path), names)
        module = self._program.module(path) if may_inherit else None
        if module is not None:
            for scope in module.table.scopes.values():
                if scope.kind == "class":
                    yield self._program.classes.of(path, scope)

    def family(self, member: Definition) -> Family:
        """Everyone who shares a member with its topmost classes, be it through a common descendant."""
        classes = self._program.classes
        roots = {root for root in member.within if root.kind == "symbol"}
        found: set[Definition] = {member}
        having: dict[Klass, None] = {}
        seen: set[Definition] = set()
        while roots - seen:
            root = (roots - seen).pop()
            seen.add(root)
            top = classes.by_definition(root)
            for one in self.descendants(top) if top is not None else ():
                if member.name in one.names:
                    having[one] = None
                if classes.roots(one, member.name):  # one without it may inherit it from two sides.
                    other = classes.member(one, member.name)
                    found.add(other)
                    roots |= {each for each in other.within if each.kind == "symbol"}
        return Family(frozenset(found), tuple(having))


def _may_inherit(data: bytes, names: set[str]) -> bool:
    """Whether a class of a file has one of some names among its bases, or a name that the file gives to one."""
    listed = [set(re.findall(rb"\w+", found[1])) for found in _CLASS.finditer(data)]
    if not listed:
        return False
    words = {name.encode() for name in names}
    for word in tuple(words):
        words.update(_assigned(data, word))
    return any(not words.isdisjoint(each) for each in listed)


def _assigned(data: bytes, word: bytes) -> Iterator[bytes]:
    """The names that begin a line in which a word stands behind the only `=` before it."""
    for found in re.finditer(rb"\b" + re.escape(word) + rb"\b", data):
        start = data.rfind(b"\n", 0, found.start()) + 1
        before = data[start : found.start()]
        if before.count(b"=") == 1 and (named := _FIRST.match(before)) is not None:
            yield named[1]
