"""Which style a docstring is written in, and reading it in that."""

from __future__ import annotations

from beast_lsp.engine.docs.styles import google, numpy, rest
from beast_lsp.engine.docs.styles.model import Docstring

_NAMED = frozenset({"parameter", "returns", "yields", "raises", "attribute"})


def read(text: str) -> Docstring:
    """Reads a docstring in the style that most of it is in; a plain one has neither sections nor entries. Total."""
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    found = (numpy.read(text), google.read(text), rest.read(text))
    return max(found, key=_weight) if any(map(any, map(_weight, found))) else Docstring(text, "plain")


def _weight(one: Docstring) -> tuple[int, int]:
    """How much of a docstring a style explains."""
    return len(one.entries), sum(section.kind in _NAMED for section in one.sections)
