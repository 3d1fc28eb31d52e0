"""How a JavaScript project tests: its framework, where its tests are, and what they look like."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from beast_lsp.engine.testing.languages.model import Project, Style

TYPED = frozenset({".ts", ".tsx", ".mts", ".cts"})
_TEST = re.compile(r"(.+)([.-])(test|spec)\.[cm]?[jt]sx?\Z")
_MODULE = re.compile(r"(?m)^(?:import\b|export\b)")
_UNKNOWN = ("mocha", "ava", "jasmine", "tap", "uvu", "karma", "cypress")
_FRAMEWORKS = {"vitest": "vitest", "jest": "jest", "node --test": "node:test"}


def manifest(text: str) -> Mapping[str, object]:
    """What a package.json says; empty where it can't be read."""
    try:
        found = json.loads(text)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def framework(package: Mapping[str, object]) -> str:
    """The framework of a package: what its script `test` runs, else what it depends on, else Node's own.

    "" where it is one that no tests are written for.
    """
    scripts = package.get("scripts")
    script = str(scripts.get("test", "")) if isinstance(scripts, dict) else ""
    needed = [
        name for key in ("devDependencies", "dependencies") if isinstance(of := package.get(key), dict) for name in of
    ]
    for mark, name in _FRAMEWORKS.items():
        if mark in script:
            return name
    if any(name in script.split() for name in _UNKNOWN):
        return ""
    for name in ("vitest", "jest"):
        if name in needed:
            return name
    return "" if any(name in needed for name in _UNKNOWN) else "node:test"


def names_framework(package: Mapping[str, object]) -> bool:
    """Whether a package says itself how it is tested."""
    scripts = package.get("scripts")
    return framework(package) != "node:test" or (
        isinstance(scripts, dict) and "node --test" in str(scripts.get("test"))
    )


def project(
    source: PurePosixPath, text: str, package: Mapping[str, object], tests: Mapping[PurePosixPath, str], style: Style
) -> Project | None:
    """What the tests of a file need to know; None for a framework that no tests are written for.

    `tests` are the project's test files with their texts, all below the folder of its package.json.
    """
    name = framework(package)
    if not name:
        return None
    forms = Counter(found for each in tests.values() for found in re.findall(r"(?m)^\s*(it|test)\(", each))
    form = forms.most_common(1)[0][0] if forms else style.form
    return Project(
        name, source, place(source, tests), replace(style, form=form), _is_module(source, text, name, package)
    )


def _is_module(source: PurePosixPath, text: str, name: str, package: Mapping[str, object]) -> bool:
    if name == "vitest" or source.suffix in {".mjs", ".mts"} | TYPED - {".cts"}:
        return True
    if source.suffix == ".cjs":
        return False
    return bool(_MODULE.search(text)) or (name == "node:test" and package.get("type") == "module")


def is_test(path: PurePosixPath) -> bool:
    """Whether a file is a test by its name or its folder."""
    return bool(_TEST.match(path.name)) or "__tests__" in path.parts


def place(source: PurePosixPath, tests: Mapping[PurePosixPath, str]) -> PurePosixPath:
    """Where the tests of a file go: as most of the tests lie and are called, beside the file where there are none."""
    folders: Counter[str] = Counter()
    endings: Counter[str] = Counter()
    for path in tests:
        if found := _TEST.match(path.name):
            endings[found[2] + found[3]] += 1
            folders[_habit(path)] += 1
    ending = endings.most_common(1)[0][0] if endings else ".test"
    habit = folders.most_common(1)[0][0] if folders else ""
    folder = source.parent
    if habit == "__tests__":
        folder = _beside(folder, tests)
    elif habit:
        below = folder.parts[folder.parts[:1] in {("src",), ("lib",)} :] if _mirrors(habit, tests) else []
        folder = PurePosixPath(habit, *below)
    stem = source.name.removesuffix(source.suffix)
    wanted = folder / f"{stem}{ending}{source.suffix}"
    # What people wrote stays as it is: the new tests get a file of their own beside it.
    return folder / f"{stem}.cases{ending}{source.suffix}" if wanted in tests else wanted


def _habit(path: PurePosixPath) -> str:
    if "__tests__" in path.parts:
        return "__tests__"
    return path.parts[0] if path.parts[0] in {"test", "tests", "spec"} and len(path.parts) > 1 else ""


def _beside(folder: PurePosixPath, tests: Mapping[PurePosixPath, str]) -> PurePosixPath:
    """The `__tests__` of a folder: inside it, or in place of `src` where the other tests are not below `src`."""
    inside = [path for path in tests if "__tests__" in path.parts]
    is_outside = sum("src" in path.parts for path in inside) * 2 < len(inside)
    if not is_outside or "src" not in folder.parts:
        return folder / "__tests__"
    at = folder.parts.index("src")
    return PurePosixPath(*folder.parts[:at], "__tests__", *folder.parts[at + 1 :])


def _mirrors(habit: str, tests: Mapping[PurePosixPath, str]) -> bool:
    inside = [path for path in tests if path.parts[0] == habit]
    return sum(len(path.parts) > 2 for path in inside) * 2 > len(inside)
