"""Rename of modules and packages: files move, and imports follow."""

import pytest
from refactoring_case import attempt, offered, refused

from beast_lsp.engine.refactors.proposal import Certainty

FILES = {
    "pkg/__init__.py": "from . import old\nfrom .old import f\n",
    "pkg/old.py": "from . import other\ndef f(): ...\n",
    "pkg/other.py": "from .old import f\nfrom pkg.old import f as g\nfrom pkg import old as o\no.f\n",
}


def moved(source, new="new", files=None, name="rename", **more):
    outcome = attempt(name, source, files, name=new, **more)
    assert outcome.refusal is None, outcome.refusal
    return outcome.plan.moved, outcome.texts


@pytest.mark.parametrize("name", ["rename", "rename-module"])
def test_a_module_of_a_package(name):
    source = "import pkg.old\nfrom pkg.¦old import f\nfrom pkg import old\npkg.old.f, old.f, f\n"
    moves, texts = moved(source, files=FILES, name=name)
    assert moves == {"pkg/old.py": "pkg/new.py"}
    assert texts["main.py"] == source.replace("¦", "").replace("old", "new")
    assert texts["pkg/__init__.py"] == "from . import new\nfrom .new import f\n"
    assert texts["pkg/new.py"] == FILES["pkg/old.py"]
    assert texts["pkg/other.py"] == "from .new import f\nfrom pkg.new import f as g\nfrom pkg import new as o\no.f\n"


def test_a_package_moves_as_a_folder():
    files = {
        **FILES,
        "pkg/sub/__init__.py": "",
        "pkg/sub/deep.py": "from ..old import f\nimport pkg.old\n",
        "pkg/data.txt": "x",
    }
    moves, texts = moved("import ¦pkg.sub.deep\npkg.sub.deep, pkg.old\n", files=files)
    assert moves == {"pkg": "new"}
    assert texts["main.py"] == "import new.sub.deep\nnew.sub.deep, new.old\n"
    assert texts["new/sub/deep.py"] == "from ..old import f\nimport new.old\n"
    assert texts["new/other.py"].splitlines()[1:3] == ["from new.old import f as g", "from new import old as o"]
    assert texts["new/data.txt"] == "x"


def test_an_alias_stays():
    moves, texts = moved("import ¦old as m\nm.f\n", files={"old.py": "f = 1\n"})
    assert texts["main.py"] == "import new as m\nm.f\n"
    moves, texts = moved("import old as ¦m\nm.f\n", files={"old.py": "f = 1\n"})
    assert not moves
    assert texts["main.py"] == "import old as new\nnew.f\n"


def test_a_stub_moves_along():
    moves, _ = moved("import ¦old\n", files={"old.py": "", "old.pyi": ""})
    assert moves == {"old.py": "new.py", "old.pyi": "new.pyi"}


def test_a_namespace_package():
    moves, texts = moved("from ¦old import a\na.x\n", files={"old/a.py": "x = 1\n"})
    assert moves == {"old": "new"}
    assert texts["main.py"] == "from new import a\na.x\n"


@pytest.mark.parametrize(
    ("source", "new", "files", "reason"),
    [
        ("import ¦old\n", "new", {"new.py": ""}, "beside it"),
        ("import ¦old\n", "new", {"new/x.py": ""}, "beside it"),
        ("import ¦old\n", "json", {}, "hide"),
        ("import ¦old\nimport new\n", "new", {}, "outside"),
        ("import ¦old\nnew = 1\nold.f\n", "new", {}, "new"),
        ("import ¦old\ndef f(new): old.f\n", "new", {}, "new"),
        ("import ¦old\n", "my-module", {}, "no name"),
        ("import ¦conftest\n", "new", {"conftest.py": ""}, "tools"),
        ("from p import ¦m\n", "f", {"p/__init__.py": "f = 1\n", "p/m.py": ""}, "of its own"),
        ("from tests import ¦test_a\n", "a", {"tests/__init__.py": "", "tests/test_a.py": ""}, "test"),
    ],
)
def test_refusals(source, new, files, reason):
    assert reason in refused("rename-module", source, {"old.py": "f = 1\n", **files}, name=new)


def test_only_modules():
    assert not offered("rename-module", "¦x = 1\n", name="new")
    assert not offered("rename-module", "x = 1 ¦ \n", name="new")


def test_texts_that_name_it():
    files = {
        **FILES,
        "pyproject.toml": '[project.scripts]\nrun = "pkg.old:f"\nother = "pkg.older:f"\n',
        "t.py": "import importlib\nimportlib.import_module('pkg.old')\n# pkg/old.py\n",
    }
    outcome = attempt("rename", "import pkg.¦old\n", files, name="new")
    found = [(path, one.start.line) for path, edits in outcome.plan.edits.items() for one in edits if one.certainty]
    assert sorted(found) == [("pyproject.toml", 1), ("t.py", 1), ("t.py", 2)]
    assert all(one.certainty is Certainty.PROBABLE for one in outcome.plan.edits["pyproject.toml"])
