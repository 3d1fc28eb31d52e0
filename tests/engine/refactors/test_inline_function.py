"""Inline function: at the definition every call, at a call that one; and what can't be taken out of its function."""

import pytest
from refactoring_case import offered, refused, same

ADD = "def add(a, b=1):\n    return a + b\n\n\n"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (ADD + "print(¦add(1, 2) * 3)\n", ADD + "print((1 + 2) * 3)\n"),
        (ADD.replace("add", "¦add") + "print(add(1), add(b=4, a=3))\n", "print(1 + 1, 3 + 4)\n"),
        (
            "def ¦log(text):\n    '''Logs.'''\n    print('log')\n    print(text)\nx = 2\nlog(x)\nlog('b')\n",
            "x = 2\nprint('log')\nprint(x)\nprint('log')\nprint('b')\n",
        ),
        (
            "def f(p):\n    t = p * 2\n    return t + 1\n"
            "def g():\n    t = 5\n    u = ¦f(3)\n    return t, u\nprint(g())\n",
            "def f(p):\n    t = p * 2\n    return t + 1\n"
            "def g():\n    t = 5\n    t_2 = 3 * 2\n    u = t_2 + 1\n    return t, u\nprint(g())\n",
        ),
        (
            "def f(p):\n    print(p)\n    return p\ndef g(q):\n    if q:\n        return ¦f(q + 1)\nprint(g(1))\n",
            "def f(p):\n    print(p)\n    return p\n"
            "def g(q):\n    if q:\n        p = q + 1\n        print(p)\n        return p\nprint(g(1))\n",
        ),
        ("def one():\n    return 1\ndef f():\n    return ¦one()\nprint(f())\n", None),
        ("def f(p):\n    p.append(1)\ndef g(q):\n    ¦f(q)\n    return q\nprint(g([]))\n", None),
    ],
)
def test_a_call_becomes_what_the_function_does(source, expected):
    text = same("inline-function", source)
    assert expected in {None, text}


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def ¦f(a):\n    return f(a - 1) if a else 0\nprint(f(2))\n", "itself"),
        ("@cache\ndef ¦f(a):\n    return a\nf(1)\n", "decorated"),
        ("async def ¦f(a):\n    return a\nf(1)\n", "asynchronous"),
        ("def ¦f():\n    yield 1\nf()\n", "generator"),
        ("def ¦f(a):\n    if a:\n        return 1\n    return 2\nf(1)\n", "middle"),
        ("def ¦f(*a):\n    return a\nf(1)\n", "any number"),
        ("def ¦f(a):\n    return a\nprint(f)\n", "more than called"),
        ("def ¦f(a):\n    return a\nf(*[1])\n", "plain to see"),
        ("def ¦f(a):\n    return a\nf(1, 2)\n", "fit"),
        ("def ¦f(a, b=[]):\n    return b\nf(1)\n", "defined"),
        ("def ¦f(a):\n    return a + a\nf(g())\n", "2 times"),
        ("def ¦f(a, b):\n    return b - a\nf(g(), h())\n", "another order"),
        ("def ¦f(a):\n    return g() + a\nx = 1\nf(h())\n", "may change"),
        ("def ¦f(a):\n    return 1\nf(g())\n", "0 times"),
        ("def ¦f(a):\n    return c and a\nc = 0\nf(g())\n", "exactly once"),
        ("def ¦f(a):\n    b = a\n    return b\nprint(f(1) + 1)\n", "larger statement"),
        ("def ¦f(a):\n    global x\n    x = a\nf(1)\n", "global"),
        ("def ¦f(a):\n    b = a\n    return lambda: b\nx = f(1)\n", "keeps"),
        ("def ¦f(a):\n    return locals()\nf(1)\n", "locals"),
        ("x = 1\ndef ¦f():\n    return x\ndef g(x):\n    return f()\n", "one name for"),
        ("def ¦f(a):\n    return [a for b in range(2)]\ndef g(b):\n    return f(b)\n", "no longer"),
        ("def ¦f(a):\n    return lambda: a\nfor i in range(2):\n    k = f(i)\n    i = 2\n", "later"),
        ("def ¦f():\n    return 1\n", "not called"),
        ("def ¦f():\n    print(1)\n    return 2\nclass A:\n    x = f()\n", "attributes"),
    ],
)
def test_what_would_run_otherwise_is_refused(source, reason):
    assert reason in refused("inline-function", source)


@pytest.mark.parametrize(
    "source",
    [
        "class A:\n    def ¦f(self): return 1\n",
        "¦x = 1\n",
        "class ¦A: pass\nA()\n",
        "import ¦f\nf()\n",
        "print(¦len('a'))\n",
    ],
)
def test_nothing_is_offered_for_what_is_no_function_of_the_file(source):
    assert not offered("inline-function", source)


def test_a_function_that_another_file_imports_stays():
    source = ADD.replace("add", "¦add") + "print(add(1))\n"
    assert refused("inline-function", source, files={"b.py": "from main import add\nadd(1)\n"})
