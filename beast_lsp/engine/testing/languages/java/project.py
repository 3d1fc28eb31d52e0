"""How a Maven project tests: which JUnit, where the tests go, and which Java it is written in."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import PurePosixPath

from beast_lsp.engine.testing.languages.model import Project, Style

_LEVEL = re.compile(
    r"<(?:maven\.compiler\.(?:release|source|target)|java\.version|release|source)>\s*(?:1\.)?(\d+)\s*<"
)


def framework(build: str, tests: Mapping[PurePosixPath, str]) -> str:
    """The JUnit of a project: that which its tests import, else that which its build names; "" for neither."""
    modern = sum("org.junit.jupiter" in text for text in tests.values())
    old = sum("import org.junit.Test;" in text for text in tests.values())
    if modern or old:
        return "junit5" if modern >= old else "junit4"
    if "jupiter" in build:
        return "junit5"
    return "junit4" if "<artifactId>junit</artifactId>" in build else ""


def project(
    source: PurePosixPath, package: str, build: str, tests: Mapping[PurePosixPath, str], style: Style
) -> Project | None:
    """What the tests of a file need to know; None where it is no main source of a Maven project with JUnit."""
    name = framework(build, tests)
    if not name or source.parts[:3] != ("src", "main", "java"):
        return None
    levels = [int(one) for one in _LEVEL.findall(build)]
    folder = PurePosixPath("src", "test", "java", *source.parts[3:-1])
    stem = source.name.removesuffix(".java")
    wanted = folder / f"{stem}Test.java"
    # What people wrote stays as it is: the new tests get a class of their own beside it.
    place = folder / f"{stem}CasesTest.java" if wanted in tests else wanted
    return Project(name, source, place, style, namespace=package, level=min(levels, default=0))
