"""The refactorings that languages other than Python have, too: under one name, each with its own engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.braces import extract as brace_extract
from beast_lsp.engine.refactors.braces import inline as brace_inline
from beast_lsp.engine.refactors.braces import invert_if as brace_if
from beast_lsp.engine.refactors.braces import rename as brace_rename

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.proposal import Proposal
    from beast_lsp.engine.refactors.refactoring import Refactoring, Site

FAMILIES = frozenset({"javascript", "go", "rust", "java"})
"""The families with braces whose names are known within a file."""


@dataclass(frozen=True, slots=True)
class _Engine:
    """What a refactoring does in a language with braces."""

    propose: Callable[[Site], Proposal | None]
    glance: Callable[[Site], str] | None = None


_ENGINES: Mapping[str, _Engine] = {
    "rename": _Engine(brace_rename.rename, brace_rename.glance),
    "extract-variable": _Engine(brace_extract.extract_variable),
    "inline-variable": _Engine(brace_inline.inline_variable),
    "invert-if": _Engine(brace_if.invert_if),
}


def in_every_language(python: Refactoring) -> Refactoring:
    """A refactoring of Python with what it does in other languages, where it does anything there."""
    engine = _ENGINES.get(python.name)
    if engine is None:
        return python

    def propose(site: Site) -> Proposal | None:
        return (engine.propose if _has_braces(site) else python.propose)(site)

    def glance(site: Site) -> str:
        look = engine.glance if _has_braces(site) else python.glance
        return look(site) if look is not None else ""

    has_glance = python.glance is not None or engine.glance is not None
    return replace(python, propose=propose, glance=glance if has_glance else None, families=python.families | FAMILIES)


def _has_braces(site: Site) -> bool:
    return by_name(site.module.tree.language).family in FAMILIES
