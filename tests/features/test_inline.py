"""Ghost text: where it stands, what it covers, and that it stays while it is typed through."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from inline_fakes import FakeTracker, ScriptedBackend, place, snapshot, token

from beast_lsp.engine.document import Position, replace_range
from beast_lsp.features.inline import InlineFeature, InlineItem, Selected
from beast_lsp.router.router import Router
from beast_lsp.router.task import Candidate

LONG = {"inline.typed_through": 1_000}


class Ghost:
    """The feature over a scripted model; `at` asks at the cursor (`¦`) of a text."""

    def __init__(self, *texts: str | Candidate, cancels: bool = False) -> None:
        self.backend, self.tracker = ScriptedBackend(*texts, cancels=cancels), FakeTracker()
        self.feature = InlineFeature(Router([self.backend]), self.tracker)

    async def at(
        self,
        text: str,
        *,
        invoked: bool = False,
        selected: Selected | None = None,
        config: Mapping[str, Any] | None = None,
        name: str = "a.py",
    ) -> list[InlineItem]:
        document, position = place(text, name)
        return await self.feature.inline(
            snapshot(config if config is not None else LONG),
            document,
            position,
            invoked=invoked,
            selected=selected,
            cancel=token(),
        )


def _after(text: str, item: InlineItem) -> str:
    """The text when the item is accepted."""
    document, _ = place(text)
    return "".join(replace_range(document.lines, item.start, item.end, item.text))


async def test_the_models_text_is_shown_at_the_cursor() -> None:
    ghost = Ghost("total")
    (item,) = await ghost.at("x = ¦")
    assert (item.text, item.start, item.end) == ("total", Position(0, 4), Position(0, 4))


async def test_the_tracker_hears_what_is_shown() -> None:
    ghost = Ghost("total")
    (item,) = await ghost.at("x = ¦")
    (row,) = ghost.tracker.rows
    assert (row.id, row.text, row.model, row.language, row.task) == (item.id, "total", "scripted", "python", "inline")
    assert row.probability == 0.6


async def test_every_suggestion_has_an_id_of_its_own() -> None:
    ghost = Ghost("total")
    (first,), (second,) = await ghost.at("x = ¦"), await ghost.at("y = ¦")
    assert first.id != second.id


@pytest.mark.parametrize("text", ["x = ¦a", "x¦y", "f(¦a)", "¦_x", "a.¦b()", "¦1"])
async def test_nothing_in_the_middle_of_a_word(text: str) -> None:
    ghost = Ghost("total")
    assert await ghost.at(text) == []
    assert not ghost.backend.requests


async def test_nothing_where_the_model_says_nothing() -> None:
    ghost = Ghost()
    assert await ghost.at("x = ¦") == []
    assert not ghost.tracker.rows


@pytest.mark.parametrize("config", [{"enabled": False}, {"disabled_languages": ["python"]}, {"inline.enabled": False}])
async def test_nothing_where_it_is_switched_off(config: Mapping[str, Any]) -> None:
    ghost = Ghost("total")
    assert await ghost.at("x = ¦", config=config) == []
    assert not ghost.backend.requests


async def test_another_language_stays_on() -> None:
    assert await Ghost("total").at("x = ¦", config={"disabled_languages": ["go"]})


async def test_nothing_in_a_secret_file_whatever_the_settings() -> None:
    assert await Ghost("total").at("KEY=¦", name=".env", config={"enabled": True}) == []


async def test_nothing_for_a_request_withdrawn_meanwhile() -> None:
    ghost = Ghost("total", cancels=True)
    assert await ghost.at("x = ¦") == []
    assert not ghost.tracker.rows


async def test_nothing_for_a_place_outside_the_document() -> None:
    ghost = Ghost("total")
    document, _ = place("x\n")
    for position in (Position(5, 0), Position(0, 2), Position(1, 1)):
        found = await ghost.feature.inline(snapshot(), document, position, invoked=False, selected=None, cancel=token())
        assert found == []


@pytest.mark.parametrize(
    ("text", "candidate", "expected"),
    [
        ("foo(¦)", "x)", "foo(x)"),
        ("foo(bar(¦))", "x)", "foo(bar(x))"),
        ('say("¦")', 'hello")', 'say("hello")'),
        ("if foo(¦):", "x):", "if foo(x):"),
        ("foo(¦, b)", "one, b)", "foo(one, b)"),
        ("foo(¦)", "one", "foo(one)"),
    ],
)
async def test_closers_are_not_doubled(text: str, candidate: str, expected: str) -> None:
    (item,) = await Ghost(candidate).at(text)
    assert _after(text, item) == expected
    assert item.start.line == item.end.line


async def test_one_line_in_the_middle_of_a_line() -> None:
    (item,) = await Ghost("total\nprint(total)").at("x = ¦ + 1")
    assert item.text == "total"


async def test_a_block_at_the_end_of_a_line() -> None:
    (item,) = await Ghost("a:\n    b()").at("if ¦\n")
    assert item.text == "a:\n    b()"


async def test_one_line_where_blocks_are_switched_off() -> None:
    (item,) = await Ghost("a:\n    b()").at("if ¦\n", config={"inline.multiline": False})
    assert item.text == "a:"


async def test_what_polish_refuses_leaves_the_next_candidate() -> None:
    (item,) = await Ghost("ghp_" + "a1B2" * 9, "total").at("x = ¦")
    assert item.text == "total"


async def test_who_asks_gets_several() -> None:
    ghost = Ghost("total", "total", "count", "size", "number")
    assert [item.text for item in await ghost.at("x = ¦", invoked=True)] == ["total", "count", "size"]
    assert len(await ghost.at("y = ¦")) == 1


async def test_a_candidate_that_replaces_typed_text_must_begin_with_it() -> None:
    (item,) = await Ghost(Candidate("total", 0.6, "scripted", replaces=2)).at("x = to¦")
    assert (item.text, item.start) == ("tal", Position(0, 6))
    assert await Ghost(Candidate("Total", 0.6, "scripted", replaces=2)).at("x = to¦") == []


def _selected(text: str) -> Selected:
    return Selected(text, Position(0, 4), Position(0, 6))


async def test_a_suggestion_extends_the_item_selected_in_the_menu() -> None:
    ghost = Ghost("tal(a)")
    (item,) = await ghost.at("x = to¦", selected=_selected("total"))
    assert (item.text, item.start, item.end) == ("total(a)", Position(0, 4), Position(0, 6))
    assert ghost.backend.requests[0].selected == "total"


@pytest.mark.parametrize("text", ["ken", "tal"])
async def test_a_suggestion_that_does_not_extend_the_selected_item_is_not_shown(text: str) -> None:
    assert await Ghost(text).at("x = to¦", selected=_selected("total")) == []


async def test_typing_what_is_shown_keeps_it_without_asking() -> None:
    ghost = Ghost("total(a)")
    (first,) = await ghost.at("x = ¦")
    (second,) = await ghost.at("x = to¦")
    assert (second.id, second.text, second.start) == (first.id, "tal(a)", Position(0, 6))
    assert len(ghost.backend.requests) == 1
    assert len(ghost.tracker.rows) == 1


async def test_a_bracket_that_the_editor_closed_is_covered() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦")
    (item,) = await ghost.at("x = total(¦)")
    assert _after("x = total(¦)", item) == "x = total(a)"


async def test_a_block_is_typed_through_over_lines() -> None:
    ghost = Ghost("a:\n    b()")
    await ghost.at("if ¦\n")
    (item,) = await ghost.at("if a:\n    ¦\n")
    assert (item.text, item.start) == ("b()", Position(1, 4))
    assert len(ghost.backend.requests) == 1


@pytest.mark.parametrize(
    "text",
    ["x = ti¦", "y = to¦", "x = to¦ + 1", "x =¦", "# a line more\nx = to¦", "x = total(a)¦", "x = total(a¦"],
)
async def test_anything_else_asks_the_model_again(text: str) -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦")
    await ghost.at(text)
    assert len(ghost.backend.requests) == 2


async def test_a_suggestion_that_is_no_longer_live_is_not_kept() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦")
    ghost.tracker.is_live = False
    await ghost.at("x = to¦")
    assert len(ghost.backend.requests) == 2


async def test_who_asks_explicitly_asks_the_model() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦")
    await ghost.at("x = to¦", invoked=True)
    assert len(ghost.backend.requests) == 2


async def test_a_closed_document_is_forgotten() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦")
    ghost.feature.forget(place("")[0].uri)
    await ghost.at("x = to¦")
    assert len(ghost.backend.requests) == 2


async def test_typing_through_can_be_switched_off() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦", config={"inline.typed_through": 0})
    await ghost.at("x = t¦", config={"inline.typed_through": 0})
    assert len(ghost.backend.requests) == 2


async def test_after_some_characters_the_model_thinks_again() -> None:
    ghost = Ghost("total(a)")
    await ghost.at("x = ¦", config={"inline.typed_through": 2})
    await ghost.at("x = to¦", config={"inline.typed_through": 2})
    assert len(ghost.backend.requests) == 1
    await ghost.at("x = tot¦", config={"inline.typed_through": 2})
    assert len(ghost.backend.requests) == 2


async def test_a_suggestion_that_the_model_repeats_stays_the_same_one() -> None:
    ghost = Ghost("total(a)")
    (first,) = await ghost.at("x = ¦", config={})
    ghost.backend.candidates = (Candidate("al(a)", 0.6, "scripted"),)
    (second,) = await ghost.at("x = tot¦", config={})
    assert (second.id, second.text) == (first.id, "al(a)")
    assert len(ghost.backend.requests) == 2
    assert len(ghost.tracker.rows) == 1


@given(st.text(st.sampled_from("ab.(){}\"' =\n"), min_size=2, max_size=30), st.data())
async def test_any_beginning_that_is_typed_leaves_exactly_the_rest(text: str, data: st.DataObject) -> None:
    ghost = Ghost(text)
    first = await ghost.at("x = ¦\n")
    if not first:
        return
    shown = first[0].text
    typed = shown[: data.draw(st.integers(0, len(shown)))]
    asked = len(ghost.backend.requests)
    rest = await ghost.at(f"x = {typed}¦\n")
    if len(shown[len(typed) :].rstrip()) >= 2:
        assert [(item.id, item.text) for item in rest] == [(first[0].id, shown[len(typed) :])]
        assert len(ghost.backend.requests) == asked
