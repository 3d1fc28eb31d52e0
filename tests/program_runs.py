"""Runs small programs one after the other in a child process, and tells what they print and how they end.

    with ProgramRuns() as runs:
        runs.run({"main.py": "print(1)"})  # Run(printed="1\n", ended="")

One child serves many programs, since an interpreter's start takes longer than they do. A program that hangs is ended
with its child, and the next one gets a fresh child.
"""

import contextlib
import importlib
import io
import json
import os
import runpy
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

_SECONDS = 20.0  # far more than a probe needs, even on a busy machine.


class Run(NamedTuple):
    """What a program printed, and how it ended: "" at its end, else its exit status or the type of its exception."""

    printed: str
    ended: str


class ProgramRuns:
    """A child process that runs programs, of the standard library alone."""

    def __enter__(self) -> "ProgramRuns":
        self._scratch = tempfile.TemporaryDirectory(prefix="beast-programs-")
        self._child: subprocess.Popen[str] | None = None
        self._count = 0
        return self

    def __exit__(self, *_exception: object) -> None:
        self._end()
        self._scratch.cleanup()

    def run(self, files: Mapping[str, str]) -> Run:
        """Runs main.py among files by relative path, in a fresh folder."""
        self._count += 1
        folder = Path(self._scratch.name) / str(self._count)
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(text.encode())
        return self._answer(str(folder))

    def _answer(self, folder: str) -> Run:
        if self._child is None:
            command = [sys.executable, "-I", "-S", __file__]
            self._child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        child = self._child
        assert child.stdin is not None and child.stdout is not None
        watch = threading.Timer(_SECONDS, child.kill)
        watch.start()
        child.stdin.write(f"{json.dumps(folder)}\n")
        child.stdin.flush()
        answer = child.stdout.readline()
        watch.cancel()
        if answer:
            return Run(*json.loads(answer))
        self._end()
        return Run("", "hangs, or ends the process")

    def _end(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def _run(folder: str) -> Run:
    """Runs a folder's main.py within this process, which forgets its modules afterwards."""
    known, paths = set(sys.modules), list(sys.path)
    printed = io.StringIO()
    ended = ""
    os.chdir(folder)
    sys.path.insert(0, folder)
    importlib.invalidate_caches()
    try:
        with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(io.StringIO()):
            runpy.run_path("main.py", run_name="__main__")
    except SystemExit as end:
        ended = str(end.code)
    except BaseException as error:  # whatever a program raises is how it ended.
        ended = type(error).__name__
    sys.path[:] = paths
    for name in set(sys.modules) - known:
        # The standard library stays: it takes longer to load than a program does to run.
        if (getattr(sys.modules[name], "__file__", None) or folder).startswith(folder):
            del sys.modules[name]
    return Run(printed.getvalue(), ended)


def _serve() -> None:
    sys.dont_write_bytecode = True
    answers = sys.stdout
    for line in sys.stdin:
        run = _run(json.loads(line))
        answers.write(f"{json.dumps(run)}\n")
        answers.flush()


if __name__ == "__main__":
    _serve()
