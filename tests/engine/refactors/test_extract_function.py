"""Extract function and extract method: what is handed over, what comes back, and what can't be taken apart."""

import pytest
from refactoring_case import attempt, done, offered, refused, same


@pytest.mark.parametrize(
    ("source", "header", "call"),
    [
        ("def f(a):\n    «b = a + 1»\n    return b\nprint(f(1))\n", "def g(a):", "b = g(a)"),
        ("def f(a):\n    «b = a + 1\n    c = b * 2»\n    return b, c\nprint(f(1))\n", "def g(a):", "b, c = g(a)"),
        ("def f(a):\n    «print(a)»\nf(1)\n", "def g(a):", "    g(a)\n"),
        ("def f(a):\n    return «a * 2» + 1\nprint(f(1))\n", "def g(a):", "return g(a) + 1"),
        ("def f(a):\n    «if a:\n        return 1\n    return 2»\nprint(f(1), f(0))\n", "def g(a):", "return g(a)"),
        ("def f(a):\n    «if a:\n        return 1»\nprint(f(1), f(0))\n", "def g(a):", "return g(a)"),
        (
            "def f(a):\n    t = 0\n    for x in a:\n        «t += x»\n    return t\nprint(f([1, 2]))\n",
            "def g(t, x):",
            "t = g(t, x)",
        ),
        ("print([«x * 2» for x in range(3)])\n", "def g(x):", "[g(x) for x"),
        ("def f():\n    «yield 1\n    yield 2»\nprint(list(f()))\n", "def g():", "yield from g()"),
        (
            "def f(s):\n    «for i in range(3):\n        if i:\n            break»\n    return i\nprint(f(0))\n",
            None,
            None,
        ),
        ("x = 1\ndef f():\n    global x\n    «x = 2»\nf()\nprint(x)\n", "    global x\n    x = 2", "    g()"),
        (
            "def f(a):\n    «with open(a) as h:\n        b = h.read()»\n    return b\nprint(1)\n",
            "def g(a):",
            "b = g(a)",
        ),
        (
            "def f(a):\n    «try:\n        b = int(a)\n    except ValueError:\n        b = 0»\n    return b\n"
            "print(f('x'))\n",
            "def g(a):",
            "b = g(a)",
        ),
        (
            "def f(a):\n    if a:\n        b = 1\n    else:\n        b = 2\n    return «b + a»\nprint(f(1))\n",
            "def g(b, a):",
            "g(b, a)",
        ),
        ("for w in «sorted('ba')»:\n    print(w)\n", "def g():", "for w in g():"),
    ],
)
def test_what_is_read_becomes_a_parameter_and_what_is_read_later_comes_back(source, header, call):
    if header is None:
        assert "no value" in refused("extract-function", source, name="g")
        return
    text = same("extract-function", source, name="g")
    assert header in text
    assert call in text


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(a):\n    for x in a:\n        «if x:\n            break»\n", "loop"),
        ("def f(a):\n    «if a:\n        return 1»\n    return 2\n", "some paths"),
        ("def f(a):\n    def h():\n        nonlocal a\n        «a = 2»\n    h()\n    return a\n", "further out"),
        ("def f(a):\n    «nonlocal_ = 1; b = 2»\n    return locals()\n", "locals"),
        ("def f(a):\n    «del a»\n", "deletes"),
        ("def f(a):\n    if a:\n        b = 1\n    «c = b»\n    return c\n", "no value"),
        ("def f():\n    x = 1\n    def h():\n        return x\n    «x = 2\n    h()»\n", "stays outside"),
        ("class A:\n    def f(self):\n        «return super().f()»\n", "super"),
        ("def f(a):\n    x = 0\n    try:\n        «x = 1\n        a()»\n    except E:\n        return x\n", "fails"),
        ("import warnings\ndef f():\n    «warnings.warn('a', stacklevel=2)»\n", "caller"),
        ("def f(a):\n    return [«(b := x)» for x in a], b\n", ":="),
        ("x = 1\ndef show(): print(x)\n«x = 2\nshow()»\n", "global"),
        ("«def h(): return 1»\nprint(h())\n", "belongs"),
        ("async def f():\n    «yield 1»\n", "asynchronous"),
        ("def f():\n    k = []\n    for x in range(2):\n        «k.append(lambda: x)»\n    return k\n", "keeps"),
        ("class A:\n    def f(self):\n        «self.__x = 1»\n", "private"),
        ("def f(show):\n    «print(show)»\n", "already"),
        ("def f():\n    «class A: pass\n    print(A)»\n", "class `A`"),
    ],
)
def test_what_would_run_otherwise_in_a_function_of_its_own_is_refused(source, reason):
    assert reason in refused("extract-function", source, name="show")


