"""What a folder has that documentation tells of: its modules, what they hold and import, where it is entered."""

from __future__ import annotations

import posixpath
import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from beast_lsp.engine.docs.own_code import is_test_of, outer_folders
from beast_lsp.engine.docs.pages.dependencies import other_imports, python_imports, unit_of
from beast_lsp.engine.docs.pages.entry import Entry, ModuleEntry
from beast_lsp.engine.docs.pages.exports import exports, file_doc
from beast_lsp.engine.docs.pages.graph import Import
from beast_lsp.engine.docs.pages.project import Project, read_project
from beast_lsp.engine.docs.pages.prose import summary
from beast_lsp.engine.docs.pages.python_module import PythonModules, docstring_of
from beast_lsp.engine.docs.pages.readme import Example
from beast_lsp.engine.languages import by_name, for_path
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.scopes.resolution.program import Program
from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.sources import ProgramSources

_ASIDE = frozenset(
    {"docs", "doc", "example", "examples", "benchmark", "benchmarks", "bench", "scripts", "tools", "website", "site",
     "fixtures", "playground", "demo", "demos", "samples", "admin", "performance", ".github", "internal",
     "node_modules"}
)  # fmt: skip
_TOOLS = frozenset({"setup.py", "conftest.py", "noxfile.py", "tasks.py", "fabfile.py", "manage.py", "__main__.py"})
_OTHERS = frozenset({"javascript", "go", "rust", "java"})
_BY_FOLDER = frozenset({"go", "java"})  # The unit of these languages is a folder.
_SETTINGS = re.compile(r"(?:^|/)(?:\.\w|[^/]*\.(?:config|min|d|stories|bench)\.\w+$)")
_MAIN = re.compile(r"""^if __name__ == ["']__main__["']:""")
_MAINS = {
    "go": re.compile(r"^func main\(\)"),
    "java": re.compile(r"^\s*public static void main\("),
    "rust": re.compile(r"^(?:async )?fn main\(\)"),
}
_MOST_NAMES = 5  # of what a file holds.
_EXAMPLES = ("examples", "example", "samples")


