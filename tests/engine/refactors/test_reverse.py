"""What takes a refactoring back: exact, from each state that it leaves, and never over somebody's edits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.net.reverse import digest, edited, moved_path, reverse_edits, reverse_of, undoing
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.engine.refactors.proposal import Certainty
from beast_lsp.errors import RefactoringRefused

OLD = "a = 1\nb = a\nc = 'a'\n"


def edit(line, start, end, text, certainty=Certainty.CERTAIN):
    return TextEdit(Position(line, start), Position(line, end), text, certainty)


RENAME = (edit(0, 0, 1, "new"), edit(1, 4, 5, "new"), edit(2, 5, 6, "new", Certainty.TEXTUAL))
NEW, WHOLE = "new = 1\nb = new\nc = 'a'\n", "new = 1\nb = new\nc = 'new'\n"


def plan(**more):
    return Plan("Rename a", {"m.py": RENAME}, {"m.py": OLD}, {"m.py": NEW}, **more)


@pytest.mark.parametrize("now", [NEW, WHOLE])
def test_what_was_done_is_taken_back_with_the_doubtful_edits_or_without(now):
    back = undoing(reverse_of(plan(), {}.get), {"m.py": now}.get)
    assert back.after == {"m.py": OLD}
    assert edited(now, back.edits["m.py"]) == OLD


def test_what_was_never_done_needs_no_undoing():
    assert undoing(reverse_of(plan(), {}.get), {"m.py": OLD}.get) is None


def test_a_file_that_was_edited_since_is_named():
    with pytest.raises(RefactoringRefused, match=r"Edited since.*: m\.py\."):
        undoing(reverse_of(plan(), {}.get), {"m.py": NEW + "d = 2\n"}.get)


def test_a_file_that_is_gone_is_named():
    with pytest.raises(RefactoringRefused, match=r"m\.py"):
        undoing(reverse_of(plan(), {}.get), {}.get)


def test_files_that_came_went_and_moved_are_put_back():
    done = plan(created={"new.py": "x\n"}, moved={"m.py": "n/m.py"}, deleted=frozenset({"old.py"}))
    reverse = reverse_of(done, {"old.py": "y\n"}.get)
    back = undoing(reverse, {"n/m.py": NEW, "new.py": "x\n"}.get)
    assert (back.created, back.moved, back.deleted) == ({"old.py": "y\n"}, {"n/m.py": "m.py"}, {"new.py"})
    assert back.after == {"n/m.py": OLD}


def test_half_of_it_is_taken_back_too():
    done = plan(created={"new.py": "x\n"}, moved={"m.py": "n/m.py"}, deleted=frozenset({"old.py"}))
    back = undoing(reverse_of(done, {"old.py": "y\n"}.get), {"m.py": NEW, "old.py": "y\n"}.get)
    assert (back.created, back.moved, back.deleted, back.after) == ({}, {}, frozenset(), {"m.py": OLD})


@pytest.mark.parametrize("now", [{"m.py": NEW, "new.py": "mine\n"}, {"m.py": NEW, "old.py": "mine\n"}])
def test_a_new_file_that_was_edited_and_one_that_came_back_are_left(now):
    reverse = reverse_of(plan(created={"new.py": "x\n"}, deleted=frozenset({"old.py"})), {"old.py": "y\n"}.get)
    with pytest.raises(RefactoringRefused, match=r"(new|old)\.py"):
        undoing(reverse, now.get)


def test_a_folder_moves_with_what_is_in_it():
    assert moved_path("a/b/c.py", {"a/b": "z"}) == "z/c.py"
    assert moved_path("a/bc.py", {"a/b": "z"}) == "a/bc.py"


@pytest.mark.parametrize(("now", "then"), [("", "a\n"), ("\n", "a\n\n")])
def test_a_line_end_that_an_editor_adds_is_no_edit(now, then):
    emptied = Plan("t", {"m.py": (TextEdit(Position(0, 0), Position(1, 0), ""),)}, {"m.py": "a\n"}, {"m.py": ""})
    assert undoing(reverse_of(emptied, {}.get), {"m.py": now}.get).after == {"m.py": then}


def test_a_line_end_that_an_editor_leaves_out_is_no_edit():
    kept = Plan("t", {"m.py": (TextEdit(Position(1, 0), Position(1, 0), "b\n"),)}, {"m.py": "a\n"}, {})
    assert undoing(reverse_of(kept, {}.get), {"m.py": "a\nb"}.get).after == {"m.py": "a\n"}


def test_it_holds_nothing_of_the_code_but_what_went():
    assert sorted(set(reverse_of(plan(), {}.get).fragments())) == ["a"]


def test_one_text_has_one_digest():
    assert digest("a\r\nb") != digest("a\nb")
    assert digest(" ") != digest("")
    assert digest("\ud800") == digest("\ud800")


@given(st.data())
def test_reverse_edits_give_the_old_text_back(data):
    text = data.draw(st.text("ab\n\r é𝄞", max_size=40))
    places = [Position(row, column) for row, line in enumerate(lines(text)) for column in range(len(line) + 1)]
    places = sorted({place for place in places if not within_a_line_end(text, place)})
    chosen = sorted(data.draw(st.lists(st.sampled_from(places), max_size=6, unique=True)))
    chosen = chosen[: len(chosen) // 2 * 2]
    edits = [
        TextEdit(start, end, data.draw(st.text("xyz\n", max_size=4)))
        for start, end in zip(chosen[::2], chosen[1::2], strict=True)
    ]
    assert edited(edited(text, edits), reverse_edits(text, edits)) == text


def lines(text):
    from beast_lsp.engine.document import split_lines

    return split_lines(text)


def within_a_line_end(text, place):
    line = lines(text)[place.line]
    return place.column > len(line.rstrip("\r\n"))
