"""What comes from a child process is looked at before it is used."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.guest.wire import Case, Judgement, Parameter
from beast_lsp.router.backends.testing.shape import fits

CASE: dict[str, Any] = {
    "target": "f",
    "arrange": [],
    "act": "f(1)",
    "is_async": False,
    "checks": [{"kind": "equal", "text": "result == 1"}],
    "raises": None,
    "imports": {"f": "from a import f"},
    "needs": [],
    "fakes": [],
    "given": {},
    "suspicion": "",
    "lines": [1, 2],
    "arcs": [[1, 2]],
}


def test_a_case_as_the_recorder_sends_it_fits() -> None:
    assert fits(CASE, Case)
    assert fits({**CASE, "raises": {"type": "ValueError", "message": ""}, "of a later version": 1}, Case)


@pytest.mark.parametrize(
    "wrong",
    [
        {"target": None},
        {"arrange": "x = 1"},
        {"checks": [{"kind": "equal"}]},
        {"raises": {"type": "ValueError"}},
        {"imports": {"f": 1}},
        {"lines": ["1"]},
        {"lines": [True]},
        {"arcs": [[1]]},
        {"arcs": [[1, "2"]]},
        {"is_async": 1},
    ],
)
def test_a_case_of_another_shape_does_not(wrong: dict[str, Any]) -> None:
    assert not fits({**CASE, **wrong}, Case)


def test_what_is_missing_or_of_no_known_kind_does_not() -> None:
    assert not fits({key: value for key, value in CASE.items() if key != "act"}, Case)
    plain = {"name": "x", "annotation": "", "default": "", "seeds": []}
    assert fits({**plain, "kind": "plain"}, Parameter)
    assert not fits({**plain, "kind": "another"}, Parameter)


def test_whole_numbers_are_seconds_too() -> None:
    verdict = {"name": "t", "outcome": "passed", "message": "", "lines": [], "arcs": [], "kills": [], "assertions": 1}
    judgement = {"mutants": [], "lines": [], "arcs": [], "problem": ""}
    assert fits({**judgement, "tests": [{**verdict, "seconds": 1, "strength": 0.5}]}, Judgement)
    assert not fits({**judgement, "tests": [{**verdict, "seconds": "1", "strength": 0.5}]}, Judgement)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(), lambda x: st.lists(x) | st.dictionaries(st.text(), x)
    )
)
def test_nothing_that_json_holds_breaks_it(value: Any) -> None:
    assert fits(value, Case) is False
