"""A copy of the project to run things in: nothing is ever written to the project itself.

What is started is found on the PATH of the server's own environment, never in the workspace: a `node_modules/.bin` or a
`gradlew` is the workspace's code. Such code runs only as a script that a confined program interprets.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.errors import TestsRefused
from beast_lsp.sandbox.limits import Finished, Limits
from beast_lsp.sandbox.run import run

_LEFT_OUT = frozenset(
    {".git", ".hg", "node_modules", "target", "build", "dist", "out", ".venv", "venv", ".next", ".cache"}
)
_MOST_FILES, _MOST_BYTES = 40_000, 500 << 20
_REST_SECONDS = 5.0
_MEMORY_MB, _PROCESSES = 4_096, 128
# What compilers and their package caches go by; everything else of the environment is the user's business.
_PASSED = ("PATH", "LANG", "LC_ALL", "JAVA_HOME", "GOROOT")


def program(name: str, lacks: str = "") -> str:
    """The path of a program of the server's environment; raises TestsRefused where it is not there."""
    found = shutil.which(name)
    if found is None:
        raise TestsRefused(
            f"{name} is not on the server's PATH.", hint=lacks or f"Install {name}, then start the server again."
        )
    return found


@dataclass(frozen=True, slots=True)
class Workshop:
    """The copy below `scratch`, and how to run something in it.

    `cancelled` is asked while it runs. `unconfined`: the user agreed to run code where the system gives no limits.
    """

    root: Path
    scratch: Path
    cancelled: Callable[[], bool]
    unconfined: bool = False

    @property
    def folder(self) -> Path:
        """Where the copy is."""
        return self.scratch / "project"

    def write(self, path: str, text: str) -> Path:
        """Writes a file of the copy, `path` below its folder."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, "utf-8")
        return place

    def remove(self, path: str) -> None:
        """Takes a file out of the copy."""
        (self.folder / path).unlink(missing_ok=True)

    def run(
        self,
        command: Sequence[str],
        below: str,
        seconds: float,
        env: Mapping[str, str] | None = None,
        outbox: Path | None = None,
    ) -> Finished:
        """Runs a command in a folder of the copy, without network, writing to the scratch folder only.

        With an `outbox` it is ended when that file has been begun and then rests: a call does not end.
        """
        rests = _Rest(outbox)
        limits = Limits(seconds, _MEMORY_MB, _PROCESSES, (self.scratch,))
        passed = {name: os.environ[name] for name in _PASSED if name in os.environ}
        return run(
            command,
            limits,
            self.folder / below,
            {**passed, **(env or {})},
            cancelled=lambda: self.cancelled() or rests(),
            unconfined=self.unconfined,
        )


class _Rest:
    """Whether a file has been written to, and not for a while since."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._size, self._since = path, 0, 0.0

    def __call__(self) -> bool:
        if self._path is None:
            return False
        try:
            size = self._path.stat().st_size
        except OSError:
            return False
        if size != self._size:
            self._size, self._since = size, time.monotonic()
        return size > 0 and time.monotonic() - self._since > _REST_SECONDS


def open_workshop(root: Path, scratch: Path, cancelled: Callable[[], bool], unconfined: bool = False) -> Workshop:
    """Copies a project into `scratch`; installed packages are linked. Raises TestsRefused for one that is too large."""
    made = Workshop(root, scratch, cancelled, unconfined)
    files = size = 0
    for folder, folders, names in os.walk(root):
        here = Path(folder)
        there = made.folder / here.relative_to(root)
        there.mkdir(parents=True, exist_ok=True)
        if "node_modules" in folders:
            _link_packages(here / "node_modules", there / "node_modules")
        folders[:] = [one for one in folders if one not in _LEFT_OUT and not (here / one).is_symlink()]
        for name in names:
            path = here / name
            if path.is_symlink() or not path.is_file():
                continue
            files, size = files + 1, size + path.stat().st_size
            if files > _MOST_FILES or size > _MOST_BYTES:
                raise TestsRefused("The project is too large to be copied.", hint="Open the folder of one package.")
            shutil.copyfile(path, there / name)
    return made


def _link_packages(installed: Path, there: Path) -> None:
    """A folder of links to the installed packages, so that what tools write beside them stays in the copy."""
    there.mkdir(parents=True, exist_ok=True)
    for one in installed.iterdir():
        if one.name.startswith("@") and one.is_dir() and not one.is_symlink():
            _link_packages(one, there / one.name)
        elif one.name.startswith(".") and one.name not in {".pnpm", ".package-lock.json"}:
            continue  # caches and the scripts of .bin: they are written to, or not wanted.
        else:
            (there / one.name).symlink_to(one.resolve())
