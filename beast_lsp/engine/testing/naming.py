"""Names of tests that say the behaviour: what is called, what comes out, and for which input."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import conditions
from beast_lsp.engine.testing.outcomes import outcome
from beast_lsp.engine.testing.phrases import snake

if TYPE_CHECKING:
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Case, Target

_LONGEST = 70  # characters of a name
_LONGEST_AT_ALL = 88  # where a shorter one would be taken already
_MOST_CONDITIONS = 3
_SPECIAL = re.compile(
    r"_(?:empty|blank|none|minus|zero|nan|infinity|non_ascii|true|false)(?:_|$)|_bytes$|^by_default$|^without_"
)
_VERBS = {
    "returns": "return",
    "raises": "raise",
    "yields": "yield",
    "prints": "print",
    "writes": "write",
    "sets": "set",
    "leaves": "leave",
    "is": "be",
    "completes": "complete",
    "round": "round",
    "holds": "hold",
}


def names(cases: Sequence[Case], targets: Mapping[str, Target], style: Style, taken: Collection[str] = ()) -> list[str]:
    """A name for each case, in their order; none of them in `taken`, no two the same.

    The input is told by what sets a case apart from the others of its target.
    """
    given = [list(conditions(case, targets)) for case in cases]
    outcomes = [outcome(case) for case in cases]
    rivals: defaultdict[str, list[int]] = defaultdict(list)
    for index, case in enumerate(cases):
        rivals[case["target"]].append(index)
    found: list[str] = []
    used = {name.lower() for name in taken}
    for index, case in enumerate(cases):
        others = [set(given[other]) for other in rivals[case["target"]] if other != index]
        base = subject(case["target"], style)
        options = _options(base, outcomes[index], _ranked(given[index], others))
        name = first_free([styled(one, style) for one in options], used)
        used.add(name.lower())
        found.append(name)
    return found


def subject(target: str, style: Style) -> str:
    """The words for a callable; within a class of tests, those of its own class are left out."""
    parts = target.split(".")
    is_own = style.has_classes and (len(parts) > 1 or target[:1].isupper())
    kept = parts[1:] if is_own else parts
    return "_".join(filter(None, map(snake, kept)))


def _options(base: str, said: str, conditions: Sequence[str]) -> Iterator[str]:
    """Names from the plainest to the most precise."""
    head = f"{base}_{said}" if base else said
    if not conditions:
        yield head
    for number in range(1, min(_MOST_CONDITIONS, len(conditions)) + 1):
        for chosen in combinations(conditions, number):
            yield f"{head}_{_joined(chosen)}"
    yield head


def _joined(conditions: Sequence[str]) -> str:
    """Conditions in a row: "for a and b with c"."""
    plain = [one.removeprefix("for_") for one in conditions if one.startswith("for_")]
    rest = [one for one in conditions if not one.startswith("for_")]
    return "_".join([*([f"for_{'_and_'.join(plain)}"] if plain else []), *rest])


def first_free(options: Sequence[str], used: Collection[str]) -> str:
    """The first of some names that is free and short enough; with a number where none is."""
    for most in (_LONGEST, _LONGEST_AT_ALL):
        free = next((one for one in options if len(one) <= most and one.lower() not in used), None)
        if free is not None:
            return free
    fitting = [one for one in options if len(one) <= _LONGEST] or [options[-1][:_LONGEST].rstrip("_")]
    number = 2
    if fitting[0].lower() not in used:
        return fitting[0]
    while f"{fitting[0]}_{number}".lower() in used:
        number += 1
    return f"{fitting[0]}_{number}"


def styled(words: str, style: Style) -> str:
    """Words as the name of a test."""
    if style.says_should:
        words = re.sub(rf"_({'|'.join(_VERBS)})(?=_|$)", lambda verb: f"_should_{_VERBS[verb[1]]}", words, count=1)
    name = f"test_{re.sub(r'_+', '_', words)}"
    if style.case == "camelCase":
        first, *rest = name.split("_")
        return first + "".join(word[:1].upper() + word[1:] for word in rest)
    return name


def _ranked(own: Sequence[str], others: Sequence[set[str]]) -> list[str]:
    """Conditions, those that fewest other cases share first; what nearly all share says nothing.

    A special value, such as an empty or a negative one, comes before the others.
    """
    shared = {one: sum(one in other for other in others) for one in own}
    ranked = sorted(dict.fromkeys(own), key=lambda one: (not _SPECIAL.search(one), shared[one] > len(others) // 4))
    telling = [one for one in ranked if not others or 2 * shared[one] <= len(others)]
    return telling or ranked[:1]
