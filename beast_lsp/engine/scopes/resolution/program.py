"""The files of a workspace folder, parsed and resolved when they are asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Definition, Value
from beast_lsp.engine.scopes.resolution.hierarchy import Hierarchy
from beast_lsp.engine.scopes.resolution.imports import Imports
from beast_lsp.engine.scopes.resolution.members import Classes, class_of, own_attributes
from beast_lsp.engine.scopes.resolution.overlay import Overlay
from beast_lsp.engine.scopes.resolution.reach import Reach
from beast_lsp.engine.scopes.resolution.resolver import Resolver, meanings
from beast_lsp.engine.scopes.resolution.table import Occurrence
from beast_lsp.engine.scopes.resolution.tables import has_table, names_of
from beast_lsp.engine.syntax import parse

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.table import Table
    from beast_lsp.engine.syntax import SyntaxTree

_KEPT_BYTES = 4_000_000  # of source whose trees and tables a later program takes over.


class Sources(Protocol):
    """Where the texts come from (`store.index.sources.ProgramSources`): open documents first, then the disk.

    What was read once stays as it is for as long as the object lives: it is one moment of the workspace.
    """

    def paths(self) -> Iterable[str]:
        """The relative paths of the files of the workspace folder, of whatever kind."""
        ...

    def lines(self, path: str) -> Sequence[str] | None:
        """The text of a file; None where there is none, or where it can't be read."""
        ...

    def containing(self, names: Collection[str]) -> list[str]:
        """The relative paths of the files that hold one of some names as a word, of whatever kind the files are."""
        ...

    def data(self, path: str) -> bytes:
        """The bytes of a file, to look for words in; empty where there is none."""
        ...

    def library(self, name: str) -> tuple[str, Sequence[str]] | None:
        """The path, relative to where libraries lie, and the text of a module from outside, by its dotted name."""
        ...


@dataclass(eq=False)
class Module:
    """One file: its path, its tree, and the table of its names, made when it is asked for."""

    path: str
    tree: SyntaxTree

    @cached_property
    def has_names(self) -> bool:
        """Whether there is a table for the file's language."""
        return has_table(self.tree)

    @cached_property
    def table(self) -> Table:
        """What the file's names mean; over files for Python only."""
        return names_of(self.tree)

    @cached_property
    def attributes(self) -> dict[int, dict[str, list[Occurrence]]]:
        """By the id of a class's node: the attributes that its methods use of their first parameter."""
        return own_attributes(self.table)

    def at(self, path: str) -> Module:
        """The same file at another path."""
        other = Module(path, self.tree)
        other.__dict__.update({**self.__dict__, "path": path})
        return other


