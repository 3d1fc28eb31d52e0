"""Edits of lists between brackets, such as parameters and arguments: what stays keeps its lines and its comments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Span

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True)
class Item:
    """An item of the new list: the old item that it comes from, None of a fresh one, and its text."""

    node: Node | None
    pieces: tuple[Piece, ...]


def list_edits(path: str, source: bytes, listed: Node, items: Sequence[Item]) -> Iterator[Edit]:
    """The edits that put items in place of those of a list in brackets (`listed`, with its brackets).

    Items that stay, but in another order, take each other's places; fresh ones come behind the item before them.
    """
    old = [node for node in listed.named_children if node.type != "comment"]
    kept = {item.node.id for item in items if item.node is not None}
    slots = [node for node in old if node.id in kept]
    yield from _removed(path, source, (listed.start_byte + 1, listed.end_byte - 1), old, kept)
    separator = _separator(source, old)
    last: Node | None = None
    waiting: list[Piece] = []  # fresh items before the first slot.
    places = iter(slots)
    for item in items:
        if item.node is not None:
            slot = next(places)
            if item.node.id != slot.id or not _is_plain(path, item):
                yield Edit(_span(path, slot), item.pieces)
            last = slot
        elif last is not None:
            yield Edit(Span(path, last.end_byte, last.end_byte), (separator, *item.pieces))
        else:
            waiting += [*([separator] if waiting else []), *item.pieces]
    if waiting:
        start = slots[0].start_byte if slots else listed.start_byte + 1
        yield Edit(Span(path, start, start), (*waiting, separator) if slots else tuple(waiting))


def _is_plain(path: str, item: Item) -> bool:
    """Whether an item is nothing but its old text."""
    return item.node is not None and item.pieces == (Copy(_span(path, item.node)),)


def _span(path: str, node: Node) -> Span:
    return Span(path, node.start_byte, node.end_byte)


def _separator(source: bytes, old: Sequence[Node]) -> str:
    """What stands between two items of the list."""
    if len(old) > 1:
        between = source[old[0].end_byte : old[1].start_byte].decode("utf-8", "replace").replace("\r\n", "\n")
        if between.startswith(",") and not between[1:].strip():
            return between
    return ", "


def without_one(path: str, source: bytes, names: Sequence[Node], gone: Node) -> Iterator[Edit]:
    """The edits that take one of several names in an import away."""
    kept = {node.id for node in names if node.id != gone.id}
    return _removed(path, source, (names[0].start_byte, names[-1].end_byte), names, kept)


def _removed(path: str, source: bytes, inside: tuple[int, int], old: Sequence[Node], kept: set[int]) -> Iterator[Edit]:
    """The edits that take items away, each with a comma, and with its line where it has one of its own."""
    done, has_kept = inside[0], False
    for index, node in enumerate(old):
        if node.id in kept:
            has_kept = True
            continue
        line = _own_line(source, node)
        if line is not None:
            start, end = line
        elif has_kept:
            start, end = old[index - 1].end_byte, node.end_byte
        else:
            start = node.start_byte
            end = old[index + 1].start_byte if index + 1 < len(old) else inside[1]
        start = max(start, done)
        if end > start:
            yield Edit(Span(path, start, end), ())
            done = end


def _own_line(source: bytes, node: Node) -> tuple[int, int] | None:
    """The lines of an item, with its comma and a comment behind it, where nothing else stands in them."""
    start = source.rfind(b"\n", 0, node.start_byte) + 1
    end = source.find(b"\n", node.end_byte)
    behind = source[node.end_byte : end].strip() if end >= 0 else b"x"
    is_alone = not source[start : node.start_byte].strip() and behind.startswith(b",")
    rest = behind[1:].strip()
    return (start, end + 1) if is_alone and (not rest or rest.startswith(b"#")) else None


def nested(edits: Iterable[Edit]) -> tuple[Edit, ...]:
    """Edits that may lie within each other: done in what is copied, and dropped with what goes."""
    found = list(dict.fromkeys(edits))
    top = [one for one in found if not any(_lies_in(one, other.span, other) for other in found if other is not one)]
    return tuple(replace(one, pieces=tuple(_with_edits(piece, one, found) for piece in one.pieces)) for one in top)


def _with_edits(piece: Piece, holder: Edit, edits: list[Edit]) -> Piece:
    if not isinstance(piece, Copy):
        return piece
    within = [one for one in edits if one is not holder and _lies_in(one, piece.span, None)]
    return replace(piece, replaced=(*piece.replaced, *nested(within))) if within else piece


def _lies_in(one: Edit, outer: Span, other: Edit | None) -> bool:
    """Whether an edit lies within a span (of another edit); an insertion at its border does not."""
    inner = one.span
    if inner.path != outer.path or inner.start < outer.start or inner.end > outer.end:
        return False
    if inner == outer:  # a name that is spelled anew, in the place of an item of its own.
        return _is_renaming(one) and (other is None or not _is_renaming(other))
    return inner.start < inner.end or outer.start < inner.start < outer.end


def _is_renaming(edit: Edit) -> bool:
    piece = edit.pieces[0] if len(edit.pieces) == 1 else None
    return isinstance(piece, Name) and piece.like == edit.span
