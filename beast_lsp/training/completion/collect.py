"""Collects the code that the completion model is trained on, from local checkouts.

    python -m beast_lsp.training.completion.collect CHECKOUTS OUTPUT

Only the train part of the split, only permissive licences, and none of the repositories whose replays train the
calibrator, so that what the calibrator sees of the model is honest. Secrets and mail addresses are taken out,
generated and near-duplicate files are left out. One file a repository in OUTPUT, and in OUTPUT/validation those that
nothing is trained on; a stopped run goes on where it was.
"""

import argparse
import json
import lzma
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.subwords import FAMILIES
from beast_lsp.store.index.content import read_public_lines
from beast_lsp.store.index.walk import walk
from beast_lsp.training.corpus import REPLAYED, licence, train_repositories

VALIDATION = frozenset(
    {
        "encode/httpx",
        "go-chi/chi",
        "marshmallow-code/marshmallow",
        "pallets/jinja",
        "pmndrs/zustand",
        "simonw/datasette",
        "unjs/h3",
    }
)
"""Replayed repositories, so never trained on, by which a run is watched."""

_MAIL = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_ADDRESS = "user@example.com"
_TELLING = 20  # Shorter lines stand in every file; they don't tell whether it was copied.
_COPIED = 0.7  # A file with such a share of lines that others hold too is a near-duplicate.
_MAX_LINES = 6_000  # Longer files are tables, or would drown the rest of their repository.
_MEAN_WIDTH = 120  # Wider files are data.


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a repository: its relative path, its language family, and its lines."""

    path: str
    family: str
    lines: Sequence[str]


@dataclass(frozen=True, slots=True)
class Collected:
    """What was collected of one repository at one commit ("" where the checkout does not say)."""

    name: str
    commit: str
    files: Sequence[SourceFile]
    licence: str = ""

    def save(self, path: Path) -> None:
        """Writes it, compressed; the file is there whole or not at all."""
        files = [(file.path, file.family, "".join(file.lines)) for file in self.files]
        facts = {"name": self.name, "commit": self.commit, "licence": self.licence}
        text = json.dumps({**facts, "files": files})
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(lzma.compress(text.encode("utf-8", "surrogatepass"), preset=1))
        unfinished.replace(path)

    @classmethod
    def load(cls, path: Path) -> "Collected":
        """Reads what `save` wrote."""
        known = json.loads(lzma.decompress(path.read_bytes()))
        files = [SourceFile(where, family, text.splitlines(keepends=True)) for where, family, text in known["files"]]
        return cls(known["name"], known["commit"], files, known.get("licence", ""))


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkouts", type=Path, help="folder of checkouts named owner__name")
    parser.add_argument("output", type=Path)
    options = parser.parse_args()
    seen: set[int] = set()
    # Last, so that what is near a file that was trained on does not come into the validation.
    for part, repositories in (
        (options.output, training_repositories(options.checkouts)),
        (options.output / "validation", validation_repositories(options.checkouts)),
    ):
        part.mkdir(parents=True, exist_ok=True)
        for name, folder in track(repositories, f"collecting into {part.name}"):
            print(collect(name, folder, part / f"{name.replace('/', '__')}.xz", seen), flush=True)


def collect(name: str, folder: Path, target: Path, seen: set[int]) -> str:
    """Collects one repository, unless that was done; a line that says what there is."""
    if target.exists():
        collected = Collected.load(target)
        for file in collected.files:
            seen.update(telling(file.lines))
    else:
        collected = Collected(name, _commit(folder), list(_files(folder, seen)), licence(folder))
        collected.save(target)
    lines = sum(len(file.lines) for file in collected.files)
    return f"{name}: {len(collected.files):,} files, {lines:,} lines"


def training_repositories(checkouts: Path) -> list[tuple[str, Path]]:
    """The (name, path) of each repository that the completion model may learn from."""
    replayed = {name for names in REPLAYED.values() for name in names}
    return [(name, path) for name, path in train_repositories(checkouts) if name not in replayed]


def validation_repositories(checkouts: Path) -> list[tuple[str, Path]]:
    """The (name, path) of each repository that a run is watched by."""
    return [(name, path) for name, path in train_repositories(checkouts) if name in VALIDATION]


def _files(folder: Path, seen: set[int]) -> Iterator[SourceFile]:
    """The files that are worth learning from; `seen` holds the telling lines of everything collected so far."""
    for found in walk(folder):
        family = for_path(Path(found.path)).family
        if family == "text" or family not in FAMILIES:
            continue
        lines = read_public_lines(folder / found.path)
        if not lines or is_data(lines):
            continue
        found_lines = telling(lines)
        if is_copied(found_lines, seen):
            continue
        seen |= found_lines
        yield SourceFile(found.path, family, [_MAIL.sub(_ADDRESS, line) for line in lines])


def is_data(lines: Sequence[str]) -> bool:
    """Whether a file is a table rather than code, or would drown the others."""
    return len(lines) > _MAX_LINES or sum(map(len, lines)) > _MEAN_WIDTH * len(lines)


def telling(lines: Sequence[str]) -> set[int]:
    """The lines that don't stand in every file, as hashes of this process."""
    return {hash(bare) for line in lines if len(bare := line.strip()) >= _TELLING}


def is_copied(lines: set[int], seen: set[int]) -> bool:
    """Whether most of a file's telling lines were seen in others."""
    return bool(lines) and len(lines & seen) > _COPIED * len(lines)


def _commit(folder: Path) -> str:
    """The commit of a checkout: git's, or that of a file `.commit` where it was exported."""
    noted = folder / ".commit"
    if noted.exists():
        return noted.read_text("utf-8").strip()
    git = ["git", "-C", str(folder), "rev-parse", "HEAD"]
    if not (folder / ".git").exists():
        return ""
    return subprocess.run(git, capture_output=True, text=True, check=False).stdout.strip()  # noqa: S603 - fixed words.


if __name__ == "__main__":
    main()
