"""What a docstring says, with the place of everything in its text: so that a change leaves the rest as it is.

Offsets count characters of the text between the quotes as the source has it (escapes unread); lines end in "\n".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

Style = Literal["google", "numpy", "rest", "plain"]
EntryKind = Literal["parameter", "type", "returns", "rtype", "yields", "raises", "attribute", "other"]

NAME = r"(?:\\?\*){0,2}[^\W\d](?:\\?\w)*"
"""A name, with stars, and with the backslashes that reST wants before stars and underscores."""
_NAMES = re.compile(rf"\s*({NAME})\s*(?:,|/|\bor\b|\band\b|\Z)")


Names = tuple[tuple[str, ...], tuple[tuple[int, int], ...]]
"""Names, and their places."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a docstring without its line break; `start` is its offset."""

    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset of its end."""
        return self.start + len(self.text)

    @property
    def indent(self) -> int:
        """The width of its indentation, tabs as eight columns at most."""
        head = self.text[: len(self.text) - len(self.text.lstrip())]
        return len(head.expandtabs(8))

    @property
    def is_blank(self) -> bool:
        """Whether it holds nothing but blanks."""
        return not self.text.strip()


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry: of a parameter, of what is returned, of an exception.

    `names` are those of the parameters or exceptions, without stars, backslashes and backquotes, `places` their
    offsets; `type` is as written, at `type_span`; `text` is the description on one line. The entry's lines go from
    `start` to `end`, without the last line's break. `section` is the index of its section, -1 where styles have none.
    """

    kind: EntryKind
    names: tuple[str, ...]
    places: tuple[tuple[int, int], ...]
    type: str
    type_span: tuple[int, int] | None
    text: str
    start: int
    end: int
    section: int = -1


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its kind, its title as written, and its lines from the title's `start` to `end`.

    `indent` is the indentation of its entries, as written.
    """

    kind: EntryKind
    title: str
    start: int
    end: int
    indent: str


@dataclass(frozen=True, slots=True)
class Docstring:
    """A docstring that was read. What is in no entry is prose, and stays as it is."""

    text: str
    style: Style
    sections: tuple[Section, ...] = ()
    entries: tuple[Entry, ...] = ()

    def of(self, *kinds: EntryKind) -> Iterator[Entry]:
        """The entries of some kinds, in the order of the text."""
        return (one for one in self.entries if one.kind in kinds)

    def described(self, name: str) -> Entry | None:
        """The entry of a parameter."""
        return next((one for one in self.of("parameter") if name in one.names), None)

    @property
    def summary(self) -> str:
        """The first paragraph on one line; empty where the text begins with a section."""
        starts = [*(one.start for one in self.sections), *(one.start for one in self.entries)]
        first = min(starts, default=len(self.text))
        paragraph = re.split(r"\n[ \t]*\n", self.text[:first].strip("\n").lstrip(), maxsplit=1)[0]
        return " ".join(paragraph.split())


def lines_of(text: str) -> list[Line]:
    """The lines of a text; the first has the indentation of none, since the quotes stand before it."""
    found, start = [], 0
    for line in text.split("\n"):
        found.append(Line(line, start))
        start += len(line) + 1
    return found


def names_in(text: str, start: int) -> Names:
    """The names of "a, *b" and their places, where a text that begins at an offset is a list of names; else none."""
    names, places, at = [], [], 0
    plain = text.replace("`", " ")
    while plain[at:].strip():
        match = _NAMES.match(plain, at)
        if match is None:
            return (), ()
        bare = match[1].lstrip("\\*")
        names.append(bare.replace("\\", ""))
        places.append((start + match.end(1) - len(bare), start + match.end(1)))
        at = match.end()
    return tuple(names), tuple(places)


def blocks(lines: list[Line], indent: int) -> Iterator[list[Line]]:
    """Lines in groups that each begin with one at an indentation; deeper and blank ones belong to the one before."""
    group: list[Line] = []
    for line in lines:
        if not line.is_blank and line.indent <= indent:
            if group:
                yield _stripped(group)
            group = [line]
        elif group:
            group.append(line)
    if group:
        yield _stripped(group)


def _stripped(group: list[Line]) -> list[Line]:
    """A group without the blank lines at its end."""
    while group and group[-1].is_blank:
        group.pop()
    return group


def joined(*texts: str) -> str:
    """Texts on one line."""
    return " ".join(" ".join(texts).split())


def whole_name(text: str, start: int) -> Names:
    """One name that is all of a text that begins at an offset, such as that of an exception; none where it is blank."""
    written = text.strip()
    left = start + len(text) - len(text.lstrip())
    return ((written.strip("`~"),), ((left, left + len(written)),)) if written else ((), ())


def typed(text: str, start: int) -> tuple[str, tuple[int, int] | None]:
    """A type without the blanks around it, and its place, by a text that begins at an offset."""
    written = text.strip()
    left = start + len(text) - len(text.lstrip())
    return written, ((left, left + len(written)) if written else None)


def placed(entry: Entry, section: int) -> Entry:
    """The entry as one of a section."""
    return replace(entry, section=section)
