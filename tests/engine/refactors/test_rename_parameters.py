"""Rename of parameters, with the keywords of calls; refused where callers that can't be seen may use the name."""

import pytest
from refactoring_case import attempt
from rename_case import refusal, rename

from beast_lsp.engine.refactors.proposal import Certainty


@pytest.mark.parametrize(
    "source",
    [
        "def f(¦old): return old\nf(old=1)\n",
        "def f(old): return old\nf(¦old=1)\n",
        "def f(*, ¦old=1): return old\nf(old=1), f()\n",
        "class C:\n    def __init__(self, ¦old): self.x = old\nC(old=1)\n",
        "class C:\n    def __init__(self, ¦old): ...\nclass D(C): ...\nD(old=1)\n",
        "class C:\n    def __init__(self, ¦old): ...\nclass D(C):\n    def __init__(self): super().__init__(old=1)\n",
        "class C:\n    def f(self, ¦old): ...\nC().f(old=1)\nC.f(C(), old=2)\n",
        "class C:\n    def f(self, ¦old): ...\nclass D(C):\n    def f(self, old): ...\nD().f(old=1)\n",
        "class C:\n    def f(self, old): ...\nclass D(C):\n    def f(self, ¦old): super().f(old=old)\n",
        "class C:\n    def __call__(self, ¦old): ...\nC()(old=1)\n",
        "class C:\n    @classmethod\n    def f(cls, ¦old): ...\n    @staticmethod\n    def g(old): ...\nC.f(old=1)\n",
        "from functools import partial\ndef f(¦old): ...\npartial(f, old=1)()\n",
        "import functools\n@functools.cache\ndef f(¦old): ...\nf(old=1)\n",
        "import typing as t\n@t.overload\ndef f(¦old: int): ...\ndef f(old): ...\nf(old=1)",
        "def deco(g):\n    def inner(*a, **k): return g(*a, **k)\n    return inner\n@deco\ndef f(¦old): ...\n",
        "def f(self, ¦old): ...\ndef g(**k): f(**{}) if 0 else None\n",
    ],
)
def test_keywords_follow(source):
    if "**{}" in source:
        assert "may hold" in refusal(source)
    elif "staticmethod" in source:
        assert rename(source).count("new") == 2
    elif "@deco" in source:
        assert rename(source).count("new") == 1
    else:
        assert rename(source) == source.replace("¦", "").replace("old", "new")


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("def f(¦old): ...\nf(**options)\n", "`**options` in main.py, line 2"),
        ("class C:\n    def __init__(self, ¦old): ...\nclass D(C): ...\nD(**options)\n", "line 4"),
        ("class C:\n    def f(self, ¦old): ...\ndef g(c): c.f(**options)\n", "line 3"),
        ("import lib\n@lib.register\ndef f(¦old): ...\n", "lib.register"),
        ("import inspect\ndef deco(g): return inspect.signature(g)\n@deco\ndef f(¦old): ...\n", "deco"),
        ("import lib\nclass C(lib.B):\n    def f(self, ¦old): ...\n", "lib.B"),
        ("def f(¦old, **k): ...\nf(new=1)\n", "new"),
    ],
)
def test_refusals(source, reason):
    assert reason in refusal(source)


def test_what_test_frameworks_give_by_name():
    source = "import pytest\n@pytest.mark.parametrize('a, old', [])\ndef test_a(a, ¦old): old\n"
    assert rename(source, path="test_a.py") == source.replace("¦", "").replace("old", "new")
    source = "import pytest\n@pytest.mark.parametrize(('a', 'old'), [])\ndef test_a(a, ¦old): old\n"
    assert rename(source, path="test_a.py") == source.replace("¦", "").replace("old", "new")


def test_keywords_of_unknown_callees_are_asked_about():
    source = "class C:\n    def f(self, ¦old): ...\ndef g(c): c.f(old=1), c.h(old=2)\n"
    outcome = attempt("rename", source, name="new")
    found = [one for one in outcome.plan.edits["main.py"] if one.certainty is Certainty.PROBABLE]
    assert [(one.start.line, one.start.column) for one in found] == [(2, 14)]


def test_over_files():
    files = {"use.py": "import main\nmain.f(1, old=2)\nfrom main import f as g\ng(old=1)\n"}
    outcome = attempt("rename", "def f(a=1, ¦old=2): ...\n", files, name="new")
    assert outcome.texts["use.py"] == files["use.py"].replace("old", "new")
