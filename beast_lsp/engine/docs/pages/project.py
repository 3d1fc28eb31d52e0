"""What a project says of itself in its manifests: name, version, licence, commands, and how its tests run."""

from __future__ import annotations

import ast
import configparser
import json
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

Read = Callable[[str], str | None]
"""The text of a file by its path relative to the project; None where there is none."""

_TARGET = re.compile(r"[\w.]+:[\w.]+")
_SETUP = frozenset({"name", "version", "description", "license", "python_requires", "entry_points"})
_LICENSES = ("LICENSE", "LICENSE.md", "LICENSE.txt", "LICENCE", "COPYING", "LICENSE-MIT", "LICENSE.rst")
_XML = re.compile(r"<(groupId|artifactId|version|name|description)>\s*([^<${}]+?)\s*</\1>")


@dataclass(frozen=True, slots=True)
class Project:
    """A project's facts; what is not known is empty. `manifest` is the file that they come from.

    `needs` is what it runs on ("Python >=3.11"), `commands` what is installed, by name, of Python `module:function`.
    `install` are shell commands in a checkout, `extras` the optional features, `license_file` the path of its text.
    """

    manifest: str = ""
    language: str = ""
    name: str = ""
    description: str = ""
    version: str = ""
    license: str = ""
    license_file: str = ""
    needs: str = ""
    commands: Mapping[str, str] = field(default_factory=dict)
    extras: tuple[str, ...] = ()
    install: tuple[str, ...] = ()
    tests: tuple[str, ...] = ()


def read_project(read: Read) -> Project:
    """The facts of the project whose files `read` gives. Broken manifests give fewer. Total."""
    found = Project()
    for path, reader in _MANIFESTS.items():
        text = read(path)
        made = _read(reader, text, path) if text is not None else None
        if made is not None:
            found = _filled(found, made)
    file = next((path for path in _LICENSES if read(path) is not None), "")
    return replace(found, license_file=file, tests=_tests(read, found), install=_install(read, found))


def _read(reader: Callable[[str], Project | None], text: str, path: str) -> Project | None:
    try:
        made = reader(text)
    except (ValueError, TypeError, AttributeError, KeyError, configparser.Error, SyntaxError, RecursionError):
        return None
    return replace(made, manifest=path) if made is not None else None


def _filled(first: Project, second: Project) -> Project:
    """What the second knows and the first doesn't; a manifest of another language says nothing more."""
    if not first.manifest:
        return second
    if first.language != second.language:
        return first
    empty = {name: getattr(second, name) for name in Project.__dataclass_fields__ if not getattr(first, name)}
    return replace(first, **empty)


def _pyproject(text: str) -> Project | None:
    table = tomllib.loads(text)
    project, poetry = table.get("project", {}), table.get("tool", {}).get("poetry", {})
    if not project and not poetry:
        return None
    about = project or poetry
    scripts = {**about.get("scripts", {}), **about.get("gui-scripts", {})}
    python = project.get("requires-python") or poetry.get("dependencies", {}).get("python", "")
    return Project(
        language="python",
        name=_text(about.get("name")),
        description=_text(about.get("description")),
        version=_text(about.get("version")),
        license=_license(about.get("license")),
        needs=f"Python {python}" if isinstance(python, str) and python else "",
        commands=_targets(scripts),
        extras=tuple(sorted(about.get("optional-dependencies", about.get("extras", {})))),
    )


def _setup_cfg(text: str) -> Project | None:
    parser = configparser.ConfigParser(interpolation=None)
    parser.read_string(text)
    if not parser.has_section("metadata"):
        return None
    about = {key: value for key, value in parser["metadata"].items() if not re.match(r"(?:attr|file)\s*:", value)}
    listed = parser.get("options.entry_points", "console_scripts", fallback="")
    python = parser.get("options", "python_requires", fallback="")
    extras = parser.options("options.extras_require") if parser.has_section("options.extras_require") else []
    return Project(
        language="python",
        name=about.get("name", ""),
        description=about.get("description", ""),
        version=about.get("version", ""),
        license=about.get("license", ""),
        needs=f"Python {python}" if python else "",
        commands=_listed_targets(listed.splitlines()),
        extras=tuple(extras),
    )


def _setup_py(text: str) -> Project | None:
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    call = next((one for one in calls if ast.unparse(one.func) in {"setup", "setuptools.setup"}), None)
    if call is None:
        return None
    values = {one.arg: _literal(one.value) for one in call.keywords if one.arg in _SETUP}
    points = values.get("entry_points")
    listed = points.get("console_scripts", []) if isinstance(points, dict) else []
    python = _text(values.get("python_requires"))
    return Project(
        language="python",
        name=_text(values.get("name")),
        description=_text(values.get("description")),
        version=_text(values.get("version")),
        license=_text(values.get("license")),
        needs=f"Python {python}" if python else "",
        commands=_listed_targets(listed if isinstance(listed, list) else []),
    )


def _package_json(text: str) -> Project | None:
    table = json.loads(text)
    node = table.get("engines", {}).get("node", "")
    names = table.get("bin", {})
    names = {_text(table.get("name")).rpartition("/")[2]: names} if isinstance(names, str) else names
    return Project(
        language="javascript",
        name=_text(table.get("name")),
        description=_text(table.get("description")),
        version=_text(table.get("version")),
        license=_license(table.get("license")),
        needs=f"Node.js {node}" if node else "",
        commands=dict.fromkeys(names, ""),
    )


