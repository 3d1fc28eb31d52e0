"""What .gitignore files hide, read without git.

The rules are git's: the deepest .gitignore with a matching pattern decides, within one file the last such
pattern; below them stands .git/info/exclude. A file below a hidden folder can't be brought back.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pathspec import GitIgnoreSpec


@dataclass(frozen=True, slots=True)
class IgnoreRules:
    """The rules in force in one folder, deepest first: patterns, and the folder (posix, with "/") they stand in.

    All paths are relative to one root; a folder's path ends in "/".
    """

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    def hides(self, path: str) -> bool:
        """Whether the file (or, with a "/" at its end, the folder) is ignored by what stands above it."""
        for base, spec in self.specs:
            verdict = spec.check_file(path[len(base) :]).include
            if verdict is not None:
                return verdict
        return False

    def entering(self, folder: Path, base: str) -> "IgnoreRules":
        """The rules inside `folder`, whose own .gitignore, if any, comes first."""
        return self.adding(folder / ".gitignore", base)

    def adding(self, file: Path, base: str) -> "IgnoreRules":
        """These rules after those of one file of patterns."""
        spec = _read(file)
        return self if spec is None else IgnoreRules(((base, spec), *self.specs))


def patterns(lines: Iterable[str], base: str = "") -> IgnoreRules:
    """Rules made from patterns; one that is no pattern is passed over."""
    spec = _compile(list(lines))
    return IgnoreRules(((base, spec),)) if spec else IgnoreRules()


def rules_above(folder: Path) -> tuple[str, IgnoreRules]:
    """What the repository around `folder` hides in it: the folder's path in the repository, and the rules.

    The path is "" where the folder is a repository's root or in none. A folder that is itself ignored was
    opened on purpose: the rules above it do not count.
    """
    parents = [folder, *folder.parents]
    top = next((number for number, parent in enumerate(parents) if (parent / ".git").exists()), None)
    if top is None:
        return "", IgnoreRules()
    root = parents[top]
    rules = IgnoreRules().adding(root / ".git" / "info" / "exclude", "")
    base = ""
    for parent in reversed(parents[1 : top + 1]):
        base = _below(root, parent)
        rules = rules.entering(parent, base)
        if rules.hides(_below(root, parents[parents.index(parent) - 1])):
            return "", IgnoreRules()
    return _below(root, folder), rules


def _below(root: Path, folder: Path) -> str:
    path = folder.relative_to(root).as_posix()
    return "" if path == "." else path + "/"


def _read(file: Path) -> GitIgnoreSpec | None:
    try:
        text = file.read_text("utf-8", "replace")
    except OSError:  # Missing, a folder or unreadable: git, too, goes on without it.
        return None
    return _compile(text.splitlines())


def _compile(lines: Sequence[str]) -> GitIgnoreSpec | None:
    try:
        spec = GitIgnoreSpec.from_lines(lines)
    except ValueError:
        spec = GitIgnoreSpec.from_lines([line for line in lines if _is_pattern(line)])
    return spec if len(spec) else None


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False
    return True
