"""What the user is told of a plan, and where its new name stands."""

import pytest

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.features.refactoring import doubtful_places, new_name, read_place, touched, without_doubtful


def edit(start, end, text, certainty=Certainty.CERTAIN):
    return TextEdit(Position(*start), Position(*end), text, certainty)


def plan(before, *edits, path="a.py", **more):
    return Plan("t", {path: edits}, {path: before}, {}, **more)


@pytest.mark.parametrize(
    ("before", "edits", "place"),
    [
        ("f(a.b)\n", [edit((0, 0), (0, 0), "b = a.b\n"), edit((0, 2), (0, 5), "b")], (0, 0)),
        ("if x:\n    f(1)\n", [edit((1, 4), (1, 4), "one: int = 1\n    "), edit((1, 6), (1, 7), "one")], (1, 4)),
        ("x\nf(1)\n", [edit((1, 0), (1, 4), "g()"), edit((2, 0), (2, 0), "\n\ndef g():\n    f(1)\n")], (4, 4)),
        ("f(1)\n", [edit((0, 0), (0, 0), "const é = 1\n")], (0, 6)),
        ("f(1)\n", [edit((0, 0), (0, 0), "n := 1\n")], (0, 0)),
        ("é = f(1)\n", [edit((0, 0), (0, 0), "\n"), edit((0, 4), (0, 4), "one = ")], (1, 4)),
    ],
)
def test_the_name_of_what_was_extracted_is_found(before, edits, place):
    assert new_name(plan(before, *edits)) == ("a.py", Position(*place))


@pytest.mark.parametrize("text", ["", "f(a=1)", "if a == b:", "not x", "a <= b", "x != y"])
def test_where_nothing_is_defined_there_is_nothing_to_name(text):
    assert new_name(plan("x\n", edit((0, 0), (0, 0), text))) is None


DOUBTFUL = plan(
    "a a a\n",
    edit((0, 0), (0, 1), "b"),
    edit((0, 2), (0, 3), "b", Certainty.PROBABLE),
    edit((0, 4), (0, 5), "b", Certainty.TEXTUAL),
    path="tests/test_a.py",
    created={"new.py": ""},
    moved={"x.py": "y.py"},
    deleted=frozenset({"old.py"}),
    notes=("It makes a cycle: a, b.",),
)


def test_what_a_plan_touches_is_told_by_certainty():
    found = touched(DOUBTFUL)
    assert (found.certain, found.probable, found.textual, found.is_wide) == (1, 1, 1, True)
    assert found.lines() == [
        "1 edit in 1 file, 1 probable, 1 in strings, comments or documents: tests/test_a.py",
        "Test files among them: tests/test_a.py",
        "New: new.py",
        "Moved: x.py to y.py",
        "Deleted: old.py",
        "It makes a cycle: a, b.",
    ]
    assert doubtful_places(DOUBTFUL) == "tests/test_a.py:1"
    assert [each.text for each in without_doubtful(DOUBTFUL).edits["tests/test_a.py"]] == ["b"]


def test_edits_of_one_file_are_not_wide():
    assert not touched(plan("a\n", edit((0, 0), (0, 1), "b"))).is_wide


def test_of_many_files_some_are_named():
    many = Plan("t", {f"{number}.py": (edit((0, 0), (0, 0), ""),) for number in range(12)}, {}, {})
    assert touched(many).lines()[0].endswith(", and 4 more")


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.py:1:1", ("a.py", (0, 0), (0, 0))),
        ("C:\\a b\\c.py:2:3-4:5", ("C:\\a b\\c.py", (1, 2), (3, 4))),
        ("a.py:0:1", None),
        ("a.py:2:1-1:1", None),
        ("a.py:2", None),
        ("a.py", None),
        ("", None),
    ],
)
def test_a_place_is_read_as_people_write_it(text, place):
    found = read_place(text)
    assert (found and (found.path, found.start, found.end)) == place


def test_a_place_behind_the_text_is_its_end():
    assert read_place("a.py:9:9").within(["ab\r\n", "c"]) == (Position(1, 1), Position(1, 1))
    assert read_place("a.py:1:9").within(["ab\r\n", "c"])[0] == Position(0, 2)
