"""NumPy's style: underlined titles, entries `name : type` with indented descriptions."""

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
    "parameters": "parameter", "other parameters": "parameter", "keyword arguments": "parameter", "returns": "returns",
    "yields": "yields", "raises": "raises", "attributes": "attribute", "return": "returns", "yield": "yields",
}  # fmt: skip
_UNDERLINE = re.compile(r"[ \t]*[-=]{3,}[ \t]*\Z")
_ENTRY = re.compile(r"(?P<names>[^:]*?)[ \t]*(?::(?P<type>(?!:).*))?\Z")


def read(text: str) -> Docstring:
    """Reads a docstring; sections of other titles are kept as prose between the ones that are known."""
    lines = lines_of(text)
    starts = [at for at in range(len(lines) - 1) if _is_title(lines, at)]
    sections: list[Section] = []
    entries: list[Entry] = []
    for number, at in enumerate(starts):
        stop = starts[number + 1] if number + 1 < len(starts) else len(lines)
        body = lines[at + 2 : stop]
        while body and body[-1].is_blank:
            body.pop()
        kind = TITLES.get(lines[at].text.strip().lower(), "other")
        title, end = lines[at], body[-1].end if body else lines[at + 1].end
        indent = title.text[: len(title.text) - len(title.text.lstrip())]
        entries += [placed(one, len(sections)) for one in _entries(kind, title.indent, body)]
        sections.append(Section(kind, title.text.strip(), title.start, end, indent))
    return Docstring(text, "numpy" if sections else "plain", tuple(sections), tuple(entries))


def _is_title(lines: list[Line], at: int) -> bool:
    """Whether a line is underlined at its own depth, with nothing or a blank line above it."""
    line, below = lines[at], lines[at + 1]
    is_title = bool(line.text.strip()) and len(line.text.strip()) < 40 and not _UNDERLINE.match(line.text)
    is_known = line.text.strip().lower() in TITLES or at == 0 or lines[at - 1].is_blank
    return is_title and is_known and bool(_UNDERLINE.match(below.text)) and (at == 0 or below.indent == line.indent)


def _entries(kind: EntryKind, depth: int, body: list[Line]) -> list[Entry]:
    if kind == "other":
        return []
    return [one for group in blocks(body, depth) if (one := _entry(kind, group)) is not None]


def _entry(kind: EntryKind, group: list[Line]) -> Entry | None:
    head = group[0]
    lead = len(head.text) - len(head.text.lstrip())
    match = _ENTRY.match(head.text[lead:])
    if match is None:
        return None
    base, rest = head.start + lead, joined(*(line.text for line in group[1:]))
    kind_text, span = typed(match["type"] or "", base + max(match.start("type"), 0))
    if kind in {"returns", "yields"}:
        # A line without a colon is a type there.
        kind_text, span = typed(match["names"], base) if match["type"] is None else (kind_text, span)
        return Entry(kind, (), (), kind_text, span, rest, head.start, group[-1].end)
    named = whole_name if kind == "raises" else names_in
    names, places = named(match["names"], base)
    return Entry(kind, names, places, kind_text, span, rest, head.start, group[-1].end) if names else None
