"""Scores that were shown, verdicts on them, and fixes that came later, in a real database."""

import json
import sqlite3
from pathlib import Path

import pytest

from beast_lsp.engine.quality.rating import FileRating, Rating
from beast_lsp.engine.quality.standing import Standing
from beast_lsp.errors import BeastError
from beast_lsp.features.scores import ScoreLog
from beast_lsp.store.database import delete, open_database
from beast_lsp.store.store import Store

FOLDER = Path("/w")


def rating(name: str, risk: float = 0.1) -> Rating:
    return Rating(name, 0, 3, risk, 70, -2.0, -3.0, (), (0.5, float("nan")))


def rows(path: Path, query: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(path) as connection:
        return connection.execute(query).fetchall()


class Shown:
    """A log over a real store; closing it writes what waits."""

    def __init__(self, path: Path) -> None:
        self.path, self.now = path / "beast.db", 100.0
        self.store = Store.open(self.path, lambda: self.now)
        self.log = ScoreLog(self.store, lambda: self.now, "m1")

    def show(self, *names: str, risk: float = 0.1) -> list[str]:
        found = FileRating("a.py", rating("", risk), [rating(name, risk) for name in names], has_past=True)
        self.log.shown(FOLDER, found)
        return [self.log.identity(FOLDER, "a.py", each) for each in found.functions]

    def rows(self, query: str) -> list[tuple[object, ...]]:
        self.store.close()
        return rows(self.path, query)


@pytest.fixture
def shown(tmp_path: Path) -> Shown:
    return Shown(tmp_path)


def test_a_score_is_stored_once_with_its_features(shown: Shown) -> None:
    first, again = shown.show("f"), shown.show("f")
    assert first == again
    query = (
        "SELECT prediction_id, folder, path, name, models, risk, score, features FROM quality_scores WHERE name != ''"
    )
    (row,) = shown.rows(query)
    assert row[:7] == (first[0], "/w", "a.py", "f", "m1", 0.1, 70)
    assert json.loads(str(row[7])) == [0.5, None]


def test_another_risk_is_another_prediction(shown: Shown) -> None:
    assert shown.show("f") != shown.show("f", risk=0.2)


async def test_the_last_verdict_counts(shown: Shown) -> None:
    (identity,) = shown.show("f")
    await shown.log.judged(identity, "up")
    await shown.log.judged(identity, "down")
    assert shown.rows("SELECT prediction_id, verdict FROM quality_verdicts") == [(identity, "down")]


@pytest.mark.parametrize("verdict", ["", "UP", "maybe"])
async def test_another_verdict_is_refused(shown: Shown, verdict: str) -> None:
    (identity,) = shown.show("f")
    with pytest.raises(BeastError, match="up or down"):
        await shown.log.judged(identity, verdict)
    assert shown.rows("SELECT 1 FROM quality_verdicts") == []


async def test_a_verdict_on_nothing_is_not_kept(shown: Shown) -> None:
    await shown.log.judged("unknown", "up")
    assert shown.rows("SELECT 1 FROM quality_verdicts") == []


def test_a_later_fix_is_linked_and_an_earlier_one_is_not(shown: Shown) -> None:
    before, after = shown.show("f", "g")
    standing = Standing(head="h", fixes={"a.py": {"f": [("c1", 200.0)], "g": [("c0", 50.0)], "other": [("c1", 200.0)]}})
    shown.log.learned(FOLDER, standing)
    shown.log.learned(FOLDER, standing)
    found = shown.rows("SELECT prediction_id, verdict, evidence FROM quality_verdicts")
    assert found == [(before, "fixed", "c1")]
    assert after != before


def test_what_the_user_deletes_is_gone(shown: Shown) -> None:
    shown.show("f", "g")
    shown.store.close()
    database, _ = open_database(shown.path)
    assert delete(database) == 3
    database.close()
    assert rows(shown.path, "SELECT 1 FROM quality_scores") == []
