"""Mines labels and features from the histories of clones.

    beast-lsp train quality mine CLONES OUTPUT --family python

CLONES holds full clones (bare ones too), each in a folder `owner__name`. For each first of July since 2014 whose next
twelve months are over, every function is measured as it stood, with what the year before says of it and whether a fix
touched it in the year after. Reserved repositories are refused, and so are licences that are not permissive.
A repository that OUTPUT has already is not mined again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.history.log import Commit
from beast_lsp.engine.history.moment import Moment, moment, newest
from beast_lsp.engine.history.past import YEAR
from beast_lsp.engine.languages import LANGUAGES, for_path
from beast_lsp.errors import HistoryError
from beast_lsp.store.history.git import Git
from beast_lsp.store.history.sources import Measures, files_of_commit
from beast_lsp.training.corpus import licence_kinds, part
from beast_lsp.training.quality.rows import Mined, rows_of

FIRST_YEAR = 2014
_FEWEST = 30  # functions; a smaller package says little about percentiles.


def mine(clones: Path, output: Path, family: str, only: Sequence[str] = ()) -> None:
    """Mines each clone below `clones`, or those that are named "owner/name", into `output`/owner__name.npz."""
    output.mkdir(parents=True, exist_ok=True)
    for clone in sorted(clones.iterdir()):
        name, target = clone.name.replace("__", "/", 1), output / f"{clone.name}.npz"
        if target.exists() or (only and name not in only) or part(name) == "reserved":
            continue
        try:
            mined = mine_clone(clone, name, family)
        except HistoryError as problem:
            print(f"{name}: {problem}")
            continue
        if mined is None:
            print(f"{name}: not taken (its licence, its language or its size)")
            continue
        mined.save(target)
        rows = mined.functions
        print(f"{name}: {len(rows.years):,} rows, {(rows.fixes > 0).mean():.3f} fixed within a year", flush=True)


def mine_clone(clone: Path, name: str, family: str) -> Mined | None:
    """A clone's rows; None where its licence is not permissive or it has hardly any code of the family.

    Raises HistoryError.
    """
    git = Git(clone)
    kinds = _licence(git)
    suffixes = tuple(sorted({end for each in LANGUAGES.values() if each.family == family for end in each.extensions}))
    if not kinds and part(name) == "train":
        return None
    log = list(git.log(suffixes))
    moments = list(_moments(git, log, family)) if log else []
    functions, files = rows_of(moments)
    if len(functions.years) < _FEWEST:
        return None
    return Mined(name, log[0].hash, kinds, functions, files)


def _moments(git: Git, log: Sequence[Commit], family: str) -> Iterator[tuple[int, Moment]]:
    known: dict[str, Measures | None] = {}

    def wanted(path: str) -> bool:
        return for_path(Path(path)).family == family and not is_test(path)

    for year in range(FIRST_YEAR, datetime.fromtimestamp(log[0].time, UTC).year + 1):
        time = datetime(year, 7, 1, tzinfo=UTC).timestamp()
        commit = newest(log, time)
        if commit is None or time + YEAR > log[0].time:
            continue
        files = files_of_commit(git, commit.hash, known, wanted)
        found = moment(time, files, log)
        if len(found.functions) >= _FEWEST:
            yield year, found


def _licence(git: Git) -> str:
    top = [(path, blob) for path, blob in git.files("HEAD") if path.lower().startswith(("licen", "copying"))]
    top = [(path, blob) for path, blob in top if "/" not in path]
    return licence_kinds([text.decode("utf-8", "replace") for text in git.texts([blob for _, blob in top])])
