"""What may not land in a written test: what looks like a secret, and what the workspace's own files of secrets hold.

The code under test may read those files: what it gives back then would be pinned, and be committed with the test.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from beast_lsp.engine.secrets import REDACTED, contains_secret, is_secret_file, redact

_LEAST = 8  # characters; less is too common to be told from ordinary values.
_MOST_BYTES = 100_000
_WORD = re.compile(rf"[^\s'\"=,;]{{{_LEAST},}}")
_NAME = re.compile(r"^\s*(?:export\s+)?['\"]?[\w.-]+['\"]?\s*[=:]")


@dataclass(frozen=True, slots=True)
class Confidential:
    """The values of the files of secrets that lie around a module."""

    values: frozenset[str] = frozenset()

    def is_in(self, item: Any) -> bool:
        """Whether a text, or any text within lists and mappings, holds a secret or a longer part of one."""
        text = "\n".join(_texts(item))
        return contains_secret(text) or any(map(self._is_part, _words(text)))

    def redacted(self, text: str) -> str:
        """The text without secrets."""
        return redact(_WORD.sub(lambda found: REDACTED if self._is_part(found[0]) else found[0], text))

    def _is_part(self, word: str) -> bool:
        return any(word in value or value in word for value in self.values)


def confidential(folder: Path, module: Path) -> Confidential:
    """What is confidential for a module: the files of secrets in its folder and in those around it, up to `folder`."""
    around = [each for each in module.parents if each.is_relative_to(folder)] or [folder]
    found = (file for place in around for file in _entries(place) if is_secret_file(Path(file.name)))
    return Confidential(
        frozenset(word for file in found for line in _read(file).splitlines() for word in _values(line))
    )


def _values(line: str) -> list[str]:
    """The words of a line without the name that they are given to."""
    return _words(_NAME.sub("", line, count=1))


def _words(text: str) -> list[str]:
    return _WORD.findall(text)


def _texts(item: Any) -> Iterator[str]:
    if isinstance(item, str):
        yield item
    elif isinstance(item, dict):
        yield from _texts([*item, *item.values()])
    elif isinstance(item, list | tuple):
        for each in item:
            yield from _texts(each)


def _entries(folder: Path) -> list[Path]:
    try:
        return [each for each in folder.iterdir() if each.is_file()]
    except OSError:
        return []


def _read(file: Path) -> str:
    try:
        with file.open("rb") as opened:
            return opened.read(_MOST_BYTES).decode("utf-8", "replace")
    except OSError:
        return ""
