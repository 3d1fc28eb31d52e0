"""Reads what `git log -p -U0` prints: commits with their files, hunks and messages.

`FORMAT` is the format that the reader expects. Nothing here runs git: the lines come from whoever did.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

FORMAT = "%x00%H%x1f%P%x1f%ct%x1f%ae%x1f%B%x1e"
"""For `git log --format`: hash, parents, commit time, author, message; each commit begins with a NUL."""
_HUNK = re.compile(r"@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@")
_MOST_LINES = 400  # Of a hunk's text that is kept: what is longer is no small change of code.


class Origin(NamedTuple):
    """A commit that made a change: by whom, and whether to fix something."""

    hash: str
    author: str
    is_fix: bool


@dataclass(slots=True)
class Hunk:
    """`removed` lines from line `old` on became `added` lines from `new` on; lines count from 0.

    Where nothing was removed, `old` is the line before which the new ones came; where nothing was added, likewise.
    `before` and `after` are the texts, cut off where they are very long. `settle` replaces them by `origins`: the
    commits that made this change for a reason, none where it is cosmetic or part of a bulk change.
    """

    old: int
    removed: int
    new: int
    added: int
    before: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)
    origins: tuple[Origin, ...] = ()


@dataclass(slots=True)
class FileChange:
    """What a commit did to one file: its path before ("" for a new file) and after ("" where it is gone)."""

    old_path: str
    path: str
    hunks: list[Hunk] = field(default_factory=list)


@dataclass(slots=True)
class Commit:
    """One commit: after which, when (seconds since 1970), by whom, why, and what."""

    hash: str
    parents: tuple[str, ...]
    time: int
    author: str
    message: str
    files: list[FileChange] = field(default_factory=list)


def read_log(lines: Iterable[str]) -> Iterator[Commit]:
    """The commits that a log holds, in its order. Lines that it doesn't know are passed over."""
    commit: Commit | None = None
    header = ""
    for line in lines:
        if header or line.startswith("\0"):
            header += line
            if "\x1e" in line:
                if commit is not None:
                    yield commit
                commit, header = _commit(header), ""
        elif commit is not None:
            _read(commit, line.rstrip("\n"))
    if commit is not None:
        yield commit


def _commit(header: str) -> Commit:
    fields = header.strip("\0").partition("\x1e")[0].split("\x1f", 4)
    number, parents, time, author, message = [*fields, "", "", "", "", ""][:5]
    return Commit(number, tuple(parents.split()), int(time) if time.isdigit() else 0, author, message.strip())


def _read(commit: Commit, line: str) -> None:
    """One line of a commit's patch. With no context, a line that begins with + or - belongs to the last hunk."""
    change = commit.files[-1] if commit.files else None
    hunk = change.hunks[-1] if change is not None and change.hunks else None
    if line.startswith("diff --git "):
        commit.files.append(FileChange("", ""))
    elif change is None:
        return
    elif hunk is None and line.startswith(("--- ", "+++ ", "rename from ", "rename to ")):
        _name(change, line)
    elif found := _HUNK.match(line):
        old, removed, new, added = (1 if group is None else int(group) for group in found.groups())
        # Git counts from 1, and names the line before where nothing stands on a side.
        change.hunks.append(Hunk(old - bool(removed), removed, new - bool(added), added))
    elif hunk is not None and line[:1] in {"+", "-"}:
        text = hunk.after if line[0] == "+" else hunk.before
        if len(text) < _MOST_LINES:
            text.append(line[1:])


def _name(change: FileChange, line: str) -> None:
    word, _, path = line.rpartition(" ") if line.startswith("rename") else line.partition(" ")
    if line.startswith("rename from "):
        change.old_path = line.removeprefix("rename from ")
    elif line.startswith("rename to "):
        change.path = line.removeprefix("rename to ")
    elif path != "/dev/null":
        name = path.rstrip("\t")[2:]
        if word == "---":
            change.old_path = name
        else:
            change.path = name
