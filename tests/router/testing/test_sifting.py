"""What does not fit is found by halving, within a number of tries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.router.backends.testing.sifting import is_python, sifted


@given(st.lists(st.integers(0, 5), max_size=40))
def test_what_fits_stays_in_its_order(items: list[int]) -> None:
    assert sifted(items, lambda some: 0 not in some, 200) == [item for item in items if item]


def test_with_too_few_tries_halves_go() -> None:
    tried: list[list[int]] = []

    def fits(some: list[int]) -> bool:
        tried.append(some)
        return 0 not in some

    assert sifted([0, 1, 2, 3], fits, 3) == []  # type: ignore[arg-type]
    assert tried == [[0, 1, 2, 3], [0, 1], [0]]
    assert sifted([1, 2, 3, 0], fits, 3) == [1, 2]  # type: ignore[arg-type]
    assert sifted([1, 2], fits, 0) == []  # type: ignore[arg-type]


@pytest.mark.parametrize("text", ["def f(:", "x = '\0'", "(" * 10_000])
def test_what_is_no_python_is_told_from_what_is(text: str) -> None:
    assert is_python("x = 1\n")
    assert not is_python(text)
