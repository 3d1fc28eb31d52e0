"""Encodes the collected code: one file of ids a repository, and the recipe that tells how to get the same again.

    python -m beast_lsp.training.completion.pack COLLECTED TOKENIZER.json OUTPUT RECIPE.json

The recipe holds repositories, commits, sizes and hashes, no code: who checks the same commits out gets the same ids.
"""

import argparse
import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.progress import track

from beast_lsp.engine.subwords import Subwords
from beast_lsp.training.completion.collect import Collected, SourceFile

Ids = "np.ndarray[tuple[int], np.dtype[np.uint16]]"


@dataclass(frozen=True)
class Packed:
    """The files of one repository in one language family.

    `ids` are all their pieces; file i is `ids[starts[i]:starts[i + 1]]`, and its path `paths[i]`.
    """

    name: str
    family: str
    ids: Any  # uint16, one dimension.
    starts: Any  # int64, one more than files.
    paths: list[list[int]]

    def file(self, number: int) -> Any:
        """The ids of a file."""
        return self.ids[self.starts[number] : self.starts[number + 1]]


def main() -> None:
    """Runs the stage from the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collected", type=Path)
    parser.add_argument("tokenizer", type=Path)
    parser.add_argument("output", type=Path)
    parser.add_argument("recipe", type=Path)
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    subwords = Subwords.load(options.tokenizer)
    recipe: dict[str, dict[str, object]] = {}
    for path in track(sorted(options.collected.glob("*.xz")), "packing"):
        collected = Collected.load(path)
        digest, count = hashlib.sha256(), 0
        for family in sorted({file.family for file in collected.files}):
            packed = pack(collected, family, subwords)
            save(packed, options.output / f"{family}-{path.stem}.npz")
            digest.update(packed.ids.tobytes())
            count += len(packed.ids)
        recipe[collected.name] = {
            "commit": collected.commit,
            "files": len(collected.files),
            "ids": count,
            "sha256": digest.hexdigest(),
        }
    options.recipe.write_text(json.dumps(recipe, indent=1, sort_keys=True) + "\n", "utf-8")
    total = sum(int(str(entry["ids"])) for entry in recipe.values())
    print(f"{len(recipe)} repositories, {total:,} ids")


def pack(collected: Collected, family: str, subwords: Subwords) -> Packed:
    """The files of one family, encoded."""
    files: list[SourceFile] = [file for file in collected.files if file.family == family]
    encoded = [np.array(subwords.encode_file(file.lines), dtype=np.uint16) for file in files]
    starts = np.cumsum([0, *map(len, encoded)])
    ids = np.concatenate(encoded) if encoded else np.empty(0, dtype=np.uint16)
    return Packed(collected.name, family, ids, starts, [subwords.encode_path(file.path) for file in files])


def save(packed: Packed, path: Path) -> None:
    """Writes a packed repository."""
    lengths = [len(known) for known in packed.paths]
    np.savez(
        path,
        name=np.array(packed.name),
        family=np.array(packed.family),
        ids=packed.ids,
        starts=packed.starts,
        paths=np.array([piece for known in packed.paths for piece in known], dtype=np.uint16),
        path_ends=np.cumsum(lengths),
    )


def load(path: Path) -> Packed:
    """Reads what `save` wrote."""
    with np.load(path) as table:
        pieces = np.split(table["paths"], table["path_ends"][:-1])
        paths = [known.tolist() for known in pieces]
        return Packed(str(table["name"]), str(table["family"]), table["ids"], table["starts"], paths)


if __name__ == "__main__":
    main()
