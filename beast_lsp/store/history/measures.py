"""What was measured of files, kept from one build to the next: most of them stay as they are."""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from beast_lsp.engine.quality.features import VERSION
from beast_lsp.engine.quality.metrics import Measured
from beast_lsp.store.history.sources import Measures


def load_measures(file: Path) -> dict[str, Measures | None]:
    """The measures by blob that `save_measures` wrote; none where the file is missing, damaged or outdated."""
    try:
        data = json.loads(gzip.decompress(file.read_bytes()))
        if data["version"] != VERSION:
            return {}
        return {blob: _measures(one) for blob, one in data["measures"].items()}
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return {}


def save_measures(file: Path, known: Mapping[str, Measures | None], wanted: Iterable[str]) -> None:
    """Writes the measures of the wanted blobs. Raises OSError."""
    plain = {blob: _plain(known[blob]) for blob in wanted if blob in known}
    write_whole(file, gzip.compress(json.dumps({"version": VERSION, "measures": plain}).encode(), 1))


def write_whole(file: Path, content: bytes) -> None:
    """Writes a file so that a reader sees the old one or the new one, whole. Raises OSError."""
    file.parent.mkdir(parents=True, exist_ok=True)
    beside = file.with_name(f"{file.name}.{os.getpid()}")
    beside.write_bytes(content)
    beside.replace(file)


def _plain(one: Measures | None) -> list[list[object]] | None:
    return one and [[each.name, each.line, each.end_line, *each.values] for each in (one[0], *one[1])]


def _measures(rows: Any) -> Measures | None:
    if rows is None:
        return None
    whole, *functions = (Measured(name, line, end, tuple(values)) for name, line, end, *values in rows)
    return whole, tuple(functions)
