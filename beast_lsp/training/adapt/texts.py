"""What a delta is fitted to and judged by: the workspace's files, split, and laid out as the server's prompts are."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.subwords import FAMILIES
from beast_lsp.engine.tokens import indent_unit
from beast_lsp.router.backends.neural.prompt import PromptMaker
from beast_lsp.store.index.content import read_public_lines
from beast_lsp.store.index.walk import walk
from beast_lsp.training.completion.collect import SourceFile, is_copied, is_data, telling

_HELD_OUT, _WATCHED = 0.1, 0.2
"""Shares of a path's hash: below the first a file is held out; from there to the second, it says when to stop."""
_FEWEST = 2
_BLIND = 64
"""So many ids after the beginning of a window within a file are read, not predicted: an editor shows more before."""


@dataclass(frozen=True, slots=True)
class Split:
    """The files that a delta is fitted to, those that say when to stop, and those that judge it at the end."""

    fitted: Sequence[SourceFile]
    watched: Sequence[SourceFile]
    held_out: Sequence[SourceFile]

    @property
    def is_enough(self) -> bool:
        """Whether each part has files."""
        return min(len(self.fitted), len(self.held_out)) >= _FEWEST and len(self.watched) > 0


@dataclass(frozen=True, slots=True)
class Window:
    """Some ids as the server would feed them; those from number `first` on are to be predicted."""

    ids: Sequence[int]
    first: int

    @property
    def predicted(self) -> int:
        """How many ids are to be predicted."""
        return len(self.ids) - self.first


def workspace_files(folder: Path) -> Iterator[SourceFile]:
    """The code that the server's index would read, without secrets; what changed last comes first.

    Tables and what is in no known language are left out.
    """
    found = [one for one in walk(folder) if for_path(Path(one.path)).family in _LANGUAGES]
    for one in sorted(found, key=lambda one: (-one.mtime_ns, _place(one.path))):
        lines = read_public_lines(folder / one.path)
        if lines and not is_data(lines):
            yield SourceFile(one.path, for_path(Path(one.path)).family, lines)


def split(files: Sequence[SourceFile]) -> Split:
    """Splits files by a hash of their paths, so that another day's split is the same.

    What is held out and nearly a copy of another file counts nowhere: it would reward learning by heart.
    """
    ordered = sorted(files, key=lambda file: _place(file.path))
    held = max(_FEWEST, sum(_place(file.path) < _HELD_OUT for file in ordered))
    watched = max(held + 1, sum(_place(file.path) < _WATCHED for file in ordered))
    rest = ordered[held:]
    seen = set[int]().union(*(telling(file.lines) for file in rest))
    judges = []
    for file in ordered[:held]:
        lines = telling(file.lines)
        if not is_copied(lines, seen):
            judges.append(file)
            seen |= lines
    return Split(ordered[watched:], ordered[held:watched], judges)


def windows(prompts: PromptMaker, file: SourceFile, context: int) -> Iterator[Window]:
    """The prompts by which a server would ask for each part of a file, the last part first."""
    unit, end = indent_unit(file.lines), len(file.lines) - 1
    while end >= 0:
        if not file.lines[end].strip():
            end -= 1
            continue
        head = prompts.head(file.family, file.path, file.lines, end, unit, ())
        text = prompts.prefix(head, file.lines, end, file.lines[end].rstrip("\r\n"), unit)
        ids = [*head.ids, *text][:context]
        first = len(head.ids) + (_BLIND if head.first else 0)
        if first < len(ids):
            yield Window(ids, first)
        end = min(head.first, end) - 1


def _place(path: str) -> float:
    """A number in [0, 1) that a path always has."""
    return int.from_bytes(hashlib.sha256(path.encode("utf-8", "surrogatepass")).digest()[:6]) / (1 << 48)


_LANGUAGES = frozenset(FAMILIES) - {"text"}
