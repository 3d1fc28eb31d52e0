"""Applies edits to a source in memory, and remembers for every byte where it comes from."""

from __future__ import annotations

import bisect
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Span
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.syntax import SyntaxTree


@dataclass(frozen=True, slots=True)
class Segment:
    """`length` bytes of the new source from `start` on that come from the old byte `old` of the file at `path`.

    `is_name`: they are a name that may be spelled anew.
    """

    start: int
    length: int
    path: str
    old: int
    is_name: bool = False


@dataclass(slots=True)
class Rendered:
    """A new source. `segments` are in the order of the text; `copies` and `edits` say where each now lies."""

    source: bytearray = field(default_factory=bytearray)
    segments: list[Segment] = field(default_factory=list)
    copies: list[tuple[Copy, int, int]] = field(default_factory=list)
    edits: list[tuple[Edit, int, int]] = field(default_factory=list)

    def origin(self, start: int, end: int) -> Segment | None:
        """The segment that the new bytes from `start` to `end` lie in; None for fresh text."""
        index = bisect.bisect_right(self.segments, start, key=lambda one: one.start) - 1
        if index < 0:
            return None
        found = self.segments[index]
        return found if start < found.start + found.length and end <= found.start + found.length else None

    def straddles(self, start: int, end: int) -> bool:
        """Whether new bytes lie partly in kept text and partly not: two words ran together."""
        index = bisect.bisect_left(self.segments, end, key=lambda one: one.start) - 1
        if index < 0:
            return False
        found = self.segments[index]
        touches = found.start + found.length > start
        return touches and self.origin(start, end) is None


class Renderer:
    """Renders files whose edits may copy from any file; `tree` gives the tree of a path, as it stands before."""

    def __init__(self, tree: Callable[[str], SyntaxTree]) -> None:
        self._tree = tree
        self._crlf = False

    def file(self, path: str, edits: Iterable[Edit]) -> Rendered:
        """The new source of a file. Raises RefactoringRefused where edits overlap."""
        source = self._tree(path).source
        self._crlf = b"\r\n" in source
        into = Rendered()
        self._spread(into, Span(path, 0, len(source)), edits, None)
        return into

    def fresh(self, pieces: Iterable[Piece]) -> Rendered:
        """The source of a new file."""
        self._crlf = False
        into = Rendered()
        for piece in pieces:
            self._piece(into, piece)
        return into

    def pieces(self, path: str, pieces: Iterable[Piece]) -> str:
        """The text of one edit of a file."""
        self._crlf = b"\r\n" in self._tree(path).source
        into = Rendered()
        for piece in pieces:
            self._piece(into, piece)
        return into.source.decode("utf-8")

    def _spread(self, into: Rendered, span: Span, edits: Iterable[Edit], indent: str | None) -> None:
        """Writes a span with its edits done."""
        at = span.start
        for edit in sorted(edits, key=lambda one: (one.span.start, one.span.end)):
            if edit.span.start < at or edit.span.end > span.end or edit.span.path != span.path:
                raise RefactoringRefused("Two edits of this refactoring overlap.", hint="Do it in smaller steps.")
            self._keep(into, Span(span.path, at, edit.span.start), indent, span.start)
            start = len(into.source)
            for piece in edit.pieces:
                self._piece(into, piece)
            into.edits.append((edit, start, len(into.source)))
            at = edit.span.end
        self._keep(into, Span(span.path, at, span.end), indent, span.start)

    def _piece(self, into: Rendered, piece: Piece) -> None:
        if isinstance(piece, Copy):
            start = len(into.source)
            self._spread(into, piece.span, piece.replaced, piece.indent)
            into.copies.append((piece, start, len(into.source)))
        elif isinstance(piece, Name):
            text = piece.text.encode()
            into.segments.append(Segment(len(into.source), len(text), piece.like.path, piece.like.start, True))
            into.source += text
        else:
            into.source += (piece.replace("\n", "\r\n") if self._crlf else piece).encode()

    def _keep(self, into: Rendered, span: Span, indent: str | None, first: int) -> None:
        """Writes kept text; with `indent`, lines that begin in it are moved as the line that `first` lies in."""
        source = self._tree(span.path).source
        if indent is None:
            self._segment(into, span.path, span.start, span.end)
            return
        old, at = _indentation(source, first), span.start
        for line in self._line_starts(span, source):
            end = source.find(b"\n", line)
            if not source.startswith(old, line) or not source[line : end if end >= 0 else len(source)].strip():
                continue  # a blank line, or one that stands further left than the block.
            self._segment(into, span.path, at, line)
            into.source += indent.encode()
            at = min(line + len(old), span.end)
        self._segment(into, span.path, at, span.end)

    def _line_starts(self, span: Span, source: bytes) -> list[int]:
        """Where lines begin in a span, without those that begin within a string."""
        root, found = self._tree(span.path).tree.root_node, [0] if span.start == 0 < span.end else []
        at = source.find(b"\n", max(0, span.start - 1), span.end)
        while at >= 0 and at + 1 < span.end:
            node = root.descendant_for_byte_range(at, at + 1)
            while node is not None and node.type not in {"string", "template_string", "raw_string_literal"}:
                node = node.parent
            if node is None or node.start_byte > at:
                found.append(at + 1)
            at = source.find(b"\n", at + 1, span.end)
        return found

    def _segment(self, into: Rendered, path: str, start: int, end: int) -> None:
        if end > start:
            into.segments.append(Segment(len(into.source), end - start, path, start))
            into.source += self._tree(path).source[start:end]


def _indentation(source: bytes, offset: int) -> bytes:
    """The blanks at the beginning of the line that an offset lies in."""
    start = source.rfind(b"\n", 0, offset) + 1
    end = start
    while source[end : end + 1] in {b" ", b"\t"}:
        end += 1
    return source[start:end]
