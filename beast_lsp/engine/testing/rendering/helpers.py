"""Classes and functions that tests need: defined once, above the tests, instead of in each of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.rendering.wrapping import requoted

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Case

_DEFINITION = re.compile(r"(?:class|(?:async )?def) (\w+)")
_INNER = re.compile(r"(\s*)(?:class |(?:async )?def |@)")


def hoisted(cases: Sequence[Case], taken: Collection[str]) -> tuple[list[Case], dict[str, str]]:
    """The cases without the helpers that can stand above all tests, and those by their names.

    A helper stays in its test where its name is `taken`, where another helper has the name, or where it uses what the
    test itself binds.
    """
    found: dict[str, set[str]] = {}
    for case in cases:
        for name, text in _helpers(case):
            found.setdefault(name, set()).add(text)
    bound = {case["target"].partition(".")[0] for case in cases} | {*taken}
    kept = {name: next(iter(texts)) for name, texts in found.items() if len(texts) == 1 and name not in bound}
    kept = {name: text for name, text in kept.items() if all(_is_free(text, case) for case in cases)}
    texts = set(kept.values())
    left = [{**case, "arrange": [one for one in case["arrange"] if one not in texts]} for case in cases]
    return left, kept  # type: ignore[return-value]  # a case with another list stays a case.


def _helpers(case: Case) -> list[tuple[str, str]]:
    return [(named[1], one) for one in case["arrange"] if (named := _DEFINITION.match(one)) is not None]


def _is_free(text: str, case: Case) -> bool:
    """Whether a helper uses nothing that the test binds in another way."""
    if text not in case["arrange"]:
        return True
    others = {name for one in case["arrange"] if one != text for name in _names(one, ast.Store)}
    return not others & _names(text, ast.Load)


def _names(text: str, context: type[ast.expr_context]) -> set[str]:
    try:
        nodes = list(ast.walk(ast.parse(text)))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    return {node.id for node in nodes if isinstance(node, ast.Name) and isinstance(node.ctx, context)}


def definition(text: str, quote: str) -> list[str]:
    """The lines of a helper, with a blank line between its methods."""
    lines: list[str] = []
    for line in text.split("\n"):
        before = lines[-1] if lines else ""
        is_first = not before or before.rstrip().endswith(":") or before.lstrip().startswith("@")
        if _INNER.match(line) and not is_first:
            lines.append("")
        lines.append(requoted(line, quote) if '"""' not in text and "'''" not in text else line)
    return lines
