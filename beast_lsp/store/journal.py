"""The journal of refactorings: what was done in each workspace folder, so that it can be taken back later.

What it needs for that is the code that a refactoring took away: the reverse edits. They are written as they are or not
at all, since a redacted text would put `<redacted>` into somebody's code: an entry that holds a part of a secret, that
is large, or whose user keeps no texts, has digests on the disk and its edits in memory only. It can be undone until
the server ends, and says so afterwards.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.net.reverse import Reverse, State, located, reverse_of
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.secrets import contains_secret, redact_parts

KEPT = 20
"""So many refactorings of a folder can be undone, one after the other."""
_LARGEST = 2_000_000  # characters of one entry.
_AROUND = 4_000  # characters before and after a text by which it may be known as a part of a secret.


@dataclass(frozen=True, slots=True)
class Entry:
    """One refactoring that was done in a folder, at a time in seconds since 1970.

    `reverse` is None where only its title is known any more. `is_private` entries keep it in memory only.
    """

    STATEMENT: ClassVar[str] = (
        "INSERT OR REPLACE INTO refactorings VALUES (:id, :folder, :created_at, :title, :reverse)"
    )
    PURGE: ClassVar[str] = """
        DELETE FROM refactorings WHERE folder = :folder AND id NOT IN (
            SELECT id FROM refactorings WHERE folder = :folder ORDER BY created_at DESC, rowid DESC LIMIT :kept
        )
    """

    id: str
    folder: str
    created_at: float
    title: str
    reverse: Reverse | None
    is_private: bool = False

    def columns(self) -> dict[str, Any]:
        """The row of `refactorings`."""
        kept = None if self.is_private or self.reverse is None else _packed(self.reverse)
        row = {"id": self.id, "folder": self.folder, "created_at": self.created_at, "title": _shown(self.title)}
        return {**row, "reverse": kept}


@dataclass(frozen=True, slots=True)
class Undone:
    """An entry of the journal that is not needed any more: it was undone, or it never happened."""

    STATEMENT: ClassVar[str] = "DELETE FROM refactorings WHERE id = :id"

    id: str

    def columns(self) -> dict[str, Any]:
        """The values of `STATEMENT`."""
        return {"id": self.id}


def entry_of(  # noqa: PLR0913 - what an entry is made of.
    identity: str, folder: Path, now: float, plan: Plan, read: Callable[[str], str | None], *, keeps_texts: bool
) -> Entry:
    """The entry of a plan that is about to be done; `read` gives the texts as they are before it."""
    reverse = reverse_of(plan, read)
    is_private = not keeps_texts or _is_large(reverse) or any(_holds_secret(*each) for each in _taken(plan, reverse))
    return Entry(identity, str(folder), now, plan.title, reverse, is_private)


def read_journal(path: Path, folder: Path) -> list[Entry]:
    """The entries of a folder, the newest first; none where the database has none or can't be read."""
    query = "SELECT id, folder, created_at, title, reverse FROM refactorings WHERE folder = ? ORDER BY created_at DESC"
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as database:
            rows = database.execute(f"{query}, rowid DESC", (str(folder),)).fetchall()
    except sqlite3.Error:
        return []
    return [Entry(one, home, when, title, _unpacked(reverse)) for one, home, when, title, reverse in rows]


def _taken(plan: Plan, reverse: Reverse) -> Iterator[tuple[str, str, str]]:
    """Every text that the reverse holds, between what stands before and after it."""
    for path, edits in plan.edits.items():
        text = plan.before[path]
        for start, end, _ in located(text, edits):
            yield text[max(0, start - _AROUND) : start], text[start:end], text[end : end + _AROUND]
    yield from (("", text, "") for text in reverse.deleted.values())


def _holds_secret(before: str, text: str, after: str) -> bool:
    if not text or not contains_secret(before + text + after):
        return False
    return redact_parts(before, text, after)[1] != text


def _is_large(reverse: Reverse) -> bool:
    return sum(map(len, reverse.fragments())) > _LARGEST


def _shown(title: str) -> str:
    return redact_parts(title)[0].encode(errors="replace").decode()


def _packed(reverse: Reverse) -> str:
    states = {
        path: [[state.digest, [[*edit.start, *edit.end, edit.text] for edit in state.edits]] for state in found]
        for path, found in reverse.states.items()
    }
    rest = {"moved": reverse.moved, "created": reverse.created, "deleted": reverse.deleted}
    return json.dumps({"title": reverse.title, "states": states, **rest}, separators=(",", ":"))


def _unpacked(kept: str | None) -> Reverse | None:
    if kept is None:
        return None
    try:
        row = json.loads(kept)
        states = {path: tuple(map(_state, found)) for path, found in row["states"].items()}
        return Reverse(row["title"], states, row["moved"], row["created"], row["deleted"])
    except (ValueError, LookupError, TypeError, AttributeError):
        return None  # Somebody else wrote it.


def _state(kept: tuple[str, list[tuple[int, int, int, int, str]]]) -> State:
    known, edits = kept
    return State(known, tuple(TextEdit(Position(a, b), Position(c, d), text) for a, b, c, d, text in edits))
