"""Safe delete: what nothing needs goes, and what something may need stays, with a list of it."""

import pytest
from refactoring_case import attempt, done, offered, refused, same, site

from beast_lsp.engine.refactors.delete.safe_delete import glance

NAME = "safe-delete"


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def f¦(): return f()\n\n\ndef g(): return 1\nprint(g())\n", "def g(): return 1\nprint(g())\n"),
        ("print(1)\n\n\ndef f¦():\n    pass\n", "print(1)\n"),
        ("import functools\n@functools.cache\ndef f¦(): return 1\nprint(2)\n", "import functools\nprint(2)\n"),
        ("x¦ = 1\nprint(2)\n", "print(2)\n"),
        ("x = 1; y¦ = 2\nprint(x)\n", "x = 1\nprint(x)\n"),
        ("y¦ = 2; x = 1\nprint(x)\n", "x = 1\nprint(x)\n"),
        ("def f():\n    x¦ = 1\n    x = 2\n    return 3\nprint(f())\n", "def f():\n    return 3\nprint(f())\n"),
        ("def f(a):\n    if a: x¦ = 1\nprint(f(1))\n", "def f(a):\n    if a: pass\nprint(f(1))\n"),
        ("x¦: int = 1\nprint(2)\n", "print(2)\n"),
        ("def f(a, b¦=1): return a\nprint(f(1, 2), f(3))\n", "def f(a): return a\nprint(f(1), f(3))\n"),
        ("import json, os¦, sys\nprint(json, sys)\n", "import json, sys\nprint(json, sys)\n"),
        (
            "from os import (\n    path,  # x\n    sep¦,\n)\nprint(path)\n",
            "from os import (\n    path,  # x\n)\nprint(path)\n",
        ),
        ("import json as j¦\nprint(1)\n", "print(1)\n"),
        (
            "__all__ = ['f', 'g']\ndef f¦(): pass\ndef g(): pass\nprint(1)\n",
            "__all__ = ['g']\ndef g(): pass\nprint(1)\n",
        ),
        ("class A:\n    x = 1\n    y¦ = 2\nprint(A.x)\n", "class A:\n    x = 1\nprint(A.x)\n"),
        ("class A¦(Exception):\n    def f(self): return A()\nprint(1)\n", "print(1)\n"),
        (
            "class A:\n    @property\n    def x¦(self): return 1\nprint(A.__name__)\n",
            "class A:\n    pass\nprint(A.__name__)\n",
        ),
    ],
)
def test_what_nothing_needs_goes(source, expected):
    assert same(NAME, source) == expected


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("def f¦(): return 1\nprint(f())\n", "main.py:2"),
        ("def f¦(): return 1\ng: 'f'\n", "main.py:2"),
        ("def f¦(): return 1\nprint(eval('f()'))\n", "looks names up"),
        ("import sys\ndef f¦(): return 1\nprint(getattr(sys.modules[__name__], 'f')())\n", "main.py:3"),
        ("def f¦(): return 1\nnames = ['f', 'g']\n", "main.py:2"),
        ("def f¦(): return 1\nprint('main.f')\n", "main.py:2"),
        ("def f_one¦(): return 1\ndef g(m, k): return getattr(m, f'f_{k}')\n", "main.py:2"),
        ("def one_f¦(): return 1\ndef g(m, k): return getattr(m, k + '_f')\n", "main.py:2"),
        ("if input:\n    def f¦(): return 1\nelse:\n    def f(): return 2\n", "more than once"),
        ("def f¦(a=print(1)): return 1\n", "default"),
        ("x¦ = 1\ndef f():\n    global x\n    x = 2\n", "main.py:3"),
        ("def f():\n    x¦ = 1\n    return locals()\n", "looks names up"),
        ("def f():\n    x¦ = 1\n    x += 1\n", "more than once"),
        ("def f(d):\n    x¦ = d['a']\n", "no longer run"),
        ("def f():\n    x¦ = 1\n    x, y = 2, 3\n    return y\n", "line 3"),
        ("x¦ = y = 1\nprint(y)\n", "no longer run"),
        ("class A¦: pass\nprint(isinstance(1, A))\n", "main.py:2"),
        ("class A¦:\n    print(1)\n", "line 2"),
        ("class B:\n    def __init_subclass__(cls): print(cls)\nclass A¦(B): pass\n", "told of"),
        ("class B(type): pass\nclass A¦(metaclass=B): pass\n", "metaclass"),
        ("class B: pass\nclass A¦(B): pass\nprint(B.__subclasses__())\n", "__subclasses__"),
        ("import foo\nclass A¦(foo.B): pass\n", "foo.B"),
        ("@print\nclass A¦: pass\n", "decorator"),
        ("class A:\n    def f¦(self): return 1\ndef g(x): return x.f()\n", "may be used: main.py:3"),
        ("class A:\n    def f¦(self): return 1\ndef g(x): return x.f\n", "may be used: main.py:3"),
        ("class A:\n    def f_a¦(self): return 1\n    def g(self, k): return getattr(self, k)()\n", "main.py:3"),
        ("class B:\n    def f(self): return 1\nclass A(B):\n    def f¦(self): return 2\n", "family"),
        ("class A(list):\n    def append¦(self, x): return 2\n", "inherits"),
        ("import enum\nclass A(enum.Enum):\n    x¦ = 2\n", "field"),
        ("from dataclasses import dataclass\n@dataclass\nclass A:\n    x¦: int = 2\n", "field"),
        ("import this¦\n", "by itself"),
        ("import numpy¦\n", "by itself"),
        ("import os¦.path\n", "by itself"),
        ("try:\n    import json¦\nexcept ImportError:\n    print(1)\n", "failing"),
        ("import json¦\nprint(json)\n", "main.py:2"),
        ("def f(a¦): return a\nprint(f(1))\n", "body"),
        ("__all__ = ('f', 'g')\ndef f¦(): pass\n", "too short"),
    ],
)
def test_what_something_may_need_stays(source, why):
    assert why in refused(NAME, source)


