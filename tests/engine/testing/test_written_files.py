"""Test files as they come out: whole texts, which run as they stand and which ruff leaves as they are."""

import os
import re
import subprocess
import sys
from dataclasses import replace

import pytest
from written_case import case, place_of, raising, target, written

from beast_lsp.engine.testing.rendering.file import rendered
from beast_lsp.engine.testing.style import Style

CASES = [
    raising("parse_port", "parse_port('')", "ValueError", "empty port (nothing given)"),
    case("parse_port", "parse_port('80')", "result == 80"),
    case("mean", "mean([])", "identity: result is None", suspicion="returns None for an empty list; is that meant?"),
    case("mean", "mean([0.1, 0.2])", "close: result == 0.15000000000000002"),
    case(
        "save",
        "save(tmp_path / 'a', 'hi')",
        "file: (tmp_path / 'a').read_text() == 'hi'",
        needs=["tmp_path"],
        arrange=[],
    ),
    case("greet", "greet('Bob')", "output: capsys.readouterr().out == 'hello Bob\\n'", needs=["capsys"]),
    case("fetch", "fetch(2)", "result == 4", is_async=True),
    case("now", "now()", "result == 1.5", fakes=[{"path": "mod.clock", "value": "lambda: 1.5", "what": "the clock"}]),
    case("Stack", "Stack([1, 2])", "attribute: result.items == [1, 2]"),
    case(
        "Stack.push",
        "stack.push(3)",
        "identity: result is stack",
        "attribute: stack.items == [1, 3]",
        arrange=["stack = Stack([1])"],
    ),
    case(
        "join",
        "join(['a long enough text', 'another long text', 'and one more of them'], separator='; ')",
        "result == 'a long enough text; another long text; and one more of them'",
    ),
    case(
        "encode",
        "encode(s)",
        "property: decode(encode(s)) == s",
        given={"s": "st.text()"},
        imports={"decode": "from mod import decode"},
    ),
]
MODULE = """
from time import time as clock
def parse_port(text):
    if not text: raise ValueError("empty port (nothing given)")
    return int(text)
def mean(xs): return sum(xs) / len(xs) if xs else None
def save(path, text): path.write_text(text)
def greet(name): print("hello", name)
async def fetch(n): return n * 2
def now(): return clock()
def encode(s): return s.encode()
def decode(s): return s.decode()
def join(texts, separator): return separator.join(texts)
class Stack:
    def __init__(self, items): self.items = items
    def push(self, x):
        self.items.append(x)
        return self
"""
PYTEST = """\
import asyncio

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mod import Stack, decode, encode, fetch, greet, join, mean, now, parse_port, save


def test_parse_port_raises_value_error_for_empty_string():
    with pytest.raises(ValueError, match=r"empty port \\(nothing given\\)"):
        parse_port("")


def test_parse_port_returns_80_for_80():
    assert parse_port("80") == 80


def test_mean_returns_none_for_empty_list():
    # returns None for an empty list; is that meant?
    assert mean([]) is None


def test_mean_returns_0_point_15_for_list_of_two():
    assert mean([0.1, 0.2]) == pytest.approx(0.15000000000000002)


def test_save_writes_file_for_hi(tmp_path):
    save(tmp_path / "a", "hi")

    assert (tmp_path / "a").read_text() == "hi"


def test_greet_prints_text_for_bob(capsys):
    greet("Bob")

    assert capsys.readouterr().out == "hello Bob\\n"


def test_fetch_returns_4_for_2():
    assert asyncio.run(fetch(2)) == 4


def test_now_returns_1_point_5(monkeypatch):
    # Faked: the clock.
    monkeypatch.setattr("mod.clock", lambda: 1.5)

    assert now() == 1.5


def test_stack_sets_items_for_list_of_two():
    assert Stack([1, 2]).items == [1, 2]


def test_stack_push_returns_itself_for_3():
    stack = Stack([1])

    result = stack.push(3)

    assert result is stack
    assert stack.items == [1, 3]


def test_join_returns_a_long_enough_for_list_of_three():
    result = join(
        ["a long enough text", "another long text", "and one more of them"],
        separator="; ",
    )

    assert result == "a long enough text; another long text; and one more of them"


@given(s=st.text())
def test_encode_round_trips(s):
    assert decode(encode(s)) == s
"""
UNITTEST = """\
import asyncio
import contextlib
import io
import tempfile
import unittest
from pathlib import Path
from unittest import mock

from mod import Stack, fetch, greet, mean, now, parse_port, save


class TestMod(unittest.TestCase):
    def test_parse_port_raises_value_error_for_empty_string(self):
        with self.assertRaisesRegex(ValueError, r"empty port \\(nothing given\\)"):
            parse_port("")

    def test_mean_returns_none_for_empty_list(self):
        # returns None for an empty list; is that meant?
        self.assertIsNone(mean([]))

    def test_mean_returns_0_point_15_for_list_of_two(self):
        self.assertAlmostEqual(mean([0.1, 0.2]), 0.15000000000000002)

    def test_save_writes_file_for_hi(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        tmp_path = Path(folder.name)

        save(tmp_path / "a", "hi")

        self.assertEqual((tmp_path / "a").read_text(), "hi")

    def test_greet_prints_text_for_bob(self):
        with contextlib.redirect_stdout(io.StringIO()) as output:
            greet("Bob")

        self.assertEqual(output.getvalue(), "hello Bob\\n")

    def test_fetch_returns_4_for_2(self):
        self.assertEqual(asyncio.run(fetch(2)), 4)

    # Faked: the clock.
    @mock.patch("mod.clock", lambda: 1.5)
    def test_now_returns_1_point_5(self):
        self.assertEqual(now(), 1.5)


class TestStack(unittest.TestCase):
    def test_sets_items_for_list_of_two(self):
        self.assertEqual(Stack([1, 2]).items, [1, 2])

    def test_push_returns_itself_for_3(self):
        stack = Stack([1])

        result = stack.push(3)

        self.assertIs(result, stack)
        self.assertEqual(stack.items, [1, 3])
"""


