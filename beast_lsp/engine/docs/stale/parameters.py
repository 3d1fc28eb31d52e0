"""Documented parameters that are gone, and defaults and types that are others by now."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from beast_lsp.engine.docs.facts.model import Parameter
from beast_lsp.engine.docs.stale.documented import Documented, Edit, Problem
from beast_lsp.engine.docs.styles.google import TITLES
from beast_lsp.engine.docs.styles.model import Entry

_LIKE = 0.6  # how alike two names are, of 1, so that one may have become the other.
_SURE = 0.75  # the same where nobody looks at it again.
_ALONE = 0.5  # the same where only one is gone, and only one is new.
_VALUE = (
    r"(?P<quote>[`'\"]{0,3})"
    r"(?P<value>-?\d[\d_]*(?:\.\d+)?(?:[eE]-?\d+)?|True|False|None|[^`'\"\s,;]+?)(?P=quote)(?![\w%])"
)
_DEFAULT = re.compile(
    rf"\b(?<![Tt]he )[Dd]efault(?:s|ed)?(?:\s+(?:value|is|to))*\s*[:=]?\s*{_VALUE}(?P<after>[.,;)\]]*(?:\s+\w+|\d)?|\Z)"
)
_MENTION = re.compile(r"\bdefault", re.IGNORECASE)
_DIRECTIVE = re.compile(r"\.\. \w+::|\bdeprecat|\bobsolete|\bremoved\b|\bno longer\b|\bignored\b", re.IGNORECASE)
# A field that was mistyped, as in `:param type: int`.
_FIELDS = frozenset({"type", "rtype", "return", "returns"})
_IF = re.compile(r"\b(?:if|when|unless|otherwise|else|where)\b", re.IGNORECASE)
_CONDITIONS = frozenset({"if", "when", "for", "unless", "in", "on", "or", "otherwise", "but", "and", "where"})
_SIMPLE = {
    "int": "int", "integer": "int", "str": "str", "string": "str", "bool": "bool", "boolean": "bool", "bytes": "bytes",
    "float": "float", "list": "list", "dict": "dict", "dictionary": "dict", "set": "set", "tuple": "tuple",
}  # fmt: skip
# A value of the first may be given where the second is said: PEP 484's numbers, and truth values are integers.
_FITTING = frozenset({("int", "float"), ("float", "int"), ("bool", "int"), ("int", "bool")})


def gone(one: Documented) -> Iterator[Problem]:
    """Documented parameters that the function does not have."""
    known = {each.name for each in one.parameters} | one.receiver | one.inner_parameters
    is_open = any(each.kind in {"var-positional", "var-keyword"} for each in one.parameters)
    listed = [entry for entry in one.doc.of("parameter") if entry.names]
    if is_open or not one.is_transparent or one.kind in {"property", "setter"} or not listed:
        return
    named = [name for entry in listed for name in entry.names]
    free = [each.name for each in one.parameters if each.name not in named]
    for entry in listed:
        for name, place in zip(entry.names, entry.places, strict=True):
            is_title = name.lower() in TITLES or name in _FIELDS
            is_other = _is_alternative(one, entry, known) or _is_continued(one, entry)
            if name in known or entry.type in known or is_title or is_other or _DIRECTIVE.search(entry.text):
                continue
            lost = [other for other in named if other not in known]
            new = free[0] if _is_in_its_place(one, name, named) else _successor(name, free, lost)
            if new or (known & set(named) and not one.is_stub):
                yield _gone(one, entry, name, place, new)


def _is_alternative(one: Documented, entry: Entry, known: frozenset[str] | set[str]) -> bool:
    """Whether an entry is of a parameter that it gives another name besides: `rho / psi`."""
    between = one.text[entry.places[0][1] : entry.places[-1][0]]
    return "/" in between and bool(known & set(entry.names))


def _is_continued(one: Documented, entry: Entry) -> bool:
    """Whether an entry is what a backslash at the end of the line above makes part of that line."""
    return one.text[: entry.start].rstrip(" \t").endswith("\\\n")


def _is_in_its_place(one: Documented, name: str, named: list[str]) -> bool:
    """Whether all is documented in the order of the signature, but that one parameter has another name there."""
    order = [each.name for each in one.parameters]
    is_same = len(order) == len(named) > 1 and all(a == b for a, b in zip(order, named, strict=True) if b != name)
    return is_same and order[named.index(name)] not in named


def _successor(name: str, free: list[str], lost: list[str]) -> str:
    """The undocumented parameter that a documented name most likely became; empty where none is likely."""
    alike = max(free, key=lambda other: _likeness(name, other), default="")
    if alike and _likeness(name, alike) >= _LIKE:
        return alike
    return free[0] if len(free) == 1 and len(lost) == 1 and _likeness(name, free[0]) >= _ALONE else ""


def _likeness(name: str, other: str) -> float:
    first, second = name.strip("_").lower(), other.strip("_").lower()
    return SequenceMatcher(None, first, second).ratio()


def _gone(one: Documented, entry: Entry, name: str, place: tuple[int, int], new: str) -> Problem:
    said = f"`{one.name}` has no parameter `{name}`"
    if new:
        is_sure = _likeness(name, new) >= _SURE
        return Problem(f"{said}: is it `{new}` now?", *place, f"Document `{new}`", (Edit(*place, new),), is_sure)
    edits = one.without(entry) if len(entry.names) == 1 else ()
    return Problem(f"{said}.", *place, f"Remove `{name}` from the docstring", edits)


def wrong_defaults(one: Documented) -> Iterator[Problem]:
    """Documented defaults that are not those of the signature."""
    by_name = {each.name: each for each in one.parameters}
    for entry in one.doc.of("parameter") if one.is_transparent else ():
        given = by_name.get(entry.names[0]) if len(entry.names) == 1 else None
        found = _documented_default(one.text, entry) if given is not None and given.default else None
        if given is not None and found is not None and _differs(found, given):
            place = found.span("value")
            quote = found["quote"]
            text = given.default.strip("\"'") if set(quote) & set("\"'") else given.default
            message = f"The default of `{given.name}` is `{given.default}`, not `{found['value']}`."
            yield Problem(message, *place, f"Say that it is {given.default}", (Edit(*place, text),))


def _documented_default(text: str, entry: Entry) -> re.Match[str] | None:
    """The one place where an entry says a default as a plain value."""
    if len(_MENTION.findall(text, entry.start, entry.end)) != 1:
        return None
    found = _DEFAULT.search(text, entry.start, entry.end)
    words = found["after"].split() if found is not None else []
    if found is not None and _IF.search(re.split(r"\.\s", text[entry.start : found.start()])[-1]):
        return None  # It is the default in one case.
    is_plain = not words or (words[-1].lower() not in _CONDITIONS and not words[-1][-1].isdigit())
    return found if found is not None and is_plain and "\\" not in found["value"] else None


def _differs(found: re.Match[str], given: Parameter) -> bool:
    """Whether a documented default is surely another value than the signature's."""
    real, (known, said) = _literal(given.default), _said(found)
    if not known or real is None or real[0] is None:
        return False  # None often stands for a default that is worked out later.
    value = real[0]
    if type(value) is not type(said) and not {type(value), type(said)} <= {int, float}:
        return False  # a flag that is documented by a word, or an integer by its constant
    # "low" for "lowpass", "Working..." for "Working": what is meant is the same.
    is_short = isinstance(value, str) and isinstance(said, str) and (value.startswith(said) or said.startswith(value))
    return value != said and not (is_short and value and said)


