"""Inference: which value a sum of counts stands for, how sure that is, and what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, NamedTuple

Tally = Mapping[str, int]
Value = str | int


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting of a profile. `confidence` is 0 to 1; `source` is "inferred" or "configured".

    `evidence` is a short text: the counts behind an inferred value, the file and key of a configured one.
    """

    name: str
    value: Value
    confidence: float
    source: str
    evidence: str

    def to_json(self) -> dict[str, Any]:
        """A plain structure."""
        return asdict(self)


class Facet(NamedTuple):
    """One setting that can be inferred: its name, the counts that tell it, and how."""

    name: str
    title: str
    key: str
    infer: Callable[[Tally], tuple[Value, float, str] | None]


def infer(name: str, sums: Mapping[str, Tally]) -> Setting | None:
    """The setting that these sums stand for; None where they say nothing."""
    facet = _BY_NAME.get(name)
    tally = sums.get(facet.key) if facet else None
    found = facet.infer(tally) if facet and tally else None
    return Setting(name, *found[:2], "inferred", found[2]) if found else None


def _lower_bound(votes: int, total: int) -> float:
    """Wilson's lower bound (95%) of a share: few votes give little confidence, whatever they say."""
    share, z = votes / total, 1.96
    spread = z * sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return round(max(0.0, (share + z * z / (2 * total) - spread) / (1 + z * z / total)), 3)


def majority(tally: Tally) -> tuple[Value, float, str] | None:
    """The value with the most votes."""
    total = sum(tally.values())
    value, votes = max(tally.items(), key=lambda item: (item[1], item[0]))
    return (value, _lower_bound(votes, total), f"{votes:,} of {total:,}") if total > 0 < votes else None


def _number(tally: Tally) -> tuple[Value, float, str] | None:
    found = majority(tally)
    return (int(found[0]), *found[1:]) if found else None


def _case(tally: Tally) -> tuple[Value, float, str] | None:
    """A word alone fits most cases, so it counts only where nothing else is there."""
    telling = {case: votes for case, votes in tally.items() if case != "lowercase"}
    return majority(telling if sum(telling.values()) * 10 > tally.get("lowercase", 0) else tally)


def _share(tally: Tally) -> tuple[Value, float, str] | None:
    total = sum(tally.values())
    votes = tally.get("yes", 0)
    # The share itself is exact; how far it speaks for the next function is what the number of functions tells.
    return (
        (f"{100 * votes / total:.0f}%", round(1 - 1 / sqrt(total + 1), 3), f"{votes:,} of {total:,}") if total else None
    )


def _most_used(tally: Tally) -> tuple[Value, float, str] | None:
    first = sorted(tally.items(), key=lambda item: (-item[1], item[0]))[:8]
    names, counts = ", ".join(name for name, _ in first), ", ".join(f"{count:,}" for _, count in first)
    return names, round(1 - 1 / sqrt(first[0][1] + 1), 3), f"files: {counts}"


_LIMITS = (72, 79, 80, 88, 90, 92, 95, 96, 99, 100, 105, 110, 115, 119, 120, 125, 127, 128, 130, 132, 140, 150, 160)


def line_length(tally: Tally) -> tuple[Value, float, str] | None:
    """The limit that lines are broken at: many lines lie just below it, hardly any just above it."""
    lengths = {int(length): count for length, count in tally.items() if count > 0}
    total = sum(lengths.values())
    best = max(_LIMITS, key=lambda limit: _edge(lengths, limit))
    below = _between(lengths, best - 8, best)
    above = _between(lengths, best + 1, 1 << 30)
    if total < 20 or _edge(lengths, best) < _WEAKEST_EDGE:
        return None
    return best, _lower_bound(below, below + above), f"{total - above:,} of {total:,} lines fit, {below:,} barely"


_WEAKEST_EDGE = 1.0


def _edge(lengths: Mapping[int, int], limit: int) -> float:
    """How sharp the edge at `limit` is, in standard deviations of the counts on its two sides."""
    near, far = _between(lengths, limit - 3, limit), _between(lengths, limit + 1, limit + 4)
    beyond = _between(lengths, limit + 5, limit + 40)
    return (near - far - beyond / 9) / sqrt(near + far + beyond / 9 + 1)


def _between(lengths: Mapping[int, int], low: int, high: int) -> int:
    return sum(count for length, count in lengths.items() if low <= length <= high)


