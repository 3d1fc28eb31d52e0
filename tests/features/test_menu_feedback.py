"""Entries of the completion menu: a row only for what is accepted."""

import pytest
from test_feedback import Editor

from beast_lsp.engine.document import Position
from beast_lsp.features.feedback import Shown


def _entry(identity: str, text: str = "total") -> Shown:
    return Shown(identity, text, Position(0, 4), Position(0, 6), "completion", "workspace", "python", 3.0, 0.7)


@pytest.fixture
def editor() -> Editor:
    return Editor("x = to|")


async def test_an_accepted_entry_becomes_a_prediction_with_its_outcome(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a"), _entry("b", "tower")])
    await editor.tracker.accepted("b")
    assert [(row.prediction_id, row.task) for row in editor.store.predictions] == [("b", "completion")]
    assert [(row.prediction_id, row.outcome, row.source) for row in editor.store.feedback] == [
        ("b", "accepted", "explicit")
    ]


async def test_an_entry_that_is_only_shown_leaves_no_row(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    await editor.tracker.rejected("a")
    editor.tracker.closed(editor.document.uri)
    assert not editor.store.predictions
    assert not editor.store.feedback


async def test_an_entry_of_the_list_before_is_still_known(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    editor.tracker.listed(editor.document, [_entry("b")])
    await editor.tracker.accepted("a")
    assert len(editor.store.feedback) == 1


async def test_an_entry_is_counted_once(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    await editor.tracker.accepted("a")
    await editor.tracker.accepted("a")
    assert len(editor.store.predictions) == 1


async def test_an_unknown_id_is_nobodys(editor: Editor) -> None:
    await editor.tracker.accepted("never shown")
    assert not editor.store.feedback


async def test_the_menu_leaves_the_ghost_text_live(editor: Editor) -> None:
    editor.show("tal")
    editor.tracker.listed(editor.document, [_entry("a")])
    live = editor.tracker.live(editor.document.uri)
    assert live is not None
    assert live.id == "s1"


def outcomes(editor: Editor) -> list[tuple[str, str, str]]:
    return [(row.prediction_id, row.outcome, row.source) for row in editor.store.feedback]


def test_an_edit_that_leaves_an_entry_there_is_an_accept(editor: Editor) -> None:
    # Helix runs no command of an entry: it only puts its text there.
    editor.tracker.listed(editor.document, [_entry("a"), _entry("b", "tower()")])
    editor.edit(Position(0, 4), Position(0, 6), "tower()")
    assert [row.prediction_id for row in editor.store.predictions] == ["b"]
    assert outcomes(editor) == [("b", "accepted", "inferred")]


async def test_the_editors_word_comes_after_the_edit_and_wins(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    editor.edit(Position(0, 4), Position(0, 6), "total")
    await editor.tracker.accepted("a")
    assert outcomes(editor)[-1] == ("a", "accepted", "explicit")


def test_an_entry_typed_by_hand_is_no_accept(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    for character in "tal":
        editor.insert(character)
    assert editor.document.lines[0] == "x = total"
    assert not editor.store.feedback


def test_other_text_is_no_accept(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    editor.edit(Position(0, 4), Position(0, 6), "totals")
    assert not editor.store.feedback


def test_the_text_in_another_place_is_no_accept(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    editor.edit(Position(0, 0), Position(0, 1), "total")
    assert not editor.store.feedback


def test_what_comes_back_by_undo_and_redo_counts_once(editor: Editor) -> None:
    editor.tracker.listed(editor.document, [_entry("a")])
    editor.edit(Position(0, 4), Position(0, 6), "total")
    editor.edit(Position(0, 4), Position(0, 9), "to")
    editor.edit(Position(0, 4), Position(0, 6), "total")
    assert len(editor.store.feedback) == 1
