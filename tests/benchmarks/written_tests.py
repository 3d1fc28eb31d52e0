"""Tests that are written for the drawn modules: coverage, mutants killed, what fails as written, flaky ones, seconds.

    python tests/benchmarks/written_tests.py CHECKOUTS PYTHON WORK [--tools ours,alone,pynguin,ghostwriter]
                                             [--pynguin PYTHON] [--modules FILE] [--only PATH]

CHECKOUTS holds the repositories of drawn_modules.toml as owner__name, PYTHON can import them and has pytest, coverage
and hypothesis[cli]; the peer Pynguin has an interpreter of its own. Each tool works on a fresh copy in WORK. `ours`
sees the repository as its developers have it, all others see the package's code alone. What is written is
then measured by coverage.py (lines and branches of the module) under five hash seeds, and by mutants of our judge, for
everybody alike. Failing tests are taken out before mutants are counted, and counted themselves.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
import tomllib
import xml.etree.ElementTree as ET
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePosixPath

HERE = Path(__file__).parent
SEEDS = ("0", "1", "2", "3", "4")


@dataclass(frozen=True)
class Subject:
    """One module of the draw."""

    repository: str
    root: str
    path: str
    kind: str

    @property
    def module(self) -> str:
        return self.path.removesuffix(".py").replace("/", ".")

    @property
    def file(self) -> str:
        return self.path if self.root == "." else f"{self.root}/{self.path}"


@dataclass
class Measured:
    """What one tool reached on one module."""

    tool: str
    module: str
    kind: str
    seconds: float = 0.0
    tests: int = 0
    failing: int = 0
    flaky: int = 0
    coverage: float = 0.0
    killed: int = 0
    mutants: int = 0
    problem: str = ""
    report: dict[str, object] = field(default_factory=dict)


def main() -> None:
    """Runs the tools and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path)
    parser.add_argument("python", type=Path)
    parser.add_argument("work", type=Path)
    parser.add_argument("--tools", default="ours,alone")
    parser.add_argument("--pynguin", type=Path)
    parser.add_argument("--modules", type=Path, default=HERE / "drawn_modules.toml")
    parser.add_argument("--only", default="")
    given = parser.parse_args()
    subjects = [Subject(**one) for one in tomllib.loads(given.modules.read_text())["module"]]
    rows = []
    for tool in given.tools.split(","):
        for subject in subjects:
            if given.only in subject.file:
                rows.append(measured(tool, subject, given))
                print_row(rows[-1])
                with (given.work / "rows.jsonl").open("a") as out:
                    out.write(json.dumps(asdict(rows[-1])) + "\n")
    print_summary(rows)


def measured(tool: str, subject: Subject, given: argparse.Namespace) -> Measured:
    """One tool at one module, in a fresh copy."""
    name = subject.repository.replace("/", "__")
    copy = (given.work / tool / f"{name}-{subject.module}").resolve()
    shutil.rmtree(copy, ignore_errors=True)
    if tool == "ours":
        shutil.copytree(given.checkouts / name, copy)
    else:  # The code alone: its settings would name plugins of its own tests.
        top = PurePosixPath(subject.file).parts[: 2 if subject.root != "." else 1]
        tests = shutil.ignore_patterns("tests", "test", "_tests")
        shutil.copytree(given.checkouts / name / Path(*top), copy / Path(*top), ignore=tests)
    row = Measured(tool, subject.module, subject.kind)
    start = time.monotonic()
    files = TOOLS[tool](subject, copy, given, row)
    row.seconds = row.seconds or round(time.monotonic() - start, 1)
    if files:
        judge(files, subject, copy, given, row)
    elif not row.problem:
        row.problem = "nothing was written"
    return row


def ours(subject: Subject, copy: Path, given: argparse.Namespace, row: Measured) -> list[Path]:
    """`beast-lsp tests --write`. A file that it would add to is renamed, so that only the new is measured."""
    before = {path: path.read_bytes() for path in copy.rglob("*.py")}
    written = written_by_us(subject, copy, given, row, before)
    if added := [path for path in written if path in before]:
        for path in added:
            path.write_bytes(before[path])
            path.rename(path.with_name(f"{path.stem}_before.py"))
        start = time.monotonic()
        written = written_by_us(subject, copy, given, row, {path: path.read_bytes() for path in copy.rglob("*.py")})
        row.seconds = round(time.monotonic() - start, 1)
    return written


def written_by_us(
    subject: Subject, copy: Path, given: argparse.Namespace, row: Measured, before: dict[Path, bytes]
) -> list[Path]:
    """The files that are new or other than `before`."""
    command = [sys.executable, "-m", "beast_lsp", "tests", str(copy / subject.file), "--write", "--json"]
    command += ["--root", str(copy), "--python", str(given.python)]
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    row.problem = run.stderr.strip()[-300:] if run.returncode else ""
    with contextlib.suppress(json.JSONDecodeError):
        row.report = json.loads(run.stdout)
    return [path for path in copy.rglob("*.py") if before.get(path) != path.read_bytes()]


def pynguin(subject: Subject, copy: Path, given: argparse.Namespace, row: Measured) -> list[Path]:
    """Pynguin's search of 60 seconds, with its own mutation-based assertions."""
    out = copy / "pynguin_tests"
    command = [str(given.pynguin), "-m", "pynguin", "--project-path", str(copy / subject.root)]
    command += [
        "--module-name",
        subject.module,
        "--output-path",
        str(out),
        "--maximum-search-time",
        "60",
        "--seed",
        "1",
    ]
    env = {**os.environ, "PYNGUIN_DANGER_AWARE": "1"}
    run = run_for(command, copy / subject.root, env, 300)
    row.problem = run if not list(out.glob("test_*.py")) else ""
    return sorted(out.glob("test_*.py"))


