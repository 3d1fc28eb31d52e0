"""What pytest's own fixtures give, in the smallest form that recorded code uses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from .outbox import Captured


class Read(NamedTuple):
    """What was printed."""

    out: str
    err: str


class Capsys:
    """The part of `capsys` that a check uses."""

    def __init__(self) -> None:
        self.streams = (Captured(), Captured())

    def readouterr(self) -> Read:
        """All that was printed; unlike pytest's it may be asked again."""
        out, err = self.streams
        return Read(out.getvalue(), err.getvalue())


class MonkeyPatch:
    """The part of `monkeypatch` that recorded code uses: variables of the environment."""

    def __init__(self) -> None:
        self._before: dict[str, str | None] = {}

    def setenv(self, name: str, value: str) -> None:
        """Set a variable until the run is over."""
        self._before.setdefault(name, os.environ.get(name))
        os.environ[name] = value

    def undo(self) -> None:
        """Put everything back."""
        for name, value in self._before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


class Scratch:
    """Makes a fresh folder for each run that wants one, and removes the ones before it."""

    def __init__(self, folder: str) -> None:
        self._folder = Path(folder)
        self._number = 0

    def fresh(self) -> Path:
        """A new, empty folder, whose path is another one each time."""
        shutil.rmtree(self._path(), ignore_errors=True)
        self._number += 1
        self._path().mkdir(parents=True, exist_ok=True)
        return self._path()

    def _path(self) -> Path:
        return self._folder / f"case{self._number}"


def provided(needed: Iterable[str], scratch: Scratch, capsys: Capsys) -> dict[str, object]:
    """The fixtures among the names."""
    found: dict[str, object] = {}
    if "tmp_path" in needed:
        found["tmp_path"] = scratch.fresh()
    if "monkeypatch" in needed:
        found["monkeypatch"] = MonkeyPatch()
    if "capsys" in needed:
        found["capsys"] = capsys
    return found
