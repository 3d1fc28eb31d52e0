"""Brings what risks are set against up to date: from a folder's history, or from its files where there is none."""

from __future__ import annotations

import json
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from beast_lsp.engine.history.log import Commit
from beast_lsp.engine.history.moment import Moment, moment, newest
from beast_lsp.engine.history.past import YEAR
from beast_lsp.engine.quality.judge import Models, digest
from beast_lsp.engine.quality.population import Calibrations, calibrations, grounds, pasts_of
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import HistoryError
from beast_lsp.store.history.git import Git
from beast_lsp.store.history.measures import load_measures, save_measures, write_whole
from beast_lsp.store.history.sources import SUFFIXES, Measures, files_of_commit, files_on_disk
from beast_lsp.store.index.options import IndexOptions

WINDOWS = 4
"""Completed years of its own past that a workspace is recalibrated on, at most."""
_MOST_FILES = 8_000  # In a larger repository the windows of the past would take many minutes.
_LEAST_PAST = YEAR / 2

Progress = Callable[[str], None]


def load_standing(home: Path) -> Standing | None:
    """The standing that lies in a workspace's cache; None where there is none of this version."""
    try:
        return Standing.from_json(json.loads((home / "quality.json").read_bytes()))
    except (OSError, ValueError, KeyError, TypeError):
        return None


def update_standing(
    folder: Path, home: Path, options: IndexOptions, models: Models, progress: Progress = lambda what: None
) -> Standing:
    """The standing of a folder as it is now, written to its cache where something has changed. Raises OSError."""
    known = load_standing(home)
    if known is not None and known.models != digest(models):
        known = None
    try:
        source = _history(folder)
        if known is not None and known.head == source.head:
            return known
        found = _with_past(source, home, known, models, progress)
    except HistoryError as problem:
        found = _without_past(folder, options, models, str(problem))
    found = replace(found, models=digest(models))
    write_whole(home / "quality.json", json.dumps(found.to_json(), separators=(",", ":")).encode("utf-8", "replace"))
    return found


@dataclass(frozen=True, slots=True)
class _History:
    """A repository at its newest commit. The year ends there: a checkout of an old revision is judged as of its day."""

    git: Git
    head: str
    time: float

    @property
    def month(self) -> str:
        """The month of the newest commit."""
        return f"{datetime.fromtimestamp(self.time, UTC):%Y-%m}"

    def log(self, years: float) -> list[Commit]:
        """The commits of the last years. Raises HistoryError."""
        return list(self.git.log(SUFFIXES, self.time - years * YEAR))


def _history(folder: Path) -> _History:
    """Raises HistoryError where there is none."""
    git = Git(folder)
    head = git.head()
    return _History(git, head, git.time(head))


def _with_past(source: _History, home: Path, before: Standing | None, models: Models, progress: Progress) -> Standing:
    """Raises HistoryError where the last year is not there, OSError where the cache can't be written."""
    log = source.log(1)
    if source.git.is_shallow() and not source.git.has_before(source.head, source.time - YEAR):
        hint = "`git fetch --unshallow` brings it."
        raise HistoryError(f"The clone in {source.git.folder} is shallow, and the last year is not there.", hint=hint)
    measures = load_measures(home / "measures.json.gz")
    progress("measuring the code")
    files = files_of_commit(source.git, source.head, measures)
    save_measures(home / "measures.json.gz", measures, [blob for _, blob in source.git.files(source.head)])
    if before is not None and before.calibrated == source.month:
        own: Calibrations = {key: ground.calibration for key, ground in before.grounds.items()}
    else:
        own = calibrations(_windows(source, len(files), measures, progress), models)
    now = moment(source.time, files, log)
    return Standing("", source.head, source.month, "", grounds(now, own, models, with_past=True), *pasts_of(now))


def _windows(
    source: _History, files: int, measures: MutableMapping[str, Measures | None], progress: Progress
) -> list[Moment]:
    """The moments one, two, ... years ago, the oldest first. None of a repository that is very large."""
    if files > _MOST_FILES:
        return []
    log = source.log(WINDOWS + 1)
    found = []
    for years in range(WINDOWS, 0, -1):
        time = source.time - years * YEAR
        commit = newest(log, time)
        # Of a window that begins with the repository, the past would be cut short.
        if commit is not None and log[-1].time <= time - _LEAST_PAST:
            progress(f"looking back {years} year{'s' if years > 1 else ''}")
            then = files_of_commit(source.git, commit.hash, measures)
            found.append(moment(time, then, log))
    return found


def _without_past(folder: Path, options: IndexOptions, models: Models, notice: str) -> Standing:
    files = list(files_on_disk(folder, options))
    return Standing(notice=notice, grounds=grounds(moment(0.0, files, ()), {}, models, with_past=False))
