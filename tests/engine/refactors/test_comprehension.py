"""Loops that fill a collection, and comprehensions: there and back, and where the two differ."""

import pytest
from refactoring_case import done, offered, plain, refused, same

PAIRS = [
    ("a = []\n¦for x in y:\n    a.append(x)\n", "a = [x for x in y]\n"),
    ("a = set()\n¦for x in y:\n    a.add(f(x))\n", "a = {f(x) for x in y}\n"),
    ("a = {}\n¦for x in y:\n    a[x] = f(x)\n", "a = {x: f(x) for x in y}\n"),
    ("a: list[int] = []\n¦for x in y:\n    if x:\n        a.append(x)\n", "a: list[int] = [x for x in y if x]\n"),
    (
        "a = []\n¦for x, (y, z) in b:\n\tfor w in x:\n\t\ta.append(w + y)\n",
        "a = [w + y for x, (y, z) in b for w in x]\n",
    ),
    ("a = []\r\n¦for x in y:\r\n    a.append(x)\r\n", "a = [x for x in y]\r\n"),
    (
        "async def f():\n    a = []\n    ¦async for x in y:\n        if await g(x):\n            a.append(await x)\n",
        "async def f():\n    a = [await x async for x in y if await g(x)]\n",
    ),
    ("a = []\n¦for x in y:\n    if x:\n        if z:\n            a.append(x)\n", "a = [x for x in y if x if z]\n"),
]


@pytest.mark.parametrize(("loop", "comprehension"), PAIRS)
def test_there_and_back(loop, comprehension):
    assert done("loop-to-comprehension", loop) == comprehension
    back = done("comprehension-to-loop", comprehension.replace(" = ", " = ¦"))
    assert back.replace("\t", "    ") == loop.replace("¦", "").replace("\t", "    ")


@pytest.mark.parametrize(
    ("body", "comprehension"),
    [
        ("if x: continue\n    a.append(x)", "[x for x in y if not x]"),
        ("if x is None:\n        continue\n    if z: a.append(x)", "[x for x in y if x is not None if z]"),
        ("a.append(b if x else c)", "[b if x else c for x in y]"),
        ("a.append((x, 1))", "[(x, 1) for x in y]"),
        ("a.append(b := x)", "[(b := x) for x in y]"),
        ("if x if b else c: a.append(x)", "[x for x in y if (x if b else c)]"),
        ("a.append(any(z in x for z in b))", "[any(z in x for z in b) for x in y]"),
        ("a.append(x); ", "[x for x in y]"),
    ],
)
def test_bodies(body, comprehension):
    assert done("loop-to-comprehension", f"a = []\n¦for x in y:\n    {body}\n") == f"a = {comprehension}\n"


def test_iterables_get_parentheses():
    assert done("loop-to-comprehension", "a = []\n¦for x in 1, 2:\n    a.append(x)\n") == "a = [x for x in (1, 2)]\n"
    source = "a = []\n¦for x in b if c else d:\n    a.append(x)\n"
    assert done("loop-to-comprehension", source) == "a = [x for x in (b if c else d)]\n"


def test_comments_stay():
    before = """
        a = []  # made
        # filled
        ¦for x in y:  # why
            # each
            a.append(f(  # in
                x))  # end
        b()
        """
    after = """
        # made
        # filled
        # why
        # each
        # end
        a = [f(  # in
                x) for x in y]
        b()
        """
    assert done("loop-to-comprehension", before) == plain(after)


@pytest.mark.parametrize(
    "mark", ["¦a = []\nfor x in y:\n    a.append(x)\n", "«a = []\nfor x in y:\n    a.append(x)\n»"]
)
def test_the_cursor_may_stand_in_the_first_statement_or_both_be_selected(mark):
    assert done("loop-to-comprehension", mark) == "a = [x for x in y]\n"


def test_a_variable_that_other_loops_use_as_well_is_no_hindrance():
    source = """
        def f(y):
            for x in y:
                print(x)
            a = []
            ¦for x in y:
                a.append(x * 2)
            for x in a:
                print(x)
            x = 1
            return a, x
        print(f([1, 2]))
        """
    assert "    a = [x * 2 for x in y]\n" in same("loop-to-comprehension", source)


def test_a_parameter_of_the_same_name_keeps_its_value_for_the_iterable():
    source = "def f(x):\n    a = []\n    ¦for x in x:\n        a.append(x)\n    return a\nprint(f('ab'))\n"
    assert "a = [x for x in x]" in same("loop-to-comprehension", source)


@pytest.mark.parametrize(
    ("after", "name"),
    [
        ("print(x)", "x"),
        ("for y in b:\n    print(x)\n", "x"),
        ("if b:\n    x = 1\nprint(x)\n", "x"),
        ("def g():\n    return x\n", "x"),
        ("del x\n", "x"),
        ("x += 1\n", "x"),
        ("for x in x:\n    pass\n", "x"),
        ("for x in b:\n    pass\nelse:\n    print(x)\n", "x"),
    ],
)
def test_a_loop_variable_that_is_read_later_stays(after, name):
    reason = refused("loop-to-comprehension", f"a = []\n¦for x in y:\n    a.append(x)\n{after}")
    assert f"`{name}` may be read after the loop" in reason