def ghostwriter(subject: Subject, copy: Path, given: argparse.Namespace, row: Measured) -> list[Path]:
    """Hypothesis' ghostwriter, as it writes by default."""
    out = copy / "ghost_tests" / "test_ghost.py"
    out.parent.mkdir()
    command = [str(given.python.with_name("hypothesis")), "write", subject.module]
    env = {**os.environ, "PYTHONPATH": str(copy / subject.root)}
    run = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False, env=env, timeout=120)
    row.problem = run.stderr.strip()[-300:] if run.returncode else ""
    out.write_text(run.stdout)
    return [out] if "def test_" in run.stdout else []


TOOLS = {"ours": ours, "alone": ours, "pynguin": pynguin, "ghostwriter": ghostwriter}


def run_for(command: list[str], cwd: Path, env: dict[str, str], seconds: float) -> str:
    """Runs a command and gives the end of what it printed."""
    try:
        run = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, check=False, timeout=seconds)
    except subprocess.TimeoutExpired:
        return f"ended after {seconds:.0f} s"
    return (run.stdout + run.stderr)[-300:]


def judge(files: list[Path], subject: Subject, copy: Path, given: argparse.Namespace, row: Measured) -> None:
    """Fills in what the test files are worth."""
    outcomes = [outcomes_of(files, seed, subject, copy, given) for seed in SEEDS]
    row.tests = len(outcomes[0])
    failing = {name for name, outcome in outcomes[0].items() if outcome != "passed"}
    row.failing = len(failing)
    row.flaky = sum(len({run.get(name) for run in outcomes}) > 1 for name in outcomes[0])
    report = copy / ".beast-coverage.json"
    if report.is_file():
        found = [one for path, one in json.loads(report.read_text())["files"].items() if path.endswith(subject.path)]
        row.coverage = round(found[0]["summary"]["percent_covered"] / 100, 4) if found else 0.0
    top = ["--path", str(copy / subject.root), "--module", subject.module, "--python", str(given.python)]
    pair = [str(copy / subject.file), str(files[0])]
    command = [sys.executable, str(HERE / "test_files.py"), "--json", *top, "--seconds", "300", *pair]
    scored = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=False)
    try:
        found = json.loads(scored.stdout)
        row.killed, row.mutants = round(found["noticed"] * found["mutants"]), found["mutants"]
    except (json.JSONDecodeError, KeyError):
        row.problem = f"{row.problem} no mutants: {(scored.stdout + scored.stderr)[-200:]}"


def outcomes_of(
    files: list[Path], seed: str, subject: Subject, copy: Path, given: argparse.Namespace
) -> dict[str, str]:
    """What became of each test under one hash seed; the first also measures coverage."""
    junit = copy / ".beast-junit.xml"
    junit.unlink(missing_ok=True)
    tests = ["-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={junit}", "-o", "addopts=", *map(str, files)]
    first = seed == SEEDS[0]
    command = (
        ["-m", "coverage", "run", "--branch", f"--include=*/{subject.path}", "--data-file=.beast-cov"] if first else []
    )
    env = {**os.environ, "PYTHONPATH": str(copy / subject.root), "PYTHONHASHSEED": seed}
    run_for([str(given.python), *command, *tests], copy, env, 300)
    if first:
        shown = ["-m", "coverage", "json", "--data-file=.beast-cov", "-o", ".beast-coverage.json"]
        run_for([str(given.python), *shown], copy, env, 60)
    if not junit.is_file():
        return {"collection": "error"}
    return {
        f"{case.get('classname')}.{case.get('name')}": next((part.tag for part in case if part.tag in BAD), "passed")
        for case in ET.parse(junit).iter("testcase")
    }


BAD = {"failure", "error", "skipped"}


def print_row(row: Measured) -> None:
    killed = f"{row.killed}/{row.mutants}"
    line = f"{row.tool:12} {row.module:36} {row.kind:8} {row.coverage:7.1%} {killed:>8} {row.tests:4} tests"
    print(f"{line} {row.failing} fail {row.flaky} flaky {row.seconds:6.1f} s {row.problem}", flush=True)


def print_summary(rows: list[Measured]) -> None:
    for tool in dict.fromkeys(row.tool for row in rows):
        of_tool = [row for row in rows if row.tool == tool]
        for kind in (*dict.fromkeys(row.kind for row in of_tool), ""):
            some = [row for row in of_tool if kind in {"", row.kind}]
            killed, mutants = sum(row.killed for row in some), sum(row.mutants for row in some)
            share = statistics.median(row.killed / row.mutants if row.mutants else 0.0 for row in some)
            print(
                f"{tool:12} {kind or 'all':8} median coverage {statistics.median(row.coverage for row in some):.1%}, "
                f"mutants killed {killed} of {mutants} (median {share:.2f}), {sum(row.tests for row in some)} tests, "
                f"{sum(row.failing for row in some)} failing, {sum(row.flaky for row in some)} flaky, "
                f"at most {max(row.seconds for row in some):.1f} s"
            )


if __name__ == "__main__":
    main()
