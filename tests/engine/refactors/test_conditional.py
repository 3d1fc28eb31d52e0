"""A statement that chooses a value, and the expression that does."""

import pytest
from refactoring_case import done, offered, same

PAIRS = [
    ("if ¦a:\n    x = 1\nelse:\n    x = 2\n", "x = 1 if a else 2\n"),
    ("if ¦a:\n    o.x[0] = 1\nelse:\n    o.x[0] = 2\n", "o.x[0] = 1 if a else 2\n"),
    ("def f():\n\tif ¦a:\n\t\treturn 1\n\telse:\n\t\treturn g(2)\n", "def f():\n\treturn 1 if a else g(2)\n"),
    ("if ¦a:\r\n    x = 1\r\nelse:\r\n    x = 2\r\n", "x = 1 if a else 2\r\n"),
    ("if ¦a and b:\n    x, y = f()\nelse:\n    x, y = c\n", "x, y = f() if a and b else c\n"),
]


@pytest.mark.parametrize(("statement", "expression"), PAIRS)
def test_there_and_back(statement, expression):
    assert done("if-to-conditional", statement) == expression
    marked = expression.replace(" if ", " ¦if ")
    assert done("conditional-to-if", marked) == statement.replace("¦", "")


@pytest.mark.parametrize(
    ("branches", "value"),
    [
        (("1, 2", "3"), "(1, 2) if a else 3"),
        (("1", "2, 3"), "1 if a else (2, 3)"),
        (("b if c else d", "e"), "(b if c else d) if a else e"),
        (("e", "b if c else d"), "e if a else b if c else d"),
        (("lambda: 1", "lambda: 2"), "(lambda: 1) if a else lambda: 2"),
        (("(yield 1)", "2"), "(yield 1) if a else 2"),
        (("yield 1", "2"), "(yield 1) if a else 2"),
        (("b or c", "d and e"), "b or c if a else d and e"),
    ],
)
def test_values_get_the_parentheses_that_they_need(branches, value):
    first, second = branches
    source = f"def f():\n    if ¦a:\n        x = {first}\n    else:\n        x = {second}\n"
    assert done("if-to-conditional", source) == f"def f():\n    x = {value}\n"


def test_a_return_behind_the_if_is_its_else():
    source = "def f():\n    if ¦a:  # why\n        return 1\n    # else\n    return 2  # so\n"
    wanted = "def f():\n    # why\n    # else\n    # so\n    return 1 if a else 2\n"
    assert done("if-to-conditional", source) == wanted


def test_comments_of_the_branches_stand_above():
    source = "if ¦a:\n    # one\n    x = f(  # in\n        1)\nelse:  # two\n    x = 2\n"
    assert done("if-to-conditional", source) == "# one\n# two\nx = f(  # in\n        1) if a else 2\n"


def test_an_expression_over_several_lines_is_held_together():
    source = "x = (\n    ¦a  # why\n    + b\n    if c\n    else d\n)  # end\n"
    # The remark within the first value stays where it is.
    assert done("conditional-to-if", source) == "# end\nif c:\n    x = (a  # why\n    + b)\nelse:\n    x = d\n"


def test_the_condition_is_evaluated_before_the_target():
    log = "def log(x):\n    print(x)\n    return x\nd = {}\n"
    same("if-to-conditional", f"{log}if ¦log(0):\n    d[log(1)] = log(2)\nelse:\n    d[log(1)] = log(3)\nprint(d)\n")
    same("conditional-to-if", f"{log}d[log(1)] = log(2) ¦if log(0) else log(3)\nprint(d)\n")


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    x = 1\nelse:\n    y = 2\n",
        "if ¦a:\n    x = 1\n",
        "if ¦a:\n    x += 1\nelse:\n    x += 2\n",
        "if ¦a:\n    x: int = 1\nelse:\n    x = 2\n",
        "if ¦a:\n    x = y = 1\nelse:\n    x = y = 2\n",
        "if ¦a:\n    x = 1\n    b()\nelse:\n    x = 2\n",
        "if ¦a:\n    x = 1\nelif b:\n    x = 2\nelse:\n    x = 3\n",
        "if ¦a:\n    f(1)\nelse:\n    f(2)\n",
        "def f():\n    if ¦a:\n        return\n    else:\n        return 1\n",
        "def f():\n    if ¦a:\n        x = 1\n    return 1\n",
        "if ¦a:\n    o.x = 1\nelse:\n    o.y = 1\n",
    ],
)
def test_an_expression_is_not_offered(source):
    assert not offered("if-to-conditional", source)


@pytest.mark.parametrize(
    "source",
    [
        "x = f(a ¦if b else c)\n",
        "x += a ¦if b else c\n",
        "x = y = a ¦if b else c\n",
        "x: int = a ¦if b else c\n",
        "x = a ¦if b else c; y()\n",
        "if z: x = a ¦if b else c\n",
        "f(a) ¦if b else c\n",
        "x = [a ¦if b else c]\n",
        "x = lambda: a ¦if b else c\n",
    ],
)
def test_a_statement_is_not_offered(source):
    assert not offered("conditional-to-if", source)
