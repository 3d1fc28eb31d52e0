"""How a JavaScript test names what it tests: its imports, and the expression of a call."""

from __future__ import annotations

import os.path
from collections.abc import Iterable

from beast_lsp.engine.testing.languages.model import Call, Project, Target

_LONGEST = 100  # characters of an import on one line.
_KEPT = frozenset({".mjs", ".cjs", ".json"})


def local(target: Target, project: Project) -> str:
    """The name that the target, or its class, has in the test file."""
    name = target.owner or target.name
    if name != "default":
        return name
    stem = project.source.name.partition(".")[0]
    words = "".join(part[:1].upper() + part[1:] for part in stem.replace("_", "-").split("-"))
    name = words[:1].lower() + words[1:] if not target.owner else words
    return name if name.isidentifier() else "subject"


def specifier(project: Project) -> str:
    """The path of the tested file, as the test file imports it.

    Modules run by Node need the ending; the other frameworks resolve it, and their tests leave it out.
    """
    path = os.path.relpath(project.source, project.tests.parent).replace(os.sep, "/")
    if project.framework != "node:test" and project.source.suffix not in _KEPT:
        path = path.removesuffix(project.source.suffix)
    elif not project.is_module:
        path = path.removesuffix(".js")
    return path if path.startswith(".") else f"./{path}"


def header(project: Project, calls: Iterable[Call]) -> list[str]:
    """The statements that bring the tested names, in single quotes and with semicolons."""
    bound: dict[str, str] = {}
    for call in calls:
        bound[call.target.bound] = local(call.target, project)
    default = bound.pop("default", "")
    path = specifier(project)
    if project.is_module:
        names = [name if name == known else f"{name} as {known}" for name, known in sorted(bound.items())]
        listed = f"{{ {', '.join(names)} }}" if names else ""
        line = f"import {', '.join(filter(None, [default, listed]))} from '{path}';"
        return [line] if len(line) <= _LONGEST else _broken(line, names)
    names = [name if name == known else f"{name}: {known}" for name, known in sorted(bound.items())]
    lines = [f"const {default} = require('{path}');"] if default else []
    return lines + ([f"const {{ {', '.join(names)} }} = require('{path}');"] if names else [])


def _broken(line: str, names: list[str]) -> list[str]:
    """An import with a line for each name."""
    before, _, rest = line.partition("{ ")
    return [f"{before}{{", *(f"  {name}," for name in names), "}" + rest.partition(" }")[2]]


def expression(call: Call, project: Project) -> str:
    """The call as it stands in a test, without `await`; what a generator gives is put into a list."""
    target = call.target
    name = local(target, project)
    if target.owner:
        made = name if target.is_static else f"new {name}({', '.join(call.construction)})"
        name = f"{made}.{target.name}"
    text = f"{name}({', '.join(call.arguments)})"
    return f"[...{text}]" if target.is_generator and not target.is_async else text
