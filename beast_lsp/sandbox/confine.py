"""The launcher: gives up what a confined command must not have, then becomes it.

It runs as a program in the server's own interpreter without site packages (`python -I -S confine.py PLAN STATUS`),
since all that the project's interpreter loads at its start (.pth files, sitecustomize) is the workspace's code, too.
It reads a plan as JSON from one file descriptor and tells the outcome to the other. The process that was started stays
outside as the watch; with namespaces, the one below it is process 1, whose end the kernel makes the end of all others.
"""

from __future__ import annotations

import contextlib
import json
import os
import resource
import signal
import sys
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    # Without site packages there is nothing else of ours to be found; the standard library comes first.
    sys.path.append(str(Path(__file__).parents[2]))

from beast_lsp.sandbox import kernel, landlock, namespaces, processes, seccomp
from beast_lsp.sandbox.watch import TICK_SECONDS, Watch

_FILE_BYTES, _OPEN_FILES = 256 << 20, 512
_PRIORITY = 5


def main(plan_file: int, status_file: int) -> None:
    """Run the plan and tell {"problem"}, or {"status", "reason"} (a wait status, and the limit that was passed)."""
    with os.fdopen(plan_file, encoding="utf-8") as file:
        plan = json.load(file)
    os.set_inheritable(status_file, False)
    try:
        outcome = _confined(plan) if "namespaces" in plan["means"] else _grouped(plan)
    except OSError as error:
        outcome = {"problem": f"{error}"}
    os.write(status_file, json.dumps(outcome).encode())


