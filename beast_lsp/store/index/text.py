"""The text index on disk: a base with n-gram indexes of every file, and a small delta with what changed since.

    text/current.json     the layers in force
    text/base-3/          layer.json (the files as they were read), and one folder per language family, which holds
                          the n-gram index and, in `pieces/`, the piece index of the same files
    text/delta-7/         the same; its layer.json also names the base's files that no longer hold ("dead")

A layer is written beside the others and put in force by replacing `current.json`, so whoever dies half-way
leaves the old index whole. One builder works at a time; readers never wait.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.languages import for_path
from beast_lsp.engine.ngram.build import FORMAT as NGRAM_FORMAT
from beast_lsp.engine.ngram.build import build
from beast_lsp.engine.retrieval.build import FORMAT as PIECE_FORMAT
from beast_lsp.engine.retrieval.build import PieceRecorder
from beast_lsp.errors import ModelError
from beast_lsp.store.index.content import read_public_lines
from beast_lsp.store.index.walk import FoundFile

if TYPE_CHECKING:
    from beast_lsp.engine.ngram.index import NgramIndex

_FORMAT = f"1.{NGRAM_FORMAT}.{PIECE_FORMAT}"
_CURRENT = "current.json"
# A delta is rebuilt at every save, so it stays small: at most this share of the base, or this many bytes.
_MERGE_SHARE, _MERGE_BYTES = 1 / 8, 1_000_000


@dataclass(frozen=True, slots=True)
class IndexLayer:
    """One n-gram index, without the files `dead` (relative paths), which a later layer or a deletion replaced."""

    index: NgramIndex
    dead: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Layer:
    """A layer's folder, the files that it was built from, and what it takes from the layer below."""

    name: str
    files: Mapping[str, FoundFile]
    families: tuple[str, ...]
    dead: frozenset[str] = field(default_factory=frozenset)


def open_layers(home: Path) -> dict[str, tuple[IndexLayer, ...]]:
    """Maps the layers in force by language family, base first; nothing where none was built.

    Raises ModelError where they are damaged; `discard` then makes the next build start over.
    """
    from beast_lsp.engine.ngram.index import NgramIndex  # noqa: PLC0415 - numpy loads with the first index.

    current = _current(home)
    found: dict[str, list[IndexLayer]] = {}
    for layer in current:
        dead = current[1].dead if len(current) > 1 and layer is current[0] else frozenset[str]()
        for family in layer.families:
            index = NgramIndex.open(home / layer.name / family)
            found.setdefault(family, []).append(IndexLayer(index, dead))
    return {family: tuple(layers) for family, layers in found.items()}


def discard(home: Path) -> None:
    """Puts no layer in force. Raises OSError where the folder can't be written."""
    (home / _CURRENT).unlink(missing_ok=True)


