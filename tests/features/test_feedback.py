"""What the tracker says became of a suggestion; the editor's edits are made with `edit`."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, replace_range, split_lines
from beast_lsp.features.feedback import KEEP_TEXTS, FeedbackTracker, Shown
from beast_lsp.store import Feedback, Limits, Prediction, Survival

URI = "file:///a.py"


class MemoryStore:
    """Takes the rows that the real store would write."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.predictions: list[Prediction] = []
        self.feedback: list[Feedback] = []
        self.survival: list[Survival] = []

    def record_prediction(self, row: Prediction) -> None:
        self.predictions.append(row)

    def record_feedback(self, row: Feedback | Survival) -> None:
        (self.feedback if isinstance(row, Feedback) else self.survival).append(row)

    async def commit_feedback(self, row: Feedback) -> None:
        self.feedback.append(row)


class Editor:
    """A document with a cursor, whose edits the tracker hears of."""

    def __init__(self, text: str, config: Config | None = None) -> None:
        before, _, after = text.partition("|")
        self.now = 1000.0
        self.store = MemoryStore()
        self.tracker = FeedbackTracker(self.store, lambda: self.now, lambda: config or Config())  # type: ignore[arg-type]
        self.document = Document(URI, "python", 0, split_lines(before + after))
        self.cursor = _end(before)

    def show(self, text: str, identity: str = "s1", covers: int = 0) -> None:
        end = Position(self.cursor.line, self.cursor.column + covers)
        shown = Shown(identity, text, self.cursor, end, "inline", "workspace", "python", 3.0, 0.7)
        self.tracker.shown(self.document, shown)

    def edit(self, start: Position, end: Position, text: str) -> None:
        old = self.document
        lines = replace_range(old.lines, start, end, text)
        self.document = Document(URI, "python", old.version + 1, lines)
        self.tracker.changed(old, self.document)

    def insert(self, text: str, covers: int = 0) -> None:
        start = self.cursor
        self.edit(start, Position(start.line, start.column + covers), text)
        ending = _end(text)
        self.cursor = Position(start.line + ending.line, ending.column + (0 if ending.line else start.column))

    def wait(self, seconds: float) -> None:
        self.now += seconds
        self.tracker.tick()

    @property
    def outcomes(self) -> list[tuple[str, str]]:
        return [(row.outcome, row.source) for row in self.store.feedback]


def _end(text: str) -> Position:
    lines = split_lines(text)
    return Position(len(lines) - 1, len(lines[-1]))


@pytest.mark.parametrize("text", ["return value", "if x:\n        return x", "\n    y = 2", "total)"])
@pytest.mark.parametrize("code", ["def f():\n    |", "x = 1\n|\nz = 3\n", "call(|  # why\n"])
def test_the_whole_text_in_one_change_is_an_accept(code: str, text: str) -> None:
    editor = Editor(code)
    editor.show(text)
    editor.insert(text)
    assert editor.outcomes == [("accepted", "inferred")]
    assert editor.tracker.live(URI) is None


def test_an_accept_replaces_the_closers_that_it_covers() -> None:
    editor = Editor("print(len(|))")
    editor.show("items))", covers=2)
    editor.insert("items))", covers=2)
    assert editor.outcomes == [("accepted", "inferred")]


def test_typing_the_whole_text_is_typed_through() -> None:
    editor = Editor("x = |")
    editor.show("foo")
    for character in "foo":
        assert editor.tracker.live(URI) is not None
        editor.insert(character)
    assert editor.outcomes == [("typed-through", "inferred")]


def test_a_part_that_ends_with_a_word_is_a_partial_accept() -> None:
    editor = Editor("x = |")
    editor.show("value + other")
    editor.insert("value")
    editor.wait(11)
    assert editor.outcomes == [("partial", "inferred")]
    assert editor.store.feedback[0].accepted_length == 5


def test_an_accept_after_some_typing_is_an_accept() -> None:
    editor = Editor("x = |")
    editor.show("value + other")
    editor.insert("v")
    editor.insert("alue + other")
    assert editor.outcomes == [("accepted", "inferred")]


def test_closers_that_the_editor_adds_do_not_end_a_suggestion() -> None:
    editor = Editor("x = |")
    editor.show("foo(bar)")
    editor.insert("foo")
    editor.insert("()")
    assert editor.tracker.live(URI) is not None


def test_other_text_is_a_reject_but_not_before_ten_seconds() -> None:
    editor = Editor("x = |")
    editor.show("value")
    editor.now += 1
    editor.insert("q")
    assert editor.tracker.live(URI) is None
    assert editor.outcomes == []
    editor.wait(10)
    assert editor.outcomes == [("rejected", "inferred")]


def test_what_was_hardly_seen_is_ignored() -> None:
    editor = Editor("x = |")
    editor.show("value")
    editor.now += 0.1
    editor.insert("q")
    editor.show("queue", "s2")
    assert editor.outcomes == [("ignored", "inferred")]


def test_its_own_continuation_does_not_reject_a_suggestion() -> None:
    editor = Editor("x = |")
    editor.show("value + other")
    editor.now += 1
    editor.insert("v")
    editor.show("alue + other.total", "s2")
    assert editor.outcomes == [("ignored", "inferred")]


def test_another_suggestion_in_its_place_rejects_it() -> None:
    editor = Editor("x = |")
    editor.show("value")
    editor.now += 1
    editor.show("total", "s2")
    assert editor.outcomes == [("rejected", "inferred")]


def test_closing_the_document_settles_and_forgets() -> None:
    editor = Editor("x = |")
    editor.show("value")
    editor.now += 1
    editor.tracker.closed(URI)
    assert editor.outcomes == [("rejected", "inferred")]
    assert editor.tracker.live(URI) is None


