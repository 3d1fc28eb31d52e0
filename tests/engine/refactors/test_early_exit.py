"""Guard clauses, and an `else` behind a branch that leaves."""

import pytest
from refactoring_case import done, offered, plain, same


def test_the_last_if_of_a_function_becomes_a_guard():
    before = """
        def f(a):
            b()
            if ¦a:  # why
                # first
                c()

                d()
                # last
        e()
        """
    after = """
        def f(a):
            b()
            if not a:  # why
                return
            # first
            c()

            d()
            # last
        e()
        """
    assert done("guard-clause", before) == plain(after)


@pytest.mark.parametrize("head", ["for x in y:", "while y:"])
def test_the_last_if_of_a_loop_goes_on_with_the_next_round(head):
    after = done("guard-clause", f"{head}\n    if ¦x is None:\n        a()\n        b()\n")
    assert after == f"{head}\n    if x is not None:\n        continue\n    a()\n    b()\n"


def test_a_suite_in_the_same_line_gets_lines_of_its_own():
    assert done("guard-clause", "def f():\n\tif ¦a: b(); c()\n") == "def f():\n\tif not a:\n\t\treturn\n\tb(); c()\n"


def test_an_else_that_leaves_is_the_guard():
    before = """
        for x in y:
            if ¦x:
                a()
            # bad
            else:  # very
                # so
                raise E(x)
            b()
        """
    after = """
        for x in y:
            if not x:
                # bad
                # very
                # so
                raise E(x)
            a()
            b()
        """
    assert done("guard-clause", before) == plain(after)


def test_an_else_in_one_line_is_the_guard():
    assert done("guard-clause", "if ¦x:\n    a()\nelse: raise E\n") == "if not x:\n    raise E\na()\n"


def test_the_line_ends_stay():
    assert done("guard-clause", "def f():\r\n  if ¦a:\r\n    b()") == "def f():\r\n  if not a:\r\n    return\r\n  b()"


@pytest.mark.parametrize("kind", ["def", "async def"])
def test_generators_and_coroutines_may_return(kind):
    assert "        return\n" in done("guard-clause", f"{kind} f():\n    if ¦a:\n        yield 1\n        b()\n")


def test_a_guard_behaves_the_same():
    source = "def f(x):\n    if ¦x > 1:\n        print(x)\n        x = f(x - 1)\n        return x\n"
    assert not offered("guard-clause", source)
    source = "def f(x):\n    if ¦x > 1:\n        print(x)\n        f(x - 1)\nfor x in range(4):\n    print(f(x))\n"
    same("guard-clause", source)
    loop = "for x in range(5):\n    if ¦x % 2:\n        print(x)\nelse:\n    print('else')\n"
    same("guard-clause", loop)


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    b()\n",
        "class A:\n    if ¦a:\n        b = 1\n",
        "def f():\n    if ¦a:\n        b()\n    c()\n",
        "def f():\n    if ¦a:\n        b()\n    else:\n        c()\n",
        "def f():\n    if ¦a:\n        b()\n    elif c:\n        return\n",
        "def f():\n    with a:\n        if ¦a:\n            b()\n",
        "def f():\n    try:\n        if ¦a:\n            b()\n    finally:\n        c()\n",
        "def f():\n    for x in a:\n        b()\n    else:\n        if ¦a:\n            b()\n",
        "def f():\n    if a:\n        ¦b()\n",
        "def f():\n    if ¦a:\n        return 1\n",
        "if ¦a:\n    return 1\nelse:\n    return 2\n",
    ],
)
def test_a_guard_is_not_offered(source):
    assert not offered("guard-clause", source)


def test_an_else_behind_branches_that_leave_goes():
    before = '''
        def f(a):
            if ¦a:
                return 1
            elif b:
                raise E
            # or else
            else:  # so
                # c
                c()
                return """
          x"""
        '''
    after = '''
        def f(a):
            if a:
                return 1
            elif b:
                raise E
            # or else
            # so
            # c
            c()
            return """
          x"""
        '''
    assert done("remove-else", before) == plain(after)


def test_an_else_in_one_line_goes():
    assert done("remove-else", "for x in y:\n    if ¦x: break\n    else: a(); b()\n") == (
        "for x in y:\n    if x: break\n    a(); b()\n"
    )


def test_an_elif_behind_a_branch_that_leaves_is_an_if():
    before = "for x in y:\n    if x:\n        continue\n    el¦if z:\n        a()\n    else:\n        b()\n"
    assert done("remove-else", before) == before.replace("el¦if", "if")


def test_nested_branches_leave_as_well():
    inner = "        if b:\n            return 1\n        else:\n            return 2\n"
    before = f"def f():\n    if ¦a:\n{inner}    else:\n        c()\n"
    assert done("remove-else", before) == f"def f():\n    if a:\n{inner}    c()\n"


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    b()\nelse:\n    c()\n",
        "def f():\n    if ¦a:\n        return\n    elif b:\n        c()\n    else:\n        d()\n",
        "def f():\n    if ¦a:\n        with b:\n            return\n    else:\n        d()\n",
        "def f():\n    if ¦a:\n        if b:\n            return 1\n    else:\n        d()\n",
        "def f():\n    if ¦a:\n        while True:\n            break\n    else:\n        d()\n",
        "def f():\n    for a in b:\n        return\n    el¦se:\n        d()\n",
        "def f():\n    try:\n        return\n    except E:\n        d()\n    el¦se:\n        d()\n",
        "def f():\n    if ¦a:\n        return\n    b()\n",
        "def f():\n    if ¦a:\n        def g():\n            return\n    else:\n        b()\n",
    ],
)
def test_removing_the_else_is_not_offered(source):
    assert not offered("remove-else", source)
