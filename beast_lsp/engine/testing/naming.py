"""Names of tests that say the behaviour: what is called, what comes out, and for which input."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.phrases import details, snake, value_words

if TYPE_CHECKING:
    from beast_lsp.engine.testing.style import Style
    from beast_lsp.guest.wire import Case, Check, Parameter, Target

_LONGEST = 70  # characters of a name
_MOST_CONDITIONS = 3
_MOST_ATTRIBUTES = 2
_SPECIAL = re.compile(
    r"_(?:empty|blank|none|minus|zero|nan|infinity|non_ascii|true|false)(?:_|$)|_bytes$|^by_default$|^without_"
)
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
    given = [list(conditions(case, targets)) for case in cases]
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
        name = first_free([styled(one, style) for one in options], used)
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


def first_free(options: Sequence[str], used: Collection[str]) -> str:
    """The first of some names that is free and short enough; with a number where none is."""
    fitting = [one for one in options if len(one) <= _LONGEST] or [options[-1][:_LONGEST].rstrip("_")]
    free = next((one for one in fitting if one.lower() not in used), None)
    if free is not None:
        return free
    number = 2
    while f"{fitting[0]}_{number}".lower() in used:
        number += 1
    return f"{fitting[0]}_{number}"


def styled(words: str, style: Style) -> str:
    """Words as the name of a test."""
    if style.says_should:
        words = re.sub(rf"_({'|'.join(_VERBS)})(?=_|$)", lambda verb: f"_should_{_VERBS[verb[1]]}", words, count=1)
    name = f"test_{re.sub(r'_+', '_', words)}"
    if style.case == "camelCase":
        first, *rest = name.split("_")
        return first + "".join(word[:1].upper() + word[1:] for word in rest)
    return name


def _ranked(own: Sequence[str], others: Sequence[set[str]]) -> list[str]:
    """Conditions, those that fewest other cases share first; what nearly all share says nothing.

    A special value, such as an empty or a negative one, comes before the others.
    """
    shared = {one: sum(one in other for other in others) for one in own}
    ranked = sorted(dict.fromkeys(own), key=lambda one: (not _SPECIAL.search(one), shared[one] > len(others) // 4))
    telling = [one for one in ranked if not others or 2 * shared[one] <= len(others)]
    return telling or ranked[:1]


def conditions(case: Case, targets: Mapping[str, Target]) -> Iterator[str]:
    """What could be said of the input: arguments, how the object was made, and what was done before."""
    if case["given"]:
        return
    call = _call(case["act"])
    if call is not None:
        held = _Held(case["arrange"])
        call = held.visit(call)
        yield from _given(call, _parameters(case["target"], targets), "for")
        made = call.func.value if isinstance(call.func, ast.Attribute) else None
        if isinstance(made, ast.Call):
            yield from _given(made, _parameters(ast.unparse(made.func), targets), "with")
    for statement in case["arrange"]:
        yield from _done(statement, targets)


class _Held(ast.NodeTransformer):
    """Puts what statements assign to names in the names' place."""

    def __init__(self, statements: Sequence[str]) -> None:
        self._values = {}
        for one in statements:
            name, _, value = one.partition(" = ")
            node = parsed(value) if name.isidentifier() else None
            if node is not None and not isinstance(node, ast.Call):
                self._values[name] = node

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """The value of a name that holds one."""
        return self._values.get(node.id, node)


def _parameters(name: str, targets: Mapping[str, Target]) -> list[Parameter]:
    known = targets.get(name)
    return known["parameters"] if known is not None else []


def _given(call: ast.Call, parameters: Sequence[Parameter], preposition: str) -> Iterator[str]:
    """What a call is given."""
    known = {one["name"]: one for one in parameters}
    listed = [one for one in parameters if one["kind"] in {"positional-only", "plain"}]
    pairs = [(node, listed[at] if at < len(listed) else None) for at, node in enumerate(call.args)]
    pairs += [(one.value, known.get(one.arg or "")) for one in call.keywords]
    # A flag says more than a value does.
    for node, parameter in sorted(pairs, key=lambda pair: not _is_flag(*pair)):
        yield from _argument(node, parameter, preposition, is_alone=len(pairs) == 1 and preposition == "for")
    if not pairs and parameters and preposition == "for":
        yield "by_default"


def _is_flag(node: ast.expr, parameter: Parameter | None) -> bool:
    """Whether True or False is given for what is True or False by its signature."""
    is_boolean = isinstance(node, ast.Constant) and isinstance(node.value, bool)
    return (
        is_boolean
        and parameter is not None
        and (parameter["default"] in {"True", "False"} or parameter["annotation"] == "bool")
    )


def _argument(node: ast.expr, parameter: Parameter | None, preposition: str, is_alone: bool) -> Iterator[str]:
    name = snake(parameter["name"]) if parameter is not None else ""
    if _is_flag(node, parameter):
        yield f"{'with' if ast.unparse(node) == 'True' else 'without'}_{name}"
        return
    # A number or None says nothing without the name of what it is given for.
    is_bare = not is_alone and name and len(name) > 1 and isinstance(node, ast.Constant | ast.UnaryOp)
    is_text = isinstance(node, ast.Constant) and isinstance(node.value, str | bytes)
    for words in details(node, name):
        yield f"{preposition}_{name}_{words}" if is_bare and not is_text else f"{preposition}_{words}"


def _done(statement: str, targets: Mapping[str, Target]) -> Iterator[str]:
    """What a statement before the call did: a method that was called, or what an object was made of."""
    try:
        body = ast.parse(statement).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    value = getattr(body[0], "value", None) if len(body) == 1 else None
    if not isinstance(value, ast.Call):
        return
    if isinstance(body[0], ast.Assign):
        yield from _given(value, _parameters(ast.unparse(value.func), targets), "with")
    elif isinstance(value.func, ast.Attribute) and isinstance(value.func.value, ast.Name):
        yield f"after_{snake(value.func.attr)}"


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
