"""The words that could stand at the cursor: those in scope, expected here, in the file, in the workspace."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from beast_lsp.engine.analysis import Analysis
from beast_lsp.engine.document import Document
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes.names import names_in_scope
from beast_lsp.engine.scopes.receivers import call_parameters, receiver_class, receiver_members
from beast_lsp.router.backends.workspace.cursor import CODE, Cursor
from beast_lsp.router.backends.workspace.sources import Sources

_RECEIVER = re.compile(r"([\w$]+(?:\.[\w$]+)*)\.[\w$]*\Z")
_FADE = 150.0  # After so many lines a word of this file counts half.
_SCOPE, _MEMBER, _PARAMETER, _KEYWORD = 2.0, 3.0, 3.0, 0.2


class Symbols(Protocol):
    """What the workspace's other files define, read in microseconds (`store.index.SymbolTable`)."""

    def members(self, family: str, class_name: str) -> tuple[str, ...]:
        """The attributes of a class and of its bases."""
        ...

    def parameters(self, family: str, callable_name: str) -> list[tuple[str, ...]]:
        """The parameter names of every callable of this name."""
        ...

    def module_names(self, family: str, module: str) -> tuple[str, ...]:
        """What a module defines."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What syntax knows at a place: the `kind` of a word and how much it is expected, by word."""

    kinds: dict[str, str]
    weights: dict[str, float]
    is_member: bool = False


NOTHING = Known({}, {})


class Names:
    """The words at one cursor. `known` is computed at the first need, by `look_up`."""

    def __init__(self, cursor: Cursor, sources: Sources, look_up: Callable[[], Known]) -> None:
        self._cursor = cursor
        self._sources = sources
        self._look_up = look_up
        self._known: Known | None = None

    @property
    def known(self) -> Known:
        """What syntax knows here."""
        if self._known is None:
            self._known = self._look_up()
        return self._known

    def weights(self, prefix: str) -> dict[str, float]:
        """The words that start with `prefix` (one character at least), each with a weight that is no probability."""
        found: dict[str, float] = {}
        if self._sources.overlay is not None:
            for word, count, ago in self._sources.overlay.words(prefix):
                found[word] = count**0.5 / (1.0 + ago / _FADE)
        for index, _ in self._sources.indexes:
            for word, uses in index.with_prefix(prefix):
                found[word] = found.get(word, 0.0) + 0.05 * uses**0.5
        for word, weight in self.known.weights.items():
            if word.startswith(prefix):
                found[word] = found.get(word, 0.0) + weight
        return found

    def expected(self, limit: int) -> list[tuple[str, float]]:
        """The members of the receiver that are used most, with their shares."""
        if not self.known.is_member:
            return []
        uses = {word: 1.0 + self._sources.uses(word) ** 0.5 for word in self.known.weights}
        best = sorted(uses, key=uses.__getitem__, reverse=True)[:limit]
        total = sum(uses.values()) + 1.0
        return [(word, uses[word] / total) for word in best]


def look_up(cursor: Cursor, document: Document, analysis: Analysis | None, symbols: Symbols | None) -> Known:
    """What syntax knows at the cursor; nothing in strings, in comments and in plain text."""
    if analysis is None or cursor.quoting != CODE:
        return NOTHING
    family = by_name(document.language).family
    line = document.lines[cursor.position.line][: cursor.position.column]
    receiver = _RECEIVER.search(line)
    if receiver or line.rstrip().endswith("."):
        return _members(receiver[1] if receiver else "", cursor, document, analysis, symbols, family)
    kinds: dict[str, str] = dict.fromkeys(by_name(document.language).keywords, "keyword")
    weights: dict[str, float] = dict.fromkeys(kinds, _KEYWORD)
    for name in names_in_scope(document, analysis.tree, analysis.facts, cursor.position):
        kinds[name.name] = name.kind
        weights[name.name] = _SCOPE / (1.0 + 0.3 * name.distance)
    for parameter in _parameters(cursor, document, analysis, symbols, family):
        kinds.setdefault(parameter, "parameter")
        weights[parameter] = weights.get(parameter, 0.0) + _PARAMETER
    return Known(kinds, weights)


def _members(  # noqa: PLR0913, PLR0917 - private, and each is a different part of the same place.
    receiver: str, cursor: Cursor, document: Document, analysis: Analysis, symbols: Symbols | None, family: str
) -> Known:
    """The attributes to expect after `receiver.`."""
    if not receiver:
        return Known({}, {}, is_member=True)
    facts = analysis.facts
    found = dict.fromkeys(receiver_members(document, facts, cursor.position, receiver), _MEMBER)
    if symbols is not None:
        owner = receiver_class(document, facts, cursor.position, receiver)
        others = symbols.members(family, owner) if owner else ()
        module = next((known for known in facts.imports if known.local == receiver), None)
        if module is not None:
            others += symbols.module_names(family, module.module)
        for word in others:
            found.setdefault(word, _MEMBER)
    return Known(dict.fromkeys(found, "member"), found, is_member=True)


def _parameters(
    cursor: Cursor, document: Document, analysis: Analysis, symbols: Symbols | None, family: str
) -> tuple[str, ...]:
    """The parameter names of the call around the cursor."""
    call = call_parameters(document, analysis.facts, cursor.position)
    if call is None:
        return ()
    callee, parameters = call
    if parameters or symbols is None:
        return parameters
    known = symbols.parameters(family, callee.rpartition(".")[2])
    return known[0] if known else ()
