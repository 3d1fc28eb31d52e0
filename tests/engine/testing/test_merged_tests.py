"""Tests that are added to a file that a person wrote."""

import pytest
from written_case import case, raising, written

ADDED = [case("f", "f(1)", "result == 2"), raising("f", "f(None)", "TypeError")]


def merged(text, cases=ADDED, framework=""):
    return written(cases, {"tests/test_mod.py": text}, framework).text


def test_functions_come_behind_the_others_and_imports_to_the_others():
    before = "import os\n\nfrom mod import a, g\n\n\ndef test_g():\n    assert g(os.name) == 1  # as is\n"
    assert merged(before) == (
        "import os\n\nimport pytest\n\nfrom mod import a, f, g\n\n\n"
        "def test_g():\n    assert g(os.name) == 1  # as is\n\n\n"
        "def test_f_returns_2_for_1():\n    assert f(1) == 2\n\n\n"
        "def test_f_raises_type_error_for_none():\n    with pytest.raises(TypeError):\n        f(None)\n"
    )


def test_the_ends_of_lines_stay_as_they_are():
    before = "from mod import f\r\n\r\n\r\ndef test_g():\r\n    assert f(0)"
    after = merged(before)
    assert "def test_g():\r\n    assert f(0)\r\n\r\n\r\ndef test_f" in after
    assert after.count("\n") == after.count("\r\n") > 8
    assert "\r" not in merged(before.replace("\r", ""))


UNITTEST = """\
import unittest

from mod import Box


class BoxTest(unittest.TestCase):
    def test_a(self):
        self.assertEqual(Box().a, 1)


if __name__ == "__main__":
    unittest.main()
"""


def test_methods_come_to_their_class():
    added = [case("Box.add", "Box().add(1)", "result == 2")]
    method = "\n\n    def test_add_returns_2_for_1(self):\n        self.assertEqual(Box().add(1), 2)\n\n\nif"
    assert merged(UNITTEST, added) == UNITTEST.replace("\n\n\nif", method)


def test_a_new_class_comes_before_what_runs_the_tests():
    text = merged(UNITTEST, [case("f", "f(1)", "result == 2")])
    body = (
        "class ModTest(unittest.TestCase):\n    def test_f_returns_2_for_1(self):\n        self.assertEqual(f(1), 2)\n"
    )
    assert text.endswith(f'\n\n\n{body}\n\nif __name__ == "__main__":\n    unittest.main()\n')
    assert text.count("import unittest") == 1


def test_no_name_is_taken_twice():
    before = "from mod import f\n\n\ndef test_f_returns_2_for_1():\n    assert f(1)\n"
    text = merged(before, ADDED[:1])
    assert text.count("def test_f_returns_2_for_1(") == 1
    assert text.count("def test_f") == 2


@pytest.mark.parametrize("line", ["from other import f", "f = 1", "def f(): return 1", "import f"])
def test_what_would_mean_something_else_there_is_left_out(line):
    before = f"{line}\n\n\ndef test_g():\n    assert f\n"
    assert merged(before, ADDED[:1]) == before
    assert written(ADDED[:1], {"tests/test_mod.py": before}).tests == ()


def test_nothing_to_add_leaves_the_file_alone():
    before = "def test_g():\n    assert 1\n\n# the end\n"
    assert merged(before, []) == before


def test_line_ends_stay():
    before = "from mod import f\r\n\r\n\r\ndef test_g():\r\n    assert f(0)\r\n"
    text = merged(before, ADDED[:1])
    assert text.startswith(before)
    assert text.count("\n") == text.count("\r\n")
