"""What the recorder is told of a module."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.fixtures import fixtures
from beast_lsp.engine.testing.seeds.asked import literals
from beast_lsp.engine.testing.seeds.collect import Collector, shared_seeds
from beast_lsp.engine.testing.seeds.workspace import Workspace
from beast_lsp.engine.testing.targets import callables
from beast_lsp.guest.wire import Brief

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.engine.scopes.resolution.program import Program


@dataclass(frozen=True, slots=True)
class Job:
    """What the server decides of a run: where it happens, what it may write to, and how long it takes (seconds).

    `folder` is the workspace, `skip` are targets that ended an earlier child; see `wire.Brief` for the rest.
    """

    folder: Path
    scratch: Path
    outbox: Path
    seconds: float
    seed: int = 0
    skip: tuple[str, ...] = ()


def brief(program: Program, path: str, names: Collection[str], job: Job, place: str = "") -> Brief | None:
    """The brief for the module at a path, relative to the workspace; None where it is no readable Python.

    `names` are qualified names of functions and classes, none for the whole module. `place` is the path of the test
    file, whose fixtures count.
    """
    module = program.module(path)
    if module is None or module.tree.language != "python":
        return None
    space = Workspace(program)
    named = space.module_name(path)
    known = fixtures(program, place or path)
    collector = Collector(space, module, {one["name"] for one in known})
    targets = [collector.called_through(collector.target(one)) for one in callables(module, names)]
    shared_seeds(targets)
    return Brief(
        folder=str(job.folder),
        path=[str(job.folder / named.root)],
        module=named.name,
        file=str(job.folder / path),
        targets=targets,
        imports=collector.imports,
        literals=literals(module),
        fixtures=[{**one, "file": str(job.folder / one["file"])} for one in known],
        scratch=str(job.scratch),
        outbox=str(job.outbox),
        seconds=job.seconds,
        seed=job.seed,
        skip=list(job.skip),
    )
