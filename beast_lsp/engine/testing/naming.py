"""Names of tests that say the behaviour: what is called, what comes out, and for which input."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.phrases import snake, value_words

if TYPE_CHECKING:
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Case, Check, Target

_LONGEST = 70  # characters of a name
_MOST_CONDITIONS = 3
_MOST_ATTRIBUTES = 2
_VERBS = {
    "returns": "return",
    "raises": "raise",
    "yields": "yield",
    "prints": "print",
    "writes": "write",
    "sets": "set",
    "leaves": "leave",
    "is": "be",
    "completes": "complete",
    "round": "round",
    "holds": "hold",
}


def names(cases: Sequence[Case], targets: Mapping[str, Target], style: Style, taken: Collection[str] = ()) -> list[str]:
    """A name for each case, in their order; none of them in `taken`, no two the same.

    The input is told by what sets a case apart from the others of its target.
    """
    given = [list(_conditions(case, targets.get(case["target"]))) for case in cases]
    outcomes = [outcome(case) for case in cases]
    rivals: defaultdict[str, list[int]] = defaultdict(list)
    for index, case in enumerate(cases):
        rivals[case["target"]].append(index)
    found: list[str] = []
    used = {name.lower() for name in taken}
    for index, case in enumerate(cases):
        others = [set(given[other]) for other in rivals[case["target"]] if other != index]
        base = subject(case["target"], style)
        options = _options(base, outcomes[index], _ranked(given[index], others))
        name = _first_free([_styled(one, style) for one in options], used)
        used.add(name.lower())
        found.append(name)
    return found


def subject(target: str, style: Style) -> str:
    """The words for a callable; within a class of tests, those of its own class are left out."""
    parts = target.split(".")
    is_own = style.has_classes and (len(parts) > 1 or target[:1].isupper())
    kept = parts[1:] if is_own else parts
    return "_".join(filter(None, map(snake, kept)))


def _options(base: str, said: str, conditions: Sequence[str]) -> Iterator[str]:
    """Names from the plainest to the most precise."""
    head = f"{base}_{said}" if base else said
    if not conditions:
        yield head
    for number in range(1, min(_MOST_CONDITIONS, len(conditions)) + 1):
        for chosen in combinations(conditions, number):
            yield f"{head}_{_joined(chosen)}"
    yield head


def _joined(conditions: Sequence[str]) -> str:
    """Conditions in a row: "for a and b with c"."""
    plain = [one.removeprefix("for_") for one in conditions if one.startswith("for_")]
    rest = [one for one in conditions if not one.startswith("for_")]
    return "_".join([*([f"for_{'_and_'.join(plain)}"] if plain else []), *rest])


def _first_free(options: Sequence[str], used: Collection[str]) -> str:
    fitting = [one for one in options if len(one) <= _LONGEST] or [options[-1][:_LONGEST].rstrip("_")]
    free = next((one for one in fitting if one.lower() not in used), None)
    if free is not None:
        return free
    number = 2
    while f"{fitting[0]}_{number}".lower() in used:
        number += 1
    return f"{fitting[0]}_{number}"


def _styled(words: str, style: Style) -> str:
    if style.says_should:
        words = re.sub(rf"_({'|'.join(_VERBS)})(?=_|$)", lambda verb: f"_should_{_VERBS[verb[1]]}", words, count=1)
    name = f"test_{re.sub(r'_+', '_', words)}"
    if style.case == "camelCase":
        first, *rest = name.split("_")
        return first + "".join(word[:1].upper() + word[1:] for word in rest)
    return name


def _ranked(own: Sequence[str], others: Sequence[set[str]]) -> list[str]:
    """Conditions, those that fewest other cases share first; what nearly all share says nothing."""
    shared = {one: sum(one in other for other in others) for one in own}
    ranked = sorted(dict.fromkeys(own), key=lambda one: shared[one])
    telling = [one for one in ranked if not others or 2 * shared[one] <= len(others)]
    return telling or ranked[:1]


def _conditions(case: Case, target: Target | None) -> Iterator[str]:
    """What could be said of the input: arguments, what was done before, what is faked."""
    if case["given"]:
        return
    call = _call(case["act"])
    parameters = [one["name"] for one in target["parameters"]] if target is not None else []
    if call is not None:
        for index, node in enumerate(call.args):
            yield from _argument(node, parameters[index] if index < len(parameters) else "", by_name=False)
        for keyword in call.keywords:
            if keyword.arg is not None:
                yield from _argument(keyword.value, keyword.arg, by_name=True)
        if not call.args and not call.keywords and parameters:
            yield "by_default"
        yield from _receiver(call)
    yield from _done_before(case)


def _argument(node: ast.expr, parameter: str, by_name: bool) -> Iterator[str]:
    is_flag = isinstance(node, ast.Constant) and isinstance(node.value, bool)
    if is_flag and parameter:
        yield f"{'with' if node.value else 'without'}_{snake(parameter)}"  # type: ignore[attr-defined]  # a constant.
        return
    words = value_words(node, snake(parameter))
    if not words:
        return
    is_named = by_name and snake(parameter) not in words
    yield f"with_{snake(parameter)}_{words}" if is_named else f"for_{words}"


def _receiver(call: ast.Call) -> Iterator[str]:
    """How the object was made that a method is called on."""
    made = call.func.value if isinstance(call.func, ast.Attribute) else None
    if isinstance(made, ast.Call):
        for node in [*made.args, *(one.value for one in made.keywords)]:
            if words := value_words(node):
                yield f"of_{words}"


def _done_before(case: Case) -> Iterator[str]:
    for statement in case["arrange"]:
        call = _call(statement)
        if call is not None and isinstance(call.func, ast.Attribute) and isinstance(call.func.value, ast.Name):
            yield f"after_{snake(call.func.attr)}"
        for node in _made(statement):
            if words := value_words(node):
                yield f"of_{words}"


def _made(statement: str) -> list[ast.expr]:
    """The values that an assignment's call is given."""
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    value = body[0].value if len(body) == 1 and isinstance(body[0], ast.Assign) else None
    return [*value.args, *(one.value for one in value.keywords)] if isinstance(value, ast.Call) else []


