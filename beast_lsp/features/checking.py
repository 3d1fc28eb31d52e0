"""Checks the files of a folder: every function with its score, its reasons and what was found in it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.quality.judge import Models, load_models
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import ModelError, StoreError
from beast_lsp.features.assembly import Assembly
from beast_lsp.features.examining import Surroundings, examination
from beast_lsp.features.linting import RuleFinding, lint_files
from beast_lsp.features.report import Report
from beast_lsp.store.coverage import WorkspaceCoverage
from beast_lsp.store.history.build import load_standing, update_standing
from beast_lsp.store.history.changes import changes_since
from beast_lsp.store.index.job import FACTS, HISTORY, Job
from beast_lsp.store.index.locks import exclusive
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.process import BatchProcess
from beast_lsp.store.index.walk import find, walk

Progress = Callable[[str, int, int], None]
"""Takes what is done now, how far it is, and of how many; 0 of 0 where that is not known."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be checked: the code below an absolute `folder`, or one file of it (a relative path).

    With `since`, only what changed since that revision. `home` is the folder's place in the cache, `models` where the
    models lie; `muted` rules find nothing, and with `lint` ruff's rules find something too.
    """

    folder: Path
    home: Path
    models: Path
    file: str = ""
    since: str | None = None
    lint: bool = False
    options: IndexOptions = DEFAULTS
    muted: tuple[str, ...] = ()


def check(request: Request, progress: Progress) -> Report:
    """Checks the code. Raises HistoryError where `since` is no revision, and BeastError where the work broke down."""
    report = Report(request.folder)
    paths = _paths(request)
    changes = changes_since(request.folder, request.since, paths) if request.since is not None else None
    if changes is not None:
        paths = sorted(changes)
    if not paths:
        report.notices.append(_nothing(request))
        return report
    with ExitStack() as stack:
        home = _writable(request.home, stack, report)
        _update_facts(request, home, report, progress)
        models = _models(request.models, report)
        coverage = WorkspaceCoverage(request.folder)
        # A prediction takes all files together; and where a report was made, that is what counts.
        predicts = not coverage and changes is None
        around = Surroundings(request.folder, home / "facts.db", request.muted, predicts)
        # The processes look at the files while this one reads the history.
        examined = stack.enter_context(examination(around, paths))
        standing = _standing(request, home, models, report, progress) if models is not None else None
        linted = _linted(request, paths, report) if request.lint else {}
        assembly = Assembly(report, standing, models or {}, changes, linted, coverage)
        for number, one in enumerate(examined):
            progress("looking at the code", number, len(paths))
            if one is not None:
                assembly.add(one)
        assembly.finish()
    if not report.files:
        report.notices.append(_nothing(request))
    return report


def _paths(request: Request) -> list[str]:
    """The files of code that are to be checked, sorted."""
    if request.file:
        known = find(request.folder, request.file, request.options)
        found = [known.path] if known is not None else []
    else:
        found = [file.path for file in walk(request.folder, request.options)]
    return sorted(path for path in found if for_path(Path(path)).has_grammar)


def _nothing(request: Request) -> str:
    if request.since is not None:
        return f"No code changed since {request.since}."
    if request.file:
        return f"{request.file} is not checked: it is no code, generated, over 1 MB, or ignored by git or a setting."
    return f"{request.folder} has no code in a language that is known."


def _writable(home: Path, stack: ExitStack, report: Report) -> Path:
    """The place in the cache, or one that lasts as long as the check where that can't be written."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=home):
            return home
    except OSError as problem:
        report.notices.append(f"{home} can't be written ({problem.strerror}): the next check will take as long.")
        return Path(stack.enter_context(tempfile.TemporaryDirectory()))


def _update_facts(request: Request, home: Path, report: Report, progress: Progress) -> None:
    """Brings what the folder defines up to date, for the rules that look at other files."""

    async def run() -> None:
        process = BatchProcess()
        try:
            job = Job(FACTS, str(request.folder), str(home), request.options)
            await process.run(job, lambda done, total: progress("reading the definitions", done, total))
        finally:
            await process.close()

    progress("reading the definitions", 0, 0)
    try:
        asyncio.run(run())
    except StoreError as problem:
        report.notices.append(f"{problem} Rules that look at several files may find less.")


def _models(folder: Path, report: Report) -> Models | None:
    try:
        return load_models(folder)
    except ModelError as problem:
        report.notices.append(f"There are no scores: {problem}")
        return None


def _standing(request: Request, home: Path, models: Models, report: Report, progress: Progress) -> Standing | None:
    def tell(what: str) -> None:
        progress(what, 0, 0)

    tell("reading the history")
    try:
        with exclusive(home / f"{HISTORY}.lock"):
            made = update_standing(request.folder, home, request.options, models, tell)
            found = load_standing(home) or made  # What lies there is rounded, and every check says the same.
    except OSError as problem:
        report.notices.append(f"There are no scores: {home} can't be written ({problem.strerror}).")
        return None
    report.is_calibrated = found.has_past
    if not found.has_past:
        report.notices.append(f"{found.notice} The scores are not calibrated: they are set by the code's shape alone.")
    return found


def _linted(request: Request, paths: Sequence[str], report: Report) -> dict[str, list[RuleFinding]]:
    linted = lint_files(request.folder, paths)
    report.notices += [linted.note] if linted.note else []
    found: dict[str, list[RuleFinding]] = {}
    for one in linted.findings:
        found.setdefault(one.path, []).append(one)
    return found
