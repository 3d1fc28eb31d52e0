"""Anchors: what was typed since, and when that can't be said."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.anchor import Anchor
from beast_lsp.engine.document import Document, Position, split_lines


def _place(text: str, uri: str = "file:///a") -> tuple[Document, Position]:
    before, _, after = text.partition("¦")
    lines = split_lines(before)
    return Document(uri, "python", 1, split_lines(before + after)), Position(len(lines) - 1, len(lines[-1]))


def _typed(old: str, new: str) -> str | None:
    return Anchor.at(*_place(old)).typed(*_place(new))


@pytest.mark.parametrize(
    ("old", "new", "typed"),
    [
        ("x = ¦", "x = ab¦", "ab"),
        ("x = ¦", "x = ¦", ""),
        ("a\nx = ¦ + 1\nb", "a\nx = ab¦ + 1\nb", "ab"),
        ("if ¦\nb", "if a:\n    c¦\nb", "a:\n    c"),
        ("f¦", "f(¦)", "("),
        ("f¦)", "f(['¦'])", "(['"),
        ("f¦)", "f([¦]))", "(["),
        ("x = ¦", "y = a¦", None),
        ("x = ¦", "x =¦", None),
        ("x = ¦", "x = a¦b", None),
        ("a\nx = ¦", "b\nx = a¦", None),
        ("x = ¦", "\nx = a¦", None),
        ("x = ¦ + 1", "x = a¦", None),
    ],
)
def test_what_was_typed_since(old: str, new: str, typed: str | None) -> None:
    assert _typed(old, new) == typed


def test_another_document_is_another_place() -> None:
    anchor = Anchor.at(*_place("x = ¦"))
    assert anchor.typed(*_place("x = a¦", "file:///b")) is None


def test_a_place_outside_the_document_is_none() -> None:
    anchor = Anchor.at(*_place("a\nx = ¦"))
    document, _ = _place("¦")
    assert anchor.typed(document, Position(4, 0)) is None


TEXTS = st.text(st.sampled_from("a(\n\r "), max_size=8)


@given(TEXTS, TEXTS, TEXTS)
def test_whatever_is_typed_is_found(before: str, typed: str, after: str) -> None:
    assert _typed(f"{before}x¦x{after}", f"{before}x{typed}¦x{after}") == typed