class TextBuilder:
    """Brings the layers up to date with the folder's files. Runs in the batch process, under a lock."""

    def __init__(self, home: Path, folder: Path, max_lines: int, progress: Callable[[int, int], None]) -> None:
        self._home = home
        self._folder = folder
        self._max_lines = max_lines
        self._progress = progress
        try:
            self._layers = _current(home)
        except ModelError:
            self._layers = ()

    @property
    def known(self) -> dict[str, FoundFile] | None:
        """The files that the layers in force were built from; None where there are none."""
        if not self._layers:
            return None
        base = self._layers[0].files
        if len(self._layers) == 1:
            return dict(base)
        delta = self._layers[1]
        return {path: file for path, file in base.items() if path not in delta.dead} | dict(delta.files)

    def update(self, found: Mapping[str, FoundFile]) -> None:
        """Makes the layers show `found`. Raises OSError where they can't be written."""
        base = self._layers[0].files if self._layers else {}
        changed = {path: file for path, file in found.items() if base.get(path) != file}
        dead = frozenset(path for path in base if path in changed or path not in found)
        if not self._layers or self._is_large(changed, dead):
            self._put_in_force(self._write("base", found, frozenset()))
        elif not changed and not dead:
            self._put_in_force(self._layers[0])
        elif len(self._layers) == 1 or (self._layers[1].files, self._layers[1].dead) != (changed, dead):
            self._put_in_force(self._layers[0], self._write("delta", changed, dead))

    def _is_large(self, changed: Mapping[str, FoundFile], dead: frozenset[str]) -> bool:
        base = self._layers[0].files
        moved = sum(file.size for file in changed.values()) + sum(base[path].size for path in dead)
        return moved > max(_MERGE_BYTES, _MERGE_SHARE * sum(file.size for file in base.values()))

    def _write(self, kind: str, files: Mapping[str, FoundFile], dead: frozenset[str]) -> _Layer:
        """Builds a layer in a temporary folder and names it; leaves nothing where that fails."""
        temporary = self._home / f"new.{os.getpid()}"
        shutil.rmtree(temporary, ignore_errors=True)
        temporary.mkdir(parents=True)
        try:
            families = self._build(temporary, files)
            layer = _Layer(f"{kind}-{_next_number(self._home)}", files, families, dead)
            _write_json(temporary / "layer.json", _to_json(layer))
            temporary.rename(self._home / layer.name)
        except BaseException:
            shutil.rmtree(temporary, ignore_errors=True)  # A full disk needs the room.
            raise
        return layer

    def _build(self, folder: Path, files: Mapping[str, FoundFile]) -> tuple[str, ...]:
        """Writes an index per language family into `folder`: the one with the most files first, plain text last."""
        from beast_lsp.engine.embedding import Embedding  # noqa: PLC0415 - numpy loads with the first index.

        groups: dict[str, list[str]] = {}
        for path in files:
            groups.setdefault(for_path(Path(path)).family, []).append(path)
        reader = _Reader(self._folder, self._max_lines, lambda done: self._progress(done, len(files)))
        families = sorted(groups, key=lambda family: (family == "text", -len(groups[family])))
        embedding = Embedding.shipped()
        for family in families:
            recorder = PieceRecorder(embedding)
            build(recorder.record(reader.read(groups[family])), folder / family, family)
            recorder.write(folder / family)
        return tuple(families)

    def _put_in_force(self, *layers: _Layer) -> None:
        names = [layer.name for layer in layers]
        if [layer.name for layer in self._layers] != names:
            _write_json(self._home / _CURRENT, {"format": _FORMAT, "layers": names})
            self._layers = layers
        for entry in self._home.iterdir():
            # An open map keeps its file's content after the name is gone (not on Windows, where it stays for now).
            if entry.is_dir() and entry.name not in names:
                shutil.rmtree(entry, ignore_errors=True)


class _Reader:
    """Reads files one after the other, until the index holds as many lines as it may."""

    def __init__(self, folder: Path, max_lines: int, progress: Callable[[int], None]) -> None:
        self._folder = folder
        self._left = max_lines
        self._progress = progress
        self._done = 0

    def read(self, paths: Sequence[str]) -> Iterator[tuple[str, Sequence[str]]]:
        for path in paths:
            lines = read_public_lines(self._folder / path) if self._left > 0 else None
            if lines is not None:
                self._left -= len(lines)
                yield path, lines
            self._done += 1
            self._progress(self._done)


def _current(home: Path) -> tuple[_Layer, ...]:
    """The layers in force. Raises ModelError where what should be there is not."""
    try:
        head = json.loads((home / _CURRENT).read_text())
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as problem:
        raise _damaged(home, problem) from problem
    try:
        if head["format"] != _FORMAT:
            return ()
        return tuple(_from_json(name, json.loads((home / name / "layer.json").read_text())) for name in head["layers"])
    except (OSError, ValueError, LookupError, TypeError, AttributeError) as problem:
        raise _damaged(home, problem) from problem


def _damaged(home: Path, problem: Exception) -> ModelError:
    return ModelError(f"The index in {home} can't be read: {problem}.", hint="It will be rebuilt.")


def _to_json(layer: _Layer) -> dict[str, Any]:
    files = {path: [file.mtime_ns, file.size] for path, file in layer.files.items()}
    return {"files": files, "families": layer.families, "dead": sorted(layer.dead)}


def _from_json(name: str, data: dict[str, Any]) -> _Layer:
    files = {path: FoundFile(path, mtime_ns, size) for path, (mtime_ns, size) in data["files"].items()}
    return _Layer(name, files, tuple(data["families"]), frozenset(data["dead"]))


def _write_json(file: Path, data: object) -> None:
    temporary = file.with_name(file.name + ".new")
    temporary.write_text(json.dumps(data))
    temporary.replace(file)


def _next_number(home: Path) -> int:
    numbers = [entry.name.rpartition("-")[2] for entry in home.iterdir()]
    return 1 + max((int(number) for number in numbers if number.isdigit()), default=0)
