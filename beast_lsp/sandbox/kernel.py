"""The calls of the Linux kernel that Python has no function for, through ctypes."""

from __future__ import annotations

import ctypes
import os
import platform

# prctl(2).
SET_DEATH_SIGNAL, SET_DUMPABLE, SET_SECCOMP, DROP_BOUND, SET_SUBREAPER, SET_NO_NEW_PRIVILEGES = 1, 4, 22, 24, 36, 38
_CAPSET = {"x86_64": 126, "aarch64": 91}
_libc = ctypes.CDLL(None, use_errno=True)


def machine() -> str:
    """The processor's name as the kernel gives it, "arm64" written "aarch64"."""
    name = platform.machine()
    return "aarch64" if name == "arm64" else name


def buffer(content: bytes) -> ctypes.Array[ctypes.c_char]:
    """Bytes that a call may read or change."""
    return ctypes.create_string_buffer(content, len(content))


def checked(result: int, what: str) -> int:
    """The result of a libc call; raises OSError where it says that it failed."""
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")
    return result


def call(number: int, *arguments: int | ctypes._Pointer[ctypes.Structure] | ctypes.Array[ctypes.c_char]) -> int:
    """A system call by its number; raises OSError."""
    given = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return checked(_libc.syscall(ctypes.c_long(number), *given), f"system call {number}")


def prctl(option: int, value: int, more: int | ctypes._Pointer[ctypes.Structure] = 0) -> None:
    """Change what holds for this process, as the manual of that call has it; raises OSError."""
    last = ctypes.c_long(more) if isinstance(more, int) else more
    arguments = (ctypes.c_long(value), last, ctypes.c_long(0), ctypes.c_long(0))
    checked(_libc.prctl(ctypes.c_int(option), *arguments), f"prctl {option}")


def unshare(flags: int) -> None:
    """New namespaces for this process, by their flags; raises OSError."""
    checked(_libc.unshare(ctypes.c_int(flags)), "unshare")


def mount(source: str, target: str, kind: str = "", flags: int = 0, options: str = "") -> None:
    """Attach a file system of that kind at `target`; raises OSError."""
    texts = [each.encode() if each else None for each in (source, target, kind, options)]
    checked(_libc.mount(*texts[:3], ctypes.c_ulong(flags), texts[3]), f"mount {target}")


def drop_privileges() -> None:
    """No capability is left, nor comes back by an exec, not even root's or by a setuid program."""
    for capability in range(64):
        try:
            prctl(DROP_BOUND, capability)
        except OSError:
            break  # The kernel knows no more of them, or we have none that could be dropped.
    if machine() in _CAPSET:
        # Version 3 of the interface, this process; no capability is effective, permitted or inherited.
        call(_CAPSET[machine()], buffer((0x20080522).to_bytes(4, "little") + bytes(4)), buffer(bytes(24)))
    prctl(SET_NO_NEW_PRIVILEGES, 1)
