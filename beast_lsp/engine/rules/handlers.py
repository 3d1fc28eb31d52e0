"""Handlers of exceptions that another one leaves nothing to. Python."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.resolve import Found, bases, expressed

if TYPE_CHECKING:
    from tree_sitter import Node

_DEEPEST = 8
_USUAL = re.compile(r"(Error|Exception|Warning|\Aerror)\Z")
# These say so by their names, and are none: they end a task or a test from outside.
_UNUSUAL = frozenset({"CancelledError", "BaseException", "OutcomeException"})


def unreachable_handler(place: Place) -> Iterator[Finding]:
    """`except Exception: … except ValueError: …`: the first takes what the second waits for."""
    for node in place.nodes(("try_statement",)):
        before: list[Node] = []
        for clause in node.named_children:
            named = _named(clause) if clause.type == "except_clause" else []
            takers = [next((one for one in before if _takes(place, one, each)), None) for each in named]
            first = takers[0] if takers and None not in takers else None
            if first is not None:
                message = f"`{place.text(named[0])}` never comes here: `except {place.text(first)}` above takes it."
                yield place.finding("unreachable-handler", message, clause.named_children[0])
            before += named


def _named(clause: Node) -> list[Node]:
    """What an except clause lists."""
    value = clause.named_children[0]
    if value.type == "as_pattern":
        value = value.named_children[0]
    if value.type == "block":
        return []  # A bare `except` is the last one: Python itself says so.
    return [child for child in value.named_children if child.type != "comment"] if value.type == "tuple" else [value]


def _takes(place: Place, first: Node, second: Node) -> bool:
    """Whether a handler of `first` surely takes what one of `second` waits for."""
    name, other = place.text(first), place.text(second)
    if name == other and first.type in {"identifier", "attribute"}:
        return True
    if name == "BaseException":
        return True
    kind, known = _builtin(name), _builtin(other)
    if kind is not None and known is not None:
        return issubclass(known, kind)
    return name == "Exception" and _is_usual(place, second)


def _is_usual(place: Place, node: Node) -> bool:
    """Whether an exception that is none of Python's own is an Exception, as far as its class or its name tells."""
    found = expressed(place, node) if node.type in {"identifier", "attribute"} else None
    if isinstance(found, Found):
        return found.node.type == "class_definition" and _descends(found, 0)
    last = place.text(node).rpartition(".")[2]
    return last.isidentifier() and _is_usual_name(last)


def _descends(found: Found, depth: int) -> bool:
    """Whether a class of the workspace descends from Exception."""
    return depth < _DEEPEST and any(
        _is_usual_name(base) if isinstance(base, str) else _descends(base, depth + 1) for base in bases(found)
    )


def _is_usual_name(name: str) -> bool:
    known = _builtin(name)
    if known is not None:
        return issubclass(known, Exception)
    return _USUAL.search(name) is not None and name not in _UNUSUAL


def _builtin(name: str) -> type[BaseException] | None:
    """The built-in exception of this name; a name that a program defines itself is hardly one of them."""
    found = getattr(builtins, name, None)
    return found if isinstance(found, type) and issubclass(found, BaseException) else None
