"""Which file an import means, judged by the paths alone."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from pathlib import PurePosixPath

_ROOTS = ("src", "lib", "python")  # folders that packages lie in, beside the ones around the importing file.
_INITS = ("__init__.py", "__init__.pyi")
_MODULES = (".py", ".pyi")


def candidates(importer: str, name: str, is_package: Callable[[str], bool]) -> Iterator[str]:
    """The paths at which an import in the file `importer` may find the module `name`, the likeliest first.

    `name` begins with dots where the import is relative. `is_package` tells of a folder, "" for the topmost, whether it
    has an `__init__.py`: no import starts in a package. A module of the standard library has no candidates.
    """
    folder = PurePosixPath(importer).parent
    bare = name.lstrip(".")
    parts, level = bare.split(".") if bare else [], len(name) - len(bare)
    if level:
        if level - 1 <= len(folder.parts):
            yield from _files(_text(PurePosixPath(*folder.parts[: len(folder.parts) - level + 1])), parts)
    elif parts and parts[0] not in sys.stdlib_module_names:
        for root in dict.fromkeys((*map(_text, (folder, *folder.parents)), *_ROOTS)):
            if not is_package(root):
                yield from _files(root, parts)


def _text(folder: PurePosixPath) -> str:
    text = folder.as_posix()
    return "" if text == "." else text


def _files(root: str, parts: list[str]) -> Iterator[str]:
    """Where a module lies below a root, in Python's order; stubs, which only type checkers read, come last."""
    base = "/".join([*([root] if root else []), *parts])
    for suffix in _MODULES:
        yield f"{base}/__init__{suffix}" if base else f"__init__{suffix}"
        if parts:
            yield base + suffix


class Imports:
    """Finds modules among the paths of a workspace folder."""

    def __init__(self, paths: Iterable[str]) -> None:
        self._paths = frozenset(path for path in paths if path.endswith(_MODULES))
        self._folders = frozenset(
            folder.as_posix() + "/" for path in self._paths for folder in PurePosixPath(path).parents if folder.name
        )
        self._by_name: defaultdict[str, list[str]] = defaultdict(list)
        for path in sorted(self._paths):
            self._by_name[_names(path)[-1]].append(path)
        self._found: dict[tuple[str, str], str | None] = {}

    def are_of(self, paths: Iterable[str]) -> bool:
        """Whether they were made of just these paths."""
        return self._paths == frozenset(path for path in paths if path.endswith(_MODULES))

    def find(self, importer: str, name: str) -> str | None:
        """The file that an import of `name` in the file `importer` means.

        A namespace package gives its folder, with "/" at its end; what is not in the workspace gives None.
        """
        is_relative = name.startswith(".")
        key = (str(PurePosixPath(importer).parent), name)
        if key not in self._found:
            near = next((path for path in candidates(importer, name, self.is_package) if path in self._paths), None)
            self._found[key] = near or self._namespace(importer, name) or (None if is_relative else self._far(name))
        return self._found[key]

    def is_package(self, folder: str) -> bool:
        """Whether a folder has an `__init__.py`."""
        return any((f"{folder}/{init}" if folder else init) in self._paths for init in _INITS)

    def below(self, module: str, name: str) -> str | None:
        """The submodule `name` of the module at a path; None where there is none."""
        if not module.endswith(("/", *_INITS)) or not name:
            return None
        base = module.rpartition("/")[0]
        found = next((path for path in _files(base, [name]) if path in self._paths), None)
        folder = f"{base}/{name}/" if base else f"{name}/"
        return found or (folder if folder in self._folders else None)

    def _namespace(self, importer: str, name: str) -> str | None:
        for path in candidates(importer, name, self.is_package):
            folder = path.removesuffix("__init__.py")
            if folder != path and folder in self._folders:
                return folder
        return None

    def _far(self, name: str) -> str | None:
        """The one module of that name in a source root that is not around the importing file."""
        parts = name.split(".")
        if parts[0] in sys.stdlib_module_names:
            return None
        found = [path for path in self._by_name.get(parts[-1], ()) if self._is_named(path, parts)]
        return found[0] if len({path.removesuffix("i") for path in found}) == 1 else None

    def _is_named(self, path: str, parts: list[str]) -> bool:
        names = _names(path)
        return names[-len(parts) :] == parts and not self.is_package("/".join(names[: -len(parts)]))

    def dotted(self, path: str) -> str:
        """The dotted name that absolute imports call a module by: from the outermost package on."""
        names = _names(path)
        first = len(names) - 1
        while first > 0 and self.is_package("/".join(names[:first])):
            first -= 1
        return ".".join(names[first:])


def _names(path: str) -> list[str]:
    """The folders and the name of a module; a package is called by its folder."""
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    return folders if stem == "__init__" and folders else [*folders, stem]
