"""Encodes the collected code: one file of ids a repository, and the recipe that tells how to get the same again.

    python -m beast_lsp.training.completion.pack COLLECTED TOKENIZER.json OUTPUT RECIPE.json

leaves OUTPUT/train and, of COLLECTED/validation, OUTPUT/validation. The recipe holds repositories, commits, sizes and
hashes, no code: who checks the same commits out gets the same ids.
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
from beast_lsp.errors import ModelError
from beast_lsp.training.completion.collect import Collected, SourceFile


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
    try:
        subwords = Subwords.load(options.tokenizer)
    except ModelError as problem:
        parser.error(str(problem))
    recipe = {
        **pack_all(options.collected, subwords, options.output / "train"),
        **pack_all(options.collected / "validation", subwords, options.output / "validation"),
    }
    options.recipe.write_text(json.dumps(recipe, indent=1, sort_keys=True) + "\n", "utf-8")
    for part in ("train", "validation"):
        counts = [int(str(entry["ids"])) for entry in recipe.values() if entry["part"] == part]
        print(f"{part}: {len(counts)} repositories, {sum(counts):,} ids")


def pack_all(collected: Path, subwords: Subwords, output: Path) -> dict[str, dict[str, object]]:
    """Packs every repository that was collected in a folder; returns their part of the recipe."""
    output.mkdir(parents=True, exist_ok=True)
    recipe = {}
    for path in track(sorted(collected.glob("*.xz")), f"packing for {output.name}"):
        known = Collected.load(path)
        packed = [pack(known, family, subwords) for family in sorted({file.family for file in known.files})]
        for one in packed:
            save(one, output / f"{one.family}-{path.stem}.npz")
        recipe[known.name] = {
            "part": output.name,
            "commit": known.commit,
            "licence": known.licence,
            "files": len(known.files),
            "ids": sum(len(one.ids) for one in packed),
            "sha256": hashlib.sha256(b"".join(one.ids.tobytes() for one in packed)).hexdigest(),
        }
    return recipe


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
