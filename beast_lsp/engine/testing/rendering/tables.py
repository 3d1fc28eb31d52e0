"""Cases that differ in values only, as one test with a table of them."""

from __future__ import annotations

import ast
import keyword
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import parsed
from beast_lsp.engine.testing.naming import subject
from beast_lsp.engine.testing.outcomes import outcome
from beast_lsp.engine.testing.phrases import snake, value_words
from beast_lsp.engine.testing.rendering.expressions import pattern_of
from beast_lsp.engine.testing.rendering.wrapping import requoted
from beast_lsp.guest.wire import Case, Check, Raised

if TYPE_CHECKING:
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Target

_FEWEST_ROWS = 3
_LONGEST_CELL = 60  # characters
_MOST_COLUMNS = 4
_LONGEST_MESSAGE = 50  # characters that are asked for
_PLAIN = re.compile(r"[\w .,:;/=+@#%&'\"-]{0,24}\Z")


@dataclass(frozen=True, slots=True)
class _Shape:
    """A case apart: the call and what is expected of it, in pieces."""

    callee: str
    arguments: tuple[str, ...]
    keywords: tuple[tuple[str, str], ...]
    left: str  # of the check, with its operator; "" of an exception
    expected: str

    @property
    def values(self) -> tuple[str, ...]:
        """The arguments in their order."""
        return (*self.arguments, *(value for _, value in self.keywords))


@dataclass(frozen=True, slots=True)
class Table:
    """Several cases as one: `case` has the names of the columns in place of the values.

    `rows` hold a cell for each column, `ids` a word for each row, or nothing where the values say it. `pattern` is the
    column that an exception's message matches, or "". `name` is the test's, without "test_".
    """

    indexes: tuple[int, ...]
    case: Case
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    ids: tuple[str, ...]
    pattern: str
    name: str


def tables(cases: Sequence[Case], targets: Mapping[str, Target], style: Style) -> list[Table]:
    """The tables that can be made of cases."""
    groups: defaultdict[tuple[object, ...], list[tuple[int, _Shape]]] = defaultdict(list)
    for index, case in enumerate(cases):
        shape = _shape(case)
        if shape is not None:
            groups[_key(case, shape)].append((index, shape))
    found = (_table(cases, group, targets, style) for group in groups.values() if len(group) >= _FEWEST_ROWS)
    return [one for one in found if one is not None]


def _key(case: Case, shape: _Shape) -> tuple[object, ...]:
    """Equal for cases that differ in values only."""
    raised, kinds = case["raises"], tuple(check["kind"] for check in case["checks"])
    fakes = tuple((one["path"], one["value"]) for one in case["fakes"])
    before = (case["target"], case["is_async"], tuple(case["arrange"]), tuple(case["needs"]), fakes)
    names = tuple(name for name, _ in shape.keywords)
    return before, shape.callee, len(shape.arguments), names, kinds, shape.left, raised["type"] if raised else ""


def _shape(case: Case) -> _Shape | None:
    """The pieces of a case; None of one that fits no table."""
    node = parsed(case["act"])
    raised, checks = case["raises"], case["checks"]
    is_one = (raised is not None and not checks) or (raised is None and len(checks) == 1)
    if not isinstance(node, ast.Call) or not is_one or case["given"] or case["suspicion"] or "\n" in case["act"]:
        return None
    if any(isinstance(one, ast.Starred) for one in node.args) or any(one.arg is None for one in node.keywords):
        return None
    arguments = tuple(_segment(case["act"], one) for one in node.args)
    keywords = tuple((one.arg or "", _segment(case["act"], one.value)) for one in node.keywords)
    compared = ("", pattern_of(raised["message"], _LONGEST_MESSAGE)) if raised is not None else _compared(checks[0])
    if compared is None or any(
        len(cell) > _LONGEST_CELL for cell in (*arguments, *dict(keywords).values(), compared[1])
    ):
        return None
    return _Shape(_segment(case["act"], node.func), arguments, keywords, *compared)


def _compared(check: Check) -> tuple[str, str] | None:
    """A check as what is compared, with the operator, and the value that it is compared with."""
    node = parsed(check["text"])
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or not isinstance(node.ops[0], ast.Eq | ast.Is):
        return None
    sign = "==" if isinstance(node.ops[0], ast.Eq) else "is"
    return f"{_segment(check['text'], node.left)} {sign} ", _segment(check["text"], node.comparators[0])