def test_async_code_is_awaited():
    text = done("extract-function", "async def f(a):\n    «b = await a»\n    return b\n", name="g")
    assert "async def g(a):" in text
    assert "b = await g(a)" in text


def test_a_method_is_called_on_its_object():
    source = """
        class A:
            n = 2

            def f(self, a):
                «b = a * self.n»
                return b

            def h(self):
                return 1


        print(A().f(3))
        """
    text = same("extract-method", source, name="scaled")
    assert "    def scaled(self, a):\n        b = a * self.n\n        return b\n\n    def h" in text
    assert "b = self.scaled(a)" in text


def test_super_works_in_a_method_and_class_methods_stay_class_methods():
    base = "class B:\n    def f(self): return 1\n"
    source = base + "class A(B):\n    def f(self):\n        «b = super().f()»\n        return b\nprint(A().f())\n"
    assert "b = self._extracted()" in same("extract-method", source)
    source = "class A:\n    @classmethod\n    def f(cls):\n        return «cls.__name__ + 'b'»\nprint(A.f())\n"
    text = same("extract-method", source)
    assert "    @classmethod\n    def _extracted(cls):" in text


@pytest.mark.parametrize(
    "source",
    ["def f(a):\n    «return a»\n", "class A:\n    @staticmethod\n    def f(a):\n        return «a + 1»\n"],
)
def test_no_method_without_an_object(source):
    outcome = attempt("extract-method", source)
    assert outcome.plan is None


def test_a_method_that_exists_is_not_overwritten():
    source = "class A:\n    def g(self): pass\n    def f(self):\n        return «self.x + 1»\n"
    assert refused("extract-method", source, name="g")


@pytest.mark.parametrize(
    "source",
    [
        "¦x = 1\n",
        "class A:\n    «x = 1»\n",
        "«from __future__ import annotations»\n",
        "if a: «b = 1»; c = 2\n",
        "a = 1; «b = 2»\n",
        "def f():\n    «'''text'''»\n",
        "def f(a):\n    «pass»\n",
        "x = «y»\n",
        "if a:\n    «b = 1\nc» = 2\n",
    ],
)
def test_nothing_is_offered_for_what_is_neither_statements_nor_an_expression(source):
    assert not offered("extract-function", source)


def test_comments_tabs_strings_and_line_ends_come_along():
    source = "def f(a):\r\n\tif a:\r\n\t\t«# why\r\n\t\tb = '''x\r\ny'''\r\n\r\n\t\tprint(b)»\r\nf(1)\r\n"
    text = done("extract-function", source, name="g")
    assert text.startswith("def g():\r\n\tb = '''x\r\ny'''\r\n\r\n\tprint(b)\r\n\r\n\r\ndef f(a):\r\n")
    assert "\t\t# why\r\n\t\tg()\r\n" in text
    assert "\n" not in text.replace("\r\n", "")


def test_the_function_stands_before_the_comments_of_the_definition_that_calls_it():
    text = same("extract-function", "a = 1\n\n# About f.\ndef f():\n    «print(a)»\nf()\n", name="g")
    assert text.startswith("a = 1\n\ndef g():\n    print(a)\n\n\n# About f.\ndef f():\n    g()\n")
