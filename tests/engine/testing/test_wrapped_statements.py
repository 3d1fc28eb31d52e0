"""Statements within a line length, as formatters break them, and strings as a person writes them."""

import ast
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.testing.rendering.strings import literal
from beast_lsp.engine.testing.rendering.wrapping import statement

STATEMENTS = [
    "result = join(['first of all', 'second'], separator=', ', prefix='<')",
    "result = join(['first of all', 'second', 'third one', 'fourth'], separator=', ')",
    "assert join(['first of all', 'second'], 'third one') == 'a long result'",
    "assert result == ['first of all', 'second', 'third one', 'fourth']",
    "assert result == {'first': 'of all', 'second': 'third one', 'a': 'b'}",
    "assert join(['first of all', 'second', 'third one']) == ['a', 'long result']",
    "monkeypatch.setattr('package.module.function.time', lambda: [1, 2, 3, 4])",
    "box = Box(inner=Box(inner=Box(size=1, name='a long name of it', more=True)))",
    "assert result is True",
]


@pytest.mark.parametrize(
    "text", [*STATEMENTS, "assert (tmp_path / 'some_name_of_a_file').read_text() == 'a long result'"]
)
def test_a_statement_stays_the_same_and_fits(text):
    lines = statement(text, '"', "    ", 50)
    assert ast.dump(ast.parse("\n".join(lines))) == ast.dump(ast.parse(text))
    assert max(map(len, lines)) <= 50


def test_ruff_would_leave_them_as_they_are():
    text = "".join("\n".join(statement(one, '"', "    ", 50)) + "\n" for one in STATEMENTS)
    command = [sys.executable, "-m", "ruff", "format", "--isolated", "--line-length=50", "-"]
    assert subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("'a'", '"a"'),
        ("'say \"a\"'", "'say \"a\"'"),
        ('"it\'s"', '"it\'s"'),
        ('"""a"""', '"a"'),
        ("b'a'", 'b"a"'),
        ("r'a\\d'", 'r"a\\d"'),
        ("f'{a}'", "f'{a}'"),
        ("'''a\nb'''", "'''a\nb'''"),
        ("'" + "ab" * 40 + "c'", '"ab" * 40 + "c"'),
        ("'" + "ab" * 4 + "'", '"abababab"'),
    ],
)
def test_strings_are_in_the_quotes_of_the_project(text, expected):
    assert literal(text, '"') == expected


def test_a_repetition_is_only_said_where_it_stands_alone():
    text = "'" + "a" * 80 + "'"
    assert literal(text, '"', "(", ")") == '"a" * 80'
    assert "*" not in literal(text, '"', "%", ")")


@given(st.text(max_size=60) | st.binary(max_size=60) | st.text("ab", min_size=60, max_size=80), st.sampled_from("'\""))
def test_a_string_keeps_its_value(value, quote):
    assert ast.literal_eval(literal(repr(value), quote, "%", "")) == value
    assert eval(literal(repr(value), quote)) == value


@given(
    st.recursive(
        st.integers() | st.text(max_size=20), lambda one: st.lists(one) | st.dictionaries(st.text(), one), max_leaves=6
    )
)
@settings(max_examples=40)
def test_any_value_stays_the_same_when_it_is_wrapped(value):
    text = f"assert f({value!r}, key={value!r}) == {value!r}"
    assert ast.dump(ast.parse("\n".join(statement(text, '"', "    ", 60)))) == ast.dump(ast.parse(text))


@given(st.text(alphabet="()[]{}'\"ab,= \n\\#", max_size=40))
def test_broken_text_comes_out_whole(text):
    assert statement(text, '"', "    ", 10)
