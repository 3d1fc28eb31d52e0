"""Merging nested `with` statements."""

import pytest
from refactoring_case import done, offered, same


def test_two_become_one():
    before = "with ¦a as b, c:  # one\n    # two\n    with d(b) as e:  # three\n        f()\n        # end\ng()\n"
    after = "with a as b, c, d(b) as e:  # one\n    # two\n    # three\n    f()\n    # end\ng()\n"
    assert done("merge-with", before) == after


def test_from_the_inner_one_and_with_tabs():
    before = "async def f():\n\tasync with a:\r\n\t\tasync ¦with b, c as d: e()\n"
    assert done("merge-with", before.replace("\r", "")) == "async def f():\n\tasync with a, b, c as d:\n\t\te()\n"


def test_they_are_entered_and_left_in_the_same_order():
    managers = """
        from contextlib import contextmanager
        @contextmanager
        def log(name):
            print("in", name)
            yield name
            print("out", name)
        with ¦log(1) as a:
            with log(a + 1) as b:
                print(a, b)
        """
    same("merge-with", managers)


@pytest.mark.parametrize(
    "source",
    [
        "with ¦a:\n    b()\n",
        "with ¦a:\n    with b:\n        c()\n    d()\n",
        "async def f():\n    with ¦a:\n        async with b:\n            c()\n",
        "with ¦(a, b):\n    with c:\n        d()\n",
        "with ¦a:\n    with (b):\n        d()\n",
        "with ¦a:\n    for b in c:\n        d()\n",
        "if a:\n    with ¦b:\n        d()\n",
        "with a:\n    with b:\n        d¦()\n",
    ],
)
def test_merging_is_not_offered(source):
    assert not offered("merge-with", source)
