"""Files of a workspace folder, read and written as a refactoring needs it: exact, all of them or none.

A text is read only where writing it back gives the same bytes, so that nothing but the edits changes: UTF-8, with or
without a byte order mark; line ends are kept as they are, mixed or not.
"""

from __future__ import annotations

import codecs
import contextlib
import os
import re
import shutil
from collections.abc import Mapping
from pathlib import Path

from beast_lsp.engine.refactors.net.reverse import moved_path
from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.errors import RefactoringRefused

_COOKIE = re.compile(rb"[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")  # as PEP 263 says.
_UTF8 = frozenset({"utf-8", "utf8", "utf-8-sig", "utf-8-unix"})


class FolderFiles:
    """The files of one workspace folder. What lies outside of it is refused, and so is a link, wherever it leads."""

    def __init__(self, folder: Path) -> None:
        self._root = folder.resolve()

    def read(self, path: str) -> str | None:
        """The text of a file by its relative path; None where there is none.

        Raises RefactoringRefused for a file whose text can't be written back as it is.
        """
        data = self._bytes(path)
        return None if data is None else _decoded(path, data)[1]

    def write(self, plan: Plan, texts: Mapping[str, str]) -> None:
        """Does a plan on the disk: `texts` holds what becomes of its files, by their old paths.

        Every new text is on the disk, beside its file, before the first file changes; a failure in between takes back
        what was done. Raises RefactoringRefused where a file is not as it was when the plan was made, and OSError.
        """
        self._check_places(plan)
        edited = {path: self._encoded(plan, path, text) for path, text in texts.items()}
        new = edited | {path: text.encode("utf-8", "surrogatepass") for path, text in plan.created.items()}
        with contextlib.ExitStack() as failed:
            staged = {path: self._staged(path, data, failed) for path, data in new.items()}
            for old, moved in plan.moved.items():
                self._move(old, moved, failed)
            for path, beside in staged.items():
                self._replace(moved_path(beside, plan.moved), moved_path(path, plan.moved), failed)
            for path in plan.deleted:
                self._remove(path, failed)
            failed.pop_all()  # All is done: nothing is taken back.

    def _check_places(self, plan: Plan) -> None:
        for path in (*plan.created, *plan.moved.values()):
            if os.path.lexists(self._place(path)):
                raise RefactoringRefused(f"{path} exists already.", hint="Choose another name.")
        for path in (*plan.deleted, *plan.moved):
            if not self._place(path).exists():
                raise RefactoringRefused(f"{path} is gone.", hint="Try it again.")

    def _encoded(self, plan: Plan, path: str, text: str) -> bytes:
        data = self._bytes(path)
        mark, now = _decoded(path, data) if data is not None else (b"", None)
        if data is None or now != plan.before[path]:
            raise RefactoringRefused(f"{path} changed in the meantime.", hint="Try it again.")
        return mark + text.encode()

    def _staged(self, path: str, data: bytes, failed: contextlib.ExitStack) -> str:
        """The relative path of a file beside the real one that holds its new bytes, under the same permissions."""
        place = self._place(path)
        self._make_folders(place, failed)
        beside = place.with_name(f".{place.name}.{os.getpid()}.beast")
        with beside.open("xb") as file:
            failed.callback(beside.unlink, missing_ok=True)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            shutil.copymode(place, beside)
        return beside.relative_to(self._root).as_posix()

    def _replace(self, beside: str, path: str, failed: contextlib.ExitStack) -> None:
        place, old = self._place(path), self._bytes(path)
        if old is None:
            failed.callback(place.unlink, missing_ok=True)
        else:
            failed.callback(place.write_bytes, old)
        self._place(beside).replace(place)

    def _move(self, old: str, new: str, failed: contextlib.ExitStack) -> None:
        source, target = self._place(old), self._place(new)
        self._make_folders(target, failed)
        source.rename(target)
        failed.callback(target.rename, source)

    def _remove(self, path: str, failed: contextlib.ExitStack) -> None:
        place = self._place(path)
        failed.callback(place.write_bytes, place.read_bytes())
        place.unlink()

    @staticmethod
    def _make_folders(place: Path, failed: contextlib.ExitStack) -> None:
        for missing in reversed([each for each in place.parents if not each.exists()]):
            missing.mkdir()
            failed.callback(missing.rmdir)

    def _bytes(self, path: str) -> bytes | None:
        try:
            return self._place(path).read_bytes()
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            return None

    def _place(self, path: str) -> Path:
        place = self._root / path
        if place.resolve() != place:
            raise RefactoringRefused(f"{path} is or lies behind a link, or outside of the folder.")
        return place


def _decoded(path: str, data: bytes) -> tuple[bytes, str]:
    """The byte order mark of a file, and its text. Raises RefactoringRefused where that is not UTF-8."""
    mark = codecs.BOM_UTF8 if data.startswith(codecs.BOM_UTF8) else b""
    cookie = next(filter(None, map(_COOKIE.match, data.splitlines()[:2])), None)
    name = cookie[1].decode("ascii", "replace").lower().replace("_", "-") if cookie else "utf-8"
    try:
        if name not in _UTF8:
            raise UnicodeError
        return mark, data[len(mark) :].decode()
    except UnicodeError:
        raise RefactoringRefused(f"{path} is not encoded as UTF-8.", hint="Save it as UTF-8 first.") from None
