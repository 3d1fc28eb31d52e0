"""Rename of what a module or a function binds: every name that means it, or a refusal that says why."""

import pytest
from refactoring_case import attempt, offered, site
from rename_case import refusal, rename, texts

from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.engine.refactors.rename.rename import renamable
from beast_lsp.errors import RefactoringRefused


def doubtful(source, new="new", files=None, **more):
    outcome = attempt("rename", source, files, name=new, **more)
    assert outcome.refusal is None, outcome.refusal
    found = [(path, one) for path, edits in outcome.plan.edits.items() for one in edits if one.certainty]
    return [(path, one.start.line + 1, one.certainty) for path, one in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("ol¦d = 1\nprint(old)\n", "new = 1\nprint(new)\n"),
        ("old = 1\nprint(old¦)\n", "new = 1\nprint(new)\n"),
        ("«old» = 1\nprint(f'{old:{old}}')\n", "new = 1\nprint(f'{new:{new}}')\n"),
        ("def ¦old(): return old\nx: 'old'\n", "def new(): return new\nx: 'new'\n"),
        ("import os as ¦old\nold.sep\n", "import os as new\nnew.sep\n"),
        ("import ¦os\nos.sep\n", "import os as new\nnew.sep\n"),
        ("from os import ¦sep\nprint(sep)\n", "from os import sep as new\nprint(new)\n"),
        ("from os import sep as ¦old\nprint(old)\n", "from os import sep as new\nprint(new)\n"),
        ("try:\n    import a as ¦old\nexcept E:\n    old = 1\n", "try:\n    import a as new\nexcept E:\n    new = 1\n"),
        ("try:\n    import ¦old\nexcept E:\n    old = 1\n", "try:\n    import old as new\nexcept E:\n    new = 1\n"),
        ("def f():\n    global ¦old\n    old = 1\nold = 2\n", "def f():\n    global new\n    new = 1\nnew = 2\n"),
        ("match x:\n    case [¦old, *y]: old\n", "match x:\n    case [new, *y]: new\n"),
        ("def f[¦Old](x: Old) -> 'Old': ...\n", "def f[new](x: new) -> 'new': ...\n"),
        ("type ¦Old[T] = list[T]\nx: Old[int]\n", "type new[T] = list[T]\nx: new[int]\n"),
        ("for ¦old in x: old\n", "for new in x: new\n"),
        ("x = lambda ¦old: old\n", "x = lambda new: new\n"),
        ("def f(*¦old, **k): old\n", "def f(*new, **k): new\n"),
        ("def f(¦old, /): old\nf(1)\n", "def f(new, /): new\nf(1)\n"),
        ("@¦old\ndef f(): ...\ndef old(g): return g\n", None),
        ("del ¦old\nold = 1\n", "del new\nnew = 1\n"),
        ("print(¦old := 1, old)\n", "print(new := 1, new)\n"),
        ("__all__ = ['old']\n¦old = 1\n", "__all__ = ['new']\nnew = 1\n"),
        ("__all__ = ['¦old']\nold = 1\n", "__all__ = ['new']\nnew = 1\n"),
        ("¦ä = 1; ö = ä\n", "new = 1; ö = new\n"),
    ],
)
def test_every_name_that_means_it(source, expected):
    if expected is None:
        assert "new" in rename(source)
    else:
        assert rename(source) == expected


