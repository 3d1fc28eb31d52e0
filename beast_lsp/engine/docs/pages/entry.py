"""What the reference tells of: modules, and what they hold that is public."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Entry:
    """Something public. `name` is qualified within its module ("Class.method").

    `kind` is "function", "class", "method", "property", "attribute", "constant", "type" or a word of the language.
    `signature` is code as it stands in the source, `doc` the docstring or the doc comment, without its marks and in
    its own style. `path` and `line` (from 0 on) say where it is defined, which may be in another module.
    """

    name: str
    kind: str
    signature: str
    doc: str
    path: str
    line: int
    members: tuple[Entry, ...] = ()

    def below(self, holder: str) -> Entry:
        """The same as a member of something that is called otherwise."""
        name = f"{holder}.{self.name.rpartition('.')[2]}"
        return replace(self, name=name, members=tuple(one.below(name) for one in self.members))

    def all(self) -> Iterator[Entry]:
        """The entry and everything in it."""
        yield self
        for member in self.members:
            yield from member.all()


@dataclass(frozen=True, slots=True)
class Handed:
    """A name that a module hands on from another one, which has a page of its own."""

    name: str
    module: str
    original: str


@dataclass(frozen=True, slots=True)
class ModuleEntry:
    """A module, package or folder: `name` as imports name it, its own text, and what it holds and hands on."""

    name: str
    path: str
    language: str
    doc: str
    entries: tuple[Entry, ...] = ()
    handed: tuple[Handed, ...] = ()

    def all(self) -> Iterator[Entry]:
        """Every entry, members included."""
        for one in self.entries:
            yield from one.all()
