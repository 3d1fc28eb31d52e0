"""Which names of a Python module are public, and how they are shown."""

from refactoring_case import DictSources

from beast_lsp.engine.docs.pages.python_module import PythonModules
from beast_lsp.engine.scopes.resolution.program import Program


def entry(files, path="p/a.py", pages=None):
    made = {"p/__init__.py": "", **files}
    return PythonModules(Program(DictSources(made)), made if pages is None else pages).module(path)


def names(files, **more):
    return [one.name for one in entry(files, **more).entries]


def test_what_an_underscore_hides_is_not_public():
    assert names({"p/a.py": "def f(): ...\ndef _g(): ...\nX = 1\n_Y = 2\nimport os\nfor i in X: pass\n"}) == ["f", "X"]


def test_all_says_what_is_public():
    assert names({"p/a.py": "__all__ = ['_g', 'f']\ndef f(): ...\ndef _g(): ...\ndef h(): ...\n"}) == ["f", "_g"]


def test_a_package_hands_on_what_it_imports_from_itself():
    files = {"p/__init__.py": "from .a import f as F\nfrom os import path\n", "p/a.py": "def f():\n    'Do.'\n"}
    [handed] = entry(files, path="p/__init__.py").handed
    assert (handed.name, handed.module, handed.original) == ("F", "p.a", "f")


def test_what_comes_from_a_module_without_a_page_is_told_where_it_is_handed_on():
    files = {"p/__init__.py": "from ._a import C\n", "p/_a.py": "class C:\n    def m(self): ...\n"}
    found = entry(files, path="p/__init__.py", pages={"p/__init__.py"})
    assert [one.name for one in found.all()] == ["C", "C.m"]
    assert found.entries[0].path == "p/_a.py"


def test_a_star_import_hands_on_what_is_public_there():
    files = {"p/__init__.py": "from .a import *\n", "p/a.py": "def f(): ...\ndef _g(): ...\nX = 1\n"}
    assert {one.name for one in entry(files, path="p/__init__.py").handed} == {"f", "X"}


def test_modules_that_import_each_other_by_stars_end():
    files = {"p/a.py": "from .b import *\n", "p/b.py": "from .a import *\nX = 1\n"}
    assert names(files) == []


def test_definitions_behind_conditions_count_once():
    source = "try:\n    import x\nexcept ImportError:\n    def f(a): 'One.'\nelse:\n    def f(b): ...\n"
    [found] = entry({"p/a.py": source}).entries
    assert found.doc == "One."


def test_overloads_are_shown_together():
    source = (
        "from typing import overload\n@overload\ndef f(a: int) -> int: ...\n@overload\ndef f(a: str) -> str: ...\n"
        "def f(a):\n    'Both.'\n"
    )
    [found] = entry({"p/a.py": source}).entries
    assert found.signature.count("def f") == 2
    assert found.doc == "Both."


def test_a_property_and_its_setter_are_one_member():
    source = "class C:\n    @property\n    def x(self): 'It.'\n    @x.setter\n    def x(self, v): ...\n"
    [member] = entry({"p/a.py": source}).entries[0].members
    assert (member.kind, member.doc) == ("property", "It.")


def test_private_members_and_silent_operators_are_left_out():
    source = (
        "class C:\n    def __init__(self): ...\n    def __eq__(self, o): ...\n    def __len__(self): 'L.'\n    _x = 1\n"
    )
    assert [one.name for one in entry({"p/a.py": source}).entries[0].members] == ["C.__init__", "C.__len__"]


def test_members_of_private_bases_are_told_of():
    source = "class _B:\n    def m(self): ...\nclass P:\n    def n(self): ...\nclass C(_B, P):\n    pass\n"
    assert [one.name for one in entry({"p/a.py": source}).entries[1].members] == ["C.m"]


def test_a_long_signature_has_a_line_for_each_parameter():
    parameters = ", ".join(f"parameter_{n}: int = {n}" for n in range(6))
    [found] = entry({"p/a.py": f"async def f({parameters}, *, k=None) -> int: ...\n"}).entries
    lines = found.signature.splitlines()
    assert lines[0] == "async def f("
    assert lines[-2:] == ["    k=None,", ") -> int"]


def test_signatures_are_shown_as_they_stand():
    source = "@final\n@cache\ndef f(\n    a,  # of it\n    /, *, b: 'X' = {1: 2},\n): ...\n"
    assert entry({"p/a.py": source}).entries[0].signature == "@final\ndef f(a, /, *, b: 'X' = {1: 2})"


def test_constants_have_the_text_beside_them_and_long_values_are_cut():
    source = f"#: The limit.\nA = 1\nB: int = 2\n'''Below.'''\nC = [{', '.join(map(str, range(99)))}]\n"
    a, b, c = entry({"p/a.py": source}).entries
    assert (a.doc, b.doc, c.doc) == ("The limit.", "Below.", "")
    assert (b.signature, c.signature) == ("B: int = 2", "C = […]")


def test_broken_code_gives_what_can_be_read():
    assert "g" in names({"p/a.py": "def f(a: ...\n    pass\n\n\ndef g(): ...\n\nX = (\n"})
    assert names({"p/a.py": "class (:\n  x = \n\x00"}) == []


def test_what_is_no_python_has_no_entry():
    assert entry({"p/a.py": ""}, path="p/none.py") is None
