"""What a test's name can say of the input of a case: arguments, how the object was made, what was done before."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.entry_names import entry_condition
from beast_lsp.engine.testing.phrases import details, snake

if TYPE_CHECKING:
    from beast_lsp.guest.wire import Case, Parameter, Target

_COLLECTORS = frozenset({"list", "next", "tuple"})
_TIMES = {1: "", 2: "_twice", 3: "_three_times"}


def conditions(case: Case, targets: Mapping[str, Target]) -> Iterator[str]:
    """What could be said of the input: arguments, how the object was made, and what was done before."""
    if case["given"]:
        return
    if told := entry_condition(case):
        yield told
        return
    held = _Held(case["arrange"])
    call = _call(case["act"])
    if call is not None:
        given = held.visit(call)
        yield from _given(_of_target(given), _parameters(case["target"], targets), "for")
        made = given.func.value if isinstance(given.func, ast.Attribute) else None
        if isinstance(made, ast.Call):
            yield from _given(made, _parameters(ast.unparse(made.func), targets), "with")
    else:
        yield from _operands(held, parsed(case["act"]))
    for statement in case["arrange"]:
        yield from _made(statement, targets)
    yield from _done(case["arrange"])


def _operands(held: _Held, node: ast.expr | None) -> Iterator[str]:
    """What an operator is given: `a in b`, `a[b]`, `a + b`."""
    operands: list[ast.expr] = []
    if isinstance(node, ast.Compare):
        operands = [node.left, *node.comparators]
    elif isinstance(node, ast.Subscript):
        operands = [node.slice]
    elif isinstance(node, ast.BinOp):
        operands = [node.left, node.right]
    for one in operands:
        if isinstance(one, ast.Name):  # the object itself.
            continue
        yield from (f"for_{words}" for words in details(held.visit(one)))


def _of_target(call: ast.Call) -> ast.Call:
    """A call of `operator` without the object that it works on."""
    is_operator = isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "operator"
    return ast.Call(call.func, call.args[1:], call.keywords) if is_operator else call


class _Held(ast.NodeTransformer):
    """Puts what statements assign to names in the names' place."""

    def __init__(self, statements: Sequence[str]) -> None:
        self._values: dict[str, ast.expr] = {}
        for one in statements:
            name, _, value = one.partition(" = ")
            node = parsed(value) if name.isidentifier() else None
            if node is not None:  # an object that was made has no words of its own.
                self._values[name] = ast.Name("") if isinstance(node, ast.Call) else node

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


def _made(statement: str, targets: Mapping[str, Target]) -> Iterator[str]:
    """What an object was made of."""
    name, _, value = statement.partition(" = ")
    node = parsed(value) if name.isidentifier() else None
    if isinstance(node, ast.Call):
        yield from _given(node, _parameters(ast.unparse(node.func), targets), "with")


def _done(statements: Sequence[str]) -> Iterator[str]:
    """The attributes that were set before, the methods that were called, and how often."""
    for one in statements:
        target, _, value = one.partition(" = ")
        node = parsed(target) if value else None
        if isinstance(node, ast.Attribute):
            yield f"after_setting_{snake(node.attr)}"
    calls = [node for one in statements if isinstance(node := parsed(one), ast.Call)]
    named = [(one.func.attr, one) for one in calls if isinstance(one.func, ast.Attribute)]
    for name, number in Counter(name for name, _ in named).items():
        yield f"after_{snake(name)}{_TIMES.get(number, '_many_times')}"
    for name, call in named:
        yield from (f"after_{snake(name)}_{words}" for one in call.args[:1] for words in details(one)[:1])


def _call(text: str) -> ast.Call | None:
    """The call that an expression is, inside of what only collects its items."""
    node = parsed(text)
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _COLLECTORS:
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
