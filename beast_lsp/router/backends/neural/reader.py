"""Follows one document with the completion model: its prompt, and the keys that stay good between keystrokes."""

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from beast_lsp.engine.document import Document
from beast_lsp.engine.languages import by_name
from beast_lsp.router.backends.neural.ahead import Ahead, shared
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.model import LanguageModel, State
from beast_lsp.router.backends.neural.prompt import Head, Piece, PromptMaker

AT_ONCE = 64
"""So many new ids are read while the user waits (a few milliseconds); more are read in the background."""
_STEP = 128  # Ids read in one go in the background: a newer request waits for no more than that.
_ROOM = 48  # Ids left for continuations.

Look = Callable[[], Sequence[Piece]]
"""Finds pieces of other files that may help; asked only when a new head is laid out."""


@dataclass(frozen=True, slots=True)
class Place:
    """The place that is asked about: `typed` is its line's text up to the token that is being written."""

    document: Document
    line: int
    typed: str
    unit: str


class Reader:
    """The model's view of one document, by a delta. `at` and `catch_up` may be used in different threads."""

    def __init__(self, model: LanguageModel, prompts: PromptMaker, delta: Delta | None = None) -> None:
        self.model = model
        self.delta = delta
        self._prompts = prompts
        self._limit = model.context
        self._state: State | None = None
        self._head: Head | None = None
        self._ahead: Ahead | None = None
        self._wanted: list[int] = []
        self._lock = threading.Lock()

    @contextmanager
    def at(self, place: Place, look: Look) -> Iterator[Ahead | None]:
        """What the model expects at a place; None while it has too much to read first, which `catch_up` does."""
        if not self._lock.acquire(blocking=False):
            yield None  # It is reading in the background.
            return
        try:
            yield self._at(place, look)
        finally:
            self._lock.release()

    @property
    def is_behind(self) -> bool:
        """Whether `catch_up` has something to do."""
        return self._missing() > AT_ONCE

    def catch_up(self, cancelled: Callable[[], bool]) -> None:
        """Reads what the last place needs, in steps between which `cancelled` may end it."""
        with self._lock:
            while not cancelled() and self._missing() > 1:
                self._read(_STEP)

    def _at(self, place: Place, look: Look) -> Ahead | None:
        ids = self._ids(place, look)
        if self._ahead is not None and ids[: len(self._ahead.base)] == list(self._ahead.base):
            more = tuple(ids[len(self._ahead.base) :])
            if len(more) <= AT_ONCE:
                self._ahead = self._ahead.moved(more) if more else self._ahead
                self._wanted = ids
                return self._ahead
        self._wanted, self._ahead = ids, None
        if self._missing() > AT_ONCE:
            return None
        self._ahead = Ahead(self._open(), ids, self._limit)
        return self._ahead

    def _ids(self, place: Place, look: Look) -> list[int]:
        """The prompt at a place, under the head of the last one where that still fits."""
        lines, unit = place.document.lines, place.unit
        head = self._head
        if head is not None and self._prompts.fits(head, lines, place.line):
            ids = [*head.ids, *self._prompts.prefix(head, lines, place.line, place.typed, unit)]
            if len(ids) + _ROOM <= self._limit:
                return ids
        path = place.document.path
        name = path.as_posix() if path is not None else ""
        family = by_name(place.document.language).family
        head = self._head = self._prompts.head(family, name, lines, place.line, unit, look())
        ids = [*head.ids, *self._prompts.prefix(head, lines, place.line, place.typed, unit)]
        # One line may be longer than all the room there is: its end is what counts.
        return ids if len(ids) + _ROOM <= self._limit else [*head.ids, *ids[len(head.ids) + _ROOM - self._limit :]]

    def _missing(self) -> int:
        """How many ids of the last place have not been read."""
        known = self._state.ids if self._state is not None else []
        return len(self._wanted) - shared(known, self._wanted)

    def _read(self, most: int) -> None:
        state = self._open()
        state.rewind(shared(state.ids, self._wanted))
        start = len(state.ids)
        # The last id is fed by who asks what follows it.
        new = self._wanted[start : min(start + most, len(self._wanted) - 1)]
        if new:
            state.feed(new)

    def _open(self) -> State:
        if self._state is None:
            self._state = self.model.new_state(self.delta)
        return self._state
