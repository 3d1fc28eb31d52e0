"""Introduce parameter: what every call gives the same, or just before the body did; nothing else."""

import pytest
from refactoring_case import attempt, offered, refused, same, site

from beast_lsp.engine.refactors.signature.introduce_parameter import glance

NAME = "introduce-parameter"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f(a): return a * «3»\nprint(f(2))\n", "def f(a, n=3): return a * n\nprint(f(2))\n"),
        ("def f(): return «(1, 'b')»\nprint(*map(str, f()))\n", "def f(n=(1, 'b')): return n\nprint(*map(str, f()))\n"),
        ("x = 3\ndef f(a): return a * «x»\nprint(f(2))\n", "x = 3\ndef f(a, n=x): return a * n\nprint(f(2))\n"),
        ("x = 3\ndef f(*a): return «x * 2»\nprint(f(2))\n", "x = 3\ndef f(*a, n=x * 2): return n\nprint(f(2))\n"),
        ("def f(a): return [«len»(b) for b in a]\nprint(f('ab'))\n",) * 2,
        (
            "class A:\n    def f(self): return «3»\nprint(A().f())\n",
            "class A:\n    def f(self, n=3): return n\nprint(A().f())\n",
        ),
        (
            "x = 3\ndef f(a): return a * «x»\nx = 4\nprint(f(2))\n",
            "x = 3\ndef f(a, n): return a * n\nx = 4\nprint(f(2, n=x))\n",
        ),
    ],
)
def test_an_expression_becomes_a_parameter(source, expected):
    expected = expected.replace("def f(a): return [«len»(b)", "def f(a, n=len): return [n(b)")
    assert same(NAME, source, name="n") == expected


@pytest.mark.parametrize(
    "source",
    [
        "def f(a): return «a + 1»\nprint(f(2))\n",
        "def f(a): return «[1]»\nprint(f(2))\n",
        "def f(a): return «g()»\ndef g(): return 1\nprint(f(2))\n",
        "n = 2\ndef f(a): return n * «3»\nprint(f(2))\n",
        "def f(n): return n * «3»\nprint(f(2))\n",
        "@print\ndef f(a): return a * «3»\n",
        "def f(**k): return «3»\nprint(f(n=2))\n",
        "def f(a): return «x»\nx = 1\nprint(f(2))\n",
        "x = [1]\ndef f(a): return «x + x»\nprint(f(2) is f(2))\n",
        "x = 1\ndef f(): yield «x»\ng = f()\nx = 2\nprint(*g)\n",
        "x = 1\ndef f(): return lambda: «x»\ng = f()\nx = 2\nprint(g())\n",
        "x = 1\ndef h():\n    global x\n    x = 2\ndef f():\n    h()\n    return «x»\nprint(f())\n",
        "x = 1\ndef f(): return «x»\nx = 2\nprint(*[g() for g in [f]])\n",
        "if input:\n    x = 1\ndef f(): return «x»\nprint(f())\n",
    ],
)
def test_what_would_have_another_value_is_refused(source):
    assert refused(NAME, source, name="n")


def test_what_another_file_sets_is_given_by_nobody():
    files = {"a.py": "import main\nmain.x = 3\nprint(main.f(1))\n"}
    assert refused(NAME, "x = 1\ndef f(a): return a * «x»\n", files, name="n")
    files = {"a.py": "from main import f\nprint(f(1))\n"}
    assert refused(NAME, "x = 1\ndef f(a): return a * «x»\nx = 2\n", files, name="n")


def test_calls_in_other_files_take_the_default():
    files = {"a.py": "from main import f\nprint(f(1))\n"}
    outcome = attempt(NAME, "def f(a): return a * «2.5»\n", files, name="n")
    assert outcome.texts == {"main.py": "def f(a, n=2.5): return a * n\n", **files}


@pytest.mark.parametrize(
    "source",
    [
        "x = «3»\n",
        "def f(a=«3»): return a\n",
        "class A:\n    x = «3»\n",
        "f = lambda a: «3»\n",
        "def f():\n    '''«Text»'''\n",
        "def f(¦): return 3\n",
        "def f(): return «3 +» 4\n",
    ],
)
def test_outside_of_a_body_or_of_an_expression_it_is_not_offered(source):
    assert not offered(NAME, source)
    assert glance(site(source)) == ""


def test_a_menu_glances_at_the_expression_alone():
    assert glance(site("def f(): return «3»\n")) == "Introduce parameter"
    assert glance(site("def f(a): return «a + g()»\n")) == ""
