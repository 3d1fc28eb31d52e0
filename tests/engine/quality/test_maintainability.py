"""The Maintainability Index, and what it is made of."""

from math import log, log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.quality.maintainability import BEST, maintainability, measures

ADD = "def add(a, b):\n    return a + b\n"


def index(family, text):
    return maintainability(family, split_lines(text))


def complexity(family, text):
    return measures(family, split_lines(text)).complexity


def test_the_formula_by_hand():
    # def add ( a , b : return a + b: eleven tokens, nine of them different, on two lines, with one way through.
    volume = 11 * log2(9)
    assert measures("python", split_lines(ADD)) == (pytest.approx(volume), 1, 2)
    assert index("python", ADD) == pytest.approx((171 - 5.2 * log(volume) - 0.23 - 16.2 * log(2)) * 100 / 171)
    assert index("python", ADD) == pytest.approx(82.5, abs=0.05)


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_nothing_is_easy_to_maintain(text):
    assert index("python", text) == BEST


def test_comments_docstrings_and_blank_lines_change_nothing():
    told = 'def add(a, b):  # adds\n    """Adds.\n\n    Really.\n    """\n\n    # now\n    return a + b\n'
    assert index("python", told) == index("python", ADD)


def test_more_code_is_worse_and_zero_is_the_end():
    body = "".join(f"    if a{number} and b{number}:\n        c{number} = d{number}\n" for number in range(400))
    assert index("python", "def f():\n" + body) == 0.0
    assert 0 < index("python", "def f():\n" + body[:1000]) < index("python", ADD)


@pytest.mark.parametrize(
    ("family", "text", "expected"),
    [
        ("python", "def f():\n    pass\n", 1),
        ("python", "if a and b or c:\n    x = 1 if y else 2\nelif d:\n    pass\nelse:\n    pass\n", 6),
        ("python", "try:\n    [x for x in y if x]\nexcept E:\n    pass\nwhile a:\n    b\n", 5),
        ("python", "match x:\n    case 1:\n        a\n    case _:\n        b\n", 3),
        ("python", "case = 1\nx.case(case)\ns = 'if and or'  # if\n", 1),
        ("javascript", "if (a && b || c) { x = d ? e : f }", 5),
        ("javascript", "switch (a) { case 1: b; case 2: c; default: d }", 3),
        ("javascript", "f(a?.b, c ?? d); p.catch(e)", 2),
        ("javascript", "function f(a?: number, b?: string) {}", 1),
        ("javascript", "const x = a\n  && b\n", 2),
        ("go", "for i := range x { if a && b { } }\nselect { case <-c: }\n", 5),
        ("rust", "match x { 1 => a, 2 => b, _ => c }", 3),
        ("rust", "let f = || 1; let g = move || 2; run(|| 3)", 1),
        ("rust", "if a || b { while c {} }", 4),
        ("java", "List<?> f(Map<A, ? extends B> m) { return a ? b : c; }", 2),
        ("java", "try { for (;;) {} } catch (E e) { }", 3),
        ("c", "do { if (a) b(); } while (c);", 3),
        ("text", "", 1),
    ],
)
def test_decisions_are_counted_once_each(family, text, expected):
    assert complexity(family, text) == expected


@given(st.sampled_from(["python", "javascript", "go", "rust", "java", "c", "text"]), st.text(max_size=200))
def test_any_text_has_an_index(family, text):
    assert 0.0 <= index(family, text) <= BEST
    assert complexity(family, text) >= 1
