"""Lines: one or a block, indented like the file (tabby 3263), without the comments of where they were copied."""

import pytest
from polish_place import place

from beast_lsp.engine.polish.lines import (
    MOST_LINES,
    file_indentation,
    no_comment_noise,
    no_doubled_indentation,
    one_block,
    one_line,
)


def test_one_line_where_no_block_is_wanted() -> None:
    assert one_line("a\nb", place("¦", multiline=False)) == "a"
    assert one_line("a\nb", place("# ¦")) == "a"
    assert one_line("\nb", place("¦", multiline=False)) is None


def test_a_block_where_one_is_wanted() -> None:
    assert one_line("a\nb", place("¦")) == "a\nb"


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("if a:\n    ¦", "b()\n    c()\nd()", "b()\n    c()"),
        ("¦", "if a:\n    b()\nc()", "if a:\n    b()"),
        ("¦", "if a:\n    b()\nelse:\n    c()\nd()", "if a:\n    b()\nelse:\n    c()"),
        ("¦", "f({\n  a,\n});\ng();", "f({\n  a,\n});"),
        ("  ¦", "a()\n  b()", "a()\n  b()"),
    ],
)
def test_a_text_ends_with_the_block_of_its_cursor(text: str, candidate: str, expected: str) -> None:
    assert one_block(candidate, place(text)) == expected


def test_a_text_of_many_lines_is_cut() -> None:
    text = one_block("\n".join(f"call({number})" for number in range(100)), place("¦"))
    assert text is not None
    assert text.count("\n") + 1 == MOST_LINES


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("if a:\n    b()\n¦", "if c:\n  d()\n  e()", "if c:\n    d()\n    e()"),
        ("if a:\n\tb()\n¦", "if c:\n    if d:\n        e()", "if c:\n\tif d:\n\t\te()"),
        ("if a:\n  b()\n  ¦", "if c:\n  \te()", "if c:\n    e()"),
        ("if a:\n    b()\n¦", "if c:\n    d()", "if c:\n    d()"),
        ("if a:\n    b()\n¦", "call(a,\n     b)", "call(a,\n     b)"),
    ],
)
def test_a_block_is_indented_like_the_file(text: str, candidate: str, expected: str) -> None:
    assert file_indentation(candidate, place(text)) == expected


def test_the_first_line_is_not_indented_twice() -> None:
    assert no_doubled_indentation("    return x", place("    ¦")) == "return x"
    assert no_doubled_indentation("    return x", place("¦")) == "    return x"
    assert no_doubled_indentation(" x", place("    return¦")) == " x"


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("x = ¦", "1  # noqa: E501", "1"),
        ("x = 1¦", "  # TODO: why", None),
        ("¦", "#", None),
        ("¦", "# ---", None),
        ("¦", "# The total.", "# The total."),
        ("# a¦", "nd # b", "nd # b"),
        ("x = ¦", '"#fff"', '"#fff"'),
        ("x = '¦", "#fff'", "#fff'"),
    ],
)
def test_a_copied_comment_is_cut(text: str, candidate: str, expected: str | None) -> None:
    assert no_comment_noise(candidate, place(text)) == expected


def test_the_slashes_of_an_address_are_no_comment() -> None:
    assert no_comment_noise('"https://a.b"', place("x = ¦", "javascript")) == '"https://a.b"'