def _said(found: re.Match[str]) -> tuple[bool, object]:
    """The value that is documented, and whether it is one that can be compared."""
    value, quote = found["value"], found["quote"]
    if set(quote) & set("\"'"):
        return True, value
    read = _literal(value)
    return (True, read[0]) if read is not None else (False, None)


def _literal(source: str) -> tuple[object] | None:
    """The value of a literal number, text or truth value; None of any other source."""
    try:
        value = ast.literal_eval(source)
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        return None
    return (value,) if value is None or isinstance(value, (bool, int, float, str)) else None


def wrong_types(one: Documented) -> Iterator[Problem]:
    """Documented types that contradict the annotation."""
    by_name = {each.name: each for each in one.parameters}
    for entry in one.doc.of("parameter", "type"):
        given = by_name.get(entry.names[0]) if len(entry.names) == 1 else None
        if given is None or not given.annotation or entry.type_span is None or given.stars:
            continue
        said, real = _simple(re.split(r",\s*(?:optional|default)", entry.type)[0]), _simple(given.annotation)
        if said and real and said != real and (said, real) not in _FITTING:
            start, _ = entry.type_span
            end = start + len(re.split(r",\s*(?:optional|default)", one.text[slice(*entry.type_span)])[0].rstrip())
            message = f"`{given.name}` is annotated as `{given.annotation}`, not `{one.text[start:end]}`."
            yield Problem(message, start, end, f"Say {given.annotation}", (Edit(start, end, given.annotation),))


def _simple(text: str) -> str:
    """The built-in class that a type names alone, in brackets whatever; empty of any other."""
    bare = text.strip("`\"' \n~:").removeprefix("class:").strip("`")
    bare = re.sub(r"\s*\|\s*None\Z|\ANone\s*\|\s*", "", bare)
    optional = re.fullmatch(r"(?:typing\.)?Optional\[(.*)\]", bare)
    head, bracket, rest = (optional[1] if optional else bare).partition("[")
    lowered = {"List": "list", "Dict": "dict", "Set": "set", "Tuple": "tuple"}.get(head.removeprefix("typing."), head)
    return _SIMPLE.get(lowered, "") if not bracket or rest.endswith("]") else ""
