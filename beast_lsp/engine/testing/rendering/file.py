"""A whole test file, or what is added to one."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import conditions
from beast_lsp.engine.testing.merge import Existing
from beast_lsp.engine.testing.naming import first_free, names, styled
from beast_lsp.engine.testing.phrases import snake
from beast_lsp.engine.testing.placement import called
from beast_lsp.engine.testing.rendering.blocks import block
from beast_lsp.engine.testing.rendering.bodies import body
from beast_lsp.engine.testing.rendering.expressions import telling
from beast_lsp.engine.testing.rendering.helpers import definition, hoisted
from beast_lsp.engine.testing.rendering.tables import Table, tables
from beast_lsp.engine.testing.rendering.wrapping import wrapped

if TYPE_CHECKING:
    from beast_lsp.engine.testing.placement import Place
    from beast_lsp.engine.testing.rendering.bodies import Body
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Case, Target

_KINDS = ("isinstance(result, ", "type(result) is ", "type(result).__name__ == ")
_FIXTURE_TYPES = {
    "tmp_path": ("Path", "from pathlib import Path"),
    "capsys": ("pytest.CaptureFixture[str]", "import pytest"),
    "monkeypatch": ("pytest.MonkeyPatch", "import pytest"),
    "caplog": ("pytest.LogCaptureFixture", "import pytest"),
}


@dataclass(frozen=True, slots=True)
class TestFile:
    """A test file: its path and its whole text. `tests` names the test of each case, `Class::test` in a class.

    A case that the framework has no means for has no test. Those of a table share one.
    """

    __test__ = False  # pytest takes a class of this name for tests.

    path: str
    text: str
    tests: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class _Test:
    """One test: the class that it goes into ("" none), its name, the cases in it, and its lines."""

    holder: str
    name: str
    indexes: tuple[int, ...]
    lines: tuple[str, ...]
    imports: Mapping[str, str]


def rendered(cases: Sequence[Case], place: Place, targets: Mapping[str, Target], has_tables: bool = True) -> TestFile:
    """The test file for cases at a place, of which the targets by their qualified names say the parameters' names.

    Without `has_tables` every case is a test of its own. What is in the file already stays as it is.
    """
    existing = Existing(place)
    cases = [_built({**case, "checks": telling(case["checks"])}, targets) for case in cases]
    cases = [_uncollected(case) for case in cases] if place.style.framework == "pytest" else cases
    cases, helpers = hoisted(cases, existing.names)
    made = _Maker(cases, place.style, targets, existing)
    tests = made.tests(place, has_tables)
    groups: defaultdict[str, list[_Test]] = defaultdict(list)
    for test in tests:
        groups[test.holder].append(test)
    used = {name: "\n".join(definition(said, place.style.quote)) for name, said in helpers.items()}
    text = _fresh(groups, place, used) if not place.text.strip() else _added(groups, place, existing, used)
    shown = [
        (f"{test.holder}::{test.name}" if test.holder else test.name, index) for test in tests for index in test.indexes
    ]
    return TestFile(place.path, text.replace("\n", place.style.line_end), tuple(sorted(shown, key=lambda one: one[1])))


def _built(case: Case, targets: Mapping[str, Target]) -> Case:
    """A constructor's case without saying what class the object is of, where more is said of it."""
    target = targets.get(case["target"])
    if target is None or target["kind"] != "constructor" or len(case["checks"]) < 2:
        return case
    kept = [one for one in case["checks"] if not one["text"].startswith(_KINDS)]
    return {**case, "checks": kept}


def _uncollected(case: Case) -> Case:
    """The case, with functions that pytest would take for tests imported under a name with an underscore."""
    for name, text in case["imports"].items():
        if name.startswith("test") and text.endswith(f" import {name}"):
            word = re.compile(rf"(?<![.\w]){name}\b")
            renamed = case.copy()
            renamed["arrange"] = [word.sub(f"_{name}", one) for one in case["arrange"]]
            renamed["act"] = word.sub(f"_{name}", case["act"])
            renamed["checks"] = [
                {"kind": one["kind"], "text": word.sub(f"_{name}", one["text"])} for one in case["checks"]
            ]
            others = {key: value for key, value in case["imports"].items() if key != name}
            renamed["imports"] = {**others, f"_{name}": f"{text} as _{name}"}
            return _uncollected(renamed)
    return case


