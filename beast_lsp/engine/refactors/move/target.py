"""Where something is moved to: the module that the user named, there already or to be made."""

from __future__ import annotations

import keyword
import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.statements import Statement, dotted_from, statements
from beast_lsp.engine.scopes.resolution.imports import Imports
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program


@dataclass(frozen=True)
class Destination:
    """The module at `path`, which others import by the name `dotted`.

    `packages` are the paths of `__init__.py` files that have to be made for it.
    """

    path: str
    dotted: str
    is_there: bool
    packages: tuple[str, ...] = field(default=())


def destination(program: Program, origin: str, to: str) -> Destination:
    """The module that `to` means, a path or a dotted name, seen from the file `origin`.

    Raises RefactoringRefused for what is no module of the workspace and can't become one.
    """
    path = to if to.endswith(".py") else _path(program, origin, to)
    path = path.removeprefix("./")
    for each in (origin, path):
        _check_namespace(program, each)
    module = program.module(path)
    is_python = module is not None and module.has_names
    if module is not None and not is_python:
        raise RefactoringRefused(f"{path} is no Python file that can be read.")
    folders = path.split("/")[:-1]
    packages = _new_packages(program, origin, folders) if module is None else ()
    imports = Imports([*program.sources.paths(), path, *packages])
    _check_names(imports.dotted(path))
    found = Destination(path, imports.dotted(path), is_python, packages)
    if module is None:
        _check_fresh(program, found)
    return found


def _path(program: Program, origin: str, to: str) -> str:
    """The path of a dotted name: of the module that is there, or beside the package that `origin` lies in."""
    if not all(part.isidentifier() for part in to.split(".")):
        raise RefactoringRefused(f"`{to}` is no name of a module.", hint="Give one such as `package.module`.")
    found = program.find(origin, to)
    if found is not None and found.startswith("<"):
        found = None
    if found is not None and not found.endswith("/"):
        return found
    own = program.imports.dotted(origin).split(".")
    above = origin.rpartition("/")[0].split("/") if "/" in origin else []
    is_package = origin.rpartition("/")[2].startswith("__init__.")
    depth = len(above) - len(own) + (not is_package)
    root = "/".join(above[: max(0, depth)])
    parts = to.replace(".", "/")
    return f"{root}/{parts}.py" if root else f"{parts}.py"


def _check_namespace(program: Program, path: str) -> None:
    """Raises RefactoringRefused for a module below a folder that is imported though it is no package.

    Such a namespace package has no `__init__.py`, so that the files do not tell where its modules' names begin.
    """
    folders = path.split("/")[:-1]
    own = program.imports.dotted(path).split(".")
    is_package = path.rpartition("/")[2].startswith("__init__.")
    above = folders[: len(folders) - len(own) + (not is_package)]
    if not above:
        return
    imported = re.compile(rb"\b(?:from|import)[ \t]+(?:\w+\.)*" + re.escape(above[-1].encode()) + rb"\b")
    found = program.reach.holding({above[-1]}, imported)
    if found:
        raise RefactoringRefused(
            f"{'/'.join(above)} is imported in {found[0]}, and has no `__init__.py`.", hint="Give it one first."
        )


def _check_names(dotted: str) -> None:
    for name in dotted.split("."):
        if keyword.iskeyword(name) or not name.isidentifier():
            raise RefactoringRefused(f"`{name}` can't be imported by this name.", hint="Choose another name.")


def _new_packages(program: Program, origin: str, folders: list[str]) -> tuple[str, ...]:
    """The packages to make around a new module, where the module that it comes from lies in packages, too."""
    imports, found = program.imports, []
    own = imports.dotted(origin).split(".")
    if len(own) < 2 and not imports.is_package("/".join(folders[:-1])):
        return ()
    for depth in range(len(folders), 0, -1):
        folder = "/".join(folders[:depth])
        if imports.is_package(folder) or not own[0] or folders[:depth] == origin.split("/")[: -len(own)]:
            break
        if any(path.startswith(folder + "/") for path in program.sources.paths()):
            break  # a namespace package stays one.
        found.append(f"{folder}/__init__.py")
    return tuple(found)


def _check_fresh(program: Program, found: Destination) -> None:
    """Raises RefactoringRefused where the new module would take the name of another one."""
    head = found.dotted.partition(".")[0]
    if "." not in found.dotted and head in sys.stdlib_module_names:
        raise RefactoringRefused(f"`{head}` is a module of Python's standard library.", hint="Choose another name.")
    if program.imports.find(found.path, found.dotted) not in {None, found.path}:
        raise RefactoringRefused(f"There is another module called `{found.dotted}`.", hint="Choose another name.")
    stem, last = found.path.removesuffix(".py"), found.dotted.rpartition(".")[2]
    if any(path.startswith(stem + "/") for path in program.sources.paths()):
        raise RefactoringRefused(f"There is a folder called {stem}.", hint="Choose another name.")
    for path in program.containing({last}) if "." not in found.dotted else ():
        module = program.module(path) if path.endswith(".py") else None
        for one in statements(module.tree) if module is not None and module.has_names else ():
            if head in {name.partition(".")[0] for name in _modules(one)}:
                raise RefactoringRefused(
                    f"{path} imports another `{head}`, from outside of the workspace.", hint="Choose another name."
                )


def _modules(one: Statement) -> list[str]:
    return [one.module] if one.is_from else [item.name for item in one.items]


def written(program: Program, importer: str, wanted: Destination | str, relative: bool) -> str:
    """How the file `importer` names a module in `from … import`: with dots where it is asked for and possible."""
    dotted = wanted.dotted if isinstance(wanted, Destination) else wanted
    own = program.imports.dotted(importer)
    is_package = importer.rpartition("/")[2].startswith("__init__.")
    return (dotted_from(own, dotted, is_package) if relative else "") or dotted
