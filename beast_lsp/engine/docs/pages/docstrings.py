"""A docstring of any style as Markdown: its sections become lists, its prose stays."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

from beast_lsp.engine.docs.pages.prose import inline, markdown
from beast_lsp.engine.docs.styles.model import Docstring, Entry, EntryKind
from beast_lsp.engine.docs.styles.reading import read

_TITLES: dict[EntryKind, str] = {
    "parameter": "Parameters", "returns": "Returns", "yields": "Yields", "raises": "Raises", "attribute": "Attributes",
}  # fmt: skip
_TYPES = frozenset({"type", "rtype"})
_BLOCK = re.compile(r"[ \t]*(?:[*-]|\d+\.|>>>|\.\. |```)[ \t]?")
_ADMONITIONS = frozenset({"note", "warning", "tip", "caution", "important", "todo"})
_UNDERLINE = re.compile(r"\s*-{3,}[ \t]*\n")


def docstring_markdown(text: str, family: str) -> str:
    """The text of a docstring or doc comment as Markdown. Total."""
    if family != "python":
        return markdown(text, family)
    found = read(text)
    if found.style == "plain":
        return markdown(text, family)
    return "\n\n".join(piece for piece in _pieces(found) if piece.strip())


def _pieces(found: Docstring) -> Iterator[str]:
    """The prose and the sections in the order of the text."""
    end = 0
    for section in sorted(found.sections, key=lambda one: one.start):
        yield _between(found, end, section.start)
        body = found.text[section.start : section.end].partition("\n")[2]
        entries = [one for one in found.entries if section.start <= one.start < section.end]
        if entries:
            yield _listed(found, entries, _TITLES.get(section.kind, section.title.strip(": ")))
        else:
            yield _titled(section.title.strip(": "), body)
        end = max(end, section.end)
    yield _between(found, end, len(found.text))


def _between(found: Docstring, start: int, end: int) -> str:
    """What stands between sections: prose, and the fields of reST."""
    fields = [one for one in found.entries if start <= one.start < end and one.section < 0]
    pieces, at, group = [], start, list[Entry]()
    for one in fields:
        if found.text[at : one.start].strip():
            pieces += [_grouped(found, group), markdown(found.text[at : one.start], "python")]
            group = []
        group.append(one)
        at = one.end
    return "\n\n".join(filter(None, [*pieces, _grouped(found, group), markdown(found.text[at:end], "python")]))


def _grouped(found: Docstring, entries: Sequence[Entry]) -> str:
    """Fields by what they tell of, each kind as a list."""
    kinds = dict.fromkeys("returns" if one.kind == "rtype" else one.kind for one in entries if one.kind != "type")
    lists = []
    for kind in kinds:
        same = [one for one in entries if one.kind == kind or (kind == "returns" and one.kind == "rtype")]
        lists.append(_listed(found, _typed(same, entries), _TITLES.get(kind, kind.capitalize())))
    return "\n\n".join(lists)


def _typed(same: Iterable[Entry], entries: Sequence[Entry]) -> list[Entry]:
    """The entries with the types that fields of their own give them."""
    types = {name: one.type or one.text for one in entries if one.kind == "type" for name in one.names}
    given = next((one.type or one.text for one in entries if one.kind == "rtype"), "")
    has_returns = any(one.kind == "returns" for one in same)
    found = []
    for one in same:
        if one.kind == "rtype" and has_returns:
            continue
        own = (
            given
            if one.kind in {"returns", "rtype"}
            else next((types[name] for name in one.names if name in types), "")
        )
        text = "" if one.kind == "rtype" else one.text
        found.append(_with(one, one.type or own, text))
    return found


def _with(one: Entry, kind: str, text: str) -> Entry:
    return Entry(one.kind, one.names, one.places, kind, one.type_span, text, one.start, one.end, one.section)


def _listed(found: Docstring, entries: Sequence[Entry], title: str) -> str:
    return "\n".join([f"**{title}**", "", *(_item(found, one) for one in entries)])


def _item(found: Docstring, one: Entry) -> str:
    names = ", ".join(f"`{_stars(found, place)}{name}`" for name, place in zip(one.names, one.places, strict=False))
    kind = f"`{' '.join(inline(one.type).replace('`', '').split())}`" if one.type else ""
    head = f"{names} ({kind})" if names and kind else names or kind
    text = _text(found, one)
    return f"- {head}: {text}" if head and text else f"- {head or text}"


def _stars(found: Docstring, place: tuple[int, int]) -> str:
    before = found.text[: place[0]]
    return before[len(before.rstrip("*\\")) :].replace("\\", "")


def _text(found: Docstring, one: Entry) -> str:
    """What an entry says; one with paragraphs or lists keeps them."""
    first, *rest = found.text[one.start : one.end].split("\n")
    body = textwrap.dedent("\n".join(rest)).strip("\n")
    if not body.strip() or not ("\n\n" in body or any(_BLOCK.match(line) for line in body.split("\n"))):
        return inline(" ".join(one.text.split()))
    word = next(iter(one.text.split()), "")
    start = first.rfind(": ") + 2 if ": " in first else first.find(word)
    head = first[start:].strip() if word and word in first[start:] else ""
    return textwrap.indent(markdown(f"{head}\n{body}" if head else body, "python"), "  ").strip()


def _titled(title: str, body: str) -> str:
    text = markdown(_UNDERLINE.sub("", body, count=1) if _UNDERLINE.match(body) else body, "python")
    if title.lower() in _ADMONITIONS:
        return "\n".join(f"> {line}".rstrip() for line in [f"**{title}:**", *text.splitlines()])
    return f"**{title}**\n\n{text}" if text else ""
