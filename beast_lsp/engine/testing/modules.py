"""By which name a module is imported, and which folder stands on `sys.path` for it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from configparser import ConfigParser, Error
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program, Sources

_COMMON = ("src", "lib", "python")
_MOST_FILES = 60  # that are asked how they import a module.


@dataclass(frozen=True, slots=True)
class ModuleName:
    """The dotted name of a module, and the folder, relative to the workspace ("" itself), that it is imported from."""

    name: str
    root: str


def module_name(program: Program, path: str) -> ModuleName:
    """How the file at a path is imported.

    The project's own settings say it (pytest's `pythonpath`, where the packages lie), then a `src` layout, then how
    other files import it; else the name begins at the outermost package, and a script is found in its own folder.
    """
    parts = _parts(path)
    for root in (*configured_roots(program.sources), *_COMMON):
        inner = root.split("/")
        is_inside = parts[: len(inner)] == inner and len(parts) > len(inner)
        if root and is_inside and not program.imports.is_package(root):
            return ModuleName(".".join(parts[len(inner) :]), root)
    own = program.imports.dotted(path)
    depth = len(parts) - len(own.split("."))
    named = _as_imported(program, path, parts, depth)
    return named if named is not None else ModuleName(own, "/".join(parts[:depth]))


def _parts(path: str) -> list[str]:
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    return folders if stem == "__init__" and folders else [*folders, stem]


def _as_imported(program: Program, path: str, parts: list[str], depth: int) -> ModuleName | None:
    """A longer name that files of the workspace use: the folders around are packages without `__init__.py`."""
    if not depth:
        return None
    files = [one for one in program.containing([parts[-1]]) if one.endswith(".py") and one != path][:_MOST_FILES]
    texts = [program.sources.data(one) for one in files]
    for first in range(depth):
        *package, last = parts[first:]
        whole, outer = map(re.escape, (".".join(parts[first:]), ".".join(package)))
        pattern = re.compile(
            rf"^\s*(?:(?:from|import)\s+{whole}\b|from\s+{outer}\s+import\s[^\n]*\b{last}\b)".encode(), re.M
        )
        if any(pattern.search(text) for text in texts):
            return ModuleName(".".join(parts[first:]), "/".join(parts[:first]))
    return None


def configured_roots(sources: Sources) -> list[str]:
    """The folders that a project's settings put on the path, as far as they lie in the workspace."""
    found = [*_pyproject_roots(_toml(sources)), *_ini_roots(sources)]
    plain = (root.strip().removeprefix("./").strip("/") for root in found)
    return list(dict.fromkeys(root for root in plain if root not in {"", "."} and ".." not in root))


def _toml(sources: Sources) -> dict[str, Any]:
    try:
        return tomllib.loads("".join(sources.lines("pyproject.toml") or ()))
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _pyproject_roots(settings: dict[str, Any]) -> Iterator[str]:
    yield from _texts(_at(settings, "tool", "pytest", "ini_options", "pythonpath"))
    setuptools = _at(settings, "tool", "setuptools", "package-dir")
    yield from _texts(setuptools.get("") if isinstance(setuptools, dict) else None)
    yield from _texts(_at(settings, "tool", "setuptools", "packages", "find", "where"))
    packages = _at(settings, "tool", "poetry", "packages")
    for one in packages if isinstance(packages, list) else ():
        yield from _texts(one.get("from") if isinstance(one, dict) else None)
    sources = _at(settings, "tool", "hatch", "build", "targets", "wheel", "sources")
    yield from _texts(sources if isinstance(sources, list) else None)


def _at(settings: Any, *keys: str) -> Any:
    for key in keys:
        settings = settings.get(key) if isinstance(settings, dict) else None
    return settings


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return value.split()
    return [one for one in value if isinstance(one, str)] if isinstance(value, list) else []


def _ini_roots(sources: Sources) -> Iterator[str]:
    for name, section, key in (
        ("pytest.ini", "pytest", "pythonpath"),
        ("tox.ini", "pytest", "pythonpath"),
        ("setup.cfg", "tool:pytest", "pythonpath"),
        ("setup.cfg", "options.packages.find", "where"),
    ):
        parser = ConfigParser(interpolation=None, strict=False)
        try:
            parser.read_string("".join(sources.lines(name) or ()))
        except Error:
            continue
        yield from parser.get(section, key, fallback="").split()
