"""What of a folder's files differs from a revision of its history, be it committed or not.

The files are compared here and not by git: to look at a working tree, git may run filters that the repository names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from beast_lsp.engine.history.changes import Changed, changed
from beast_lsp.store.history.git import Git
from beast_lsp.store.index.content import lines_of
from beast_lsp.store.index.filters import MAX_BYTES


def changes_since(folder: Path, revision: str, paths: Iterable[str]) -> dict[str, Changed]:
    """What changed since a revision in the files at relative paths, by path; files that are the same are left out.

    A file that the revision doesn't have is new as a whole, unless it was renamed in a commit or is a
    file of the revision that was moved as it is. Raises HistoryError where there is no such revision.
    """
    git = Git(folder)
    commit = git.commit(revision)
    then = dict(git.files(commit))
    names = git.renames(commit)
    gone = {blob for path, blob in then.items() if not (folder / path).exists()}
    found: dict[str, Changed] = {}
    old: dict[str, str] = {}
    for path in paths:
        data = _read(folder / path)
        lines = lines_of(data)
        before = then.get(path) or then.get(names.get(path, ""))
        if lines is None or blob_name(data, commit) in ({before} if before else gone):
            continue
        found[path] = Changed.whole(lines)
        if before:
            old[path] = before
    return _compared(git, found, old)


def _compared(git: Git, found: dict[str, Changed], old: Mapping[str, str]) -> dict[str, Changed]:
    for path, data in zip(old, git.texts(list(old.values())) if old else (), strict=True):
        before = lines_of(data)
        if before is not None:
            found[path] = changed(before, found[path].lines)
    return {path: one for path, one in found.items() if one.rows or one.gaps}


def blob_name(data: bytes, like: str) -> str:
    """What git calls a file of this content; `like` is another object of the repository, whose hash it has."""
    whole = b"blob %d\0" % len(data) + data
    return (hashlib.sha256(whole) if len(like) == 64 else hashlib.sha1(whole, usedforsecurity=False)).hexdigest()


def _read(file: Path) -> bytes:
    """The content, or what is no text where it can't be read."""
    try:
        with file.open("rb") as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError:
        return b"\0"
