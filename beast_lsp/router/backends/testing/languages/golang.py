"""Go: `go test`, offline, with its build cache in the scratch folder and the module cache read only."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import calls
from beast_lsp.engine.testing.languages.golang.probe import BEACON, probe, read, with_beacons
from beast_lsp.engine.testing.languages.golang.rendering import case_names, render
from beast_lsp.engine.testing.languages.golang.targets import package, targets
from beast_lsp.engine.testing.languages.golang.values import values_of
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Target
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.testing.languages.compiled import Compiled, problem
from beast_lsp.router.backends.testing.languages.workshop import Workshop, program
from beast_lsp.sandbox.limits import Finished

_FUNCTION = re.compile(r"^func (Test\w+)\(", re.MULTILINE)
_VERDICT = re.compile(r"^\s+--- (PASS|FAIL): (\S+) \(", re.MULTILINE)


def module_of(path: Path, root: Path) -> Path | None:
    """The nearest folder at or above a file that has a go.mod, not above the workspace."""
    for folder in path.parents:
        if (folder / "go.mod").is_file():
            return folder
        if folder == root:
            break
    return None


def missing(path: Path, root: Path) -> str:
    """What is missing to write tests for a file, cheaply; "" where it looks as if nothing were."""
    if module_of(path, root) is None:
        return "There is no go.mod."
    return "The file is a test." if path.name.endswith("_test.go") else ""


class GoToolchain(Compiled):
    """Runs the tests of one package in the workshop."""

    framework = "go test"
    patience = 10.0  # the build cache is empty at first: the standard library is compiled, too.
    complaint = re.compile(r"^(?P<file>\S+\.go):(?P<line>\d+):\d+: ", re.MULTILINE)

    def __init__(self, workshop: Workshop, path: PurePosixPath, tree: SyntaxTree) -> None:
        super().__init__(workshop)
        self._path, self._tree = path, tree
        self._folder = path.parent
        stem = path.name.removesuffix(".go")
        wanted = self._folder / f"{stem}_test.go"
        # What people wrote stays as it is: the new tests get a file of their own beside it.
        taken = (workshop.folder / wanted).exists()
        self._tests = self._folder / f"{stem}_cases_test.go" if taken else wanted

    @classmethod
    def of(cls, path: Path, tree: SyntaxTree, root: Path, workshop: Workshop) -> GoToolchain:
        """The toolchain for a file; raises TestsRefused that names what is missing."""
        if lacks := missing(path, root):
            raise TestsRefused(lacks, hint="Tests are written for the packages of a module.")
        program("go")
        return cls(workshop, PurePosixPath(path.relative_to(root)), tree)

    def targets(self, tree: SyntaxTree, others: list[SyntaxTree]) -> list[Target]:
        """What a test can call."""
        return targets(tree, others)

    def calls(self, _tree: SyntaxTree, target: Target, limit: int) -> list[Call]:
        """Calls to try."""
        made = [values_of(one, target) for one in target.constructor or () if not one.is_rest]
        construction = [one[0] for one in made] if all(made) else None
        return calls(target, [values_of(one, target) for one in target.parameters], construction, limit)

    def write_probe(self, calls: Mapping[int, Call], with_beacons_: bool) -> tuple[str, dict[int, int]]:
        """The file with beacons, the function that they call, and the test that calls."""
        text, places = probe(self._tree, calls, str(self.outbox))
        self.workshop.write(str(self._folder / "beast_probe_test.go"), text)
        self.workshop.write(str(self._folder / "beast_beacon.go"), BEACON.replace("PACKAGE", package(self._tree)))
        if with_beacons_:
            self.workshop.write(str(self._path), with_beacons(self._tree))
        return "beast_probe_test.go", places

    def run_probe(self, seconds: float) -> Finished:
        """Builds the package's tests and runs the probe alone."""
        command = [program("go"), "test", "-vet=off", "-gcflags=-e", "-count=1", "-run=^TestBeastProbe$", "."]
        return self.workshop.run(command, str(self._folder), seconds, self._env(), self.outbox)

    def remove_probe(self) -> None:
        """Puts the file back, and takes away what stood beside it."""
        self.workshop.write(str(self._path), "".join(self._tree.lines))
        for name in ("beast_probe_test.go", "beast_beacon.go"):
            self.workshop.remove(str(self._folder / name))

    def read(self, lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call]) -> dict[int, Outcome | None]:
        """What the probe told."""
        return read(lines, calls, package(self._tree))

    def render(self, cases: list[Case], _source: str) -> tuple[str, str]:
        """The path of the test file below the workspace folder, and its text."""
        return str(self._tests), render(package(self._tree), cases)

    def names(self, cases: list[Case]) -> list[str]:
        """The names of the subtests."""
        return case_names(cases)

    def judge(self, path: str, text: str, seed: int, seconds: float) -> dict[str, bool]:
        """Which subtests pass, by their names, in the order of a seed."""
        self.workshop.write(path, text)
        # The package's other tests have nothing to say of these, and would use up their time.
        ours = f"-run=^({'|'.join(_FUNCTION.findall(text))})$"
        command = [
            program("go"),
            "test",
            "-v",
            ours,
            "-vet=off",
            "-gcflags=-e",
            "-count=1",
            f"-shuffle={seed or 'off'}",
            ".",
        ]
        finished = self.workshop.run(command, str(self._folder), seconds, self._env())
        self.workshop.remove(path)
        told = (finished.stdout + finished.stderr).decode("utf-8", "replace")
        verdicts = {one[2]: one[1] == "PASS" for one in _VERDICT.finditer(told)}
        if not verdicts:
            raise TestsRefused(f"The tests could not be run: {problem(told)}.")
        return verdicts

    def _env(self) -> dict[str, str]:
        path = os.environ.get("GOPATH", str(Path.home() / "go"))
        return {
            "GOCACHE": str(self.workshop.scratch / "go-build"),
            "GOMODCACHE": os.environ.get("GOMODCACHE", str(Path(path) / "pkg" / "mod")),
            "GOPATH": path,
            "GOPROXY": "off",
            "GOFLAGS": "-mod=mod" if not (self.workshop.folder / "vendor").is_dir() else "",
            "GOTOOLCHAIN": "local",
            "GOTELEMETRY": "off",
        }