@pytest.mark.parametrize(
    ("files", "source"),
    [
        ({"a.py": "from main import f as g\nprint(g())\n"}, "def f¦(): return 1\n"),
        ({"a.py": "import main\nprint(main.f())\n"}, "def f¦(): return 1\n"),
        ({"a.py": "import main\nprint(main.json)\n"}, "import json¦\n"),
        ({"a.py": "from main import json\n"}, "import json¦\n"),
        ({"a.py": "from main import *\nprint(json)\n"}, "import json¦\n"),
        ({"json.py": "print(1)\n"}, "import json¦\n"),
        ({"a.py": "print(1)\n"}, "import a¦\n"),
        ({"a.py": "def run(): pass\n@run\ndef f(): pass\n"}, "from a import f¦\n"),
        ({"pyproject.toml": "[project.scripts]\nf = 'main:f'\n"}, "def f¦(): return 1\n"),
        ({"a.py": "from unittest.mock import patch\npatch('main.f')\n"}, "def f¦(): return 1\n"),
        ({"a.py": "import main\nmain.x = 3\n"}, "x¦ = 1\n"),
        ({"a.py": "import main\nfor name in dir(main): print(name)\n"}, "def f¦(): return 1\n"),
        ({"a.py": "import main\nprint(vars(main.A))\n"}, "class A:\n    def f¦(self): pass\n"),
        ({"a.py": "def g(m): return m.f()\nimport main\ng(main)\n"}, "def f¦(): return 1\n"),
        (
            {"p/__init__.py": "", "p/s.py": "X = 1\n", "a.py": "import main, p\nprint(p.s.X)\n"},
            "from p import s¦\nprint(1)\n",
        ),
        (
            {"a.py": "from main import A\nclass B(A):\n    def g(self): return super().f()\n"},
            "class A:\n    def f¦(self): pass\n",
        ),
    ],
)
def test_other_files_count(files, source):
    assert refused(NAME, source, files)


@pytest.mark.parametrize("definition", ["def f¦(): return 1", "import json as f¦"])
def test_what_was_public_is_noted(definition):
    outcome = attempt(NAME, f"__all__ = ['f', 'g']\n{definition}\ng = 1\n")
    assert outcome.text == "__all__ = ['g']\ng = 1\n"
    assert any("__all__" in note for note in outcome.plan.notes)


def test_a_test_is_run_by_its_name():
    assert refused(NAME, "def test_f¦(): assert 1\n", path="test_a.py")
    assert done(NAME, "def helper¦(): return 1\n\n\nx = 1\n", path="test_a.py") == "x = 1\n"


def test_an_import_of_a_quiet_module_goes():
    files = {"a.py": "'''Text.'''\nimport os\nX = 1\ndef f(): print(1)\n"}
    assert done(NAME, "from a import f¦\nprint(1)\n", files) == "print(1)\n"
    assert (
        done(NAME, "import foo\nfrom foo import a, b¦\nprint(a)\n", files)
        == "import foo\nfrom foo import a\nprint(a)\n"
    )


def test_an_import_of_a_submodule_goes_where_nobody_reaches_it():
    files = {"p/__init__.py": "", "p/s.py": "X = 1\n", "a.py": "import main\nfrom p import s\nprint(s.X)\n"}
    assert done(NAME, "from p import s¦\nprint(1)\n", files) == "print(1)\n"


def test_documents_that_name_it_are_noted():
    outcome = attempt(NAME, "def old¦(): return 1\nx = {'old': 1}\n", {"README.md": "Call old to begin.\n"})
    assert any("README.md" in note for note in outcome.plan.notes)


@pytest.mark.parametrize(
    "source",
    [
        "print¦(1)\n",
        "def f(): return 1\nprint(f¦())\n",
        "for x¦ in 'ab': pass\n",
        "def f(*a¦): pass\n",
        "self.x¦ = 1\n",
    ],
)
def test_elsewhere_than_at_a_definition_it_is_not_offered(source):
    assert not offered(NAME, source)


def test_a_menu_only_glances():
    assert glance(site("def f¦(): return f()\n")) == "Delete `f` if nothing needs it"
    assert glance(site("print(f¦())\n")) == ""
