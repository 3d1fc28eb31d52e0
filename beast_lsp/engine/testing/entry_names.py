"""Words for calls of entry points: the command line that was given, or the address that was asked for."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.phrases import slug

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Case

_CODE = re.compile(r"result\.(exit_code|status_code) == (\d+)")
_MOST_WORDS = 6


def entry_outcome(case: Case) -> str:
    """What came out: "exits_with_2" for a command, "answers_404" for a view; "" for any other case."""
    for check in case["checks"]:
        if found := _CODE.fullmatch(check["text"]):
            return f"{'exits_with' if found[1] == 'exit_code' else 'answers'}_{found[2]}"
    return ""


def entry_condition(case: Case) -> str:
    """What the entry point was given, as "for_text_count_3" or "for_get_items_0"; "" for any other case."""
    if not entry_outcome(case):
        return ""
    try:
        call = ast.parse(case["act"], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute) or not call.args:
        return ""
    if call.func.attr == "invoke":
        given = call.args[1] if len(call.args) > 1 else None
        words = _words(given.elts) if isinstance(given, ast.List) else []
        return f"for_{'_'.join(words[:_MOST_WORDS])}" if words else "without_arguments"
    body = [f"with_{one.arg}" for one in call.keywords if one.arg]
    return "_".join([f"for_{call.func.attr}", *(_words(call.args[:1]) or ["root"]), *body])


def _words(nodes: list[ast.expr]) -> list[str]:
    """The words of literals; of what is no literal, such as a path, that it is an input."""
    found = []
    for one in nodes:
        value = one.value if isinstance(one, ast.Constant) else None
        found.append(slug(value, _MOST_WORDS) if isinstance(value, str) else "input")
    return [word for word in found if word]
