"""Rust: cargo, offline, with its target folder in the scratch folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import calls
from beast_lsp.engine.testing.languages.model import Call, Case, Outcome, Target
from beast_lsp.engine.testing.languages.rust.probe import probe, read
from beast_lsp.engine.testing.languages.rust.rendering import case_names, render
from beast_lsp.engine.testing.languages.rust.results import Results
from beast_lsp.engine.testing.languages.rust.targets import targets
from beast_lsp.engine.testing.languages.rust.values import Values
from beast_lsp.errors import TestsRefused
from beast_lsp.router.backends.testing.languages.compiled import Compiled, problem
from beast_lsp.router.backends.testing.languages.workshop import Workshop, program
from beast_lsp.sandbox.limits import Finished

_FUNCTION = re.compile(r"^\s*#\[test\]\n(?:\s*#\[.*\]\n)*\s*fn (\w+)\(\)", re.MULTILINE)
_TEST = re.compile(r"^test (?:[\w:]+::)?(\w+)(?: - should panic)? \.\.\. (\w+)", re.MULTILINE)
# Seeds of orders: cargo's own order, one thread (alphabetical), many threads.
_THREADS = ("2", "1", "8")


def crate_of(path: Path, root: Path) -> Path | None:
    """The nearest folder at or above a file that has a Cargo.toml, not above the workspace."""
    for folder in path.parents:
        if (folder / "Cargo.toml").is_file():
            return folder
        if folder == root:
            break
    return None


def missing(path: Path, root: Path) -> str:
    """What is missing to write tests for a file, cheaply; "" where it looks as if nothing were."""
    crate = crate_of(path, root)
    if crate is None:
        return "There is no Cargo.toml."
    if "src" not in path.relative_to(crate).parts[:1] or "bin" in path.relative_to(crate).parts:
        return "The file is no part of the crate's src folder."
    return ""


class CargoToolchain(Compiled):
    """Runs the tests of one crate in the workshop."""

    framework = "cargo test"
    complaint = re.compile(r"^(?P<file>[^\s:]+\.rs):(?P<line>\d+):\d+: error", re.MULTILINE)

    def __init__(self, workshop: Workshop, path: PurePosixPath, crate: PurePosixPath, tree: SyntaxTree) -> None:
        super().__init__(workshop)
        self._path, self._crate, self._tree = path, crate, tree
        self._results = Results(tree)
        is_library = (workshop.folder / crate / "src" / "lib.rs").is_file() and path.name != "main.rs"
        self._kind = "--lib" if is_library else "--bins"

    @classmethod
    def of(cls, path: Path, tree: SyntaxTree, root: Path, workshop: Workshop) -> CargoToolchain:
        """The toolchain for a file; raises TestsRefused that names what is missing."""
        if lacks := missing(path, root):
            raise TestsRefused(lacks, hint="Tests are written for files of a crate.")
        crate = crate_of(path, root)
        assert crate is not None  # noqa: S101 - `missing` has just found it.
        return cls(workshop, PurePosixPath(path.relative_to(root)), PurePosixPath(crate.relative_to(root)), tree)

    def targets(self, tree: SyntaxTree, others: list[SyntaxTree]) -> list[Target]:
        """What a test can call."""
        return targets(tree, others)

    def calls(self, tree: SyntaxTree, target: Target, limit: int) -> list[Call]:
        """Calls to try."""
        values = Values(tree)
        made = [values.of(one, target) for one in target.constructor or ()]
        construction = [one[0] for one in made] if all(made) else None
        return calls(target, [values.of(one, target) for one in target.parameters], construction, limit)

    def write_probe(self, calls: Mapping[int, Call], with_beacons: bool) -> tuple[str, dict[int, int]]:
        """The file itself, with beacons and a test that calls."""
        text, places = probe(self._tree, calls, str(self.outbox), with_beacons)
        self.workshop.write(str(self._path), text)
        return self._path.name, places

    def run_probe(self, seconds: float) -> Finished:
        """Builds the crate's tests and runs the probe alone."""
        command = self._cargo("beast_probe", "--", "--nocapture")
        return self.workshop.run(command, str(self._crate), seconds, self._env(), self.outbox)

    def remove_probe(self) -> None:
        """Puts the file back."""
        self.workshop.write(str(self._path), "".join(self._tree.lines))

    def read(self, lines: Iterable[Mapping[str, Any]], calls: Mapping[int, Call]) -> dict[int, Outcome | None]:
        """What the probe told."""
        return read(lines, calls, self._results)

    def render(self, cases: list[Case], _source: str) -> tuple[str, str]:
        """The tests stand in the file itself."""
        return str(self._path), render(self._tree, cases)

    def names(self, cases: list[Case]) -> list[str]:
        """The functions that the tests are."""
        return case_names(self._tree, cases)

    def judge(self, path: str, text: str, seed: int, seconds: float) -> dict[str, bool]:
        """Which tests pass, by their names; one that does not compile does not pass."""
        self.workshop.write(path, text)
        # The crate's other tests have nothing to say of these, and would use up their time.
        finished = self.workshop.run(
            self._cargo("--", f"--test-threads={_THREADS[seed % len(_THREADS)]}", *_FUNCTION.findall(text)),
            str(self._crate),
            seconds,
            self._env(),
        )
        self.remove_probe()
        told = finished.stdout.decode("utf-8", "replace")
        verdicts = {one[1]: one[2] == "ok" for one in _TEST.finditer(told)}
        if verdicts:
            return verdicts
        errors = finished.stderr.decode("utf-8", "replace")
        broken = self._lines_of(errors, self._path.name)
        if not broken:
            raise TestsRefused(f"The tests could not be run: {problem(errors)}.")
        return _compiling(text, broken)

    def _cargo(self, *arguments: str) -> list[str]:
        return [program("cargo"), "test", "--offline", "--message-format=short", self._kind, *arguments]

    def _env(self) -> dict[str, str]:
        home = Path.home()
        return {
            "CARGO_TARGET_DIR": str(self.workshop.scratch / "target"),
            "CARGO_HOME": os.environ.get("CARGO_HOME", str(home / ".cargo")),
            "RUSTUP_HOME": os.environ.get("RUSTUP_HOME", str(home / ".rustup")),
            "RUSTUP_AUTO_INSTALL": "0",
            "CARGO_INCREMENTAL": "1",
            "RUST_BACKTRACE": "0",
        }


def _compiling(text: str, broken: set[int]) -> dict[str, bool]:
    """The verdicts of a file that does not compile: the tests without a broken line could pass."""
    verdicts: dict[str, bool] = {}
    name = ""
    for number, line in enumerate(text.split("\n"), 1):
        if found := re.match(r"\s*fn (\w+)\(\) \{", line):
            name = found[1]
            verdicts[name] = True
        if number in broken and name:
            verdicts[name] = False
    return verdicts
