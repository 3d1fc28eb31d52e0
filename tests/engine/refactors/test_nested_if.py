"""Merging nested `if` and splitting them again."""

import pytest
from refactoring_case import done, offered, plain, refused, same


@pytest.mark.parametrize(
    ("outer", "inner", "merged"),
    [
        ("a", "b", "a and b"),
        ("a or b", "c", "(a or b) and c"),
        ("a", "b or c", "a and (b or c)"),
        ("a and b", "c and d", "a and b and c and d"),
        ("a", "(b or c) and d", "a and (b or c) and d"),
        ("not a", "not b", "not a and not b"),
        ("a if b else c", "d", "(a if b else c) and d"),
        ("a", "lambda: b", "a and (lambda: b)"),
        ("a := b", "c := a", "(a := b) and (c := a)"),
        ("a < b", "b in c", "a < b and b in c"),
    ],
)
def test_conditions_are_joined_with_the_parentheses_that_they_need(outer, inner, merged):
    assert done("merge-if", f"if ¦{outer}:\n    if {inner}:\n        x()\n") == f"if {merged}:\n    x()\n"
    assert done("merge-if", f"if {outer}:\n    if ¦{inner}: x()\n") == f"if {merged}:\n    x()\n"


def test_comments_stay_and_texts_keep_their_blanks():
    before = '''
        if ¦a:  # one
            # two
            if b:  # three
                # four
                x("""
              y""")  # five
                # six
        z()
        '''
    after = '''
        if a and b:  # one
            # two
            # three
            # four
            x("""
              y""")  # five
            # six
        z()
        '''
    assert done("merge-if", before) == plain(after)


def test_the_last_elif_may_take_what_it_holds():
    source = "if a:\n    x()\nelif ¦b:\n    if c:\n        y()\n"
    assert done("merge-if", source) == "if a:\n    x()\nelif b and c:\n    y()\n"


def test_the_right_side_is_still_evaluated_second():
    same(
        "merge-if", "def f(x):\n    print(x)\n    return x\nif ¦f(0) or f(1):\n    if f(2) or f(3):\n        print(4)\n"
    )


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    if b:\n        x()\n    else:\n        y()\n",
        "if ¦a:\n    if b:\n        x()\n    elif c:\n        y()\n",
        "if ¦a:\n    if b:\n        x()\nelse:\n    y()\n",
        "if a:\n    x()\nelif ¦b:\n    if c:\n        x()\nelse:\n    y()\n",
        "if a:\n    if ¦b:\n        x()\nelif c:\n    y()\n",
    ],
)
def test_another_branch_would_belong_to_one_condition_only(source):
    assert "another branch" in refused("merge-if", source)


@pytest.mark.parametrize(
    "source",
    [
        "if ¦a:\n    x()\n",
        "if ¦a:\n    if b:\n        x()\n    y()\n",
        "if ¦a:\n    y()\n    if b:\n        x()\n",
        "while a:\n    if ¦b:\n        x()\n",
        "if a:\n    x()\nelse:\n    if ¦b:\n        x()\n",
        "if a:\n    if b:\n        x¦()\n",
        "if ¦a:\n    while b:\n        x()\n",
    ],
)
def test_merging_is_not_offered(source):
    assert not offered("merge-if", source)


@pytest.mark.parametrize(
    ("condition", "outer", "inner"),
    [
        ("a and ¦b", "a", "b"),
        ("a ¦and b and c", "a", "b and c"),
        ("a and b ¦and c", "a and b", "c"),
        ("¦a and b and c", "a and b", "c"),
        ("a ¦and (b or c)", "a", "b or c"),
        ("(¦a and b)", "a", "b"),
        ("(a or b) ¦and (c := d)", "a or b", "(c := d)"),
    ],
)
def test_an_and_is_split_where_the_cursor_stands(condition, outer, inner):
    assert done("split-if", f"if {condition}:\n    x()\n") == f"if {outer}:\n    if {inner}:\n        x()\n"


def test_a_condition_over_several_lines_keeps_its_comments():
    before = "if (¦a\n    and b  # why\n    and f(\n        c)):  # so\n    # x\n    x()\n"
    after = "if (a\n    and b):\n    if f(\n        c):  # so\n        # x\n        x()\n"
    assert done("split-if", before) == f"# why\n{after}"


def test_a_suite_in_the_same_line_stays_there():
    assert done("split-if", "if ¦a and b: x(); y()\n") == "if a:\n    if b: x(); y()\n"


@pytest.mark.parametrize("name", ["split-if", "merge-if"])
def test_nothing_without_two_conditions(name):
    assert not offered(name, "if ¦a or b:\n    x()\n")
    assert not offered(name, "if ¦a:\n    x()\n")
    assert not offered(name, "while ¦a and b:\n    x()\n")
    assert not offered(name, "x = a ¦and b\n")


@pytest.mark.parametrize("rest", ["else:\n    y()\n", "elif c:\n    y()\n"])
def test_an_else_would_have_to_stand_twice(rest):
    assert "both conditions" in refused("split-if", f"if ¦a and b:\n    x()\n{rest}")


@pytest.mark.parametrize(("end", "step"), [("\r\n", "    "), ("\n", "\t")])
def test_merging_undoes_splitting(end, step):
    source = end.join(["for a in c:", f"{step}if ¦a and b:", f"{step * 2}x()", f"{step * 2}y()", ""])
    split = done("split-if", source)
    assert split.splitlines()[2] == f"{step * 2}if b:"
    assert split.count("\r") == source.count("\r") * split.count("\n") // source.count("\n")
    assert done("merge-if", split.replace("if a", "if ¦a")) == source.replace("¦", "")
