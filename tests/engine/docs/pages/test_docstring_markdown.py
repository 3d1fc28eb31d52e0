"""Docstrings and doc comments as Markdown."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.docs.pages.docstrings import docstring_markdown
from beast_lsp.engine.docs.pages.prose import spans, summary


@pytest.mark.parametrize(
    "text",
    [
        "Do.\n\nArgs:\n    a (int): The one.\n    b: The other,\n        going on.\n\nReturns:\n    bool: Whether.\n",
        "Do.\n\nParameters\n----------\na : int\n    The one.\nb\n    The other,\n    going on.\n\nReturns\n-------\n"
        "bool\n    Whether.\n",
        "Do.\n\n:param int a: The one.\n:param b: The other,\n    going on.\n:returns: Whether.\n:rtype: bool\n",
    ],
)
def test_sections_of_every_style_become_the_same_lists(text):
    made = docstring_markdown(text, "python")
    assert made == (
        "Do.\n\n**Parameters**\n\n- `a` (`int`): The one.\n- `b`: The other, going on.\n\n"
        "**Returns**\n\n- `bool`: Whether."
    )


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("See :class:`~a.b.C` and ``x < y``.", "See `C` and `x < y`."),
        ("A `page <https://example.org/a>`_.", "A [page](https://example.org/a)."),
        ("A <tag> is shown.", r"A \<tag> is shown."),
        (">>> f()\n1\n\nSo.", "```pycon\n>>> f()\n1\n```\n\nSo."),
        ("So::\n\n    a = 1\n", "So:\n\n```text\na = 1\n```"),
        (".. code-block:: python\n\n   a = 1\n", "```python\na = 1\n```"),
        (".. note:: Mind.\n", "> **Note:** Mind."),
        (".. versionadded:: 2.0\n", "*New in version 2.0.*"),
        ("# Not a heading", "**Not a heading**"),
        ("```python\n# stays\nx < y\n```", "```python\n# stays\nx < y\n```"),
        ("Do.\n```", "Do."),
        ("term\n    What it is.", "- term\n\n  What it is."),
    ],
)
def test_markup_is_put_into_markdowns_words(text, made):
    assert docstring_markdown(text, "python") == made


def test_doc_comments_of_other_languages():
    assert docstring_markdown("Do {@code x}.\n@param a the one\n@return {number} it", "javascript") == (
        "Do `x`.\n\n- `a`: the one\n- *return* (`number`) it"
    )
    assert docstring_markdown("See [`F`].\n\n```\n# use x;\ny();\n```\n\n[`F`]: crate::F", "rust") == (
        "See `F`.\n\n```rust\ny();\n```"
    )
    assert docstring_markdown("See [Other].", "go") == "See `Other`."


def test_the_first_sentence_is_the_summary():
    assert summary("Does this\nand that. Then more.\n\nAside.", "python") == "Does this and that."
    assert len(summary("word " * 200, "python")) <= 165


def test_code_blocks_are_no_code_spans():
    text = "`a` and ``b``\n```\n`c`\n```"
    assert spans(text, lambda code: f"<{code}>") == "<a> and ``b``\n```\n`c`\n```"


@settings(max_examples=40)
@given(st.text(max_size=200), st.sampled_from(["python", "javascript", "rust", "go", "java"]))
def test_any_text_gives_some_markdown(text, family):
    docstring_markdown(text, family)
    summary(text, family)
