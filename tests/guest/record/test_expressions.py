"""An expression for a value is equal to it where the test runs; what varies has none."""

import math
import re
import sys
from collections import Counter, OrderedDict, defaultdict, deque
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.guest.record.names import Names, used_names
from beast_lsp.guest.record.oracles.expressions import Expressions

NAMES = Names(sys.modules[__name__], {})
EXPRESSIONS = Expressions(NAMES)
LEAVES = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8) | st.binary(max_size=8)
)
KEYS = st.integers() | st.text(max_size=4)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.tuples(inner, inner)
        | st.dictionaries(KEYS, inner, max_size=3)
        | st.frozensets(KEYS, max_size=3)
    ),
    max_leaves=8,
)


def evaluated(text):
    return eval(text, dict(NAMES.objects(used_names(text))))


@given(VALUES)
def test_plain_values_come_back(value):
    text = EXPRESSIONS.of(value)
    if text is not None:
        assert evaluated(text) == value


@pytest.mark.parametrize(
    "value",
    [
        datetime(2024, 1, 2, 3, 4),
        date(2024, 1, 2),
        Decimal("1.50"),
        Fraction(1, 3),
        Path("a/b"),
        OrderedDict(a=1),
        Counter("aab"),
        defaultdict(list, {"a": [1]}),
        deque([1, 2]),
        re.compile("a+"),
        math.inf,
        len,
        Path,
    ],
    ids=repr,
)
def test_values_of_the_library_come_back_with_their_imports(value):
    text = EXPRESSIONS.of(value)
    assert text is not None
    back = evaluated(text)
    assert (back, type(back)) == (value, type(value))


class Opaque:
    pass


@pytest.mark.parametrize(
    "value",
    [object(), Opaque(), float("nan"), repr(object()), [object()], lambda: 1, iter([])],
    ids=["object", "opaque", "nan", "address", "list", "lambda", "iterator"],
)
def test_what_varies_or_has_no_name_has_no_expression(value):
    assert EXPRESSIONS.of(value) is None


def test_the_tests_own_folder_is_named():
    assert EXPRESSIONS.of(Path("/x/case1/a/b"), "/x/case1") == "tmp_path / 'a/b'"
    assert EXPRESSIONS.of("/x/case1/a", "/x/case1") == "str(tmp_path / 'a')"
    assert EXPRESSIONS.of(Path("/x/case10/a"), "/x/case1") == "Path('/x/case10/a')"
