"""The engine of the task `tests` for every language but Python, and whether it is offered for a file."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name, for_path
from beast_lsp.engine.syntax import SyntaxTree, parse
from beast_lsp.engine.testing.languages.wording import named
from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.router.backends.testing.languages import cargo, golang, maven, node
from beast_lsp.router.backends.testing.languages.style import style_of
from beast_lsp.router.backends.testing.languages.workshop import Workshop, open_workshop, program
from beast_lsp.router.backends.testing.languages.writing import Toolchain, Written
from beast_lsp.router.backends.testing.languages.writing import write as write_file
from beast_lsp.router.testing import KeptTest, Stage, WrittenTests

if TYPE_CHECKING:
    from beast_lsp.router.backends.testing.engines import Assignment

_MISSING: dict[str, tuple[str, Callable[[Path, Path], str]]] = {
    "javascript": ("node", node.missing),
    "rust": ("cargo", cargo.missing),
    "go": ("go", golang.missing),
    "java": ("mvn", maven.missing),
}
_CALLERS = 40  # files whose calls are looked at for arguments.


def missing(family: str, path: Path, folder: Path) -> str:
    """What is missing to write tests for a file, from files that exist alone; "" where nothing seems to be.

    Cheap enough for a menu. Programs are looked for on the PATH of the server's environment only.
    """
    if family not in _MISSING:
        return "No tests can be written for this language."
    name, look = _MISSING[family]
    return look(path, folder) if shutil.which(name) else f"{name} is not on the server's PATH."


def write(job: Assignment) -> WrittenTests:
    """The tests of a file. Blocks. Raises TestsRefused, SandboxMissing and CancelledRequest."""
    family = by_name(job.document.language).family
    path, begin = job.folder / job.path, time.monotonic()
    if lacks := missing(family, path, job.folder):
        raise TestsRefused(lacks, hint="Install what is missing, then try again.")
    tree = parse(job.document.language, job.document.lines)
    if tree is None:
        raise TestsRefused("The file is too large to be read.")
    with tempfile.TemporaryDirectory(prefix="beast-tests-", ignore_cleanup_errors=True) as scratch:
        workshop = open_workshop(job.folder, Path(scratch).resolve(), job.is_cancelled, job.wanted.is_unconfined)
        toolchain = _toolchain(family, path, tree, workshop, job)
        try:
            written = write_file(
                toolchain,
                tree,
                _callers(job, tree),
                job.wanted.names,
                job.wanted.seconds,
                lambda phase, percent: job.wanted.tell(Stage(phase, percent)),
            )
        except TestsRefused:
            if job.is_cancelled():
                raise CancelledRequest("The tests were cancelled.") from None
            raise
    return _answer(job, written, time.monotonic() - begin)


def _toolchain(family: str, path: Path, tree: SyntaxTree, workshop: Workshop, job: Assignment) -> Toolchain:
    style = style_of(job.profile, family)
    match family:
        case "javascript":
            return node.NodeToolchain.of(path, job.document.text, job.folder, workshop, style)
        case "rust":
            return cargo.CargoToolchain.of(path, tree, job.folder, workshop)
        case "go":
            return golang.GoToolchain.of(path, tree, job.folder, workshop)
        case _:
            return maven.MavenToolchain.of(path, tree, job.folder, workshop, style)


def _callers(job: Assignment, tree: SyntaxTree) -> list[SyntaxTree]:
    """Files that name the tested file, such as its tests: their calls show what the functions are called with."""
    found: list[SyntaxTree] = []
    family = by_name(tree.language).family
    for path in job.program.sources.containing({Path(job.path).stem}):
        if path == job.path or for_path(Path(path)).family != family or len(found) >= _CALLERS:
            continue
        module = job.program.module(path)
        found += [module.tree] if module is not None else []
    return found


def _answer(job: Assignment, written: Written, seconds: float) -> WrittenTests:
    target = job.folder / written.path
    before = job.document.text if written.path == job.path else None
    notes = [f"No test could be written for {', '.join(written.untested[:12])}."] if written.untested else []
    notes += (
        [f"{written.unstable} calls gave different things in two runs and are not tested."] if written.unstable else []
    )
    total = len(written.tested) + len(written.untested)
    names = named(written.cases)
    kept = [
        KeptTest(f"{case.call.target.qualified} {name}", case.why, "recorded")
        for case, name in zip(written.cases, names, strict=True)
    ]
    if before is None and target.exists():
        raise TestsRefused(f"{written.path} is there already.", hint="Rename it, or ask for tests of another file.")
    return WrittenTests(
        written.path,
        written.text,
        before,
        written.framework,
        _version(by_name(job.document.language).family),
        tuple(kept),
        0.0,
        len(written.tested) / total,
        0,
        0,
        notes=tuple(notes),
        seconds=seconds,
        measured="functions",
    )


def _version(family: str) -> str:
    """What ran the tests, as a report names it."""
    if family == "javascript":
        return f"Node {'.'.join(map(str, node.node_version(program('node'))))}"
    return _MISSING[family][0]
