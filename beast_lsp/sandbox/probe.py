"""Tries the means of confinement, each in a process of its own, and prints those that work.

A program like the launcher: `python -I -S probe.py`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

if __name__ == "__main__":
    sys.path.append(str(Path(__file__).parents[2]))

from beast_lsp.sandbox import kernel, landlock, namespaces, seccomp


def main() -> None:
    """Print the names of the means, separated by blanks."""
    trials = {"namespaces": _namespaces, "landlock": _landlock, "seccomp": _seccomp}
    print(*(name for name, trial in trials.items() if _succeeds(trial)))  # noqa: T201 - it is a program.


def _succeeds(trial: Callable[[], None]) -> bool:
    child = os.fork()
    if child:
        return os.waitpid(child, 0)[1] == 0
    try:
        trial()
    except BaseException:  # Whatever it is, this process must end here.
        os._exit(1)
    os._exit(0)


def _namespaces() -> None:
    namespaces.leave(network=False)
    if not _succeeds(lambda: namespaces.arrange([tempfile.gettempdir()], [], 1)):
        raise OSError


def _landlock() -> None:
    if landlock.version() < landlock.COMPLETE:
        raise OSError
    kernel.drop_privileges()
    landlock.restrict(["/"], [])


def _seccomp() -> None:
    if not seccomp.is_known_machine():
        raise OSError
    kernel.drop_privileges()
    seccomp.restrict(namespaces=False, signals_kept=False, sockets=False)


if __name__ == "__main__":
    main()
