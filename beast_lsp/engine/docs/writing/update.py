"""A docstring that is there brought up to date: what is true stays word for word, what is missing is added."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from beast_lsp.engine.docs.facts.model import FunctionFacts
from beast_lsp.engine.docs.stale import outcomes, parameters
from beast_lsp.engine.docs.stale.documented import Documented, Edit, Problem
from beast_lsp.engine.docs.styles.model import Docstring, EntryKind
from beast_lsp.engine.docs.styles.reading import read
from beast_lsp.engine.docs.writing.describe import UNKNOWN
from beast_lsp.engine.docs.writing.layout import ORDER, Item, Manner, entry, heading

_HOLDERS: Mapping[EntryKind, EntryKind] = {"type": "parameter", "rtype": "returns"}
_HEADING = re.compile(r"^[ \t]*(?:Args|Arguments|Parameters|Params)\b[ \t]*:?[ \t]*$", re.MULTILINE)
_CHECKS = (parameters.gone, parameters.wrong_defaults, parameters.wrong_types, outcomes.unraised, outcomes.ungiven)


def problems(one: Documented) -> list[Problem]:
    """What a docstring says and is not so."""
    return [problem for check in _CHECKS for problem in check(one)]


def applied(text: str, edits: Iterable[Edit]) -> str:
    """A text after edits; of those that overlap, the later ones are left out."""
    begun = len(text) + 1
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        if edit.end <= begun:
            text, begun = text[: edit.start] + edit.text + text[edit.end :], edit.start
    return text


@dataclass(frozen=True)
class Wish:
    """What a docstring is to hold: its items by section, in a manner, lines below the first indented by `indent`.

    `elsewhere` are parameters that another docstring describes: that of a constructor's class.
    """

    items: Mapping[EntryKind, list[Item]]
    manner: Manner
    indent: str
    elsewhere: Collection[str] = ()


def updated(one: Documented, facts: FunctionFacts, wish: Wish) -> str:
    """The text of a function's docstring after everything false is corrected and everything missing is added."""
    text = applied(one.text, (edit for problem in problems(one) for edit in problem.edits))
    doc = read(text)
    style = doc.style if doc.style != "plain" else wish.manner.style
    if style == "plain" or (doc.style == "plain" and facts.overrides):
        return text
    manner = replace(wish.manner, style=style, has_types=_has_types(doc, wish.manner))
    page = _Page(doc, manner, _indent(text, wish.indent))
    for kind in ORDER:
        items = [_untyped(one, doc) if kind == "parameter" else one for one in wish.items.get(kind, [])]
        for number, item in enumerate(items):
            if _is_missing(page.doc, kind, item, facts, wish.elsewhere):
                page = page.added(kind, item, items[:number])
    return _closed(page.doc.text, page.indent)


def _untyped(item: Item, doc: Docstring) -> Item:
    """An item as its neighbours are: without a type that says nothing, where they have none."""
    is_bare = doc.style != "numpy" and item.type == UNKNOWN and any(doc.of("parameter"))
    return replace(item, type="") if is_bare and not _has_types(doc, Manner()) else item


def _has_types(doc: Docstring, manner: Manner) -> bool:
    entries = list(doc.of("parameter"))
    return any(one.type for one in entries) or bool(list(doc.of("type"))) if entries else manner.has_types


def _indent(text: str, indent: str) -> str:
    """The indentation of the lines below the first."""
    lines = [line for line in text.split("\n")[1:] if line.strip()]
    heads = [line[: len(line) - len(line.lstrip())] for line in lines]
    return min(heads, key=len) if heads else indent


def _is_missing(doc: Docstring, kind: EntryKind, item: Item, facts: FunctionFacts, elsewhere: Collection[str]) -> bool:
    name = item.name.lstrip("*")
    if kind == "parameter":
        if not any(doc.of("parameter")) and _HEADING.search(doc.text):
            return False  # They are described, in a layout of its own.
        known = {each.name for each in facts.parameters}
        described = {each for one in doc.of("parameter") for each in one.names}
        # Where single keywords are described, `**options` is.
        is_spread = item.name.startswith("*") and bool(described - known)
        return name not in described and not is_spread and name not in elsewhere and not name.startswith("_")
    if kind == "returns":
        says = doc.summary.partition(" ")[0] in {"Return", "Returns", "Yields", "Yield"}
        is_said = says and doc.style != "numpy" and not doc.entries
        return not is_said and not any(doc.of("returns", "rtype", "yields")) and facts.yields is None
    if kind == "yields":
        return not any(doc.of("yields", "returns", "rtype"))
    last = {each.rpartition(".")[2].strip("`~ ") for one in doc.of("raises") for each in one.names}
    return name.rpartition(".")[2] not in last