def _confined(plan: dict[str, Any]) -> dict[str, Any]:
    """The command below a process 1 of its own."""
    namespaces.leave(network=plan["network"])
    kernel.prctl(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
    told, tell = os.pipe()
    first = os.fork()
    if not first:
        _only_in_child(lambda: _first(plan, tell), tell)
    os.close(tell)
    with os.fdopen(told, encoding="utf-8") as file:
        if (line := file.readline().strip()) != "ready":
            return {"problem": line or "the first process ended"}
        watch = _watch(plan, lambda: [each for each in processes.running() if each.number > 1])
        reason = _await(first, watch)
        if reason:
            os.kill(first, signal.SIGKILL)
        os.waitpid(first, 0)
        return _outcome(file.read(), reason)


def _first(plan: dict[str, Any], tell: int) -> None:
    """Process 1: arranges the files, starts the command, collects orphans, and ends when the command does."""
    kernel.prctl(kernel.SET_DEATH_SIGNAL, signal.SIGKILL)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)  # Which for process 1 means that they are ignored.
    namespaces.arrange(plan["writable"], plan["hidden"], max(plan["memory_mb"] // 4, 1))
    if not plan["network"]:
        namespaces.raise_loopback()
    os.write(tell, b"ready\n")
    command = os.fork()
    if not command:
        _only_in_child(lambda: _become(plan), tell)
    kernel.prctl(kernel.SET_DUMPABLE, 0)
    while (ended := os.wait())[0] != command:
        pass
    os.write(tell, f"status {ended[1]}\n".encode())


def _grouped(plan: dict[str, Any]) -> dict[str, Any]:
    """The command as a descendant: its orphans come to us, so all of it can be found and ended."""
    if sys.platform == "linux":
        kernel.prctl(kernel.SET_SUBREAPER, 1)
        kernel.prctl(kernel.SET_DEATH_SIGNAL, signal.SIGTERM)
    told, tell = os.pipe()
    command = os.fork()
    if not command:
        _only_in_child(lambda: _become(plan), tell)
    os.close(tell)
    ourselves = os.getpid()
    watch = _watch(plan, lambda: processes.below(ourselves, processes.running()))
    reason = _await(command, watch)
    if reason:
        os.kill(command, signal.SIGKILL)
    status = os.waitpid(command, 0)[1]
    processes.end_all(ourselves)
    with os.fdopen(told, encoding="utf-8") as file:
        return _outcome(f"{file.read()}\nstatus {status}\n", reason)


def _only_in_child(work: Any, tell: int) -> None:
    """What a fork does; it never returns, and tells what went wrong."""
    try:
        work()
    except BaseException as error:  # Whatever it is, the parent's code must not go on in this process.
        with contextlib.suppress(OSError):
            os.write(tell, f"problem {error}\n".encode())
        os._exit(126)
    os._exit(0)


def _watch(plan: dict[str, Any], running: Any) -> Watch:
    watch = Watch(plan["seconds"], plan["memory_mb"], plan["processes"], plan["writable"], running)

    def withdraw(*_: object) -> None:
        watch.withdrawn = True

    signal.signal(signal.SIGTERM, withdraw)
    return watch


def _await(child: int, watch: Watch) -> str:
    """The limit that was passed before the child ended, or ""."""
    import select  # noqa: PLC0415 - it is needed where this runs, and missing where only the module is looked at.
    import time  # noqa: PLC0415 - as above.

    try:
        place = os.pidfd_open(child)
    except (AttributeError, OSError):
        place = -1
    poll = select.poll()
    if place >= 0:
        poll.register(place, select.POLLIN)
    while not _has_ended(child):
        if reason := watch.passed():
            return reason
        if place >= 0:
            poll.poll(TICK_SECONDS * 1000)
        else:
            time.sleep(TICK_SECONDS)
    return ""


def _has_ended(child: int) -> bool:
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _outcome(told: str, reason: str) -> dict[str, Any]:
    lines = dict(line.split(" ", 1) for line in told.splitlines() if " " in line)
    if "problem" in lines:
        return {"problem": lines["problem"]}
    return {"status": int(lines.get("status", signal.SIGKILL)), "reason": reason}


def _become(plan: dict[str, Any]) -> None:
    """Give up everything that the plan says, then execute its command."""
    # What it sends to its own process group does not reach the watch.
    os.setsid()
    os.chdir(plan["cwd"])
    os.nice(_PRIORITY)
    _limit(plan)
    if sys.platform == "linux":
        kernel.drop_privileges()
    means, has_namespaces = plan["means"], "namespaces" in plan["means"]
    if "landlock" in means:
        shared = ["/dev/shm"] if has_namespaces else []  # noqa: S108 - it is a folder of this namespace alone.
        readable = ["/"] if has_namespaces else landlock.around(plan["hidden"])
        landlock.restrict(readable, [*plan["writable"], *shared])
    for number in (signal.SIGPIPE, signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if "seccomp" in means:
        kept = has_namespaces or ("landlock" in means and landlock.version() >= landlock.SIGNALS)
        seccomp.restrict(namespaces=has_namespaces, signals_kept=kept, sockets=has_namespaces or plan["network"])
    os.execve(plan["command"][0], plan["command"], plan["env"])  # noqa: S606 - the confined command itself.


def _limit(plan: dict[str, Any]) -> None:
    """Resource limits, each for a process; the watch sees to what they are together."""
    seconds = int(plan["seconds"]) + 2
    limits = {"CORE": 0, "CPU": seconds, "FSIZE": _FILE_BYTES, "NOFILE": _OPEN_FILES, "MSGQUEUE": 0, "MEMLOCK": 0}
    limits["DATA"] = plan["memory_mb"] << 20
    # The number of processes counts all that the user has, and nothing for root.
    mine = [each.threads for each in processes.running()]
    limits["NPROC"] = sum(mine) + 8 * plan["processes"]
    for name, value in limits.items():
        number = getattr(resource, f"RLIMIT_{name}", None)
        if number is not None:
            most = resource.getrlimit(number)[1]
            value = value if most == resource.RLIM_INFINITY else min(value, most)  # noqa: PLW2901 - narrowed.
            with contextlib.suppress(OSError, ValueError):
                resource.setrlimit(number, (value, value))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
