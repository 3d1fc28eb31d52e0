"""The batch process: brings the index of a folder up to date, one job after the other.

Started with `python -m`, so that it shares nothing with the server but a pipe each way: jobs come in and events
go out as JSON lines. It works at low priority, ends when it has had nothing to do for a while, and at once
when the pipe from the server breaks. Being killed at any moment loses no more than the work of the last seconds.
"""

import contextlib
import json
import os
import queue
import signal
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, BinaryIO

from beast_lsp.errors import BeastError
from beast_lsp.store.index.job import FACTS, Job
from beast_lsp.store.index.locks import exclusive
from beast_lsp.store.index.walk import FoundFile, find, walk

_IDLE_SECONDS = 15.0
_NICE = 10  # Below what the user runs; typing and builds go first.
_REPORT_SECONDS = 0.2


def main(run: "Callable[[Job, Reporter], None]", idle_seconds: float = _IDLE_SECONDS) -> None:
    """Works with `run` until the server is gone or has had no job for so long.

    `run` may raise BeastError, OSError, sqlite3.Error or MemoryError, which ends the job and not the process.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal is for the server, which then ends us.
    if hasattr(os, "nice"):
        os.nice(_NICE)
    jobs: queue.Queue[Job] = queue.Queue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, jobs), daemon=True).start()
    # Nothing but events may reach the pipe, whatever a library prints.
    events = os.fdopen(os.dup(1), "wb", buffering=0)
    os.dup2(2, 1)
    while True:
        try:
            job = jobs.get(timeout=idle_seconds)
        except queue.Empty:
            return
        _send(events, **_outcome(run, job, events))


def _listen(stream: BinaryIO, jobs: "queue.Queue[Job]") -> None:
    for line in stream:
        jobs.put(Job.from_json(json.loads(line)))
    os._exit(0)  # The server is gone; nothing here needs a farewell.


def _outcome(run: "Callable[[Job, Reporter], None]", job: Job, events: BinaryIO) -> dict[str, Any]:
    try:
        run(job, Reporter(events))
    except (BeastError, OSError, sqlite3.Error, MemoryError) as problem:
        return {"event": "failed", "problem": str(problem) or type(problem).__name__}
    return {"event": "done"}


def _run(job: Job, report: "Reporter") -> None:
    """Raises OSError, sqlite3.Error or MemoryError."""
    home = Path(job.home)
    if not Path(job.folder).is_dir():
        return  # The disk may come back; what is known stays until then.
    with exclusive(home / f"{job.kind}.lock"):
        if job.kind == FACTS:
            _run_facts(job, home, report)
        else:
            _run_text(job, home, report)


def _run_text(job: Job, home: Path, report: "Reporter") -> None:
    from beast_lsp.store.index.text import TextBuilder  # noqa: PLC0415 - numpy loads only where text is indexed.

    builder = TextBuilder(home / "text", Path(job.folder), job.options.max_lines, report)
    if (found := _found(job, builder.known)) is not None:
        builder.update(found)


def _run_facts(job: Job, home: Path, report: "Reporter") -> None:
    from beast_lsp.store.index.facts import FactsBuilder  # noqa: PLC0415 - so do tree-sitter and its grammars.
    from beast_lsp.store.index.schema import remove  # noqa: PLC0415

    file = home / "facts.db"
    for is_last in (False, True):
        try:
            with contextlib.closing(FactsBuilder(file, Path(job.folder), report)) as builder:
                if (found := _found(job, builder.known or None)) is not None:
                    builder.update(found)
            return
        except sqlite3.OperationalError:
            raise  # The disk is full or the file is locked: what is there is good.
        except sqlite3.DatabaseError:
            if is_last:
                raise
            remove(file)


def _found(job: Job, known: dict[str, FoundFile] | None) -> dict[str, FoundFile] | None:
    """The files that the folder holds now; None where a change concerns an index that was never finished."""
    folder = Path(job.folder)
    if job.paths is None or (known is not None and _is_wide(folder, job.paths, known)):
        files: dict[str, FoundFile] = {}
        for file in walk(folder, job.options):
            if len(files) >= job.options.max_files:
                break
            files[file.path] = file
        return files
    if known is None:
        return None
    for path in job.paths:
        now = find(folder, path, job.options)
        if now is not None and (path in known or len(known) < job.options.max_files):
            known[path] = now
        else:
            known.pop(path, None)
    return known


def _is_wide(folder: Path, paths: Iterable[str], known: dict[str, FoundFile]) -> bool:
    """Whether a change may concern more files than it names: a folder came or went, or the rules changed."""
    for path in paths:
        if path.rpartition("/")[2] == ".gitignore" or (folder / path).is_dir():
            return True
        if path not in known and not (folder / path).exists():
            return True
    return False


class Reporter:
    """Tells the server how far the work is, not at every step; short work goes unreported."""

    def __init__(self, events: BinaryIO) -> None:
        self._events = events
        self._last = time.monotonic()

    def __call__(self, done: int, total: int) -> None:
        """So many steps are done, of so many."""
        if time.monotonic() - self._last >= _REPORT_SECONDS:
            self._last = time.monotonic()
            _send(self._events, event="progress", done=done, total=total)


def _send(events: BinaryIO, **event: Any) -> None:
    with contextlib.suppress(OSError):  # The server is gone; the listening thread sees to the rest.
        events.write(json.dumps(event).encode() + b"\n")


if __name__ == "__main__":
    main(_run)
