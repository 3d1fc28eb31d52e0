"""Copies of a workspace to cut functions out of: without version control, build output and what nobody edits."""

import os
import random
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePosixPath

from beast_lsp.engine.languages import for_path

# What tools make or fetch; a body that also stands there would be no hole.
_LEFT_OUT = frozenset(
    {
        ".git", ".hg", ".svn", ".jj", "node_modules", "__pycache__", ".venv", "venv", ".tox", ".nox", ".eggs",
        ".mypy_cache", ".ruff_cache", ".pytest_cache", ".hypothesis", ".cache", ".next", ".turbo", ".gradle",
    }
)  # fmt: skip
_LEFT_OUT_AT_TOP = frozenset({"build", "dist", "target", "out", "site"})
_MOST_BYTES = 1_000_000
_SNIFFED = 8_192  # bytes; a zero among them means that the file is no text.


class Texts:
    """The files of a workspace, to count how often a piece of code stands in them.

    Indentation and blank lines don't count: code that moved into a class is still a copy.
    """

    def __init__(self, folder: Path, paths: Iterable[str]) -> None:
        texts = (_bare(read_source(folder / path) or "") for path in paths)
        self._all = "\0".join(texts)

    def count(self, code: str) -> int:
        """How often `code` stands in the files."""
        return self._all.count(_bare(code))


def copy_workspace(source: Path, target: Path, most_files: int = 1_000_000) -> list[str]:
    """Copies the files that a person edits to `target` and returns their relative paths, sorted, with `/`.

    Links are left out (one could lead back to the original), so are binary files, files over 1 MB, what can't
    be read, and whatever lies beyond `most_files`. Raises OSError where `source` is no folder.
    """
    if not source.is_dir():
        raise NotADirectoryError(f"{source} is not a folder")
    paths: list[str] = []
    for path in _files(source):
        if len(paths) == most_files:
            break
        try:
            content = (source / path).read_bytes()
        except OSError:
            continue
        if b"\0" not in content[:_SNIFFED]:
            destination = target / path
            destination.parent.mkdir(parents=True, exist_ok=True)
            destination.write_bytes(content)
            paths.append(path)
    return sorted(paths)


def code_paths(paths: Iterable[str], family: str | None = None) -> list[str]:
    """The paths of a language with a grammar, or of one family of languages."""
    return [path for path in paths if _fits(path, family)]


def keep_only(folder: Path, paths: Sequence[str], count: int, seed: int = 1, family: str | None = None) -> list[str]:
    """Makes a small workspace: deletes all code below `folder` but `count` files drawn at random.

    Returns what is left of `paths`, code and other files.
    """
    code = sorted(code_paths(paths, family))
    kept = set(random.Random(seed).sample(code, min(count, len(code))))  # noqa: S311 - a repeatable choice.
    gone = set(code_paths(paths)) - kept
    for path in gone:
        (folder / path).unlink()
    return [path for path in paths if path not in gone]


def read_source(path: Path) -> str | None:
    """The text of a file that people edit; None where it isn't UTF-8, or has line ends other than LF."""
    try:
        text = path.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\r" in text else text


def _bare(text: str) -> str:
    return "\n".join(stripped for line in text.split("\n") if (stripped := line.strip()))


def _fits(path: str, family: str | None) -> bool:
    language = for_path(Path(path))
    return language.family == family if family else language.has_grammar


def _files(source: Path) -> Iterator[str]:
    for place, folders, names in os.walk(source):
        here = Path(place)
        relative = PurePosixPath(here.relative_to(source).as_posix())
        folders[:] = sorted(name for name in folders if not _is_left_out(here / name, here == source))
        for name in sorted(names):
            file = here / name
            if not file.is_symlink() and file.is_file() and file.stat().st_size <= _MOST_BYTES:
                yield str(relative / name)


def _is_left_out(folder: Path, at_top: bool) -> bool:
    name = folder.name
    return (
        name in _LEFT_OUT
        or name.endswith(".egg-info")
        or (at_top and name in _LEFT_OUT_AT_TOP)
        or folder.is_symlink()
        or (folder / "pyvenv.cfg").exists()
        or (folder / "CACHEDIR.TAG").exists()
    )
