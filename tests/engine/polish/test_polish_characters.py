"""Single characters: white space, line ends, what can't be shown, and what is too little."""

import pytest
from polish_place import place

from beast_lsp.engine.polish.characters import (
    document_line_ends,
    long_enough,
    no_trailing_space,
    one_blank,
    plain_line_ends,
    printable,
)


@pytest.mark.parametrize("text", ["a\0b", "a\x1b[0m", "a\ud800", "a\ufffd", "a\u202eb", "a\u200bb", "\x7f"])
def test_what_hides_or_breaks_the_text_is_refused(text: str) -> None:
    assert printable(text, place("¦")) is None


@pytest.mark.parametrize("text", ["a = 'ä'", "\tx\n", "名前", "🙂", "a\u00a0b", "م\u200cم"])
def test_other_characters_are_kept(text: str) -> None:
    assert printable(text, place("¦")) == text


def test_line_ends_become_the_documents() -> None:
    assert plain_line_ends("a\r\nb\rc\nd", place("¦")) == "a\nb\nc\nd"
    assert document_line_ends("a\nb", place("x\r\n¦")) == "a\r\nb"
    assert document_line_ends("a\nb", place("¦\r\nx")) == "a\r\nb"
    assert document_line_ends("a\nb", place("x\n¦")) == "a\nb"


def test_white_space_at_line_ends_is_cut() -> None:
    assert no_trailing_space("if a:  \n    b \n", place("¦")) == "if a:\n    b"
    assert no_trailing_space("a", place("¦")) == "a"


def test_a_blank_is_not_doubled() -> None:
    assert one_blank(" x", place("return ¦")) == "x"
    assert one_blank(" x", place("return¦")) == " x"
    assert one_blank("    x", place("¦")) == "    x"


@pytest.mark.parametrize("text", ["", " ", "\n", ")", "x "])
def test_too_little_is_refused(text: str) -> None:
    assert long_enough(text, place("¦")) is None


def test_two_characters_are_enough() -> None:
    assert long_enough("):", place("¦")) == "):"
    assert long_enough(" =", place("x¦")) == " ="
