"""Which modules importing a file runs, in which order, and whether imports go in a circle.

Only imports that run when the module is loaded count: none within functions, none for type checkers only. Files are
scanned by a pattern rather than parsed, since thousands may be reachable; a statement in a long string that looks like
an import counts as one, which errs to the side of refusing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.statements import is_type_checking

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program

_LINE = re.compile(
    r"^([ \t]*)(?:(async[ \t]+def|def|class|if|elif|else|try|except|finally|with|for|while|match|case)\b([^\n]*)"
    r"|import[ \t]+([^\n#;]+)"
    r"|from[ \t]+([.\w]+)[ \t]*import\b[ \t]*(\([^)]*\)|(?:[^\n#;\\]|\\\n)+))",
    re.M,
)
_COMMENT = re.compile(r"#[^\n]*")
_DEEPEST = 5_000  # modules that one import may reach; more are not looked at.


class ImportGraph:
    """The imports between the modules of one program."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._edges: dict[str, list[str]] = {}

    def imports(self, path: str) -> list[str]:
        """The modules of the workspace that a module imports when it is loaded, in the order of the text.

        The packages around them that do not lie around the module itself are imported with them.
        """
        if path not in self._edges:
            lines = None if path.endswith("/") else self._program.sources.lines(path)
            found: dict[str, None] = {}
            for module, names in eager_imports("".join(lines or ())):
                for target in self._targets(path, module, names):
                    found |= dict.fromkeys([*self._new_parents(path, target), target])
            found.pop(path, None)
            self._edges[path] = list(found)
        return self._edges[path]

    def load_order(self, path: str) -> list[str]:
        """Every module of the workspace that importing a module runs, in the order in which they end; itself last.

        Packages run before what lies in them.
        """
        done: dict[str, None] = {}
        begun: set[str] = set()
        stack: list[tuple[str, Iterator[str]]] = []

        def begin(module: str) -> None:
            begun.add(module)
            stack.append((module, iter([*self._parents(module), *self.imports(module)])))

        begin(path)
        while stack:
            module, rest = stack[-1]
            target = next((one for one in rest if one not in begun), None)
            if target is not None and len(begun) < _DEEPEST:
                begin(target)
            else:
                done[module] = None
                stack.pop()
        return list(done)

    def cycle(self, start: str, through: str) -> list[str] | None:
        """The modules in a circle that begins at `start` with its import of `through`; None where there is none.

        A package around the importing module does not count: it runs before whatever lies in it.
        """
        came: dict[str, str] = {through: start}
        waiting = [through]
        while waiting:
            module = waiting.pop(0)
            if module == start:
                return self._way(came, start)
            for target in self.imports(module):
                if target not in came and len(came) < _DEEPEST:
                    came[target] = module
                    waiting.append(target)
        return None

    def _way(self, came: dict[str, str], start: str) -> list[str]:
        way = [start]
        while len(way) == 1 or way[-1] != start:
            way.append(came[way[-1]])
        return way[::-1]

    def _targets(self, path: str, module: str, names: list[str]) -> Iterator[str]:
        base = self._program.find(path, module)
        if base is None or base.startswith("<"):
            return
        below = [self._program.below(base, name) for name in names if name != "*"]
        submodules = [one for one in below if one is not None]
        is_own = base == path or base in self._parents(path)
        takes_names = len(submodules) < len(names) or not names
        if not base.endswith("/") and (takes_names or not is_own):
            yield base
        yield from submodules

    def _new_parents(self, path: str, target: str) -> list[str]:
        """The packages around a module that do not lie around the file at `path`, too."""
        around = {path, *self._parents(path)}
        return [one for one in self._parents(target) if one not in around]

    def _parents(self, path: str) -> list[str]:
        """The `__init__` files of the packages around a module, the outermost first."""
        folders = path.rstrip("/").split("/")[:-1]
        if path.rpartition("/")[2].startswith("__init__."):
            folders = folders[:-1]
        around = ["/".join(folders[:depth]) for depth in range(1, len(folders) + 1)]
        return [f"{folder}/__init__.py" for folder in around if self._program.imports.is_package(folder)]


def eager_imports(text: str) -> Iterator[tuple[str, list[str]]]:
    """What a Python text imports when it is loaded: modules as written, each with the names that are taken from it."""
    skipped: int | None = None  # deeper lines than this one belong to a function, or are for type checkers only.
    for found in _LINE.finditer(text):
        depth, opener, rest, modules, source, names = found.groups()
        indent = len(depth.expandtabs())
        if skipped is not None and indent > skipped:
            continue
        skipped = None
        if opener is not None:
            skipped = indent if _is_skipped(opener, rest) else None
        elif modules is not None:
            yield from ((one.split()[0], []) for one in modules.replace("\\\n", " ").split(",") if one.strip())
        elif source != "__future__":
            listed = _COMMENT.sub("", names).replace("\\\n", " ").strip("() \t\r\n").split(",")
            yield source, [one.split()[0] for one in listed if one.strip()]


def _is_skipped(opener: str, rest: str) -> bool:
    if opener.endswith("def"):
        return True
    return opener == "if" and is_type_checking(rest.partition(":")[0].strip())


def shown_cycle(cycle: list[str], dotted: Callable[[str], str]) -> str:
    """A circle of imports as text."""
    return " → ".join(dotted(path) for path in cycle)
