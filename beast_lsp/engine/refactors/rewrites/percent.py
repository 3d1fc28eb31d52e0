"""`"…" % values` as the parts of an f-string, after the library reference, "printf-style String Formatting".

`%d` cuts the part of a number behind the point off, and `%f` makes a float of what it gets; format specifications
refuse such values or show them otherwise. So these are converted only where the value surely is of the type.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.values import Kind, kind
from beast_lsp.engine.refactors.rewrites.templates import TOKEN, Field, Literal, Part, shown
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_SPECIFIER = re.compile(
    r"%(?:\((?P<key>[^()]*)\))?(?P<flags>[-+ #0]*)(?P<width>\d*|\*)(?:\.(?P<precision>\d*|\*))?[hlL]?(?P<type>.)", re.S
)
_WHOLE, _REAL = frozenset({Kind.INTEGER, Kind.TRUTH}), frozenset({Kind.INTEGER, Kind.TRUTH, Kind.FLOAT})
# What is surely no tuple, which `%` would take for several values.
_NO_TUPLES = frozenset(
    {
        "list", "set", "list_comprehension", "set_comprehension", "dictionary_comprehension", "generator_expression",
        "lambda",
    }
)  # fmt: skip


@dataclass
class Values:
    """What stands on the right of `%`: values in a row, or by key. `used` are those that were shown so far."""

    in_order: list[Node]
    by_key: dict[str, Node] | None = None
    used: list[Node] = field(default_factory=list)

    def take(self, key: str | None) -> Node:
        """The next value, or the one of a key. Raises RefactoringRefused where there is none."""
        if (key is not None) is not (self.by_key is not None):
            raise RefactoringRefused("The text and its values do not fit together.")
        following = iter(self.in_order[len(self.used) :])
        found = next(following, None) if key is None else (self.by_key or {}).get(key)
        if found is None:
            raise RefactoringRefused("The text asks for more values than there are.")
        self.used.append(found)
        return found


def values(site: Site, node: Node) -> Values:
    """The values on the right of `%`. Raises RefactoringRefused where their number is not certain."""
    inner = [child for child in node.named_children if child.type != "comment"]
    if node.type == "tuple":
        if any(child.type == "list_splat" for child in inner):
            raise RefactoringRefused("How many values `*` brings is not certain.")
        return Values(inner)
    if node.type == "dictionary":
        return Values(inner, dict(_pairs(site, inner)))
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    if kind(site, node) is None and node.type not in _NO_TUPLES:
        raise RefactoringRefused(
            f"If `{site.text(node)}` is a tuple, `%` takes its members for the values.",
            hint=f"Write `% ({site.text(node)},)` if it is one value.",
        )
    return Values([node])


def _pairs(site: Site, pairs: list[Node]) -> Iterator[tuple[str, Node]]:
    for pair in pairs:
        key, value = pair.child_by_field_name("key"), pair.child_by_field_name("value")
        text = site.text(key) if key is not None else ""
        if value is None or not re.fullmatch(r"""(["'])[^"'\\{}()]*\1""", text):
            raise RefactoringRefused("The keys of the values are not all plain texts.")
        yield text[1:-1], value


def parts(site: Site, one: Literal, given: Values) -> list[Part]:
    """The parts of one literal. Raises RefactoringRefused for what no format specification does."""
    if one.value().count("%") != one.body.count("%"):
        raise RefactoringRefused("An escape sequence stands for a percent sign.")
    found: list[Part] = []
    at = 0
    escapes = [] if one.is_raw else [each.span() for each in TOKEN.finditer(one.body)]
    while (start := one.body.find("%", at)) >= 0:
        match = _SPECIFIER.match(one.body, start)
        if match is None or any(low < match.end() and match.start() < high for low, high in escapes):
            raise RefactoringRefused("A conversion of the text can't be read.")
        found += [one.body[at:start], "%" if match[0] == "%%" else _field(site, match, given)]
        at = match.end()
    return [part for part in (*found, one.body[at:]) if part]


def _field(site: Site, match: re.Match[str], given: Values) -> Field:
    flags, width, precision, letter = match["flags"], match["width"], match["precision"], match["type"]
    if "*" in (width, precision) or letter not in "sradiuxXoeEfFgG":
        raise RefactoringRefused(f"`{match[0]}` has no counterpart in an f-string.")
    value = given.take(match["key"])
    points = f".{precision or 0}" if precision is not None else ""
    if letter in "sra":
        return _text(site, match, value, points)
    wanted = _WHOLE if letter in "diuxXo" else _REAL
    if kind(site, value) not in wanted or (wanted is _WHOLE and points):
        raise RefactoringRefused(
            f"`{match[0]}` converts what `{site.text(value)}` is, unless it is "
            f"{'an integer' if wanted is _WHOLE else 'a float'}; an f-string would not.",
            hint=f"Write `{'int' if wanted is _WHOLE else 'float'}({site.text(value)})` if that is meant.",
        )
    if match[0][-1:] in "diu" and not (width or flags) and kind(site, value) is Kind.INTEGER:
        return Field(value)
    return Field(value, spec=(_specification(flags, width, letter) + points + ("d" if letter in "iu" else letter),))


def _specification(flags: str, width: str, letter: str) -> str:
    sign = "+" if "+" in flags else " " if " " in flags else ""
    align = "<" if "-" in flags and width else ""
    zero = "0" if "0" in flags and "-" not in flags and width else ""
    return f"{align}{sign}{'#' if '#' in flags and letter not in 'diu' else ''}{zero}{width}"


def _text(site: Site, match: re.Match[str], value: Node, points: str) -> Field:
    """`%s`, `%r` and `%a`: they align to the right where format specifications align texts to the left."""
    flags, width = match["flags"], match["width"]
    if set(flags) - {"-"}:
        raise RefactoringRefused(f"`{match[0]}` has no counterpart in an f-string.")
    spec = f"{'<' if '-' in flags else '>'}{width}{points}" if width else points
    if match["type"] == "s":
        return shown(site, value, spec)
    return Field(value, "", match["type"], (spec,) if spec else ())
