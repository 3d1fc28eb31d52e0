"""Extract variable and extract constant: where they may, and where they may not."""

import pytest
from refactoring_case import done, offered, refused, same


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("print(1 + «2 * 3»)\n", "x = 2 * 3\nprint(1 + x)\n"),
        ("a = [0]\na[«len(a) - 1»] = 2\nprint(a)\n", "a = [0]\nx = len(a) - 1\na[x] = 2\nprint(a)\n"),
        ("a = 2\nprint(«a + 1»)\n", "a = 2\nx = a + 1\nprint(x)\n"),
        ("a = 2\nprint((«a + 1») * 2)\n", "a = 2\nx = a + 1\nprint(x * 2)\n"),
        ("if 1:\n    print(«len('a')»)\n", "if 1:\n    x = len('a')\n    print(x)\n"),
        ("if 1: print(«len('a')»)\n", "if 1: x = len('a'); print(x)\n"),
        ("a = 1; print(«a + 1»)\n", "a = 1; x = a + 1; print(x)\n"),
        ("print(«[1,\n  2]»)\n", "x = [1,\n  2]\nprint(x)\n"),
        ("print(1 +\n  «2 *\n  3»)\n", "x = (2 *\n  3)\nprint(1 +\n  x)\n"),
        ("a = 3\nprint(f'{«a + 1»:>{a}}')\n", "a = 3\nx = a + 1\nprint(f'{x:>{a}}')\n"),
        ("def f(a):\n\treturn «a * 2» + 1\nprint(f(1))\n", "def f(a):\n\tx = a * 2\n\treturn x + 1\nprint(f(1))\n"),
        (
            "def f(a):\r\n    return «a[0]»\r\nprint(f([1]))\r\n",
            "def f(a):\r\n    x = a[0]\r\n    return x\r\nprint(f([1]))\r\n",
        ),
        ("for i in «range(2)»:\n    print(i)\n", "x = range(2)\nfor i in x:\n    print(i)\n"),
        ("print([y for y in «range(3)»])\n", "x = range(3)\nprint([y for y in x])\n"),
        ("print(1 if «len('a') == 1» else 2)\n", "x = len('a') == 1\nprint(1 if x else 2)\n"),
        ("ä = 1\nprint('ö', «ä + 1»)\n", "ä = 1\nx = ä + 1\nprint('ö', x)\n"),
    ],
)
def test_an_expression_moves_to_the_front_of_its_statement(source, expected):
    assert same("extract-variable", source, name="x") == expected


@pytest.mark.parametrize(
    "source",
    [
        "a = None\nprint(a and «a.b»)\n",  # short circuit
        "a = None\nprint(1 if a is None else «a.b»)\n",
        "print([«i + 1» for i in range(3)])\n",
        "f = lambda i: «i + 1»\nprint(f(1))\n",
        "i = 0\nwhile «i + 1» < 3:\n    i += 1\nprint(i)\n",
        "a = 1\nif a:\n    pass\nelif «a.b»:\n    pass\n",
        "def f(): print('f')\ndef g(): print('g')\nprint(f(), «g()»)\n",  # order
        "x = [1]\ndef f():\n    x.append(2)\n    return 1\nprint(len(x), «f()»)\n",
        "def f():\n    global a\n    a = 2\n    return 3\na = 1\nprint(a, «f()»)\n",
        "class A:\n    x = «1 + len('')»\n",
        "def f(a, b):\n    assert a, «b.c»\n",
        "def f(a, b):\n    return a < b < «b.c»\n",
        "a = 1\nprint(f'{«a»+1=}', f'{«a + 1»=}')\n".replace("«a»", "a"),
        "def f(a, b):\n    return (b := 2) + «b * 2»\n",
        "a, b = [1], 0\nb, a[«b + 0»] = 1, 5\nprint(a)\n",
    ],
)
def test_what_would_be_evaluated_otherwise_is_refused(source):
    assert refused("extract-variable", source, name="new")


@pytest.mark.parametrize(
    "source",
    [
        "¦print(1 + 2)\n",
        "print(1 «+ 2»)\n",
        "def f(a: «int») -> None: ...\n",
        "import «os»\n",
        "match x:\n    case «1»: pass\n",
        "print('a' «'b'»)\n",
        '"""«doc»"""\n',
        "f(«a»)\n",
        "a«.b» = 1\n",
        "«a.b» = 1\n",
        "f(«k=1»)\n",
        "sum«(i for i in x)»\n",
        "for «i» in x: pass\n",
        "print(f'{1:«>3»}')\n",
    ],
)
def test_nothing_is_offered_for_what_is_no_expression_of_its_own(source):
    assert not offered("extract-variable", source)


