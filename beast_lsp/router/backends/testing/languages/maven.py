"""Java: Maven, offline, with the user's local repository read only."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import calls
from beast_lsp.engine.testing.languages.java.probe import BEACON, probe, read
from beast_lsp.engine.testing.languages.java.probe import with_beacons as instrumented
from beast_lsp.engine.testing.languages.java.project import framework
from beast_lsp.engine.testing.languages.java.project import project as project_of
from beast_lsp.engine.testing.languages.java.rendering import case_names, render
from beast_lsp.engine.testing.languages.java.targets import package, targets
from beast_lsp.engine.testing.languages.java.values import Values
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Project, Style, Target
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.testing.languages.compiled import Compiled, problem
from beast_lsp.router.backends.testing.languages.workshop import Workshop, program
from beast_lsp.sandbox.limits import Finished

_CASE = re.compile(r'<testcase [^>]*?\bname="([^"(]+)[^>]*?(/>|>(.*?)</testcase>)', re.DOTALL)
_MOST_TESTS = 400
# What a build also checks has nothing to say of a test's truth.
_SKIPPED = ("rat", "enforcer", "checkstyle", "jacoco", "pmd", "cpd", "spotbugs", "license", "animal.sniffer", "japicmp")


def module_of(path: Path, root: Path) -> Path | None:
    """The nearest folder at or above a file that has a pom.xml, not above the workspace."""
    for folder in path.parents:
        if (folder / "pom.xml").is_file():
            return folder
        if folder == root:
            break
    return None


def missing(path: Path, root: Path) -> str:
    """What is missing to write tests for a file, cheaply; "" where it looks as if nothing were."""
    module = module_of(path, root)
    if module is None:
        return "There is no pom.xml."
    if path.relative_to(module).parts[:3] != ("src", "main", "java"):
        return "The file is no main source of a Maven project."
    has_tests = (module / "src" / "test" / "java").is_dir()
    return "" if has_tests or framework(_builds(module), {}) else "The build names no JUnit."


def _builds(module: Path) -> str:
    return _read(module / "pom.xml") + _read(module.parent / "pom.xml")


def _project(path: Path, module: Path, name: str, style: Style) -> Project | None:
    tests = {}
    for one in sorted((module / "src" / "test" / "java").rglob("*.java"))[:_MOST_TESTS]:
        tests[PurePosixPath(one.relative_to(module))] = _read(one)
    return project_of(PurePosixPath(path.relative_to(module)), name, _builds(module), tests, style)


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (OSError, ValueError):
        return ""


class MavenToolchain(Compiled):
    """Runs the tests of one Maven module in the workshop."""

    patience = 8.0
    orders: tuple[int, ...] = (0, 2)
    complaint = re.compile(r"^\[ERROR\] (?P<file>\S+\.java):\[(?P<line>\d+),\d+\]", re.MULTILINE)

    def __init__(self, workshop: Workshop, project: Project, module: PurePosixPath, tree: SyntaxTree) -> None:
        super().__init__(workshop)
        self.project, self._module, self._tree = project, module, tree
        self._beside = module / project.source.parent / "BeastBeacon.java"
        self._probe = module / project.tests.parent / "BeastProbeTest.java"

    @classmethod
    def of(cls, path: Path, tree: SyntaxTree, root: Path, workshop: Workshop, style: Style) -> MavenToolchain:
        """The toolchain for a file; raises TestsRefused that names what is missing."""
        if lacks := missing(path, root):
            raise TestsRefused(lacks, hint="Tests are written for the main sources of Maven projects that have JUnit.")
        module = module_of(path, root)
        project = None if module is None else _project(path, module, package(tree), style)
        if module is None or project is None:
            raise TestsRefused("Neither the build nor a test names a JUnit.", hint="Add JUnit to the build.")
        return cls(workshop, project, PurePosixPath(module.relative_to(root)), tree)

    @property
    def framework(self) -> str:
        """The framework of the tests."""
        return self.project.framework

    def targets(self, tree: SyntaxTree, others: list[SyntaxTree]) -> list[Target]:
        """What a test can call."""
        return targets(tree, others)

    def calls(self, tree: SyntaxTree, target: Target, limit: int) -> list[Call]:
        """Calls to try."""
        values = Values(tree, self.project.level)
        made = [values.of(one, target) for one in target.constructor or () if not one.is_rest]
        construction = [one[0] for one in made] if all(made) else None
        return calls(target, [values.of(one, target) for one in target.parameters], construction, limit)

    def write_probe(self, calls: Mapping[int, Call], with_beacons: bool) -> tuple[str, dict[int, int]]:
        """The file with beacons, the class that they call, and the test that calls."""
        text, places = probe(self._tree, self.project.framework, calls, str(self.outbox))
        self.workshop.write(str(self._probe), text)
        self.workshop.write(
            str(self._beside), (f"package {self.project.namespace};\n" if self.project.namespace else "") + BEACON
        )
        if with_beacons:
            self.workshop.write(str(self._module / self.project.source), instrumented(self._tree))
        return self._probe.name, places

    def run_probe(self, seconds: float) -> Finished:
        """Builds the module and runs the probe alone."""
        return self._run("BeastProbeTest", seconds, self.outbox)

    def remove_probe(self) -> None:
        """Puts the file back, and takes away what stood beside it."""
        self.workshop.write(str(self._module / self.project.source), "".join(self._tree.lines))
        for path in (self._probe, self._beside):
            self.workshop.remove(str(path))

    def read(self, lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call]) -> dict[int, Outcome | None]:
        """What the probe told."""
        return read(lines, calls, self.project.level)

    def render(self, cases: list[Case], _source: str) -> tuple[str, str]:
        """The path of the test file below the workspace folder, and its text."""
        return str(self._module / self.project.tests), render(self.project, cases)

    def names(self, cases: list[Case]) -> list[str]:
        """The methods that the tests are."""
        return case_names(cases)

    def judge(self, path: str, text: str, seed: int, seconds: float) -> dict[str, bool]:
        """Which tests of a file pass, by their names; one that does not compile does not pass."""
        self.workshop.write(path, text)
        name = PurePosixPath(path).name
        order = {0: "", 1: "alphabetical", 2: "reversealphabetical"}.get(seed, "")
        finished = self._run(name.removesuffix(".java"), seconds, None, order)
        self.workshop.remove(path)
        reports = self.workshop.folder / self._module / "target" / "surefire-reports"
        verdicts = {}
        for report in reports.glob(f"TEST-*{name.removesuffix('.java')}.xml"):
            for found in _CASE.finditer(_read(report)):
                verdicts[found[1]] = (
                    "<failure" not in found[2] and "<error" not in found[2] and "<skipped" not in found[2]
                )
            report.unlink()
        if verdicts:
            return verdicts
        told = (finished.stdout + finished.stderr).decode("utf-8", "replace")
        broken = self._lines_of(told, name)
        if not broken:
            raise TestsRefused(f"The tests could not be run: {problem(told)}.")
        return _compiling(text, broken)

    def _run(self, test: str, seconds: float, outbox: Path | None, order: str = "") -> Finished:
        repository = Path.home() / ".m2" / "repository"
        folder = self.workshop.scratch
        command = [program("mvn"), "-o", "-q", "-B", f"-Dmaven.repo.local={repository}", f"-Dtest={test}"]
        command += ["-DfailIfNoTests=false", "-Dsurefire.failIfNoSpecifiedTests=false", "-DskipTests=false"]
        command += [f"-D{name}.skip=true" for name in _SKIPPED]
        # Surefire orders classes by it; JUnit 5 orders methods by a seed of its own.
        command += [f"-Dsurefire.runOrder={order}"] if order else []
        command += (
            ["-Djunit.jupiter.testmethod.order.default=org.junit.jupiter.api.MethodOrderer$Random"] if order else []
        )
        # Everything here runs for seconds: the optimizing compiler would cost more than it gives.
        quick = "-Xmx1g -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -XX:-UsePerfData"
        env = {"JAVA_TOOL_OPTIONS": f"{quick} -Djava.io.tmpdir={folder}"}
        return self.workshop.run([*command, "test"], str(self._module), seconds, env, outbox)


def _compiling(text: str, broken: set[int]) -> dict[str, bool]:
    """The verdicts of a file that does not compile: the tests without a broken line could pass."""
    verdicts: dict[str, bool] = {}
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*(?:public )?void (\w+)\(\)", line):
            name = found[1]
            verdicts[name] = True
        if number in broken and name:
            verdicts[name] = False
    return verdicts
