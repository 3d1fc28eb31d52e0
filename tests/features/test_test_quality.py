"""A test file is scored: its tests run in the sandbox."""

import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from beast_lsp.cli.tests import command
from beast_lsp.errors import TestsRefused
from beast_lsp.features.test_quality import Wanted, score_test_file
from beast_lsp.sandbox.support import support

confined = pytest.mark.skipif(not support().is_confined, reason=f"nothing confines here: {support().lacks}")
TESTS = """\
import unittest
from shop import total

class TestTotal(unittest.TestCase):
    def test_sum(self):
        self.assertEqual(total([1, 2]), 3)

    def test_order_of_a_set(self):
        self.assertEqual(list({"a", "b"})[0], "a")
"""
MODULE = "def total(prices, least=0):\n    if sum(prices) < least:\n        return least\n    return sum(prices)\n"


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop.py").write_text(MODULE, "utf-8")
    (tmp_path / "test_shop.py").write_text(TESTS, "utf-8")
    (tmp_path / "pyproject.toml").touch()
    return tmp_path


@confined
def test_a_file_is_scored_and_told(shop):
    said = CliRunner().invoke(command, ["--score", str(shop / "test_shop.py"), "--python", sys.executable])
    assert said.exit_code == 0, said.output
    assert "of 100, for shop.py (unittest, Python" in said.output
    assert "1 of 2 branches" in said.output
    assert "These pass in some runs only:\n  TestTotal::test_order_of_a_set" in said.output
    words = " ".join(said.output.split())
    assert "could be `sum(prices) <= least` and no test would notice: a test with `sum(prices) == least`" in words


def test_a_file_that_tests_nothing_of_the_project_is_refused(shop):
    (shop / "test_other.py").write_text("import os\ndef test_it(): assert os.getcwd()\n", "utf-8")
    with pytest.raises(TestsRefused, match="imports no module"):
        score_test_file(shop, Wanted("test_other.py", interpreter=Path(sys.executable)))


def test_a_file_that_is_not_there_is_refused(shop):
    with pytest.raises(TestsRefused, match="can't be read"):
        score_test_file(shop, Wanted("test_none.py", interpreter=Path(sys.executable)))


def test_a_file_outside_of_the_project_is_refused(shop):
    said = CliRunner().invoke(command, ["--score", __file__, "--root", str(shop)])
    assert said.exit_code == 1
    assert "lies outside" in said.output