class Program:
    """One moment of a workspace: its files, and what their names mean. Used by one thread at a time.

    `earlier` is a program of the same workspace whose trees are taken over where the text is still the same.
    """

    def __init__(self, sources: Sources, earlier: Program | None = None) -> None:
        self.sources = sources
        self._modules: dict[str, Module | None] = {}
        self._old = earlier.kept_modules() if earlier is not None else {}
        self._libraries: dict[str, str | None] = {}
        self._library_modules: dict[str, Module | None] = {}  # shared with the programs that changes make of this.
        self._meanings: dict[tuple[str, frozenset[str] | None], Mapping[int, Definition]] = {}
        self._imports = earlier.imports_of(sources) if earlier is not None else None
        self._resolver = Resolver(self)

    def kept_modules(self) -> dict[str, Module]:
        """The modules that are parsed, those asked for last first, up to a limit of memory."""
        found: dict[str, Module] = {}
        size = 0
        for path, module in reversed([*self._old.items(), *self._modules.items()]):
            if module is not None and path not in found and size < _KEPT_BYTES:
                found[path] = module
                size += len(module.tree.source)
        return dict(reversed(found.items()))

    @property
    def imports(self) -> Imports:
        """Which file an import means."""
        if self._imports is None:
            self._imports = Imports(self.sources.paths())
        return self._imports

    def imports_of(self, sources: Sources) -> Imports | None:
        """The imports, where they are known and other sources have the same files."""
        return self._imports if self._imports is not None and self._imports.are_of(sources.paths()) else None

    @property
    def classes(self) -> Classes:
        """The classes of the workspace and their members."""
        return self._resolver.classes

    @cached_property
    def hierarchy(self) -> Hierarchy:
        """Who inherits from whom."""
        return Hierarchy(self)

    @cached_property
    def reach(self) -> Reach:
        """Which files can use a name at all."""
        return Reach(self)

    def module(self, path: str) -> Module | None:
        """The file at a path; None where there is none, or where its language has no grammar."""
        if path.startswith("<"):
            return self._library_modules.get(path)
        if path not in self._modules:
            lines = self.sources.lines(path)
            self._modules[path] = self._parsed(path, lines) if lines is not None else None
        return self._modules[path]

    def _parsed(self, path: str, lines: Sequence[str]) -> Module | None:
        old = self._old.get(path)
        if old is not None and (old.tree.lines is lines or old.tree.lines == lines):
            return old if old.path == path else old.at(path)
        tree = parse(for_path(Path(path)).name, lines, old.tree if old is not None else None)
        return Module(path, tree) if tree is not None else None

    def containing(self, names: Collection[str]) -> list[str]:
        """The paths of the files that hold one of some names as a word, documents and data included."""
        return self.sources.containing(names)

    def with_texts(self, changes: Mapping[str, str | None], moved: Mapping[str, str] | None = None) -> Program:
        """The program after changes: new texts by path (None: the file goes), and old paths that became new ones.

        `changes` names files by their new paths. A path in `moved` may be a folder. What did not change is not parsed
        again, and what did change is parsed from the old tree on.
        """
        overlay = Overlay(self.sources, changes, moved or {})
        changed = Program(overlay)
        changed._old = {
            overlay.moved(path): one for path, one in (self._old | self._modules).items() if one is not None
        }
        is_same = not moved and all(text is not None and self.module(path) for path, text in changes.items())
        changed._imports = self._imports if is_same else None
        changed._library_modules = self._library_modules
        changed._libraries = self._libraries
        return changed

    def find(self, importer: str, name: str) -> str | None:
        """The path of the module that an import in the file `importer` means; None outside of the workspace."""
        if importer.startswith("<"):
            return self._library(self.absolute(importer, name))
        return self.imports.find(importer, name)

    imported = find

    def below(self, module: str, name: str) -> str | None:
        """The path of a submodule; None where there is none."""
        if module.startswith("<"):
            base = _library_name(module)
            return self._library(f"{base}.{name}") if module.endswith("/__init__.py>") else None
        return self.imports.below(module, name)

    def absolute(self, importer: str, name: str) -> str:
        """The dotted name of a module as it would be imported from elsewhere."""
        bare = name.lstrip(".")
        level = len(name) - len(bare)
        if not level:
            return name
        own = _library_name(importer) if importer.startswith("<") else self.imports.dotted(importer)
        parts = own.split(".")
        is_package = importer.rstrip(">").rpartition("/")[2].startswith("__init__.")
        kept = parts[: len(parts) - level + is_package]
        return ".".join([*kept, *([bare] if bare else [])])

    def _library(self, name: str) -> str | None:
        if name not in self._libraries:
            found = self.sources.library(name)
            path = f"<{found[0]}>" if found is not None else None
            if found is not None and path is not None and self._library_modules.get(path) is None:
                tree = parse("python", found[1])
                self._library_modules[path] = Module(path, tree) if tree is not None else None
            self._libraries[name] = path
        return self._libraries[name]

    def definition(self, path: str, occurrence: Occurrence) -> Definition:
        """What a name of the file at a path means, after imports were followed."""
        return self._resolver.occurrence(path, occurrence)

    def taken(self, path: str, occurrence: Occurrence) -> Definition:
        """What a name in an import takes from the module that is imported from.

        It differs from what the name means where something else is bound to the name, too.
        """
        return self._resolver.definition(self._resolver.imported(path, occurrence))

    def exported(self, module: str, name: str) -> Definition | None:
        """What a name means as an attribute of the module at a path; None where the module has none such."""
        found = self._resolver.lookup(module, name)
        return self._resolver.definition(found) if found is not None else None

    def source(self, path: str, occurrence: Occurrence) -> str | None:
        """The path of the module that an imported name, or an attribute of a module, is looked up in."""
        return self._resolver.source(path, occurrence)

    def definitions(self, path: str, names: Collection[str] | None = None) -> Mapping[int, Definition]:
        """What every name of a file means, by the byte where it begins.

        With `names`, only what these names mean, which is faster. A name that an import binds has a second entry, at
        the byte -1 - start: what it is `taken` from.
        """
        key = (path, None if names is None else frozenset(names))
        if key not in self._meanings:
            self._meanings[key] = meanings(self._resolver, path, key[1])
        return self._meanings[key]

    def value(self, path: str, node: Node) -> Value | None:
        """What an expression yields, where that is certain."""
        return self._resolver.value(path, node)

    def attribute(self, value: Value | None, name: str) -> Definition:
        """What an attribute of a value means."""
        return self._resolver.attribute(value, name)

    def member(self, value: Value, name: str) -> Value | None:
        """What an attribute of a value yields, where that is certain."""
        return self._resolver.member_value(value, name)

    def is_enumeration(self, value: Value) -> bool:
        """Whether a value is a class of enumerated members, which can be looked up by their names."""
        klass = class_of(value)
        bases = self.classes.ancestors(klass) if klass is not None else []
        names = {one.split(".")[-1] if isinstance(one, str) else one.name for one in bases}
        return isinstance(value, ClassValue) and not names.isdisjoint({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})


def _library_name(path: str) -> str:
    """The dotted name of a library's module by its path in angle brackets."""
    return path.strip("<>").removesuffix(".py").removesuffix("/__init__").replace("/", ".")
