"""Docstrings are read in each style, with the place of everything; any text is read without loss."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.docs.styles.model import Docstring, Entry
from beast_lsp.engine.docs.styles.reading import read

GOOGLE = """Do it.

    Args:
        a (dict[str, (int)]): The a.
            More of it.
        *b: The b.

    Returns:
        list[int]: What.

    Raises:
        errors.Bad: If so.
    """
NUMPY = """Do it.

    Parameters
    ----------
    a, b : int, optional
        Both.
    **rest
        The rest.

    Returns
    -------
    int
        What.

    Notes
    -----
    Prose : not an entry.
    """
REST = """Do it.

    :param int a: The a,
        and more.
    :param class_\\_: Escaped.
    :type class_\\_: str
    :param flag=False: With a default.
    :returns: What
        :key inner: not a parameter.
    :rtype: list[int]
    :raises KeyError, ValueError: If so.
    """


def parts(text: str, one: Entry) -> tuple[str, ...]:
    return tuple(text[start:end] for start, end in one.places)


def entries(doc: Docstring) -> list[tuple[str, tuple[str, ...], str, str]]:
    return [(one.kind, one.names, one.type, one.text) for one in doc.entries]


def test_google() -> None:
    doc = read(GOOGLE)
    assert (doc.style, doc.summary) == ("google", "Do it.")
    assert entries(doc) == [
        ("parameter", ("a",), "dict[str, (int)]", "The a. More of it."),
        ("parameter", ("b",), "", "The b."),
        ("returns", (), "list[int]", "What."),
        ("raises", ("errors.Bad",), "", "If so."),
    ]
    assert [section.title for section in doc.sections] == ["Args", "Returns", "Raises"]


def test_numpy() -> None:
    doc = read(NUMPY)
    assert doc.style == "numpy"
    assert entries(doc) == [
        ("parameter", ("a", "b"), "int, optional", "Both."),
        ("parameter", ("rest",), "", "The rest."),
        ("returns", (), "int", "What."),
    ]
    assert parts(NUMPY, doc.entries[0]) == ("a", "b")


def test_rest() -> None:
    doc = read(REST)
    assert doc.style == "rest"
    assert entries(doc) == [
        ("parameter", ("a",), "int", "The a, and more."),
        ("parameter", ("class__",), "", "Escaped."),
        ("type", ("class__",), "str", ""),
        ("parameter", ("flag",), "", "With a default."),
        ("returns", (), "", "What :key inner: not a parameter."),
        ("rtype", (), "list[int]", ""),
        ("raises", ("KeyError", "ValueError"), "", "If so."),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "Do it.",
        "Args: are the arguments of it.",
        "Note the title:\n\n    Args:\n",
        "A table\n\n    one   two\n    ---   ---\n    1     2",
        "See :param:`x` and :class:`Y`.",
        "Mail me@param x",
        "",
    ],
)
def test_prose_has_no_entries(text: str) -> None:
    doc = read(text)
    assert (doc.style, doc.entries, doc.text) == ("plain", (), text)


_PIECES = st.sampled_from(
    [
        "Args:", "    x (int): y", "Parameters\n----------", "x : int", ":param int x: y", ":rtype:", "Returns:", "\t",
        "@param x: z", ":raises A, B: c", "    *a, b: c", "`x`: y", "é", "----", "\\*args: x", ":param a\\_b=1: c", "",
    ]
)  # fmt: skip


@settings(max_examples=60)
@given(st.lists(st.one_of(_PIECES, st.text(max_size=12)), max_size=14).map("\n".join))
def test_any_text_is_read_and_its_places_are_right(text: str) -> None:
    doc = read(text)
    assert doc.text == text.replace("\r\n", "\n").replace("\r", "\n")
    for one in doc.entries:
        assert 0 <= one.start <= one.end <= len(doc.text)
        assert all(one.start <= start < end <= one.end for start, end in one.places)
        assert one.type_span is None or one.start <= one.type_span[0] < one.type_span[1] <= one.end
        assert doc.summary in " ".join(doc.text.split())
        if one.kind == "parameter":
            assert tuple(part.replace("\\", "") for part in parts(doc.text, one)) == one.names
