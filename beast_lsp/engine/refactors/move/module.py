"""Move a module or a package to another package: its files move, imports within them and of them follow. Python.

It is refused where code knows the module by its place (`__file__`, a dotted name in a string), and where the packages
around the new place would do something when they are loaded that was not done before, or in another order.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.imports.loading import Loading
from beast_lsp.engine.refactors.imports.statements import Item, Statement, Wanted, dotted_from
from beast_lsp.engine.refactors.move.importers import FileEdits, file_edits
from beast_lsp.engine.refactors.move.target import Destination, destination
from beast_lsp.engine.refactors.net.rendering import after_edits
from beast_lsp.engine.refactors.proposal import Certainty, Edit, Name, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rename.target import target_at
from beast_lsp.engine.scopes.resolution.definition import ModuleValue
from beast_lsp.engine.scopes.resolution.imports import Imports
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_SPECIAL = frozenset({"__init__", "__main__", "conftest", "setup", "noxfile", "fabfile", "manage"})
_PLACES = frozenset({"__file__", "__package__", "__path__", "__spec__", "__loader__"})
_INITS = ("/__init__.py", "/__init__.pyi")


def propose(site: Site) -> Proposal | None:
    """The edits and moves that bring the module which a name means to where the option `to` says."""
    to = site.options.get("to", "").strip()
    path = _module_at(site) if to else None
    if path is None:
        return None
    origin = path.removesuffix("/__init__.py") + ".py" if path.endswith(_INITS) else path
    target = destination(site.program, origin, to)
    if target.is_there:
        raise RefactoringRefused(f"There is a {target.path} already.", hint="Choose another name.")
    return _ModuleMove(site.program, path, target).proposal()


def _module_at(site: Site) -> str | None:
    """The module that the name at a place means; the file itself at its very beginning."""
    if not site.module.has_names:
        return None
    if site.module.table.at(site.start) is None:
        return site.path if site.start == 0 else None
    target = target_at(site)
    if target is None or target.definition.kind != "module":
        return None
    if target.definition.path.endswith("/"):
        raise RefactoringRefused("A folder without an `__init__.py` may have parts elsewhere.")
    return target.definition.path


@dataclass(frozen=True)
class _ModuleMove:
    program: Program
    path: str
    target: Destination
    _handled: set[tuple[str, int]] = field(default_factory=set)

    @cached_property
    def _moved(self) -> dict[str, str]:
        """By old path, the new paths of all files that go with it: a folder's, and stubs."""
        paths, base = list(self.program.sources.paths()), self.target.path.removesuffix(".py")
        if self.path.endswith(_INITS):
            folder = self.path.rpartition("/")[0] + "/"
            return {one: f"{base}/{one[len(folder) :]}" for one in paths if one.startswith(folder)}
        stub = self.path + "i"
        return {self.path: self.target.path} | ({stub: self.target.path + "i"} if stub in paths else {})

    @cached_property
    def _imports(self) -> Imports:
        """Which file an import means afterwards."""
        paths = [self._moved.get(one, one) for one in self.program.sources.paths()]
        return Imports([*paths, *self.target.packages])

    @cached_property
    def _old(self) -> str:
        return self.program.imports.dotted(self.path)

    @property
    def _last(self) -> str:
        return self._old.rpartition(".")[2]

    def proposal(self) -> Proposal:
        """The whole. Raises RefactoringRefused."""
        self._check()
        found = {module.path: file_edits(self.program, module) for module in self._files()}
        for each in found.values():
            self._follow(each)
        for each in found.values():
            self._check_left(each.module)
        edits = [edit for each in found.values() for edit in each.all()]
        created = dict.fromkeys(self.target.packages, ())
        after = after_edits(self.program, edits, created, self._moved)
        changed = list(dict.fromkeys([*(edit.span.path for edit in edits), *self._moved]))
        python = [path for path in changed if path.endswith(".py")]
        loading = Loading(self.program, after, self._moved)
        loading.check_cycles(python)
        loading.check(python)
        edits += [edit for path in self._mentioning() for edit in self._mentions(path)]
        title = f"Move the module {self._old} to {self.target.dotted}"
        return Proposal(title, tuple(edits), created, self._moved, notes=self._notes(edits))

    def _check(self) -> None:
        new = self.target.dotted.rpartition(".")[2]
        if self._last in _SPECIAL or new in _SPECIAL or is_test(self.path) or is_test(self.target.path):
            raise RefactoringRefused("Tools find this file by its name and place.")
        folder = self.target.path.rpartition("/")[0]
        package = self.program.module(f"{folder}/__init__.py")
        if package is not None and package.has_names and new in package.table.module.symbols:
            raise RefactoringRefused(f"The package has a `{new}` of its own already.", hint="Choose another name.")
        if self.path.endswith(_INITS) and self.target.path.startswith(self.path.rpartition("/")[0] + "/"):
            raise RefactoringRefused("A package can't move into itself.")
        for path in self._moved:
            module = self.program.module(path) if path.endswith(".py") else None
            for one in module.table.occurrences if module is not None and module.has_names else ():
                _check_place(path, one)

    def _files(self) -> Iterator[Module]:
        for path in dict.fromkeys([*self._moved, *self.program.containing({self._last})]):
            module = self.program.module(path) if path.endswith((".py", ".pyi")) else None
            if module is not None and module.has_names:
                yield module

    def _follow(self, found: FileEdits) -> None:
        for statement in found.imports.statements:
            if statement.is_from:
                self._from(found, statement)
            else:
                for item in statement.items:
                    self._whole(found, statement, item)

    def _from(self, found: FileEdits, statement: Statement) -> None:
        path = found.module.path
        source = self.program.find(path, statement.module)
        named = statement.node.child_by_field_name("module_name")
        if source is None or named is None:
            return
        is_relative = statement.module.startswith(".")
        if source in self._moved or (path in self._moved and is_relative):
            text = self._written(path, self._dotted(source), relative=is_relative)
            if text != statement.module and not (is_relative and source in self._moved and path in self._moved):
                found.edits.append(Edit(Span(path, named.start_byte, named.end_byte), (text,)))
        self._note(path, named)
        if source in self._moved:
            return
        for item in statement.items:
            if item.name != "*" and self.program.below(source, item.name) == self.path:
                self._taken(found, statement, item)

    def _taken(self, found: FileEdits, statement: Statement, item: Item) -> None:
        """`from package import module`."""
        module, new = found.module, self.target.dotted.rpartition(".")[2]
        if module.path in self._moved:
            raise RefactoringRefused(f"{module.path} imports itself from its package.")
        one = module.table.by_start[item.binder.start_byte]
        symbol = self._only_import(module, one)
        like = (module.path, item.binder.start_byte, item.binder.end_byte)
        package = self.target.dotted.rpartition(".")[0]
        is_relative = statement.module.startswith(".")
        found.imports.remove(statement, item)
        alias = item.alias if item.alias and item.alias != new else ""
        if package:
            source = self._written(module.path, package, relative=is_relative)
            found.imports.add_behind(statement, Wanted(source, new, alias, like))
        else:
            found.imports.add_behind(statement, Wanted(new, "", alias, like))
        self._handled.add((module.path, item.node.start_byte))
        for use in symbol:
            self._handled.add((module.path, use.start))
            if not item.alias and use is not one and item.name != new:
                span = Span(module.path, use.start, use.end)
                found.edits.append(Edit(span, (Name(new, span),)))
        found.uses += 1

    def _only_import(self, module: Module, one: Occurrence) -> list[Occurrence]:
        """All uses of a name that stands for the module and for nothing else."""
        symbol = one.symbol
        if symbol is None or any(each.role is not Role.IMPORT for each in symbol.binders()):
            raise RefactoringRefused(f"{module.path} binds `{one.name}` to something else, too.")
        return symbol.occurrences

    def _whole(self, found: FileEdits, statement: Statement, item: Item) -> None:
        """`import package.module`, and its uses by the whole name."""
        module, parts = found.module, item.name.split(".")
        prefixes = [".".join(parts[: length + 1]) for length in range(len(parts))]
        hit = next((one for one in prefixes if self.program.find(module.path, one) == self.path), None)
        if hit is None:
            return
        named = item.node.child_by_field_name("name") or item.node
        self._note(module.path, named)
        new = self.target.dotted + item.name[len(hit) :]
        found.edits.append(Edit(Span(module.path, named.start_byte, named.end_byte), (new,)))
        found.uses += 1
        one = module.table.by_start[item.binder.start_byte]
        if item.alias:
            return
        for use in one.symbol.occurrences if one.symbol is not None else ():
            node = self._module_node(module, use.node) if use.role is Role.READ and not use.in_string else None
            if node is not None and (module.path, node.start_byte) not in self._handled:
                self._note(module.path, node)
                span = Span(module.path, node.start_byte, node.end_byte)
                found.edits.append(Edit(span, (self.target.dotted,)))

    def _module_node(self, module: Module, node: Node | None) -> Node | None:
        while node is not None:
            if self.program.value(module.path, node) == ModuleValue(self.path):
                return node
            outer = node.parent
            is_inner = outer is not None and outer.type == "attribute" and outer.named_children[0] == node
            node = outer if is_inner else None
        return None

    def _note(self, path: str, node: Node) -> None:
        """Notes that the names in a part of the text are done."""
        stack = [node]
        while stack:
            one = stack.pop()
            self._handled.add((path, one.start_byte))
            stack += one.named_children

    def _check_left(self, module: Module) -> None:
        """Refuses where a name means the module and no edit reaches it, or a string has its path."""
        meanings = self.program.definitions(module.path, frozenset({self._last}))
        for one in module.table.occurrences:
            meaning = meanings.get(one.start)
            is_module = meaning is not None and meaning.kind == "module" and meaning.path == self.path
            is_bound = one.symbol is not None and any(
                (module.path, each.start) in self._handled for each in one.symbol.binders()
            )
            if is_module and (module.path, one.start) not in self._handled and not is_bound:
                line = one.node.start_point[0] + 1
                raise RefactoringRefused(
                    f"{module.path}, line {line}, reaches the module as an attribute of its package.",
                    hint="Import it there by its whole name first.",
                )
        for match in re.finditer(rb"(?<![\w.])" + re.escape(self._old.encode()) + rb"(?!\w)", module.tree.source):
            node = module.tree.tree.root_node.descendant_for_byte_range(*match.span())
            content = module.tree.text(node) if node is not None and node.type == "string_content" else ""
            is_whole = content == self._old or content.startswith((f"{self._old}.", f"{self._old}:"))
            if is_whole and match.start() not in module.table.by_start and not re.search(r"\s", content):
                line = module.tree.source.count(b"\n", 0, match.start()) + 1
                raise RefactoringRefused(f"A string in {module.path}, line {line}, has the module's name.")

    def _dotted(self, path: str) -> str:
        """The dotted name of a module after the move, by its old path."""
        new = self._moved.get(path, path)
        return self._imports.dotted(new.rstrip("/") + "/__init__.py" if new.endswith("/") else new)

    def _written(self, importer: str, dotted: str, *, relative: bool) -> str:
        new = self._moved.get(importer, importer)
        shown = dotted_from(self._imports.dotted(new), dotted, new.endswith(_INITS)) if relative else ""
        return shown or dotted

    def _mentioning(self) -> list[str]:
        return self.program.containing({self._last})

    def _mentions(self, path: str) -> Iterator[Edit]:
        """Comments, docstrings and documents that have the dotted name, or the path of the file."""
        module, lines = self.program.module(path), self.program.sources.lines(path)
        source = module.tree.source if module is not None else "".join(lines or ()).encode("utf-8", "replace")
        pairs = {self._old: self.target.dotted, self.path: self.target.path}
        for old, new in pairs.items():
            if "." not in old:
                continue  # a mere word.
            for match in re.finditer(rb"(?<![\w./])" + re.escape(old.encode()) + rb"(?!\w)", source):
                node = module.tree.tree.root_node.descendant_for_byte_range(*match.span()) if module else None
                is_text = node is None or node.type in {"comment", "string_content"}
                if is_text and not (module is not None and match.start() in module.table.by_start):
                    yield Edit(Span(path, *match.span()), (new,), Certainty.TEXTUAL, "It names the module in a text.")

    def _notes(self, edits: list[Edit]) -> tuple[str, ...]:
        certain = [edit for edit in edits if edit.certainty is Certainty.CERTAIN]
        paths = {edit.span.path for edit in certain}
        notes = [f"{len(self._moved)} files move; {len(certain)} places in {len(paths)} files follow."]
        if len(edits) > len(certain):
            notes.append(f"{len(edits) - len(certain)} mentions in texts want to be confirmed.")
        tests = sorted(path for path in paths if is_test(path))
        if tests:
            notes.append(f"Tests that import it: {', '.join(tests[:5])}{' and more' if len(tests) > 5 else ''}.")
        return (*notes, "Loggers and pickles that are called by the module's name get the new one.")


def _check_place(path: str, one: Occurrence) -> None:
    """Raises RefactoringRefused for a name that tells where a module lies."""
    if one.symbol is not None or one.role is not Role.READ:
        return
    if one.name in _PLACES or (one.name == "__name__" and not _is_usual(one.node)):
        line = one.node.start_point[0] + 1
        raise RefactoringRefused(f"`{one.name}` in {path}, line {line}, depends on where the module lies.")


def _is_usual(node: Node) -> bool:
    """Whether `__name__` is compared, or names a logger."""
    outer = node.parent
    if outer is not None and outer.type == "comparison_operator":
        return True
    call = outer.parent if outer is not None and outer.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    return function is not None and b"logger" in (function.text or b"").lower()


_OPTIONS = {"to": "The dotted name, or the path, that the module gets."}
MOVE_MODULE = Refactoring("move-module", "refactor.move", propose, options=_OPTIONS, glance=lambda _: "")
