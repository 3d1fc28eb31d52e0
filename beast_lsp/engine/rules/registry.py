"""Every rule, and what they find in one text.

A rule belongs here when fewer than one in ten of its findings on well-kept projects is not worth a change; what is a
matter of taste is left to the linters that a project chooses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence

from beast_lsp.engine.rules import calls, definitions, discarded, flow, handlers, operands, stale, swapped, values
from beast_lsp.engine.rules.finding import Check, Finding, Place, Rule

_PYTHON = frozenset({"python"})
_ALL = frozenset({"python", "javascript", "go", "rust", "java", "c"})
_CHECKS: tuple[tuple[str, frozenset[str], Check], ...] = (
    ("identical-operands", _ALL, operands.identical_operands),
    ("repeated-operand", _ALL, operands.repeated_operand),
    ("repeated-condition", _ALL, operands.repeated_condition),
    ("repeated-key", _PYTHON, operands.repeated_key),
    ("unreachable-code", _ALL - {"rust"}, flow.unreachable_code),
    ("unreachable-handler", _PYTHON, handlers.unreachable_handler),
    ("discarded-comparison", _PYTHON, discarded.discarded_comparison),
    ("impossible-comparison", _PYTHON, values.impossible_comparison),
    ("identity-of-a-literal", _PYTHON, values.identity_of_a_literal),
    ("assertion-of-a-tuple", _PYTHON, values.assertion_of_a_tuple),
    ("raised-notimplemented", _PYTHON, values.raised_notimplemented),
    ("replaced-definition", _PYTHON, definitions.replaced_definition),
    ("swapped-arguments", _PYTHON, swapped.swapped_arguments),
    ("impossible-call", _PYTHON, calls.impossible_call),
    ("stale-parameter", _PYTHON, stale.stale_parameter),
    ("stale-default", _PYTHON, stale.stale_default),
    ("stale-type", _PYTHON, stale.stale_type),
    ("stale-exception", _PYTHON, stale.stale_exception),
    ("stale-result", _PYTHON, stale.stale_result),
)
RULES: tuple[Rule, ...] = tuple(Rule(name, check.__doc__ or "", families, check) for name, families, check in _CHECKS)
# Code that a test reads, and that is wrong on purpose.
_DATA = re.compile(
    r"(?:\A|/)(?:tests?|testing|t)/(?:.*/)?(?:data|fixtures?|cases|samples?|snippets|golden|mypy|inputs?|outputs?)/"
    r"|(?:\A|/)(?:testdata|typing[_-]tests?|typing-examples|test_typing)/"
)
_IGNORE = re.compile(r"beast:\s*ignore(?:\[([\w\-, ]*)\])?")


def findings(place: Place, muted: Collection[str] = (), cancelled: Callable[[], bool] = lambda: False) -> list[Finding]:
    """What the rules find in a text, in its order, but for `muted` rules and what a comment says to ignore.

    `cancelled` is asked before each rule, which takes up to 40 ms for a thousand lines; what is found by then counts.
    """
    if _DATA.search(place.path):
        return []
    found = [
        finding
        for rule in RULES
        if place.language.family in rule.families and rule.name not in muted and not cancelled()
        for finding in _found(rule, place)
        if not is_ignored(finding, place.tree.lines, place.language.line_comment)
    ]
    return sorted(found, key=lambda finding: (finding.start, finding.end, finding.rule))


def _found(rule: Rule, place: Place) -> list[Finding]:
    try:
        return list(rule.check(place))
    except RecursionError:
        return []  # An expression of a thousand levels was written by a program.


def is_ignored(finding: Finding, lines: Sequence[str], mark: str) -> bool:
    """Whether `beast: ignore` or `beast: ignore[rule, …]` stands on the line, or alone on the one above."""
    row = finding.start.line
    above = lines[row - 1].strip() if row else ""
    comments = [lines[row].partition(mark)[2], above.removeprefix(mark) if above.startswith(mark) else ""]
    for comment in comments if mark else ():
        match = _IGNORE.search(comment)
        if match and (match[1] is None or finding.rule in {name.strip() for name in match[1].split(",")}):
            return True
    return False
