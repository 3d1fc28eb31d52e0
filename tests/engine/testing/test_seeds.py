"""Values and whole calls that tests begin with, out of tests, examples, comparisons and annotations."""

import pytest
from written_case import brief_of

SOURCE = '''
from enum import Enum
from typing import Literal

class Color(Enum):
    RED = 1
    BLUE = 2

def paint(text, color: Color = Color.RED, mode: Literal["a", "b"] = "a", deep=False):
    """Paints.

    >>> pot = [1]
    >>> paint("doc", deep=True)
    1
    """
    if text == "compared" or text.startswith("begun"):
        return 1
    if text in ("one", "two"):
        return 2
    return 3

class Box:
    def __init__(self, size): self.size = size
    def fill(self, what): return what
    @property
    def area(self): return 1
'''


def seeded(tmp_path, test="", path="tests/test_mod.py", **files):
    made = brief_of(tmp_path, {"pkg/__init__.py": "", "pkg/mod.py": SOURCE, path: test, **files}, place=path)
    return {one["name"]: one for one in made["targets"]}, made


def seeds(tmp_path, test="", target="paint"):
    return {one["name"]: one["seeds"] for one in seeded(tmp_path, test)[0][target]["parameters"]}


def sketches(tmp_path, test, target="paint", **files):
    return [
        (one["arrange"], one["act"], one["fixtures"]) for one in seeded(tmp_path, test, **files)[0][target]["sketches"]
    ]


IMPORTING = "from pkg.mod import Box, Color, paint\n"


def test_comparisons_annotations_and_examples_give_seeds(tmp_path):
    assert seeds(tmp_path) == {
        "text": ["'doc'", '"compared"', '"begun"', '"one"', '"two"'],
        "color": ["Color.RED", "Color.BLUE"],
        "mode": ['"a"', '"b"'],
        "deep": ["True"],
    }


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("def test_a():\n    assert paint('lit') == 1\n", "'lit'"),
        ("def test_a():\n    assert paint(text='kw') == 1\n", "'kw'"),
        ("def test_a():\n    t = 'local'\n    assert paint(t) == 1\n", "'local'"),
        ("T = 'const'\ndef test_a():\n    assert paint(T) == 1\n", "'const'"),
        ("def test_a():\n    for t in ['loop', 'x']:\n        paint(t)\n", "'loop'"),
        ("def test_a():\n    for t, e in [('pair', 1)]:\n        assert paint(t) == e\n", "'pair'"),
        ("@pytest.mark.parametrize('t,e', [('row', 1)])\ndef test_a(t, e):\n    assert paint(t) == e\n", "'row'"),
        ("@pytest.mark.parametrize('t', [pytest.param('row')])\ndef test_a(t):\n    paint(t)\n", "'row'"),
    ],
)
def test_arguments_of_tests_are_seeds(tmp_path, test, expected):
    found = seeds(tmp_path, f"import pytest\n{IMPORTING}{test}")["text"]
    assert expected in found


@pytest.mark.parametrize("argument", ["helper()", "self.text", "random.choice('ab')", "made", "*texts", "x" * 400])
def test_what_a_test_file_could_not_have_is_no_seed(tmp_path, argument):
    test = f"import random\n{IMPORTING}def helper(): return 1\ndef test_a(made):\n    assert paint({argument}) == 1\n"
    assert seeds(tmp_path, test)["text"] == seeds(tmp_path)["text"]


def test_another_function_of_that_name_gives_no_seeds(tmp_path):
    assert "'other'" not in seeds(tmp_path, "from other import paint\ndef test_a():\n    paint('other')\n")["text"]


def test_a_call_comes_with_the_statements_that_it_needs(tmp_path):
    test = f"{IMPORTING}def test_a():\n    other = 1\n    box = Box(2)\n    box.size = 3\n    assert box.fill(1) == 1\n"
    assert sketches(tmp_path, test, "Box.fill") == [(["box = Box(2)", "box.size = 3"], "box.fill(1)", [])]
    assert sketches(
        tmp_path, f"{IMPORTING}def test_a():\n    box = Box(2)\n    assert box.area == 1\n", "Box.area"
    ) == [(["box = Box(2)"], "box.area", [])]


def test_attributes_of_a_test_case_become_names(tmp_path):
    test = (
        f"{IMPORTING}class BoxTests(unittest.TestCase):\n"
        "    def setUp(self):\n        self.box = Box(2)\n        self.other = 1\n"
        "    def test_a(self):\n        self.box.size = 3\n        self.assertEqual(self.box.fill(1), 1)\n"
    )
    assert sketches(tmp_path, test, "Box.fill") == [(["box = Box(2)", "box.size = 3"], "box.fill(1)", [])]
    helped = test.replace("Box(2)", "self.made()")
    assert sketches(tmp_path, helped, "Box.fill") == []


def test_known_fixtures_come_along(tmp_path):
    conftest = "import pytest\n\n@pytest.fixture\ndef name() -> str:\n    return 'a'\n"
    test = f"{IMPORTING}def test_a(name, tmp_path):\n    paint(name)\n"
    files = {"tests/conftest.py": conftest}
    assert ([], "paint(name)", ["name"]) in sketches(tmp_path, test, **files)
    assert seeded(tmp_path, test, **files)[1]["fixtures"] == [
        {"name": "name", "type": "str", "file": str(tmp_path / "tests/conftest.py")}
    ]


@pytest.mark.parametrize(
    "body",
    [
        "paint(unknown)",
        "with open('f') as f:\n        paint(f)",
        "x = yours(1)\n    paint(x)",
        "if (x := 1):\n        paint(x)",
    ],
)
def test_a_call_that_needs_what_is_not_there_is_left_out(tmp_path, body):
    test = f"{IMPORTING}def yours(n): return n\ndef test_a(unknown):\n    {body}\n"
    assert all(arrange == [] and "doc" in act for arrange, act, _ in sketches(tmp_path, test))


def test_examples_of_docstrings_are_calls_too(tmp_path):
    assert sketches(tmp_path, "") == [([], "paint('doc', deep=True)", [])]


def test_imports_are_absolute(tmp_path):
    test = "from ..mod import paint\nfrom os.path import join as j\ndef test_a():\n    paint(j('a'))\n"
    files = {"pkg/tests/__init__.py": "", "pkg/tests/test_mod.py": test}
    assert brief_of(tmp_path, {"pkg/__init__.py": "", "pkg/mod.py": SOURCE, **files})["imports"] == {
        "paint": "from pkg.mod import paint",
        "j": "from os.path import join as j",
        "Color": "from pkg.mod import Color",
    }


def test_constants_of_the_module_are_literals(tmp_path):
    assert '"compared"' in seeded(tmp_path)[1]["literals"]


def test_what_is_no_python_has_no_brief(tmp_path):
    assert brief_of(tmp_path, {"a.md": "# A"}, "a.md") is None
    assert brief_of(tmp_path, {}, "gone.py") is None
