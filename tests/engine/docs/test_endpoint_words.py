"""What an endpoint says of a function: taken where the facts don't contradict it, line by line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.docs.facts.model import FunctionFacts, Parameter, Raised, Returned
from beast_lsp.engine.docs.words import with_words
from beast_lsp.engine.docs.writing.layout import Content, Item, Manner

FACTS = FunctionFacts(
    "Shop.total",
    "python",
    parameters=(Parameter("price_list"), Parameter("tax", default="0.2"), Parameter("rest", "var-positional")),
    returned=Returned(is_value=True),
    raises=(Raised("ValueError"),),
)
OURS = Content(
    "Return the total.",
    ["It prints."],
    {
        "parameter": [
            Item("price_list", "The list."),
            Item("tax", "The tax.", default="0.2"),
            Item("*rest", "The rest."),
        ],
        "raises": [Item("ValueError", "If empty.")],
    },
)


def said(words: str, facts: FunctionFacts = FACTS) -> list[str]:
    found = with_words(OURS, words, facts, Manner())
    assert (found.paragraphs, found.sections["raises"]) == (OURS.paragraphs, OURS.sections["raises"])
    return [found.summary, *(one.text for one in found.sections["parameter"])]


def test_what_passes_takes_the_place_of_our_words() -> None:
    words = "summary: Returns what a cart costs\nprice_list: What each thing costs.\n- `*rest`: What else is paid"
    assert said(words) == [
        "Return what a cart costs.",
        "What each thing costs.",
        "The tax.",
        "What else is paid.",
    ]
    assert said("summary: Add `tax` to the sum of price_list, with total()")[0].startswith("Add `tax`")
    assert (
        with_words(OURS, "tax: The share that the state takes", FACTS, Manner()).sections["parameter"][1].default
        == "0.2"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Return the sum of `prices`",  # nothing there is called so
        "Return what get_price gives for each",
        "Return what os.path finds",
        "Return a PriceList for a cart",
        "Return the sum, by default with a tax",
        "Return the sum of at most 10 things",
        "Return the sum, or None for an empty cart",
        "Raise an exception for an empty cart",
        "Return the sum, or fail with KeyError",
        "Yield each price of a cart",
        "Return <b>the sum</b> of a cart",
        "Return the sum, see https://example.org",
        "Return the sum \\\\ of it",
        'Return the sum """ of it',
        "Return the sum of the key ghp_" + "a1B2c3D4" * 4 + "e5F6",
        "Return " + "the sum of " * 20,
        "The sum of a cart",  # no verb
        "Sum",
    ],
)
def test_what_is_no_fact_is_left_out(text: str) -> None:
    assert said(f"summary: {text}")[0] == OURS.summary


@pytest.mark.parametrize(
    "line", ["gone: What is not there.", "tax: Raises ValueError.", "tax", "tax:", "", "tax: The 20 percent."]
)
def test_lines_about_nothing_there_change_nothing(line: str) -> None:
    assert said(line) == said("")


def test_a_function_without_a_result_is_not_said_to_return_one() -> None:
    assert said("summary: Return the sum of a cart", FunctionFacts("total", "python"))[0] == OURS.summary


@given(st.text())
def test_no_words_break_it(words: str) -> None:
    assert all(
        "\n" not in text and "\\" not in text and '"' not in text for text in said(f"summary: {words}\ntax: {words}")
    )
