"""The findings of a check as SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format", 2020)."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import quote

from beast_lsp import __version__
from beast_lsp.engine.rules.registry import RULES
from beast_lsp.features.report import MISTAKE, Mark, Report
from beast_lsp.store.history.git import repository_of

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FINGERPRINT = "beastLsp/v1"
"""Names how a fingerprint is made: to be raised when that changes, or every known finding counts as new."""


def sarif(report: Report) -> str:
    """The log. Paths are relative to the top of the repository, or to the checked folder where there is none."""
    top = repository_of(report.folder)
    prefix = "" if top is None or top == report.folder else f"{report.folder.relative_to(top).as_posix()}/"
    marks = report.marks
    rules = [*_own_rules(), *_others(marks)]
    run = {
        "tool": {"driver": {"name": "beast-lsp", "semanticVersion": __version__, "rules": rules}},
        # Our columns count characters, not UTF-16 units.
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The top of the repository."}}},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": _notifications(report.notices)}],
        "results": list(_results(marks, prefix, [rule["id"] for rule in rules])),
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=1)


def _own_rules() -> Iterator[dict[str, Any]]:
    for rule in RULES:
        text = " ".join(rule.summary.split())
        ignoring = f"A comment `beast: ignore[{rule.name}]` on the line, or alone above it, leaves it alone."
        yield {
            "id": rule.name,
            "shortDescription": {"text": text.split(". ")[0].rstrip(".") + "."},
            "fullDescription": {"text": text},
            "help": {"text": f"{text} {ignoring}"},
            "defaultConfiguration": {"level": "warning"},
            "properties": {"tags": ["correctness"]},
        }


def _others(marks: Iterable[Mark]) -> Iterator[dict[str, Any]]:
    """The rules of ruff that found something."""
    for rule, mark in sorted({mark.rule: mark for mark in marks if mark.kind != MISTAKE}.items()):
        description = {"text": f"Ruff's rule {rule.partition(':')[2]}, on {mark.kind}."}
        about = {"helpUri": mark.url} if mark.url else {}
        level = {"defaultConfiguration": {"level": "note"}, "properties": {"tags": [mark.kind]}}
        yield {"id": rule, "shortDescription": description, "help": description, **about, **level}


def _results(marks: Sequence[Mark], prefix: str, rules: Sequence[str]) -> Iterator[dict[str, Any]]:
    places = {rule: number for number, rule in enumerate(rules)}
    seen = Counter[str]()
    for mark in marks:
        path = f"{prefix}{mark.path}"
        same = "\0".join((mark.rule, path, mark.owner, mark.text))
        seen[same] += 1
        location = {"physicalLocation": {"artifactLocation": _artifact(path), "region": _region(mark)}}
        if mark.owner:
            location["logicalLocations"] = [{"fullyQualifiedName": mark.owner, "kind": "function"}]  # type: ignore[assignment] # JSON.
        yield {
            "ruleId": mark.rule,
            "ruleIndex": places[mark.rule],
            "level": "warning" if mark.kind == MISTAKE else "note",
            "message": {"text": mark.message},
            "locations": [location],
            "partialFingerprints": {_FINGERPRINT: _digest(f"{same}\0{seen[same]}")},
        }


def _artifact(path: str) -> dict[str, str]:
    return {"uri": quote(path), "uriBaseId": _ROOT}


def _region(mark: Mark) -> dict[str, int]:
    """Lines and columns from 1; the end column is that of the character behind the end."""
    region = {"startLine": mark.line + 1, "endLine": mark.end_line + 1}
    if mark.column is not None and mark.end_column is not None:
        region |= {"startColumn": mark.column + 1, "endColumn": mark.end_column + 1}
    return region


def _notifications(notices: Iterable[str]) -> list[dict[str, Any]]:
    return [{"level": "note", "message": {"text": notice}} for notice in notices]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]
