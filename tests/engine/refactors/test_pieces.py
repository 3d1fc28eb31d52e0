"""Where it is worth trying to take a function apart."""

import textwrap

import pytest

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.refactors.pieces import pieces_of
from beast_lsp.engine.syntax import parse

LOOP = """
def f(a):
    x = a
    for b in a:
        c = b
        d = c
        x += d
    if x:
        y = x
        print(y)
    return x
"""


def found(source, line=0):
    return list(pieces_of(parse("python", split_lines(textwrap.dedent(source.lstrip("\n")))), line))


def test_large_statements_and_the_ends_of_the_body_are_tried_largest_first():
    extracted = [(one.start.line, one.end.line) for one in found(LOOP) if one.refactoring == "extract-function"]
    assert extracted == [(2, 9), (6, 9), (2, 5)]


def test_a_method_gives_methods():
    source = "class A:\n" + textwrap.indent(LOOP.strip(), "    ") + "\n"
    kinds = {one.refactoring for one in found(source, line=1)}
    assert kinds == {"extract-method"}


def test_an_if_that_ends_a_loop_may_become_a_guard():
    source = "def f(a):\n    for b in a:\n        if b:\n            c = b\n            print(c)\n    return a\n"
    assert [one.start.line for one in found(source) if one.refactoring == "guard-clause"] == [2]


@pytest.mark.parametrize(
    "source",
    ["def f(a):\n    return a\n", "x = 1\n", "\n", "def f(:\n", "def f(a):\n    for b in a:\n        print(b)\n"],
)
def test_small_functions_have_no_pieces(source):
    assert found(source) == []
