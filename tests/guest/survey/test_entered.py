"""Which functions are entered while something runs."""

import importlib.util
import sys
import threading

import pytest

from beast_lsp.guest.survey.entered import Entered

SOURCE = """
import functools

def plain(): return [each for each in range(2)]

@functools.lru_cache
def kept(): return 1

def unused(): return (lambda: 2)()

class Shop:
    def open(self): return self.inner()
    def inner(self): return 3
"""


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "entered_shop.py"
    file.write_text(SOURCE)
    spec = importlib.util.spec_from_file_location("entered_shop", file)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    sys.modules.pop("entered_shop", None)


def test_functions_are_known_by_their_first_lines(shop, tmp_path):
    with Entered(str(tmp_path)) as entered:
        shop.plain(), shop.plain(), shop.kept()
    assert entered.lines == {"entered_shop.py": {4, 6}}


def test_methods_and_other_threads_count(shop, tmp_path):
    with Entered(str(tmp_path)) as entered:
        thread = threading.Thread(target=shop.Shop().open)
        thread.start()
        thread.join()
    assert entered.lines == {"entered_shop.py": {12, 13}}


def test_what_lies_elsewhere_does_not_count(shop, tmp_path):
    (tmp_path / "inner").mkdir()
    with Entered(str(tmp_path / "inner")) as entered:
        shop.plain()
    assert entered.lines == {}


def test_what_runs_afterwards_does_not_count(shop, tmp_path):
    with Entered(str(tmp_path)) as entered:
        pass
    shop.unused()
    assert entered.lines == {}
