"""The measured files of a folder: those of a commit, or those on disk."""

from __future__ import annotations

from collections.abc import Callable, Iterator, MutableMapping
from pathlib import Path, PurePosixPath

from beast_lsp.engine.history.moment import MeasuredFile
from beast_lsp.engine.languages import LANGUAGES, for_path
from beast_lsp.engine.quality.metrics import Measured, measure, measure_file
from beast_lsp.engine.syntax import parse
from beast_lsp.store.history.git import Git
from beast_lsp.store.index.content import lines_of, read_lines
from beast_lsp.store.index.filters import is_left_out_file, is_left_out_folder
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.walk import walk

Measures = tuple[Measured, tuple[Measured, ...]]
"""A file as a whole, and its functions."""
SUFFIXES = tuple(sorted({suffix for language in LANGUAGES.values() for suffix in language.extensions}))
_AT_ONCE = 200


def files_of_commit(
    git: Git, revision: str, known: MutableMapping[str, Measures | None], is_wanted: Callable[[str], bool] = bool
) -> list[MeasuredFile]:
    """The measured files of code in a commit. Raises HistoryError.

    `known` holds what was measured of blobs before and takes what is measured now: most files stay as they are from
    one moment to the next.
    """
    files = [(path, blob) for path, blob in git.files(revision) if _counts(path) and is_wanted(path)]
    unknown = list(dict.fromkeys((blob, path) for path, blob in files if blob not in known))
    for start in range(0, len(unknown), _AT_ONCE):
        batch = unknown[start : start + _AT_ONCE]
        for (blob, path), data in zip(batch, git.texts([blob for blob, _ in batch]), strict=True):
            known[blob] = _measures(path, lines_of(data))
    return [MeasuredFile(path, *found) for path, blob in files if (found := known[blob]) is not None]


def files_on_disk(folder: Path, options: IndexOptions = DEFAULTS) -> Iterator[MeasuredFile]:
    """The measured files of code that the index would take in."""
    for found in walk(folder, options):
        if for_path(Path(found.path)).has_grammar:
            measures = _measures(found.path, read_lines(folder / found.path))
            if measures is not None:
                yield MeasuredFile(found.path, *measures)


def _counts(path: str) -> bool:
    """Whether a path in a repository is one that the index would take in, as far as names tell."""
    pure = PurePosixPath(path)
    left_out = any(is_left_out_folder(part, (), ()) for part in pure.parts[:-1])
    return not left_out and for_path(Path(pure)).has_grammar and not is_left_out_file(pure.name)


def _measures(path: str, lines: list[str] | None) -> Measures | None:
    tree = parse(for_path(Path(path)).name, lines) if lines else None
    if tree is None:
        return None
    functions = tuple(measure(tree))
    return measure_file(tree, functions), functions
