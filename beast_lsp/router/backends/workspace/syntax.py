"""What syntax knows at a place: the names in scope, the members of the receiver, the parameters of the call."""

import re
from dataclasses import dataclass
from typing import Protocol

from beast_lsp.engine.analysis import Analysis
from beast_lsp.engine.document import Document
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.scopes.names import ScopedName, names_in_scope
from beast_lsp.engine.scopes.receivers import call_parameters, receiver_class, receiver_members
from beast_lsp.router.backends.workspace.cursor import CODE, Cursor

_RECEIVER = re.compile(r"([\w$]+(?:\.[\w$]+)*)\.[\w$]*\Z")
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


class SyntaxNames:
    """Looks names up for one document, and keeps what can't change while one line is typed."""

    def __init__(self) -> None:
        self._analysis: Analysis | None = None
        self._place: tuple[object, ...] = ()
        self._known = NOTHING
        self._line = -1
        self._names: list[ScopedName] = []

    def known(self, cursor: Cursor, document: Document, analysis: Analysis | None, symbols: Symbols | None) -> Known:
        """What syntax knows at the cursor; nothing in strings, in comments and in plain text."""
        if analysis is None or cursor.quoting != CODE:
            return NOTHING
        place = (cursor.position.line, cursor.words, cursor.context)
        if place != self._place or analysis is not self._analysis:
            if cursor.position.line != self._line or analysis is not self._analysis:
                self._names = names_in_scope(document, analysis.tree, analysis.facts, cursor.position)
            self._line, self._place, self._analysis = cursor.position.line, place, analysis
            self._known = self._look_up(cursor, document, analysis, symbols)
        return self._known

    def _look_up(self, cursor: Cursor, document: Document, analysis: Analysis, symbols: Symbols | None) -> Known:
        family = by_name(document.language).family
        receiver = _RECEIVER.search(cursor.typed)
        if receiver or cursor.typed.rstrip().endswith("."):
            return _members(receiver[1] if receiver else "", cursor, document, analysis, symbols, family)
        kinds: dict[str, str] = dict.fromkeys(by_name(document.language).keywords, "keyword")
        weights: dict[str, float] = dict.fromkeys(kinds, _KEYWORD)
        for name in self._names:
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
