"""What a refactoring proposes: edits that say where their text comes from, so that the net can follow every name.

A piece of new text is fresh (a plain `str`), a `Copy` of what stands somewhere now, or a `Name` that means what
another name means. The net (`net.checked`) holds each name that was copied or left alone against what it meant
before: so a refactoring does not have to foresee every way in which a name can be captured.

Offsets are bytes of the tree's source, as in `engine.syntax`; paths are relative to the workspace folder, with "/".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum


class Certainty(IntEnum):
    """How sure it is that an edit belongs to the refactoring.

    `PROBABLE`: an attribute of the same name whose object is of unknown type. `TEXTUAL`: a word in a string, a
    comment or a document. Both are done only where the user confirms them.
    """

    CERTAIN = 0
    PROBABLE = 1
    TEXTUAL = 2


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """The bytes from `start` to `end` of the file at `path`, as it stands before the refactoring."""

    path: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Copy:
    """The text of a span, moved or repeated; its names mean what they meant there.

    `replaced` are edits within the span. `indent` takes the place of the indentation that the span's first line has,
    in every line that begins within the span (lines within strings excepted); None leaves them.
    """

    span: Span
    replaced: tuple[Edit, ...] = ()
    indent: str | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """A name, written `text`, that means what the name at the span `like` means there."""

    text: str
    like: Span


Piece = str | Copy | Name


@dataclass(frozen=True, slots=True)
class Edit:
    """`pieces` in place of a span; an insertion where the span is empty. `note` says why it is not certain."""

    span: Span
    pieces: tuple[Piece, ...]
    certainty: Certainty = Certainty.CERTAIN
    note: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """The edits of one refactoring, over any number of files.

    `title` is what the menu shows. `created` gives the text of new files, `moved` maps old paths to new ones (edits
    name the old), `deleted` are files that go. `splits` holds the span of a name for each definition whose names may
    mean several things afterwards, such as a variable that becomes a parameter of the extracted function; that its
    value is still the same everywhere is then for the refactoring to prove. `gone` are spans of names whose
    definitions disappear on purpose. `notes` say what the user should know: call sites, tests
    that are affected, import cycles.
    """

    title: str
    edits: tuple[Edit, ...] = ()
    created: Mapping[str, tuple[Piece, ...]] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    deleted: frozenset[str] = frozenset()
    splits: frozenset[Span] = frozenset()
    gone: frozenset[Span] = frozenset()
    notes: tuple[str, ...] = ()
