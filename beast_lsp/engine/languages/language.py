"""What a language is to the engine: plain data, so that importing it loads no parser."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Language as Grammar
    from tree_sitter import Query


@dataclass(frozen=True, eq=False)
class Language:
    """One language. Languages of one `family` share an index and a style profile.

    `load` gives the grammar's pointer and imports the grammar's wheel at the call; None where no grammar fits.
    `functions` maps the node types that can have a body to "function" or "method". The query `facts_query`
    finds what `scopes.facts` reads; its captures are named there. `self_names` are the receivers that mean the
    object whose method is running.
    """

    name: str
    family: str
    extensions: tuple[str, ...] = ()
    file_names: tuple[str, ...] = ()
    lsp_ids: tuple[str, ...] = ()
    line_comment: str = ""
    keywords: frozenset[str] = frozenset()
    load: Callable[[], object] | None = None
    functions: Mapping[str, str] = field(default_factory=dict)
    facts_query: str = ""
    self_names: tuple[str, ...] = ()

    @property
    def has_grammar(self) -> bool:
        """Whether `syntax.parse` can give a tree."""
        return self.load is not None


def words(text: str) -> frozenset[str]:
    """The words of a text; keywords read best that way."""
    return frozenset(text.split())


@cache
def grammar(language: Language) -> Grammar:
    """The tree-sitter grammar, loaded once per process. Raises ValueError for a language without one."""
    from tree_sitter import Language as Grammar  # noqa: PLC0415 - loads with the first parse, not at start.

    if language.load is None:
        raise ValueError(f"{language.name} has no grammar")
    return Grammar(language.load())


@cache
def facts_query(language: Language) -> Query:
    """The compiled `facts_query`; compiling costs milliseconds, once per process."""
    from tree_sitter import Query  # noqa: PLC0415 - as above.

    return Query(grammar(language), language.facts_query)
