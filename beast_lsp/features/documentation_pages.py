"""The documentation of a folder as files: made from its code, merged with what people wrote, written or only shown."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from beast_lsp.engine.docs.pages.architecture import Architecture
from beast_lsp.engine.docs.pages.marks import Part, is_generated, is_untouched, merge
from beast_lsp.engine.docs.pages.readme import Readme
from beast_lsp.engine.docs.pages.reference import FOLDER, Reference
from beast_lsp.engine.document import Position, split_lines
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.secrets import redact
from beast_lsp.errors import BeastError, RefactoringRefused
from beast_lsp.features.documented_code import DocumentedCode
from beast_lsp.features.refactoring_files import texts_after, unified_diff
from beast_lsp.store.files import FolderFiles
from beast_lsp.store.index.options import DEFAULTS, IndexOptions

README = "README.md"
ARCHITECTURE = "architecture.md"
_READMES = ("README.rst", "README.txt", "README", "README.adoc", "Readme.md", "readme.md")


@dataclass(frozen=True, slots=True)
class Documentation:
    """What a run would do. `kept` are generated parts that somebody edited, as "page: part"."""

    plan: Plan
    kept: tuple[str, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def changes(self) -> list[str]:
        """The paths that would be written or removed."""
        return sorted({*self.plan.edits, *self.plan.created, *self.plan.deleted})

    def diff(self) -> str:
        """What would change, as a diff."""
        return "".join(unified_diff(self.plan))


class DocumentedFolder:
    """A folder whose documentation is made. `output` is the folder of the pages; everything here blocks.

    Where `output` lies outside of the folder, the README goes there, too, and nothing links to the code.
    """

    def __init__(self, folder: Path, output: Path, options: IndexOptions = DEFAULTS) -> None:
        self._folder, self._output = folder.resolve(), output.resolve()
        self.code = DocumentedCode(self._folder, options)
        self._is_inside = self._output.is_relative_to(self._folder)
        self._root = self._folder if self._is_inside else self._output
        self._files = FolderFiles(self._root)

    def documentation(self, shown: Mapping[str, str], *, overwrite: bool = False) -> Documentation:
        """What is to be written; `shown` is what each command prints when it is asked for help."""
        merging = _Merging(self._files, overwrite)
        base = self._output.relative_to(self._root).as_posix()
        pages = {posixpath.normpath(f"{base}/{path}"): parts for path, parts in self._pages(base).items()}
        readme = self._readme(shown, base)
        for path, parts in {**pages, **({README: readme} if self._has_readme(merging) else {})}.items():
            merging.add(path, parts)
        if self._root.is_dir():
            folder = posixpath.normpath(f"{base}/{FOLDER}")
            merging.remove(path for path in self._old_pages(folder) if path not in pages)
        return merging.result()

    def page(self, path: str) -> str:
        """The page of one file, without marks. Raises BeastError where nothing can be told of it."""
        module = self.code.module(path)
        if module is None:
            raise BeastError(f"{path} is no code whose public names are known.")
        parts = Reference([module], ".").page(module)
        return "\n\n".join(redact(part.text) for part in parts) + "\n"

    def write(self, made: Documentation) -> None:
        """Writes it, all or nothing. Raises RefactoringRefused where a file changed meanwhile, and OSError."""
        if made.changes:
            self._root.mkdir(parents=True, exist_ok=True)
            self._files.write(made.plan, texts_after(made.plan))

    def _pages(self, base: str) -> dict[str, list[Part]]:
        way = posixpath.relpath(".", base) if self._is_inside else None
        found = Reference(self.code.modules, _up(way)).pages()
        places = (
            f"`{name}`: {_linked(f'{path}:{row + 1}', way, f'{path}#L{row + 1}')}"
            for name, path, row in self.code.entry_points()
        )
        code = self.code
        architecture = Architecture(code.units, code.imports, code.said(), code.held(), tuple(places), way)
        return {**found, ARCHITECTURE: architecture.parts()} if code.own else found

    def _readme(self, shown: Mapping[str, str], base: str) -> list[Part]:
        way = "" if base == "." else f"{base}/"
        links = {"Reference": f"{way}{FOLDER}/index.md"}
        links |= {"Architecture": f"{way}{ARCHITECTURE}"} if self.code.own else {}
        code = self.code
        folders = code.folders((f"{way}{FOLDER}/", f"{way}{ARCHITECTURE}"))
        return Readme(code.project, shown, code.example(), folders, links).parts()

    def _has_readme(self, merging: _Merging) -> bool:
        other = next((name for name in _READMES if (self._folder / name).exists()), None)
        if other is None or (self._root / README).exists():
            return True
        merging.notices.append(f"{other} is there, so no {README} is made.")
        return False

    def _old_pages(self, folder: str) -> list[str]:
        place = self._root / folder
        return sorted(f"{folder}/{one.name}" for one in place.glob("*.md")) if place.is_dir() else []


class _Merging:
    """Collects what becomes of the files."""

    def __init__(self, files: FolderFiles, overwrite: bool) -> None:
        self._files = files
        self._overwrite = overwrite
        self._edits: dict[str, tuple[TextEdit, ...]] = {}
        self._before: dict[str, str] = {}
        self._created: dict[str, str] = {}
        self._deleted: set[str] = set()
        self._kept: list[str] = []
        self.notices: list[str] = []

    def add(self, path: str, parts: Sequence[Part]) -> None:
        """A page with its parts, without their secrets."""
        parts = [replace(part, text=redact(part.text)) for part in parts]
        try:
            old = self._files.read(path)
        except RefactoringRefused as refusal:
            self.notices.append(f"{path} is left as it is. {refusal}")
            return
        merged = merge(old, parts, overwrite=self._overwrite)
        if merged.problem:
            self.notices.append(f"{path} is left as it is: {merged.problem}.")
        self._kept += [f"{path}: {name}" for name in merged.kept]
        if old is None:
            self._created[path] = merged.text
        elif merged.text != old:
            self._replace(path, old, merged.text)

    def _replace(self, path: str, old: str, new: str) -> None:
        lines = split_lines(old)
        end = Position(len(lines) - 1, len(lines[-1]))
        self._before[path] = old
        self._edits[path] = (TextEdit(Position(0, 0), end, new),)

    def remove(self, paths: Iterable[str]) -> None:
        """Pages of modules that are gone; those in which somebody wrote stay, and are told of."""
        for path in paths:
            try:
                text = self._files.read(path) or ""
            except RefactoringRefused:
                continue
            if is_untouched(text):
                self._deleted.add(path)
                self._before[path] = text
            elif is_generated(text):
                self.notices.append(f"{path} tells of a module that is gone; it stays, since somebody wrote in it.")

    def result(self) -> Documentation:
        after = {path: edits[0].text for path, edits in self._edits.items()}
        plan = Plan("Documentation", self._edits, self._before, after, self._created, {}, frozenset(self._deleted))
        return Documentation(plan, tuple(self._kept), tuple(self.notices))


def _up(way: str | None) -> str | None:
    """The way to the code from the folder of the reference, which lies one deeper than the other pages."""
    return None if way is None else ".." if way == "." else f"../{way}"


def _linked(shown: str, way: str | None, target: str) -> str:
    return f"`{shown}`" if way is None else f"[{shown}]({posixpath.join(way, target).replace(' ', '%20')})"
