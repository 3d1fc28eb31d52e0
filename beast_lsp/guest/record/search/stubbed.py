"""Stand-ins that grow: what an error says is missing from an argument is given to it, as the line that failed asks."""

from __future__ import annotations

import ast
import linecache
import re
from collections.abc import Iterator, Sequence

from ..execution import Outcome, frames
from ..plans import Plan, Value
from ..values.slots import Slot

MISSING = re.compile(r"'(?:types\.)?(\w+)' object has no attribute '([A-Za-z]\w*)'")
STUB = "SimpleNamespace"
LONG = 400


def stubbed(plan: Plan, outcome: Outcome, slots: Sequence[Slot]) -> Iterator[Plan]:
    """Plans whose arguments have the attribute that was missing."""
    told = MISSING.search(str(outcome.error)) if isinstance(outcome.error, AttributeError) else None
    if told is None or outcome.error is None:
        return
    kind, name = told.groups()
    file, line = [*frames(outcome.error)][-1]
    answers = answers_of(linecache.getline(file, line), name)
    free = {slot.name for slot in slots if not slot.is_typed}
    for at, argument in enumerate(plan.arguments):
        for text in replaced(argument.value.text, kind, name, answers, argument.name in free):
            if len(text) <= LONG:
                new = argument._replace(value=Value(text, argument.value.arrange))
                yield plan._replace(arguments=(*plan.arguments[:at], new, *plan.arguments[at + 1 :]))
    if plan.receiver is not None and STUB in plan.receiver.text:
        for text in replaced(plan.receiver.text, kind, name, answers, False):
            if len(text) <= LONG:
                yield plan._replace(receiver=plan.receiver._replace(text=text))


def answers_of(line: str, name: str) -> list[str]:
    """What an attribute is, of how a line of code uses it: called, asked in turn, or looked at."""
    if re.search(rf"\.{name}\(", line):
        if re.search(rf"await [\w.]*\.{name}\(", line):
            return ["AsyncMock(return_value='abc')", "AsyncMock(return_value=None)"]
        return ["lambda *args, **kwargs: 'abc'", "lambda *args, **kwargs: None", "lambda *args, **kwargs: []"]
    if re.search(rf"\.{name}\.", line):
        return [f"{STUB}()"]
    return ["'abc'", "3", "None", "['abc']"]


def replaced(text: str, kind: str, name: str, answers: Sequence[str], is_free: bool) -> Iterator[str]:
    """An argument's text with stubs that lack the attribute; a plain value whose type nobody told gives way to one."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError):
        return
    if kind == STUB:
        for stub in [each for each in ast.walk(node) if isinstance(each, ast.Call) and is_stub(each)]:
            if not any(keyword.arg == name for keyword in stub.keywords):
                for answer in answers:
                    stub.keywords.append(ast.keyword(name, ast.parse(answer, mode="eval").body))
                    yield ast.unparse(node)
                    stub.keywords.pop()
    elif is_free and is_plain(node, kind):
        yield from (f"{STUB}({name}={answer})" for answer in answers)
    elif STUB in text:
        yield from deeper(node, kind, [f"{STUB}({name}={answer})" for answer in answers])


def deeper(node: ast.AST, kind: str, stubs: Sequence[str]) -> Iterator[str]:
    """The text in which a plain value that a stub holds, or that a function of it gives, gives way to a stub."""
    for holder in ast.walk(node):
        held = "value" if isinstance(holder, ast.keyword) else "body" if isinstance(holder, ast.Lambda) else ""
        before = getattr(holder, held) if held else None
        if is_plain(before, kind):
            for stub in stubs:
                setattr(holder, held, ast.parse(stub, mode="eval").body)
                yield ast.unparse(node)
            setattr(holder, held, before)


def is_plain(node: ast.AST | None, kind: str) -> bool:
    """Whether this is a constant of a type."""
    return isinstance(node, ast.Constant) and type(node.value).__name__ == kind


def is_stub(node: ast.Call) -> bool:
    """Whether this makes a plain object with attributes."""
    return isinstance(node.func, ast.Name) and node.func.id == STUB
