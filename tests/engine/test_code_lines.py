"""Which lines hold code, and what a tracer stops at."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.code_lines import Statement, code_lines, statements
from beast_lsp.engine.document import split_lines

FAMILIES = ["python", "javascript", "go", "rust", "java", "c", "text"]


def tokens(family, text):
    return [token for line in code_lines(family, split_lines(text)) for token in line.tokens]


def rows(family, text):
    return [line.row for line in code_lines(family, split_lines(text))]


@pytest.mark.parametrize(
    ("family", "text"),
    [
        ("python", "# a comment\n\n   \n"),
        ("python", '"""A module.\n\nMore.\n"""\n'),
        ("javascript", "// one\n/* two\n three */\n"),
        ("go", "// one\n\n"),
        ("text", "\n"),
        ("python", ""),
    ],
)
def test_comments_blank_lines_and_docstrings_hold_no_code(family, text):
    assert tokens(family, text) == []


def test_a_docstring_is_what_alone_follows_a_header_whatever_its_prefix():
    text = 'def f(\n    a,\n):\n    r"""Says.\n\n    More.\n    """\n    return a\n'
    assert rows("python", text) == [0, 1, 2, 7]


@pytest.mark.parametrize(
    "text",
    [
        'x = {"a":\n    "b"}\n',
        'x = """\nsql\n"""\n',
        'f(\n    "text"\n)\n',
        'def f():\n    return 1\n    "late"\n',
        'x: "T"\n',
    ],
)
def test_other_strings_are_code(text):
    assert any(token.startswith('"') for token in tokens("python", text))


def test_a_string_is_one_token_with_its_prefix_and_says_what_it_holds():
    assert tokens("python", "x = rb'# no comment' + f\"{y}\" # one\n") == ["x", "=", "rb'# no comment'", "+", 'f"{y}"']
    assert tokens("go", "x := `a\nb` // c\n") == ["x", ":=", "`a\nb`"]


def test_a_name_before_a_string_is_no_prefix_in_other_languages():
    assert tokens("javascript", "f`a`\n") == ["f", "`a`"]


def test_a_string_of_several_lines_counts_where_it_begins():
    assert rows("python", 'x = """\n\n"""\ny = 1\n') == [0, 3]


def test_a_line_too_long_for_code_is_none_and_shifts_no_other_string():
    assert tokens("python", f"x = '{'a' * 50}'\n{'y + ' * 900} 'b'\nz = 'c'\n")[-1] == "'c'"


def test_all_line_ends_count_alike():
    assert rows("python", "a\r\nb\rc\n# d\r\ne") == [0, 1, 2, 4]


def test_a_statement_reaches_over_brackets_and_backslashes():
    text = "x = [\n    1,\n    # two\n]\ny = 1 + \\\n    2\nif x:\n    z = 3\n"
    assert statements("python", split_lines(text)) == [
        Statement(0, 3),
        Statement(4, 5),
        Statement(6, 6),
        Statement(7, 8),
    ]


def test_what_no_coverage_tool_counts_is_no_statement():
    body = ["global a", "try:", "    a = 1", "finally:", "    b = 2", "for c in d:", "    pass", "else:", "    ..."]
    text = "".join(f"    {line}\n" for line in body)
    assert [found.row for found in statements("python", split_lines(text))] == [1, 2, 4, 5, 6]


def test_in_other_languages_each_code_line_counts_for_itself():
    assert statements("go", split_lines("f(\n\ta,\n\t// b\n)\n")) == [Statement(0, 0), Statement(1, 1), Statement(3, 3)]


@given(st.sampled_from(FAMILIES), st.text(alphabet="ab\"'`#/*\\(){}[]:\n\r\0 =", max_size=80))
def test_any_text_is_read_with_its_rows_in_order(family, text):
    lines = split_lines(text)
    found = [line.row for line in code_lines(family, lines)]
    assert found == sorted(set(found))
    assert all(lines[row].strip(" \r\n") for row in found)
    stops = statements(family, lines)
    assert all(0 <= stop.row <= stop.end_row < len(lines) for stop in stops)
    assert [stop.row for stop in stops] == sorted({stop.row for stop in stops})
