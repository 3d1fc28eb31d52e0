"""The tokens of the workspace model."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.tokens import (
    FILE_START,
    bare,
    break_text,
    break_token,
    file_tokens,
    indent_unit,
    indent_width,
    is_word,
    line_tokens,
    token_columns,
)


@pytest.mark.parametrize(
    ("line", "tokens"),
    [
        ("    return self.x\n", ["return", " self", ".", "x"]),
        ("a = b+1", ["a", " =", " b", "+", "1"]),
        ("f(x, *args)", ["f", "(", "x", ",", " *", "args", ")"]),
        ("const $el = x?.y ?? z", ["const", " $el", " =", " x", "?.", "y", " ??", " z"]),
        ('s = """doc', ["s", " =", ' """', "doc"]),
        ("naïve = été", ["naïve", " =", " été"]),
        ("   \t\n", []),
        ("", []),
        ("x" * 3_000, []),
    ],
)
def test_a_line_becomes_words_and_operators(line: str, tokens: list[str]) -> None:
    assert line_tokens(line) == tokens


@given(st.text())
def test_tokens_hold_all_text_but_the_white_space(line: str) -> None:
    tokens = "".join(map(bare, line_tokens(line)))
    assert tokens == "".join(line.split())


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=200))
def test_the_columns_of_a_token_are_those_of_its_text(line: str) -> None:
    for token, start, end in token_columns(line):
        assert line[start:end] == bare(token)


@pytest.mark.parametrize("text", ["foo", "_x", "$scope", "été"])
def test_words(text: str) -> None:
    assert is_word(text)


@pytest.mark.parametrize("text", ["1a", "+", "\n0", '"'])
def test_what_is_no_word(text: str) -> None:
    assert not is_word(text)


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("if a:\n    b\n", "    "),
        ("if (a) {\n  b;\n  if (c) {\n    d;\n", "  "),
        ("func f() {\n\treturn\n}\n", "\t"),
        ("a\nb\n", "    "),
    ],
)
def test_the_unit_of_indentation(text: str, unit: str) -> None:
    assert indent_unit(split_lines(text)) == unit


@pytest.mark.parametrize(("blank", "before", "after", "token"), [
    (0, 4, 4, "\n0"), (1, 0, 0, "\n\n0"), (9, 0, 0, "\n\n\n0"), (0, 0, 4, "\n+"), (0, 8, 4, "\n-1"), (0, 12, 4, "\n-2"),
    (0, 8, 7, "\n-1"), (0, 60, 0, "\n-3"),
])  # fmt: skip
def test_a_line_break_tells_the_change_of_indentation(blank: int, before: int, after: int, token: str) -> None:
    assert break_token(blank, before, after, "    ") == token


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 2), st.sampled_from(["  ", "    ", "\t"]))
def test_a_line_break_becomes_the_indentation_it_was_made_from(before: int, after: int, blank: int, unit: str) -> None:
    after = min(before + 1, max(after, before - 3))  # what one token can say.
    token = break_token(blank, before * len(unit), after * len(unit), unit)
    assert break_text(token, unit * before, unit) == "\n" * (blank + 1) + unit * after


def test_a_tab_is_as_wide_as_the_unit() -> None:
    assert indent_width("\t\tx", "    ") == 8
    assert indent_width("\t\tx", "\t") == 2


def test_a_file_begins_with_its_start_and_code_moves_between_depths() -> None:
    flat, deep = list(file_tokens(["a\n", "  b\n", "c\n"])), list(file_tokens(["  a\n", "    b\n", "  c\n"]))
    assert flat[0] == FILE_START
    assert flat == deep
