"""Properties: what is done twice is as if done once, and what is turned back is what it was.

They are proposed only where the project has Hypothesis, and only when no value is found that breaks them.
"""

from __future__ import annotations

import ast
import importlib.util
import random
import string
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..wire import Case
from .alarm import alarm
from .execution import Runner, Streams, compiled
from .fixtures import Capsys
from .names import used_names
from .plans import Text
from .search.explorer import Explorer, Found
from .values.pools import unwrapped

STRATEGIES: dict[type, str] = {
    str: "st.text()",
    int: "st.integers()",
    bytes: "st.binary()",
    float: "st.floats(allow_nan=False, allow_infinity=False)",
}
BACK = (
    ("encode", "decode"),
    ("dumps", "loads"),
    ("unquote", "quote"),
    ("quote", "unquote"),
    ("escape", "unescape"),
    ("serialize", "deserialize"),
    ("pack", "unpack"),
    ("compress", "decompress"),
    ("to_", "from_"),
    ("format", "parse"),
    ("join", "split"),
)
EXAMPLES = 300
PATIENCE = 2.0


class Property(NamedTuple):
    """A call with a variable, and what holds of its `result` for every value of a strategy."""

    target: str
    variable: str
    strategy: str
    act: str
    check: str
    sample: Found


def is_possible() -> bool:
    """Whether the project has Hypothesis."""
    return importlib.util.find_spec("hypothesis") is not None


def proposed(explorers: Sequence[Explorer]) -> Iterator[Property]:
    """The properties that what was found doesn't speak against."""
    plain = {name: each for each in explorers if (name := taken_name(each)) is not None}
    for function, explorer in plain.items():
        sample = next((found for found in explorer.found if argument_type(explorer, found) in STRATEGIES), None)
        if sample is None:
            continue
        slot = next(slot for slot in explorer.subject.slots if slot.is_required)
        strategy = STRATEGIES[argument_type(explorer, sample)]
        act = f"{function}({slot.name})"
        if is_changing(explorer):
            yield Property(function, slot.name, strategy, act, f"{function}(result) == result", sample)
        for there, back in BACK:
            other = function.replace(there, back, 1)
            if there in function and other != function and other in plain:
                yield Property(function, slot.name, strategy, act, f"{other}(result) == {slot.name}", sample)


def taken_name(explorer: Explorer) -> str | None:
    """The name of a plain function that needs one argument."""
    subject = explorer.subject
    required = [slot for slot in subject.slots if slot.is_required]
    is_plain = subject.owner is None and len(required) == 1 and not subject.ways[0].is_async
    is_call = subject.ways[0].shape == f"{subject.target['name']}({{args}})"
    return subject.target["name"] if is_plain and is_call and required[0].kind != "keyword-only" else None


def argument_type(explorer: Explorer, found: Found) -> type:
    """The type of the argument of a call that returned; `object` where it isn't plain or not the annotated one."""
    if found.ended != "returned" or not found.plan.arguments:
        return object
    try:
        kind = type(ast.literal_eval(found.plan.arguments[0].value.text))
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return object
    slot = explorer.subject.slots[0]
    return kind if not slot.is_typed or unwrapped(slot.hint) is kind else object


def is_changing(explorer: Explorer) -> bool:
    """Whether a function gives values of the type that it takes, another one than it took now and then."""
    kinds = {(argument_type(explorer, found), kind_of(found)) for found in explorer.found if found.ended == "returned"}
    return bool(kinds) and all(taken is given or taken is object for taken, given in kinds)


def kind_of(found: Found) -> object:
    """The type of a result, as its key has it."""
    return found.key[0] if isinstance(found.key, tuple) else None


def holding(runner: Runner, each: Property, chance: random.Random) -> Case | None:
    """The case of a property that holds; None where it can be broken, or where there is nothing to break."""
    text = Text((), each.act, "", ())
    names = used_names(each.act) | used_names(each.check)
    namespace = {**runner.names.objects(names - {each.variable, "result"})}
    changes = [0]

    def body(**values: Any) -> None:
        space = {**namespace, **values}
        result = eval(compiled(text.act, "eval"), space)  # noqa: S307 - this process exists to run such code.
        changes[0] += result != values[each.variable]
        if not eval(compiled(each.check, "eval"), {**space, "result": result}):  # noqa: S307
            raise AssertionError(each.check)

    if not unbroken(body, each, chance) or changes[0] < 3:
        return None
    imports = {
        **runner.names.imports(names - {each.variable, "result"}),
        "st": "from hypothesis import strategies as st",
    }
    return {
        "target": each.target,
        "arrange": [],
        "act": each.act,
        "is_async": False,
        "checks": [{"kind": "property", "text": each.check}],
        "raises": None,
        "imports": imports,
        "needs": [],
        "fakes": [],
        "given": {each.variable: each.strategy},
        "suspicion": "",
        "lines": sorted(each.sample.lines),
        "arcs": sorted(each.sample.arcs),
    }


def unbroken(body: Callable[..., None], each: Property, chance: random.Random) -> bool:
    """Whether no value is found for which a function raises; Hypothesis has the last word when the test is judged."""
    try:
        with alarm(PATIENCE), Streams(Capsys()):
            for _ in range(EXAMPLES):
                body(**{each.variable: MADE[each.strategy](chance)})
    except BaseException:  # Whatever it was, the property is none.
        return False
    return True


def some_text(chance: random.Random) -> str:
    """Text of a few characters, odd ones among them."""
    alphabet = chance.choice((PLAIN, PLAIN + ODD, ODD))
    return "".join(chance.choice(alphabet) for _ in range(chance.randrange(9)))


def some_number(chance: random.Random) -> int:
    """An integer of any size."""
    return chance.randint(-(10 ** chance.randrange(1, 22)), 10 ** chance.randrange(1, 22))


PLAIN = string.printable
# Characters whose case, width, category or form is special.
ODD = (
    "\x00\x1c\x1f\x7f\x85\xa0\xad\xdf\u0130\u0131\u0149\u017f\u03a3\u03c2\u01c5\ufb01\u0301\u200b\u2028\u6f22\U0001f600"
)
MADE: dict[str, Callable[[random.Random], Any]] = {
    STRATEGIES[str]: some_text,
    STRATEGIES[int]: some_number,
    STRATEGIES[bytes]: lambda chance: bytes(chance.randrange(256) for _ in range(chance.randrange(9))),
    STRATEGIES[float]: lambda chance: chance.choice((0.0, -0.0, 1e-300, 1e300, chance.uniform(-1e6, 1e6))),
}
