"""The Maintainability Index of a function: a published formula, and no prediction.

P. Oman and J. Hagemeister, "Metrics for assessing a software system's maintainability" (1992), with the weights that
D. Coleman, D. Ash, B. Lowther and P. Oman gave it in "Using metrics to evaluate software system maintainability"
(IEEE Computer 27(8), 1994), scaled to 0-100 as Visual Studio does, and without the term for comments:

    max(0, 171 - 5.2 ln V - 0.23 G - 16.2 ln L) * 100 / 171

V is the Halstead volume, G the cyclomatic complexity and L the lines of code. Its known weakness is that size drives
it: all three parts grow with the length, so it tells little that the lines alone don't tell (D. Sjøberg and others,
"Questioning software maintenance metrics", 2012). Show it as what it is, beside the size.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import log, log2
from typing import NamedTuple

from beast_lsp.engine.code_lines import CodeLine, code_lines
from beast_lsp.engine.tokens import is_word

BEST = 100.0
"""The index of a function without code."""

_DECISIONS = {
    "python": frozenset({"if", "elif", "for", "while", "except", "and", "or"}),
    "javascript": frozenset({"if", "for", "while", "case", "catch", "&&", "||", "??", "?"}),
    "go": frozenset({"if", "for", "case", "&&", "||"}),
    # The arms of a match but one: see `_complexity`.
    "rust": frozenset({"if", "for", "while", "&&", "||", "=>"}),
    "java": frozenset({"if", "for", "while", "case", "catch", "&&", "||", "?"}),
    "c": frozenset({"if", "for", "while", "case", "catch", "&&", "||", "?"}),
}
_BINARY = frozenset({"&&", "||", "??", "?"})
_BEFORE_CLOSURE = frozenset({"move", "return", "else", "in", "match"})  # Rust's `||` behind them takes no parameters.
_CLOSERS = frozenset({")", "]", "}"})


class Measures(NamedTuple):
    """What the index is made of: Halstead volume in bits, cyclomatic complexity, lines that hold code."""

    volume: float
    complexity: int
    lines: int


def maintainability(family: str, lines: Sequence[str]) -> float:
    """The index of the function that stands in `lines`, its header included: 0 is worst, 100 best. Total."""
    found = measures(family, lines)
    if not found.lines:
        return BEST
    index = 171 - 5.2 * log(max(1.0, found.volume)) - 0.23 * found.complexity - 16.2 * log(found.lines)
    return min(BEST, max(0.0, index * 100 / 171))


def measures(family: str, lines: Sequence[str]) -> Measures:
    """The three measures; comments and docstrings count for none of them.

    Volume (M. Halstead, "Elements of software science", 1977): N log2 n, of N operators and operands, n different
    ones. Operands are names, numbers, strings and constants; operators are keywords and signs, a pair of brackets
    being one. Complexity (T. McCabe, "A complexity measure", 1976): the decisions and one.
    """
    found = code_lines(family, lines)
    counted = [token for line in found for token in line.tokens if token not in _CLOSERS]
    volume = len(counted) * log2(len(set(counted))) if counted else 0.0
    return Measures(volume, _complexity(family, found), len(found))


def _complexity(family: str, found: Sequence[CodeLine]) -> int:
    kinds = _DECISIONS.get(family, _DECISIONS["c"])
    count = 1 + sum(1 for line in found if not kinds.isdisjoint(line.tokens) for _ in _decisions(kinds, line.tokens))
    if family == "python":
        # `case` is a word like any other where it doesn't begin a line.
        return count + sum(line.tokens[0] == "case" and line.tokens[-1] == ":" for line in found)
    if family == "rust":
        # The last arm of a match is where it goes otherwise.
        return max(1, count - sum(line.tokens.count("match") for line in found))
    return count


def _decisions(kinds: frozenset[str], tokens: Sequence[str]) -> Iterator[str]:
    before = ""
    for number, token in enumerate(tokens):
        if token in kinds and before != "." and not (token in _BINARY and not _is_between(tokens, number)):
            yield token
        before = token


def _is_between(tokens: Sequence[str], number: int) -> bool:
    """Whether the sign stands between two operands: an optional member, a wildcard or a closure has none before it."""
    if not number:
        return True  # The line before it ends with the operand.
    before, after = tokens[number - 1], tokens[number + 1 : number + 2]
    is_operand = is_word(before) or before[0].isdigit() or before[0] in "\"'`" or before in _CLOSERS
    return is_operand and before not in _BEFORE_CLOSURE and after not in ([":"], [","], [")"], [";"])
