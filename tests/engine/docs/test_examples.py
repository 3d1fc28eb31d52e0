"""Which recorded call makes an example, where it may stand, and how it stands in a docstring of each style."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.docs.examples import docstring_in, examples, function_at, has_example, with_example
from beast_lsp.engine.docs.facts.syntax import qualified_name
from beast_lsp.engine.document import split_lines
from beast_lsp.engine.syntax import parse


def case(act: str = "f(2)", check: str = "result == 4", **other: Any) -> Any:
    kind = {"target": "f", "arrange": [], "act": act, "is_async": False, "checks": [{"kind": "equal", "text": check}]}
    rest = {"raises": None, "imports": {"f": "from m import f"}, "needs": [], "fakes": [], "given": {}}
    return {**kind, **rest, "suspicion": "", "lines": [1], "arcs": [(1, 2)], **other}


def test_a_call_that_returns_a_literal_is_shown() -> None:
    assert examples([case()], "m") == [(">>> f(2)", "4")]
    assert examples([case(check="result is True")], "m") == [(">>> f(2)", "True")]
    assert examples([case("a.f()", arrange=["a = f(1)"])], "m") == [(">>> a = f(1)", ">>> a.f()", "4")]


@pytest.mark.parametrize(
    "other",
    [
        {"check": "result is None"},  # prints nothing
        {"check": "result == Point(1)"},
        {"check": r"result == 'a\nb'"},
        {"check": "result == 'ü'"},
        {"check": f"result == {'x' * 90!r}"},
        {"checks": [{"kind": "equal", "text": "result == 4"}, {"kind": "output", "text": "out == 'x'"}]},
        {"raises": {"type": "ValueError", "message": ""}},
        {"needs": ["tmp_path"]},
        {"fakes": [{"path": "time.time", "value": "lambda: 1", "what": "the clock"}]},
        {"given": {"x": "st.integers()"}},
        {"arrange": ["a = 1", "b = 2"]},
        {"is_async": True},
        {"suspicion": "is that meant?"},
        {"imports": {"f": "from m import f", "date": "from datetime import date"}},
        {"imports": {"f": "from other import f"}},
    ],
)
def test_what_would_need_more_than_the_call_is_not(other: dict[str, Any]) -> None:
    assert examples([case(**other)], "m") == []


def test_the_most_telling_comes_first() -> None:
    empty, same, telling = (
        case("f('')", "result == (0.0, -0.0)"),
        case("f('a')", "result == 'a'"),
        case("f('b')", "result == 'c'"),
    )
    wide = case("f('two words')", "result == 'x'", arcs=[(1, 2), (2, 3)])
    calls = [lines[0] for lines in examples([empty, same, telling, wide, telling], "m")]
    assert calls == [">>> f('two words')", ">>> f('b')", ">>> f('a')", ">>> f('')"]


GOOGLE = "Double it.\n\n    Args:\n        x: It.\n    "


def test_it_stands_at_the_end_in_each_style() -> None:
    lines = (">>> f(2)", "4")
    assert with_example(GOOGLE, lines, "google", "    ", "    ") == (
        "Double it.\n\n    Args:\n        x: It.\n\n    Examples:\n        >>> f(2)\n        4\n    "
    )
    assert with_example("Double it.", lines, "numpy", "    ", "    ") == (
        "Double it.\n\n    Examples\n    --------\n    >>> f(2)\n    4\n    "
    )
    for style in ("rest", "plain"):
        assert with_example("Double it.", lines, style, "  ", "  ") == "Double it.\n\n  >>> f(2)\n  4\n  "


@pytest.mark.parametrize(
    "there", [">>> f(1)", "Example:\n        f(1)", "Examples\n    --------", ".. code-block:: python"]
)
def test_an_example_that_is_there_is_kept(there: str) -> None:
    text = f"Double it.\n\n    {there}\n    "
    assert with_example(text, (">>> f(2)", "4"), "google", "    ", "    ") == text


def test_words_about_examples_are_none() -> None:
    assert not has_example("Examples are in the manual.\n\n    For example, 2 becomes 4.")


FILE = '''\
def f(x):
    """One.

    Two.
    """
    def inner(): pass
    return x

class A:
    @property
    def p(self): return 1
    def __init__(self): pass

async def g(): pass
@overload
def h(): ...
def i(): return 1
def i(): return 2
'''


def named(line: int) -> str:
    tree = parse("python", split_lines(FILE))
    assert tree is not None
    node = function_at(tree.tree.root_node, line)
    return qualified_name(node) if node is not None else ""


def test_an_example_is_for_the_function_at_whose_head_one_is() -> None:
    assert [named(line) for line in range(18)] == ["f"] * 5 + [""] * 4 + ["A.p"] * 2 + [""] * 7


def test_a_docstring_is_found_by_its_name() -> None:
    assert docstring_in(FILE, "f") == "One.\n\n    Two.\n    "
    assert docstring_in(FILE, "A.p") is None
    assert docstring_in("def f(:", "g") is None


@given(st.text(), st.text(), st.text())
def test_no_text_breaks_it(act: str, check: str, text: str) -> None:
    for lines in examples([case(act, check)], "m"):
        assert with_example(text, lines, "google", "    ", "    ").startswith(text.rstrip())
