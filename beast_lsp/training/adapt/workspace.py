"""Fits the completion model to one workspace: what `beast-lsp train adapt` does.

The model reads the workspace's files once; a delta of its last layer is fitted to the states, and judged on files that
it never saw. Nothing is kept but the delta, and that only where it is better than what is in force.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta, Deltas, Facts, delta_file
from beast_lsp.router.backends.neural.model import LanguageModel
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.training.adapt.fit import Places, fit
from beast_lsp.training.adapt.judge import Verdict, judge
from beast_lsp.training.adapt.texts import Split, Window, split, windows, workspace_files
from beast_lsp.training.completion.collect import SourceFile

MOST_IDS = 300_000
"""Of what changed last; the states of more would take half a gigabyte."""
_FEWEST_IDS = 1_000
_READ_BY, _FITTED_BY = 0.5, 0.9  # Shares of the time by which a step ends; what is left is for the judgement.


class Teller(Protocol):
    """Hears how far the work is: the step's name, and the share of it that is done."""

    def __call__(self, step: str, done: float) -> object:
        """Shows it."""
        ...


@dataclass(frozen=True, slots=True)
class Adapted:
    """What came out: the delta, with its facts, and the verdict on it. `replaces` says whether one is in force."""

    delta: Delta
    verdict: Verdict
    replaces: bool


def adapt(
    folder: Path,
    model: LanguageModel,
    minutes: float,
    tell: Teller = lambda step, done: None,
    clock: Callable[[], float] = time.monotonic,
) -> Adapted:
    """Fits a delta to a folder and judges it; nothing is written. Raises ModelError where there is too little code."""
    started = clock()

    def spent() -> float:
        return (clock() - started) / (60.0 * minutes)

    work = _Work(model, tell, spent)
    parts = work.read(folder)
    # The few that say when to stop come first: without them, no time would be enough.
    watched, fitted = (work.places(files, "Reading") for files in (parts.watched, parts.fitted))
    if len(fitted) < _FEWEST_IDS:
        raise _too_little(folder)
    share = _share(spent, _FITTED_BY)
    delta = fit(work.head(), fitted, watched, share, lambda done: tell("Fitting", done))
    in_force = Deltas(model).of(folder)
    verdict = work.judged(parts.held_out, in_force, delta)
    facts = Facts(
        folder=str(folder.resolve()),
        model=model.sha256,
        day=datetime.now(UTC).date().isoformat(),
        before=round(verdict.before, 4),
        after=round(verdict.after, 4),
        files=verdict.files,
        ids=len(fitted),
    )
    return Adapted(replace(delta, facts=facts), verdict, in_force is not None)


def install(adapted: Adapted, folder: Path) -> Path:
    """Puts the delta where the server looks for it; its path. Raises ModelError where it can't be written."""
    path = delta_file(folder)
    adapted.delta.save(path)
    return path


class _Work:
    """One run: the model's state, and who hears of it."""

    def __init__(self, model: LanguageModel, tell: Teller, spent: Callable[[], float]) -> None:
        self._model, self._tell, self._spent = model, tell, spent
        self._prompts = PromptMaker(model.subwords, model.context)

    def read(self, folder: Path) -> Split:
        """The folder's newest files, up to the most that is read."""
        files: list[SourceFile] = []
        ids = 0
        for file in workspace_files(folder):
            files.append(file)
            ids += len(self._model.subwords.encode_file(file.lines))
            self._tell("Collecting", min(1.0, ids / MOST_IDS))
            if ids >= MOST_IDS or self._spent() > _READ_BY:
                break
        self._tell("Collecting", 1.0)
        parts = split(files)
        if not parts.is_enough:
            raise _too_little(folder)
        return parts

    def places(self, files: Sequence[SourceFile], step: str) -> Places:
        """The states of the files' ids, as far as there is time."""
        state = self._model.new_state()
        states, targets = [np.empty((0, self._model.width), np.float16)], [np.empty(0, np.int64)]
        for window in self._windows(files, step):
            state.rewind(0)
            found = state.feed_inside(window.ids[:-1])[1]
            states.append(found[window.first - 1 :].astype(np.float16))
            targets.append(np.array(window.ids[window.first :]))
            if self._spent() > _READ_BY:
                break
        self._tell(step, 1.0)
        return Places(np.concatenate(states), np.concatenate(targets))

    def head(self) -> Any:
        """The matrix that scores states: (vocabulary, width)."""
        state, rows = self._model.new_state(), []
        for first in range(0, self._model.vocabulary, self._model.context):
            state.rewind(0)
            last = min(first + self._model.context, self._model.vocabulary)
            rows.append(state.feed_inside(range(first, last))[0])
        return np.concatenate(rows)

    def judged(self, files: Sequence[SourceFile], before: Delta | None, after: Delta) -> Verdict:
        """How the files cost by both deltas, through the session that serves."""
        costs: list[tuple[float, float, int]] = []
        states = self._model.new_state(before), self._model.new_state(after)
        for number, file in enumerate(files):
            self._tell("Judging", number / len(files))
            found = list(windows(self._prompts, file, self._model.context))
            count = sum(window.predicted for window in found)
            if count:
                first, second = (sum(_nats(state, window) for window in found) for state in states)
                costs.append((first, second, count))
        self._tell("Judging", 1.0)
        if not costs:
            raise ModelError("There is nothing to judge by.")
        return judge(*zip(*costs, strict=True))

    def _windows(self, files: Sequence[SourceFile], step: str) -> Iterable[Window]:
        for number, file in enumerate(files):
            self._tell(step, number / len(files))
            yield from windows(self._prompts, file, self._model.context)


def _nats(state: Any, window: Window) -> float:
    """What the ids to be predicted cost."""
    state.rewind(0)
    logits = state.feed(window.ids[:-1], window.predicted).astype(np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    right = logits[np.arange(window.predicted), window.ids[window.first :]]
    return float((np.log(np.exp(logits).sum(axis=1)) - right).sum())


def _share(spent: Callable[[], float], end: float) -> Callable[[], float]:
    """How much of the time between now and `end`, a share of all, is over."""
    start = spent()
    return lambda: (spent() - start) / max(end - start, 1e-9)


def _too_little(folder: Path) -> ModelError:
    return ModelError(
        f"{folder} has too little code to learn from.",
        hint="Name the folder that your editor opens; ignored, generated and secret files don't count.",
    )
