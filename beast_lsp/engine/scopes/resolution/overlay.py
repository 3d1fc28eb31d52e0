"""The texts of a workspace as they would be after some changes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.document import split_lines

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Sources


class Overlay:
    """`changes` gives new texts by path, None for files that go; `moved` maps old paths to new ones.

    A path in `moved` may be a folder: then all that lies in it moves. `changes` names files by their new paths.
    """

    def __init__(self, base: Sources, changes: Mapping[str, str | None], moved: Mapping[str, str]) -> None:
        self._base = base
        self._changes = {path: None if text is None else split_lines(text) for path, text in changes.items()}
        self._moved = dict(moved)
        self._origins = {new: old for old, new in moved.items()}

    def paths(self) -> Iterable[str]:
        """The paths after the changes."""
        kept = {self.moved(path) for path in self._base.paths()} if self._moved else set(self._base.paths())
        return sorted((kept | self._changes.keys()) - {path for path, text in self._changes.items() if text is None})

    def moved(self, path: str) -> str:
        """Where a path comes to lie."""
        return _mapped(path, self._moved) or path

    def origin(self, path: str) -> str | None:
        """The path at which a file lay before; None where there was none."""
        found = _mapped(path, self._origins)
        return found if found is not None else (None if _mapped(path, self._moved) is not None else path)

    def lines(self, path: str) -> Sequence[str] | None:
        """The text of a file after the changes."""
        if path in self._changes:
            return self._changes[path]
        origin = self.origin(path)
        return self._base.lines(origin) if origin is not None else None

    def data(self, path: str) -> bytes:
        """The bytes of a file after the changes."""
        if path in self._changes:
            return "".join(self._changes[path] or ()).encode("utf-8", "replace")
        origin = self.origin(path)
        return self._base.data(origin) if origin is not None else b""

    def containing(self, names: Collection[str]) -> list[str]:
        """The paths of the files that hold one of some names after the changes."""
        found = {self.moved(path) for path in self._base.containing(names)} - self._changes.keys()
        changed = {path for path, lines in self._changes.items() if lines and holds("".join(lines), names)}
        return sorted(found | changed)

    def library(self, name: str) -> tuple[str, Sequence[str]] | None:
        """The source of a module from outside."""
        return self._base.library(name)


def holds(text: str, names: Collection[str]) -> bool:
    """Whether a text has one of some names as a word."""
    for name in names:
        start = text.find(name)
        while start >= 0:
            end = start + len(name)
            if not _is_word(text[start - 1 : start]) and not _is_word(text[end : end + 1]):
                return True
            start = text.find(name, start + 1)
    return False


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _mapped(path: str, moves: Mapping[str, str]) -> str | None:
    """Where a path comes to lie; None where nothing moves it."""
    if path in moves:
        return moves[path]
    for old, new in moves.items():
        if path.startswith(old.rstrip("/") + "/"):
            return new.rstrip("/") + "/" + path[len(old.rstrip("/")) + 1 :]
    return None