FACETS: tuple[Facet, ...] = (
    Facet("indentation", "Indentation", "indent", majority),
    Facet("line_length", "Line length", "length", line_length),
    Facet("quotes", "Quotes", "quotes", majority),
    Facet("docstring_quotes", "Docstring quotes", "docquotes", majority),
    Facet("jsx_quotes", "JSX quotes", "jsxquotes", majority),
    Facet("semicolons", "Semicolons", "semi", majority),
    Facet("trailing_commas", "Trailing commas", "comma", majority),
    Facet("call_trailing_commas", "Trailing commas in calls", "comma.call", majority),
    Facet("comma_space", "Space after commas", "commaspace", majority),
    Facet("brace_spacing", "Spaces in braces", "braces", majority),
    Facet("arrow_parentheses", "Brackets of arrow functions", "arrow", majority),
    Facet("blank_lines", "Blank lines between definitions", "blank.top", _number),
    Facet("blank_lines_methods", "Blank lines between methods", "blank.method", _number),
    Facet("line_ends", "Line ends", "eol", majority),
    Facet("final_newline", "Final newline", "final", majority),
    Facet("trailing_spaces", "Trailing spaces", "trail", majority),
    *(
        Facet(f"{kind}_names", f"Names of {plural}", f"name.{kind}", _case)
        for kind, plural in (
            ("variable", "variables"),
            ("function", "functions"),
            ("method", "methods"),
            ("class", "classes and types"),
            ("constant", "constants"),
            ("test", "tests"),
            ("file", "files"),
            ("testfile", "test files"),
        )
    ),
    Facet("import_form", "Import form", "imports.form", majority),
    Facet("import_relative", "Relative imports", "imports.relative", _share),
    Facet("import_order", "Imports sorted", "imports.sorted", majority),
    Facet("import_sections", "Plain and from imports", "imports.sections", majority),
    Facet("import_lines", "Names of an import", "imports.lines", majority),
    Facet("import_names_sorted", "Names of an import sorted", "imports.names_sorted", majority),
    Facet("import_groups", "Imports in groups", "imports.grouped", majority),
    Facet("import_types", "Type imports", "imports.types", majority),
    Facet("exports", "Exports", "exports", majority),
    Facet("docstrings", "Docstring convention", "docstring", majority),
    Facet("docstring_start", "Docstrings of several lines start on", "docstring.start", majority),
    Facet("documented", "Documented definitions", "documented", _share),
    Facet("comment_form", "Comment form", "comment.form", majority),
    Facet("comment_space", "Space after the comment mark", "comment.space", majority),
    Facet("comment_start", "Comments begin with a letter that is", "comment.start", majority),
    Facet("annotated_parameters", "Functions with annotated parameters", "annotated.parameters", _share),
    Facet("annotated_returns", "Functions with an annotated result", "annotated.returns", _share),
    Facet("error_handling", "Error handling", "errors", majority),
    Facet("error_chaining", "Chained exceptions", "chained", majority),
    Facet("error_comparison", "Errors compared by", "compared", majority),
    Facet("test_framework", "Test framework", "framework", majority),
    Facet("test_form", "Tests are", "tests", majority),
    Facet("assertions", "Assertions", "assertions", majority),
    *(
        Facet(name, title, key, majority)
        for name, title, key in (
            ("string_formatting", "String formatting", "format"),
            ("paths", "Paths", "paths"),
            ("optional_types", "Optional types", "optional"),
            ("generic_types", "Generic types", "generics"),
            ("output", "Messages", "output"),
            ("class_helpers", "Data classes", "classes"),
            ("function_form", "Functions as", "functions"),
            ("variable_form", "Variables by", "variables"),
            ("promises", "Promises", "promises"),
            ("equality", "Equality", "equality"),
            ("type_form", "Object types", "types"),
            ("loops", "Loops", "loops"),
            ("conditions", "Error conditions", "condition"),
            ("empty_interface", "Any type", "empty"),
            ("conversions", "Conversions", "conversions"),
            ("string_conversions", "Owned strings", "strings"),
            ("null", "Null pointer", "null"),
            ("pointers", "Pointers", "pointers"),
            ("brace_lines", "Opening braces", "bracelines"),
        )
    ),
    Facet("libraries", "Common libraries", "library", _most_used),
)
_BY_NAME = {facet.name: facet for facet in FACETS}
TITLES: Mapping[str, str] = {facet.name: facet.title for facet in FACETS}
"""What each setting is called where people read it."""