class DocumentedCode:
    """The code below a folder, read once. Everything here blocks."""

    def __init__(self, folder: Path, options: IndexOptions = DEFAULTS) -> None:
        self.folder = folder
        self._sources = ProgramSources(folder, options=options)
        self._program = Program(self._sources)
        self._paths = [path for path in self._sources.paths() if for_path(Path(path)).has_grammar]

    @cached_property
    def project(self) -> Project:
        """What the manifests say."""
        return read_project(self.text)

    def text(self, path: str) -> str | None:
        """The text of a file; None where there is none."""
        lines = self._sources.lines(path)
        return "".join(lines) if lines is not None else None

    @cached_property
    def own(self) -> list[str]:
        """The files that are the project itself: no tests, examples, documents and tools."""
        return sorted(path for path in self._paths if self._is_own(path))

    def _is_own(self, path: str) -> bool:
        family, name = for_path(Path(path)).family, posixpath.basename(path)
        if family not in _OTHERS | {"python"} or name in _TOOLS - {"__main__.py"} or _SETTINGS.search(path):
            return False
        imports = self._program.imports
        outer = outer_folders(imports, path) if family == "python" else path.split("/")[:-1]
        return not is_test_of(imports, path) and _ASIDE.isdisjoint(part.lstrip("_") for part in outer)

    @cached_property
    def modules(self) -> list[ModuleEntry]:
        """The modules that have something to tell, private ones apart."""
        python = [path for path in self.own if path.endswith(".py") and not _is_private(path)]
        reader = PythonModules(self._program, frozenset(python))
        found = [reader.module(path) for path in python]
        told = [one for one in found if one is not None] + list(self._others())
        return [one for one in told if one.entries or one.handed or one.doc]

    def module(self, path: str) -> ModuleEntry | None:
        """One file, whatever it is called; None where nothing can be told of it."""
        if path.endswith((".py", ".pyi")):
            return PythonModules(self._program, {path}).module(path)
        tree = self._tree(path)
        if tree is None or by_name(tree.language).family not in _OTHERS:
            return None
        return self._unit(posixpath.dirname(path) or ".", [path]) if _is_by_folder(path) else self._unit(path, [path])

    def _tree(self, path: str) -> SyntaxTree | None:
        module = self._program.module(path)
        return module.tree if module is not None else None

    def _others(self) -> Iterator[ModuleEntry]:
        units: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.own:
            if for_path(Path(path)).family in _OTHERS:
                units[posixpath.dirname(path) or "." if _is_by_folder(path) else path].append(path)
        for unit, paths in units.items():
            found = self._unit(unit, paths)
            if found is not None:
                yield found

    def _unit(self, unit: str, paths: Sequence[str]) -> ModuleEntry | None:
        entries: list[Entry] = []
        docs: list[str] = []
        for path in paths:
            tree = self._tree(path)
            if tree is not None:
                entries += _placed(exports(tree, path))
                docs.append(file_doc(tree))
        language = for_path(Path(paths[0])).name
        doc = max(docs, key=len, default="")
        return ModuleEntry(self._name(unit, paths[0]), unit, language, doc, tuple(_grouped(entries)))

    def _name(self, unit: str, path: str) -> str:
        """What a unit is called by who imports it."""
        family = for_path(Path(path)).family
        if family == "go":
            return next(
                (_joined_name(name, folder, unit) for folder, name in self._go_modules if _is_in(unit, folder)), unit
            )
        if family == "java":
            found = re.search(r"^package\s+([\w.]+)\s*;", self.text(path) or "", re.MULTILINE)
            return found[1] if found is not None else unit
        stem = posixpath.splitext(path)[0]
        return re.sub(r"/(?:mod|index|lib)$", "", stem) if family == "rust" else stem

    @cached_property
    def _go_modules(self) -> list[tuple[str, str]]:
        """Folders with a `go.mod`, the deepest first, each with the name of its module."""
        found = []
        for path in self._sources.paths():
            if posixpath.basename(path) == "go.mod":
                named = re.search(r"^module\s+(\S+)", self.text(path) or "", re.MULTILINE)
                found += [(posixpath.dirname(path), named[1])] if named else []
        return sorted(found, key=lambda each: -len(each[0]))

    @cached_property
    def imports(self) -> list[Import]:
        """The imports among the project's own files."""
        own = set(self.own)
        trees = {path: tree for path in self.own if (tree := self._tree(path)) and not path.endswith(".py")}
        return sorted([*python_imports(self._program, own), *other_imports(trees, dict(self._go_modules))])

    @property
    def units(self) -> list[str]:
        """What is loaded as one: files, or folders where those are packages."""
        return sorted({unit_of(path) for path in self.own})

    def held(self) -> dict[str, str]:
        """The names that each unit defines first, those that are public before the others."""
        found: defaultdict[str, list[str]] = defaultdict(list)
        for path in self.own:
            known = (one for one in extract_facts(self._tree(path)).definitions if not one.container)
            found[unit_of(path)] += [one.name for one in known if one.kind in {"function", "class"}]
        named = {unit: sorted(dict.fromkeys(names), key=lambda name: name[:1] == "_") for unit, names in found.items()}
        return {unit: _some_names(names) for unit, names in named.items() if names}

    def said(self) -> dict[str, str]:
        """The first sentence that each file, and each folder that is a package, says of itself."""
        found = {}
        for path in self.own:
            tree = self._tree(path)
            if tree is None:
                continue
            family = by_name(tree.language).family
            doc = docstring_of(tree.tree.root_node) if family == "python" else file_doc(tree)
            if doc:
                stem = posixpath.dirname(path)
                is_package = posixpath.splitext(posixpath.basename(path))[0] in {
                    "__init__",
                    "mod",
                    "lib",
                    "doc",
                    "index",
                }
                found[path] = summary(doc, family)
                if is_package or family in _BY_FOLDER:
                    found.setdefault(stem or ".", found[path])
        return found

    def folders(self, pages: Sequence[str]) -> dict[str, str]:
        """What the folders at the top hold: in their own words, else how many files of which language.

        `pages` are paths, and folders with a slash at their end, that are made by us and therefore don't count.
        """
        held: defaultdict[str, Counter[str]] = defaultdict(Counter)
        for path in self._sources.paths():
            if "/" in path and not path.startswith((".", *pages)):
                held[path.split("/", maxsplit=1)[0]][for_path(Path(path)).name] += 1
        said = self.said()
        return {name: said.get(name) or _counts(held[name]) for name in sorted(held)}

    def entry_points(self) -> list[tuple[str, str, int]]:
        """Where the project is entered: a name, and the file and line (from 0 on) of what runs."""
        found = [(name, *place) for name, target in self.project.commands.items() if (place := self._target(target))]
        for path in self.own:
            family = for_path(Path(path)).family
            pattern = _MAINS.get(family, _MAIN)
            rows = (row for row, line in enumerate(self._sources.lines(path) or ()) if pattern.match(line))
            row = next(rows, None) if family != "javascript" else None
            if row is None and posixpath.basename(path) == "__main__.py":
                row = 0
            if row is not None:
                name = f"python -m {self._program.imports.dotted(path).removesuffix('.__main__')}"
                found.append((name if family == "python" else path, path, row))
        return found

    def _target(self, target: str) -> tuple[str, int] | None:
        """The file and line of what `module:function` names."""
        name, _, function = target.partition(":")
        path = self._program.find("setup.py", name)
        if path is None or path.endswith("/"):
            return None
        meaning = self._program.exported(path, function.partition(".")[0])
        module = self._program.module(meaning.path) if meaning is not None and meaning.kind == "symbol" else None
        if meaning is None or module is None:
            return path, 0
        return meaning.path, module.tree.source.count(b"\n", 0, max(0, meaning.start))

    def source_root(self) -> str:
        """The folder that the project's Python packages lie in, "" for the top."""
        return next(
            (
                name
                for name in ("src", "lib", "python")
                if any(path.startswith(f"{name}/") and path.endswith("/__init__.py") for path in self.own)
            ),
            "",
        )

    def example(self) -> Example | None:
        """How the project is used: a doctest of what is public, else the shortest file among its examples."""
        for module in self.modules:
            if by_name(module.language).family != "python":
                continue
            places = [(module.doc, module.path, 0), *((one.doc, one.path, one.line) for one in module.all())]
            for doc, path, line in places:
                code = _doctest(doc)
                if code:
                    return Example(code, "pycon", path, line)
        found = []
        for path in self._paths:
            text = (self.text(path) or "").strip("\r\n")
            is_one = any(part in _EXAMPLES for part in path.split("/")[:-1]) and text.count("\n") >= 2
            found += [Example(text.replace("\r\n", "\n"), for_path(Path(path)).name, path, 0)] if is_one else []
        short = [one for one in found if one.is_short]
        return min(short, key=lambda one: (len(one.code), one.path), default=None)


