"""Stands in for clocks, waiting, the network and other programs, at the names by which a module reaches them."""

from __future__ import annotations

import contextlib
import datetime
import inspect
import io
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, Callable, NamedTuple

from ..wire import Fake

# What stands in for a function, by the function: the expression, and what it is in words.
PLAIN: dict[str, tuple[str, str]] = {
    "time.time": ("lambda: 1700000000.0", "the clock"),
    "time.time_ns": ("lambda: 1700000000000000000", "the clock"),
    "time.sleep": ("lambda seconds: None", "waiting"),
    "uuid.uuid4": ('lambda: uuid.UUID("12345678-1234-4234-8234-123456789abc")', "a random identifier"),
    "uuid.uuid1": ('lambda *args: uuid.UUID("12345678-1234-1234-8234-123456789abc")', "a unique identifier"),
    "os.urandom": ("lambda size: bytes(range(256))[:size].ljust(size, b'x')", "randomness"),
    "secrets.token_hex": ("lambda nbytes=32: 'ab' * nbytes", "randomness"),
    "secrets.token_bytes": ("lambda nbytes=32: b'a' * nbytes", "randomness"),
    "secrets.token_urlsafe": ("lambda nbytes=32: 'a' * nbytes", "randomness"),
    "os.getpid": ("lambda: 1234", "the process"),
    "os.system": ("lambda command: 0", "another program"),
    "subprocess.run": ("lambda *args, **kwargs: subprocess.CompletedProcess(args[0], 0, '', '')", "another program"),
    "subprocess.call": ("lambda *args, **kwargs: 0", "another program"),
    "subprocess.check_call": ("lambda *args, **kwargs: 0", "another program"),
    "subprocess.check_output": ("lambda *args, **kwargs: 'output'", "another program"),
    "socket.gethostname": ("lambda: 'host'", "the machine's name"),
    "socket.getfqdn": ("lambda name='': 'host.example'", "the machine's name"),
    "platform.node": ("lambda: 'host'", "the machine's name"),
    "getpass.getuser": ("lambda: 'user'", "the user's name"),
    "getpass.getpass": ("lambda *args: 'secret'", "what the user types"),
    "webbrowser.open": ("lambda url, *args: True", "the browser"),
    "urllib.request.urlopen": ("lambda *args, **kwargs: io.BytesIO(b'content')", "the network"),
    "builtins.input": ("lambda prompt='': 'y'", "what the user types"),
}


class Stand(NamedTuple):
    """One thing that is replaced during runs."""

    owner: Any
    attribute: str
    original: Any
    fake: Fake


class Boundary:
    """The names of a module that lead outside, and which of them a run used."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._called: set[str] = set()
        self._stands = [*self._find()]
        self._fakes = {stand.fake["path"]: stand.fake for stand in self._stands}

    def used(self) -> tuple[str, ...]:
        """The paths that the last run called."""
        return tuple(sorted(self._called))

    def fakes(self, paths: tuple[str, ...]) -> list[Fake]:
        """What a case says of these paths."""
        return [self._fakes[path] for path in paths]

    @contextlib.contextmanager
    def patched(self) -> Iterator[None]:
        """Replace everything within the block."""
        self._called.clear()
        for stand in self._stands:
            setattr(stand.owner, stand.attribute, self._noting(stand))
        try:
            yield
        finally:
            for stand in self._stands:
                setattr(stand.owner, stand.attribute, stand.original)

    def _noting(self, stand: Stand) -> Callable[..., Any]:
        inner = eval(stand.fake["value"], {"uuid": uuid, "io": io, "subprocess": subprocess})  # noqa: S307 - this process exists to run such code.

        def noted(*args: Any, **kwargs: Any) -> Any:
            self._called.add(stand.fake["path"])
            return inner(*args, **kwargs)

        return noted

    def _find(self) -> Iterator[Stand]:
        used = attributes_used(self._module)
        for path, (value, what) in PLAIN.items():
            home, _, name = path.rpartition(".")
            library = sys.modules.get(home)
            original = getattr(library, name, None)
            if original is None:
                continue
            for held, each in list(vars(self._module).items()):
                if each is original:
                    fake: Fake = {"path": f"{self._module.__name__}.{held}", "value": value, "what": what}
                    yield Stand(self._module, held, original, fake)
                elif each is library and name in used and home not in {"builtins"}:
                    fake = {"path": f"{self._module.__name__}.{held}.{name}", "value": value, "what": what}
                    yield Stand(library, name, original, fake)
            if home == "builtins" and name in used and name not in vars(self._module):
                yield Stand(library, name, original, {"path": path, "value": value, "what": what})


def attributes_used(module: ModuleType) -> set[str]:
    """The names that the code of a module mentions."""
    found: set[str] = set()
    pending = [code_of(each) for each in _functions(module)]
    while pending:
        code = pending.pop()
        if code is not None:
            found.update(code.co_names)
            pending += [const for const in code.co_consts if isinstance(const, CodeType)]
    return found


def code_of(value: Any) -> Any:
    """The code of a function, whatever wraps it."""
    for name in ("__func__", "fget", "__wrapped__"):
        value = inspect.getattr_static(value, name, None) or value
    return value.__code__ if isinstance(value, FunctionType) else None


def _functions(module: ModuleType) -> Iterator[Any]:
    for value in list(vars(module).values()):
        yield value
        if isinstance(value, type) and value.__module__ == module.__name__:
            yield from vars(value).values()


# Those who count time themselves keep the real one.
clock = time.monotonic
now = datetime.datetime.now
