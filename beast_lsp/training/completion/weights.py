"""The file of weights that a run leaves and a later one goes on from: 16-bit floats, readable anywhere."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from beast_lsp.errors import ModelError

FORMAT = 1


def write_weights(path: Path, state: Mapping[str, Any], size: str, tokens: int, step: int) -> None:
    """Writes float arrays by name, the name of the model's size, and how many tokens and steps it has seen."""
    unfinished = path.with_suffix(".part.npz")
    arrays: dict[str, Any] = {name: value.astype(np.float16) for name, value in state.items()}
    np.savez(unfinished, _format=FORMAT, _size=size, _tokens=tokens, _step=step, **arrays)
    unfinished.replace(path)


def read_weights(path: Path) -> tuple[dict[str, Any], int, int]:
    """The float16 arrays by name, tokens and steps. Raises ModelError where the file can't be used."""
    try:
        with path.open("rb") as stream, np.load(stream) as table:
            if int(table["_format"]) != FORMAT:
                raise ModelError(f"{path} has format {table['_format']}, expected {FORMAT}.")
            state = {name: table[name] for name in table.files if not name.startswith("_")}
            return state, int(table["_tokens"]), int(table["_step"])
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as problem:
        raise ModelError(f"{path} can't be used: {problem}.") from problem


def read_size(path: Path) -> str:
    """The name of the size of the model whose weights these are; read them first, for their errors."""
    with np.load(path) as table:
        return str(table["_size"])