class _Maker:
    def __init__(self, cases: Sequence[Case], style: Style, targets: Mapping[str, Target], existing: Existing) -> None:
        self._cases = cases
        self._style = style
        self._targets = targets
        self._existing = existing

    def tests(self, place: Place, has_tables: bool) -> list[_Test]:
        """The tests in the order of their first cases."""
        cases, style = self._cases, self._style
        found = tables(cases, self._targets, style) if has_tables else []
        joined = {index for table in found for index in table.indexes}
        single = [index for index in range(len(cases)) if index not in joined]
        used = {name.lower() for name in self._existing.names}
        made: list[_Test | None] = []
        for table in found:
            made.append(self._table(table, place, used))
        named = names([cases[index] for index in single], self._targets, style, used)
        made += [self._single(index, name, place) for index, name in zip(single, named, strict=True)]
        fitting = [one for one in made if one is not None and self._existing.can_have(one.imports)]
        first = {case["target"]: -index for index, case in reversed([*enumerate(cases)])}
        return sorted(fitting, key=lambda one: (-first[cases[one.indexes[0]]["target"]], one.indexes))

    @property
    def _room(self) -> int:
        depth = 2 if self._style.has_classes else 1
        return self._style.line_length - depth * len(self._style.indent)

    def _single(self, index: int, name: str, place: Place) -> _Test | None:
        case = self._cases[index]
        holder = _holder(case["target"], place)
        inside = body(case, self._existing.style_in(holder, self._style), self._room)
        return self._test(holder, name, (index,), inside) if inside is not None else None

    def _table(self, table: Table, place: Place, used: set[str]) -> _Test | None:
        style = self._style
        told = [f"{table.name}_{one}" for one in conditions(table.case, self._targets) if not _is_column(one, table)]
        name = first_free([styled(one, style) for one in (table.name, *told)], used)
        used.add(name.lower())
        depth = 0 if style.framework == "pytest" else 2 * len(style.indent)
        holder = _holder(table.case["target"], place)
        inside = body(table.case, self._existing.style_in(holder, style), self._room - depth, table.pattern)
        if inside is None:
            return None
        if style.framework == "pytest":
            inside.imports["pytest"] = "import pytest"
            inside.above = [*_parametrized(table, style, self._room + len(style.indent)), *inside.above]
            inside.parameters = [*table.columns, *inside.parameters]
        else:
            inside.lines = _sub_tests(table, inside, style, self._room)
        return self._test(holder, name, table.indexes, inside)

    def _test(self, holder: str, name: str, indexes: tuple[int, ...], inside: Body) -> _Test:
        style, imports = self._style, dict(inside.imports)
        own = [_annotated(one, imports) if style.is_annotated else one for one in inside.parameters]
        listed = ", ".join([*(["self"] if style.has_classes else []), *own])
        head = f"{'async ' if inside.is_async else ''}def {name}({listed}){' -> None' if style.is_annotated else ''}:"
        outer = style.indent if style.has_classes else ""
        if len(head) + len(outer) > style.line_length and listed and "," not in listed:
            head = head.replace(f"({listed})", f"({listed},)")
        lines = [*inside.above, *wrapped(head, style.indent, style.line_length - len(outer))]
        lines += [style.indent + line if line else "" for line in inside.lines]
        holder = holder if style.has_classes else ""
        return _Test(holder, name, indexes, tuple(outer + line if line else "" for line in lines), imports)


def _is_column(condition: str, table: Table) -> bool:
    """Whether words of an input are only the name of a column."""
    return any(condition.endswith(f"_{snake(one)}") for one in table.columns)


def _annotated(parameter: str, imports: dict[str, str]) -> str:
    known = _FIXTURE_TYPES.get(parameter)
    if known is None:
        return parameter
    imports[known[0].partition(".")[0]] = known[1]
    return f"{parameter}: {known[0]}"


