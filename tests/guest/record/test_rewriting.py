"""A module with hooks computes what it did, on the lines where it did."""

import ast
import builtins
import random
import re

import pytest

from beast_lsp.guest.record.loading.operands import Operands
from beast_lsp.guest.record.loading.rewrite import OPERAND, TRUTH, rewritten
from beast_lsp.guest.record.loading.sites import Sites
from beast_lsp.guest.record.search.patterns import matching

PROGRAMS = [
    "result = [1 < 2 < 3, 3 < 2 < never()]",
    "result = [0 or 'a', 1 and '', [] or {} or None]",
    "result = ['a' if '' else 'b' for each in range(3) if each if each > 1]",
    "result = 'abc'.startswith('a'), {'a': 1}.get('b', 2), 'a-b'.split('-')",
    "table = {'a': [1, 2]}\nresult = table['a'][1], 'abc'[0], 'abc'[1:]",
    "class A:\n    def get(self): return 1\n"
    "class B(A):\n    def get(self): return super().get() + ''.count('a')\n"
    "result = B().get()",
    "result = isinstance(1, int), hasattr('', 'join'), int('12')",
    "def f(x: 'a < b' = 1 < 2, *y): return x == 3\nresult = f(), f(3)",
    "result = [(y := 3) > 2, y]",
    "f = lambda a, b=2: a if a > b else b\nresult = f(1), f(3)",
    "result = sorted([3, 1], key=lambda each: -each if each > 1 else each)",
]


def run(source, sites=None):
    tree = ast.parse(source)
    if sites is not None:
        tree = rewritten(tree, sites)
    space = {"never": lambda: 1 / 0}
    exec(compile(tree, "<program>", "exec"), space)
    return space["result"]


@pytest.fixture
def seen(monkeypatch):
    operands = Operands(Sites())
    monkeypatch.setattr(builtins, OPERAND, operands.operand, raising=False)
    monkeypatch.setattr(builtins, TRUTH, operands.truth, raising=False)
    return operands


@pytest.mark.parametrize("source", PROGRAMS)
def test_the_result_is_the_same(source, seen):
    assert run(source, seen.sites) == run(source)
    assert len(seen.sites) > 0


def test_operands_that_met_are_paired(seen):
    run("n = 3\nresult = n == 4, 'x' in ['y'], {'k': 1}.get('z')", seen.sites)
    assert [(each.operator, each.left, each.right) for each in seen.pairs()] == [
        ("Eq", 3, 4),
        ("In", "x", ["y"]),
        ("get", {"k": 1}, "z"),
    ]


def test_a_chain_is_seen_as_far_as_it_is_evaluated(seen):
    run("result = 3 < 2 < 1", seen.sites)
    assert [(each.left, each.right) for each in seen.pairs()] == [(3, 2)]


def test_a_loop_does_not_fill_the_log(seen):
    run("result = sum(each == 5 for each in range(10_000))", seen.sites)
    assert len(seen.entries) < 100


def test_an_error_is_on_the_line_where_it_was(seen):
    with pytest.raises(ZeroDivisionError) as caught:
        run("x = 1\n\nresult = x == (\n    1 / 0)", seen.sites)
    assert caught.traceback[-1].lineno + 1 == 4


@pytest.mark.parametrize(
    "pattern",
    [
        r"abc",
        r"\d{4}-\d{2}",
        r"(a|b)+c",
        r"[^x]y?",
        r"(\w+)=\1",
        r"^\s*#.*$",
        r"(?i)x{2,3}",
        r"[A-F0-9]{8}",
        rb"\x00a+",
    ],
)
def test_texts_are_made_that_a_pattern_matches(pattern):
    made = matching(re.compile(pattern), random.Random(0))
    assert made
    assert all(re.search(pattern, each if isinstance(pattern, str) else each.encode("latin-1")) for each in made)


@pytest.mark.parametrize("pattern", [r"(?!)", r"a(?=b)(?!b)"])
def test_a_pattern_that_nothing_matches_gives_nothing(pattern):
    assert matching(re.compile(pattern), random.Random(0)) == []
