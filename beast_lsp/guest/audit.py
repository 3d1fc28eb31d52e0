"""The second net: an audit hook that refuses what the code under test should not do, and says what it was.

The sandbox is what keeps the system safe (an audit hook is no sandbox, says Python's manual: native code passes it).
The hook is there so that a refusal has a name: no test is to be recorded of "it needs the network". So it raises a
`Blocked`, which no `except Exception` of the code under test turns into a behaviour, and remembers it.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Collection, Iterator
from typing import Any, Callable

# What may be refused, and so allowed.
FILES, NETWORK, PROGRAMS, PROCESSES, SIGNALS, NATIVE = (
    "files",
    "the network",
    "other programs",
    "processes of its own",
    "signals to processes",
    "native code",
)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_DEVICES = ("/dev/null", "/dev/zero", "/dev/full", "/dev/tty")
_LOOPBACK = ("127.", "localhost", "::1", "0.0.0.0")  # noqa: S104 - nothing is bound here.
# Event: which of its arguments are paths, and which one is the descriptor of the folder that these are relative to.
_CHANGES = {
    "os.chmod": ((0,), 2), "os.chown": ((0,), 3), "os.link": ((1,), 3), "os.mkdir": ((0,), 2),
    "os.remove": ((0,), 1), "os.removexattr": ((0,), None), "os.rename": ((0, 1), 2), "os.rmdir": ((0,), 1),
    "os.setxattr": ((0,), None), "os.symlink": ((1,), 2), "os.truncate": ((0,), None), "os.utime": ((0,), 3),
}  # fmt: skip
_OTHERS = {
    "subprocess.Popen": PROGRAMS, "os.system": PROGRAMS, "os.exec": PROGRAMS, "os.posix_spawn": PROGRAMS,
    "os.spawn": PROGRAMS, "os.startfile": PROGRAMS, "pty.spawn": PROGRAMS, "webbrowser.open": PROGRAMS,
    "os.fork": PROCESSES, "os.forkpty": PROCESSES, "os.kill": SIGNALS, "os.killpg": SIGNALS,
    "smtplib.connect": NETWORK, "ftplib.connect": NETWORK, "syslog.openlog": NETWORK,
}  # fmt: skip


class Blocked(BaseException):
    """Something that the code under test must not do here: `needs` is one of this module's names, as FILES."""

    def __init__(self, needs: str, detail: str) -> None:
        super().__init__(f"needs {needs}: {detail}")
        self.needs = needs


_blocked: list[Blocked] = []


class _Own(threading.local):
    """How deep this thread is in work of our own."""

    depth = 0


_own = _Own()


def install(writable: Collection[str], allowed: Collection[str] = ()) -> None:
    """Refuse from now on, for as long as the process lives, all but what is in `allowed`.

    Files are written below `writable` only. Loopback addresses count as no network.
    """
    folders = tuple(os.path.realpath(folder) for folder in writable)
    permitted = frozenset(allowed)
    # A hook must not look up what the code under test could have replaced.
    handlers = _handlers(folders)

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        handler = handlers.get(event)
        if handler is None or _own.depth:
            return
        needs, detail = handler(event, arguments)
        if detail and needs not in permitted:
            blocked = Blocked(needs, detail)
            _blocked.append(blocked)
            # Where a library can't be had, code is written to go on without it.
            raise OSError(str(blocked)) if needs == NATIVE else blocked

    sys.addaudithook(hook)


def taken() -> list[Blocked]:
    """What was refused since the last call: also what the code under test caught."""
    found = list(_blocked)
    _blocked.clear()
    return found


@contextlib.contextmanager
def ours() -> Iterator[None]:
    """What this thread does meanwhile is not the code under test, and is let through."""
    _own.depth += 1
    try:
        yield
    finally:
        _own.depth -= 1


_Handler = Callable[[str, "tuple[Any, ...]"], "tuple[str, str]"]


def _handlers(folders: tuple[str, ...]) -> dict[str, _Handler]:
    """For each event that matters: what it needs, and a detail where it is to be refused ("" where it is not)."""

    def opened(_: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
        path, mode, flags = (*arguments, None, None)[:3]
        is_write = bool(flags & _WRITING) if isinstance(flags, int) else bool(set(str(mode)) & set("wax+"))
        return FILES, _outside(path, folders) if is_write else ""

    def changed(event: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
        places, folder = _CHANGES[event]
        base = arguments[folder] if folder is not None and folder < len(arguments) else -1
        details = [_outside(arguments[each], folders, base, follow=False) for each in places if each < len(arguments)]
        return FILES, next((detail for detail in details if detail), "")

    def database(_: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
        name = arguments[0] if arguments else ""
        in_memory = isinstance(name, str) and (not name or ":memory:" in name or "mode=memory" in name)
        return FILES, "" if in_memory else _outside(name, folders)

    found: dict[str, _Handler] = {"open": opened, "sqlite3.connect": database, "ctypes.dlopen": _library}
    found.update(dict.fromkeys(_CHANGES, changed))
    found.update(dict.fromkeys(_OTHERS, _other))
    found.update(dict.fromkeys(("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"), _addressed))
    found.update(dict.fromkeys(("socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr"), _named))
    return found


def _outside(path: Any, folders: tuple[str, ...], base: Any = -1, *, follow: bool = True) -> str:
    """The path where it is in none of the folders, "" where it is in one, or is an open file."""
    if isinstance(path, int) or path is None:
        return ""
    text = os.fsdecode(path)
    if isinstance(base, int) and base >= 0 and not text.startswith(os.sep):
        with contextlib.suppress(OSError):
            # pathlib is what the code under test may have replaced, as a test does.
            text = os.readlink(f"/proc/self/fd/{base}") + os.sep + text  # noqa: PTH115 - see above.
    # What is removed or renamed is the link itself, not what it leads to.
    head, tail = os.path.split(text)
    real = os.path.realpath(text) if follow else os.path.realpath(head) + os.sep + tail
    is_inside = any(real == folder or real.startswith(folder + os.sep) for folder in folders)
    return "" if is_inside or real in _DEVICES else f"{text} is outside of its temporary folder"


def _other(event: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    subject = arguments[0] if arguments else ""
    return _OTHERS[event], f"{event} {subject}".strip()[:200]


def _addressed(event: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    address = arguments[1] if len(arguments) > 1 else None
    if address is None or (isinstance(address, tuple) and _is_loopback(address[0])):
        return NETWORK, ""
    return NETWORK, f"{event} {address!r}"[:200]


def _named(_: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    host = arguments[0] if arguments else None
    return NETWORK, "" if host is None or _is_loopback(host) else f"the address of {host!r}"[:200]


def _is_loopback(host: Any) -> bool:
    text = host.decode("ascii", "replace") if isinstance(host, bytes) else str(host)
    return not text or text.startswith(_LOOPBACK)


def _library(_: str, arguments: tuple[Any, ...]) -> tuple[str, str]:
    """A library that was installed for Python may be loaded, one of the system may not."""
    name = arguments[0] if arguments else None
    if name is None:
        return NATIVE, ""
    place = os.path.realpath(os.fsdecode(name))
    own = {os.path.realpath(prefix) for prefix in (sys.prefix, sys.base_prefix)}
    is_installed = "site-packages" in place or any(place.startswith(prefix + os.sep) for prefix in own - {"/usr", "/"})
    return NATIVE, "" if is_installed else f"the library {name!r}"[:200]
