"""What takes a refactoring back, whatever part of it was done, as long as nobody edited the files since.

Pure: a `Reverse` says which states a file may be in, by digest, and what to do in each. It holds no more of the code
than what the refactoring took away.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate

from beast_lsp.engine.document import Position, split_lines
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.errors import RefactoringRefused

Reader = Callable[[str], str | None]
"""Gives the text of a file of the workspace folder as it stands now; None where there is no such file."""


@dataclass(frozen=True, slots=True)
class State:
    """A text that a file may have, by its digest, and the edits that make the old text of it."""

    digest: str
    edits: tuple[TextEdit, ...] = ()


@dataclass(frozen=True, slots=True)
class Reverse:
    """How to take a refactoring back. Paths are relative to the workspace folder.

    `states` holds, by old path, every text that the refactoring leaves a file with: untouched, with the certain edits
    alone, with all. `moved` maps old paths to new ones, `created` holds the digests of files that were new, `deleted`
    the texts of those that went.
    """

    title: str
    states: Mapping[str, tuple[State, ...]] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    created: Mapping[str, str] = field(default_factory=dict)
    deleted: Mapping[str, str] = field(default_factory=dict)

    def fragments(self) -> Iterator[str]:
        """Every piece of the old code that this holds."""
        for states in self.states.values():
            for state in states:
                yield from (edit.text for edit in state.edits)
        yield from self.deleted.values()


def digest(text: str) -> str:
    """What a text is known by. Line ends at its end don't count: for Neovim, an empty text is one empty line."""
    return hashlib.sha256(text.rstrip("\r\n").encode("utf-8", "surrogatepass")).hexdigest()


def moved_path(path: str, moved: Mapping[str, str]) -> str:
    """Where a file lies after the moves, of which each is of a file or of a folder."""
    for old, new in moved.items():
        if path == old or path.startswith(f"{old}/"):
            return new + path[len(old) :]
    return path


def located(text: str, edits: Iterable[TextEdit]) -> Iterator[tuple[int, int, TextEdit]]:
    """The edits, each with the characters of the text where it begins and ends; behind the text is its end."""
    starts = _line_starts(text)

    def offset(place: Position) -> int:
        return min(starts[place.line] + place.column, len(text)) if place.line < len(starts) else len(text)

    for edit in edits:
        yield offset(edit.start), offset(edit.end), edit


def edited(text: str, edits: Iterable[TextEdit]) -> str:
    """The text after the edits, which are in its order and don't overlap."""
    pieces, last = [], 0
    for start, end, edit in located(text, edits):
        pieces += [text[last:start], edit.text]
        last = end
    return "".join([*pieces, text[last:]])


def reverse_edits(text: str, edits: Sequence[TextEdit]) -> tuple[TextEdit, ...]:
    """The edits that make `text` again of `edited(text, edits)`."""
    found, shift = [], 0
    place = _positions(edited(text, edits))
    for start, end, edit in located(text, edits):
        begin = start + shift
        shift += len(edit.text) - (end - start)
        found.append(TextEdit(place(begin), place(end + shift), text[start:end]))
    return tuple(found)


def certain(edits: Iterable[TextEdit]) -> tuple[TextEdit, ...]:
    """Those of the edits that need nobody's word."""
    return tuple(edit for edit in edits if edit.certainty is Certainty.CERTAIN)


def reverse_of(plan: Plan, read: Reader) -> Reverse:
    """What takes a plan back; `read` gives the texts of the files that it deletes, as long as they are there."""
    states = {}
    for path, edits in plan.edits.items():
        text = plan.before[path]
        found = {digest(text): State(digest(text))}
        for some in (certain(edits), tuple(edits)):
            after = digest(edited(text, some))
            found.setdefault(after, State(after, reverse_edits(text, some)))
        states[path] = tuple(found.values())
    created = {path: digest(text) for path, text in plan.created.items()}
    gone = {path: plan.before.get(path) or read(path) for path in plan.deleted}
    deleted = {path: text for path, text in gone.items() if text is not None}
    return Reverse(f"Undo: {plan.title}", states, dict(plan.moved), created, deleted)


def undoing(reverse: Reverse, read: Reader) -> Plan | None:
    """The plan that takes a refactoring back; None where nothing of it was done, or all of it is back already.

    Raises RefactoringRefused with the list of the files that were edited since.
    """
    edits: dict[str, tuple[TextEdit, ...]] = {}
    before: dict[str, str] = {}
    changed: list[str] = []
    for path, states in reverse.states.items():
        here, text = _here(path, reverse.moved, read)
        state = next((each for each in states if text is not None and each.digest == digest(text)), None)
        if text is None or state is None:
            changed.append(here)
        elif state.edits:
            edits[here], before[here] = state.edits, text
    gone, changed_new = _created_since(reverse.created, read)
    back = {path: text for path, text in reverse.deleted.items() if read(path) is None}
    changed += changed_new + [path for path, text in reverse.deleted.items() if read(path) not in {None, text}]
    if changed:
        raise RefactoringRefused(
            f"Edited since the refactoring, so it can't be undone: {', '.join(sorted(changed))}.",
            hint="Undo those edits first, or take the refactoring back in these files by hand.",
        )
    moved = {new: old for old, new in reverse.moved.items() if _is_moved(old, new, reverse, read)}
    if not (edits or gone or back or moved):
        return None
    after = {path: edited(before[path], some) for path, some in edits.items()}
    return Plan(reverse.title, edits, before, after, created=back, moved=moved, deleted=frozenset(gone))


def _here(path: str, moved: Mapping[str, str], read: Reader) -> tuple[str, str | None]:
    """Where a file lies now, and its text; a move that was not done left it where it was."""
    new = moved_path(path, moved)
    text = read(new)
    return (path, read(path)) if text is None and new != path else (new, text)


def _is_moved(old: str, new: str, reverse: Reverse, read: Reader) -> bool:
    inside = [path for path in reverse.states if path == old or path.startswith(f"{old}/")]
    known = [moved_path(path, {old: new}) for path in inside] or [new]
    return any(read(path) is not None for path in known)


def _created_since(created: Mapping[str, str], read: Reader) -> tuple[list[str], list[str]]:
    """Of the files that were new, those that are as they were made, and those that somebody edited."""
    texts = {path: text for path in created if (text := read(path)) is not None}
    same = [path for path, text in texts.items() if digest(text) == created[path]]
    return same, [path for path in texts if path not in same]


def _line_starts(text: str) -> list[int]:
    return list(accumulate((len(line) for line in split_lines(text)), initial=0))[:-1]


def _positions(text: str) -> Callable[[int], Position]:
    starts = _line_starts(text)

    def place(offset: int) -> Position:
        line = bisect_right(starts, offset) - 1
        return Position(line, offset - starts[line])

    return place
