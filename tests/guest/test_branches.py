"""Which lines and branches a source has."""

import importlib.util
from pathlib import Path
from textwrap import dedent

import pytest

from beast_lsp.guest.branches import layout


def arcs(source):
    return sorted(layout(dedent(source).lstrip()).arcs)


def lines(source):
    return sorted(layout(dedent(source).lstrip()).lines)


def test_lines_are_where_statements_begin():
    assert lines("x = [\n    1,\n    2,\n]\ny = 1\n") == [1, 5]


def test_a_docstring_and_what_never_runs_are_no_lines():
    source = '''
        """Says."""

        def f():
            """Says."""
            global y
            return 1
            y = 2
    '''
    assert lines(source) == [3, 6]


def test_a_pragma_leaves_out_the_statement_that_it_stands_on():
    assert lines("if x:  # pragma: no cover\n    y = 1\nz = 1\n") == [3]


def test_an_if_goes_on_inside_and_behind():
    assert arcs("if x:\n    y = 1\nz = 1\n") == [(1, 2), (1, 3)]


def test_an_if_at_the_end_of_a_function_leaves_it():
    assert arcs("def f(x):\n    if x:\n        y = 1\n") == [(2, -1), (2, 3)]


def test_a_decorated_function_is_left_for_its_first_line():
    assert arcs("@cache\ndef f(x):\n    if x:\n        y = 1\n") == [(3, -1), (3, 4)]


def test_elif_is_a_decision_of_its_own():
    assert arcs("if x:\n    a = 1\nelif y:\n    a = 2\nelse:\n    a = 3\n") == [(1, 2), (1, 3), (3, 4), (3, 6)]


def test_a_loop_is_entered_or_passed_and_its_else_comes_behind_it():
    assert arcs("for x in y:\n    a = 1\nelse:\n    b = 1\nc = 1\n") == [(1, 2), (1, 4)]


def test_an_if_that_ends_a_loop_goes_to_the_head():
    assert (2, 1) in arcs("while x:\n    if y:\n        a = 1\nb = 1\n")


def test_a_loop_for_ever_decides_nothing():
    assert arcs("while True:\n    f()\n") == []


def test_a_constant_condition_decides_nothing():
    assert arcs("if 0:\n    f()\nelse:\n    g()\n") == []


def test_the_last_except_is_no_decision():
    source = "try:\n    f()\nexcept KeyError:\n    a = 1\nexcept ValueError:\n    a = 2\n"
    assert arcs(source) == [(3, 4), (3, 5)]


def test_after_a_finally_what_was_going_on_goes_on():
    source = """
        def f(x):
            try:
                return x
            finally:
                if x:
                    g()
            h()
    """
    assert {(5, -1), (5, 6)} <= set(arcs(source))


@pytest.mark.parametrize("source", ["def f(:\n", "x = '\0'", "(" * 500])
def test_what_is_broken_has_no_lines(source):
    assert layout(source) == (frozenset(), frozenset(), {})


@pytest.mark.parametrize("name", ["textwrap", "configparser", "shlex", "csv", "argparse"])
def test_branches_are_those_of_coverage(name):
    # A folder of tests that is called so looks like the package itself.
    PythonParser = pytest.importorskip("coverage.parser", reason="coverage.py is missing").PythonParser

    file = importlib.util.find_spec(name).origin
    parser = PythonParser(text=Path(file).read_text("utf-8"), filename=file)
    parser.parse_source()
    ours = layout(Path(file).read_text("utf-8"), file)
    ends = {}
    for start, end in parser.arcs():
        ends.setdefault(start, set()).add(end)
    theirs = {(start, end) for start, found in ends.items() for end in found if start > 0 and len(found) > 1}
    assert len(ours.lines ^ parser.statements) <= 2
    assert len(ours.arcs ^ theirs) <= 4
