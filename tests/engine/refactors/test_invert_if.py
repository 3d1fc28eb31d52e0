"""Inverting an `if`: where the branches change places, and where nothing may."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from refactoring_case import done, offered, printed, same


def condition(text, **files):
    """The condition that `if text:` gets."""
    after = done("invert-if", f"if ¦{text}: x()\nelse: y()\n", files)
    assert after.endswith(": y()\nelse: x()\n")
    return after.partition(": y()")[0].removeprefix("if ")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a", "not a"),
        ("(a)", "not a"),
        ("not a", "a"),
        ("not (a or b)", "a or b"),
        ("a == b", "a != b"),
        ("a != b", "a == b"),
        ("a in b", "a not in b"),
        ("a not in b", "a in b"),
        ("a is None", "a is not None"),
        ("a is not None", "a is None"),
        ("a == 1 and b", "a != 1 or not b"),
        ("a and b", "not (a and b)"),
        ("a == 1 and b or c", "(a != 1 or not b) and not c"),
        ("a and b or c == 1", "not (a and b) and c != 1"),
        ("(a == 1 or b) and not c", "(a != 1 and not b) or c"),
        ("a if b else c", "not (a if b else c)"),
        ("lambda: a", "not (lambda: a)"),
        ("a := b", "not (a := b)"),
        ("a.b(c)[d]", "not a.b(c)[d]"),
        ("a + b", "not a + b"),
        ("(a, b)", "not (a, b)"),
    ],
)
def test_a_condition_is_negated_as_a_reader_would(before, after):
    assert condition(before) == after


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("len(a) < 3", "len(a) >= 3"),
        ("1 <= len(a)", "1 > len(a)"),
        ("len(a) > len(b)", "len(a) <= len(b)"),
        ("a < b", "not (a < b)"),
        ("len(a) < b", "not (len(a) < b)"),
        ("a < 1.5", "not (a < 1.5)"),
        ("1 < len(a) < 5", "not (1 < len(a) < 5)"),
        ("a == b == c", "not (a == b == c)"),
    ],
)
def test_only_integers_are_surely_in_order(before, after):
    assert condition(before) == after


def test_a_name_that_only_counts_is_an_integer():
    after = done("invert-if", "def f(n):\n    for i in range(n):\n        if ¦i > 2: a()\n        else: b()\n")
    assert "if i <= 2: b()" in after


def test_a_function_called_len_may_give_anything():
    after = done("invert-if", "from m import len\nif ¦len(a) > 2: a()\nelse: b()\n")
    assert "if not (len(a) > 2): b()" in after


def test_where_a_class_says_what_unequal_is_equality_is_no_opposite():
    assert condition("a == b", **{"other.py": "class A:\n    def __ne__(self, other): ..."}) == "not (a == b)"
    assert condition("a == b", **{"notes.md": "__ne__"}) == "a != b"


def test_nan_is_neither_less_nor_greater():
    after = same("invert-if", "n = float('nan')\nif ¦n < 1:\n    print('less')\nelse:\n    print('not less')\n")
    assert "not (n < 1)" in after


names = st.sampled_from(["p", "q", "r"])
conditions = st.recursive(
    names | st.builds("{} is {}".format, names, names) | st.builds("{} == {}".format, names, names),
    lambda inner: (
        st.builds("({})".format, inner)
        | st.builds("not {}".format, inner.filter(lambda text: " and " not in text and " or " not in text))
        | st.builds("{} {} {}".format, inner, st.sampled_from(["and", "or"]), inner)
    ),
    max_leaves=8,
)


@given(conditions)
def test_the_negation_is_true_where_the_condition_was_false(text):
    code = f"for p, q, r in cases:\n    if ¦{text}:\n        print(1)\n    else:\n        print(0)\n"
    cases = "cases = [(a > 0, b > 0, c > 0) for a in (0, 1) for b in (0, 1) for c in (0, 1)]\n"
    after = done("invert-if", cases + code)
    assert printed(after) == printed((cases + code).replace("¦", ""))


def test_comments_within_a_condition_stay():
    before = "if ¦(\n    a == 1  # one\n    # two\n    and b\n):\n    x()\nelse:\n    y()\n"
    after = "if (\n    a != 1  # one\n    # two\n    or not b\n):\n    y()\nelse:\n    x()\n"
    assert done("invert-if", before) == after


def test_comments_move_with_their_branch():
    before = """
        if ¦a:  # why a
            # first
            x()  # x
            # last
        # about else
        else:  # why not
            y()
        z()
        """
    after = """
        # about else
        if not a:  # why not
            y()
        else:  # why a
            # first
            x()  # x
            # last
        z()
        """
    assert done("invert-if", before).splitlines() == [line[8:] for line in after.splitlines()[1:-1]]


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("step", ["  ", "\t"])
def test_line_ends_and_tabs_stay(end, step):
    lines = ["if ¦a:", f"{step}x()", "elif b:", f"{step}y()", "else:", f"{step}z()", ""]
    wanted = [
        "if not a:",
        f"{step}if b:",
        f"{step}{step}y()",
        f"{step}else:",
        f"{step}{step}z()",
        "else:",
        f"{step}x()",
        "",
    ]
    assert done("invert-if", end.join(lines)) == end.join(wanted)


def test_a_chain_becomes_nested():
    before = "if ¦a:\n    x()\nelif b:\n    y()\n# about c\nelif c: z()\nw()\n"
    after = "if not a:\n    if b:\n        y()\n    # about c\n    elif c: z()\nelse:\n    x()\nw()\n"
    assert done("invert-if", before) == after


def test_a_text_over_several_lines_keeps_its_blanks():
    source = 'a = 0\nif ¦a:\n    pass\nelif not a:\n    print("""\n  two\n""")\n'
    assert '"""\n  two\n"""' in same("invert-if", source)


def test_the_last_elif_changes_places_with_the_else():
    before = "if a:\n    x()\nelif ¦b:\n    y()\nelse:\n    z()\n"
    assert done("invert-if", before) == "if a:\n    x()\nelif not b:\n    z()\nelse:\n    y()\n"
    assert done("invert-if", before.replace("¦", "").replace("else", "el¦se")) == done("invert-if", before)


def test_what_follows_a_branch_that_leaves_is_its_else():
    before = "def f(a):\n    if ¦a:\n        return 1\n    b()\n\n    return 2\n"
    assert done("invert-if", before) == "def f(a):\n    if not a:\n        b()\n\n        return 2\n    return 1\n"


def test_the_condition_is_evaluated_once():
    source = "def f():\n    print('f')\n    return []\nif ¦f() or f():\n    print(1)\nelse:\n    print(2)\n"
    same("invert-if", source)


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    x()\n",
        "if ¦a:\n    x()\nb()\n",
        "def f():\n    if ¦a:\n        return 1\n    b()\n",
        "if a:\n    x¦()\nelse:\n    y()\n",
        "while ¦a:\n    x()\nelse:\n    y()\n",
        "for x in a:\n    x()\nel¦se:\n    y()\n",
        "b = 1 ¦if a else 2\n",
        "if ¦a:\n    x(\nelse:\n    y()\n",
        "if a:\n    x()\nelif ¦b:\n    y()\n",
    ],
)
def test_where_nothing_can_change_places_it_is_not_offered(source):
    assert not offered("invert-if", source)


@pytest.mark.parametrize("mark", ["«{}»", "  ¦{}"])
def test_the_whole_statement_may_be_selected_or_the_cursor_stand_before_it(mark):
    statement = "if a:\n    x()\nelse:\n    y()"
    prefix = "for a in b:\n" if "¦" in mark else ""
    indented = statement.replace("\n", "\n  ") if prefix else statement
    assert "if not a:" in done("invert-if", prefix + mark.format(indented))
