"""JavaScript and TypeScript: Node, with the framework that lies in the project's node_modules."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath
from subprocess import DEVNULL, run
from typing import Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import calls
from beast_lsp.engine.testing.languages.javascript import project as projects
from beast_lsp.engine.testing.languages.javascript.probe import probe, read
from beast_lsp.engine.testing.languages.javascript.rendering import case_names, render
from beast_lsp.engine.testing.languages.javascript.targets import targets
from beast_lsp.engine.testing.languages.javascript.values import Values
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Project, Style, Target
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.testing.languages.outbox import lines_of
from beast_lsp.router.backends.testing.languages.workshop import Workshop, program

_SECONDS = 60.0  # for one start of a framework and all the calls; a call that never ends costs this once.
_SCRIPTS = {"vitest": "node_modules/vitest/vitest.mjs", "jest": "node_modules/jest/bin/jest.js"}
_TAP = re.compile(r"\s*(not ok|ok) \d+ - (.*?)(?: # (?:SKIP|TODO).*)?$")
_SUBTEST = re.compile(r"\s*# Subtest: (.*)")
STRIPS_TYPES = (22, 6)


@cache
def node_version(node: str) -> tuple[int, int]:
    """The version of a Node that is on the server's PATH."""
    # None of the workspace's code runs here: a version manager's stand-in that asks the current folder which Node is
    # meant gets none of it, either.
    told = run(  # noqa: S603 - a program of the server's own environment.
        [node, "--version"], capture_output=True, stdin=DEVNULL, text=True, timeout=10, check=False, cwd="/"
    ).stdout
    found = re.match(r"v(\d+)\.(\d+)", told)
    return (int(found[1]), int(found[2])) if found else (0, 0)


def package_of(path: Path, root: Path) -> Path | None:
    """The folder whose package.json says how a file is tested: the nearest that names a framework, else the nearest.

    In a workspace of several packages the framework is as a rule named at the top. Nothing above `root` is looked at.
    """
    nearest: Path | None = None
    for folder in path.parents:
        if (folder / "package.json").is_file():
            nearest = nearest or folder
            if projects.names_framework(projects.manifest(_read(folder / "package.json"))):
                return folder
        if folder == root:
            break
    return nearest


def missing(path: Path, root: Path) -> str:
    """What is missing to write tests for a file, cheaply: "" where it looks as if nothing were."""
    package = package_of(path, root)
    if package is None:
        return "There is no package.json."
    name = projects.framework(projects.manifest(_read(package / "package.json")))
    if not name:
        return "The project's test framework is not one that tests are written for."
    if name in _SCRIPTS and _script(name, package, root) is None:
        return f"{name} is not in node_modules."
    return ""


def _script(name: str, package: Path, root: Path) -> Path | None:
    for folder in (package, *package.parents):
        if (folder / _SCRIPTS[name]).is_file():
            return folder / _SCRIPTS[name]
        if folder == root:
            break
    return None


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