def test_a_loop_around_may_read_the_variable_earlier_in_its_next_round():
    source = "def f():\n    x = 0\n    while x < 3:\n        a = []\n        ¦for x in y:\n            a.append(x)\n"
    assert "may be read after" in refused("loop-to-comprehension", source)
    again = (
        "def f():\n    for x in z:\n        print(x)\n        a = []\n        ¦for x in y:\n            a.append(x)\n"
    )
    assert "a = [x for x in y]" in done("loop-to-comprehension", again)


def test_another_file_may_read_the_variable():
    source, other = "a = []\n¦for x in y:\n    a.append(x)\n", "from main import x\nprint(x)\n"
    assert refused("loop-to-comprehension", source, {"other.py": other})


@pytest.mark.parametrize(
    "source",
    [
        "a = []\n¦for x in y:\n    a.append(len(a))\n",
        "a = []\n¦for x in y:\n    if x not in a:\n        a.append(x)\n",
        "a = []\n¦for x in a:\n    a.append(x)\n",
        "a = {}\n¦for x in y:\n    a[x] = a\n",
    ],
)
def test_a_loop_may_not_look_at_what_it_fills(source):
    assert "looks at `a`" in refused("loop-to-comprehension", source)


@pytest.mark.parametrize(
    "source",
    [
        "a = []\ndef f(x):\n    return len(a)\na = []\n¦for x in y:\n    a.append(f(x))\n",
        "def f():\n    g = lambda: len(a)\n    a = []\n    ¦for x in y:\n        a.append(g())\n",
        "def f():\n    global a\n    a = []\n    ¦for x in y:\n        a.append(g())\n",
        "try:\n    a = []\n    ¦for x in y:\n        a.append(int(x))\nexcept ValueError:\n    print(a)\n",
        "try:\n    a = []\n    ¦for x in y:\n        a.append(int(x))\nexcept ValueError:\n    pass\nprint(a)\n",
        "try:\n    a = []\n    ¦for x in y:\n        a.append(int(x))\nfinally:\n    print(a)\n",
        "with suppress(E):\n    a = []\n    ¦for x in y:\n        a.append(int(x))\nprint(a)\n",
    ],
)
def test_nobody_may_see_the_collection_half_full(source):
    assert "before it is complete" in refused("loop-to-comprehension", source)


@pytest.mark.parametrize(
    "source",
    [
        "try:\n    a = []\n    ¦for x in y:\n        a.append(int(x))\n    print(a)\nexcept ValueError:\n    pass\n",
        "def f():\n  try:\n    a = []\n    ¦for x in y:\n      a.append(x)\n  except E:\n    return 1\n  return a\n",
        "with open(b) as y:\n    a = []\n    ¦for x in y:\n        a.append(x)\nprint(a)\n",
    ],
)
def test_errors_that_leave_or_are_not_caught_show_nothing(source):
    assert "a = [" in done("loop-to-comprehension", source)


def test_the_order_of_key_and_value_matters():
    source = "def f(x):\n    print(x)\n    return x\na = {}\n¦for x in 'ab':\n    a[f(x)] = f(x + '!')\nprint(a)\n"
    assert "evaluates the value first" in refused("loop-to-comprehension", source)
    back = "def f(x):\n    return x\na = ¦{f(x): f(x) for x in y}\n"
    assert "evaluates the value first" in refused("comprehension-to-loop", back)


def test_a_key_that_the_value_may_change_is_not_fixed():
    source = """
        n = 0
        def count():
            global n
            n += 1
            return n
        a = {}
        ¦for x in 'ab':
            a[n] = count()
        print(a)
        """
    assert "evaluates the value first" in refused("loop-to-comprehension", source)


@pytest.mark.parametrize(
    "element", ["lambda: x", "(x for _ in y)", "sorted(y, key=lambda z: z * x)", "map(lambda z: x, y)"]
)
def test_what_keeps_the_variable_would_see_another_value(element):
    assert "keeps `x`" in refused("loop-to-comprehension", f"a = []\n¦for x in y:\n    a.append({element})\n")
    assert "keeps `x`" in refused("comprehension-to-loop", f"a = ¦[{element} for x in y]\n")


def test_a_class_body_is_another_world():
    assert "class" in refused("loop-to-comprehension", "class A:\n    a = []\n    ¦for x in y:\n        a.append(x)\n")
    assert "class" in refused("comprehension-to-loop", "class A:\n    a = ¦[x for x in y]\n")


@pytest.mark.parametrize(
    ("element", "why"),
    [("locals()", "locals"), ("eval('x')", "locals"), ("super().g(x)", "super"), ("(yield x)", "yield")],
)
def test_what_looks_at_its_scope_is_refused(element, why):
    source = f"class A:\n    def f(self):\n        a = []\n        ¦for x in y:\n            a.append({element})\n"
    assert why in refused("loop-to-comprehension", source)


