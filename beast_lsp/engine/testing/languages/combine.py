"""Lists of arguments from the values of each parameter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from beast_lsp.engine.testing.languages.model import Call, Parameter, Target

_MOST_VALUES = 14  # of one parameter.


def calls(target: Target, values: Sequence[Sequence[str]], made: Sequence[str] | None, limit: int) -> list[Call]:
    """Calls of one target, rows that people wrote first; none where something needed has no value.

    `values` are those of its parameters in order, `made` the constructor's arguments (None: it can't be made).
    """
    if target.constructor is not None and made is None:
        return []
    found = dict.fromkeys(row for row in target.rows if _takes(target.parameters, len(row)))
    found.update(dict.fromkeys(islice(_combined(target.parameters, values), limit * 2)))
    return [Call(target, row, tuple(made or ())) for row in islice(found, limit)]


def _takes(parameters: Sequence[Parameter], count: int) -> bool:
    needed = sum(not one.is_optional and not one.is_rest for one in parameters)
    return needed <= count and (count <= len(parameters) or any(one.is_rest for one in parameters))


def _combined(parameters: Sequence[Parameter], values: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The first values of all; then one of them varied at a time; then the nth of each against another's mth."""
    needed = 0
    while needed < len(parameters) and values[needed] and not parameters[needed].is_rest:
        needed += 1
    if any(not one.is_optional and not one.is_rest for one in parameters[needed:]):
        return
    usable = list(values[:needed])
    if needed < len(parameters) and parameters[needed].is_rest:
        yield tuple(one[0] for one in usable)
        usable += [values[needed], values[needed][1:]] if len(values[needed]) > 1 else []
    first = distinct(usable)
    yield first
    yield from (first[:place] for place, one in enumerate(parameters[:needed]) if one.is_optional)
    yield from _varied(usable, first)


def _varied(usable: Sequence[Sequence[str]], first: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    longest = max(map(len, usable), default=0)
    for turn in range(1, longest):
        for place, options in enumerate(usable):
            if turn < len(options):
                yield (*first[:place], options[turn], *first[place + 1 :])
    for turn in range(longest):
        for shift in range(longest if len(usable) > 1 else 1):
            yield tuple(one[(turn + shift * place) % len(one)] for place, one in enumerate(usable))


def distinct(usable: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """A value for each, and different ones where there are: what is mixed up is seen only then."""
    row: list[str] = []
    for options in usable:
        row.append(next((one for one in options if one not in row), options[0]))
    return tuple(row)


def ordered(values: Sequence[str], suggested: Sequence[str]) -> list[str]:
    """The values to try for a parameter: the plainest of its type, what the body suggests, then the others."""
    return list(dict.fromkeys([*values[:1], *suggested, *values[1:]]))[:_MOST_VALUES]


def spliced(literals: Iterable[str]) -> list[str]:
    """Texts that hold what a body looks for: "a/b" where it compares with a slash."""
    texts = [one for one in literals if one[:1] in {"'", '"'} and 2 < len(one) <= 5 and "\\" not in one]
    return [f"{one[0]}a{one[1:-1]}b{one[0]}" for one in texts if not one[1:-1].isalnum()][:4]
