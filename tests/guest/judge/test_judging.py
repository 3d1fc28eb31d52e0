"""A judge's whole answer: one start for each framework, over tests that behave and tests that don't."""

import json
import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest

import beast_lsp.guest

GUEST = Path(beast_lsp.guest.__file__).with_name("__main__.py")
MODULE = """
    import functools

    LIMIT = 10

    @functools.lru_cache
    def capped(n):
        if n > LIMIT:
            return LIMIT
        return n

    def counted(n):
        while n > 0:
            n -= 1
        return n

    async def later(n):
        return n + 1

    def nobody_calls():
        return 1
"""
PYTEST = """
    import asyncio
    import pytest
    import shop

    def test_small(price): assert shop.capped(price) == 3
    def test_large(): assert shop.capped(99) == 10
    def test_counted(): assert shop.counted(3) == 0
    def test_later(): assert asyncio.run(shop.later(1)) == 2
    @pytest.mark.parametrize("n", [1, 2])
    def test_rows(n): assert shop.capped(n) == n
    def test_fails(): assert shop.capped(3) == 4
    @pytest.mark.skip
    def test_skipped(): assert False
"""
WILD = """
    import os, sys, threading, time

    def test_ends_the_process(): os._exit(0)
    def test_exits(): sys.exit(0)
    def test_hangs():
        while True:
            try: time.sleep(60)
            except Exception: pass
    def test_prints(tmp_path):
        os.chdir(tmp_path)
        print("x" * 3_000_000)
    def test_stays_at_home(): assert os.path.isfile("conftest.py")
    def test_thread(): threading.Thread(target=time.sleep, args=(60,)).start()
    def test_writes(): open("made", "w")
"""
UNITTEST = """
    import unittest
    import shop

    class TestShop(unittest.IsolatedAsyncioTestCase):
        @classmethod
        def setUpClass(cls):
            cls.price = 3

        def test_small(self):
            self.assertEqual(shop.capped(self.price), 3)

        def test_fails(self):
            self.assertEqual(shop.capped(3), 4)

        async def test_later(self):
            self.assertEqual(await shop.later(1), 2)
"""


def judged(folder, tests, framework="pytest", **options):
    (folder / "shop.py").write_text(dedent(MODULE), "utf-8")
    (folder / "conftest.py").write_text("import pytest\n@pytest.fixture\ndef price(): return 3\n", "utf-8")
    (folder / "test_shop.py").write_text(dedent(tests), "utf-8")
    scratch = folder / "scratch"
    scratch.mkdir(exist_ok=True)
    brief = {
        "folder": str(folder), "path": [str(folder)], "module": "shop", "file": str(folder / "shop.py"),
        "tests": str(folder / "test_shop.py"), "framework": framework, "order": 0, "mutants": 50, "names": [],
        "scratch": str(scratch), "outbox": str(scratch / "out"), "seconds": 40.0, "seed": 1, **options,
    }  # fmt: skip
    (scratch / "out").unlink(missing_ok=True)
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, str(GUEST), "judge"]
    given = json.dumps(brief).encode()
    run = subprocess.run(command, input=given, env=environment, cwd=folder, capture_output=True, check=False)
    assert run.returncode == 0, run.stderr.decode()
    return json.loads((scratch / "out").read_text("ascii"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="what ends its process is only outlived in a fork")
def test_what_tests_do_to_their_process_is_no_matter_to_others(tmp_path):
    tests = {each["name"]: each for each in judged(tmp_path, WILD, mutants=0, seconds=24.0)["tests"]}
    passed = {name for name, each in tests.items() if each["outcome"] == "passed"}
    assert passed == {"test_prints", "test_stays_at_home", "test_thread"}
    assert tests["test_ends_the_process"]["message"] == "It ends the process."
    assert tests["test_hangs"]["message"] == "It took more than 2 s."
    assert not (tmp_path / "made").exists()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="a mutant is tried in a fork")
def test_outcomes_coverage_and_mutants_of_a_pytest_file(tmp_path):
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = --an-option-of-a-plugin-that-is-off\n", "utf-8")
    found = judged(tmp_path, PYTEST, seconds=120.0)
    tests = {each["name"]: each for each in found["tests"]}
    assert found["problem"] == ""
    passed = {name for name, each in tests.items() if each["outcome"] == "passed"}
    assert passed == {"test_small", "test_large", "test_counted", "test_later", "test_rows[1]", "test_rows[2]"}
    assert tests["test_fails"]["outcome"] == "failed"
    assert "assert 3 == 4" in tests["test_fails"]["message"]
    assert tests["test_skipped"]["outcome"] == "skipped"
    # Coverage: a branch each, and what the import runs for all of them.
    assert [8, 9] in tests["test_large"]["arcs"]
    assert [8, 10] in tests["test_small"]["arcs"]
    assert {2, 4, 6} <= set(tests["test_later"]["lines"]) <= set(found["lines"])
    # Mutants: a cache that an earlier test filled hides none of them.
    mutants = {each["id"]: each for each in found["mutants"]}
    by_function = {each["function"] for each in mutants.values() if each["status"] == "unreached"}
    assert by_function == {"nobody_calls"}
    killed = {mutants[each]["function"] for each in tests["test_later"]["kills"]}
    assert killed == {"later"}
    assert {each["status"] for each in mutants.values() if each["after"] == "n += 1"} == {"timeout"}
    assert any(each["status"] == "survived" and each["after"] == "n >= LIMIT" for each in mutants.values())


def test_unittest_files_are_judged(tmp_path):
    found = judged(tmp_path, UNITTEST, "unittest")
    outcomes = {each["name"]: each["outcome"] for each in found["tests"]}
    assert outcomes == {
        "TestShop::test_small": "passed",
        "TestShop::test_fails": "failed",
        "TestShop::test_later": "passed",
    }
    assert any(each["status"] == "killed" for each in found["mutants"])


def test_without_mutants_there_is_no_coverage_and_the_order_is_the_seed_s(tmp_path):
    body = "".join(
        f"    def test_{n}(self):\n        order.append({n})\n        assert order == [{n}]\n" for n in range(4)
    )
    text = f"import unittest\norder = []\nclass TestOrder(unittest.TestCase):\n{body}"
    runs = [judged(tmp_path, text, "unittest", mutants=0, order=order) for order in (0, 1, 4)]
    assert all((found["lines"], found["arcs"], found["mutants"]) == ([], [], []) for found in runs)
    first = [[each["name"] for each in found["tests"] if each["outcome"] == "passed"] for found in runs]
    assert first[0] == ["TestOrder::test_0"]
    assert all(len(each) == 1 for each in first)
    assert len({each[0] for each in first}) > 1


@pytest.mark.parametrize(
    ("tests", "framework", "said"),
    [
        ("import no_such_module\n", "pytest", "no_such_module"),
        ("import no_such_module\n", "unittest", "no_such_module"),
        ("x = 1\n", "pytest", "no tests"),
        ("x = 1\n", "unittest", "no tests"),
        ("def test_it(:\n", "unittest", "SyntaxError"),
    ],
)
def test_a_file_that_can_not_be_run_is_a_problem(tmp_path, tests, framework, said):
    found = judged(tmp_path, tests, framework, mutants=0)
    assert said in found["problem"]
    assert found["tests"] == []
