"""The child processes of one run: recorders, started again after a crash, and judges, two at a time."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, cast

from beast_lsp.errors import CancelledRequest, TestsRefused
from beast_lsp.guest.wire import Brief, Case, JudgeBrief, Judgement
from beast_lsp.router.backends.testing.confidential import Confidential, confidential
from beast_lsp.router.backends.testing.shape import fits
from beast_lsp.sandbox.guest import GuestRun, run_guest
from beast_lsp.sandbox.limits import Finished, Limits

_MEMORY_MB = 1_500
_PROCESSES = 48  # The judge forks a child for a mutant.
_MOST_CRASHES = 4
_GRACE = 10.0  # seconds that a child may take longer than it was told, its start included: machines are busy.
_LEAST = 1.0  # seconds; for less no child is started.
_AT_ONCE = 2
_REASONS = {
    "time": "it never came back",
    "memory": "it used too much memory",
    "processes": "it started too many processes",
    "disk": "it wrote too much",
}


@dataclass(slots=True)
class Recording:
    """What recorders told: cases in the order in which they came, and notes; `covered` is a share (0-1).

    `failed` says why the module can't be imported; "" where it can.
    """

    cases: list[Case] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    covered: float = 0.0
    failed: str = ""


@dataclass(frozen=True, slots=True)
class Children:
    """Starts children in one interpreter. `scratch` is a folder of theirs, which exists and is empty."""

    interpreter: Path
    scratch: Path
    is_cancelled: Callable[[], bool]
    is_unconfined: bool = False

    def record(self, make: Callable[[Path, float, tuple[str, ...]], Brief], seconds: float,
               tell: Callable[[int, int, float], None]) -> Recording:  # fmt: skip
        """What can be recorded within some seconds. `make` gives the brief for an outbox, seconds and targets to skip.

        A target that ends its child is left out of the next one. `tell` is called with the targets that are done, how
        many there are, and the covered share. Raises CancelledRequest, and what `run_guest` raises.
        """
        end = time.monotonic() + seconds
        recording, skip = Recording(), dict[str, None]()
        for number in range(_MOST_CRASHES):
            left = end - time.monotonic()
            if left < _LEAST and number:
                break
            brief = make(self.scratch / f"record-{number}.jsonl", max(left, _LEAST), tuple(skip))
            heard = _Heard(recording, tell, confidential(Path(brief["folder"]), Path(brief["file"])))
            run = self._run("record", brief, max(left, _LEAST), "0", heard)
            if heard.is_done or recording.failed:
                break
            if not heard.target or heard.target in skip:
                when = "" if heard.target else ", before the first call (at the import, perhaps)"
                recording.notes.append(f"The recorder ended early{when}: {_reason(run.finished)}.")
                break
            skip[heard.target] = None
            recording.notes.append(f"{heard.target} is left out: {_reason(run.finished)}.")
        return recording

    def judge(self, briefs: Sequence[JudgeBrief]) -> list[Judgement]:
        """The judgement of each brief, every one under a hash seed of its own, two at a time.

        A run that did not get to each of its tests, as on a busy machine, is made once more. Raises TestsRefused where
        nothing could be judged, and as `run_guest` does.
        """
        with ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="beast-judge") as pool:
            return list(pool.map(self._judge, range(len(briefs)), briefs))

    def _judge(self, hash_seed: int, brief: JudgeBrief) -> Judgement:
        judgement = self._judged(hash_seed, brief)
        if any(test["outcome"] == "unrun" for test in judgement["tests"]):
            again = JudgeBrief(**{**brief, "outbox": f"{brief['outbox']}.again"})
            judgement = self._judged(hash_seed, again)
        return judgement

    def _judged(self, hash_seed: int, brief: JudgeBrief) -> Judgement:
        run = self._run("judge", brief, brief["seconds"], str(hash_seed))
        found = [event for event in run.events if fits(event, Judgement)]
        if not found:
            raise TestsRefused(f"The tests could not be judged: {_reason(run.finished)}.")
        judgement = cast(Judgement, found[-1])
        if judgement["problem"]:
            said = run.finished.stderr + judgement["problem"].encode("utf-8", "replace")
            judgement["problem"] = reason_in(said.decode("utf-8", "replace")) or judgement["problem"].splitlines()[-1]
        return judgement

    def _run(
        self,
        entry: Literal["record", "judge"],
        brief: Brief | JudgeBrief,
        seconds: float,
        hash_seed: str,
        on_event: Callable[[dict[str, Any]], None] = lambda _: None,
    ) -> GuestRun:
        limits = Limits(1.5 * seconds + _GRACE, _MEMORY_MB, _PROCESSES, (self.scratch,))
        env = {"PYTHONHASHSEED": hash_seed}
        given = cast(Mapping[str, Any], brief)
        run = run_guest(
            entry, given, self.interpreter, limits, env, self.is_cancelled, on_event, unconfined=self.is_unconfined
        )
        if self.is_cancelled():
            raise CancelledRequest("The tests are not wanted any more.")
        return run


class _Heard:
    """What one recorder tells, as it comes."""

    def __init__(
        self, recording: Recording, tell: Callable[[int, int, float], None], confidential: Confidential
    ) -> None:
        self._recording, self._tell, self._confidential = recording, tell, confidential
        self.target = ""
        self.is_done = False

    def __call__(self, event: dict[str, Any]) -> None:
        kind, text = event.get("event"), self._confidential.redacted(str(event.get("text", ""))[:500])
        if kind == "started":
            self.target = str(event.get("target", ""))
        elif kind == "case" and fits(event.get("case"), Case):
            self._case(cast(Case, event["case"]))
        elif kind == "note":
            self._recording.notes.append(text)
        elif kind == "progress":
            self._progress(event)
        elif kind == "failed":
            self._recording.failed = text or "for a reason that it did not tell"
        self.is_done = self.is_done or kind == "done"

    def _case(self, case: Case) -> None:
        # What fails before a line of the module runs says nothing of it: an argument could not be made.
        if not case["lines"] and case["raises"]:
            return
        if self._confidential.is_in(case):
            self._tell_of_secrets()
        else:
            self._recording.cases.append(case)

    def _tell_of_secrets(self) -> None:
        note = "What would put a secret into a test is left out."
        if note not in self._recording.notes:
            self._recording.notes.append(note)

    def _progress(self, event: dict[str, Any]) -> None:
        done, total, covered = event.get("done"), event.get("total"), event.get("covered")
        if isinstance(done, int) and isinstance(total, int) and isinstance(covered, int | float):
            self._recording.covered = float(covered)
            self._tell(done, total, float(covered))


def reason_in(said: str) -> str:
    """Why pytest runs nothing, of all that it says; "" where it does not say so."""
    marked = re.findall(r"^(?:E {2,}|ERROR: (?!usage))(.+)$", said, re.MULTILINE)
    return marked[-1].strip() if marked else ""


def _reason(finished: Finished) -> str:
    """Why a child ended, for the user."""
    if finished.reason in _REASONS:
        return _REASONS[finished.reason]
    last = finished.stderr.decode("utf-8", "replace").strip().splitlines()[-1:]
    return f"it ended its process with {finished.code}{f' ({last[0][:200]})' if last else ''}"