def _segment(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ast.unparse(node)


def _table(
    cases: Sequence[Case], group: list[tuple[int, _Shape]], targets: Mapping[str, Target], style: Style
) -> Table | None:
    first = group[0][1]
    case = cases[group[0][0]]
    varying = [at for at in range(len(first.values)) if len({shape.values[at] for _, shape in group}) > 1]
    if not varying or len(varying) > _MOST_COLUMNS:
        return None
    names = _names(first, varying, targets.get(case["target"]), case)
    has_expected = len({shape.expected for _, shape in group}) > 1
    last = "message" if case["raises"] is not None else "expected"
    columns = (*names, *([last] if has_expected else []))
    rows = [
        (*(shape.values[at] for at in varying), *([shape.expected or '""'] if has_expected else []))
        for _, shape in group
    ]
    if len(set(columns)) < len(columns) or len(set(rows)) < len(rows):
        return None
    made = _with_columns(cases, group, dict(zip(varying, names, strict=True)), last if has_expected else "")
    said = _name(case, names, has_expected, style)
    quoted = tuple(tuple(requoted(cell, style.quote) for cell in row) for row in rows)
    pattern = last if has_expected and case["raises"] is not None else ""
    indexes = tuple(index for index, _ in group)
    return Table(indexes, made, columns, quoted, _ids(rows, len(varying)), pattern, said)


def _names(shape: _Shape, varying: list[int], target: Target | None, case: Case) -> list[str]:
    """The columns are called as the parameters are, unless the test needs that name for something else."""
    parameters = [one["name"] for one in target["parameters"] if one["kind"] != "keyword-only"] if target else []
    found = []
    for at in varying:
        number = at - len(shape.arguments)
        name = (
            shape.keywords[number][0] if number >= 0 else parameters[at] if at < len(parameters) else f"value{at + 1}"
        )
        is_taken = name in case["imports"] or name in case["needs"] or keyword.iskeyword(name)
        found.append(f"{name.strip('_')}_value" if is_taken or name in {"result", "self", "request"} else name)
    return found


def _with_columns(cases: Sequence[Case], group: list[tuple[int, _Shape]], names: Mapping[int, str], last: str) -> Case:
    """The first case with names in place of what varies, and the imports of all."""
    index, shape = group[0]
    given = [names.get(at, value) for at, value in enumerate(shape.arguments)]
    count = len(shape.arguments)
    given += [f"{key}={names.get(count + at, value)}" for at, (key, value) in enumerate(shape.keywords)]
    made = cases[index].copy()
    made["act"] = f"{shape.callee}({', '.join(given)})"
    made["imports"] = {name: text for number, _ in group for name, text in cases[number]["imports"].items()}
    if last == "expected":
        made["checks"] = [Check(kind=made["checks"][0]["kind"], text=f"{shape.left}expected")]
    elif last and made["raises"] is not None:
        made["raises"] = Raised(type=made["raises"]["type"], message="")
    return made


def _name(case: Case, names: list[str], has_expected: bool, style: Style) -> str:
    base = subject(case["target"], style)
    if has_expected and case["raises"] is None:
        words = "_and_".join(map(snake, names)) if len(names) < 3 else "arguments"
        return f"{base}_by_{words}".strip("_")
    return f"{base}_{outcome(case)}".strip("_")


def _ids(rows: Sequence[tuple[str, ...]], count: int) -> tuple[str, ...]:
    """Words for rows whose values pytest could not show; nothing where it can, or where words tell no two apart."""
    if all(_is_shown(cell) for row in rows for cell in row):
        return ()
    found = ["-".join(dict.fromkeys(filter(None, map(_words, row[:count])))) for row in rows]
    return tuple(found) if all(found) and len(set(found)) == len(found) else ()


def _is_shown(cell: str) -> bool:
    node = parsed(cell)
    node = node.operand if isinstance(node, ast.UnaryOp) else node
    return isinstance(node, ast.Constant) and (not isinstance(node.value, str) or bool(_PLAIN.match(node.value)))


def _words(cell: str) -> str:
    node = parsed(cell)
    return value_words(node).replace("_", " ") if node is not None else ""