@dataclass
class NodeToolchain:
    """Runs probes and test files of one package in the workshop."""

    workshop: Workshop
    project: Project
    package: PurePosixPath
    patience: float = 2.0
    orders: tuple[int, ...] = (0, 1, 2)

    @classmethod
    def of(cls, path: Path, text: str, root: Path, workshop: Workshop, style: Style) -> NodeToolchain:
        """The toolchain for a file; raises TestsRefused that names what is missing."""
        if lacks := missing(path, root):
            raise TestsRefused(lacks, hint="Install the project's packages (npm install), then try again.")
        package = package_of(path, root)
        assert package is not None  # noqa: S101 - `missing` has just found it.
        manifest = projects.manifest(_read(package / "package.json"))
        tests = {PurePosixPath(one.relative_to(package)): _read(one) for one in _tests_of(package)}
        made = projects.project(PurePosixPath(path.relative_to(package)), text, manifest, tests, style)
        assert made is not None  # noqa: S101 - as above.
        node = program("node")
        if made.framework == "node:test" and made.source.suffix in projects.TYPED and node_version(node) < STRIPS_TYPES:
            raise TestsRefused(
                "This Node does not run TypeScript, and the project has no runner that does.",
                hint="Node 22.6 or later does, and so do vitest and jest.",
            )
        return cls(workshop, made, PurePosixPath(package.relative_to(root)))

    def targets(self, tree: SyntaxTree, others: list[SyntaxTree]) -> list[Target]:
        """What a test can call."""
        return targets(tree, others)

    def calls(self, tree: SyntaxTree, target: Target, limit: int) -> list[Call]:
        """Calls to try."""
        values = Values(tree)
        made = [values.of(one, target) for one in target.constructor or () if not one.is_optional and not one.is_rest]
        construction = [one[0] for one in made if one] if all(made) else None
        return calls(target, [values.of(one, target) for one in target.parameters], construction, limit)

    def record(self, wanted: Mapping[int, Call], seconds: float) -> dict[int, Outcome | None]:
        """What the calls give; what no literal can say is None. Raises TestsRefused where nothing could be run."""
        outbox = self._outbox
        left, found = dict(wanted), dict[int, Outcome | None]()
        problem = ""
        for _ in range(3):
            outbox.unlink(missing_ok=True)
            source = self.workshop.folder / self.package / self.project.source
            problem = self._run_probe(probe(self.project, left, str(outbox), str(source)), seconds)
            lines = lines_of(outbox)
            found |= read(lines)
            left = {key: call for key, call in left.items() if key not in found}
            if not left or not lines or lines[-1].get("done"):
                break
        if not found:
            raise TestsRefused(f"Nothing could be run: {problem or 'the probe told nothing'}.")
        return found

    @property
    def framework(self) -> str:
        """The framework of the tests."""
        return self.project.framework

    @property
    def _outbox(self) -> Path:
        return self.workshop.scratch / "outbox.jsonl"

    def _run_probe(self, text: str, seconds: float) -> str:
        tests = self.project.tests
        path = str(self.package / tests.with_name(f"beast-probe-{tests.name}"))
        self.workshop.write(path, text)
        finished = self.workshop.run(
            [*self._command(path)], str(self.package), min(seconds, _SECONDS), self._env(), self._outbox
        )
        self.workshop.remove(path)
        return _problem(finished.stderr + finished.stdout)

    def _command(self, path: str, seed: int = 0, report: str = "") -> Iterator[str]:
        """How one test file is run; in the order of `seed`, where the framework has orders."""
        yield program("node")
        below = str(PurePosixPath(path).relative_to(self.package))
        if self.project.framework == "node:test":
            yield from ("--test-reporter=tap", below)
            return
        package = self.workshop.root / self.package
        script = _script(self.project.framework, package, self.workshop.root)
        # The framework's script is the workspace's code: the confined Node reads it, nothing executes it.
        yield str(self.workshop.folder / script.relative_to(self.workshop.root)) if script else ""
        if self.project.framework == "vitest":
            yield from ("run", "--root", ".", below, "--no-coverage", "--testTimeout=60000")
            yield from (("--reporter=json", f"--outputFile={report}") if report else ("--reporter=verbose",))
            yield from (("--sequence.shuffle.tests", f"--sequence.seed={seed}") if seed else ())
        else:
            yield from ("--ci", "--coverage=false", f"--cacheDirectory={self.workshop.scratch / 'jest'}", "--runInBand")
            yield from (("--json", f"--outputFile={report}") if report else ())
            yield from (("--randomize", f"--seed={seed}") if seed else ())
            yield from ("--runTestsByPath", below)

    def _env(self) -> dict[str, str]:
        return {"CI": "1", "NO_COLOR": "1", "NODE_ENV": "test", "TZ": "UTC"}

    def render(self, cases: list[Case], _source: str) -> tuple[str, str]:
        """The path of the test file below the workspace folder, and its text."""
        return str(self.package / self.project.tests), render(self.project, cases)

    def names(self, cases: list[Case]) -> list[str]:
        """The names that the tests of these cases are reported by."""
        return case_names(self.project, cases)

    def judge(self, path: str, text: str, seed: int, seconds: float) -> dict[str, bool]:
        """Which tests of a file pass, by their names; raises TestsRefused where it can't be run."""
        self.workshop.write(path, text)
        report = self.workshop.scratch / "report.json"
        report.unlink(missing_ok=True)
        command = self._command(path, seed, str(report))
        finished = self.workshop.run([*command], str(self.package), min(seconds, _SECONDS), self._env())
        self.workshop.remove(path)
        if self.project.framework == "node:test":
            verdicts = _tap(finished.stdout.decode("utf-8", "replace"))
        else:
            verdicts = _report(_read(report))
        if not verdicts:
            raise TestsRefused(f"The test file could not be run: {_problem(finished.stderr + finished.stdout)}.")
        return verdicts


def _tests_of(package: Path) -> Iterator[Path]:
    """The first test files below a package, installed ones left out."""
    count = 0
    for folder, folders, names in os.walk(package):
        folders[:] = sorted(one for one in folders if one not in {"node_modules", "dist", ".git", "build"})
        for name in names:
            path = Path(folder) / name
            if projects.is_test(PurePosixPath(path.relative_to(package))) and path.suffix in projects.TYPED | {
                ".js",
                ".mjs",
                ".cjs",
                ".jsx",
            }:
                yield path
                count += 1
                if count > 400:
                    return


def _tap(text: str) -> dict[str, bool]:
    """The verdicts of a TAP report, each by the names of its suite and its own."""
    suites: dict[int, str] = {}
    found = {}
    for line in text.splitlines():
        depth = len(line) - len(line.lstrip())
        if named := _SUBTEST.match(line):
            suites[depth] = named[1]
        elif (told := _TAP.match(line)) and depth:
            found[f"{suites.get(depth - 4, '')} {told[2]}"] = told[1] == "ok"
    return {name.replace("\\#", "#").replace("\\\\", "\\"): passed for name, passed in found.items()}


def _report(text: str) -> dict[str, bool]:
    """The verdicts of the JSON report that jest and vitest share."""
    try:
        found: Any = json.loads(text)
        files = found["testResults"]
        return {
            " ".join([*test["ancestorTitles"], test["title"]]): test["status"] == "passed"
            for one in files
            for test in one["assertionResults"]
        }
    except (ValueError, KeyError, TypeError):
        return {}


_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
_ERROR = re.compile(r"\b\w*Error(?: \[\w+\])?: |\bCannot \w+|\bFailed to \w+")


def _problem(told: bytes) -> str:
    """The line of an output that says what went wrong."""
    lines = [line.strip() for line in _COLOURS.sub("", told.decode("utf-8", "replace")).splitlines() if line.strip()]
    return next((line for line in lines if _ERROR.search(line)), lines[-1] if lines else "no output")[:300]
