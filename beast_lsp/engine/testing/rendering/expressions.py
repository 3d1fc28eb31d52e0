"""What is asserted, as pytest and as unittest say it."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.conditions import parsed

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Check

_PRIMARY = (ast.Call, ast.Attribute, ast.Subscript, ast.Name, ast.List, ast.Dict, ast.Tuple, ast.Set, ast.Constant)
_PAIRS = {
    ast.Eq: "assertEqual",
    ast.NotEq: "assertNotEqual",
    ast.Is: "assertIs",
    ast.IsNot: "assertIsNot",
    ast.In: "assertIn",
    ast.NotIn: "assertNotIn",
    ast.Lt: "assertLess",
    ast.LtE: "assertLessEqual",
    ast.Gt: "assertGreater",
    ast.GtE: "assertGreaterEqual",
}
_UNEQUAL = re.compile(r"([\w.\[\]]+) != \1$")
_LONGEST_SHOWN = 160  # characters of a check of a representation
_MARKS = re.compile(r"[\\.^$*+?{}\[\]|()]")


def inlined(check: str, act: str) -> str | None:
    """A check with the call in place of `result`; None where it does not stand there just once."""
    tree = parsed(check)
    if (compared := _compared(check, act)) is not None:
        return compared
    found = [node for node in ast.walk(tree) if isinstance(node, ast.Name) and node.id == "result"] if tree else []
    if tree is None or len(found) != 1 or "\n" in check or not check.isascii():
        return None
    node = found[0]
    is_alone = isinstance(tree, ast.Compare) and tree.left is node
    inner = parsed(act.removeprefix("await "))
    is_plain = isinstance(inner, _PRIMARY) and (is_alone or not act.startswith("await "))
    text = act if is_plain else f"({act})"
    return check[: node.col_offset] + text + check[node.end_col_offset :]


def _compared(check: str, act: str) -> str | None:
    """A comparison that is true, or a membership that is not, as it is; None for another call."""
    node = parsed(act)
    if not isinstance(node, ast.Compare) or len(node.ops) != 1 or check not in {"result is True", "result is False"}:
        return None
    if check == "result is True":
        return act
    is_member = isinstance(node.ops[0], ast.In)
    return f"{_segment(act, node.left)} not in {_segment(act, node.comparators[0])}" if is_member else None


def approximate(check: str) -> tuple[str, str] | None:
    """The two sides of an equality of floats; None for another check."""
    node = parsed(check)
    if isinstance(node, ast.Compare) and len(node.ops) == 1 and isinstance(node.ops[0], ast.Eq):
        return _segment(check, node.left), _segment(check, node.comparators[0])
    if isinstance(node, ast.Call) and ast.unparse(node.func) in {"math.isclose", "isclose"} and len(node.args) > 1:
        return _segment(check, node.args[0]), _segment(check, node.args[1])
    return None


def telling(checks: Sequence[Check]) -> list[Check]:
    """The checks that a reader wants: no None of a call that changed something, and no page of representation."""
    kept = [check for check in checks if check["text"] != "result is None"] or list(checks)
    return [check for check in kept if not _is_page(check["text"])] or kept


def _is_page(text: str) -> bool:
    return text.startswith(("repr(", "str(")) and len(text) > _LONGEST_SHOWN


def asserted(check: str, kind: str, framework: str) -> str:
    """The assertion of a check. What is not equal to itself is not a number."""
    if (found := _UNEQUAL.match(check)) is not None:
        check = f"math.isnan({found[1]})"
    close = approximate(check) if kind == "close" else None
    if close is not None and "approx" not in check:
        left, right = close
        if framework == "pytest":
            return f"assert {left} == pytest.approx({right})"
        return f"self.assert{'AlmostEqual' if _is_number(right) else 'Equal'}({left}, {right})"
    return f"assert {check}" if framework == "pytest" else _method(check)


def _is_number(text: str) -> bool:
    return isinstance(parsed(text.lstrip("-")), ast.Constant)


def _method(check: str) -> str:
    node = parsed(check)
    if isinstance(node, ast.Compare) and len(node.ops) == 1:
        return _comparison(check, node)
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        return f"self.assertFalse({_segment(check, node.operand)})"
    if isinstance(node, ast.Call) and ast.unparse(node.func) == "isinstance" and len(node.args) > 1:
        return f"self.assertIsInstance({_segment(check, node.args[0])}, {_segment(check, node.args[1])})"
    return f"self.assertTrue({check})"


def _comparison(check: str, node: ast.Compare) -> str:
    left, right = _segment(check, node.left), _segment(check, node.comparators[0])
    operator = type(node.ops[0])
    if right == "None" and operator in {ast.Is, ast.IsNot}:
        return f"self.assertIs{'' if operator is ast.Is else 'Not'}None({left})"
    return f"self.{_PAIRS[operator]}({left}, {right})"


def _segment(text: str, node: ast.expr) -> str:
    return ast.get_source_segment(text, node) or ast.unparse(node)


def raising(kind: str, message: str, framework: str, room: int, pattern: str = "") -> str:
    """The context that expects an exception, in at most `room` columns where the message can be shortened to that.

    `pattern` is an expression for what the message matches, in place of the message itself.
    """
    whole = pattern or pattern_of(message, len(message))
    context = _context(kind, whole, framework)
    if len(context) > room and not pattern:
        context = _context(kind, pattern_of(message, len(message) - (len(context) - room)), framework)
    return context


def _context(kind: str, pattern: str, framework: str) -> str:
    if framework == "pytest":
        return f"with pytest.raises({kind}, match={pattern}):" if pattern else f"with pytest.raises({kind}):"
    return f"with self.assertRaisesRegex({kind}, {pattern}):" if pattern else f"with self.assertRaises({kind}):"


def pattern_of(message: str, most: int) -> str:
    """A literal of a regular expression that finds a message, or its beginning up to a word; "" of no text."""
    line = message.strip().partition("\n")[0]
    if len(line) > most:
        line = line[: max(most, 16)].rpartition(" ")[0] or line[:most]
    if not line or not line.isprintable():
        return ""
    escaped = _MARKS.sub(r"\\\g<0>", line)
    if escaped == line:
        return repr(line)
    quote = "'" if '"' in escaped else '"'
    return f"r{quote}{escaped}{quote}" if quote not in escaped and not escaped.endswith("\\") else repr(escaped)
