"""What this system gives to confine a child process, found out by trying it."""

from __future__ import annotations

import functools
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

_PROBE = Path(__file__).with_name("probe.py")


@dataclass(frozen=True)
class Support:
    """Whether a child can be confined, by which means ("namespaces", "landlock", "seccomp"), and what is missing.

    Confined means: it writes to its folders only, reaches no network and no other process, and ends with all that it
    started. Seccomp is always needed; then namespaces give that, and Landlock gives it to everyone but root.
    """

    is_confined: bool
    means: tuple[str, ...]
    lacks: str


@functools.cache
def support() -> Support:
    """The answer for this process's user on this system; it takes a tenth of a second, once."""
    if sys.platform != "linux":
        return Support(False, (), f"{sys.platform} has none of the means that are used on Linux")
    command = [sys.executable, "-I", "-S", str(_PROBE)]
    try:
        run = subprocess.run(command, capture_output=True, text=True, timeout=20, check=False)  # noqa: S603 - ours.
    except (OSError, subprocess.TimeoutExpired) as error:
        return Support(False, (), f"the means of this system could not be tried ({error})")
    found = tuple(run.stdout.split())
    return judged(found, is_root=os.getuid() == 0)


def judged(means: tuple[str, ...], *, is_root: bool) -> Support:
    """Whether these means are enough."""
    lacks = [each for each in ("namespaces", "landlock", "seccomp") if each not in means]
    is_enough = "seccomp" in means and ("namespaces" in means or ("landlock" in means and not is_root))
    return Support(is_enough, means, "" if is_enough else f"this system lacks {' and '.join(lacks)}")