@pytest.mark.parametrize(
    ("source", "new", "reason"),
    [
        ("¦a = 1\n", "class", "keyword"),
        ("¦a = 1\n", "1a", "no name"),
        ("¦a = 1\n", "a.b", "no name"),
        ("¦a = 1\n", "a", "already"),
        ("¦a = 1\n", "_", "pattern"),
        ("¦a = 1\n", "__b__", "reserved"),
        ("¦__all__ = []\n", "b", "meaning to Python"),
        ("def ¦__getattr__(name): ...\n", "b", "meaning to Python"),
        ("¦len\n", "b", "built into"),
        ("¦nothing\n", "b", "Nothing in the workspace"),
        ("import os\nos.¦sep\n", "b", "outside"),
        ("import ¦os.path\nos.path\n", "b", "as b"),
        ("import os.¦path\n", "b", "outside"),
        ("x.¦y\n", "b", "not known"),
        ("x(¦y=1)\n", "b", "not known"),
        ("¦a = 1\nb = 2\n", "b", "line 2"),
        ("def f(¦a, b): ...\n", "b", "line 1"),
        ("¦a = 1\ndef f():\n    b = 2\n    return a\n", "b", "b"),
        ("b = 1\ndef f(¦a):\n    return a + b\n", "b", "b"),
        ("def f(¦a):\n    return len(a)\n", "len", "built-in"),
        ("a = 1\nclass C:\n    ¦a = a\n", "b", "depends on what ran before"),
        ("def f():\n    ¦a = 1\n    return locals()\n", "b", "by its text"),
        ("¦a = 1\nprint(globals()['a'])\n", "b", "by its text"),
        ("¦a = 1\nprint(f'{a=}')\n", "b", "prints the text"),
        ("¦a = 1\nclass C:\n    def f(self): return a\n", "__b", "__b"),
    ],
)
def test_names_that_stay(source, new, reason):
    assert reason in refusal(source, new)


@pytest.mark.parametrize("source", ["a = 1 ¦ \n", "¦# a\n", "a = '¦a'\n", "«a = 1»\n", "¦\n", "re¦turn\n", "1¦2\n"])
def test_places_without_a_name(source):
    assert not offered("rename", source, name="new")


def test_without_a_new_name_there_is_nothing_to_do():
    assert not offered("rename", "¦a = 1\n")


def test_where_a_name_can_be_renamed():
    assert renamable(site("x = 1; na¦me = 2\n")).start == 7
    assert renamable(site("x = 1 ¦ \n")) is None
    with pytest.raises(RefactoringRefused, match="built into"):
        renamable(site("le¦n\n"))


def test_over_files():
    files = {
        "pkg/__init__.py": "from .mod import old\nfrom . import mod\n__all__ = ['old']\n",
        "use.py": "from pkg import old\nimport pkg.mod\nfrom pkg.mod import old as b\nold, pkg.mod.old, pkg.old, b\n",
        "star.py": "from pkg.mod import *\nold\n",
        "else.py": "from elsewhere import old\nold\ndef f(old): ...\n",
    }
    found = texts("def ¦old(): ...\n", "new", files, path="pkg/mod.py")
    assert found["pkg/__init__.py"] == "from .mod import new\nfrom . import mod\n__all__ = ['new']\n"
    assert found["use.py"].splitlines()[0] == "from pkg import new"
    assert found["use.py"].splitlines()[2:] == ["from pkg.mod import new as b", "new, pkg.mod.new, pkg.new, b"]
    assert found["star.py"] == "from pkg.mod import *\nnew\n"
    assert found["else.py"] == files["else.py"]


def test_from_where_it_is_used():
    found = texts("from a import old\n¦old()\n", "new", {"a.py": "def old(): ...\nold()\n"})
    assert found == {"a.py": "def new(): ...\nnew()\n", "main.py": "from a import new\nnew()\n"}


def test_an_import_among_others_of_the_name_gets_an_alias():
    use = "try:\n    from fast import old\nexcept ImportError:\n    from slow import old\nold()\n"
    found = texts("def ¦old(): ...\n", "new", {"use.py": use, "fast.py": "def old(): ...\n"}, path="slow.py")
    assert found["use.py"] == use.replace("slow import old", "slow import new as old")
    assert found["fast.py"] == "def old(): ...\n"


def test_what_several_imports_bind_is_renamed_where_it_is():
    use = "try:\n    from fast import old\nexcept ImportError:\n    from slow import old\n¦old()\n"
    files = {"slow.py": "def old(): ...\n", "fast.py": "def old(): ...\n"}
    found = texts(use, "new", files)
    assert found["main.py"].count("import old as new") == 2
    assert found["slow.py"] == files["slow.py"]


def test_an_alias_is_renamed_in_its_file_only():
    files = {"a.py": "def f(): ...\n", "b.py": "from main import g\ng()\n", "c.py": "import main\nmain.g()\n"}
    found = texts("from a import f as ¦g\ng()\n", "new", files)
    assert found["main.py"] == "from a import f as new\nnew()\n"
    assert found["a.py"] == "def f(): ...\n"
    assert found["b.py"] == "from main import new as g\ng()\n"
    assert found["c.py"] == "import main\nmain.new()\n"


