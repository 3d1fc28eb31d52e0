"""Google's style: `Args:` and its like, each with indented entries `name (type): description`."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beast_lsp.engine.docs.styles.model import (
    Docstring,
    Entry,
    EntryKind,
    Line,
    Section,
    blocks,
    joined,
    lines_of,
    names_in,
    placed,
    typed,
    whole_name,
)

TITLES: Mapping[str, EntryKind] = {
    "args": "parameter", "arguments": "parameter", "parameters": "parameter", "params": "parameter",
    "keyword args": "parameter", "keyword arguments": "parameter", "other parameters": "parameter",
    "returns": "returns", "return": "returns", "yields": "yields", "yield": "yields", "raises": "raises",
    "raise": "raises", "except": "raises", "exceptions": "raises", "attributes": "attribute", "example": "other",
    "examples": "other", "note": "other", "notes": "other", "warning": "other", "warnings": "other", "todo": "other",
    "warns": "other", "see also": "other", "references": "other", "tip": "other", "important": "other",
}  # fmt: skip
_TITLE = re.compile(r"[ \t]*(?P<title>[A-Za-z]+(?: [A-Za-z]+)?)[ \t]*:[ \t]*\Z")
_TYPED = re.compile(r"(?P<names>[^(:]*?)[ \t]*\((?P<type>(?:[^()]|\((?:[^()]|\([^()]*\))*\))*)\)[ \t]*:(?P<text>.*)")
_BARE = re.compile(r"(?P<names>[^:]*?)[ \t]*:(?P<text>.*)")


def read(text: str) -> Docstring:
    """Reads a docstring; what is no section of this style is prose."""
    lines = lines_of(text)
    sections: list[Section] = []
    entries: list[Entry] = []
    at = 0
    while at < len(lines):
        kind = title_kind(lines, at)
        if kind is None:
            at += 1
            continue
        body = _body(lines, at)
        section = _section(kind, lines[at], body)
        entries += [placed(one, len(sections)) for one in _entries(kind, body)]
        sections.append(section)
        at += 1 + len(body)
    return Docstring(text, "google" if sections else "plain", tuple(sections), tuple(entries))


def title_kind(lines: list[Line], at: int) -> EntryKind | None:
    """The kind of the section whose title stands in a line; None where it is none: something deeper has to follow."""
    match = _TITLE.match(lines[at].text)
    kind = TITLES.get(match["title"].lower()) if match and match["title"][:1].isupper() else None
    follows = next((line for line in lines[at + 1 :] if not line.is_blank), None)
    return kind if kind is not None and follows is not None and follows.indent > lines[at].indent else None


def _body(lines: list[Line], at: int) -> list[Line]:
    """The lines of a section below its title, without the blank ones at its end."""
    found: list[Line] = []
    for line in lines[at + 1 :]:
        if not line.is_blank and line.indent <= lines[at].indent:
            break
        found.append(line)
    while found and found[-1].is_blank:
        found.pop()
    return found


def _section(kind: EntryKind, title: Line, body: list[Line]) -> Section:
    first = next(line for line in body if not line.is_blank)
    indent = first.text[: len(first.text) - len(first.text.lstrip())]
    return Section(kind, title.text.strip().rstrip(": \t"), title.start, body[-1].end, indent)


def _entries(kind: EntryKind, body: list[Line]) -> list[Entry]:
    depth = next(line for line in body if not line.is_blank).indent
    if kind in {"returns", "yields"}:
        return [_result(kind, body)]
    if kind == "other":
        return []
    return [one for group in blocks(body, depth) if (one := _entry(kind, group)) is not None]


def _entry(kind: EntryKind, group: list[Line]) -> Entry | None:
    head = group[0]
    lead = len(head.text) - len(head.text.lstrip())
    content = head.text[lead:]
    match = _TYPED.match(content) or _BARE.match(content)
    if match is None:
        return None
    base = head.start + lead
    named = whole_name if kind == "raises" else names_in
    names, places = named(match["names"], base)
    if not names:
        return None
    has_type = "type" in match.re.groupindex
    kind_text, span = typed(match["type"], base + match.start("type")) if has_type else ("", None)
    rest = joined(match["text"], *(line.text for line in group[1:]))
    return Entry(kind, names, places, kind_text, span, rest, head.start, group[-1].end)


def _result(kind: EntryKind, body: list[Line]) -> Entry:
    lines = [line for line in body if not line.is_blank]
    head = lines[0]
    lead = len(head.text) - len(head.text.lstrip())
    match = re.match(r"(?P<type>[^:`\s][^:`]{0,80}?)[ \t]*:(?=\s|\Z)(?P<text>.*)", head.text[lead:])
    base = head.start + lead
    is_type = match is not None and not re.search(r"\b(?:the|an?|if|of|is|with|and|when)\b", match["type"], re.I)
    kind_text = match["type"] if match is not None and is_type else ""
    span = (base + match.start("type"), base + match.end("type")) if match is not None and is_type else None
    first = match["text"] if match is not None and is_type else head.text
    return Entry(
        kind, (), (), kind_text, span, joined(first, *(one.text for one in lines[1:])), head.start, body[-1].end
    )
