"""Documents: lines that are shared between versions, and edits that equal edits of one plain text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import Document, Position, changed_lines, replace_range, split_lines
from beast_lsp.errors import PositionError

texts = st.text(alphabet="ab \r\n\té漢😀\u2028\x0c", max_size=40)


def document(text: str) -> Document:
    return Document("file:///a.py", "python", 1, split_lines(text))


def offsets(lines: list[str], position: Position) -> int:
    return sum(map(len, lines[: position.line])) + position.column


@st.composite
def edits(draw: st.DrawFn) -> tuple[list[str], Position, Position, str]:
    lines = split_lines(draw(texts))
    places = []
    for _ in range(2):
        line = draw(st.integers(0, len(lines) - 1))
        places.append(Position(line, draw(st.integers(0, len(lines[line].rstrip("\r\n"))))))
    return lines, min(places), max(places), draw(texts)


@given(texts)
def test_lines_join_to_the_text_and_only_the_last_has_no_end(text: str) -> None:
    lines = split_lines(text)
    assert "".join(lines) == text
    assert all(line.endswith(("\n", "\r")) for line in lines[:-1])
    assert not lines[-1].endswith(("\n", "\r"))


def test_only_the_protocols_line_ends_end_a_line() -> None:
    assert split_lines("a\u2028b\x0cc\x85d\r\ne\rf\ng") == ["a\u2028b\x0cc\x85d\r\n", "e\r", "f\n", "g"]


@given(edits())
def test_an_edit_of_lines_equals_the_edit_of_the_whole_text(edit: tuple[list[str], Position, Position, str]) -> None:
    lines, start, end, text = edit
    whole = "".join(lines)
    expected = whole[: offsets(lines, start)] + text + whole[offsets(lines, end) :]
    assert replace_range(lines, start, end, text) == split_lines(expected)


@given(edits())
def test_what_changed_between_two_versions_rebuilds_the_newer(edit: tuple[list[str], Position, Position, str]) -> None:
    old, start, end, text = edit
    new = replace_range(old, start, end, text)
    first, old_end, new_end = changed_lines(old, new)
    assert old[:first] + new[first:new_end] + old[old_end:] == new


@pytest.mark.parametrize("at", [0, 1, 1023, 1024, 1025, 4999])
def test_one_changed_line_is_found_in_a_long_document(at: int) -> None:
    old = [f"{number}\n" for number in range(5000)]
    assert changed_lines(old, [*old[:at], "new\n", *old[at + 1 :]]) == (at, at + 1, at + 1)
    assert changed_lines(old, list(old)) == (5000, 5000, 5000)


def test_untouched_lines_are_shared() -> None:
    old = split_lines("one\ntwo\nthree\n")
    new = replace_range(old, Position(1, 0), Position(1, 3), "2")
    assert new[0] is old[0]
    assert new[2] is old[2]


def test_halves_of_a_character_join() -> None:
    half = replace_range([""], Position(0, 0), Position(0, 0), "\ud83d")
    assert replace_range(half, Position(0, 1), Position(0, 1), "\ude00") == ["😀"]


@pytest.mark.parametrize(("start", "end"), [((0, 1), (0, 0)), ((1, 0), (0, 0)), ((0, 0), (3, 0))])
def test_a_range_outside_the_text_is_refused(start: tuple[int, int], end: tuple[int, int]) -> None:
    with pytest.raises(PositionError, match="outside the document"):
        replace_range(["a\n", "b"], Position(*start), Position(*end), "x")


@given(texts, st.integers(0, 50))
def test_text_around_a_position_is_the_whole_text_cut_to_the_limit(text: str, limit: int) -> None:
    it = document(text)
    position = Position(len(it.lines) // 2, 0)
    offset = sum(map(len, it.lines[: position.line]))
    assert it.before(position, limit) == text[max(0, offset - limit) : offset]
    assert it.after(position, limit) == text[offset : offset + limit]
