"""What is searched for at a cursor: the terms around it, the nearer the more."""

import math
import re
from collections.abc import Sequence

from beast_lsp.engine.retrieval.terms import line_terms

_FADE_BEFORE, _FADE_AFTER = 3.0, 4.0  # Lines over which a term's weight falls to 1/e; tuned on train repositories.
_BEFORE, _AFTER = 30, 10  # Lines further away weigh nothing.
_AFTER_SHARE = 0.7  # What follows the cursor tells less about what comes next.
_DESCRIPTION = re.compile(r"\s*(?:#|//|/?\*)|.*(?:\"\"\"|''')\s*\Z", re.DOTALL)


def query_terms(lines: Sequence[str], at: int) -> dict[str, float]:
    """The weight of each term, for a cursor on line `at`; repeats count less and less. Total."""
    found: dict[str, float] = {}
    for number in range(max(0, at - _BEFORE), min(len(lines), at + _AFTER + 1)):
        distance = at - number
        if distance >= 0:
            weight = math.exp(-distance / _FADE_BEFORE)
        else:
            weight = _AFTER_SHARE * math.exp(distance / _FADE_AFTER)
        for term in line_terms(lines[number : number + 1]):
            found[term] = found.get(term, 0.0) + weight
    return {term: weight**0.5 for term, weight in found.items()}


def is_described(lines: Sequence[str], at: int) -> bool:
    """Whether a comment or a docstring comes last before the end of line `at`: then words tell what code is wanted."""
    last = next((line for line in reversed(lines[: at + 1]) if not line.isspace() and line), "")
    return _DESCRIPTION.match(last) is not None
