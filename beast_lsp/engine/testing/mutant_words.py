"""What test would notice a mutant, in words."""

from __future__ import annotations

import ast

from beast_lsp.guest.wire import MutantVerdict

# What says most of a function's behaviour first.
_ORDER = (
    "return value", "statement removed", "branch", "comparison", "and/or", "not removed", "exception type",
    "exception not caught", "condition", "loop skipped", "arithmetic", "sign removed", "slice bound dropped",
    "break to continue", "continue to break", "keyword dropped", "constant",
)  # fmt: skip
_HINTS = {
    "return value": "a test that asserts what it returns",
    "statement removed": "a test that sees what it does",
    "and/or": "a test where only one side is true",
    "not removed": "a test where the condition is true, and one where it is false",
    "exception type": "a test of which exception is raised",
    "exception not caught": "a test in which that exception is raised",
    "loop skipped": "a test with something to loop over",
    "arithmetic": "a test whose expected value depends on it",
    "sign removed": "a test whose expected value depends on the sign",
    "slice bound dropped": "a test with items on both sides of the bound",
    "break to continue": "a test with something left after the loop should stop",
    "continue to break": "a test with something left after what is skipped",
    "keyword dropped": "a test in which that argument matters",
    "constant": "a test in which that very value matters",
}
_LIMITS = (ast.Lt, ast.LtE, ast.Gt, ast.GtE)


def usefulness(operator: str) -> int:
    """The place of an operator among the others, the most telling at 0."""
    return _ORDER.index(operator) if operator in _ORDER else len(_ORDER)


def wanted_test(mutant: MutantVerdict) -> str:
    """The change that no test notices, and the test that would, as a sentence without its full stop. Total."""
    before, after = mutant["before"], mutant["after"]
    hint = _hint(mutant["operator"], before, after)
    change = f"`{before}` could go" if mutant["operator"] == "statement removed" else f"`{before}` could be `{after}`"
    return f"line {mutant['line']}: {change} and no test would notice{f': {hint}' if hint else ''}"


def _hint(operator: str, before: str, after: str) -> str:
    if operator in {"branch", "condition"}:
        return _of_condition(before, after)
    if operator == "comparison":
        return _of_comparison(before, after)
    return _HINTS.get(operator, "")


def _of_condition(before: str, after: str) -> str:
    """A test where the condition is what the mutant says that it never is."""
    always = "True" in after and "True" not in before
    header = before.removeprefix("if ").removeprefix("elif ").rstrip(":")
    condition = header if before.startswith(("if ", "elif ")) else "the condition"
    shown = f"`{condition}`" if condition == header else condition
    return f"a test where {shown} is {'false' if always else 'true'}, and it shows"


def _of_comparison(before: str, after: str) -> str:
    try:
        was, now = ast.parse(before, mode="eval").body, ast.parse(after, mode="eval").body
    except (SyntaxError, ValueError, RecursionError):
        return ""
    if not isinstance(was, ast.Compare) or not isinstance(now, ast.Compare):
        return ""
    sides = [was.left, *was.comparators]
    for index, (old, new) in enumerate(zip(was.ops, now.ops, strict=False)):
        if type(old) is not type(new):
            left, right = ast.unparse(sides[index]), ast.unparse(sides[index + 1])
            if isinstance(old, _LIMITS):
                return f"a test with `{left} == {right}`"
            return "a test where it is true, and one where it is false"
    return ""
