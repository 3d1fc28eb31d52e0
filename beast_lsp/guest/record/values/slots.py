"""The parameters of a callable with the values that are tried for them."""

from __future__ import annotations

import ast
import inspect
import typing
from collections.abc import Sequence
from typing import Any, Callable, NamedTuple

from ...wire import Parameter, ParameterKind
from ..plans import Value
from .documented import documented
from .hints import Hints, signature_of
from .pools import Pools, distinct, mixed, path_texts, paths, texts, unwrapped
from .samples import ANYTHING, SAMPLES, by_word, is_path_word, likely
from .stubs import bearing
from .usage import Usage, Uses

KINDS: dict[Any, ParameterKind] = {
    inspect.Parameter.POSITIONAL_ONLY: "positional-only",
    inspect.Parameter.POSITIONAL_OR_KEYWORD: "plain",
    inspect.Parameter.VAR_POSITIONAL: "var-positional",
    inspect.Parameter.KEYWORD_ONLY: "keyword-only",
    inspect.Parameter.VAR_KEYWORD: "var-keyword",
}
NO_DEFAULT = object()


class Slot(NamedTuple):
    """A parameter. `pool` has the likeliest value first; `is_typed` says that its type is known."""

    name: str
    kind: ParameterKind
    pool: list[Value]
    is_required: bool
    is_typed: bool
    hint: Any
    default: Any


class Slots:
    """Makes slots of callables, of what is known of the parameter: annotation, seeds, default, use, name."""

    def __init__(self, pools: Pools, hints: Hints, uses: Uses, file: str) -> None:
        self.pools = pools
        self._hints = hints
        self._uses = uses
        self._file = file
        self._known: dict[Any, list[Slot] | None] = {}

    def of(self, function: Callable[..., Any], briefed: Sequence[Parameter] = (), depth: int = 0) -> list[Slot] | None:
        """The slots, `self` included where it is one; None where the parameters can't be known."""
        key = (function, len(briefed), depth)
        if key not in self._known:
            self._known[key] = self._made(function, briefed, depth)
        return self._known[key]

    def _made(self, function: Callable[..., Any], briefed: Sequence[Parameter], depth: int) -> list[Slot] | None:
        signature = signature_of(function)
        if signature is None:
            return None
        seeds = {each["name"]: each["seeds"] for each in briefed}
        found = []
        for parameter in signature.parameters.values():
            hint = self._hints.of(function, parameter)
            if hint is None and inspect.isclass(function):
                hint = self._field(function, parameter.name)
            if hint is None:
                hint = documented(function, parameter.name, self.pools.names.module)
            usage = self._usage(function, parameter.name)
            pool = self._pool(parameter, hint, usage, seeds.get(parameter.name, []), depth)
            suggested = likely(parameter.name) or (likely(function.__name__) if inspect.isclass(function) else ())
            found.append(slot_of(parameter, hint, with_likely(pool, suggested)))
        return found

    def returned(self, function: Callable[..., Any], signature: inspect.Signature) -> Any:
        """The type that a callable says it returns, None where it says none."""
        kind = inspect.Parameter.KEYWORD_ONLY
        return self._hints.of(function, inspect.Parameter("result", kind, annotation=signature.return_annotation))

    def _field(self, cls: Any, name: str) -> Any:
        parameter = inspect.Parameter(
            name,
            inspect.Parameter.KEYWORD_ONLY,
            annotation=vars(cls).get("__annotations__", {}).get(name, inspect.Parameter.empty),
        )
        return self._hints.of(getattr(cls, "__init__", cls), parameter)

    def _usage(self, function: Any, name: str) -> Usage | None:
        if inspect.isclass(function):
            function = function.__init__
        code = getattr(inspect.unwrap(getattr(function, "__func__", function)), "__code__", None)
        return self._uses.of(code.co_firstlineno, name) if code is not None and code.co_filename == self._file else None

    def _pool(
        self, parameter: inspect.Parameter, hint: Any, usage: Usage | None, seeds: list[str], depth: int
    ) -> list[Value]:
        suggested = texts([seed for seed in seeds if is_expression(seed)][:12])
        default = parameter.default
        if parameter.kind is inspect.Parameter.VAR_POSITIONAL:
            items = self._of_hint(hint, usage, depth) if hint is not None else texts(["1", "2", "3", "'a'"])
            return distinct([*suggested, *several(items, "({},)", "()")])
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            items = self._of_hint(hint, usage, depth) if hint is not None else texts(["1", "'b'", "None"])
            return distinct(
                [
                    *suggested,
                    *several(
                        [each._replace(text=f"'{key}': {each.text}") for key, each in zip("abc", items)], "{{{}}}", "{}"
                    ),
                ]
            )
        if hint is not None and unwrapped(hint) not in (Any, object):
            typed = self._of_hint(hint, usage, depth, parameter.name)
            if typed:
                return distinct([*suggested[:4], *typed, *suggested[4:]])
        guessed = self._guessed(parameter, usage, depth)
        is_plain = type(default) in SAMPLES and default is not None and not isinstance(default, type)
        own = texts([repr(default)]) if is_plain else []
        return distinct([*suggested, *own, *guessed])

    def _of_hint(self, hint: Any, usage: Usage | None, depth: int, name: str = "") -> list[Value]:
        found = self.pools.of(hint, depth)
        is_path = (usage is not None and usage.is_text_path) or is_path_word(name)
        if is_path and unwrapped(hint) is str:
            return mixed([path_texts(), found])
        if usage is not None and usage.keys and not typing.get_args(hint) and unwrapped(hint) is dict:
            return [*texts([keyed(usage)]), *found]
        return found

    def _guessed(self, parameter: inspect.Parameter, usage: Usage | None, depth: int) -> list[Value]:
        pools: list[list[Value]] = []
        default = parameter.default
        if default is not None and type(default) in SAMPLES and not isinstance(default, type):
            pools.append(self.pools.of(type(default), depth))
        if is_path_word(parameter.name):
            pools += [paths(), path_texts()]
        if usage is not None:
            pools += self._used(usage, depth)
        pools += [texts(SAMPLES[kind]) for kind in by_word(parameter.name)] if not pools or len(pools) < 2 else []
        if default is None:
            pools.append(texts(["None"]))
        return distinct([*mixed(pools), *texts(ANYTHING)])

    def _used(self, usage: Usage, depth: int) -> list[list[Value]]:
        pools = []
        if usage.is_text_path:
            pools.append(path_texts())
        if usage.keys:
            pools.append(texts([keyed(usage)]))
        if usage.attributes:
            pools += bearing(usage, self.pools, depth)
        if usage.items is not None and usage.items.attributes:
            pools += [several(items, "[{}]", "[]") for items in bearing(usage.items, self.pools, depth)[:2]]
        for kind in dict.fromkeys(usage.types):
            if not usage.attributes or all(hasattr(kind, each) for each in usage.attributes):
                pools.append(self.pools.of(kind, depth))
        for tested in usage.tested:
            pools += [self.pools.of(kind, depth) for kind in self._tested(tested)]
        if usage.is_called:
            pools.insert(0, self.pools.of(typing.Callable, depth))
        return pools

    def _tested(self, node: ast.expr) -> list[Any]:
        found = self._hints.evaluated(ast.unparse(node), vars(self.pools.names.module))
        return [each for each in (found if isinstance(found, tuple) else (found,)) if isinstance(each, type)]