def test_a_file_for_pytest():
    assert written(CASES).text == PYTEST


def test_a_file_for_unittest():
    assert written([CASES[0], *CASES[2:10]], framework="unittest").text == UNITTEST


def test_both_files_run_and_are_left_as_they_are_by_ruff(tmp_path):
    (tmp_path / "mod.py").write_text(MODULE)
    for name, text in (("test_p.py", PYTEST), ("test_u.py", UNITTEST)):
        (tmp_path / name).write_text(text)
    run = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(tmp_path)]
    bare = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    result = subprocess.run(run, capture_output=True, text=True, check=False, cwd=tmp_path, env=bare)
    assert "21 passed" in result.stdout, result.stdout
    for command in (["check", "--extend-select=I"], ["format", "--diff", "--line-length=88"]):
        ruff = [sys.executable, "-m", "ruff", *command, "--isolated", "test_p.py", "test_u.py"]
        result = subprocess.run(ruff, capture_output=True, text=True, check=False, cwd=tmp_path)
        assert result.returncode == 0, result.stdout


def test_unittest_leaves_out_what_needs_a_fixture_of_pytest():
    made = written([case("f", "f(db)", "result == 1", needs=["db"])], framework="unittest")
    assert made.tests == ()


def test_a_function_that_looks_like_a_test_is_imported_under_another_name():
    text = written([case("test_speed", "test_speed(1)", "result == 2")]).text
    assert "from mod import test_speed as _test_speed" in text
    assert "assert _test_speed(1) == 2" in text


@pytest.mark.parametrize(
    ("style", "expected"),
    [
        (
            "@pytest.mark.asyncio\nasync def test_a():\n    assert 1\n",
            "@pytest.mark.asyncio\nasync def test_f_returns_1():",
        ),
        (
            "@pytest.mark.anyio\nasync def test_a():\n    assert 1\n",
            "@pytest.mark.anyio\nasync def test_f_returns_1():",
        ),
    ],
)
def test_coroutines_run_by_the_plugin_of_the_project(style, expected):
    text = written(
        [case("f", "f()", "result == 1", is_async=True)], {"tests/test_x.py": f"import pytest\n\n{style}"}
    ).text
    assert expected in text
    assert "assert await f() == 1" in text


