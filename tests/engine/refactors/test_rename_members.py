"""Rename of attributes, methods and fields: with all classes that share them, or a refusal that says why."""

import pytest
from refactoring_case import attempt
from rename_case import refusal, rename, texts

from beast_lsp.engine.refactors.proposal import Certainty


def probable(source, new="new", files=None, **more):
    outcome = attempt("rename", source, files, name=new, **more)
    assert outcome.refusal is None, outcome.refusal
    found = [(path, one) for path, edits in outcome.plan.edits.items() for one in edits]
    return [(path, one.start.line + 1) for path, one in found if one.certainty is Certainty.PROBABLE]


def whole(source, **more):
    """Everything that is called old becomes new, and nothing is in doubt."""
    assert probable(source, **more) == []
    assert rename(source, **more) == source.replace("¦", "").replace("old", "new")


@pytest.mark.parametrize(
    "source",
    [
        "class C:\n    def ¦old(self): self.old\nC().old()\n",
        "class C:\n    def old(self): ...\nc = C()\nc.¦old\n",
        "class C:\n    def ¦old(self): ...\ndef f(c: C, d: 'C', e: C | None): c.old, d.old, e.old\n",
        "import typing as t\nclass C:\n    def ¦old(self): ...\ndef f(c: t.Optional[C], d: type[C]): c.old, d.old\n",
        "class C:\n    def ¦old(self): ...\ndef make() -> C: ...\nmake().old()\nx = make()\nx.old\n",
        "class C:\n    def ¦old(self): ...\nasync def make() -> C: ...\nasync def f(): (await make()).old\n",
        "class C:\n    def ¦old(self): ...\n    def me(self): return self\nC().me().old\n",
        "from typing import Self\nclass C:\n    ¦old = 1\n    def me(self) -> Self: ...\nC().me().old\n",
        "class C:\n    ¦old = 1\nclass D:\n    def __init__(self): self.c = C()\n    def f(self): self.c.old\n",
        "class C:\n    def ¦old(self): ...\nclass D:\n    c: C\n    def f(self): self.c.old\n",
        "class C:\n    def ¦old(self): ...\nclass D:\n    @property\n    def c(self) -> C: ...\nD().c.old\n",
        "class C:\n    def ¦old(self): ...\n    def __enter__(self): return self\nwith C() as c:\n    c.old\n",
        "class C(Exception):\n    def ¦old(self): ...\ntry: ...\nexcept C as c:\n    c.old\n",
        "class C:\n    ¦old = 1\n    b = old\nC.old\n",
        "class C:\n    old = 1\n    @classmethod\n    def f(cls): cls.¦old\n",
        "class C:\n    def ¦old(self): ...\nclass D(C):\n    def old(self): super().old()\n",
        "class C:\n    def f(self): self.old()\nclass D(C):\n    def ¦old(self): ...\nclass E(C):\n    old = 1\n",
        "class A:\n    def ¦old(self): ...\nclass B:\n    def old(self): ...\nclass C(A, B): ...\nC().old\n",
        "class C:\n    @property\n    def ¦old(self): ...\n    @old.setter\n    def old(self, v): ...\nC().old = 1\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    ¦old: int = 0\nC(old=1).old\n",
        "from dataclasses import dataclass, replace\n@dataclass\nclass C:\n    old: int\nreplace(C(old=1), ¦old=2)\n",
        "import attr\n@attr.define\nclass C:\n    ¦old: int = 0\nC(old=1).old\n",
        "from typing import NamedTuple\nclass C(NamedTuple):\n    ¦old: int\nc = C(old=1)\nc._replace(old=2).old\n",
        "import enum\nclass C(enum.Enum):\n    ¦old = 1\nC.old, C['old']\n",
        "class C:\n    __slots__ = ('old', 'b')\n    def f(self): self.¦old = 1\n",
        "class C:\n    __match_args__ = ('old',)\n    def f(self): self.¦old = 1\nmatch C():\n    case C(old=1): ...\n",
        "class C:\n    ¦old = 1\ngetattr(C(), 'old'), hasattr(C, 'old'), setattr(C(), 'old', 2)\n",
        "class C:\n    def f(self): self.¦old: int = 1\nC().old += 1\n",
        "class C:\n    def f(self):\n        def g(): return self.¦old\n        self.old = [self.old for x in y]\n",
        "class Outer:\n    class C:\n        ¦old = 1\nOuter.C.old, Outer.C().old\n",
        "class C:\n    def ¦old(self): ...\nB = C\nclass D(B):\n    def old(self): ...\n",
        "class C:\n    def ¦old(self): ...\nx = C() if y else C()\nx.old\n(C()).old\n(z := C()).old\n",
        "class C:\n    ¦old = 1\nx = None\nx = C()\nx.old\n",
        "class C:\n    def ¦old(self): ...\nx: 'C.old' = C.old\n",
    ],
)
def test_every_member_of_the_family(source):
    whole(source)


@pytest.mark.parametrize(
    "rest",
    [
        "class D:\n    def old(self): ...\nD().old\n",
        "import os\nos.old\n'x'.old\n[].old\n",
        "def old(): ...\nold()\n",
        "f(old=1)\n",
        "class D:\n    def __init__(self): self.old = 1\n",
        "def f(d: 'int', e: dict): d.old, e.old\n",
    ],
)
def test_others_of_the_name_stay(rest):
    source = "class C:\n    def ¦old(self): ...\n"
    assert rename(source + rest) == "class C:\n    def new(self): ...\n" + rest
    assert probable(source + rest) == []


