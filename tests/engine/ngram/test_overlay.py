"""The n-grams of the open document."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.ngram.overlay import WINDOW, Overlay
from beast_lsp.engine.tokens import FILE_START


def overlay_of(text: str, around: int = 0) -> Overlay:
    overlay = Overlay()
    overlay.update(split_lines(text), around)
    return overlay


def after(overlay: Overlay, *context: str) -> dict[str, float]:
    levels = overlay.levels(context)
    return dict(levels[0].counts) if levels else {}


def test_what_followed_a_word_is_expected_again() -> None:
    overlay = overlay_of("self.close()\n")
    assert list(after(overlay, "self", ".")) == ["close"]


def test_the_longest_match_comes_first() -> None:
    levels = overlay_of("a.b.c = 1\nx.b.d = 2\n").levels(["a", ".", "b", "."])
    assert levels[0].order > levels[-1].order
    assert list(levels[0].counts) == ["c"]
    assert set(levels[-1].counts) >= {"c", "d"}


def test_the_newest_sight_counts_more() -> None:
    counts = after(overlay_of("x.old\nx.new\n", around=2), "x", ".")
    assert counts["new"] > counts["old"]


def test_nothing_is_expected_after_what_was_never_seen() -> None:
    assert overlay_of("a = b\n").levels(["unseen"]) == []
    assert Overlay().levels([]) == []


def test_the_line_being_typed_does_not_predict_itself() -> None:
    overlay = overlay_of("foo.bar\n")
    assert overlay.levels(["foo", "."], skip=overlay.node(0)) == []


def test_a_deleted_line_is_forgotten() -> None:
    overlay = overlay_of("a.gone\nb\n")
    overlay.update(["b\n", ""], 0)
    assert overlay.levels(["a", "."]) == []
    assert list(overlay.words("gone")) == []


def test_words_come_with_their_number_of_lines() -> None:
    overlay = overlay_of("value = value\nvalue\nvast\nother\n")
    assert {word: count for word, count, _ in overlay.words("va")} == {"value": 2, "vast": 1}
    assert overlay.sights("value")[0] == 2
    assert overlay.sights("absent") == (0, 999)


def test_the_context_ends_before_the_line() -> None:
    assert overlay_of("a = 1\n\nb\n").context(2)[-3:] == ["a", "=", "1"]
    assert overlay_of("a\n").context(0) == []


def test_the_line_break_counts_blank_lines_and_indentation() -> None:
    overlay = overlay_of("def f():\n    a\n\n\n")
    assert overlay.line_break(1, 4) == "\n+"
    assert overlay.line_break(3, 0) == "\n\n-1"
    assert overlay.line_break(0, 0) == FILE_START


def test_typing_in_one_line_keeps_the_revision_and_another_line_changes_it() -> None:
    lines = split_lines("a\nb\nc\n")
    overlay = Overlay()
    overlay.update(lines, 1)
    before = overlay.revision
    overlay.update([lines[0], "bb\n", *lines[2:]], 1)
    assert overlay.revision == before
    overlay.update([lines[0], "bb\n", "cc\n", ""], 1)
    assert overlay.revision > before


def test_only_a_window_of_a_huge_file_is_held() -> None:
    lines = [f"name{number} = {number}\n" for number in range(3 * WINDOW)]
    overlay = Overlay()
    overlay.update(lines, 2 * WINDOW)
    assert overlay.sights(f"name{2 * WINDOW}")[0] == 1
    assert overlay.sights("name0") == (0, 999)
    overlay.update(lines, 5)
    assert overlay.sights("name0")[0] == 1


LINE = st.sampled_from(["", "a", "  b", "  b.c", "a.b(c)", "    d = a", "\tx", "b"])


@settings(max_examples=60, deadline=None)
@given(st.lists(LINE, max_size=12), st.integers(0, 10_000))
def test_after_any_edits_the_overlay_equals_one_made_anew(start: list[str], seed: int) -> None:
    chance = random.Random(seed)
    lines = [line + "\n" for line in start] + [""]
    overlay = Overlay()
    overlay.update(lines, 0)
    for _ in range(15):
        low = chance.randrange(len(lines))
        high = min(len(lines) - 1, low + chance.randrange(3))
        new = [chance.choice(["", "a", "  b", "    d = a.c", "a.b(c)"]) + "\n" for _ in range(chance.randrange(3))]
        lines = [*lines[:low], *new, *lines[high:]] if high > low else [*lines[:low], *new, *lines[low:]]
        overlay.update(lines, min(low, len(lines) - 1))
    fresh = Overlay()
    fresh.update(lines, 0)
    for context in (("a",), ("b",), ("a", "."), ("=", "a"), ("c", ")")):
        assert seen(overlay, context) == seen(fresh, context)
    for line in range(len(lines)):
        assert overlay.context(line) == fresh.context(line)


def seen(overlay: Overlay, context: tuple[str, ...]) -> list[tuple[int, dict[str, int]]]:
    """The levels without the extra weight of the newest sight, which depends on the order of the edits."""
    return [
        (level.order, {token: int(count) for token, count in level.counts.items()}) for level in overlay.levels(context)
    ]


@pytest.mark.parametrize("text", ["\0", "\ud800", "\t\t\n \n", "a" * 5_000 + "\nb\n", "\r\n\r", "\u200bx"])
def test_any_text_is_held(text: str) -> None:
    overlay = overlay_of(text)
    overlay.update(split_lines(text + "y"), 0)
    assert overlay.context(0) == []