def with_likely(pool: list[Value], expressions: Sequence[str]) -> list[Value]:
    """The values, those that the name suggests in front, where any text or list would do."""
    kinds = {each.text[:1] for each in pool}
    return distinct([*texts([each for each in expressions if each[:1] in kinds]), *pool])


def slot_of(parameter: inspect.Parameter, hint: Any, pool: list[Value]) -> Slot:
    """A slot of a parameter with its pool."""
    is_required = parameter.default is inspect.Parameter.empty and parameter.kind not in (
        inspect.Parameter.VAR_POSITIONAL,
        inspect.Parameter.VAR_KEYWORD,
    )
    default = NO_DEFAULT if parameter.default is inspect.Parameter.empty else parameter.default
    return Slot(parameter.name, KINDS[parameter.kind], pool, is_required, hint is not None, hint, default)


def several(items: list[Value], form: str, empty: str) -> list[Value]:
    """None, one and more of the items, for parameters that take any number."""
    found = [Value(empty)]
    for count in (1, 2, 3):
        if len(items) >= count:
            some = items[:count]
            arrange = tuple(line for each in some for line in each.arrange)
            found.insert(-1, Value(form.format(", ".join(each.text for each in some)), arrange))
    return [*found, *(Value(form.format(each.text), each.arrange) for each in items[1:6])]


def keyed(usage: Usage) -> str:
    """A dictionary with the keys that a function looks up."""
    return "{{{}}}".format(
        ", ".join(f"{key!r}: {value!r}" for key, value in zip(dict.fromkeys(usage.keys), "abcdefghijklmnopqrstuvwxyz"))
    )


def is_expression(text: str) -> bool:
    """Whether a seed can be compiled; seeds come from outside."""
    try:
        ast.parse(text, mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    return True
