"""One measurement: a copy of a workspace with holes, a server, and every hole typed once."""

import contextlib
import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Any

from beast_lsp.replay.cases import Case, cases, new_files
from beast_lsp.replay.copies import copy_workspace, keep_only
from beast_lsp.replay.editor import Ghost
from beast_lsp.replay.figures import ExactMatches, Figures, exact_matches, figures
from beast_lsp.replay.server import Server, wait_until_ready
from beast_lsp.replay.user import ORACLE, CaseResult, UserModel, replay

# Files of code that a small workspace has.
SMALL = 10


class Setting(Enum):
    """Where the code is typed; each is reported apart."""

    EXISTING = "existing"
    SMALL = "small"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class Measured:
    """What one run gave; `initialize` and `index` are seconds from the start of each to its end.

    `memory` is the resident MB of the server with its children after the typing; None without psutil.
    """

    figures: Figures
    exact: ExactMatches | None
    initialize: float
    index: float
    memory: float | None
    results: Sequence[CaseResult]

    def to_json(self) -> dict[str, Any]:
        """All figures on one level, for machines."""
        times = {"initialize_ms": round(self.initialize * 1000, 1), "index_s": round(self.index, 2)}
        memory = {} if self.memory is None else {"memory_mb": round(self.memory, 1)}
        return {**self.figures.to_json(), **(self.exact.to_json() if self.exact else {}), **times, **memory}


def prepare(  # noqa: PLR0913 - each is a choice of its own.
    source: Path, target: Path, setting: Setting, count: int, *, seed: int = 1, family: str | None = None
) -> list[Case]:
    """Copies the workspace `source` to `target`, makes at most `count` holes in the copy and returns them.

    Raises OSError where the source is no folder or the copy can't be written.
    """
    paths = copy_workspace(source, target)
    if setting is Setting.SMALL:
        paths = keep_only(target, paths, SMALL, seed, family)
    if setting is Setting.NEW:
        return new_files(target, paths, count, seed, family)
    return cases(target, paths, count, seed=seed, family=family)


def measure(  # noqa: PLR0913 - what is measured, and who is told.
    server: Server,
    found: Sequence[Case],
    *,
    editor: type[Ghost] = Ghost,
    exact: bool = False,
    user: UserModel = ORACLE,
    indexing: Callable[[int, int], None] = lambda _done, _total: None,
    typed: Callable[[CaseResult], None] = lambda _: None,
) -> Measured:
    """Starts the server on the copy that the cases (of one copy, at least one) stand in, and types each of them.

    `indexing` and `typed` are told how far it is. `exact` asks for exact matches too. Raises ClientError.
    """
    with server.start() as client:
        started = client.initialize(found[0].folder).milliseconds / 1000
        index = wait_until_ready(client, report=indexing)
        suggester = editor(client)
        matches = ExactMatches() if exact else None
        results: list[CaseResult] = []
        for case in found:
            results.append(replay(case, suggester, user))
            if matches is not None:
                matches += exact_matches(case, suggester)
            typed(results[-1])
        memory = resident(client.process.pid)
    return Measured(figures(results), matches, started, index, memory, results)


def resident(process: int) -> float | None:
    """The resident MB of a process with its children; None without psutil, which the extra `bench` brings."""
    try:
        psutil: Any = importlib.import_module("psutil")
    except ImportError:
        return None
    root = psutil.Process(process)
    total = 0
    for each in (root, *root.children(recursive=True)):
        with contextlib.suppress(psutil.Error):  # a child may end at any time.
            total += each.memory_info().rss
    return total / 1e6
