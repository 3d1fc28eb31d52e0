"""How strong the assertions of a test are."""

import pytest

from beast_lsp.guest.judge.assertions import assertions


def strength(body):
    return assertions(f"def test_it():\n    {body}\n")["test_it"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("assert f(1) == 3", 1.0),
        ("assert f(1) is True", 1.0),
        ("assert f(1) == pytest.approx(3)", 1.0),
        ("assert math.isclose(f(1), 3)", 1.0),
        ("self.assertEqual(f(1), 3)", 1.0),
        ("assert repr(f(1)) == 'x'", 0.9),
        ("with pytest.raises(KeyError, match='x'): f(1)", 0.9),
        ("assert result.name == 'x'", 0.8),
        ("mock.assert_called_with(1)", 0.8),
        ("with pytest.raises(KeyError): f(1)", 0.6),
        ("assert len(f(1)) == 3", 0.6),
        ("assert 3 in f(1)", 0.6),
        ("assert f(1) is None", 0.4),
        ("assert isinstance(f(1), int)", 0.4),
        ("assert type(f(1)) is int", 0.4),
        ("self.assertIsInstance(f(1), int)", 0.4),
        ("assert f(1)", 0.3),
        ("assert f(1) != 3", 0.3),
        ("self.assertTrue(f(1))", 0.3),
    ],
)
def test_strength_says_how_much_a_value_has_to_fit(body, expected):
    assert strength(body) == (1, expected)


def test_nothing_asserted_is_weak_and_not_nothing():
    assert strength("f(1)") == (0, 0.1)


def test_the_strongest_of_both_sides_counts_and_of_alternatives_the_weakest():
    assert strength("assert f(1) and g(1) == 2").strength == 1.0
    assert strength("assert f(1) or g(1) == 2").strength == 0.3


def test_a_helper_s_assertions_are_the_test_s_and_a_recursion_ends():
    check = "class T:\n    def check(self, x):\n        assert x == 1\n        self.check(x)\n"
    text = f"{check}    def test_a(self):\n        self.check(1)\n"
    assert assertions(text)["T::test_a"].strength == 1.0


def test_a_broken_file_has_none():
    assert assertions("def test_it(:\n") == {}