def test_a_name_that_is_taken_is_refused_and_none_is_taken_by_itself():
    assert "name already" in refused("extract-variable", "a = 1\nprint(«a + 1»)\n", name="a")
    assert refused("extract-variable", "a = 1\nprint(«a + 1»)\n", name="class")
    assert done("extract-variable", "def f(value):\n    return «value + 1»\n").count("value_2") == 2


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("print(«a.get_user_name()»)\n", "user_name"),
        ("f(size=«1 + 1»)\n", "size"),
        ("print(«a.httpStatus»)\n", "http_status"),
        ("print(«row['city']»)\n", "city"),
        ("print(«a == b»)\n", "condition"),
    ],
)
def test_the_name_comes_from_the_code(source, name):
    bound = "def g(a, b, row, f):\n    " + source
    assert f"    {name} = " in done("extract-variable", bound)


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ("a = 2\nprint(«a * 2 == 4»)\nprint(a * 2 == 4)\n", 2),
        ("def f(p):\n    print(«p.q», p.q)\n    if p:\n        print(p.q)\n\nclass C: q = 1\nf(C)\n", 3),
        ("t = 'ab'\nprint(«len(t)»)\nfor i in range(len(t)):\n    print(len(t))\n", 3),
    ],
)
def test_repetitions_share_one_evaluation(source, count):
    assert same("extract-variable-all", source, name="new").count("new") == count + 1


@pytest.mark.parametrize(
    "source",
    [
        "a = 2\nprint(«a * 2 == 4»)\na = 3\nprint(a * 2 == 4)\n",
        "x = []\nprint(«len(x)»)\nx.append(1)\nprint(len(x))\n",
        "print(«[]»)\nprint([])\n",
        "def f(): return 1\nprint(«f()»)\nprint(f())\n",
        "def f(p):\n    for i in range(2):\n        print(«p.q»)\n        p.q = i\n        print(p.q)\n",
        "def f(a, b):\n    x = «a + b»\n    x += [1]\n    return a + b\n",
        "a = 1\ndef f():\n    global a\n    print(«a + 0», g(), a + 0)\ndef g():\n    global a\n    a = 2\n",
    ],
)
def test_repetitions_that_may_differ_are_refused(source):
    assert refused("extract-variable-all", source)


def test_one_occurrence_alone_is_no_matter_for_all():
    assert not offered("extract-variable-all", "a = 1\nprint(«a + 1»)\nf = lambda a: a + 1\n")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "import os\n\ndef f(a=«3»):\n    return a\nprint(f())\n",
            "import os\n\nX = 3\n\n\ndef f(a=X):\n    return a\nprint(f())\n",
        ),
        ("'''d'''\nprint(«'a'»)\n", "'''d'''\nX = 'a'\nprint(X)\n"),
        ("class A:\n    b = «-1»\nprint(A.b)\n", "X = -1\n\n\nclass A:\n    b = X\nprint(A.b)\n"),
        (
            "# about f\ndef f(): return «(1, 'a')»\nprint(f())\n",
            "X = (1, 'a')\n# about f\ndef f(): return X\nprint(f())\n",
        ),
    ],
)
def test_a_literal_becomes_a_constant_of_the_module(source, expected):
    assert same("extract-constant", source, name="X") == expected


def test_a_constant_may_stand_for_all_its_occurrences():
    text = same("extract-constant-all", "print(«60» + 1)\ndef f(): return 60, '60'\nprint(f())\n", name="MINUTE")
    assert text.count("MINUTE") == 3


@pytest.mark.parametrize(
    "source",
    [
        "a = 1\nprint(«a + 1»)\n",
        "print(«[1]»)\n",
        "match 1:\n    case «1»: pass\n",
        "x: Literal[«'a'»] = 'a'\n",
        "__all__ = [«'a'»]\na = 1\n",
        "print(«f'{1}'»)\n",
        "print(«1 / 0»)\n",
        "«'docstring'»\n",
        "print('a' «'b'»)\n",
        "print(f'{1:«2»}')\n",
        "LIMIT = «3»\n",
    ],
)
def test_no_constant_is_offered_for_what_is_none(source):
    assert not offered("extract-constant", source)


def test_a_constant_that_would_capture_a_name_is_refused():
    assert refused("extract-constant", "def f(X): return X + «3»\n", name="X")
