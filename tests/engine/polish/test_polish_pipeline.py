"""The filters together: total on any text, and done after one round."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from polish_place import CURSOR, place

from beast_lsp.engine.polish.closers import cover
from beast_lsp.engine.polish.context import Context
from beast_lsp.engine.polish.pipeline import FILTERS, polish

CODE = st.text(st.sampled_from("ab_1 \t\n\r()[]{}\"'`\\#/:;,.=-ä\ud800\0"), max_size=40)
LANGUAGES = st.sampled_from(["python", "javascript", "rust", "go", "text"])


@st.composite
def contexts(draw: st.DrawFn) -> Context:
    text = draw(CODE) + CURSOR + draw(CODE)
    return place(text, draw(LANGUAGES), multiline=draw(st.booleans()))


@given(contexts(), st.one_of(CODE, st.text(max_size=60)))
def test_any_text_anywhere_is_shown_or_refused(context: Context, text: str) -> None:
    shown = polish(text, context)
    if shown is not None:
        assert len(shown.rstrip()) >= 2
        assert 0 <= cover(shown, context) <= len(context.after)
        assert shown.encode()


@given(contexts(), CODE)
def test_each_filter_alone_is_total(context: Context, text: str) -> None:
    for each in FILTERS:
        assert each(text, context) is None or isinstance(each(text, context), str)


@given(contexts(), CODE)
def test_a_text_for_one_line_has_one_line(context: Context, text: str) -> None:
    context.multiline = False
    shown = polish(text, context)
    assert shown is None or "\n" not in shown


@pytest.mark.parametrize("secret", ['token = "ghp_' + "a1B2" * 9 + '"', "AKIA" + "Q3EXAMPLE7ZP2WX5"[:16]])
def test_a_secret_is_never_suggested(secret: str) -> None:
    assert polish(secret, place("¦")) is None


def test_the_rest_of_a_secret_is_never_suggested() -> None:
    key = "ghp_" + "a1B2" * 9
    assert polish(key[8:] + '"', place(f'x = "{key[:8]}¦')) is None


def test_ordinary_code_passes_unchanged() -> None:
    for text in ("return self.total", "foo(a, b=1)", "if x:\n    return y", "'a' in b"):
        assert polish(text, place("¦")) == text