def _call(text: str) -> ast.Call | None:
    """The call that an expression is, inside of what only collects its items."""
    node = parsed(text)
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"list", "next", "tuple"}:
        if len(node.args) != 1 or not isinstance(node.args[0], ast.Call):
            break
        node = node.args[0]
    return node if isinstance(node, ast.Call) else None


def parsed(text: str) -> ast.expr | None:
    """An expression; None where the text is none."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def outcome(case: Case) -> str:
    """What comes out, in words that begin with a verb."""
    raised = case["raises"]
    if raised is not None:
        return f"raises_{snake(raised['type'].rpartition('.')[2])}"
    if case["given"]:
        return _property(case["checks"])
    said = [words for check in case["checks"] if (words := _checked(check, _receiver_name(case["act"])))]
    plain = next((one for one in said if not one.startswith("sets_")), "")
    kept = [one.removeprefix("sets_") for one in dict.fromkeys(said)][:_MOST_ATTRIBUTES]
    return plain or (f"sets_{'_and_'.join(kept)}" if kept else "completes")


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
        if receiver and isinstance(right, ast.Name) and right.id == receiver:
            return "returns_itself"
        return _compared(kind, node.left, right)
    if isinstance(node, ast.Call) and len(node.args) == 2 and isinstance(node.func, ast.Name):
        return f"returns_{value_words(node.args[1])}" if node.func.id == "isinstance" else ""
    return ""


def _compared(kind: str, left: ast.expr, right: ast.expr) -> str:
    words = value_words(right)
    if isinstance(left, ast.Attribute):
        is_result = isinstance(left.value, ast.Name) and left.value.id == "result"
        return f"sets_{snake(left.attr)}" if is_result or kind == "attribute" else ""
    if isinstance(left, ast.Call) and isinstance(left.func, ast.Name):
        return _through(left.func.id, words)
    if isinstance(left, ast.Name) and left.id != "result":
        return f"sets_{snake(left.id)}"
    is_result = isinstance(left, ast.Name) or isinstance(getattr(left, "slice", None), ast.Slice)
    return (f"returns_{words}" if words else "returns_value") if is_result else ""


def _through(function: str, words: str) -> str:
    """What is said through `list(result)`, `len(result)` or `str(result)`."""
    if function == "list":
        return "yields_nothing" if words.startswith("empty") else f"yields_{words}" if words else "yields_items"
    return f"shows_{words}" if function in {"str", "repr"} and words else ""
