"""Sphinx's fields in reST, `:param name: description`, and the same with "@", as Epytext has it."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beast_lsp.engine.docs.styles.model import (
    NAME,
    Docstring,
    Entry,
    EntryKind,
    Line,
    joined,
    lines_of,
    typed,
    whole_name,
)

_KINDS: Mapping[str, EntryKind] = {
    **dict.fromkeys(("param", "parameter", "arg", "argument", "key", "keyword", "kwarg"), "parameter"),
    **dict.fromkeys(("raise", "raises", "except", "exception"), "raises"),
    **dict.fromkeys(("var", "ivar", "cvar"), "attribute"),
    **dict.fromkeys(("return", "returns"), "returns"),
    **dict.fromkeys(("yield", "yields"), "yields"),
    "type": "type",
    "rtype": "rtype",
}  # fmt: skip
_FIELD = re.compile(
    r"[ \t]*(?P<mark>[:@])(?P<field>[a-z]+)(?P<given>(?:[ \t]+[^:\n]*|[ \t]+[^\n]*?[^\s:]))?:(?=\s|\Z)(?P<text>.*)"
)
_LAST = re.compile(rf"(?P<type>.*?)(?P<name>(?<!\S){NAME})(?:=\S*)?[ \t]*\Z")


def read(text: str) -> Docstring:
    """Reads a docstring; a field goes on as long as its lines are deeper than where it began."""
    lines = lines_of(text)
    entries: list[Entry] = []
    at = 0
    while at < len(lines):
        match = _FIELD.match(lines[at].text)
        if match is None or match["field"] not in _KINDS:
            at += 1
            continue
        group = _group(lines, at)
        entries.append(_entry(match, group))
        at += len(group)
    return Docstring(text, "rest" if entries else "plain", (), tuple(entries))


def _group(lines: list[Line], at: int) -> list[Line]:
    group = [lines[at]]
    # The first line of a docstring stands behind the quotes: it is as deep as the least of the others.
    depth = lines[at].indent if at else min((line.indent for line in lines[1:] if not line.is_blank), default=0)
    for line in lines[at + 1 :]:
        if not line.is_blank and line.indent <= depth:
            break
        group.append(line)
    while group[-1].is_blank:
        group.pop()
    return group


def _entry(match: re.Match[str], group: list[Line]) -> Entry:
    kind, base = _KINDS[match["field"]], group[0].start
    given, at = match["given"] or "", base + max(match.start("given"), 0)
    rest = joined(match["text"], *(line.text for line in group[1:]))
    start, end = group[0].start, group[-1].end
    if kind == "raises":
        _, places = whole_name(given, at)
        names = tuple(one.strip(" `~") for one in re.split(r",|\bor\b", given) if one.strip())
        return Entry(kind, names, places, "", None, rest, start, end)
    if kind in {"type", "rtype"}:
        name = given.strip().lstrip("\\*").replace("\\", "")
        span = typed(match["text"], base + match.start("text"))[1]
        return Entry(kind, (name,) if name else (), (), rest, (span[0], end) if span else None, "", start, end)
    found = _LAST.match(given)
    if found is None or kind in {"returns", "yields"}:
        return Entry(kind, (), (), "", None, rest, start, end)
    bare = found["name"].lstrip("\\*")
    name = bare.replace("\\", "")
    kind_text, span = typed(found["type"], at)
    place = (at + found.end("name") - len(bare), at + found.end("name"))
    return Entry(kind, (name,), (place,), kind_text, span, rest, start, end)
