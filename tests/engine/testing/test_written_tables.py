"""Cases that differ in values only become one test with a table; others stay apart."""

import pytest
from written_case import case, raising, target, written


def rows(*values):
    return [case("twice", f"twice({value!r})", f"result == {value * 2!r}") for value in values]


TABLE = """\
import pytest

from mod import twice


@pytest.mark.parametrize(
    ("value1", "expected"),
    [
        (1, 2),
        ("a", "aa"),
        (0, 0),
    ],
)
def test_twice_by_value1(value1, expected):
    assert twice(value1) == expected
"""


def test_three_cases_that_differ_in_values_are_a_table():
    made = written(rows(1, "a", 0))
    assert made.text == TABLE
    assert made.tests == (("test_twice_by_value1", 0), ("test_twice_by_value1", 1), ("test_twice_by_value1", 2))


def test_columns_are_called_as_the_parameters_are():
    text = written(rows(1, 2, 3), targets=target("twice", text="")).text
    assert 'parametrize(\n    ("text", "expected"),' in text


@pytest.mark.parametrize(
    "cases",
    [
        rows(1, 2),
        [*rows(1, 2), case("half", "half(4)", "result == 2")],
        [*rows(1, 2), raising("twice", "twice(None)", "TypeError")],
        [*rows(1, 2), case("twice", "twice(3)", "result == 6", "type: isinstance(result, int)")],
        [*rows(1, 2), case("twice", "twice(3)", "result == 6", suspicion="is that meant?")],
        [*rows(1, 2), case("twice", "twice(n)", "result == 6", arrange=["n = 3"])],
        [*rows(1, 2), case("twice", "twice(*[3])", "result == 6")],
    ],
)
def test_what_differs_in_more_stays_apart(cases):
    assert "parametrize" not in written(cases).text


def test_without_tables_every_case_is_a_test():
    made = written(rows(1, 2, 3), has_tables=False)
    assert [index for _, index in made.tests] == [0, 1, 2]
    assert made.text.count("def test_") == 3


def test_rows_that_nobody_can_read_have_words():
    text = written(rows([], [1], [[1]])).text
    assert 'pytest.param([], [], id="empty list"),' in text
    assert 'id="nested list"' in text


def test_messages_are_a_column():
    text = written([raising("f", f"f({n})", "ValueError", f"no {n}") for n in "123"]).text
    assert '("value1", "message"),' in text
    assert '(1, "no 1"),' in text
    assert "pytest.raises(ValueError, match=message):" in text


SUB_TESTS = """\
class TestMod(unittest.TestCase):
    def test_f_raises_value_error(self):
        for value1 in [
            1,
            2,
            3,
        ]:
            with self.subTest(value1=value1), self.assertRaises(ValueError):
                f(value1)
"""


def test_unittest_has_sub_tests():
    text = written([raising("f", f"f({n})", "ValueError") for n in "123"], framework="unittest").text
    assert text.endswith(SUB_TESTS)