def test_edits_on_other_lines_leave_a_suggestion_live() -> None:
    editor = Editor("a\nb\nx = |\nc\n")
    editor.show("value")
    editor.edit(Position(0, 0), Position(0, 0), "import os\n")
    editor.edit(Position(4, 0), Position(4, 1), "d")
    assert editor.tracker.live(URI) is not None
    editor.cursor = Position(3, 4)
    editor.insert("value")
    assert editor.outcomes == [("accepted", "inferred")]


async def test_an_explicit_event_needs_no_inference_and_follows_the_text() -> None:
    editor = Editor("x = |")
    editor.show("value")
    await editor.tracker.accepted("s1")
    editor.insert("value")
    editor.wait(31)
    assert editor.outcomes == [("accepted", "explicit")]
    assert [(row.seconds, row.share) for row in editor.store.survival] == [(30, 1.0)]


async def test_an_explicit_event_after_an_inference_is_recorded_too() -> None:
    editor = Editor("x = |")
    editor.show("value")
    editor.insert("value")
    await editor.tracker.accepted("s1")
    assert editor.outcomes == [("accepted", "inferred"), ("accepted", "explicit")]


async def test_a_partial_accept_stays_live_and_is_not_overruled() -> None:
    editor = Editor("x = |")
    editor.show("value + other")
    await editor.tracker.partially_accepted("s1", 5)
    editor.insert("value")
    assert editor.tracker.live(URI) is not None
    editor.wait(11)
    assert editor.outcomes == [("partial", "explicit")]


async def test_an_unknown_id_is_not_recorded() -> None:
    editor = Editor("x = |")
    await editor.tracker.accepted("nobody")
    await editor.tracker.rejected("nobody")
    assert editor.outcomes == []


def test_survival_is_measured_four_times_and_follows_the_text() -> None:
    editor = Editor("a\nx = |\nb\n")
    editor.show("compute_total(items)")
    editor.insert("compute_total(items)")
    editor.wait(30)
    editor.edit(Position(0, 0), Position(0, 0), "first\n")
    editor.edit(Position(2, 4), Position(2, 17), "sum")
    for seconds in (90, 180, 300):
        editor.wait(seconds)
    assert [row.seconds for row in editor.store.survival] == [30, 120, 300, 600]
    assert editor.store.survival[0].share == 1.0
    assert 0 < editor.store.survival[1].share < 0.6
    assert editor.store.survival[3].became == "sum(items)"


def test_a_deleted_text_survives_with_nothing() -> None:
    editor = Editor("a\nx = |\nb\n")
    editor.show("compute_total(items)")
    editor.insert("compute_total(items)")
    editor.edit(Position(1, 0), Position(2, 0), "")
    editor.wait(30)
    assert editor.store.survival[0].share == 0.0


def test_texts_are_kept_only_where_the_setting_allows() -> None:
    quiet = Editor("x = |", Config({KEEP_TEXTS.key: False}))
    quiet.show("value")
    quiet.insert("value")
    quiet.wait(30)
    assert quiet.store.predictions[0].prefix is None
    assert quiet.store.predictions[0].candidate is None
    assert quiet.store.survival[0].became is None
    usual = Editor("x = |")
    usual.show("value")
    assert (usual.store.predictions[0].prefix, usual.store.predictions[0].candidate) == ("x = ", "value")


def test_another_document_is_of_no_interest(tmp_path: Path) -> None:
    editor = Editor("x = |")
    editor.show("value")
    other = Document((tmp_path / "b.py").as_uri(), "python", 0, [""])
    editor.tracker.changed(other, Document(other.uri, "python", 1, ["value"]))
    assert editor.tracker.live(URI) is not None


_PLACES = st.tuples(st.integers(0, 5), st.integers(0, 8))
_STEPS = st.one_of(
    st.tuples(st.just("show"), st.text("ab(\n) ", min_size=1, max_size=8)),
    st.tuples(st.just("edit"), _PLACES, _PLACES, st.text("ab()\n\r ", max_size=6)),
    st.tuples(st.just("type"), st.integers(1, 4)),
    st.tuples(st.just("wait"), st.sampled_from([0.1, 1.0, 11.0, 700.0])),
    st.tuples(st.just("close")),
)


@given(st.lists(_STEPS, max_size=25))
def test_random_edits_never_raise_and_each_suggestion_has_one_outcome(steps: list[tuple]) -> None:  # type: ignore[type-arg]
    editor = Editor("a(\n  b\n|)\n\n")
    for number, (kind, *arguments) in enumerate(steps):
        live = editor.tracker.live(URI)
        if kind == "show":
            editor.show(arguments[0], f"s{number}")
        elif kind == "edit":
            start, end = sorted(_inside(editor.document, place) for place in arguments[:2])
            editor.edit(start, end, arguments[2])
            editor.cursor = _inside(editor.document, editor.cursor)
        elif kind == "type" and live:
            editor.insert(live.text[: arguments[0]])
            editor.cursor = _inside(editor.document, editor.cursor)
        elif kind == "wait":
            editor.wait(arguments[0])
        elif kind == "close":
            editor.tracker.closed(URI)
    editor.tracker.closed(URI)
    counts = Counter(row.prediction_id for row in editor.store.feedback)
    assert counts == {row.prediction_id: 1 for row in editor.store.predictions}


def _inside(document: Document, place: tuple[int, int]) -> Position:
    line = min(place[0], len(document.lines) - 1)
    return Position(line, min(place[1], len(document.lines[line].rstrip("\r\n"))))
