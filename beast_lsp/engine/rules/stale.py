"""What docstrings say of functions and is no longer so. Python."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.syntax import docstring_node
from beast_lsp.engine.docs.stale import outcomes, parameters
from beast_lsp.engine.docs.stale.documented import Documented, Problem, opening
from beast_lsp.engine.document import Position
from beast_lsp.engine.rules.finding import Edit, Finding, Fix, Place

if TYPE_CHECKING:
    from tree_sitter import Node


def stale_parameter(place: Place) -> Iterator[Finding]:
    """A docstring describes a parameter that the function doesn't have: it was renamed, or is gone."""
    yield from _found(place, "stale-parameter", parameters.gone)


def stale_default(place: Place) -> Iterator[Finding]:
    """A docstring says a default that isn't the signature's."""
    yield from _found(place, "stale-default", parameters.wrong_defaults)


def stale_type(place: Place) -> Iterator[Finding]:
    """A docstring says that a parameter is a `str`, and its annotation says that it is an `int`."""
    yield from _found(place, "stale-type", parameters.wrong_types)


def stale_exception(place: Place) -> Iterator[Finding]:
    """A docstring says that the function raises an exception, and nothing in it can."""
    yield from _found(place, "stale-exception", outcomes.unraised)


def stale_result(place: Place) -> Iterator[Finding]:
    """A docstring describes what the function returns or yields, and it gives nothing."""
    yield from _found(place, "stale-result", outcomes.ungiven)


def _found(place: Place, rule: str, check: Callable[[Documented], Iterator[Problem]]) -> Iterator[Finding]:
    for node, one in place.once(_documented):
        yield from (_finding(place, rule, node, problem) for problem in check(one))


def _documented(place: Place) -> list[tuple[Node, Documented]]:
    """The functions with docstrings that name parameters, results or exceptions, each with its string."""
    found = []
    for node in place.nodes(("function_definition",)):
        string = docstring_node(node)
        one = Documented(node) if string is not None and string.start_point.row != string.end_point.row else None
        if string is not None and one is not None and one.doc.entries:
            found.append((string, one))
    return found


def _finding(place: Place, rule: str, string: Node, problem: Problem) -> Finding:
    text = place.text(string)
    at = _Positions(place, string, text[opening(text) :])
    fix = None
    if problem.edits and problem.is_sure and "\r" not in text:
        edits = tuple(Edit(at.of(edit.start), at.of(edit.end), edit.text) for edit in problem.edits)
        fix = Fix(problem.title, edits)
    return Finding(rule, problem.message, at.of(problem.start), at.of(problem.end), fix)


class _Positions:
    """The places of the characters of a string's content."""

    def __init__(self, place: Place, string: Node, content: str) -> None:
        start = place.tree.position(string.start_point)
        self._first = Position(start.line, start.column + opening(place.text(string)))
        self._content = content.replace("\r\n", "\n").replace("\r", "\n")

    def of(self, offset: int) -> Position:
        """The place of a character by its offset in the content."""
        before = self._content[:offset]
        rows = before.count("\n")
        column = len(before) - before.rfind("\n") - 1
        return Position(self._first.line + rows, column if rows else self._first.column + column)
