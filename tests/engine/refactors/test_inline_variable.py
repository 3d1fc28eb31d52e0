"""Inline variable: where the value may stand for the variable, and where it would be another one."""

import pytest
from refactoring_case import offered, refused, same


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("¦a = 1 + 2\nprint(a * 3)\n", "print((1 + 2) * 3)\n"),
        ("a = 1 + 2\nprint(¦a)\n", "print(1 + 2)\n"),
        ("¦a = [1]\nprint(a)\n", "print([1])\n"),
        ("¦a = 'x'\nprint(a, f'{a}')\n".replace("'{a}'", '"{a}"'), "print('x', f\"{'x'}\")\n"),
        ("def f(p):\n    ¦a = p.b()\n    return a\nprint(f)\n".replace("(f)", "(1)"), None),
        ("¦a = 1, 2\nprint(a)\n", "print((1, 2))\n"),
        ("¦a = 1; b = 2; print(a + b)\n", "b = 2; print(1 + b)\n"),
        ("b = 2; ¦a = 1  # one\nprint(a + b)\n", "b = 2  # one\nprint(1 + b)\n"),
        ("b = 3\n¦a = -b\nprint(a ** 2)\n", "b = 3\nprint((-b) ** 2)\n"),
        ("¦a: int = 5\nprint(a.real)\n", "print((5).real)\n"),
        ("¦a = (1 +\n  2)\nprint(a * 2)\n", "print((1 +\n  2) * 2)\n"),
        ("b = 2\n¦a = b if b else 0\nprint([a])\n", "b = 2\nprint([b if b else 0])\n"),
        ("def f():\n    ¦a = 1\n    return lambda: a\nprint(f()())\n", None),
        ("import sys\n¦a = sys.maxsize\nif a:\n    print(a > 1, a > 2)\n", None),
    ],
)  # fmt: skip
def test_the_value_stands_where_the_variable_was_read(source, expected):
    text = same("inline-variable", source)
    if expected is not None:
        assert text == expected


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("¦a = 1\na = 2\nprint(a)\n", "more than once"),
        ("def g(): print('g')\n¦a = g()\nprint('x')\nprint(a)\n", "between"),
        ("def g(): print('g')\n¦a = g()\nprint(a, a)\n", "more than once"),
        ("def g(): print('g')\n¦a = g()\nif 1:\n    print(a)\n", "condition"),
        ("b = 1\n¦a = b\nb = 2\nprint(a)\n", "bound anew"),
        ("b = [1]\n¦a = len(b)\nb.append(2)\nprint(a)\n", "may change"),
        ("¦a = []\na.append(1)\nprint(a)\n", "may change"),
        ("¦a = []\nfor i in range(2):\n    a.append(i)\nprint(a)\n", "may change"),
        ("if x:\n    ¦a = 1\nprint(a)\n", "may not have run"),
        ("class A:\n    ¦a = 1\n    b = a\n", "attribute"),
        ("def f():\n    ¦a = 1\n    print(a)\n    return locals()\n", "locals"),
        ("def f(p):\n    ¦a = p\n    g = lambda: a\n    p = 2\n    return g\n", "later"),
        ("def f(p):\n    ¦a = p.x\n    return lambda: a\n", "later"),
        ("d = {}\n¦a = d['k']\nprint('first')\nprint(a)\n", "between"),
        ("d = {}\n¦a = d['k']\nif d:\n    print(a)\n", "condition"),
        ("def h(): print('h')\ndef g(): print('g')\n¦a = g()\nprint(h(), a)\n", "may change"),
        ("¦a = 'it\\'s'\nprint(f'{a}')\n", "f-string"),
        ("¦a = 1\n__all__ = ['a']\nprint(a)\n", "string"),
        ("¦a = 1\nprint(2)\n", "never read"),
        ("def f():\n    ¦a = 1\n    del a\n", "more than once"),
        ("def f(b):\n    ¦a = b + 1\n    def g(b):\n        return a\n    return g\n", "later"),
        ("x = 1\n¦a = x\ndef g(x):\n    return a\n", "one name for"),
    ],
)
def test_what_would_be_another_value_is_refused(source, reason):
    assert reason in refused("inline-variable", source)


def test_a_variable_that_another_file_imports_is_refused():
    source = "¦a = 1\nprint(a)\n"
    assert refused("inline-variable", source, files={"b.py": "from main import a\n"})
    assert refused("inline-variable", source, files={"b.py": "import main\nprint(main.a)\n"})


@pytest.mark.parametrize(
    "source",
    [
        "def f(¦a):\n    return a\n",
        "for ¦a in b:\n    print(a)\n",
        "import ¦a\nprint(a)\n",
        "def ¦a(): pass\na()\n",
        "with b as ¦a:\n    print(a)\n",
        "¦a, b = 1, 2\nprint(a)\n",
        "¦a = b = 1\nprint(a)\n",
        "print(b.¦a)\n",
        "¦\n",
    ],
)
def test_nothing_is_offered_for_what_is_no_plain_variable(source):
    assert not offered("inline-variable", source)
