"""Mutants put in force in code that has been imported."""

import asyncio
from textwrap import dedent

import pytest

from beast_lsp.guest.mutation import mutants
from beast_lsp.guest.swapping import Living, SwapError


def mutated(tmp_path, source, before, after):
    """The names of a source after it was imported, and then one of its mutants put in force."""
    file, text, names = tmp_path / "code.py", dedent(source), {"__name__": "code"}
    exec(compile(text, str(file), "exec"), names)
    mutant = next(each for each in mutants(text, 1000, 0) if (each.before, each.after) == (before, after))
    Living(text, str(file)).put(mutant)
    return names


def test_a_function_changes_wherever_it_is_known(tmp_path):
    names = mutated(tmp_path, "def f(a):\n    return a + 1\ng = f\n", "a + 1", "a - 1")
    assert names["f"](3) == names["g"](3) == 2


def test_methods_properties_and_static_methods_change(tmp_path):
    source = """
        class A:
            @property
            def p(self):
                return 2 + 1
            @staticmethod
            def s(a):
                return a * 3
    """
    assert mutated(tmp_path, source, "2 + 1", "2 - 1")["A"]().p == 1
    assert mutated(tmp_path, source, "a * 3", "a + 3")["A"].s(3) == 6


def test_a_decorated_function_and_its_decorator_change(tmp_path):
    source = """
        def deco(f):
            def inner(a):
                return f(a) + 10
            return inner
        @deco
        def f(a):
            return a * 3
    """
    assert mutated(tmp_path, source, "a * 3", "a + 3")["f"](2) == 15
    assert mutated(tmp_path, source, "f(a) + 10", "f(a) - 10")["f"](2) == -4


def test_a_closure_that_is_made_later_changes(tmp_path):
    source = "def f(a):\n    def g(b):\n        return a < b\n    return g\n"
    assert mutated(tmp_path, source, "a < b", "a <= b")["f"](1)(1) is True


def test_generators_and_coroutines_change(tmp_path):
    source = "def g():\n    yield 1\n\nasync def c():\n    return [2]\n"
    assert list(mutated(tmp_path, source, "1", "2")["g"]()) == [2]
    assert asyncio.run(mutated(tmp_path, source, "2", "3")["c"]()) == [3]


def test_names_of_a_class_s_own_stay_its_own(tmp_path):
    source = "class A:\n    __x = 5\n    def f(self):\n        return self.__x + 1\n"
    assert mutated(tmp_path, source, "self.__x + 1", "self.__x - 1")["A"]().f() == 4


def test_defaults_change(tmp_path):
    source = "def f(a, b=1, *, c=5):\n    return [a, b, c]\n"
    assert mutated(tmp_path, source, "1", "2")["f"](0) == [0, 2, 5]
    assert mutated(tmp_path, source, "5", "6")["f"](0) == [0, 1, 6]


def test_what_takes_other_names_from_around_it_is_refused(tmp_path):
    source = "def f(a):\n    def g(b):\n        return a\n    return g\nh = f(1)\n"
    with pytest.raises(SwapError):
        mutated(tmp_path, source, "return a", "return None")


def test_a_function_that_does_not_live_is_refused(tmp_path):
    with pytest.raises(SwapError):
        mutated(tmp_path, "def f(a):\n    return a + 1\ndel f\n", "a + 1", "a - 1")
