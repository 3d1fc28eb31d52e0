"""Which files can use a name at all, judged by their words, so that only those are parsed.

A file that uses what a module defines holds the name, and the name of the module: in an import, or in what stands
before the dot. Or it has it from a file that hands it on, of which the same is true; or it imports from its own package
by dots alone.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program

_PYTHON = (".py", ".pyi")
_INITS = ("/__init__.py", "/__init__.pyi")
_DOTS = re.compile(rb"^[ \t]*from[ \t]+\.+[ \t]*import\b", re.MULTILINE)


def python_files(program: Program, names: Collection[str]) -> set[str]:
    """The Python files that hold one of some names as a word."""
    return {path for path in program.containing(names) if path.endswith(_PYTHON)} if names else set()


def importers(program: Program, path: str, names: Collection[str]) -> set[str]:
    """The Python files that may use some names of the module at a path; itself is one of them."""
    having = python_files(program, names)
    found, modules, seen = {path, *having & {f"{path}i", path.removesuffix("i")}}, {path}, {path}
    while modules:
        near = _near(program, modules.pop(), having) - seen
        seen |= near
        found |= near & having
        modules |= {one for one in near if _hands_on(program, one, path, names)}
    return found


def _near(program: Program, module: str, having: set[str]) -> set[str]:
    """The files that may import from a module by its name, or by dots, and those that import all of it by a star."""
    near = python_files(program, module_words(program, module))
    found = {one for one in near if one in having or b"import *" in program.sources.data(one)}
    if module.endswith(_INITS):
        inner = (one for one in having if one.startswith(module.rpartition("/")[0] + "/"))
        found |= {one for one in inner if _DOTS.search(program.sources.data(one))}
    return found


def module_words(program: Program, path: str) -> set[str]:
    """The words that an import, or an attribute, may name a module by: its name, and what it is imported as."""
    parts = path.rpartition(".")[0].split("/")
    name = parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]
    return aliases(program, name)


def aliases(program: Program, name: str) -> set[str]:
    """A name, and the names that imports and plain assignments give to what has it, over all files."""
    found: set[str] = set()
    waiting = {name}
    while waiting:
        word = waiting.pop()
        found.add(word)
        for path in python_files(program, {word}):
            waiting |= _given(program.sources.data(path), word) - found
    return found


def _given(data: bytes, word: str) -> set[str]:
    """The names that a file gives to what has a name."""
    encoded = word.encode()
    # Looking for the mere bytes is many times faster than the patterns, and mostly says no.
    patterns = [_imported_as(encoded)] if encoded + b" as " in data else []
    patterns += [_assigned(encoded)] if encoded + b"\n" in data or encoded + b"\r" in data else []
    return {match.decode("utf-8", "replace") for pattern in patterns for match in pattern.findall(data)}


@lru_cache(maxsize=256)
def _imported_as(word: bytes) -> re.Pattern[bytes]:
    return re.compile(rb"\b" + re.escape(word) + rb"[ \t]+as[ \t]+(\w+)")


@lru_cache(maxsize=256)
def _assigned(word: bytes) -> re.Pattern[bytes]:
    # Only what begins a line is at the top of a module, where other files see it.
    return re.compile(rb"^(\w+)[ \t]*=[ \t]*(?:\w+\.)*" + re.escape(word) + rb"[ \t]*\r?$", re.MULTILINE)


def _hands_on(program: Program, path: str, origin: str, names: Collection[str]) -> bool:
    """Whether other files can have one of some names of a module from another one."""
    module = program.module(path)
    if module is None or not module.has_names:
        return False
    has_star = b"import *" in module.tree.source
    if not has_star and not any(name.encode() in module.tree.source for name in names):
        return False
    own = module.table.module.symbols
    handed = ((name, program.exported(path, name)) for name in names if has_star or name in own)
    return any(one is not None and one == program.exported(origin, name) for name, one in handed)


def attribute_users(program: Program, names: Iterable[str]) -> set[str]:
    """The Python files that use one of some names after a dot, as a keyword, or give it a value."""
    found: set[str] = set()
    for name in names:
        pattern = _attribute(name.encode())
        found |= {path for path in python_files(program, {name}) if pattern.search(program.sources.data(path))}
    return found


@lru_cache(maxsize=256)
def _attribute(name: bytes) -> re.Pattern[bytes]:
    escaped = re.escape(name)
    given = rb"\b" + escaped + rb"[ \t]*(?:=[^=]|:)|^[ \t]+[\w, \t]*\b" + escaped + rb"\b[\w, \t]*="
    return re.compile(rb"\.[\s\\]*" + escaped + rb"\b|\b(?:def|class)[ \t]+" + escaped + rb"\b|" + given, re.MULTILINE)


def holding(program: Program, names: Collection[str], pattern: re.Pattern[bytes]) -> list[str]:
    """The Python files that hold one of some names and a pattern."""
    return sorted(path for path in python_files(program, names) if pattern.search(program.sources.data(path)))