def _cargo(text: str) -> Project | None:
    table = tomllib.loads(text)
    about = table.get("package")
    if about is None:
        return None
    rust = _text(about.get("rust-version"))
    return Project(
        language="rust",
        name=_text(about.get("name")),
        description=" ".join(_text(about.get("description")).split()),
        version=_text(about.get("version")),
        license=_text(about.get("license")),
        needs=f"Rust {rust}" if rust else "",
        commands={_text(one.get("name")): "" for one in table.get("bin", ()) if _text(one.get("name"))},
        extras=tuple(sorted(set(table.get("features", {})) - {"default"})),
    )


def _go_mod(text: str) -> Project | None:
    module = re.search(r"^module\s+(\S+)", text, re.MULTILINE)
    version = re.search(r"^go\s+(\S+)", text, re.MULTILINE)
    if module is None:
        return None
    return Project(language="go", name=module[1], needs=f"Go {version[1]}" if version else "")


def _pom(text: str) -> Project | None:
    # What a parent, a dependency or a plugin says is about those. No parser of XML: the file may be anybody's.
    own = re.sub(r"<(parent|dependencies|dependencyManagement|build|profiles|modules|developers|properties)>.*?</\1>",
                 "", text, flags=re.DOTALL)  # fmt: skip
    plain = re.sub(r"<(licenses|scm|issueManagement|organization)>.*?</\1>", "", own, flags=re.DOTALL)
    found: dict[str, str] = {}
    for key, value in _XML.findall(plain):
        found.setdefault(key, value)
    licensed = re.search(r"<license>\s*<name>([^<]+)</name>", own)
    if "artifactId" not in found:
        return None
    name = ":".join(found[key] for key in ("groupId", "artifactId") if key in found)
    description = " ".join(found.get("description", "").split())
    return Project(
        language="java",
        name=name,
        description=description,
        version=found.get("version", ""),
        license=licensed[1].strip() if licensed else "",
    )


_MANIFESTS: Mapping[str, Callable[[str], Project | None]] = {
    "pyproject.toml": _pyproject,
    "setup.cfg": _setup_cfg,
    "setup.py": _setup_py,
    "Cargo.toml": _cargo,
    "go.mod": _go_mod,
    "pom.xml": _pom,
    "package.json": _package_json,
}


def _install(read: Read, project: Project) -> tuple[str, ...]:
    """What installs the project: as its README says, else in a checkout."""
    told = next((text for path in ("README.md", "README.rst", "README.txt") if (text := read(path))), "")
    said = re.search(rf"(?:pip|pipx|npm|cargo) (?:install|add|i) {re.escape(project.name)}(?=[\s`\"'\[]|$)", told)
    if said is not None and project.name:
        return (said[0],)
    if project.language == "python":
        return ("python -m pip install .",)
    if project.language == "javascript":
        locks = {"pnpm-lock.yaml": "pnpm install", "yarn.lock": "yarn install", "package-lock.json": "npm ci"}
        return (next((command for path, command in locks.items() if read(path) is not None), "npm install"),)
    built = {"rust": "cargo build --release", "go": "go build ./...", "java": "mvn package"}
    return (built[project.language],) if project.language in built else ()


def _tests(read: Read, project: Project) -> tuple[str, ...]:
    """The commands that run the tests, as the project's own files name them."""
    found = []
    makefile = read("Makefile") or ""
    target = re.search(r"^(test|tests|check):", makefile, re.MULTILINE)
    found += [f"make {target[1]}"] if target else []
    pyproject = read("pyproject.toml") or ""
    if read("tox.ini") is not None or "[tool.tox" in pyproject:
        found.append("tox")
    found += ["nox"] if read("noxfile.py") is not None else []
    has_pytest = "[tool.pytest" in pyproject or read("pytest.ini") is not None
    found += ["python -m pytest"] if has_pytest or "[tool:pytest]" in (read("setup.cfg") or "") else []
    found += _node_tests(read("package.json"))
    others = {"rust": "cargo test", "go": "go test ./...", "java": "mvn test"}
    return tuple(found or ([others[project.language]] if project.language in others else []))


def _node_tests(text: str | None) -> list[str]:
    try:
        scripts = json.loads(text or "{}").get("scripts", {})
        command = _text(scripts.get("test"))
    except (ValueError, AttributeError, RecursionError):
        return []
    return ["npm test"] if command and "no test specified" not in command else []


def _targets(scripts: Mapping[str, Any]) -> dict[str, str]:
    return {name: target for name, target in scripts.items() if isinstance(target, str) and _TARGET.match(target)}


def _listed_targets(lines: list[str]) -> dict[str, str]:
    pairs = (line.partition("=") for line in lines if isinstance(line, str) and "=" in line)
    return _targets({name.strip(): target.strip().partition(" ")[0] for name, _, target in pairs})


def _literal(node: ast.expr) -> object:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return None


def _license(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("text") or value.get("type")
    text = _text(value)
    return text if "\n" not in text else text.splitlines()[0]


def _text(value: object) -> str:
    return value.strip() if isinstance(value, str) else ""
