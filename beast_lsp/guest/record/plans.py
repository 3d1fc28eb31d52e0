"""What is going to be called: kept in parts that can be exchanged, written out as a person would write it."""

from __future__ import annotations

import ast
import builtins
import keyword
import re
from functools import lru_cache
from typing import NamedTuple

from ..wire import ParameterKind

# A variable of a value: its number keeps it apart from others until the text is written, its word is the name wanted.
VARIABLE = re.compile(r"\b_v\d+_(\w+?)_v\b")
FIXTURES = ("tmp_path", "capsys", "monkeypatch")


class Value(NamedTuple):
    """An expression, the statements that it needs before it, and whether somebody suggested it."""

    text: str
    arrange: tuple[str, ...] = ()


class Argument(NamedTuple):
    """A value for a parameter."""

    name: str
    kind: ParameterKind
    value: Value


class Plan(NamedTuple):
    """A call. `shape` is a format of `{self}`, `{args}`, and `{0}`, `{1}`… for single arguments.

    `steps` are statements before the act, with `{self}` for the receiver; `given` is text that somebody wrote, in the
    place of everything else.
    """

    target: str
    shape: str
    receiver: Value | None = None
    arguments: tuple[Argument, ...] = ()
    steps: tuple[str, ...] = ()
    is_async: bool = False
    given: tuple[str, ...] = ()


class Text(NamedTuple):
    """A plan as it stands in the test. `receiver` is the variable of the receiver, "" where there is none."""

    arrange: tuple[str, ...]
    act: str
    receiver: str
    variables: tuple[tuple[str, str], ...]


OPERATIONS = (ast.UnaryOp, ast.BinOp, ast.BoolOp, ast.Compare, ast.IfExp, ast.Lambda)
_numbers = iter(range(1, 1 << 60))


def variable(word: str) -> str:
    """A variable that no other value has, to be named after a word."""
    return f"_v{next(_numbers)}_{word}_v"


@lru_cache(maxsize=5000)
def written(plan: Plan, bound: tuple[str, ...] = ()) -> Text:
    """The text of a plan; the arguments in `bound` get variables, so that a test can look at them afterwards."""
    arrange: list[str] = []
    values: dict[str, Value] = {}
    variables: list[tuple[str, str]] = []
    receiver = _receiver(plan, arrange)
    for argument in plan.arguments:
        value = argument.value
        arrange += value.arrange
        if argument.name in bound and not is_name(value.text):
            name = variable(argument.name)
            arrange.append(f"{name} = {value.text}")
            value = Value(name)
        if argument.name in bound:
            variables.append((argument.name, value.text))
        values[argument.name] = value
    texts = [values[each.name].text for each in plan.arguments]
    arrange += [step.format(self=receiver) if "{self}" in step else step for step in plan.steps]
    act = plan.shape.replace("{self}", receiver).replace("{args}", listed(plan.arguments, values))
    for at, text in enumerate(texts):
        act = act.replace(f"{{{at}}}", operand(text))
    return _renamed([*plan.given, *arrange], act, receiver, variables)


def _receiver(plan: Plan, arrange: list[str]) -> str:
    if plan.receiver is None:
        return ""
    arrange += plan.receiver.arrange
    if is_name(plan.receiver.text):
        return plan.receiver.text
    name = variable(receiver_word(plan.target))
    arrange.append(f"{name} = {plan.receiver.text}")
    return name


def _renamed(arrange: list[str], act: str, receiver: str, variables: list[tuple[str, str]]) -> Text:
    whole = "\n".join([*arrange, act])
    taken = set(re.findall(r"\b[A-Za-z_]\w*\b", VARIABLE.sub("", whole)))
    names: dict[str, str] = {}
    for found in VARIABLE.finditer("\n".join([whole, receiver])):
        if found.group() not in names:
            names[found.group()] = fresh(found.group(1), taken)
            taken.add(names[found.group()])

    def readable(text: str) -> str:
        return VARIABLE.sub(lambda found: names.get(found.group(), found.group(1)), text)

    bound = tuple((name, readable(text)) for name, text in variables)
    return Text(tuple(map(readable, arrange)), readable(act), readable(receiver), bound)


def listed(arguments: tuple[Argument, ...], values: dict[str, Value]) -> str:
    """Arguments in a call, each in the way of its kind."""
    parts = []
    for argument in arguments:
        text = values[argument.name].text
        if argument.kind == "var-positional":
            parts.append(text[1:-1].rstrip(",") if text[:1] in "([" else f"*{text}")
        elif argument.kind == "var-keyword":
            parts.append(unpacked(text))
        elif argument.kind == "keyword-only":
            parts.append(f"{argument.name}={text}")
        else:
            parts.append(text)
    return ", ".join(part for part in parts if part)


@lru_cache(maxsize=5000)
def operand(text: str) -> str:
    """An expression as it stands beside an operator."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return text
    return f"({text})" if isinstance(node, OPERATIONS) else text


def unpacked(text: str) -> str:
    """A dictionary as keyword arguments, written as such where its keys are names."""
    try:
        node = ast.parse(text, mode="eval").body
    except SyntaxError:
        return f"**{text}"
    if not isinstance(node, ast.Dict):
        return f"**{text}"
    keys = [getattr(key, "value", None) for key in node.keys]
    if not all(isinstance(key, str) and is_name(key) for key in keys):
        return f"**{text}"
    return ", ".join(f"{key}={ast.unparse(value)}" for key, value in zip(keys, node.values))


def is_name(text: str) -> bool:
    """Whether this is one identifier."""
    return text.isidentifier() and not keyword.iskeyword(text)


def receiver_word(target: str) -> str:
    """The variable that holds an object of the target's class: `HTTPCache.get` is called on `http_cache`."""
    parts = target.split(".")
    owner = parts[-2] if len(parts) > 1 else parts[-1]
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", owner).lower().strip("_")
    return words or "instance"


def fresh(word: str, taken: set[str]) -> str:
    """A name like the word that isn't taken and means nothing else."""
    name, number = word, 2
    if keyword.iskeyword(name) or hasattr(builtins, name):
        name = word = f"{word}_"
    while name in taken or name in {"result", "self"}:
        name, number = f"{word}_{number}", number + 1
    return name