def test_a_variable_of_the_whole_module_is_no_loop_variable():
    source = "def f():\n    global x\n    a = []\n    ¦for x in y:\n        a.append(x)\n"
    assert refused("loop-to-comprehension", source)


@pytest.mark.parametrize(
    "source",
    [
        "a = [1]\n¦for x in y:\n    a.append(x)\n",
        "a = []\nb()\n¦for x in y:\n    a.append(x)\n",
        "a = []\n¦for x in y:\n    a.append(x)\n    b()\n",
        "a = []\n¦for x in y:\n    a.append(x)\nelse:\n    b()\n",
        "a = []\n¦for x in y:\n    if x:\n        a.append(x)\n    else:\n        b()\n",
        "a = []\n¦for x in y:\n    if x:\n        break\n    a.append(x)\n",
        "a = []\n¦for x in y:\n    a.insert(0, x)\n",
        "a = []\n¦for x in y:\n    a.append(*x)\n",
        "a = set()\n¦for x in y:\n    a.append(x)\n",
        "a = {}\n¦for x in y:\n    a.b[x] = x\n",
        "a = {}\n¦for x in y:\n    a[x] += x\n",
        "a = {}\n¦for x in y:\n    a[x:] = x\n",
        "self.a = []\n¦for x in y:\n    self.a.append(x)\n",
        "from m import list\na = list()\n¦for x in y:\n    a.append(x)\n",
        "a = b = []\n¦for x in y:\n    a.append(x)\n",
        "a = []\nfor x in y:\n    a.app¦end(x)\n",
        "a = []\n¦while x:\n    a.append(x)\n",
    ],
)
def test_a_comprehension_is_not_offered(source):
    assert not offered("loop-to-comprehension", source)


def test_a_loop_variable_that_is_given_other_values_is_refused():
    assert "`:=`" in refused("loop-to-comprehension", "a = []\n¦for x in y:\n    if (x := f(x)): a.append(x)\n")


def test_a_name_that_only_the_loop_binds_would_mean_another_one():
    source = "x = [1]\ndef f():\n    a = []\n    ¦for x in x:\n        a.append(x)\n    return a\nprint(f())\n"
    assert "nothing would bind `x`" in refused("loop-to-comprehension", source)


def test_a_target_that_is_no_variable_is_refused():
    assert "no plain variable" in refused("loop-to-comprehension", "a = []\n¦for o.x in y:\n    a.append(1)\n")


def test_a_returned_comprehension_gets_a_name():
    before = "def f(y, result):\n    # all\n    return [  # new\n        ¦x for x in y\n        if x\n    ]  # end\n"
    after = "        result1.append(x)\n    return result1\n"
    text = done("comprehension-to-loop", before)
    assert text == (
        "def f(y, result):\n    # all\n    # new\n    # end\n    result1 = []\n    for x in y:\n        if x:\n    "
        + after
    ).replace("\n            result1", "\n            result1")


@pytest.mark.parametrize(
    "source",
    [
        "def f(x):\n    a = ¦[x for x in y]\n    return a, x\n",
        "def f():\n    a = ¦[id for id in y]\n    return id(a)\n",
        "x = 1\ndef f():\n    a = ¦[x for x in y]\n    return a, x\n",
        "x = 1\ndef f():\n    a = ¦[x for x in y]\n    return lambda: x\n",
        "def f():\n    a = ¦[x for x in x]\n    return a\n",
        "def f(y):\n    a = ¦[a for a in y]\n    return a\n",
    ],
)
def test_a_comprehensions_variable_must_be_nobodys_elses(source):
    assert refused("comprehension-to-loop", source)


def test_what_a_comprehension_reads_may_not_be_emptied():
    assert "emptied" in refused("comprehension-to-loop", "def f(a):\n    a = ¦[x for x in a]\n    return a\n")


@pytest.mark.parametrize(
    "source",
    [
        "a = ¦(x for x in y)\n",
        "a = f(¦[x for x in y])\n",
        "a.b = ¦[x for x in y]\n",
        "a, b = ¦[x for x in y]\n",
        "a = b = ¦[x for x in y]\n",
        "a += ¦[x for x in y]\n",
        "if a: b = ¦[x for x in y]\n",
        "a = ¦[x for x in y]; b()\n",
        "¦[x for x in y]\n",
        "a = ¦[x, y]\n",
        "yield ¦[x for x in y]\n",
    ],
)
def test_a_loop_is_not_offered(source):
    assert not offered("comprehension-to-loop", source)


def test_the_loop_does_the_same():
    source = """
        def log(x):
            print(x)
            return x
        def f():
            return ¦{log(x) * 10 + y for x in log([1, 2]) if log(x) > 1 for y in log("ab") if y != "a" or log(5)}
        try:
            f()
        except TypeError as error:
            print(error)
        """
    same("comprehension-to-loop", source)
