"""Importing a name that nothing defines."""

import pytest
from refactoring_case import attempt, done, offered, refused, site

from beast_lsp.engine.refactors.imports.add_import import candidates

FILES = {"pack/__init__.py": "", "pack/tools.py": "def twice(x): return x * 2\nLIMIT = 3\n"}


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("print(tw¦ice(2))\n", "from pack.tools import twice\n\nprint(twice(2))\n"),
        ("import os\n\nprint(LIM¦IT)\n", "import os\n\nfrom pack.tools import LIMIT\n\nprint(LIMIT)\n"),
        ("from pack.tools import twice\n\nLIM¦IT\n", "from pack.tools import LIMIT, twice\n\nLIMIT\n"),
        ("js¦on.dumps(1)\n", "import json\n\njson.dumps(1)\n"),
        ("def f(x: Any¦): ...\n", "from typing import Any\n\ndef f(x: Any): ...\n"),
        ("from __future__ import annotations\nPa¦th('a')\n", None),
    ],
)
def test_the_import_is_added(source, after):
    text = done("add-import", source, FILES)
    assert text == after if after else "from pathlib import Path\n" in text


def test_a_file_with_relative_imports_gets_another_one():
    files = {**FILES, "pack/other.py": "A = 1\n"}
    assert done("add-import", "from .other import A\nprint(tw¦ice(A))\n", files, path="pack/main.py") == (
        "from .other import A\nfrom .tools import twice\n\nprint(twice(A))\n"
    )


def test_several_modules_may_be_meant():
    files = {**FILES, "pack/more.py": "class twice: ...\n", "far/__init__.py": "twice = 1\n"}
    where = site("print(tw¦ice(2))\n", files, path="pack/main.py")
    assert [one.module for one in candidates(where)] == ["pack.more", "pack.tools", "far"]
    assert "`pack.tools`" in refused("add-import", "print(tw¦ice(2))\n", files, path="pack/main.py")
    chosen = attempt("add-import", "print(tw¦ice(2))\n", files, module="far").plan
    assert chosen.title == "Import twice from far"


def test_a_circle_is_refused():
    files = {"pack/__init__.py": "", "pack/tools.py": "import main\ndef twice(x): ...\n"}
    assert "circle" in refused("add-import", "print(tw¦ice(2))\n", files)


@pytest.mark.parametrize(
    "source",
    [
        "from pack.tools import twice\ntw¦ice(2)\n",
        "def f(twice):\n    return tw¦ice(2)\n",
        "x.tw¦ice(2)\n",
        "tw¦ice = 1\n",
        "f(tw¦ice=1)\n",
        "from lib import *\ntw¦ice(2)\n",
        "from pack.tools import *\ntw¦ice(2)\n",
        "pri¦nt(2)\n",
        "unknown¦(2)\n",
        "'tw¦ice'\n",
    ],
)
def test_a_name_that_is_known_or_nowhere_is_not_offered(source):
    assert not offered("add-import", source, FILES)


def test_what_a_module_itself_imports_and_what_tests_define_is_not_offered():
    files = {"a.py": "from lib import twice\n", "tests/test_a.py": "def twice(x): ...\n"}
    assert not offered("add-import", "tw¦ice(2)\n", files)
    assert "from test_a import twice" in done("add-import", "tw¦ice(2)\n", files, path="tests/test_b.py")
