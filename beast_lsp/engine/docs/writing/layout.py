"""The layout of docstrings in each style: sections and entries of items, wrapped at the line length."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass, field

from beast_lsp.engine.docs.styles.model import EntryKind, Style


@dataclass(frozen=True, slots=True)
class Manner:
    """How docstrings are written: their style, mood and form.

    `width` is the longest line, `unit` one step of indentation, `starts_below`: several lines begin below the quotes.
    `has_types`: types are written although annotations say them.
    """

    style: Style = "google"
    is_imperative: bool = True
    width: int = 88
    unit: str = "    "
    starts_below: bool = False
    has_types: bool = False
    quotes: str = '"""'


@dataclass(frozen=True, slots=True)
class Item:
    """One entry to be written. `name` has its stars; `type` is "" where the style leaves it out."""

    name: str
    text: str
    type: str = ""
    default: str = ""
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Content:
    """All that a new docstring says, in words that fit every style; code stands in single backquotes."""

    summary: str
    paragraphs: Sequence[str] = ()
    sections: dict[EntryKind, list[Item]] = field(default_factory=dict)


TITLES: dict[EntryKind, dict[str, str]] = {
    "parameter": {"google": "Args", "numpy": "Parameters"},
    "attribute": {"google": "Attributes", "numpy": "Attributes"},
    "returns": {"google": "Returns", "numpy": "Returns"},
    "yields": {"google": "Yields", "numpy": "Yields"},
    "raises": {"google": "Raises", "numpy": "Raises"},
}
ORDER: tuple[EntryKind, ...] = ("parameter", "attribute", "returns", "yields", "raises")
_FIELDS: dict[EntryKind, str] = {
    "parameter": "param", "attribute": "ivar", "returns": "returns", "yields": "yields", "raises": "raises",
}  # fmt: skip


def body(content: Content, manner: Manner, indent: str) -> str:
    """The text of a docstring from its first word to its last, lines below the first indented."""
    blocks = [[_coded(content.summary, manner)]]
    blocks += [wrapped(_coded(one, manner), manner.width, indent) for one in content.paragraphs]
    fields: list[str] = []
    for kind in ORDER if manner.style != "plain" else ():
        items = content.sections.get(kind, [])
        lines = [line for one in items for line in entry(kind, one, manner, indent)]
        if items and manner.style == "rest":
            fields += lines
        elif items:
            blocks.append([*heading(kind, manner, indent), *lines])
    blocks += [fields] if fields else []
    return "\n\n".join("\n".join(lines) for lines in blocks)


def heading(kind: EntryKind, manner: Manner, indent: str) -> list[str]:
    """The lines of a section's title; none where the style has no sections."""
    title = TITLES[kind].get(manner.style, "")
    if manner.style == "numpy":
        return [f"{indent}{title}", f"{indent}{'-' * len(title)}"]
    return [f"{indent}{title}:"] if title else []


def entry(kind: EntryKind, one: Item, manner: Manner, indent: str) -> list[str]:
    """The lines of one entry."""
    text = _coded(one.text, manner)
    if manner.style == "numpy":
        return _numpy(kind, one, text, manner, indent)
    if manner.style == "rest":
        return _rest(kind, one, text, manner, indent)
    return _google(kind, one, text, manner, indent)


def _google(kind: EntryKind, one: Item, text: str, manner: Manner, indent: str) -> list[str]:
    inner = indent + manner.unit
    text = f"{text} Defaults to {_coded(f'`{one.default}`', manner)}." if one.default else text
    if kind in {"returns", "yields"}:
        head = f"{one.type}: " if one.type else ""
    else:
        head = f"{one.name} ({one.type}): " if one.type and kind != "raises" else f"{one.name}: "
    return _hanging(f"{head}{text}", manner.width, inner, inner + manner.unit)


def _numpy(kind: EntryKind, one: Item, text: str, manner: Manner, indent: str) -> list[str]:
    kind_text = one.type + (f", default {one.default}" if one.default else ", optional" if one.is_optional else "")
    if kind in {"returns", "yields"}:
        head = one.type
    else:
        head = f"{one.name} : {kind_text}" if one.type and kind != "raises" else one.name
    return [f"{indent}{head}", *wrapped(text, manner.width, indent + manner.unit)]


def _rest(kind: EntryKind, one: Item, text: str, manner: Manner, indent: str) -> list[str]:
    text = f"{text} Defaults to {_coded(f'`{one.default}`', manner)}." if one.default else text
    name = f" {one.name.lstrip('*')}" if one.name else ""
    lines = _hanging(f":{_FIELDS[kind]}{name}: {text}", manner.width, indent, indent + manner.unit)
    if one.type and kind == "parameter":
        lines.append(f"{indent}:type{name}: {one.type}")
    elif one.type and kind == "returns":
        lines.append(f"{indent}:rtype: {one.type}")
    elif one.type and kind == "attribute":
        lines.append(f"{indent}:vartype{name}: {one.type}")
    return lines


def wrapped(text: str, width: int, indent: str) -> list[str]:
    """A paragraph in lines."""
    return _hanging(text, width, indent, indent)


def _hanging(text: str, width: int, first: str, below: str) -> list[str]:
    room = max(width, len(below) + 30)
    # Code in backquotes stays in one piece.
    kept = re.sub(r"`[^`\n]+`", lambda found: found[0].replace(" ", "\x00"), text)
    lines = textwrap.wrap(
        kept, room, initial_indent=first, subsequent_indent=below, break_long_words=False, break_on_hyphens=False
    )
    return [line.replace("\x00", " ") for line in lines] or [first.rstrip()]


def _coded(text: str, manner: Manner) -> str:
    """Code in the quotes of the style: two backquotes in what Sphinx reads."""
    return re.sub(r"`([^`\n]+)`", r"``\1``", text) if manner.style in {"numpy", "rest"} else text
