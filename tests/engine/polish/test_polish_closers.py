"""Brackets and quotes: none doubled, none without its partner."""

import pytest
from polish_place import place

from beast_lsp.engine.polish.closers import balanced_closers, cover


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("foo(¦)", "x)", 1),
        ("foo(¦)", "x", 0),
        ("foo(¦)", "bar(y)", 0),
        ("foo(¦)", "bar(y))", 1),
        ("foo(bar(¦))", "x)", 1),
        ("foo(bar(¦))", "x))", 2),
        ("foo([¦])", "x]", 1),
        ("foo([¦])", "x])", 2),
        ("foo(¦)", "x) + 1", 1),
        ("if foo(¦):", "x):", 2),
        ("print(¦);", "x);", 2),
        ("print(¦);", "x)", 1),
        ('say("¦")', 'hello"', 1),
        ('say("¦")', 'hello")', 2),
        ('say("¦")', "hello", 0),
        ("say('¦')", "it\\'s')", 2),
        ("foo(¦, b)", "a", 0),
        ("foo(¦", "a)", 0),
        ("¦", ")", 0),
    ],
)
def test_the_range_covers_the_closers_that_the_text_brings(text: str, candidate: str, expected: int) -> None:
    assert cover(candidate, place(text)) == expected


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("foo(¦", "x)", "x)"),
        ("foo(¦", "x))", "x)"),
        ("foo(¦)", "x)", "x)"),
        ("foo(¦)", "x))", "x)"),
        ("foo(¦, b)", "x)", "x"),
        ("foo[¦", "x)", "x"),
        ("foo[¦", "x]", "x]"),
        ("x = ¦", "f(a)[0]", "f(a)[0]"),
        ("x = ¦", "a)", "a"),
        ("x = ¦", ")", None),
        ("foo(\n    a,\n    ¦", "b)", "b)"),
        ("foo(\n    [a,\n    ¦", "b])", "b])"),
        ("foo(¦", 'x, ")")', 'x, ")")'),
        ('print("¦', 'a)")', 'a)")'),
        ("# see ¦", "a) first", "a) first"),
        ('"""doc\nx = ¦', "a) b", "a) b"),
    ],
)
def test_a_closer_without_an_opener_is_cut(text: str, candidate: str, expected: str | None) -> None:
    assert balanced_closers(candidate, place(text)) == expected


def test_prose_may_have_any_bracket() -> None:
    assert balanced_closers("a) first", place("¦", "text")) == "a) first"


def test_a_lifetime_of_rust_opens_no_string() -> None:
    assert balanced_closers("x)", place("fn f<'a>(¦", "rust")) == "x)"