@dataclass(frozen=True)
class _Page:
    """A docstring that grows."""

    doc: Docstring
    manner: Manner
    indent: str

    def added(self, kind: EntryKind, item: Item, before: Sequence[Item]) -> _Page:
        """The docstring with one more entry; `before` are the items that its kind lists before it."""
        if self.manner.style == "rest":
            text = self._as_field(kind, item, before)
        elif any(self.doc.of(kind)):
            text = self._in_section(kind, item, before)
        else:
            text = self._as_section(kind, item)
        return replace(self, doc=read(text))

    def _place(self, kind: EntryKind, before: Sequence[Item]) -> tuple[int, bool]:
        """Where an entry goes among those of its kind, and whether that is behind another one."""
        entries = list(self.doc.of(kind))
        for name in reversed([one.name.lstrip("*") for one in before]):
            found = next((one for one in entries if name in one.names), None)
            if found is not None:
                types = self.doc.of("type") if kind == "parameter" else ()
                return max([found.end, *(one.end for one in types if one.names == found.names)]), True
        return (entries[-1].end, True) if before and kind == "raises" else (entries[0].start, False)

    def _in_section(self, kind: EntryKind, item: Item, before: Sequence[Item]) -> str:
        section = self.doc.sections[next(self.doc.of(kind)).section]
        own = self.manner.unit if self.manner.style == "google" else ""
        lines = [section.indent + line.removeprefix(own) for line in entry(kind, item, self.manner, "")]
        at, is_behind = self._place(kind, before)
        return _inserted(self.doc.text, at, lines, is_behind=is_behind)

    def _as_field(self, kind: EntryKind, item: Item, before: Sequence[Item]) -> str:
        lines = entry(kind, item, self.manner, self.indent)
        if any(self.doc.of(kind)):
            at, is_behind = self._place(kind, before)
            return _inserted(self.doc.text, at, lines, is_behind=is_behind)
        order = ORDER.index(kind)
        earlier = [one for one in self.doc.entries if ORDER.index(_HOLDERS.get(one.kind, one.kind)) < order]
        if earlier:
            return _inserted(self.doc.text, max(one.end for one in earlier), lines, is_behind=True)
        if self.doc.entries:
            return _inserted(self.doc.text, self.doc.entries[0].start, lines, is_behind=False)
        return self._at_end(lines)

    def _as_section(self, kind: EntryKind, item: Item) -> str:
        lines = [*heading(kind, self.manner, self.indent), *entry(kind, item, self.manner, self.indent)]
        order = ORDER.index(kind)
        earlier = [one for one in self.doc.sections if one.kind in ORDER[:order]]
        later = [one for one in self.doc.sections if one.kind == "other" or one.kind in ORDER[order:]]
        if earlier:
            return _inserted(self.doc.text, max(one.end for one in earlier), ["", *lines], is_behind=True)
        if later:
            return _inserted(self.doc.text, later[0].start, [*lines, ""], is_behind=False)
        return self._at_end(lines)

    def _at_end(self, lines: Sequence[str]) -> str:
        return f"{self.doc.text.rstrip()}\n\n" + "\n".join(lines) + f"\n{self.indent}"


def _inserted(text: str, at: int, lines: Sequence[str], *, is_behind: bool) -> str:
    """Lines behind a line that ends at an offset, or before one that begins there."""
    joined = "\n".join(lines)
    return f"{text[:at]}\n{joined}{text[at:]}" if is_behind else f"{text[:at]}{joined}\n{text[at:]}"


def _closed(text: str, indent: str) -> str:
    """A text of several lines whose closing quotes stand in a line of their own."""
    if "\n" not in text or not text.rpartition("\n")[2].strip():
        return text
    return f"{text.rstrip()}\n{indent}"
