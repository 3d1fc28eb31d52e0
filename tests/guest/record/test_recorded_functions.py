"""What is recorded of a function: its branches are found by what it compares with."""

import sys

import pytest
from record_case import cases_of, checks_of, events_of, shown

REACHED = {
    "a word": "def f(s): return 'hit' if s == 'open sesame' else 'miss'",
    "a number": "def f(n: int): return 'hit' if n == 48213 else 'miss'",
    "a boundary": "def f(n: int): return 'hit' if n > 4999 else 'miss'",
    "the start": "def f(s: str): return 'hit' if s.startswith('magnet:') else 'miss'",
    "the end": "def f(s: str): return 'hit' if s.endswith('.tar.zst') else 'miss'",
    "a part": "def f(s: str): return 'hit' if '=>' in s else 'miss'",
    "lower case": "def f(s: str): return 'hit' if s.lower() == 'quux' else 'miss'",
    "a length": "def f(s: str): return 'hit' if len(s) == 23 else 'miss'",
    "a key": "def f(options): return 'hit' if options.get('verbosity') else 'miss'",
    "a key that has to be there": "def f(options):\n    return 'hit' if options['kind'] == 'sphere' else 'miss'",
    "a member": "def f(s: str): return 'hit' if s in {'alpha-one', 'beta-two'} else 'miss'",
    "a table": "T = {'kg-m': 3}\ndef f(unit: str): return 'hit' if T.get(unit) else 'miss'",
    "a pattern": "import re\ndef f(s: str): return 'hit' if re.match(r'v\\d+\\.\\d+-rc$', s) else 'miss'",
    "a type": "def f(value): return 'hit' if isinstance(value, complex) else 'miss'",
    "a number in a text": "def f(s: str): return 'hit' if int(s) > 4 else 'miss'",
    "a date in a text": (
        "import datetime\n"
        "def f(s: str):\n"
        "    return 'hit' if datetime.datetime.strptime(s, '%d/%m/%Y').year else 'miss'"
    ),
    "an item of a list": "def f(items: list[str]): return 'hit' if 'needle' in items else 'miss'",
    "an attribute": "def f(thing): return 'hit' if thing.shape and thing.colour else 'miss'",
    "a choice": (
        "from typing import Literal\ndef f(mode: Literal['zip', 'tar']): return 'hit' if mode == 'tar' else 'miss'"
    ),
    "an enumeration": (
        "import enum\n"
        "class C(enum.Enum):\n    RED = 1\n    BLUE = 2\n"
        "def f(c: C): return 'hit' if c is C.BLUE else 'miss'"
    ),
}


@pytest.mark.parametrize("source", REACHED.values(), ids=REACHED)
def test_a_way_is_found_by_what_is_compared(source):
    assert "result == 'hit'" in checks_of(source, seconds=3.0)


@pytest.mark.skipif(sys.version_info < (3, 10), reason="Python 3.9 has no `match`.")
def test_the_cases_of_a_match_are_found():
    source = """
        def f(command: str):
            match command:
                case "launch":
                    return "hit"
            return "miss"
    """
    assert "result == 'hit'" in checks_of(source)


def test_a_plain_result_is_compared_with_what_it_is():
    case = cases_of("def double(n: int) -> int: return n * 2")[0]
    assert shown(case) == "double(3)\nresult == 6"
    assert case["imports"]["double"].endswith("import double")
    assert (case["needs"], case["fakes"], case["suspicion"], case["lines"]) == ([], [], "", [1])


def test_a_byte_order_mark_is_no_hindrance():
    assert "result == 5" in checks_of("\ufeffdef five(): return 5")


def test_an_error_on_purpose_is_recorded_with_its_message():
    source = """
        def check(n: int) -> int:
            if n < 0:
                raise ValueError("must not be negative")
            return n
    """
    raised = [case["raises"] for case in cases_of(source) if case["raises"]]
    assert {"type": "ValueError", "message": "must not be negative"} in raised


def test_what_a_call_with_nonsense_raises_is_not_recorded():
    source = "def shout(text): return text.upper() + '!'"
    assert [case["raises"] for case in cases_of(source) if case["raises"]] == []


def test_a_boundary_is_met_from_each_side():
    source = "def f(n: int): return 'big' if n >= 1000 else 'small'"
    acts = {case["act"] for case in cases_of(source)}
    assert {"f(1000)", "f(999)"} <= acts


def test_calls_are_made_simpler():
    source = """
        def f(text: str, flag: bool = False, other: int = 0):
            if "#" in text:
                return "hit"
            return "miss"
    """
    acts = [case["act"] for case in cases_of(source) if any("'hit'" in check["text"] for check in case["checks"])]
    assert acts
    assert all(len(act) < 25 and "other" not in act for act in acts)


def test_none_where_something_else_is_promised_is_marked():
    source = """
        def first(items: list[int]) -> int:
            if items:
                return items[0]
    """
    suspicions = {case["suspicion"] for case in cases_of(source)}
    assert "returns None for items=[]; is that meant?" in suspicions
    assert "" in suspicions


def test_a_low_error_for_what_fits_the_annotations_is_marked():
    source = "def mean(values: list[int]) -> float: return sum(values) / len(values)"
    assert any("ZeroDivisionError" in case["suspicion"] for case in cases_of(source))


def test_none_where_it_is_promised_is_not_marked():
    assert {case["suspicion"] for case in cases_of("def f(n: int) -> int | None: return None")} == {""}


def test_a_changed_argument_is_asserted():
    case = cases_of("def add(items: list[int], n: int) -> None: items.append(n)")[0]
    assert shown(case) == "items = [1]\nadd(items, 3)\nresult is None\nitems == [1, 3]"


def test_a_module_that_fails_is_told():
    events = events_of("raise RuntimeError('no')")
    assert [(event["event"], event["text"]) for event in events] == [("failed", "RuntimeError: no")]


def test_a_module_that_ends_the_process_is_told():
    assert events_of("import sys\nsys.exit(3)")[0]["event"] == "failed"


def test_targets_to_skip_are_left_alone():
    source = "def f(n: int): return n\ndef g(n: int): return n"
    assert {case["target"] for case in cases_of(source, skip=["f"])} == {"g"}


def test_each_target_is_announced_and_progress_is_told():
    events = events_of("def f(n: int): return n\ndef g(n: int): return n")
    assert [event["target"] for event in events if event["event"] == "started"] == ["f", "g"]
    progress = [event for event in events if event["event"] == "progress"]
    assert [(each["done"], each["total"]) for each in progress] == [(1, 2), (2, 2)]
    assert events[-1]["event"] == "done"


def test_a_private_function_is_called_directly_only_for_what_public_ones_leave_open():
    source = """
        def _half(n: int): return n / 2
        def _guarded(n: int):
            if n > 10 ** 9:
                raise ValueError("too large")
            return n
        def f(n: int): return _half(n) + _guarded(3)
    """
    assert {case["target"] for case in cases_of(source)} == {"f", "_guarded"}
