"""The imports among a folder's own files, with their lines, as far as paths tell what they mean."""

from __future__ import annotations

import posixpath
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.pages.graph import Import
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.imports.statements import Statement, statements
from beast_lsp.engine.scopes.extract import captures
from beast_lsp.engine.scopes.signatures import imports

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.syntax import SyntaxTree

_SCRIPTS = (".ts", ".tsx", ".d.ts", ".js", ".jsx", ".mjs", ".cjs", ".mts", ".cts")
_RUST_FILES = ("{}.rs", "{}/mod.rs", "{}/lib.rs")


def python_imports(program: Program, paths: Collection[str]) -> list[Import]:
    """The imports among some Python files; those for type checkers alone, and those within functions, are deferred."""
    found: set[Import] = set()
    for path in paths:
        module = program.module(path)
        for one in statements(module.tree) if module is not None and module.has_names else ():
            targets = {target for target in _targets(program, path, one) if target in paths and target != path}
            is_deferred, line = one.is_lazy or one.is_typing, one.node.start_point.row
            found |= {Import(path, target, path, line, is_deferred) for target in targets}
    return sorted(found)


def _targets(program: Program, path: str, statement: Statement) -> Iterator[str]:
    if not statement.is_from:
        yield from (found for item in statement.items if (found := program.find(path, item.name)) is not None)
        return
    base = program.find(path, statement.module)
    if base is None:
        return
    below = [program.below(base, item.name) for item in statement.items if item.name != "*"]
    yield from (found for found in below if found is not None)
    if None in below or not below:
        yield base


def unit_of(path: str) -> str:
    """What is loaded as one: the folder of a file of Go or Java, which is a package there, else the file."""
    is_package = path.endswith((".go", ".java"))
    return (posixpath.dirname(path) or ".") if is_package else path


def other_imports(trees: Mapping[str, SyntaxTree], modules: Mapping[str, str]) -> list[Import]:
    """The imports among files of other languages; `modules` are the names of Go's modules by the folder of `go.mod`."""
    resolver = _Resolver(trees, modules)
    found: set[Import] = set()
    for path, tree in trees.items():
        family = by_name(tree.language).family
        for name, nodes in captures(tree):
            for node in nodes if name == "import" else ():
                for one in imports(family, tree.text(node)):
                    target = resolver.find(family, path, one.module, one.original)
                    if target is not None and unit_of(target) != unit_of(path):
                        found.add(Import(unit_of(path), unit_of(target), path, node.start_point.row))
    return sorted(found)


class _Resolver:
    def __init__(self, paths: Collection[str], modules: Mapping[str, str]) -> None:
        self._paths = frozenset(paths)
        self._modules = modules
        self._by_folder: defaultdict[str, list[str]] = defaultdict(list)
        self._java: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(paths):
            self._by_folder[posixpath.dirname(path)].append(path)
            if path.endswith(".java"):
                self._java[posixpath.basename(path)].append(path)

    def find(self, family: str, importer: str, module: str, original: str) -> str | None:
        """The file that an import means; of a package of Go its first file. None for what lies elsewhere."""
        if family == "javascript":
            return self._script(importer, module)
        if family == "go":
            return self._package(module)
        if family == "java":
            ends = [
                path
                for path in self._java[f"{original}.java"]
                if _ends(path, f"{module.replace('.', '/')}/{original}.java")
            ]
            return ends[0] if len(ends) == 1 else None
        return self._crate(importer, f"{module}::{original}" if module else original) if family == "rust" else None

    def _script(self, importer: str, module: str) -> str | None:
        if not module.startswith("."):
            return None
        base = posixpath.normpath(posixpath.join(posixpath.dirname(importer), module))
        plain = re.sub(r"\.[cm]?jsx?$", "", base)
        tried = [
            base,
            *(stem + end for stem in (base, plain) for end in _SCRIPTS),
            *(f"{base}/index{end}" for end in _SCRIPTS),
        ]
        return next((path for path in tried if path in self._paths), None)

    def _package(self, module: str) -> str | None:
        for folder, name in self._modules.items():
            if module == name or module.startswith(f"{name}/"):
                place = posixpath.join(folder, module[len(name) + 1 :]).strip("/")
                found = [path for path in self._by_folder.get(place, ()) if not path.endswith("_test.go")]
                return found[0] if found else None
        return None

    def _crate(self, importer: str, name: str) -> str | None:
        parts = name.split("::")
        folder = self._start(importer, parts[0])
        if folder is None:
            return None
        while parts and parts[0] in {"crate", "super", "self"}:
            folder = posixpath.dirname(folder) if parts[0] == "super" and folder else folder
            parts.pop(0)
        for count in range(len(parts), 0, -1):
            base = posixpath.join(folder, *parts[:count])
            found = next((path for form in _RUST_FILES if (path := form.format(base)) in self._paths), None)
            if found is not None:
                return found
        return None

    def _start(self, importer: str, first: str) -> str | None:
        """The folder that a path of Rust begins in: the crate's, or that of the module's children."""
        if first == "crate":
            match = re.match(r"(.*/)?src(?=/)", importer)
            return match[0] if match is not None else None
        if first not in {"self", "super"}:
            return None
        is_folder = posixpath.basename(importer) in {"mod.rs", "lib.rs", "main.rs"}
        return posixpath.dirname(importer) if is_folder else importer.removesuffix(".rs")


def _ends(path: str, end: str) -> bool:
    return path == end or path.endswith(f"/{end}")
