"""Classes over files: members, bases, families, and what expressions yield."""

import pytest
from program_case import meaning, program

from beast_lsp.engine.scopes.resolution.definition import Outside


def klass(one, path, name):
    scopes = (scope for scope in one.module(path).table.scopes.values() if scope.kind == "class")
    return next(each for each in (one.classes.of(path, scope) for scope in scopes) if each.name == name)


@pytest.mark.parametrize(
    "use",
    [
        "C().x",
        "c = C()\nc.x",
        "c: C = make()\nc.x",
        "def f(c: C): c.x",
        "def f(c: 'C | None' = None): c.x",
        "def f(c): c.x",
        "for c in y: c.x",
        "c = C()\nc = other()\nc.x",
        "def f(c: 'int'): c.x",
        "(C() if y else D()).x",
        "C().y.x",
        "c = C()\nc += 1\nc.x",
    ],
)
def test_the_type_of_a_receiver(use):
    unknown = {"def f(c): c.x", "for c in y: c.x", "c = C()\nc = other()\nc.x", "C().y.x", "c = C()\nc += 1\nc.x"}
    one = program({"a.py": "class C:\n    x = 1\nclass D: ...\n", "b.py": f"from a import C, D\n{use}\n"})
    found = meaning(one, "b.py", "x", -1)
    if "int" in use:
        assert found.kind == "external"
    elif use in unknown or "D()" in use:
        assert found.kind == "attribute"
    else:
        assert found == meaning(one, "a.py", "x")


def test_overrides_share_a_definition_and_others_do_not():
    one = program(
        {"a.py": "class A:\n    def m(self): ...\n", "b.py": "from a import A\nclass B(A):\n    def m(self): ...\n"}
    )
    assert meaning(one, "a.py", "m") == meaning(one, "b.py", "m")
    one = program({"a.py": "class A:\n    def m(self): ...\nclass B:\n    def m(self): ...\n"})
    assert meaning(one, "a.py", "m") != meaning(one, "a.py", "m", 1)


def test_descendants_over_files_and_aliases():
    files = {
        "a.py": "class A: ...\nBase = A\n",
        "b.py": "import a\nclass B(a.A): ...\n",
        "c.py": "from b import B as X\nclass C(X[int], metaclass=M): ...\n",
        "d.py": "from a import Base\nclass D(Base): ...\n",
        "e.py": "class E: 'A'\n",
    }
    one = program(files)
    found = {each.name for each in one.hierarchy.descendants(klass(one, "a.py", "A"))}
    assert found == {"A", "B", "C", "D"}


def test_classes_that_inherit_from_each_other_end():
    one = program(
        {"a.py": "from b import B\nclass A(B):\n    x = 1\n", "b.py": "from a import A\nclass B(A):\n    x = 2\n"}
    )
    assert len(one.hierarchy.descendants(klass(one, "a.py", "A"))) == 2
    assert meaning(one, "a.py", "x").kind in {"member", "attribute"}


def test_bases_that_nobody_can_see():
    source = "import lib, enum\nclass A(lib.X): ...\nclass B(f()): ...\nclass C(dict): ...\nclass D(enum.Enum): ...\n"
    one = program({"a.py": source})
    seen = {name: one.classes.unseen(klass(one, "a.py", name)) for name in "ABCD"}
    assert seen == {"A": ["lib.X"], "B": ["?"], "C": [], "D": []}


def test_libraries_are_seen_where_their_source_is():
    library = {
        "lib": "from lib.base import Base\nclass X(Base):\n    def run(self): ...\n",
        "lib.base": "class Base:\n    y = 1\n",
    }
    one = program(
        {"a.py": "import lib\nclass A(lib.X):\n    z = 1\n    def f(self): self.run, self.y, self.z\n"}, library
    )
    found = [meaning(one, "a.py", word, -1) for word in ("run", "y", "z")]
    assert [each.within[0].path for each in found] == ["<lib.py>", "<lib/base.py>", "a.py"]
    assert one.classes.unseen(klass(one, "a.py", "A")) == []


def test_members_are_what_a_class_and_its_methods_name():
    source = "class A:\n    __slots__ = ('s',)\n    x: int\n    def m(self, o): self.y, o.z, self.r\n"
    assert klass(program({"a.py": source}), "a.py", "A").names == {"__slots__", "s", "x", "m", "y", "r"}


def test_a_first_parameter_that_is_rebound_is_no_receiver():
    one = program({"a.py": "class A:\n    x = 1\n    def m(self):\n        self = other()\n        self.x\n"})
    assert meaning(one, "a.py", "x", 1).kind == "attribute"
    one = program({"a.py": "class A:\n    x = 1\n    @staticmethod\n    def m(self): self.x\n"})
    assert meaning(one, "a.py", "x", 1).kind == "attribute"


def test_keywords_find_parameters_and_fields():
    source = "def f(a, *b, c, **d): ...\nf(1, c=2, e=3)\ng(a=1)\nprint(end='')\n"
    one = program({"a.py": source})
    assert meaning(one, "a.py", "c", 1) == meaning(one, "a.py", "c")
    assert [meaning(one, "a.py", word, which).kind for word, which in (("e", 0), ("a", 1), ("end", 0))] == [
        "keyword", "keyword", "external",
    ]  # fmt: skip


def test_what_an_expression_yields():
    one = program({"a.py": "import os\nos.path\n'x'\n"})
    root = one.module("a.py").tree.tree.root_node
    assert one.value("a.py", root.named_children[1].named_children[0]) == Outside("os.path")
    assert one.value("a.py", root.named_children[2].named_children[0]) == Outside("builtins.str", is_instance=True)
