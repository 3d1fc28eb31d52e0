"""Generated parts and what people write around them and into them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.docs.pages.marks import PAGE_MARK, Part, is_generated, is_untouched, merge

A, B, C = Part("a", "one"), Part("b", "two"), Part("c", "three")
MADE = merge(None, [A, B]).text


def test_a_new_page_has_every_part_between_marks():
    assert MADE.startswith(PAGE_MARK)
    assert MADE.index("begin a ") < MADE.index("one") < MADE.index("end a") < MADE.index("two")
    assert is_untouched(MADE)


def test_a_second_run_changes_nothing():
    assert merge(MADE, [A, B]).text == MADE


def test_what_stands_around_parts_stays_and_the_parts_are_renewed():
    page = MADE.replace("<!-- beast-lsp:begin b", "  mine \n\n<!-- beast-lsp:begin b") + "after, without a line end"
    merged = merge(page, [A, Part("b", "new")])
    assert "  mine \n\n<!-- beast-lsp:begin b" in merged.text
    assert merged.text.endswith("after, without a line end")
    assert "new" in merged.text
    assert "two" not in merged.text
    assert not is_untouched(merged.text)


def test_an_edited_part_is_kept_and_told_of():
    page = MADE.replace("one", "one, said better")
    merged = merge(page, [Part("a", "other"), B])
    assert merged.text == page
    assert merged.kept == ("a",)
    assert not is_untouched(page)


def test_overwriting_takes_ours():
    page = MADE.replace("one", "one, said better")
    assert merge(page, [A, B], overwrite=True).text == MADE


def test_an_edit_to_what_would_be_generated_is_nobodys_loss():
    merged = merge(MADE.replace("one", "other"), [Part("a", "other"), B])
    assert merged.kept == ()
    assert merge(merged.text, [Part("a", "third"), B]).kept == ()


def test_an_emptied_part_stays_empty_in_silence():
    page = MADE.replace("\none\n", "")
    merged = merge(page, [Part("a", "other"), B])
    assert merged.text == page
    assert merged.kept == ()


def test_a_part_that_is_gone_leaves_what_people_wrote():
    page = MADE.replace("<!-- beast-lsp:begin b", "mine\n<!-- beast-lsp:begin b")
    merged = merge(page, [A]).text
    assert "mine\n" in merged
    assert "two" not in merged


def test_a_part_that_is_gone_stays_where_somebody_edited_it():
    merged = merge(MADE.replace("two", "two of mine"), [A])
    assert "two of mine" in merged.text
    assert merged.kept == ("b",)


def test_new_parts_stand_before_what_follows_them():
    text = merge(merge(None, [A, C]).text, [A, B, C]).text
    assert text.index("one") < text.index("two") < text.index("three")
    assert merge(MADE, [A, B, C]).text.rstrip().endswith("<!-- beast-lsp:end c -->")


def test_a_page_without_marks_is_left_alone():
    merged = merge("# Mine\n", [A])
    assert merged.text == "# Mine\n"
    assert merged.problem
    assert not is_generated("# Mine\n")


def test_a_page_of_ones_own_gets_the_parts_that_it_names_and_no_others():
    page = "# Mine\n<!-- beast-lsp:begin b -->\n<!-- beast-lsp:end b -->\nend\n"
    text = merge(page, [A, B]).text
    assert text.startswith("# Mine\n")
    assert "two" in text
    assert "one" not in text
    assert merge(text, [A, B]).text == text


@pytest.mark.parametrize(
    "page",
    [
        PAGE_MARK + "\n<!-- beast-lsp:begin a 0123456789ab -->\n",
        PAGE_MARK + "\n<!-- beast-lsp:end a -->\n",
        MADE + MADE,
        MADE.replace("<!-- beast-lsp:end a -->\n", ""),
    ],
)
def test_damaged_marks_leave_the_page_as_it_is(page):
    merged = merge(page, [A, B])
    assert merged.text == page
    assert merged.problem
    assert not is_untouched(page)


def test_line_ends_are_those_of_the_page():
    page = MADE.replace("\n", "\r\n")
    assert merge(page, [A, B]).text == page
    new = merge(page, [A, Part("b", "x\ny")]).text
    assert "x\r\ny\r\n" in new
    assert "\n" not in new.replace("\r\n", "")


def test_shown_marks_are_no_marks():
    code = "<!-- beast-lsp:begin z -->\n<!-- beast-lsp:end a -->\n" + PAGE_MARK
    page = merge(None, [Part("a", code), B]).text
    assert merge(page, [Part("a", code), B]) == merge(page, [Part("a", code), B])
    assert merge(page, [Part("a", code), B]).text == page
    assert is_untouched(page)


NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), min_size=1, max_size=8)
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
PARTS = st.lists(st.builds(Part, NAMES, TEXTS), max_size=4, unique_by=lambda part: part.name)


@settings(max_examples=40)
@given(PARTS, PARTS)
def test_any_run_is_stable_and_undoes_nothing(first, second):
    page = merge(None, first).text
    then = merge(page, second)
    assert merge(then.text, second).text == then.text
    assert not then.problem


@settings(max_examples=40)
@given(PARTS, st.text(st.characters(codec="utf-8", exclude_characters="\r<"), min_size=1, max_size=30))
def test_what_people_write_after_a_page_stays_byte_for_byte(parts, written):
    page = merge(None, parts).text + written
    assert merge(page, parts[1:]).text.endswith(written)
