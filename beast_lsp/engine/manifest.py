"""The list of the model files that ship, with their sizes and hashes, so that a damaged one is refused by name."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp.errors import ModelError

NAME = "manifest.json"
_REPAIR = "Install beast-lsp again."
_NOT_LISTED = {NAME, "README.md"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What the manifest says of a file: its length, and the SHA-256 of its content in hexadecimal digits."""

    bytes: int
    sha256: str


def listed(folder: Path) -> dict[str, Entry]:
    """The files that ship in `folder`, by their names. Raises ModelError where the manifest can't be read."""
    try:
        entries = json.loads((folder / NAME).read_text("utf-8")).items()
        return {str(name): Entry(int(entry["bytes"]), str(entry["sha256"])) for name, entry in entries}
    except OSError as problem:
        raise ModelError(f"{folder / NAME} can't be read: {problem.strerror}.", hint=_REPAIR) from problem
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise ModelError(f"{folder / NAME} can't be read: {problem}.", hint=_REPAIR) from problem


def read_checked(folder: Path, name: str) -> bytes:
    """The content of a model file in `folder`, which is what the folder's manifest says it is.

    Raises ModelError where either is missing, or the file was cut short or altered.
    """
    path = folder / name
    entry = listed(folder).get(name)
    if entry is None:
        raise ModelError(f"{folder / NAME} does not list {name}.", hint=_REPAIR)
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ModelError(f"{path} can't be read: {problem.strerror}.", hint=_REPAIR) from problem
    if len(content) != entry.bytes:
        raise ModelError(f"{path} has {len(content):,} bytes instead of {entry.bytes:,}.", hint=_REPAIR)
    if hashlib.sha256(content).hexdigest() != entry.sha256:
        raise ModelError(f"{path} is not the file that shipped: its hash is another.", hint=_REPAIR)
    return content


def manifest(folder: Path) -> dict[str, Any]:
    """What the manifest of `folder` has to say: {name: {"bytes": …, "sha256": …}} for each data file at its top."""
    files = sorted(path for path in folder.iterdir() if path.is_file() and path.name not in _NOT_LISTED)
    contents = {path.name: path.read_bytes() for path in files if path.suffix != ".md"}
    return {
        name: {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in contents.items()
    }


def write_manifest(folder: Path) -> None:
    """Writes the manifest of `folder` anew."""
    (folder / NAME).write_text(json.dumps(manifest(folder), indent=1) + "\n", "utf-8")
