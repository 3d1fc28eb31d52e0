"""Move a function, class or variable at the top of a module to another module, with imports both ways. Python.

The text moves with what it imports; the old module and all others import it from the new place. It is refused where
that would load modules with effects otherwise, where imports would go in a circle, and where somebody replaces a name
in the old module that the moved code would no longer see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.imports.loading import Loading
from beast_lsp.engine.refactors.imports.statements import Wanted, statements
from beast_lsp.engine.refactors.move.importers import FileEdits, Importers, file_edits, stores_of
from beast_lsp.engine.refactors.move.moved_code import Moved, check_movable, has_annotations, inner, moved_at
from beast_lsp.engine.refactors.move.moved_needs import Needs, needs_of
from beast_lsp.engine.refactors.move.target import Destination, destination, written
from beast_lsp.engine.refactors.move.texts import check_strings, mentions
from beast_lsp.engine.refactors.net.rendering import after_edits
from beast_lsp.engine.refactors.proposal import Certainty, Copy, Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.scopes.resolution.program import Module
from beast_lsp.engine.syntax import parse
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_FUTURE = "__future__"
# Code that goes through all names of its module; a single one that is looked up is not a new one.
_LISTS_NAMES = re.compile(
    rb"(?:globals|vars|dir|locals)\(\)\s*\.(?:items|keys|values|copy)|\bin\s+(?:globals|vars|dir|locals)\(\)"
    rb"|\b(?:dict|list|sorted|set|tuple)\((?:globals|vars|dir|locals)\(\)"
)


def propose(site: Site) -> Proposal | None:
    """The edits that move the definition whose head the place is on to the module that the option `to` names."""
    to = site.options.get("to", "").strip()
    moved = moved_at(site) if to else None
    if moved is None:
        return None
    target = destination(site.program, site.path, to)
    if target.path == site.path:
        raise RefactoringRefused(f"`{moved.name}` is in {target.path} already.")
    keeps = site.options.get("keep_alias", "").lower() in {"yes", "true", "1"}
    check_movable(site, moved)
    try:
        return _Move(site, moved, target, keeps_alias=keeps, is_tidy=True).proposal()
    except _LoadsOtherwise:
        # An import that nothing uses any more may still be what loads a module.
        return _Move(site, moved, target, keeps_alias=keeps, is_tidy=False).proposal()


class _LoadsOtherwise(RefactoringRefused):
    """A refusal that may not come where imports are left that nothing uses."""


@dataclass(frozen=True)
class _Move:
    """One move, in parts that share what they find out."""

    site: Site
    moved: Moved
    target: Destination
    keeps_alias: bool
    is_tidy: bool

    @cached_property
    def _program(self) -> Program:
        return self.site.program

    @cached_property
    def _needs(self) -> Needs:
        return needs_of(self.site, self.moved, self.target)

    @cached_property
    def _importers(self) -> Importers:
        return Importers(self._program, self.moved, self.target, self._is_retained, self.is_tidy)

    @cached_property
    def _is_retained(self) -> bool:
        return self.keeps_alias or bool(self.moved.uses_left()) or self.moved.is_named_by_strings()

    def proposal(self) -> Proposal:
        """The whole. Raises RefactoringRefused."""
        self._check_replaced()
        importers = self._importers
        files = {module.path: file_edits(self._program, module) for module in importers.files()}
        for found in files.values():
            importers.follow(found)
        edits = [
            *self._left(),
            *(edit for path, each in files.items() if path != self.target.path for edit in each.all()),
        ]
        created: dict[str, tuple[Piece, ...]] = {}
        if self.target.is_there:
            edits += self._arrived(files.get(self.target.path))
        else:
            created = dict.fromkeys(self.target.packages, ()) | {self.target.path: self._made()}
        self._check_loading(edits, created)
        changed = [each for each in files.values() if each.uses]
        edits += mentions(self._program, self.moved, self.target)
        title = f"Move `{self.moved.name}` to {self.target.dotted}"
        return Proposal(title, tuple(edits), created, notes=self._notes(changed, edits, created))

    def _check_replaced(self) -> None:
        names = self._needs.names
        check_strings(self._program, self.moved, names, is_retained=self._is_retained)
        stored = next(stores_of(self._program, self.moved.definition, self.moved.name), None)
        if stored is not None:
            raise RefactoringRefused(
                f"{stored[0]}, line {stored[1] + 1}, gives `{self.moved.name}` another value from outside.",
                hint="Replace that first.",
            )
        if self.site.module.table.module.is_dynamic and not self._is_retained:
            raise RefactoringRefused(
                f"{self.site.path} looks names up by their text.", hint="With keep_alias=yes it keeps the name."
            )

    def _left(self) -> list[Edit]:
        """The edits of the module that it leaves."""
        moved, module = self.moved, self.moved.module
        found = file_edits(self._program, module)
        if self._is_retained:
            relative = any(one.module.startswith(".") for one in found.imports.statements)
            source = written(self._program, module.path, self.target, relative)
            found.imports.add(Wanted(source, moved.name, "", moved.like))
        elif (listed := moved.exported()) is not None:
            found.edits.append(_unlisted(module, listed))
        for statement, item in self._needs.idle if self.is_tidy else ():
            if self._is_idle(item.bound, statement.node):
                found.imports.remove(statement, item)
        found.edits.append(Edit(_cut(module, moved), ()))
        return found.all()

    def _is_idle(self, name: str, statement: Node) -> bool:
        """Whether nobody else uses an import of the old module, not even from outside."""
        source, path = self.moved.module.tree.source, self.moved.path
        line_end = source.find(b"\n", statement.end_byte)
        if b"noqa" in source[statement.start_byte : line_end] or path.endswith("/__init__.py"):
            return False
        if any(one.name == name for one in self.moved.module.table.exported or []):
            return False
        return not self._importers.is_taken(name)

    def _arrived(self, found: FileEdits | None) -> list[Edit]:
        """The edits of a target that is there."""
        module = self._program.module(self.target.path)
        if module is None:
            raise RefactoringRefused(f"{self.target.path} can't be read.")
        found = found if found is not None else file_edits(self._program, module)
        self._check_fits(module)
        if has_annotations(self.moved.node) and _has_future(self.moved.module) and not _has_future(module):
            found.imports.add(Wanted(_FUTURE, "annotations"))
        for wanted in self._needs.imports:
            found.imports.add(wanted)
        for wanted in self._needs.typed:
            found.imports.add_for_types(wanted)
        listed = module.table.exported
        if listed and self.moved.exported() is not None and all(one.name != self.moved.name for one in listed):
            found.edits.append(self._listed(module))
        at, before, behind = self._place(module, found)
        pieces = (before, self._text(), behind)
        return [*found.all(), Edit(Span(module.path, at, at), tuple(one for one in pieces if one))]

    def _text(self) -> Copy:
        moved = self.moved
        end = moved.end
        source = moved.module.tree.source
        while source[end - 1 : end] in {b"\n", b"\r"}:
            end -= 1
        return Copy(Span(moved.path, moved.start, end), tuple(self._needs.edits))

    def _check_fits(self, module: Module) -> None:
        if _LISTS_NAMES.search(module.tree.source):
            raise RefactoringRefused(f"{module.path} looks its names up by their text: it may notice a new one.")
        ends = {b"\r\n" in one.tree.source for one in (module, self.moved.module)}
        if len(ends) > 1:
            raise RefactoringRefused("The two files have other line ends.", hint="Save them with the same ones.")
        is_future = [_has_future(one) for one in (module, self.moved.module)]
        if is_future[1] and not is_future[0] and not has_annotations(module.tree.tree.root_node):
            return  # it gets the import.
        if is_future[0] != is_future[1] and has_annotations(self.moved.node):
            path = self.moved.path if is_future[0] else module.path
            raise RefactoringRefused(
                "Annotations are evaluated in one of the two modules and not in the other.",
                hint=f"Add `from __future__ import annotations` to {path} first.",
            )

    def _place(self, module: Module, found: FileEdits) -> tuple[int, str, str]:
        """Where the text comes in a target that is there, with the blank lines around it.

        At the end, but for the code below `if __name__ == …`; behind the imports where the target itself used it, since
        it may do so as it is loaded.
        """
        gap = "\n" if self.moved.is_variable else "\n\n"
        source = module.tree.source
        header = found.imports.header_end()
        is_early = self.moved.is_variable or any(_means(found, self.moved))
        if is_early and self._is_ready(module, header):
            rest = source[header:].lstrip(b"\r\n")
            line = "" if not header or source[header - 1 : header] == b"\n" else "\n"
            blanks = len(source[header:]) - len(rest) if rest else 0
            return header, line + ("\n" if header else ""), "\n" if blanks else "\n" + gap if rest else "\n"
        if any(_means(found, self.moved)):
            raise RefactoringRefused(
                f"{module.path} may use `{self.moved.name}` before what that needs is defined.",
            )
        guard = _guard(module)
        if guard is not None:
            return guard.start_byte, "", "\n\n\n"
        end = len(source.rstrip())
        if not end:
            return len(source), gap if self._needs.imports or self._needs.typed else "", "\n"
        tail = end + (2 if source[end : end + 2] == b"\r\n" else 1 if source[end : end + 1] == b"\n" else 0)
        return tail, ("\n" if tail == end else "") + gap, "\n"

    def _is_ready(self, module: Module, header: int) -> bool:
        """Whether what the definition needs when it is made is there right behind the imports."""
        for name in self._needs.at_load:
            symbol = module.table.module.symbols.get(name)
            if symbol is None or any(one.start >= header for one in symbol.binders()):
                return False
        return True

    def _listed(self, module: Module) -> Edit:
        """Adds the name to the `__all__` of the target."""
        strings = module.table.exported or []
        last = strings[-1].node.parent
        if last is None:
            raise RefactoringRefused(f"`__all__` of {module.path} can't be changed.")
        end = last.end_byte
        quote = module.tree.source[last.start_byte : last.start_byte + 1].decode()
        before = strings[-2].node.start_point[0] if len(strings) > 1 else None
        is_stacked = before is not None and before != last.start_point[0]
        comma = ",\n" + " " * last.start_point[1] if is_stacked else ", "
        name = Name(self.moved.name, Span(*self.moved.like))
        return Edit(Span(module.path, end, end), (f"{comma}{quote}", name, quote))

    def _made(self) -> tuple[Piece, ...]:
        """The text of a new module."""
        moved = self.moved
        tree = parse("python", [""])
        if tree is None:
            raise RefactoringRefused("There is no parser for Python.")
        found = file_edits(self._program, Module(self.target.path, tree)).imports
        for wanted in [Wanted(_FUTURE, "annotations")] * _has_future(moved.module) + self._needs.imports:
            found.add(wanted)
        for wanted in self._needs.typed:
            found.add_for_types(wanted)
        pieces: list[Piece] = [piece for edit in found.edits() for piece in edit.pieces]
        if pieces:
            pieces.append("\n" if moved.is_variable else "\n\n")
        if b"\r\n" in moved.module.tree.source:
            pieces = [one.replace("\n", "\r\n") if isinstance(one, str) else one for one in pieces]
        return (*pieces, self._text(), "\r\n" if b"\r\n" in moved.module.tree.source else "\n")

    def _check_loading(self, edits: list[Edit], created: dict[str, tuple[Piece, ...]]) -> None:
        after = after_edits(self._program, edits, created)
        paths = list(dict.fromkeys([*(edit.span.path for edit in edits), *created]))
        loading = Loading(self._program, after)
        loading.check_cycles(paths, {(path, self.target.path) for path in paths})
        try:
            loading.check(paths)
        except RefactoringRefused as refusal:
            raise _LoadsOtherwise(refusal.args[0], hint=refusal.hint) if self.is_tidy else refusal from None

    def _notes(
        self, changed: list[FileEdits], edits: list[Edit], created: dict[str, tuple[Piece, ...]]
    ) -> tuple[str, ...]:
        paths = {edit.span.path for edit in edits if edit.certainty is Certainty.CERTAIN} | set(created)
        uses = sum(each.uses for each in changed)
        notes = [f"{len(paths)} files change; {uses} imports and uses in {len(changed)} other files follow."]
        doubtful = sum(edit.certainty is not Certainty.CERTAIN for edit in edits)
        if doubtful:
            notes.append(f"{doubtful} mentions in texts want to be confirmed.")
        tests = sorted(each.module.path for each in changed if is_test(each.module.path))
        if tests:
            shown = ", ".join(tests[:5]) + (f" and {len(tests) - 5} more" if len(tests) > 5 else "")
            notes.append(f"Tests that use it: {shown}.")
        if inner(self.moved.node).type == "class_definition":
            module = self._program.imports.dotted(self.moved.path)
            notes.append(f"Pickles of its objects that were written before name {module}.{self.moved.name}.")
        return (*notes, "No import cycle comes about.")


def _cut(module: Module, moved: Moved) -> Span:
    """The lines that go, with the blank lines behind them, or before them at the end of the file."""
    source, start, end = module.tree.source, moved.start, moved.end
    rest = source[end:]
    end += len(rest) - len(rest.lstrip(b"\r\n"))
    if end >= len(source):
        before = source[:start].rstrip()
        line = source.find(b"\n", len(before))
        start = min(start, line + 1) if before and line >= 0 else start
    return Span(module.path, start, end)


def _unlisted(module: Module, one: Occurrence) -> Edit:
    """Takes a name out of `__all__`."""
    node = one.node.parent if one.node.parent is not None else one.node
    following, before = node.next_named_sibling, node.prev_named_sibling
    if following is not None and following.type != "comment":
        return Edit(Span(module.path, node.start_byte, following.start_byte), ())
    if before is not None and before.type != "comment":
        return Edit(Span(module.path, before.end_byte, node.end_byte), ())
    end = (
        node.next_sibling.end_byte if node.next_sibling is not None and node.next_sibling.type == "," else node.end_byte
    )
    return Edit(Span(module.path, node.start_byte, end), ())


def _has_future(module: Module) -> bool:
    return any(
        item.name == "annotations" for one in statements(module.tree) if one.module == _FUTURE for item in one.items
    )


def _means(found: FileEdits, moved: Moved) -> list[str]:
    """The names by which the target itself uses what it gets."""
    symbols = found.module.table.module.symbols
    return [one for one in (moved.name,) if one in symbols] if found.uses else []


def _guard(module: Module) -> Node | None:
    """The last statement of a file, where it runs only in a program."""
    nodes = module.tree.tree.root_node.named_children
    last = nodes[-1] if nodes else None
    condition = last.child_by_field_name("condition") if last is not None and last.type == "if_statement" else None
    text = module.tree.text(condition) if condition is not None else ""
    return last if "__name__" in text and "__main__" in text else None


_OPTIONS = {
    "to": "The module that it moves to: a dotted name, or a path.",
    "keep_alias": "Whether the old module imports it, for those who look for it there: yes or no.",
}
MOVE_SYMBOL = Refactoring("move-symbol", "refactor.move", propose, options=_OPTIONS, glance=lambda _: "")
