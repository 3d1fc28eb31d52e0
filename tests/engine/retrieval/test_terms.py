import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.retrieval.query import is_described, query_terms
from beast_lsp.engine.retrieval.terms import terms, word_terms


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        ("name", ["name"]),
        ("parse_header", ["parse_header", "parse", "header"]),
        ("parseHTTPHeader", ["parsehttpheader", "parse", "http", "header"]),
        ("_private", ["private"]),
        ("größe", ["größe", "gr", "öß"]),
        ("x", []),
        ("12ab", []),
        ("a" * 61, []),
    ],
)
def test_the_terms_of_a_word(word: str, expected: list[str]) -> None:
    assert word_terms(word) == expected


def test_signs_and_numbers_are_no_terms() -> None:
    assert terms("x += 42 # {}") == []


@given(st.text())
def test_terms_are_in_lower_case_and_of_words_only(text: str) -> None:
    assert all(term == term.lower() and not term.isspace() and len(term) > 1 for term in terms(text))


def test_the_nearer_a_line_the_more_its_terms_weigh() -> None:
    found = query_terms(["far()\n", "\n", "\n", "near()\n", "here()\n", "after()\n"], 4)
    assert found["here"] > found["near"] > found["far"]
    assert found["here"] > found["after"]


def test_lines_far_away_weigh_nothing() -> None:
    lines = ["first()\n", *["\n"] * 40, "here()\n", *["\n"] * 40, "last()\n"]
    assert set(query_terms(lines, 41)) == {"here"}


@pytest.mark.parametrize(("lines", "at"), [([], -1), ([], 0), (["a b\n"], 7), (["a b\n"], -3)])
def test_a_place_outside_the_lines_gives_no_more_than_they_hold(lines: list[str], at: int) -> None:
    assert query_terms(lines, at) == {}


@pytest.mark.parametrize(
    "lines",
    [["# Opens it.\n", ""], ['    """Opens it."""\n', "    \n"], ["// Opens it.\n"], [" */\n", "\n"], ["/* a */\n"]],
)
def test_a_description_comes_last(lines: list[str]) -> None:
    assert is_described(lines, len(lines) - 1)


@pytest.mark.parametrize("lines", [[], ["\n"], ["# Opens it.\n", "open()\n"], ["x = 1  # one\n"], ["a / b\n"]])
def test_code_comes_last(lines: list[str]) -> None:
    assert not is_described(lines, len(lines) - 1)


def test_a_description_after_the_cursor_does_not_count() -> None:
    assert not is_described(["open()\n", "# Opens it.\n"], 0)
