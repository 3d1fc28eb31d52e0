"""Repetition: nothing is said twice (continue 4721, cody 1294)."""

import pytest
from polish_place import place

from beast_lsp.engine.polish.duplicates import (
    no_line_above,
    no_next_lines,
    no_repeated_lines,
    no_repeated_rest,
    no_stuck_end,
    no_suffix_overlap,
)


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("f(a¦, b)", "a, b)", "a"),
        ("x = a¦ + 1", "b + 1", "b"),
        ("f(¦, b)", ", b", None),
        ("f(¦)", "x)", "x)"),
        ("if f(¦):", "x):", "x):"),
        ("x = ¦;", "a;", "a"),
        ("x = ¦", "a", "a"),
        ("x = a¦ in b", "_b", "_b"),
        ("x = ¦.b", "a.b", "a"),
    ],
)
def test_what_the_line_goes_on_with_is_cut(text: str, candidate: str, expected: str | None) -> None:
    assert no_suffix_overlap(candidate, place(text)) == expected


def test_the_rest_of_the_line_is_not_said_again() -> None:
    assert no_repeated_rest("= 5", place("x ¦= 5")) is None
    assert no_repeated_rest("in", place("x ¦ in b")) is None
    assert no_repeated_rest(": int", place("x¦ = 5")) == ": int"
    assert no_repeated_rest(")", place("f(x¦)")) == ")"


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("¦\nreturn total\n", "return total", None),
        ("ret¦\nreturn total\n", "urn total", None),
        ("¦\nreturn total\n", "return other", "return other"),
        ("if a:\n    ¦\n    c()\n", "b()\n    c()", "b()"),
        ("if a:\n    ¦\n\n    call(c)\n", "b()\n    call(c)\n    d()", "b()"),
        ("if (a) {\n  ¦\n}\n", "b();\n}", "b();"),
        ("if (a) {\n  ¦\n", "b();\n}", "b();\n}"),
        ("¦\n}\n", "}", "}"),
    ],
)
def test_the_lines_that_follow_are_not_written_again(text: str, candidate: str, expected: str | None) -> None:
    assert no_next_lines(candidate, place(text)) == expected


def test_the_line_above_is_not_written_again() -> None:
    assert no_line_above("self.total = 0", place("self.total = 0\n¦")) is None
    assert no_line_above("total = 0", place("self.total = 0\n\nself.¦\n")) is None


def test_a_line_like_the_one_above_is_kept() -> None:
    assert no_line_above("self.total = 1", place("self.total = 0\n¦")) == "self.total = 1"
    assert no_line_above("}", place("  }\n  ¦")) == "}"


def test_lines_that_repeat_are_cut() -> None:
    assert no_repeated_lines("call(a)\ncall(a)\ncall(a)", place("¦")) == "call(a)"
    assert no_repeated_lines("call(a)\ncall(b)\ncall(a)\ncall(b)", place("¦")) == "call(a)\ncall(b)"
    assert no_repeated_lines("x\n}\n}", place("¦")) == "x\n}\n}"


def test_a_line_that_is_stuck_is_cut_to_one_round() -> None:
    assert no_stuck_end("x = foo, foo, foo, foo, foo, fo", place("¦")) == "x = foo,"
    assert no_stuck_end("abcabcabcabcabc", place("¦")) == "abc"


@pytest.mark.parametrize(
    "line", ["# ----------------", "[0, 0, 0, 0, 1]", "a, b, c, d, e", "x = '========'", "size = 10000", "xxxxxxxx"]
)
def test_a_line_that_only_looks_stuck_is_kept(line: str) -> None:
    assert no_stuck_end(line, place("¦")) == line
