"""What names mean over files: imports, star imports, packages, stubs, and programs after a change."""

import pytest
from program_case import meaning
from program_case import program as of

from beast_lsp.engine.scopes.resolution.program import Program


def test_an_import_means_what_the_other_file_defines():
    one = of({"a.py": "def f(): ...\n", "b.py": "from a import f as g\ng()\n", "c.py": "import a\na.f()\n"})
    assert meaning(one, "a.py", "f") == meaning(one, "b.py", "g", 1) == meaning(one, "c.py", "f")
    assert meaning(one, "b.py", "f") == meaning(one, "a.py", "f")
    assert meaning(one, "b.py", "a") == meaning(one, "c.py", "a", 1)


@pytest.mark.parametrize(
    ("importer", "statement", "target"),
    [
        ("p/q/x.py", "from . import m", "p/q/m.py"),
        ("p/q/x.py", "from .. import m", "p/m.py"),
        ("p/q/__init__.py", "from . import m", "p/q/m.py"),
        ("tests/t.py", "from p import m", "p/m.py"),
        ("tests/t.py", "from p.q import m", "p/q/m.py"),
        ("tests/t.py", "import p.m as m", "p/m.py"),
        ("tests/t.py", "from lone import m", "src/lone/m.py"),
        ("tests/t.py", "from deep.inner import m", "packages/one/deep/inner/m.py"),
        ("tests/t.py", "import stub as m", "stub.pyi"),
        ("tests/t.py", "import both as m", "both.py"),
        ("tests/t.py", "from ns import m", "src/ns/m.py"),
    ],
)
def test_imports_find_files(importer, statement, target):
    packages = "p p/q src/lone packages/one/deep packages/one/deep/inner"
    files = [f"{package}/{name}.py" for package in packages.split() for name in ("__init__", "m")]
    files += ["stub.pyi", "both.py", "both.pyi", "src/ns/m.py"]
    one = of({**dict.fromkeys(files, ""), importer: f"{statement}\nm\n"})
    found = meaning(one, importer, "m", -1)
    assert (found.kind, found.path) == ("module", target)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [("import os as m", "external"), ("from q import m", "external"), ("from .q import m", "external")],
)
def test_what_is_not_there_is_external(statement, kind):
    one = of({"p/__init__.py": "", "p/q.py": "", "p/x.py": f"{statement}\nm\n"})
    assert meaning(one, "p/x.py", "m", -1).kind == kind


def test_a_name_that_a_module_lacks_is_no_symbol_of_it():
    one = of({"a.py": "x = 1\n", "b.py": "from a import y\nimport a\na.z\n"})
    assert meaning(one, "b.py", "y").kind == meaning(one, "b.py", "z").kind == "external"


def test_star_imports_bring_what_is_public():
    one = of(
        {
            "a.py": "x = 1\n_y = 2\n",
            "b.py": "__all__ = ['z']\nz = 3\nw = 4\n",
            "c.py": "from a import *\nfrom b import *\nx, _y, z, w, len\n",
            "d.py": "from c import x, z\n",
        }
    )
    assert meaning(one, "c.py", "x") == meaning(one, "a.py", "x") == meaning(one, "d.py", "x")
    assert meaning(one, "c.py", "z") == meaning(one, "b.py", "z", 1) == meaning(one, "d.py", "z")
    assert [meaning(one, "c.py", word).kind for word in ("_y", "w", "len")] == ["unknown", "unknown", "builtin"]


def test_imports_in_a_circle_end():
    one = of({"a.py": "from b import x\nfrom b import *\n", "b.py": "from a import x, y\nfrom a import *\nz\n"})
    assert meaning(one, "a.py", "x") is not None
    assert meaning(one, "b.py", "z").kind == "unknown"


def test_a_name_that_two_imports_bind_is_its_own():
    source = "try:\n    from fast import f\nexcept ImportError:\n    from slow import f\nf()\n"
    one = of({"slow.py": "def f(): ...\n", "main.py": source})
    found = one.definitions("main.py")
    at = source.index("import f\nf()") + 7
    assert meaning(one, "main.py", "f", 2) == found[at] != meaning(one, "slow.py", "f")
    assert found[-1 - at] == meaning(one, "slow.py", "f")


def test_a_stub_describes_its_module():
    stub = "def f(a: int) -> int: ...\nclass C:\n    def m(self) -> None: ...\n"
    code = "def f(a): return a\nclass C:\n    def m(self): pass\n"
    one = of({"a.py": code, "a.pyi": stub})
    for word in ("f", "a", "C", "m"):
        assert meaning(one, "a.py", word) == meaning(one, "a.pyi", word)


def test_all_names_submodules():
    one = of({"p/__init__.py": "__all__ = ['m']\n", "p/m.py": ""})
    assert meaning(one, "p/__init__.py", "m").path == "p/m.py"


def test_a_program_after_a_change_keeps_the_trees_of_the_rest():
    one = of({"a.py": "x = 1\n", "b.py": "from a import x\nx\n"})
    assert meaning(one, "b.py", "x", 1) == meaning(one, "a.py", "x")
    after = one.with_texts({"a.py": "y = 1\n"})
    assert after.module("b.py") is one.module("b.py")
    assert meaning(after, "b.py", "x", 1).kind == "external"
    assert one.module("a.py").table.module.symbols.keys() == {"x"}


def test_a_program_after_a_move_finds_files_at_their_new_place():
    one = of(
        {"p/__init__.py": "", "p/a.py": "x = 1\n", "b.py": "from q.a import x\nfrom p import a\nx\n", "c.txt": "a"}
    )
    assert meaning(one, "b.py", "x", 1).kind == "external"
    after = one.with_texts({}, {"p": "q"})
    assert meaning(after, "b.py", "x", 1).path == "q/a.py"
    assert meaning(after, "b.py", "a", 1).kind == "external"
    assert after.module("p/a.py") is None
    assert after.module("q/a.py").path == "q/a.py"
    assert after.containing(["x"]) == ["b.py", "q/a.py"]


def test_a_file_that_goes_and_one_that_comes():
    one = of({"a.py": "x = 1\n", "b.py": "import a, c\na.x, c.x\n"})
    after = one.with_texts({"a.py": None, "c.py": "x = 2\n"})
    assert meaning(after, "b.py", "x").kind == "external"
    assert meaning(after, "b.py", "x", 1).path == "c.py"
    assert list(after.sources.paths()) == ["b.py", "c.py"]


def test_a_later_program_takes_over_what_is_still_the_same():
    one = of({"a.py": "x = 1\n", "b.py": "y = 1\n"})
    kept = one.module("a.py")
    one.module("b.py")
    later = Program(one.with_texts({"b.py": "y = 2\n"}).sources, one)
    assert later.module("a.py") is kept
    assert later.module("b.py").tree.source == b"y = 2\n"


def test_only_some_names_are_followed():
    one = of({"a.py": "x = 1\n", "b.py": "from a import x, y\nx, y\n"})
    found = one.definitions("b.py", {"x"})
    assert found[19] == meaning(one, "a.py", "x")
    assert 22 not in found


def test_other_languages_have_trees_and_no_names():
    one = of({"a.go": "package a\n", "b.txt": "x", "c.py": "x = 1\n"})
    assert one.module("a.go").tree.language == "go"
    assert one.definitions("a.go") == {}
    assert one.module("b.txt") is None
    assert one.module("missing.py") is None
    assert one.containing(["x"]) == ["b.txt", "c.py"]
