"""The simulated user against suggesters whose keys can be counted by hand."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import Position, replace_range, split_lines
from beast_lsp.replay.cases import Case
from beast_lsp.replay.user import (
    DecisionPoint,
    Suggestion,
    UserModel,
    inserted,
    keystroke,
    replay,
    typed_characters,
)

FOLDER = Path(__file__).parent
BODY = "a = 1\n    if a:\n        return a"


def case(body: str = BODY, before: str = "def f():\n    ", after: str = "\n") -> Case:
    return Case(FOLDER, "f.py", "python", "f", before, body, after)


class Scripted:
    """Suggests what `answer(text before the cursor)` says, and keeps the document as a server would."""

    def __init__(self, answer: Callable[[str], Suggestion | None]) -> None:
        self.answer = answer
        self.lines: list[str] = []
        self.events: list[str] = []

    def open(self, uri, language, lines):
        self.lines = list(lines)

    def change(self, uri, start, end, text):
        self.lines = replace_range(self.lines, start, end, text)

    def suggest(self, uri, position, *, invoked=False):
        return self.answer("".join(self.lines[: position.line]) + self.lines[position.line][: position.column])

    def accept(self, uri, suggestion):
        self.events.append(f"accept {suggestion.text}")

    def reject(self, uri, suggestion):
        self.events.append(f"reject {suggestion.text}")

    def close(self, uri):
        self.events.append("close")


def silent(_before: str) -> None:
    return None


def follows(case: Case, most: int = 1000) -> Callable[[str], Suggestion]:
    """Always right: the next `most` characters of the body."""

    def answer(before: str) -> Suggestion:
        return Suggestion(case.body[len(before) - len(case.before) :][:most])

    return answer


def test_indentation_after_a_newline_is_free():
    assert typed_characters(BODY) == len("a = 1\nif a:\nreturn a") == 20


def test_blanks_on_an_empty_line_and_at_the_end_are_typed():
    assert typed_characters("a\n  \nb\n  ") == 9


def test_a_silent_server_saves_nothing():
    result = replay(case(), Scripted(silent))
    assert (result.keys, result.characters, result.shown, result.accepted) == (20, 20, 0, 0)
    assert result.milliseconds == ()


def test_a_perfect_server_costs_one_key():
    result = replay(case(), Scripted(follows(case())))
    assert (result.keys, result.shown, result.accepted, result.accepted_characters) == (1, 1, 1, 20)


def test_a_perfect_server_of_four_characters_at_a_time():
    body = "abcdefghij"  # abcd, efgh, ij: three keys.
    result = replay(case(body), Scripted(follows(case(body), 4)))
    assert (result.keys, result.shown, result.accepted) == (3, 3, 3)


def test_one_character_is_never_accepted():
    result = replay(case("abcd"), Scripted(follows(case("abcd"), 1)))
    assert (result.keys, result.shown, result.accepted) == (4, 4, 0)


def test_a_server_that_is_always_wrong():
    suggester = Scripted(lambda before: Suggestion("#wrong"))
    result = replay(case("abcd"), suggester)
    assert (result.keys, result.shown, result.accepted) == (4, 4, 0)
    assert suggester.events == ["reject #wrong"] * 4 + ["close"]


def test_a_suggestion_typed_through_is_shown_once():
    right_at_first = "abX"

    def answer(before: str) -> Suggestion:
        return Suggestion(right_at_first[len(before.rpartition(" ")[2]) :])

    suggester = Scripted(answer)
    result = replay(case("abcd"), suggester)
    # a and b are typed through, "X" then gives way: one suggestion, rejected once.
    assert (result.keys, result.shown, result.accepted) == (4, 1, 0)
    assert suggester.events == ["reject X", "close"]


def test_a_late_suggestion_is_not_seen():
    def late(before: str) -> Suggestion:
        return Suggestion(follows(case())(before).text, milliseconds=300)

    assert replay(case(), Scripted(late)).keys == 1
    hurried = replay(case(), Scripted(late), UserModel(patience=200))
    assert (hurried.keys, hurried.shown) == (20, 0)
    assert set(hurried.milliseconds) == {300}


def test_a_user_who_overlooks_everything_types_everything_through():
    result = replay(case(), Scripted(follows(case())), UserModel(overlooks=1.0))
    assert (result.keys, result.shown, result.accepted) == (20, 1, 0)


def test_a_suggestion_that_covers_a_closing_bracket_does_not_double_it():
    closing = case("value", before="print(", after=")\n")
    suggester = Scripted(lambda before: Suggestion("value)", Position(0, 6), Position(0, 7)))
    result = replay(closing, suggester)
    assert (result.keys, result.accepted, result.accepted_characters) == (1, 1, 5)
    assert "".join(suggester.lines) == "print(value)\n"


def test_a_suggestion_may_repeat_the_word_before_the_cursor():
    assert inserted(Suggestion("value", Position(0, 0), Position(0, 3)), Position(0, 3), "val", "") == "ue"


@pytest.mark.parametrize(
    "suggestion",
    [
        Suggestion("value", Position(0, 0), Position(0, 3)),
        Suggestion("value", Position(1, 0), Position(1, 3)),
        Suggestion("value", Position(0, 3), Position(0, 4)),
    ],
    ids=["replaces another word", "on another line", "eats the bracket"],
)
def test_a_suggestion_that_would_damage_the_text_adds_nothing(suggestion):
    assert inserted(suggestion, Position(0, 3), "xyz", ")") is None


def test_a_damaging_suggestion_is_shown_and_never_accepted():
    result = replay(case("abcd"), Scripted(lambda before: Suggestion("abcd", Position(0, 0), Position(1, 0))))
    assert (result.keys, result.shown, result.accepted) == (4, 4, 0)


def test_whoever_observes_sees_the_truth():
    points: list[DecisionPoint] = []
    replay(case("abcd"), Scripted(follows(case("abcd"), 2)), observe=points.append)
    assert [(p.offset, p.remaining, p.shown, p.accepted) for p in points] == [
        (0, "abcd", "ab", True),
        (2, "cd", "cd", True),
    ]
    assert [p.position for p in points] == [Position(1, 4), Position(1, 6)]


bodies = st.text(alphabet="ab(). \n\t", min_size=1)


@given(bodies)
def test_the_keys_of_a_text_are_its_keystrokes(body):
    offset = keys = 0
    while offset < len(body):
        offset += len(keystroke(body, offset))
        keys += 1
    assert offset == len(body)
    assert keys == typed_characters(body)


@given(bodies, st.data())
def test_whatever_is_suggested_the_text_comes_out_and_every_key_is_counted(body, data):
    suggester = Scripted(lambda before: Suggestion(data.draw(st.sampled_from([body[:3], "ab", "", "(a)\n b"]))))
    result = replay(case(body), suggester)
    assert "".join(suggester.lines) == "".join(split_lines(f"def f():\n    {body}\n"))
    assert result.accepted <= result.shown
    assert result.accepted <= result.keys <= result.characters
    # An accepted newline may cost more than its characters: the free indentation is not counted as saved.
    assert result.keys - result.accepted + result.accepted_characters >= result.characters
    assert len(result.milliseconds) == result.keys
