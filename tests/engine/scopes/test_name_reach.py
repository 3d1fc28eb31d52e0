"""Which files may use a name: never too few."""

import pytest
from program_case import program


@pytest.mark.parametrize(
    "files",
    [
        {"b.py": "from a import x\n"},
        {"b.py": "from a import (\n    y,\n    x,\n)\n"},
        {"b.py": "from a import y, \\\n    x\n"},
        {"b.py": "import a\na.x\n"},
        {"b.py": "import a as m\nm . x\n"},
        {"b.py": "import a\nm = a\nm.x\n"},
        {"b.py": "from a import *\nx\n"},
        {"b.py": "from a import *\n", "c.py": "from b import x\n"},
        {"b.py": "from a import *\n", "c.py": "from b import *\n", "d.py": "import c\nc.x\n"},
        {"b.py": "from a import x\n", "c.py": "from b import x\n", "d.py": "import c\nc.x\n"},
        {"b.py": "import a as m\n", "c.py": "from b import m\nm.x\n"},
        {"a.pyi": "x: int\n"},
    ],
)
def test_files_that_use_a_name(files):
    one = program({"a.py": "x = 1\n", **files})
    using = {path for path, text in files.items() if "x" in text}
    assert one.reach.importers({"a.py"}, {"x"}) == {"a.py"} | using


def test_files_of_a_package():
    files = {
        "p/__init__.py": "x = 1\n",
        "p/b.py": "from . import x\n",
        "p/q/c.py": "from .. import x\n",
        "d.py": "from p import x\n",
    }
    assert program(files).reach.importers({"p/__init__.py"}, {"x"}) == files.keys()


@pytest.mark.parametrize(
    "text",
    [
        "from other import x\n",
        "x = 1\n",
        "import a\nx\n",
        "from a import y\nself.x\n",
        "import other\nother.x\n",
        "# a.xs\n",
    ],
)
def test_files_that_can_not(text):
    assert program({"a.py": "x = 1\n", "b.py": text, "other.py": ""}).reach.importers({"a.py"}, {"x"}) == {"a.py"}


@pytest.mark.parametrize(
    "text",
    ["o.x\n", "f(x=1)\n", "class C:\n    def x(self): ...\n", "class C:\n    a, x = 1, 2\n", "class C:\n    x: int\n"],
)
def test_files_that_use_an_attribute(text):
    assert program({"a.py": text}).reach.attribute_users({"x"}) == {"a.py"}


def test_files_that_use_the_word_otherwise():
    assert program({"a.py": "print(x)\ny == x\n"}).reach.attribute_users({"x"}) == set()


def test_names_that_are_given():
    one = program({"a.py": "def f(): ...\ng = f\n", "b.py": "from a import g as h\ndef i():\n    j = h\n"})
    assert one.reach.aliases("f") == {"f", "g", "h"}