def _parametrized(table: Table, style: Style, room: int) -> list[str]:
    """The decorator with a row on each line."""
    quote, indent = style.quote, style.indent
    listed = [f"{quote}{one}{quote}" for one in table.columns]
    joined = f"{quote}{', '.join(table.columns)}{quote}"
    named = f"({', '.join(listed)})" if style.names_rows_by_tuple and len(listed) > 1 else joined
    rows = [_row(row, table.ids[at] if table.ids else "", quote) for at, row in enumerate(table.rows)]
    lines = [line for row in rows for line in _row_lines(row, indent, room - 2 * len(indent))]
    return [
        "@pytest.mark.parametrize(",
        f"{indent}{named},",
        f"{indent}[",
        *(2 * indent + one for one in lines),
        f"{indent}],",
        ")",
    ]


def _row(cells: Sequence[str], said: str, quote: str) -> str:
    if said:
        return f"pytest.param({', '.join(cells)}, id={quote}{said}{quote})"
    return f"({', '.join(cells)})" if len(cells) > 1 else cells[0]


def _row_lines(row: str, indent: str, room: int) -> list[str]:
    lines = wrapped(row, indent, room - 1)
    return [*lines[:-1], f"{lines[-1]},"]


def _sub_tests(table: Table, inside: Body, style: Style, room: int) -> list[str]:
    """A loop over the rows, each a sub-test that shows its values."""
    indent, lines = style.indent, inside.lines
    rows = [line for row in table.rows for line in _row_lines(_row(row, "", style.quote), indent, room - len(indent))]
    shown = ", ".join(f"{one}={one}" for one in table.columns if one not in {"expected", "message"})
    context = f"with self.subTest({shown})"
    if (
        lines[0].startswith("with ")
        and len(joined := f"{context}, {lines[0].removeprefix('with ')}") + len(indent) <= room
    ):
        loop = [joined, *lines[1:]]
    else:
        loop = [f"{context}:", *(indent + line if line else "" for line in lines)]
    head = [f"for {', '.join(table.columns)} in [", *(indent + line for line in rows), "]:"]
    return [*head, *(indent + line if line else "" for line in loop)]


def _holder(target: str, place: Place) -> str:
    """The class of tests for a target: one for each class, and one for the functions of the module."""
    head, _, rest = target.partition(".")
    words = (
        head
        if rest or head[:1].isupper()
        else "".join(
            word.capitalize() for word in snake(called(place.module.name.replace(".", "/") + ".py")).split("_")
        )
    )
    words = words.strip("_")
    return f"{words[:1].upper()}{words[1:]}{place.style.class_suffix}" if place.style.class_suffix else f"Test{words}"


def _fresh(groups: Mapping[str, Sequence[_Test]], place: Place, helpers: Mapping[str, str]) -> str:
    style = place.style
    imports = [text for tests in groups.values() for test in tests for text in test.imports.values()]
    imports += ["import unittest"] if style.framework == "unittest" else []
    head = [f'"""Tests of {place.module.name}."""', ""] if style.has_docstring else []
    lines = block(imports, place.own, style.line_length, style.mixes_imports)
    parts = ["\n".join([*head, *lines])] if head or lines else []
    return (
        "\n\n\n".join([*(part.strip("\n") for part in parts), *helpers.values(), *_definitions(groups, style)]) + "\n"
    )


def _definitions(groups: Mapping[str, Sequence[_Test]], style: Style) -> list[str]:
    found: list[str] = []
    for holder, tests in groups.items():
        texts = ["\n".join(test.lines) for test in tests]
        has_loop = any(line.lstrip().startswith("async def test") for test in tests for line in test.lines)
        base = f"(unittest.{'IsolatedAsyncio' if has_loop else ''}TestCase)" if style.framework == "unittest" else ""
        found += [f"class {holder}{base}:\n" + "\n\n".join(texts)] if holder else texts
    return found


def _added(groups: Mapping[str, Sequence[_Test]], place: Place, existing: Existing, helpers: Mapping[str, str]) -> str:
    """The text of the file with the new tests at its end, or at the end of their class."""
    imports = {name: text for tests in groups.values() for test in tests for name, text in test.imports.items()}
    if place.style.framework == "unittest" and any(holder not in existing.classes for holder in groups):
        imports.setdefault("unittest", "import unittest")
    into = {
        holder: ["\n".join(one.lines) for one in tests]
        for holder, tests in groups.items()
        if holder in existing.classes
    }
    rest = {holder: tests for holder, tests in groups.items() if holder not in into}
    above = list(helpers.values())
    return existing.merged(
        imports, into, [*([] if into else above), *_definitions(rest, place.style)], above if into else []
    )