def test_more_than_a_call_in_a_loop_is_a_coroutine_of_its_own():
    made = case("f", "f(q)", "result == 1", is_async=True, arrange=["q = await make()"])
    assert written([made]).text.endswith(
        "    async def scenario():\n"
        "        q = await make()\n\n"
        "        assert await f(q) == 1\n\n"
        "    asyncio.run(scenario())\n"
    )


def test_a_constructor_does_not_say_what_class_it_makes():
    made = case("Box", "Box(1)", "type: isinstance(result, Box)", "attribute: result.size == 1")
    text = written([made], targets=target("Box", "constructor", size="")).text
    assert text.endswith("def test_box_sets_size_for_1():\n    assert Box(1).size == 1\n")


def test_none_is_not_asserted_beside_what_changed():
    made = case("fill", "fill(items)", "identity: result is None", "attribute: items == [1]", arrange=["items = []"])
    text = written([made]).text
    assert text.endswith(
        "_sets_items_for_empty_list():\n    items = []\n\n    fill(items)\n\n    assert items == [1]\n"
    )


def test_what_is_not_a_number_is_said_so():
    text = written([case("f", "f()", "result != result")]).text
    assert "import math" in text
    assert "assert math.isnan(result)" in text


@pytest.mark.parametrize(
    ("act", "value", "expected"),
    [
        ("'a' in box", True, 'assert "a" in box'),
        ("'a' in box", False, 'assert "a" not in box'),
        ("box == 1", True, "assert box == 1"),
        ("box == 1", False, "assert (box == 1) is False"),
        ("box.has(1)", True, "assert box.has(1) is True"),
    ],
)
def test_a_comparison_is_asserted_as_it_is(act, value, expected):
    text = written([case("Box", act, f"identity: result is {value}", arrange=["box = Box()"])]).text
    assert text.endswith(f"\n\n    {expected}\n")


STUB = "class Plain(Stream):\n    def close(self):\n        return None\n    def read(self):\n        return 'abc'"
HELPED = """\
class Plain(Stream):
    def close(self):
        return None

    def read(self):
        return "abc"


def test_f_returns_1_for_plain():
    assert f(Plain()) == 1
"""


def helped(*stubs, **more):
    imports = {"Stream": "from io import Stream"}
    return [case("f", "f(Plain())", "result == 1", arrange=[one], imports=imports, **more) for one in stubs]


def test_a_helper_stands_above_the_tests():
    assert written(helped(STUB)).text.endswith(f"from mod import f\n\n\n{HELPED}")
    assert written(helped(STUB, STUB)).text.count("class Plain") == 1


def test_a_helper_that_is_not_the_same_everywhere_stays_in_its_test():
    text = written(helped(STUB, STUB.replace("abc", "d"))).text
    assert text.count("    class Plain(Stream):\n        def close") == 2


def test_a_helper_comes_before_the_class_that_its_test_goes_to():
    existing = (
        "import unittest\n\n\nclass TestMod(unittest.TestCase):\n    def test_a(self):\n        self.assertTrue(1)\n"
    )
    text = written(helped(STUB), {"tests/test_mod.py": existing}).text
    assert text.index("class Plain") < text.index("class TestMod") < text.index("f(Plain())")


def test_a_page_of_representation_is_not_asserted():
    shown = f"equal: repr(result) == '{'x y ' * 60}'"
    assert "repr" not in written([case("f", "f()", "result.a == 1", shown)]).text
    assert "repr" in written([case("f", "f()", shown)]).text


def test_a_long_name_without_parameters_stays_on_its_line():
    long = "compute_the_total_of_all_orders_that_were_placed_by_customers_of_the_other_shop_in_the_last_year"
    place = replace(place_of({"mod.py": ""}), style=Style(line_length=60))
    text = rendered([case(long, f"{long}()", "result == 1")], place, {}).text
    compile(text, "test_mod.py", "exec")
    assert re.search(r"^def test_\w{50,}\(\):$", text, re.MULTILINE)
