"""What an endpoint proposes: whole test functions are taken out of its text, and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.testing.modules import ModuleName
from beast_lsp.engine.testing.placement import Place
from beast_lsp.engine.testing.style import Style
from beast_lsp.router.backends.testing.proposals import proposed_tests, with_proposals

PLACE = Place("tests/test_shop.py", ModuleName("shop", ""), Style())
UNITTEST = Place("tests/test_shop.py", ModuleName("shop", ""), Style(framework="unittest"))
FUNCTION = "def test_adds():\n    assert total([1]) == math.floor(1.5)\n"
METHOD = "class TestIt(unittest.TestCase):\n    def test_none(self):\n        self.assertEqual(total([]), 0)\n"


def names(text: str) -> list[str]:
    return [one.name for one in proposed_tests(text, "shop", ["total"])]


def test_functions_and_methods_are_found_with_what_they_import() -> None:
    found = proposed_tests(f"{FUNCTION}\nimport math\n\n{METHOD}", "shop", ["total", "other"])
    assert [(one.name, one.is_method) for one in found] == [("test_adds", False), ("test_none", True)]
    assert found[0].imports == {"total": "from shop import total", "math": "import math"}
    assert found[1].text == "def test_none(self):\n    self.assertEqual(total([]), 0)"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Here are some tests:\n",
        "def helper():\n    assert total([]) == 0\n",
        "def test_cut(:\n    assert\n",
        "assert total([]) == 0\n",
        "def test_key():\n    assert total('ghp_" + "a1B2" * 9 + "')\n",
    ],
)
def test_what_is_no_whole_test_is_not_taken(text: str) -> None:
    assert names(text) == []


@given(st.text() | st.text().map(lambda text: FUNCTION + text))
def test_no_text_breaks_it(text: str) -> None:
    assert all(name.startswith("test") for name in names(text))


def test_they_stand_at_the_end_of_the_file_under_names_that_are_free() -> None:
    written = "from shop import total\n\n\ndef test_adds():\n    assert total([]) == 0\n"
    text, kept = with_proposals(PLACE, written, proposed_tests(f"import math\n{FUNCTION}", "shop", ["total"]))
    assert list(kept) == ["test_adds_2"]
    assert text.startswith("import math\n")
    assert text.endswith("\n\n\ndef test_adds_2():\n    assert total([1]) == math.floor(1.5)\n")
    compile(text, "test_shop.py", "exec")


def test_unittest_takes_methods_and_pytest_functions() -> None:
    proposed = proposed_tests(f"{FUNCTION}\n{METHOD}", "shop", ["total"])
    text, kept = with_proposals(UNITTEST, "import unittest\n", proposed)
    assert list(kept) == ["TestProposed::test_none"]
    assert "class TestProposed(unittest.TestCase):\n    def test_none(self):\n" in text
    assert list(with_proposals(PLACE, "import math\n", proposed)[1]) == ["test_adds"]


def test_one_that_needs_a_name_of_another_meaning_is_left_out() -> None:
    written = "from bag import total\n\n\ndef test_bag():\n    assert total()\n"
    assert with_proposals(PLACE, written, proposed_tests(FUNCTION, "shop", ["total"])) == (written, {})
