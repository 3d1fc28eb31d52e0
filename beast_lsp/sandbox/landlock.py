"""Landlock (Linux 5.13 on): what a process and its descendants may do with files, whatever their user may do.

See landlock(7). A rule allows something below a folder; what no rule allows is refused.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Iterable
from pathlib import Path

from beast_lsp.sandbox import kernel

_CREATE, _ADD, _RESTRICT = 444, 445, 446
_READ = 1 | 1 << 2 | 1 << 3  # execute, read a file, list a folder
_ON_FILES = 1 | 1 << 1 | 1 << 2 | 1 << 14 | 1 << 15  # the rights that a rule for a single file may hold
_SIGNALS_AND_ABSTRACT_SOCKETS = 3
# The number of rights on files that each version of the interface knows.
_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_DEVICES = ("null", "zero", "full", "random", "urandom")
# Since this version a file can't be emptied without the right to write it; since 6 signals stay within.
COMPLETE, SIGNALS = 3, 6


class _Ruleset(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("folder", ctypes.c_int32))


def version() -> int:
    """The version of the kernel's interface, 0 where there is none."""
    try:
        return kernel.call(_CREATE, 0, 0, 1)
    except OSError:
        return 0


def restrict(readable: Iterable[str], writable: Iterable[str]) -> None:
    """From now on, read below `readable` and write below `writable` only; needs no_new_privs. Raises OSError."""
    known = version()
    rights = (1 << _RIGHTS.get(known, 16)) - 1
    ruleset = _Ruleset(rights, 0, _SIGNALS_AND_ABSTRACT_SOCKETS if known >= SIGNALS else 0)
    size = 24 if known >= SIGNALS else 16 if known >= 4 else 8
    rules = kernel.call(_CREATE, ctypes.pointer(ruleset), size, 0)
    devices = [f"/dev/{name}" for name in _DEVICES]
    for path, allowed in [(each, _READ) for each in readable] + [(each, rights) for each in (*writable, *devices)]:
        _allow(rules, path, allowed & rights)
    kernel.call(_RESTRICT, rules, 0)
    os.close(rules)


def _allow(rules: int, path: str, allowed: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # What is not there needs no rule.
    if not Path(path).is_dir():
        allowed &= _ON_FILES
    kernel.call(_ADD, rules, 1, ctypes.pointer(_Beneath(allowed, place)), 0)
    os.close(place)


def around(hidden: Iterable[str]) -> list[str]:
    """The paths that hold everything but `hidden`: the neighbours of each, and of each folder above it."""
    kept_out = {Path(each) for each in hidden}
    above = {folder for path in kept_out for folder in path.parents} or {Path("/")}
    found = [] if kept_out else ["/"]
    for folder in above - kept_out if kept_out else ():
        found += [str(each) for each in _entries(folder) if each not in kept_out and each not in above]
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []
