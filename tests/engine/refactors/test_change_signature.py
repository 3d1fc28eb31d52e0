"""Change signature: the function and every call together, or a refusal."""

import pytest
from refactoring_case import attempt, done, offered, refused, same

NAME = "change-signature"


@pytest.mark.parametrize(
    ("options", "source", "expected"),
    [
        (
            {"remove": "b"},
            "def f¦(a, b, c): return a, c\nprint(f(1, 2, 3))\n",
            "def f(a, c): return a, c\nprint(f(1, 3))\n",
        ),
        ({"remove": "a"}, "def f¦(a, b): return b\nprint(f(1, b=2))\n", "def f(b): return b\nprint(f(b=2))\n"),
        (
            {"remove": "a,b"},
            "def f¦(a, b): return 1\nprint(f(1, 2), f(b=1, a=2,))\n",
            "def f(): return 1\nprint(f(), f())\n",
        ),
        ({"add": "c=0"}, "def f¦(): return 1\nprint(f())\n", "def f(c=0): return 1\nprint(f())\n"),
        ({"add": "c=0@5"}, "def f¦(a): return a\nprint(f(1))\n", "def f(a, c=0): return a\nprint(f(1, c=5))\n"),
        ({"add": "c@5"}, "def f¦(a, **k): return a\nprint(f(1))\n", "def f(a, c, **k): return a\nprint(f(1, c=5))\n"),
        ({"add": "c=0"}, "def f¦(a, *r): return r\nprint(f(1, 2))\n", "def f(a, *r, c=0): return r\nprint(f(1, 2))\n"),
        (
            {"add": "c: int = (1, 2),d=3"},
            "def f¦(a): return a\nprint(f(1))\n",
            "def f(a, c: int = (1, 2), d=3): return a\nprint(f(1))\n",
        ),
        ({"add": "c@5"}, "def f¦(a=1): return a\nprint(f())\n", "def f(a=1, *, c): return a\nprint(f(c=5))\n"),
        (
            {"add": "c@5", "reorder": "c,a"},
            "def f¦(a): return a\nprint(f(1))\n",
            "def f(c, a): return a\nprint(f(5, 1))\n",
        ),
        (
            {"reorder": "c,a"},
            "def f¦(a, b, c): return a, b, c\nprint(f(1, 2, 3))\n",
            "def f(c, b, a): return a, b, c\nprint(f(3, 2, 1))\n",
        ),
        (
            {"reorder": "b,a"},
            "def f¦(a, b): return a, b\nprint(f(f(1, 2), f(3, b=4)))\n",
            "def f(b, a): return a, b\nprint(f(a=f(2, 1), b=f(a=3, b=4)))\n",
        ),
        (
            {"rename": "a:x", "reorder": "b,a"},
            "def f¦(a, b): return a and f(a - 1, b)\nprint(f(1, b=2))\n",
            "def f(b, x): return x and f(b, x - 1)\nprint(f(x=1, b=2))\n",
        ),
        (
            {"rename": "a:x"},
            "def f¦(a: int = 1): return f'{a}', [a for _ in 'a']\nprint(f(), f(a=2))\n",
            "def f(x: int = 1): return f'{x}', [x for _ in 'a']\nprint(f(), f(x=2))\n",
        ),
        (
            {"keyword_only": "b"},
            "def f¦(a, b): return a, b\nprint(f(1, 2), f(a=1, b=2))\n",
            "def f(a, *, b): return a, b\nprint(f(1, b=2), f(a=1, b=2))\n",
        ),
        (
            {"keyword_only": "a"},
            "def f¦(a, b): return a, b\nprint(f(1, 2))\n",
            "def f(b, *, a): return a, b\nprint(f(2, a=1))\n",
        ),
        (
            {"keyword_only": "b"},
            "def f¦(a, b, *, c): return a, b, c\nprint(f(1, 2, c=3))\n",
            "def f(a, *, b, c): return a, b, c\nprint(f(1, b=2, c=3))\n",
        ),
        ({"remove": "c"}, "def f¦(a, *, c=1): return a\nprint(f(1, c=3))\n", "def f(a): return a\nprint(f(1))\n"),
        (
            {"default": "b=1"},
            "def f¦(a, b: int): return a, b\nprint(f(1, 2))\n",
            "def f(a, b: int = 1): return a, b\nprint(f(1, 2))\n",
        ),
        (
            {"default": "b=5"},
            "def f¦(a, b=2): return a, b\nprint(f(1), f(1, 3))\n",
            "def f(a, b=5): return a, b\nprint(f(1, b=2), f(1, 3))\n",
        ),
        (
            {"remove": "b"},
            "def f¦(a, /, b, c): return a, c\nprint(f(1, 2, 3))\n",
            "def f(a, /, c): return a, c\nprint(f(1, 3))\n",
        ),
        ({"remove": "a"}, "def f¦(a, *r): return r\nprint(f(1, *'bc'))\n", "def f(*r): return r\nprint(f(*'bc'))\n"),
        (
            {"keyword_only": "a"},
            "def f¦(a, b): return a, b\nprint(f((yes := 1), yes))\n",
            "def f(b, *, a): return a, b\nprint(f(a=(yes := 1), b=yes))\n",
        ),
    ],
)
def test_the_function_and_its_calls_change_together(options, source, expected):
    assert same(NAME, source, **options) == expected


def test_lines_and_comments_stay_with_what_stays():
    source = """
        def f¦(
            a,  # the first
            b,  # goes
            c,  # the last
        ):
            return a, c
        print(f(
            1,
            2,  # goes
            3,
        ))
    """
    text = same(NAME, source, remove="b")
    assert "goes" not in text
    assert "    a,  # the first\n    c,  # the last\n)" in text
    assert "    1,\n    3,\n))" in text


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"remove": "b"}, "def f¦(a, b): return b\nprint(f(1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b): return locals()\nprint(f(1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b=print(1)): return a\nprint(f(1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\nd = {}\ntry: f(1, d['x'])\nexcept KeyError: print('no')\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\ni = iter('ab')\nprint(f(1, list(i)), list(i))\n"),
        ({"remove": "x"}, "def f¦(a, b): return a\nprint(f(1, 2))\n"),
        ({"remove": "r"}, "def f¦(a, *r): return a\nprint(f(1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\ng = f\nprint(g(1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\nprint(globals()['f'](1, 2))\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\nf = print\nf(1, 2)\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\ntry: f(1)\nexcept TypeError: print('misfit')\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\nprint(f(*[1, 2]))\n"),
        ({"remove": "a"}, "def f¦(a, *r): return r\nprint(f(*'abc'))\n"),
        ({"remove": "b"}, "def f¦(a, b): return a\nprint(f(1, **{'b': 2}))\n"),
        ({"add": "c=0"}, "def f¦(a, **k): return k\nprint(f(1, c=2))\n"),
        ({"add": "c=0"}, "def f¦(a, **k): return k\nprint(f(1, **{'c': 2}))\n"),
        ({"add": "c=0"}, "c = 3\ndef f¦(a): return c\nprint(f(1))\n"),
        ({"add": "c=[x]"}, "def f¦(a): return a\nprint(f(1))\n"),
        ({"add": "c"}, "def f¦(a): return a\nprint(f(1))\n"),
        ({"add": "a=1"}, "def f¦(a): return a\nprint(f(1))\n"),
        ({"add": "for=1"}, "def f¦(a): return a\nprint(f(1))\n"),
        ({"rename": "a:b"}, "def f¦(a): return a, b\nb = 1\nprint(f(1))\n"),
        ({"rename": "a:b"}, "def f¦(a, b): return a\nprint(f(1, 2))\n"),
        ({"rename": "a:b"}, "def f¦(a): return f'{a=}'\nprint(f(1))\n"),
        ({"rename": "a:b"}, "def f¦(a): return 1\nprint(f(**{'a': 2}))\n"),
        ({"reorder": "b,a"}, "def f¦(a, b=1): return a\nprint(f(1))\n"),
        ({"reorder": "c,a"}, "def f¦(a, *, c): return a\nprint(f(1, c=1))\n"),
        ({"reorder": "b,a"}, "def f¦(a, b, /): return a\ndef g(x): print(x)\nf(g(1), g(2))\n"),
        ({"reorder": "b,a"}, "def g(x): print(x)\ndef f¦(a=g(1), b=g(2)): return a\nf()\n"),
        ({"keyword_only": "b"}, "def f¦(a, b, *r): return r\ndef g(x): print(x)\nf(1, g(2), g(3))\n"),
        ({"default": "a=1"}, "def f¦(a, b): return a\nprint(f(1, 2))\n"),
        ({"default": "b=3"}, "def f¦(a, b=1): return b\nprint(f(*[1]))\n"),
        ({"default": "b=3"}, "def f¦(a, b=1): return b\nprint(*map(f, 'a'))\n"),
        ({"remove": "b"}, "import functools\n@functools.wraps(print)\ndef f¦(a, b): return a\nprint(f(1, 2))\n"),
    ],
)
def test_what_could_do_something_else_is_refused(options, source):
    assert refused(NAME, source, **options)


PROTOCOL = """
    import typing
    class P(typing.Protocol):
        def f(self, a): ...
    class A:
        def f¦(self, a): return 1
    def g(x: P): return x.f(1)
    print(g(A()))
"""

METHODS = """
    class A:
        def f¦(self, a, b):
            return a
        @classmethod
        def make(cls):
            return cls().f(1, 2)
    class B(A):
        def f(self, a, b):
            return super().f(a, b), A.f(self, a, b=b)
    print(A().f(1, 2), B().f(a=1, b=2), B.f(B(), 1, 2), A.make())
"""


def test_methods_that_override_each_other_change_together():
    text = same(NAME, METHODS, remove="b")
    assert "return super().f(a), A.f(self, a)" in text
    assert "print(A().f(1), B().f(a=1), B.f(B(), 1), A.make())" in text


@pytest.mark.parametrize(
    ("options", "source"),
    [
        ({"remove": "self"}, METHODS),
        ({"remove": "b"}, METHODS.replace("b):\n            return super", "c):\n            return super")),
        ({"remove": "b"}, METHODS.replace("B(A)", "B(A, dict)").replace("A:", "A(unknown.Base):")),
        ({"remove": "b"}, METHODS + "    def g(x): return x.f(1, 2)\n    print(g(A()))\n"),
        ({"remove": "b"}, METHODS + "    print(getattr(A(), 'f')(1, 2))\n"),
        ({"remove": "b"}, METHODS + "    A.f = None\n"),
        ({"remove": "b"}, METHODS + "    call('f')\n"),
        ({"remove": "b"}, METHODS + "    render('{{ x.f(1, 2) }}')\n"),
        ({"remove": "b"}, METHODS + "    exec_later('x.f(1, 2)')\n"),
        (
            {"remove": "a"},
            "class A:\n    def do_f¦(self, a): return 1\n    def g(self, k): return getattr(self, f'do_{k}')(1)\n",
        ),
        ({"remove": "a"}, "class A:\n    def __getitem__¦(self, a): return 1\nprint(A()[2])\n"),
        ({"remove": "a"}, "class A:\n    x = property()\n    @x.setter\n    def x¦(self, a): print(1)\n"),
        ({"remove": "a"}, PROTOCOL),
    ],
)
def test_methods_that_others_may_call_are_refused(options, source):
    assert refused(NAME, source, **options)


def test_messages_and_documents_that_name_it_do_not_matter():
    source = METHODS + "    print('Use A.f instead, not x.f(1).')\n"
    assert "B().f(a=1)" in done(NAME, source, {"README.md": "Call `a.f(1, 2)`.\n"}, remove="b")
    assert refused(NAME, source, {"page.html": "{{ a.f(1, 2) }}\n"}, remove="b")


def test_keys_and_comparisons_of_the_same_text_do_not_matter():
    source = "def f¦(a, b): return a\nd = {'f': 1, 'g': f(1, 2)}\nprint(d['f'], 'f' == d['g'])\n"
    assert "f(1)" in same(NAME, source, remove="b")


def test_calls_of_other_functions_with_the_name_stay():
    source = """
        class A:
            def f¦(self, a, b): return a
        class B:
            def f(self, a, b, c): return c
        def g(x): return x.f(1, 2, 3)
        print(A().f(1, 2), B().f(1, 2, 3), g(B()))
    """
    text = same(NAME, source, remove="b")
    assert "x.f(1, 2, 3)" in text
    assert "print(A().f(1), B().f(1, 2, 3)" in text


CLASSES = """
    class A:
        def __init__¦(self, a, b=None):
            self.a = a
        def copy(self):
            return type(self)(self.a, self.b)
        b = 3
    class B(A):
        pass
    class C(A):
        def __init__(self):
            super().__init__(1, 2)
        copy = None
    print(A(1, b=2).a, B(3, 4).a, C().a, isinstance(A(1), A))
"""


def test_a_constructor_changes_with_the_calls_of_all_classes_that_inherit_it():
    text = same(NAME, CLASSES.replace("type(self)(self.a, self.b)", "self"), remove="b")
    assert "super().__init__(1)" in text
    assert "print(A(1).a, B(3).a, C().a" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("b = 3", "b = 3"),  # `type(self)` may be C, whose constructor takes nothing.
        ("class A:", "@print\nclass A:"),
        ("class A:", "class A(Exception):"),
        ("class A:", "class A(metaclass=M):"),
        ("b = 3", "def __new__(cls, *args): return object()"),
        ("print(A(1, b=2).a", "print(list(map(A, 'ab'))"),
        ("class C(A):", "class D:\n    def __init__(self): pass\nclass C(A, D):"),
    ],
)
def test_constructors_that_others_may_call_are_refused(old, new):
    source = CLASSES if old == new else CLASSES.replace("type(self)(self.a, self.b)", "self").replace("\n    ", "\n")
    assert refused(NAME, source.replace(old, new), remove="b")


def test_a_data_class_has_its_fields_changed_instead():
    source = "from dataclasses import dataclass\n@dataclass\nclass ¦A:\n    a: int\nprint(A(1))\n"
    assert "fields" in refused(NAME, source, remove="a")


def test_calls_in_other_files_are_found_under_whatever_name():
    files = {
        "a.py": "from main import f as g\nprint(g(1, 2))\n",
        "b.py": "import main as m\nfrom a import g\ndef run(): return m.f(1, b=2), g(3, 4)\n",
        "c.py": "def f(a, b): return b\nprint(f(1, 2))\n",
        "test_d.py": "from main import *\ndef test(): assert f(1, 2) == 1\n",
    }
    outcome = attempt(NAME, "def f¦(a, b):\n    '''Takes a and b.'''\n    return a\n", files, remove="b")
    assert outcome.refusal is None
    assert "g(1)" in outcome.texts["a.py"]
    assert "m.f(1), g(3)" in outcome.texts["b.py"]
    assert "f(1, 2)" in outcome.texts["c.py"]
    assert "f(1) == 1" in outcome.texts["test_d.py"]
    assert any("test_d.py" in note for note in outcome.plan.notes)
    assert any("docstring" in note for note in outcome.plan.notes)


def test_a_module_that_is_handed_on_has_calls_of_unknown_objects():
    files = {"a.py": "import main as m\ndef g(x): return x.f(1, 2)\nprint(g(m))\n"}
    assert "a.py:2" in refused(NAME, "def f¦(a, b): return a\n", files, remove="b")
    files = {"a.py": "import main as m\ndef g(x): return x.f(1, 2)\nprint(m.f(1, 2))\n"}
    assert attempt(NAME, "def f¦(a, b): return a\n", files, remove="b").texts["a.py"].endswith("print(m.f(1))\n")


def test_an_import_that_may_bring_something_else_is_refused():
    files = {"a.py": "try:\n    from main import f\nexcept ImportError:\n    def f(a, b): return 2\nprint(f(1, 2))\n"}
    assert refused(NAME, "def f¦(a, b): return a\n", files, remove="b")


def test_a_mark_hands_on_what_a_test_is_given():
    source = "import pytest\n@pytest.mark.slow\ndef test_f¦(): assert 1\n"
    assert "def test_f(b=1)" in done(NAME, source, add="b=1")


def test_a_default_may_come_whoever_calls():
    source = "def f¦(a): return a\nprint(*map(f, 'ab'))\n"
    assert done(NAME, source, add="b=1") == "def f(a, b=1): return a\nprint(*map(f, 'ab'))\n"


@pytest.mark.parametrize(
    "source", ["def f(a):\n    ¦return a\n", "x¦ = 1\n", "class A¦:\n    pass\n", "f = lambda a¦: a\n"]
)
def test_without_a_function_it_is_not_offered(source):
    assert not offered(NAME, source, remove="a")


def test_without_options_it_is_not_offered():
    assert not offered(NAME, "def f¦(a): return a\n")


def test_a_use_of_the_function_stands_for_it():
    files = {"a.py": "def f(a, b): return a\n"}
    outcome = attempt(NAME, "from a import f\nprint(¦f(1, 2))\n", files, remove="b")
    assert outcome.texts["a.py"] == "def f(a): return a\n"
    assert outcome.text == "from a import f\nprint(f(1))\n"
