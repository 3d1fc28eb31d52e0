"""Runs a command with limits: the one way in which code of the user's project is run."""

from __future__ import annotations

import contextlib
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from beast_lsp.errors import SandboxMissing
from beast_lsp.sandbox.hidden import hidden_paths
from beast_lsp.sandbox.limits import Finished, Limits
from beast_lsp.sandbox.support import support

_LAUNCHER = Path(__file__).with_name("confine.py")
_OUTPUT_BYTES = 1_000_000
_TICK_SECONDS = 0.05
# How much longer than its limit a run may take before its launcher is not trusted to end it.
_GRACE_SECONDS = 10.0
_OF_THE_SYSTEM = ("PATH", "LANG", "LC_ALL", "TZ", "SYSTEMROOT")


def never() -> bool:
    """Nobody withdraws the run."""
    return False


def nothing() -> None:
    """Nothing is done while the run goes on."""


def run(  # noqa: PLR0913, PLR0917 - the command, and what it may do.
    command: Sequence[str],
    limits: Limits,
    cwd: Path,
    env: Mapping[str, str],
    stdin: bytes = b"",
    cancelled: Callable[[], bool] = never,
    on_tick: Callable[[], None] = nothing,
    unconfined: bool = False,
) -> Finished:
    """Run a command to its end or to its first passed limit; blocks, so it is called in a thread.

    `command[0]` is the path of a program. Its environment is `env` with PATH, the language, and a home and a temporary
    folder in the first writable folder: nothing else of the server's. Both functions are called 20 times a second.
    Raises SandboxMissing where the system gives no confinement and `unconfined` is not said, or where it refused one.
    """
    given = support()
    if not given.is_confined and not unconfined:
        raise SandboxMissing(
            f"This system can't confine the code of a project: {given.lacks}.",
            hint="It can be run without confinement, where you trust it.",
        )
    environment = _environment(env, limits)
    if os.name != "posix":
        return _Run(_plainly(command, cwd, environment), None, limits, stdin).finished(cancelled, on_tick)
    plan = {
        "command": list(command),
        "cwd": str(cwd),
        "env": environment,
        "writable": [str(each.resolve()) for each in limits.writable],
        "hidden": hidden_paths([cwd, *_installation(Path(command[0])), *limits.writable]) if given.is_confined else [],
        "means": list(given.means) if given.is_confined else [],
        "network": limits.network or not given.is_confined,
        "seconds": limits.seconds,
        "memory_mb": limits.memory_mb,
        "processes": limits.processes,
    }
    return _Run(*_launched(plan), limits, stdin).finished(cancelled, on_tick)


def _installation(program: Path) -> list[Path]:
    """The folders that hold `bin/program`, where it stands and where its link leads to: its library is beside `bin`."""
    return [each.parent.parent for each in (program.absolute(), program.resolve()) if each.parent.name == "bin"]


def _environment(env: Mapping[str, str], limits: Limits) -> dict[str, str]:
    found = {name: os.environ[name] for name in _OF_THE_SYSTEM if name in os.environ}
    found.setdefault("PATH", os.defpath)
    found.setdefault("LANG", "C.UTF-8")
    if limits.writable:
        home = str(limits.writable[0].resolve())
        found |= {"HOME": home, "TMPDIR": home, "TEMP": home, "TMP": home}
    return {**found, "PYTHONDONTWRITEBYTECODE": "1", **env}


