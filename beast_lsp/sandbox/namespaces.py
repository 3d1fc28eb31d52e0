"""Namespaces: a process tree of its own, a network of nothing but a loopback, and a file system that can't be written.

See namespaces(7). No privilege is needed where the system lets users make user namespaces; root is no more than
a user in them. The folders that may be written are bound over themselves before everything becomes read-only.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import struct
from collections.abc import Iterable
from pathlib import Path

from beast_lsp.sandbox import kernel

_MOUNTS, _IPC, _USERS, _PROCESSES, _NETWORK = 0x00020000, 0x08000000, 0x10000000, 0x20000000, 0x40000000
_NOSUID, _NODEV, _NOEXEC, _READ_ONLY, _BIND, _RECURSIVE, _PRIVATE = 2, 4, 8, 1, 4096, 16384, 1 << 18
_MOUNT_SETATTR, _HERE = 442, -100
_DEVICES = ("null", "zero", "full", "random", "urandom")
_LINKS = {"fd": "/proc/self/fd", "stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2"}
_SET_INTERFACE_FLAGS, _UP_AND_RUNNING = 0x8914, 0x41


def leave(*, network: bool) -> None:
    """New namespaces for this process, and a process tree for its children; the user stays the same. Raises OSError."""
    user, group = os.getuid(), os.getgid()
    kernel.unshare(_USERS | _MOUNTS | _IPC | _PROCESSES | (0 if network else _NETWORK))
    Path("/proc/self/setgroups").write_text("deny", "ascii")
    Path("/proc/self/uid_map").write_text(f"{user} {user} 1", "ascii")
    Path("/proc/self/gid_map").write_text(f"{group} {group} 1", "ascii")


def arrange(writable: Iterable[str], hidden: Iterable[str], shared_mb: int) -> None:
    """The view of files that process 1 gives to all others of its namespace: `hidden` is empty. Raises OSError."""
    kernel.mount("none", "/", flags=_RECURSIVE | _PRIVATE)
    folders = [each for each in writable if Path(each).is_dir()]
    for folder in folders:
        kernel.mount(folder, folder, flags=_BIND | _RECURSIVE)
    _devices(shared_mb)
    for path in hidden:
        _cover(path)
    kernel.mount("proc", "/proc", "proc", _NOSUID | _NODEV | _NOEXEC)
    _attributes("/", _READ_ONLY | _NOSUID, 0)
    for folder in [*folders, "/dev/shm"]:  # noqa: S108 - it is a folder of this namespace alone.
        _attributes(folder, 0, _READ_ONLY)


def _devices(shared_mb: int) -> None:
    """A /dev with the harmless devices alone, and shared memory that counts."""
    places = {name: os.open(f"/dev/{name}", os.O_PATH | os.O_CLOEXEC) for name in _DEVICES}
    kernel.mount("tmpfs", "/dev", "tmpfs", _NOSUID | _NOEXEC, "mode=755")
    for name, place in places.items():
        Path("/dev", name).touch()
        kernel.mount(f"/proc/self/fd/{place}", f"/dev/{name}", flags=_BIND)
        os.close(place)
    for name, target in _LINKS.items():
        Path("/dev", name).symlink_to(target)
    shared = Path("/dev/shm")  # noqa: S108 - it is a folder of this namespace alone.
    shared.mkdir()
    kernel.mount(
        "tmpfs", str(shared), "tmpfs", _NOSUID | _NODEV | _NOEXEC, f"mode=1777,nr_inodes=10k,size={shared_mb}m"
    )


def _cover(path: str) -> None:
    """Something empty over a path; what is not there, or not ours to see, needs no cover."""
    try:
        if Path(path).is_dir():
            kernel.mount("tmpfs", path, "tmpfs", _NOSUID | _NODEV | _NOEXEC, "mode=555,size=4k")
        elif Path(path).exists():
            kernel.mount("/dev/null", path, flags=_BIND)
    except PermissionError:
        if os.access(path, os.R_OK):
            raise


def _attributes(path: str, added: int, removed: int) -> None:
    """mount_setattr(2) for a mount and those below it."""
    attributes = struct.pack("<QQQQ", added, removed, 0, 0)
    buffer = kernel.buffer(attributes)
    kernel.call(_MOUNT_SETATTR, _HERE, kernel.buffer(os.fsencode(path) + b"\0"), 0x8000, buffer, len(attributes))


def raise_loopback() -> None:
    """127.0.0.1 answers within the namespace, as code under test may expect; without it, it is merely unreachable."""
    import _socket  # noqa: PLC0415 - `socket` itself takes as long to load as all the rest.

    with contextlib.suppress(OSError):
        wire = _socket.socket(_socket.AF_INET, _socket.SOCK_DGRAM)
        fcntl.ioctl(wire.fileno(), _SET_INTERFACE_FLAGS, struct.pack("16sH22x", b"lo", _UP_AND_RUNNING))
        wire.close()
