"""The list of the model files that ship, with their sizes and hashes, so that a damaged one is refused by name."""

import hashlib
import json
from pathlib import Path
from typing import Any

from beast_lsp.errors import ModelError

NAME = "manifest.json"
_REPAIR = "Install beast-lsp again."
_NOT_LISTED = {NAME, "README.md"}


def read_checked(folder: Path, name: str) -> bytes:
    """The content of a model file in `folder`, which is what the folder's manifest says it is.

    Raises ModelError where either is missing, or the file was cut short or altered.
    """
    path = folder / name
    try:
        listed = json.loads((folder / NAME).read_text("utf-8"))[name]
        size, digest = int(listed["bytes"]), str(listed["sha256"])
    except KeyError as problem:
        raise ModelError(f"{folder / NAME} does not list {name}.", hint=_REPAIR) from problem
    except (OSError, ValueError, TypeError) as problem:
        raise ModelError(f"{folder / NAME} can't be read: {problem}.", hint=_REPAIR) from problem
    try:
        content = path.read_bytes()
    except OSError as problem:
        raise ModelError(f"{path} can't be read: {problem.strerror}.", hint=_REPAIR) from problem
    if len(content) != size:
        raise ModelError(f"{path} has {len(content):,} bytes instead of {size:,}.", hint=_REPAIR)
    if hashlib.sha256(content).hexdigest() != digest:
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
