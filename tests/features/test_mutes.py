"""Rules that a user keeps dismissing fall silent in that folder, over a real store."""

import itertools
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.features.mutes import RuleMutes, is_unwanted
from beast_lsp.store import Store
from beast_lsp.store.database import delete, open_database
from beast_lsp.store.outcomes import DISMISSED, FIXED, read_outcomes

RULE = "repeated-key"


def opened(path: Path) -> tuple[Store, RuleMutes]:
    store = Store.open(path / "beast.db", lambda: 1.0)
    clock = itertools.count(1.0)
    return store, RuleMutes(store, lambda: next(clock))


@pytest.mark.parametrize(
    ("outcomes", "muted"),
    [
        ("ddddd", True),
        ("dddddf", True),
        ("fddddd", True),
        ("fddddddddddddddddddddd", True),
        ("ffffffddddddddddddddddd", True),  # what is older than twenty outcomes is forgotten.
        ("", False),
        ("dddd", False),
        ("dddddff", False),
        ("ffffff", False),
        ("dddddddddffff", False),
        ("dddddddddddddddddddddfffff", False),
    ],
)
def test_which_rules_are_unwanted(outcomes: str, muted: bool) -> None:
    assert is_unwanted([DISMISSED if each == "d" else FIXED for each in outcomes]) == muted


@given(st.lists(st.sampled_from([DISMISSED, FIXED]), max_size=60))
def test_a_repair_never_mutes(outcomes: list[str]) -> None:
    if not is_unwanted(outcomes):
        assert not is_unwanted([*outcomes, FIXED])


async def test_the_fifth_dismissal_mutes_once_and_only_there(tmp_path: Path) -> None:
    store, mutes = opened(tmp_path)
    here, there = tmp_path / "here", tmp_path / "there"
    assert [await mutes.record(here, RULE, DISMISSED) for _ in range(6)] == [False] * 4 + [True, False]
    assert set(mutes.muted(here)) == {RULE}
    assert not mutes.muted(there)
    assert not mutes.muted(None)
    assert mutes.all() == {str(here.resolve()): [RULE]}
    store.close()


async def test_repairs_keep_a_rule(tmp_path: Path) -> None:
    store, mutes = opened(tmp_path)
    for outcome in (FIXED, FIXED, DISMISSED, DISMISSED, DISMISSED, DISMISSED, DISMISSED):
        assert not await mutes.record(tmp_path, RULE, outcome)
    assert not mutes.muted(tmp_path)
    store.close()


async def test_it_survives_a_restart_until_it_is_brought_back(tmp_path: Path) -> None:
    store, mutes = opened(tmp_path)
    for _ in range(5):
        await mutes.record(tmp_path, RULE, DISMISSED)
    store.close()

    store, mutes = opened(tmp_path)
    assert not mutes.muted(tmp_path)  # until it is loaded.
    await mutes.load()
    (tmp_path / "link").symlink_to(tmp_path)
    assert set(mutes.muted(tmp_path / "link")) == {RULE}
    assert await mutes.bring_back(tmp_path, ["unreachable-code"]) == []
    assert await mutes.bring_back(tmp_path, [RULE, "unreachable-code"]) == [RULE]
    assert not await mutes.record(tmp_path, RULE, DISMISSED)
    store.close()
    assert list(read_outcomes(tmp_path / "beast.db").values()) == [[DISMISSED]]


async def test_who_deletes_all_feedback_gets_every_rule_back(tmp_path: Path) -> None:
    store, mutes = opened(tmp_path)
    for _ in range(5):
        await mutes.record(tmp_path, RULE, DISMISSED)
    store.close()
    database, _ = open_database(tmp_path / "beast.db")
    delete(database, before=3.0)
    assert [len(found) for found in read_outcomes(tmp_path / "beast.db").values()] == [3]
    delete(database, prediction_id="p1")
    assert read_outcomes(tmp_path / "beast.db")
    delete(database)
    database.close()
    assert read_outcomes(tmp_path / "beast.db") == {}


@pytest.mark.parametrize("content", [None, b"", b"no database at all"])
def test_a_file_that_holds_no_outcomes_mutes_nothing(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "beast.db").write_bytes(content)
    assert read_outcomes(tmp_path / "beast.db") == {}