def test_an_alias_that_a_star_import_takes():
    assert "star" in refusal("from a import f as ¦g\n", "new", {"a.py": "f = 1\n", "b.py": "from main import *\ng\n"})


def test_a_stub_goes_along():
    found = texts("def ¦old(a): ...\n", "new", {"a.pyi": "def old(a: int) -> None: ...\n"}, path="a.py")
    assert found["a.pyi"] == "def new(a: int) -> None: ...\n"


@pytest.mark.parametrize(
    ("use", "reason"),
    [
        ("from a import old\nnew = 1\nold\n", "new"),
        ("from a import old\ndef f(new): return old\n", "new"),
        ("new = 1\nfrom a import *\nold, new\n", "new"),
        ("from b import *\nfrom a import *\nnew, old\n", "new"),
    ],
)
def test_clashes_in_other_files(use, reason):
    assert reason in refusal("¦old = 1\n", "new", {"use.py": use, "b.py": "new = 2\n"}, path="a.py")


def test_a_name_of_a_package_that_hides_a_submodule():
    assert "submodule" in refusal(
        "¦old = 1\n", "sub", {"p/sub.py": "", "use.py": "from p import sub\n"}, path="p/__init__.py"
    )


def test_words_in_texts_are_asked_about():
    source = '''
        def ¦old():
            """Calls old."""
        # old is old
        x = "old"
        y = "older"
        '''
    assert doubtful(source) == [("main.py", line, Certainty.TEXTUAL) for line in (2, 3, 3, 4)]


def test_words_of_a_local_name_count_in_its_function():
    source = "def f(¦old):\n    '''old'''\n    return old\n# old\n"
    assert doubtful(source) == [("main.py", 2, Certainty.TEXTUAL)]


def test_documents_and_settings():
    files = {
        "README.md": "Call `old` here; old is old.\n",
        "pyproject.toml": '[project.scripts]\nrun = "pkg.mod:old"\n',
        "t.py": "from unittest import mock\nmock.patch('pkg.mod.old')\nmock.patch('pkg.other.old')\n",
        "data.csv": "old\n",
    }
    found = doubtful("def ¦old(): ...\n", "new", {**files, "pkg/__init__.py": ""}, path="pkg/mod.py")
    assert ("pyproject.toml", 2, Certainty.PROBABLE) in found
    assert ("t.py", 2, Certainty.PROBABLE) in found
    assert ("README.md", 1, Certainty.TEXTUAL) in found
    assert not any(path == "data.csv" or (path, line) == ("t.py", 3) for path, line, _ in found)


def test_a_function_whose_name_is_looked_at():
    register = "R = {}\ndef register(f):\n    R[f.__name__] = f\n    return f\n@register\ndef ¦old(): ...\n"
    assert "register" in refusal(register)
    assert "click.command" in refusal("import click\n@click.command()\ndef ¦old(): ...\n")
    assert "new" in rename("import click\n@click.command('old-one')\ndef ¦old(): ...\n")
    assert "new" in rename("import functools\n@functools.cache\ndef ¦old(): ...\n")
    assert "app.route" in refusal("import flask\napp = flask.Flask('x')\n@app.route('/')\ndef ¦old(): ...\n")


@pytest.mark.parametrize(
    ("source", "new", "path"),
    [
        ("def ¦test_a(): ...\n", "check_a", "test_x.py"),
        ("def ¦help_a(): ...\n", "test_a", "test_x.py"),
        ("class ¦TestA: ...\n", "A", "tests/x_test.py"),
        ("def ¦pytest_addoption(): ...\n", "f", "conftest.py"),
    ],
)
def test_what_a_test_framework_finds_by_its_name(source, new, path):
    assert refusal(source, new, path=path)


def test_a_test_keeps_its_prefix():
    assert rename("def ¦test_a(): ...\n", "test_b", path="test_x.py") == "def test_b(): ...\n"


def test_a_name_that_is_put_together():
    assert "line 3" in refusal("import sys\ndef ¦run_a(): ...\ngetattr(sys.modules[__name__], 'run_' + x)()\n")
    assert "new" in rename("import sys\ndef ¦run_a(): ...\ngetattr(sys.modules[__name__], 'go_' + x)()\n")