def test_an_object_of_unknown_type_is_asked_about():
    source = "class C:\n    def ¦old(self): ...\ndef f(c, d: 'object'): c.old, d.old\nx = g()\nx.old\n"
    assert probable(source) == [("main.py", 3), ("main.py", 3), ("main.py", 5)]


def test_over_files():
    files = {
        "b.py": "from a import C\nclass D(C):\n    def old(self): ...\nD().old()\n",
        "c.py": "import b\nclass E(b.D):\n    def old(self): super().old()\ndef f(e: E): e.old()\n",
        "d.py": "from b import D as X\nclass F(X):\n    def g(self): self.old()\n",
        "e.py": "class C:\n    def old(self): ...\n",
    }
    found = texts("class C:\n    def ¦old(self): ...\n", "new", files, path="a.py")
    assert all("old" not in found[path] for path in ("a.py", "b.py", "c.py", "d.py"))
    assert found["e.py"] == files["e.py"]


def test_a_subclass_of_a_file_without_the_name_that_has_the_new_one():
    files = {"b.py": "from a import C\nclass D(C):\n    def new(self): ...\n"}
    assert "`D` has a `new`" in refusal("class C:\n    def ¦old(self): ...\n", "new", files, path="a.py")


@pytest.mark.parametrize(
    ("source", "new", "reason"),
    [
        ("class C:\n    def ¦__init__(self): ...\n", "b", "meaning to Python"),
        ("class C:\n    ¦old = 1\n    new = 2\n", "new", "new"),
        ("class C:\n    def f(self): self.¦old = self.new = 1\n", "new", "has a `new`"),
        ("class C:\n    new = 1\nclass D(C):\n    ¦old = 1\n", "new", "has a `new`"),
        ("class C(dict):\n    ¦old = 1\n", "keys", "has a `keys`"),
        ("class C(dict):\n    def ¦keys(self): ...\n", "old", "overrides"),
        ("class C(Exception):\n    ¦args = 1\n", "old", "overrides"),
        ("import lib\nclass C(lib.Base):\n    def ¦old(self): ...\n", "new", "inherits from lib.Base"),
        ("class C(make()):\n    def ¦old(self): ...\n", "new", "inherits from"),
        ("class C:\n    def ¦write(self, s): ...\n", "new", "print"),
        ("class C:\n    ¦old = 1\nC().old\n", "__new", "outside"),
        ("from typing import TypedDict\nclass C(TypedDict):\n    ¦old: int\n", "new", "key"),
        (
            "from dataclasses import dataclass, asdict\n@dataclass\nclass C:\n    ¦old: int\nasdict(C(1))\n",
            "new",
            "asdict",
        ),
        ("class C:\n    ¦old = 1\nprint(C().__dict__)\n", "new", "__dict__"),
        ("class C:\n    ¦old = 1\n    def f(self): return vars(self)\n", "new", "vars"),
        ("class C:\n    def ¦on_old(self): ...\n    def f(self, x): getattr(self, 'on_' + x)()\n", "new", "line 3"),
        ("class C:\n    def ¦on_old(self): ...\n    def f(self, x): getattr(self, f'on_{x}')()\n", "new", "line 3"),
        ("class C:\n    def ¦old(self): ...\n    def f(self, x='old'): getattr(self, x)()\n", "new", "line 3"),
        ("import abc\nclass C(abc.ABC):\n    ¦old = 1\nfor n in ['old']:\n    getattr(c, n)\n", "new", "line 5"),
        ("import enum\nclass C(enum.Enum):\n    ¦name = 1\n", "new", "overrides"),
    ],
)
def test_refusals(source, new, reason):
    assert reason in refusal(source, new)


def test_a_private_name_of_a_class_with_unseen_bases():
    assert rename("class C(lib.B):\n    def ¦__old(self): self.__old\n", "__new").count("__new") == 2


def test_a_private_name_that_is_written_out():
    source = "class C:\n    def __init__(self): self.¦__old = 1\nC()._C__old\n"
    assert rename(source, "__new") == source.replace("¦", "").replace("old", "new")


def test_a_lookup_by_parts_that_do_not_fit():
    source = "class C:\n    def ¦old(self): ...\n    def f(self, x): getattr(self, 'on_' + x)()\n"
    assert "def new" in rename(source)


def test_members_of_libraries_are_seen(monkeypatch):
    import refactoring_case

    library = "class Base:\n    def run(self): self.hook()\n    def hook(self): ...\n"
    monkeypatch.setattr(
        refactoring_case.DictSources,
        "library",
        lambda _, name: ("lib.py", library.splitlines(keepends=True)) if name == "lib" else None,
    )
    head = "from lib import Base\nclass C(Base):\n    def "
    assert "belongs to a library" in refusal(head + "¦hook(self): ...\n")
    assert "has a `run`" in refusal(head + "¦old(self): ...\n", "run")
    assert rename(head + "¦old(self): ...\n") == head + "new(self): ...\n"


def test_a_class_with_private_names():
    source = "class ¦Old:\n    def f(self): self.__x = 1\nOld()._Old__x\n"
    assert rename(source, "New") == source.replace("¦", "").replace("Old", "New")