def _some_names(names: Sequence[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:_MOST_NAMES])
    return f"{shown} and {len(names) - _MOST_NAMES} more" if len(names) > _MOST_NAMES else shown


def _is_private(path: str) -> bool:
    parts = path.removesuffix(".py").split("/")
    return any(part.startswith("_") and part != "__init__" for part in parts)


def _is_by_folder(path: str) -> bool:
    return for_path(Path(path)).family in _BY_FOLDER


def _is_in(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(f"{folder}/")


def _joined_name(name: str, folder: str, unit: str) -> str:
    below = posixpath.relpath(unit, folder or ".")
    return name if below == "." else f"{name}/{below}"


def _placed(entries: Sequence[Entry]) -> list[Entry]:
    return [one for one in entries if one.name]


def _grouped(entries: Sequence[Entry]) -> list[Entry]:
    """Methods that stand beside their type, as Go's and Rust's do, as its members."""
    types = {one.name: one for one in entries if "." not in one.name and one.kind != "function"}
    methods: defaultdict[str, list[Entry]] = defaultdict(list)
    for one in entries:
        methods[one.name.partition(".")[0] if "." in one.name else ""].append(one)
    found = []
    for one in entries:
        if "." not in one.name:
            added = methods.pop(one.name, []) if one.name in types else []
            found.append(Entry(one.name, one.kind, one.signature, one.doc, one.path, one.line, (*one.members, *added)))
    return found


def _counts(held: Counter[str]) -> str:
    known = [(name, count) for name, count in held.most_common() if name != "text"]
    told = [f"{count} {_LANGUAGES.get(name, name)} file{'s' if count > 1 else ''}" for name, count in known[:2]]
    others = sum(held.values()) - sum(count for _, count in known[:2])
    told += [f"{others} other file{'s' if others > 1 else ''}"] if others else []
    return ", ".join(told)


_LANGUAGES = {
    "python": "Python", "javascript": "JavaScript", "typescript": "TypeScript", "tsx": "TSX", "go": "Go",
    "rust": "Rust", "java": "Java", "c": "C", "cpp": "C++",
}  # fmt: skip


def _doctest(doc: str) -> str:
    """The first example in a docstring, with what it shows."""
    lines = doc.splitlines()
    start = next((row for row, line in enumerate(lines) if line.lstrip().startswith(">>> ")), None)
    if start is None:
        return ""
    indent = len(lines[start]) - len(lines[start].lstrip())
    found = []
    for line in lines[start:]:
        if not line.strip() or (line.lstrip().startswith(("```", ":", "..")) and not line.lstrip().startswith("... ")):
            break
        found.append(line[indent:].rstrip())
    return "\n".join(found)
