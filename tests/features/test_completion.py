"""The completion menu: entries, their ranges, and staying out of another server's way."""

from collections.abc import Mapping
from typing import Any

import pytest
from inline_fakes import FakeTracker, ScriptedBackend, place, snapshot, token

from beast_lsp.engine.document import Position
from beast_lsp.features.completion import CompletionFeature, CompletionResult
from beast_lsp.router.router import Router
from beast_lsp.router.task import Candidate


def _word(text: str, replaces: int, kind: str = "variable", detail: str = "") -> Candidate:
    return Candidate(text, 0.5, "scripted", replaces, kind, detail)


async def _menu(
    text: str, *candidates: str | Candidate, config: Mapping[str, Any] | None = None, name: str = "a.py"
) -> CompletionResult:
    feature = CompletionFeature(Router([ScriptedBackend(*candidates)]), FakeTracker())
    return await _ask(feature, text, config, name)


async def _ask(
    feature: CompletionFeature, text: str, config: Mapping[str, Any] | None = None, name: str = "a.py"
) -> CompletionResult:
    document, position = place(text, name)
    return await feature.complete(snapshot(config), document, position, invoked=False, cancel=token())


def _texts(result: CompletionResult) -> list[str]:
    return [item.text for item in result.items]


async def test_an_entry_replaces_the_word_that_was_begun() -> None:
    (item,) = (await _menu("x = to¦", _word("total", 2))).items
    assert (item.text, item.label, item.kind) == ("total", "total", "variable")
    assert (item.start, item.end) == (Position(0, 4), Position(0, 6))
    assert item.filter_text.startswith("to")


async def test_a_candidate_that_only_inserts_is_joined_to_the_word() -> None:
    (item,) = (await _menu("x = to¦", "tal")).items
    assert (item.text, item.start) == ("total", Position(0, 4))


async def test_the_models_order_is_the_menus() -> None:
    result = await _menu("x = ¦", "b", "a", "c")
    assert _texts(result) == ["b", "a", "c"]
    assert [item.text for item in sorted(result.items, key=lambda item: item.sort_text)] == ["b", "a", "c"]


async def test_the_menu_asks_again_while_the_word_grows() -> None:
    assert (await _menu("x = ¦", "a")).incomplete
    assert (await _menu("x = ¦")).incomplete


async def test_the_rest_of_the_word_is_replaced_by_an_entry_that_says_it() -> None:
    (item,) = (await _menu("to¦tal", _word("to_total", 2))).items
    assert item.end == Position(0, 5)
    (item,) = (await _menu("to¦x", _word("total", 2))).items
    assert item.end == Position(0, 2)


async def test_the_word_as_it_stands_is_no_entry() -> None:
    assert _texts(await _menu("x = total¦", _word("total", 5))) == []
    assert _texts(await _menu("to¦tal", _word("total", 2))) == []


@pytest.mark.parametrize("text", ["a\nb", "a\rb", " ", "", "a\0", "ghp_" + "a1B2" * 9])
async def test_what_is_no_entry(text: str) -> None:
    assert _texts(await _menu("x = ¦", text)) == []


async def test_an_entry_stands_once() -> None:
    assert _texts(await _menu("x = ¦", "a", "b", "a")) == ["a", "b"]


async def test_there_are_no_more_entries_than_the_setting_says() -> None:
    assert len((await _menu("x = ¦", "a", "b", "c", config={"completion.limit": 2})).items) == 2


async def test_a_number_brings_no_menu() -> None:
    assert _texts(await _menu("x = 12¦", _word("123", 2))) == []


@pytest.mark.parametrize(
    "config", [{"enabled": False}, {"disabled_languages": ["python"]}, {"completion.enabled": False}]
)
async def test_no_menu_where_it_is_switched_off(config: Mapping[str, Any]) -> None:
    assert await _menu("x = ¦", "a", config=config) == CompletionResult()


async def test_no_menu_in_a_secret_file() -> None:
    assert await _menu("KEY=¦", "abc", name=".env") == CompletionResult()


@pytest.mark.parametrize("other", ["python", "*"])
async def test_plain_names_are_left_to_another_server(other: str) -> None:
    result = await _menu(
        "x = to¦", _word("total", 2), _word("total(a)", 2), config={"completion.other_servers": [other]}
    )
    assert _texts(result) == ["total(a)"]
    assert all(item.sort_text > "zzzz" for item in result.items)


async def test_the_server_of_another_language_changes_nothing() -> None:
    result = await _menu("x = to¦", _word("total", 2), config={"completion.other_servers": ["rust"]})
    assert _texts(result) == ["total"]


async def test_the_tracker_hears_what_the_menu_shows() -> None:
    tracker = FakeTracker()
    result = await _ask(CompletionFeature(Router([ScriptedBackend(_word("total", 2))]), tracker), "x = to¦")
    (row,) = tracker.menu
    assert (row.id, row.text, row.start, row.task) == (result.items[0].id, "total", Position(0, 4), "completion")
    assert not tracker.rows


async def test_resolving_tells_where_an_entry_comes_from() -> None:
    feature = CompletionFeature(Router([ScriptedBackend(_word("total", 0, detail="in shop/cart.py"))]), FakeTracker())
    (item,) = (await _ask(feature, "x = ¦")).items
    assert "in shop/cart.py" in feature.resolve(item.id)


async def test_an_entry_of_long_ago_resolves_to_nothing() -> None:
    feature = CompletionFeature(Router([ScriptedBackend("total")]), FakeTracker())
    (item,) = (await _ask(feature, "x = ¦")).items
    for _ in range(2):
        await _ask(feature, "y = ¦")
    assert feature.resolve(item.id) == ""
    assert feature.resolve("never known") == ""


async def test_a_long_label_is_shortened_and_its_text_is_not() -> None:
    text = "call(" + "a, " * 50 + "b)"
    (item,) = (await _menu("x = ¦", text)).items
    assert item.text == text
    assert len(item.label) == 80
