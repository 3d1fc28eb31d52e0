"""The report of a check for programs (a JSON object a line) and for a pull request (Markdown)."""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from beast_lsp.engine.quality.rating import Rating
from beast_lsp.features.report import CheckedFunction, Mark, Report

_RISKIEST = 20
_MOST_FINDINGS = 100  # A comment to a pull request has a limit, and nobody reads more.
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")

_SIGN = re.compile(r"[!-/:-@\[-`{-~]")
_SPAN = re.compile(r"(`[^`|]*`)")
_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~#]")


def json_lines(report: Report) -> Iterator[str]:
    """One object a function, and one a file that has findings outside of them; in the order of the files and lines."""
    outside: dict[str, list[Mark]] = {}
    for mark in report.outside:
        outside.setdefault(mark.path, []).append(mark)
    rows = [(path, -1, _module_row(path, marks)) for path, marks in outside.items()]
    for function in report.functions:
        rows.append((function.path, function.line, _row(function, is_calibrated=report.is_calibrated)))
    for _, _, row in sorted(rows, key=lambda each: each[:2]):
        yield json.dumps(row)


def _row(function: CheckedFunction, *, is_calibrated: bool) -> dict[str, Any]:
    rating = function.rating
    row = {
        "path": function.path,
        "name": function.name,
        "line": function.line + 1,
        "end_line": function.end_line + 1,
        "risk": rating.risk if rating else None,
        "score": rating.score if rating else None,
        "word": rating.word if rating else None,
        "calibrated": is_calibrated and rating is not None,
        "reasons": rating.shown if rating else [],
        "maintainability": round(function.maintainability, 1),
        "is_test": function.is_test,
        "findings": [_found(mark) for mark in function.marks],
    }
    shares = {"covered": function.covered, "probably_covered": function.probably_covered}
    return row | {name: round(share, 4) for name, share in shares.items() if share is not None}


def _module_row(path: str, marks: Iterable[Mark]) -> dict[str, Any]:
    found = sorted(marks, key=lambda mark: (mark.line, mark.column or 0, mark.rule))
    about = {"line": found[0].line + 1, "end_line": max(mark.end_line for mark in found) + 1}
    empty: dict[str, Any] = {"risk": None, "score": None, "word": None, "calibrated": False, "reasons": []}
    return {"path": path, "name": "", **about, **empty, "findings": [_found(mark) for mark in found]}


def _found(mark: Mark) -> dict[str, Any]:
    column = None if mark.column is None else mark.column + 1
    about = {"rule": mark.rule, "kind": mark.kind, "line": mark.line + 1, "column": column, "message": mark.message}
    return {**about, "url": mark.url} if mark.url else about


def markdown(report: Report) -> str:
    """A summary, the riskiest functions with their reasons, and the findings."""
    riskiest = report.riskiest()
    parts = ["## Code check", summary(report), *(f"> {_escaped(notice)}" for notice in report.notices)]
    if riskiest:
        head = ["| score | function | why |", "|---:|---|---|"]
        title = "### Riskiest functions" + ("" if report.is_calibrated else " (not calibrated)")
        parts += [title, "\n".join([*head, *(_function_row(*pair) for pair in riskiest[:_RISKIEST])])]
    if len(riskiest) > _RISKIEST:
        parts.append(f"And {len(riskiest) - _RISKIEST:,} more.")
    marks = report.marks
    if marks:
        parts += ["### Findings", "\n".join(_item(mark) for mark in marks[:_MOST_FINDINGS])]
    if len(marks) > _MOST_FINDINGS:
        parts.append(f"And {len(marks) - _MOST_FINDINGS:,} more.")
    return "\n\n".join(parts)


def summary(report: Report) -> str:
    """What was looked at and what was found, in a few sentences."""
    functions, files = _several(len(report.functions), "function"), _several(report.files, "file")
    mistakes, others = len(report.mistakes), len(report.marks) - len(report.mistakes)
    said = [f"{functions} in {files}: {_several(mistakes, 'finding') if mistakes else 'nothing found'}."]
    if others:
        said.append(f"Ruff's rules add {_several(others, 'remark')}.")
    words = Counter(rating.word for _, rating in report.riskiest())
    if words:
        counts = ", ".join(
            f"{words[word]:,} {word}" for word in ("fragile", "delicate", "fair", "solid") if words[word]
        )
        said.append(f"Outside of tests: {counts}.")
    return " ".join(said)


def printable(text: str) -> str:
    """A text of the workspace without what a terminal would take for a command, or what turns text around."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def _several(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


def _function_row(function: CheckedFunction, rating: Rating) -> str:
    where = f"{_code(function.name)}<br>{_code(f'{function.path}:{function.line + 1}')}"
    return f"| {rating.score} {rating.word} | {where} | {_escaped('; '.join(rating.shown))} |"


def _item(mark: Mark) -> str:
    return f"- {_code(f'{mark.path}:{mark.line + 1}')} {_escaped(mark.message)} ({_code(mark.rule)})"


def _code(text: str) -> str:
    """A code span, whatever the text holds; in a table a bar would end the cell."""
    clean = printable(text)
    if not {"`", "|"} & set(clean):
        return f"`{clean}`"
    return f"<code>{_SIGN.sub(lambda sign: f'&#{ord(sign[0])};', clean)}</code>"


def _escaped(text: str) -> str:
    """Text that stays text and calls nobody, but for its own code spans."""
    parts = _SPAN.split(printable(text))
    parts[::2] = [_SPECIAL.sub(r"\\\g<0>", part).replace("@", "@\N{ZERO WIDTH SPACE}") for part in parts[::2]]
    return "".join(parts)
