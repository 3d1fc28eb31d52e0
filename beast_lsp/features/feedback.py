"""Feedback: what becomes of each suggestion that was shown.

Editors tell some of it (`beast.accept` and its like: explicit); the rest is inferred from the edits that
follow, and marked so. Each suggestion ends in exactly one outcome, and an explicit event wins over an inference.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from beast_lsp.config import Config, Option, option
from beast_lsp.engine.anchor import CLOSERS
from beast_lsp.engine.document import Document, Position, changed_lines
from beast_lsp.features.outcomes import Region, ends_at_boundary, share_kept, typed_of
from beast_lsp.store import Feedback, Limits, Prediction, Store, Survival

KEEP_TEXTS: Option[bool] = option(
    "feedback.keep_texts",
    True,
    "Whether the text around the cursor and the suggestion are kept on this machine, without secrets, to learn from.",
)
KEEP_DAYS: Option[int] = option(
    "feedback.keep_days", 90, "After how many days those texts are deleted.", minimum=1, maximum=3650
)
KEEP_MEGABYTES: Option[int] = option(
    "feedback.keep_megabytes",
    50,
    "How many megabytes of those texts are kept; the oldest go.",
    minimum=1,
    maximum=10_000,
)
_REJECT_SECONDS, _SEEN_SECONDS = 10.0, 0.25
_CHECKPOINTS = (30, 120, 300, 600)
_BEFORE, _AFTER = 3_000, 1_000  # characters of the text around a suggestion; more says little and costs the redaction.
_MAX_KNOWN, _MAX_LISTED = 500, 200


@dataclass(frozen=True, slots=True)
class Shown:
    """A suggestion as the editor shows it: `text` for the range from `start` to `end`, which lies on one line."""

    id: str
    text: str
    start: Position
    end: Position
    task: str
    model: str
    language: str
    latency_ms: float
    probability: float


@dataclass(slots=True)
class _Entry:
    """One suggestion, followed from the moment it was shown."""

    shown: Shown
    uri: str
    at: float
    region: Region
    covered: str
    typed: int = 0
    partial: int = 0
    diverged_after: float | None = None  # seconds on the screen when something else was written.
    outcome: str | None = None


@dataclass(slots=True)
class _Watch:
    """An accepted text whose survival is looked at."""

    entry: _Entry
    text: str
    since: float
    due: list[int] = field(default_factory=lambda: list(_CHECKPOINTS))


class FeedbackTracker:
    """Follows suggestions; to be used on the event loop. `clock` gives seconds since the epoch."""

    def __init__(self, store: Store, clock: Callable[[], float], config: Callable[[], Config]) -> None:
        self._store, self._clock, self._config = store, clock, config
        self._live: dict[str, _Entry] = {}
        self._known: dict[str, _Entry] = {}
        self._watches: dict[str, list[_Watch]] = {}
        self._documents: dict[str, Document] = {}
        self._listed: dict[str, tuple[Document, Shown]] = {}
        self._menus: dict[str, tuple[str, ...]] = {}

    def shown(self, document: Document, shown: Shown) -> None:
        """A suggestion is about to be shown in this version of the document."""
        if shown.id in self._known or shown.start.line >= len(document.lines):
            return
        previous = self._live.get(document.uri)
        if previous:
            self._settle(previous, replaced_by=shown)
        line = document.lines[shown.start.line]
        region = Region.at(document, shown.start, Position(shown.start.line, shown.end.column))
        covered = line[shown.start.column : shown.end.column]
        entry = _Entry(shown, document.uri, self._clock(), region, covered)
        self._live[document.uri] = self._known[shown.id] = entry
        self._documents[document.uri] = document
        while len(self._known) > _MAX_KNOWN:
            del self._known[next(iter(self._known))]
        self._store.record_prediction(self._prediction(document, shown))

    def listed(self, document: Document, entries: Sequence[Shown]) -> None:
        """The menu shows these entries; one becomes a prediction only when it is accepted."""
        newest = {each.id: (document, each) for each in entries}
        # An editor may filter the list before by itself, while the newest is under way.
        self._listed = {**dict(list(self._listed.items())[-_MAX_LISTED:]), **newest}
        self._menus[document.uri] = tuple(newest)

    def changed(self, old: Document, new: Document) -> None:
        """The document was edited. Costs a look-up where nothing is followed in it."""
        self._look_at_menu(old, new)
        if old.uri not in self._documents:
            return
        self._documents[old.uri] = new
        # Compared once for all: ten minutes' accepted suggestions may be followed in a long document.
        edit, total = changed_lines(old.lines, new.lines), len(new.lines)
        for watch in self._watches.get(old.uri, ()):
            watch.entry.region.follow(edit, total)
        entry = self._live.get(old.uri)
        if entry and not any(watch.entry is entry for watch in self._watches.get(old.uri, ())):
            entry.region.follow(edit, total)
        if entry:
            self._look(entry, new)

    async def accepted(self, identity: str) -> None:
        """The editor says that the suggestion was accepted. Returns after the commit; raises StoreError."""
        await self._explicit(identity, "accepted", None)

    async def partially_accepted(self, identity: str, length: int) -> None:
        """The editor says that its first `length` characters were. Returns after the commit; raises StoreError."""
        await self._explicit(identity, "partial", length)

    async def rejected(self, identity: str) -> None:
        """The editor says that it was dismissed. Returns after the commit; raises StoreError."""
        await self._explicit(identity, "rejected", 0)

    def tick(self) -> None:
        """Settles what nobody took for 10 seconds, and looks at what became of accepted texts."""
        config, now = self._config(), self._clock()
        self._store.limits = Limits(config[KEEP_DAYS], config[KEEP_MEGABYTES])
        for entry in [entry for entry in self._live.values() if now - entry.at >= _REJECT_SECONDS]:
            self._settle(entry)
        for uri in list(self._watches):
            self._survey(uri, now)

    def closed(self, uri: str) -> None:
        """The document was closed: its suggestion is settled, and accepted texts are no longer followed."""
        if uri in self._live:
            self._settle(self._live[uri])
        for kept in (self._watches, self._documents, self._menus):
            kept.pop(uri, None)

    def live(self, uri: str) -> Shown | None:
        """The suggestion that the user still sees in the document."""
        entry = self._live.get(uri)
        return entry.shown if entry and entry.diverged_after is None else None

    def _look(self, entry: _Entry, document: Document) -> None:
        """Infers from the newest text what the user did."""
        text, before = entry.shown.text, entry.typed
        written = entry.region.written(document)
        typed = None if written is None else typed_of(text, written, entry.covered)
        if typed is None:
            if entry.diverged_after is None:
                entry.diverged_after = self._clock() - entry.at
            return
        entry.diverged_after, entry.typed = None, typed
        grown = typed - before
        if typed == len(text):
            # The last character is typed, with the closers that the editor adds; a longer rest comes with an accept.
            by_hand = (grown <= 1 and len(text) > 1) or (before > 0 and len(text[before:].rstrip(CLOSERS)) <= 1)
            self._end(entry, "typed-through" if by_hand else "accepted", 0.9, len(text))
        elif grown > 1 and ends_at_boundary(text, typed):
            entry.partial = typed

    def _look_at_menu(self, old: Document, new: Document) -> None:
        """Infers that an entry was taken from the menu: one edit, more than a typed character, left its text there.

        Not every editor runs an entry's command; where one does, what it says wins.
        """
        for identity in self._menus.get(old.uri, ()):
            document, shown = self._listed.get(identity, (None, None))
            if document is None or shown is None:
                continue
            region = Region.at(document, shown.start, shown.end)
            before = region.written(old)
            if region.written(new) == shown.text and before is not None and len(shown.text) - len(before) > 1:
                del self._menus[old.uri]
                self._store.record_prediction(self._prediction(document, shown))
                taken = Feedback(identity, self._clock(), "accepted", "inferred", 0.8, len(shown.text))
                return self._store.record_feedback(taken)
        return None

    def _settle(self, entry: _Entry, replaced_by: Shown | None = None) -> None:
        """Ends a suggestion that was not taken as a whole."""
        seconds = self._clock() - entry.at
        if entry.diverged_after is not None:
            seconds = entry.diverged_after
        rest = entry.shown.text[entry.typed :]
        continued = replaced_by is not None and (
            replaced_by.text.startswith(rest) or rest.startswith(replaced_by.text.rstrip("\r\n") or " ")
        )
        if entry.partial:
            self._end(entry, "partial", 0.7, entry.partial)
        elif seconds < _SEEN_SECONDS or (continued and entry.diverged_after is None):
            self._end(entry, "ignored", 0.8, 0)
        else:
            self._end(entry, "rejected", 0.6 if entry.diverged_after is None else 0.8, 0)

    def _end(self, entry: _Entry, outcome: str, confidence: float, length: int) -> None:
        """Records an inferred outcome, unless the editor has said one."""
        if self._live.get(entry.uri) is entry:
            del self._live[entry.uri]
        if entry.outcome is None:
            self._store.record_feedback(
                Feedback(entry.shown.id, self._clock(), outcome, "inferred", confidence, length)
            )
            self._count(entry, outcome, length)
        self._release(entry.uri)

    def _release(self, uri: str) -> None:
        """Lets the document go where nothing is followed in it any more."""
        if uri not in self._watches and uri not in self._live:
            self._documents.pop(uri, None)

    async def _explicit(self, identity: str, outcome: str, length: int | None) -> None:
        entry = self._known.get(identity)
        if entry is None:
            if outcome == "accepted":
                await self._accepted_entry(identity)
            return
        length = len(entry.shown.text) if length is None else min(length, len(entry.shown.text))
        if outcome == "partial" and length == len(entry.shown.text):
            outcome = "accepted"
        if entry.outcome not in {outcome, "accepted"}:
            self._count(entry, outcome, length)
        if outcome != "partial" and self._live.get(entry.uri) is entry:
            del self._live[entry.uri]
        self._release(entry.uri)
        await self._store.commit_feedback(Feedback(identity, self._clock(), outcome, "explicit", 1.0, length))

    async def _accepted_entry(self, identity: str) -> None:
        """An entry of the menu was accepted; an id of a server before this one is nobody's."""
        known = self._listed.pop(identity, None)
        if known is None:
            return
        document, shown = known
        self._store.record_prediction(self._prediction(document, shown))
        length = len(shown.text)
        await self._store.commit_feedback(Feedback(identity, self._clock(), "accepted", "explicit", 1.0, length))

    def _count(self, entry: _Entry, outcome: str, length: int) -> None:
        """Remembers an outcome, and watches over what was taken."""
        uri = entry.uri
        entry.outcome = outcome
        if outcome not in {"rejected", "ignored"} and uri in self._documents:
            watches = [watch for watch in self._watches.get(uri, []) if watch.entry is not entry]
            self._watches[uri] = [*watches, _Watch(entry, entry.shown.text[:length], self._clock())]

    def _survey(self, uri: str, now: float) -> None:
        watches = self._watches[uri]
        for watch in watches:
            while watch.due and now - watch.since >= watch.due[0]:
                self._store.record_feedback(self._survival(watch, watch.due.pop(0)))
        self._watches[uri] = [watch for watch in watches if watch.due]
        if not self._watches[uri]:
            del self._watches[uri]
            self._release(uri)

    def _survival(self, watch: _Watch, seconds: int) -> Survival:
        region, document = watch.entry.region, self._documents[watch.entry.uri]
        became = region.written(document)
        if became is None:
            became = region.loose(document) or ""
        kept = became if self._config()[KEEP_TEXTS] else None
        return Survival(watch.entry.shown.id, seconds, share_kept(watch.text, became), kept)

    def _prediction(self, document: Document, shown: Shown) -> Prediction:
        prefix, suffix = document.before(shown.start, _BEFORE), document.after(shown.end, _AFTER)
        digest = hashlib.blake2b(f"{prefix}\0{suffix}".encode(errors="replace"), digest_size=8).hexdigest()
        keep = self._config()[KEEP_TEXTS]
        return Prediction(
            prediction_id=shown.id,
            created_at=self._clock(),
            task=shown.task,
            model=shown.model,
            language=shown.language,
            latency_ms=shown.latency_ms,
            probability=shown.probability,
            context_hash=digest,
            prompt_length=len(prefix) + len(suffix),
            candidate_length=len(shown.text),
            prefix=prefix if keep else None,
            candidate=shown.text if keep else None,
            suffix=suffix if keep else None,
        )
