"""The types that docstrings tell of parameters: `G : NetworkX graph`, `:type name: str`, `name (int): ...`."""

from __future__ import annotations

import inspect
import re
import typing
from functools import lru_cache
from types import ModuleType
from typing import Any

WORDS: dict[str, Any] = {
    "str": str, "string": str, "int": int, "integer": int, "float": float, "number": float, "bool": bool,
    "boolean": bool, "bytes": bytes, "list": list, "tuple": tuple, "dict": dict, "dictionary": dict, "set": set,
    "callable": typing.Callable, "function": typing.Callable, "iterable": typing.Iterable, "none": None,
}  # fmt: skip
FORMS = (
    r"^[ \t]*(?:\w+, )*{name}(?:, \w+)*[ ]?: ([^\n]+)$",
    r"^[ \t]*:type {name}: ([^\n]+)$",
    r"^[ \t]*:param ([\w.]+) {name}:",
    r"^[ \t]*\*{{0,2}}{name} \(([^)\n]+)\):",
)
# A type has few words; more of them are a sentence.
MOST = 8


def documented(function: Any, name: str, module: ModuleType) -> Any:
    """The type that a docstring tells of a parameter, None where it tells none that the module knows."""
    texts = [getattr(function, "__doc__", None)]
    if inspect.isclass(function):
        texts.append(getattr(function.__init__, "__doc__", None))
    for text in [each for each in texts if isinstance(each, str)]:
        for form in FORMS:
            told = re.search(form.format(name=re.escape(name)), text, re.MULTILINE)
            if told is not None and len(told.group(1).split()) <= MOST:
                return meant(told.group(1), module)
    return None


def meant(text: str, module: ModuleType) -> Any:
    """The type that words mean, None where they mean none."""
    found: list[Any] = []
    for word in re.findall(r"[A-Za-z_]\w*", text.partition(" default")[0]):
        kind = WORDS.get(word.lower(), classes(module).get(word.lower(), found))
        if kind is not found and kind not in found:
            found.append(kind)
    kinds = [each for each in found if each is not None]
    if not kinds:
        return None
    return typing.Union[tuple(found)]


@lru_cache(maxsize=8)
def classes(module: ModuleType) -> dict[str, type]:
    """The classes that a module knows by a name of its own or of a module that it imports; the keys are lower case."""
    held = list(vars(module).values())
    spaces = [*(vars(each) for each in held if isinstance(each, ModuleType)), vars(module)]
    return {
        name.lower(): value
        for space in spaces
        for name, value in list(space.items())
        if isinstance(value, type) and not name.startswith("_")
    }
