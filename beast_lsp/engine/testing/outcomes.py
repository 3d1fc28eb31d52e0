"""What a test's name can say of the outcome of a case, in words that begin with a verb."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import parsed
from beast_lsp.engine.testing.entry_names import entry_outcome
from beast_lsp.engine.testing.phrases import count_words, snake, value_words

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Case, Check

_MOST_ATTRIBUTES = 2


def outcome(case: Case) -> str:
    """What comes out, in words that begin with a verb."""
    raised = case["raises"]
    if raised is not None:
        return f"raises_{snake(raised['type'].rpartition('.')[2])}"
    if case["given"]:
        return _property(case["checks"])
    if told := entry_outcome(case):
        return told
    said = [words for check in case["checks"] if (words := _checked(check, _receiver_name(case["act"])))]
    kept = [one.removeprefix("sets_") for one in dict.fromkeys(said) if one.startswith("sets_")][:_MOST_ATTRIBUTES]
    own = f"returns_{snake(case['target'].rpartition('.')[2])}"
    plain = [one for one in said if not one.startswith("sets_") and one != own]
    if not plain and not kept:
        return "is_created" if own in said else "completes"
    return plain[0] if plain else f"sets_{'_and_'.join(kept)}"


def _receiver_name(act: str) -> str:
    """The variable that a method is called on; "" without one."""
    call = parsed(act)
    callee = call.func if isinstance(call, ast.Call) else None
    receiver = callee.value if isinstance(callee, ast.Attribute) else None
    return receiver.id if isinstance(receiver, ast.Name) else ""


def _property(checks: Sequence[Check]) -> str:
    node = parsed(checks[0]["text"]) if checks else None
    left = node.left if isinstance(node, ast.Compare) else None
    inner = left.args[0] if isinstance(left, ast.Call) and left.args else None
    if isinstance(inner, ast.Call) and isinstance(left, ast.Call):
        return "is_idempotent" if ast.dump(inner.func) == ast.dump(left.func) else "round_trips"
    return "holds_for_any_input"


def _checked(check: Check, receiver: str) -> str:
    kind = check["kind"]
    if kind == "output":
        return "prints_nothing" if check["text"].endswith(("== ''", '== ""')) else "prints_text"
    if kind == "file":
        return "writes_file"
    node = parsed(check["text"])
    if isinstance(node, ast.Compare) and len(node.comparators) == 1:
        right = node.comparators[0]
        is_own = bool(receiver) and isinstance(right, ast.Name) and right.id == receiver
        return "returns_itself" if is_own else _compared(kind, node.left, right)
    return _asked(node) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""


def _asked(call: ast.Call) -> str:
    """What `isinstance(result, Kind)` and `callable(result)` say."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    if name == "isinstance" and len(call.args) == 2:
        return f"returns_{value_words(call.args[1])}"
    return "returns_callable" if name == "callable" else ""


def _compared(kind: str, left: ast.expr, right: ast.expr) -> str:
    words = value_words(right)
    if ast.unparse(left).startswith("type("):
        return f"returns_{words}" if words else ""
    if isinstance(left, ast.Attribute):
        is_result = isinstance(left.value, ast.Name) and left.value.id == "result"
        return f"sets_{snake(left.attr)}" if is_result or kind == "attribute" else ""
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name) and left.args:
        return _through(left.func.id, left.args[0], right)
    if isinstance(left, ast.Name) and left.id != "result":
        return f"sets_{snake(left.id)}"
    is_result = isinstance(left, ast.Name) or isinstance(getattr(left, "slice", None), ast.Slice)
    return (f"returns_{words}" if words else "returns_value") if is_result else ""


def _through(function: str, inner: ast.expr, right: ast.expr) -> str:
    """What is said through `list(result)`, `len(result)` or `str(result)`."""
    words, is_result = value_words(right), isinstance(inner, ast.Name) and inner.id == "result"
    if function == "len" and isinstance(right, ast.Constant) and isinstance(right.value, int):
        return f"{'returns' if is_result else 'leaves'}_{count_words(right.value)}"
    if function == "list":
        return "yields_nothing" if words.startswith("empty") else f"yields_{words}" if words else "yields_items"
    return f"shows_{words}" if function in {"str", "repr"} and words else ""
