"""What `beast-lsp train adapt` learned of one workspace: a small change of what the completion model's head reads.

A state h after the last norm becomes h + up (down h) before it is scored, and every id's score gets a bias (a low-rank
update as in LoRA, Hu et al., 2021). A delta is for one folder and one model file; it lies in the user's data folder
and nowhere else, so that no workspace can bring its own.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import IO, Any, Protocol

import numpy as np

from beast_lsp import paths
from beast_lsp.errors import ModelError

FORMAT = 1
_AGAIN = "Run `beast-lsp train adapt` again."
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Facts:
    """Where a delta is from: the folder, the SHA-256 of the model's file, the day, and what it brought.

    `before` and `after` are nats an id on `files` files that it never saw; `ids` is how many it was fitted to.
    """

    folder: str
    model: str
    day: str
    before: float
    after: float
    files: int
    ids: int

    @property
    def gain(self) -> float:
        """The share of the loss that the delta takes away."""
        return 1.0 - self.after / self.before if self.before else 0.0


@dataclass(frozen=True)
class Delta:
    """`down` (width, rank), `up` (rank, width) and `bias` (vocabulary), all float32."""

    down: Any
    up: Any
    bias: Any
    facts: Facts | None = None

    @classmethod
    def none(cls, width: int, vocabulary: int) -> Delta:
        """A delta that changes nothing."""
        shapes = ((width, 1), (1, width), (vocabulary,))
        down, up, bias = (np.zeros(shape, np.float32) for shape in shapes)
        return cls(down, up, bias)

    @cached_property
    def arrays(self) -> Mapping[str, Any]:
        """The parts by their names."""
        return {"down": self.down, "up": self.up, "bias": self.bias}

    def fits(self, width: int, vocabulary: int) -> bool:
        """Whether the parts are those of a model of such a shape."""
        rank = self.down.shape[-1]
        shapes = ((width, rank), (rank, width), (vocabulary,))
        return tuple(array.shape for array in self.arrays.values()) == shapes

    def save(self, path: Path) -> None:
        """Writes the delta, whole or not at all. Raises ModelError where the place can't be written to."""
        with _new_file(path) as file:
            facts = json.dumps(asdict(self.facts) if self.facts else {})
            np.savez(file, format=np.array(FORMAT), facts=np.array(facts), **self.arrays)

    @classmethod
    def load(cls, path: Path) -> Delta:
        """Reads what `save` wrote. Raises ModelError where it can't be used."""
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as table:
                if int(table["format"]) != FORMAT:
                    raise ModelError(f"{path} has format {table['format']}, expected {FORMAT}.", hint=_AGAIN)
                down, up, bias = (np.ascontiguousarray(table[name], np.float32) for name in ("down", "up", "bias"))
                delta = cls(down, up, bias, Facts(**json.loads(str(table["facts"]))))
        except ModelError:
            raise
        except Exception as problem:
            # The archive's and the arrays' readers raise a type of their own for each kind of damage.
            raise ModelError(f"{path} can't be used: {problem}.", hint=_AGAIN) from problem
        if not all(np.isfinite(array).all() for array in delta.arrays.values()):
            raise ModelError(f"{path} can't be used: it holds what is no number.", hint=_AGAIN)
        return delta


def delta_file(folder: Path) -> Path:
    """Where the delta of a workspace folder lies, if it has one."""
    key = hashlib.sha256(str(folder.resolve()).encode("utf-8", "surrogateescape")).hexdigest()[:24]
    return _folder() / f"{key}.npz"


def check_place(path: Path) -> None:
    """Tries whether a delta can be written. Raises ModelError where it can't; the file stays as it is."""
    with suppress(_NotMeant), _new_file(path):
        raise _NotMeant


def installed() -> Iterator[tuple[Path, Delta | ModelError]]:
    """Every delta in the data folder, or why it can't be used."""
    for path in sorted(_folder().glob("*.npz")):
        try:
            yield path, Delta.load(path)
        except ModelError as problem:
            yield path, problem


def refusal(delta: Delta, sha256: str) -> str:
    """Why a delta is not for the model whose file has this hash; empty where it is."""
    if delta.facts is not None and delta.facts.model == sha256:
        return ""
    return f"it was made for another completion model. {_AGAIN}"


class Adaptable(Protocol):
    """What is asked of a model that deltas are for (`model.LanguageModel`)."""

    sha256: str
    width: int
    vocabulary: int


class Deltas:
    """The deltas of workspace folders for one model. A file is read once, and again after it changed."""

    def __init__(self, model: Adaptable) -> None:
        self._model = model
        self._files: dict[Path, Path] = {}
        self._known: dict[Path, tuple[int, Delta | None]] = {}

    def of(self, folder: Path | None) -> Delta | None:
        """The delta of a folder; None without one that can be used, for which the log has the reason."""
        if folder is None:
            return None
        path = self._files.get(folder) or self._files.setdefault(folder, delta_file(folder))
        changed = 0
        with suppress(OSError):
            changed = path.stat().st_mtime_ns
        known = self._known.get(path)
        if known is None or known[0] != changed:
            known = self._known[path] = (changed, self._read(path) if changed else None)
        return known[1]

    def _read(self, path: Path) -> Delta | None:
        try:
            delta = Delta.load(path)
        except ModelError as problem:
            _log.warning("The completion model goes without its delta: %s", problem)
            return None
        reason = refusal(delta, self._model.sha256)
        if not reason and not delta.fits(self._model.width, self._model.vocabulary):
            reason = f"it is of another shape than the model. {_AGAIN}"
        if reason:
            _log.warning("The completion model goes without its delta %s: %s", path, reason)
            return None
        _log.info("The completion model reads %s by the delta %s", delta.facts.folder if delta.facts else "", path)
        return delta


@contextmanager
def _new_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that takes the place of `path` when the block has ended well; ModelError where it can't be written."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # A name of its own: another run may be writing the same delta.
        handle, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
            Path(name).replace(path)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as problem:
        hint = "See that the disk has room and may be written to."
        raise ModelError(f"{path} can't be written: {problem.strerror}.", hint=hint) from problem


class _NotMeant(Exception):  # noqa: N818 - it ends a trial, and is no error.
    pass


def _folder() -> Path:
    return paths.data_folder() / "deltas"