def _plainly(command: Sequence[str], cwd: Path, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Where there is no launcher, time and cancellation are the only limits."""
    pipe = subprocess.PIPE
    # The caller's command, which the user agreed to.
    return subprocess.Popen(command, cwd=cwd, env=env, stdin=pipe, stdout=pipe, stderr=pipe)  # noqa: S603 - as above.


def _launched(plan: dict[str, object]) -> tuple[subprocess.Popen[bytes], int]:
    """The launcher at work on the plan, and the descriptor that its outcome comes from."""
    plan_read, plan_write = os.pipe()
    status_read, status_write = os.pipe()
    try:
        process = subprocess.Popen(  # noqa: S603 - our own launcher, in our own interpreter.
            [sys.executable, "-I", "-S", str(_LAUNCHER), str(plan_read), str(status_write)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd="/",
            env={},
            pass_fds=(plan_read, status_write),
            start_new_session=True,
        )
    except OSError:
        os.close(plan_write)
        os.close(status_read)
        raise
    finally:
        os.close(plan_read)
        os.close(status_write)
    with contextlib.suppress(BrokenPipeError), os.fdopen(plan_write, "w", encoding="utf-8") as file:
        json.dump(plan, file)
    return process, status_read


class _Run:
    """One run that goes on: its output is read while it does, so that it can't block."""

    def __init__(self, process: subprocess.Popen[bytes], status: int | None, limits: Limits, stdin: bytes) -> None:
        self._process, self._status, self._limits = process, status, limits
        self._begin = time.monotonic()
        self._said = b""
        self._output: dict[str, bytes] = {"stdout": b"", "stderr": b""}
        assert process.stdin and process.stdout and process.stderr  # noqa: S101 - all three are pipes.
        self._threads = [
            threading.Thread(target=self._read, args=("stdout", process.stdout), daemon=True),
            threading.Thread(target=self._read, args=("stderr", process.stderr), daemon=True),
            threading.Thread(target=_write, args=(process.stdin, stdin), daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def finished(self, cancelled: Callable[[], bool], on_tick: Callable[[], None]) -> Finished:
        """Wait for the end; whatever raises meanwhile, the run is ended."""
        reason = ""
        try:
            while not self._has_ended():
                on_tick()
                reason = reason or self._passed(cancelled)
        finally:
            self._end()
        for thread in self._threads:
            thread.join(1.0)
        seconds = time.monotonic() - self._begin
        code, told = self._outcome()
        return Finished(code, self._output["stdout"], self._output["stderr"], seconds, told or reason)

    def _has_ended(self) -> bool:
        if self._status is None:
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_TICK_SECONDS)
            return self._process.returncode is not None
        if not select.select([self._status], [], [], _TICK_SECONDS)[0]:
            return False
        said = os.read(self._status, 4096)
        self._said += said
        return not said

    def _passed(self, cancelled: Callable[[], bool]) -> str:
        """Ask the launcher to end where the run is withdrawn, and end it where it should have ended long ago."""
        if cancelled():
            self._process.terminate()
            return "cancelled"
        allowed = self._limits.seconds + (0 if self._status is None else _GRACE_SECONDS)
        if time.monotonic() - self._begin > allowed:
            self._kill()
            return "time"
        return ""

    def _end(self) -> None:
        if self._status is not None:
            os.close(self._status)
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                self._kill()
        self._process.wait()

    def _kill(self) -> None:
        with contextlib.suppress(OSError):
            if os.name == "posix":
                os.killpg(self._process.pid, signal.SIGKILL)
            else:
                self._process.kill()

    def _outcome(self) -> tuple[int, str]:
        """The command's code, and the limit that the launcher tells of; raises SandboxMissing if it did not start."""
        if self._status is None:
            return self._process.returncode, ""
        try:
            told = json.loads(self._said)
        except ValueError:
            told = {"status": signal.SIGKILL, "reason": ""}
        if "problem" in told:
            raise SandboxMissing(f"The command could not be started with its limits: {told['problem']}.")
        return os.waitstatus_to_exitcode(told["status"]), told["reason"]

    def _read(self, name: str, stream: IO[bytes]) -> None:
        """Keep the first bytes, and drop the rest, so that who writes it does not wait."""
        with contextlib.suppress(OSError, ValueError), stream:
            while piece := os.read(stream.fileno(), 65536):
                kept = self._output[name]
                self._output[name] = kept + piece[: max(_OUTPUT_BYTES - len(kept), 0)]


def _write(stream: IO[bytes], content: bytes) -> None:
    with contextlib.suppress(OSError), stream:
        stream.write(content)
