"""The store over real SQLite files: what is acknowledged is there, and no state of the file stops the server."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from beast_lsp.errors import StoreError
from beast_lsp.store import Feedback, Limits, Prediction, Store, Survival
from beast_lsp.store import store as store_module
from beast_lsp.store.database import delete, export, open_database, purge, write

SECRET = "ghp_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ"


def open_store(path: Path) -> Store:
    return Store.open(path, lambda: 10.0)


def prediction(
    identity: str, created_at: float = 1.0, candidate: str | None = "value", prefix: str = "x = "
) -> Prediction:
    return Prediction(
        identity, created_at, "inline", "workspace", "python", 2.5, 0.7, "c0", 4, 5, prefix, candidate, "\n"
    )


def feedback(identity: str, outcome: str = "accepted", source: str = "explicit") -> Feedback:
    return Feedback(identity, 2.0, outcome, source, 1.0, 5)


def rows_of(path: Path) -> list[dict[str, object]]:
    database, _ = open_database(path)
    try:
        return list(export(database))
    finally:
        database.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "beast.db"


@pytest.fixture
def store(path: Path) -> Iterator[Store]:
    opened = open_store(path)
    yield opened
    opened.close()


async def test_committed_feedback_is_on_the_disk_with_what_was_queued_before_it(store: Store, path: Path) -> None:
    store.record_prediction(prediction("p1"))
    await store.commit_feedback(feedback("p1"))
    (row,) = rows_of(path)
    assert (row["prediction_id"], row["outcome"], row["source"], row["candidate"]) == (
        "p1",
        "accepted",
        "explicit",
        "value",
    )


def test_closing_writes_what_is_queued(path: Path) -> None:
    store = open_store(path)
    store.record_prediction(prediction("p1"))
    store.record_feedback(feedback("p1", "rejected", "inferred"))
    store.record_feedback(Survival("p1", 30, 0.5, "became"))
    store.close()
    (row,) = rows_of(path)
    assert (row["outcome"], row["share_30s"], row["share_120s"], row["became"]) == ("rejected", 0.5, None, "became")


async def test_feedback_after_the_end_is_refused(path: Path) -> None:
    store = open_store(path)
    store.close()
    with pytest.raises(StoreError):
        await store.commit_feedback(feedback("p1"))


@pytest.mark.parametrize(
    ("first", "second", "kept"),
    [("inferred", "explicit", "explicit"), ("explicit", "inferred", "explicit"), ("inferred", "inferred", "inferred")],
)
async def test_an_explicit_event_wins(store: Store, path: Path, first: str, second: str, kept: str) -> None:
    store.record_prediction(prediction("p1"))
    await store.commit_feedback(feedback("p1", "rejected", first))
    await store.commit_feedback(feedback("p1", "accepted", second))
    (row,) = rows_of(path)
    assert row["source"] == kept
    assert row["outcome"] == ("rejected" if (first, second) == ("explicit", "inferred") else "accepted")


async def test_no_secret_reaches_the_disk(store: Store, path: Path) -> None:
    store.record_prediction(prediction("p1", candidate=SECRET[20:], prefix=f"key = '{SECRET[:20]}"))
    await store.commit_feedback(feedback("p1"))
    store.record_feedback(Survival("p1", 30, 1.0, f"key = '{SECRET}'"))
    await store.commit_feedback(feedback("p1"))
    files = b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert SECRET[:20].encode() not in files
    assert SECRET[20:].encode() not in files
    assert files.count(b"<redacted>") >= 3


async def test_half_characters_are_stored_as_question_marks(store: Store, path: Path) -> None:
    store.record_prediction(prediction("p1", candidate="a\ud800b"))
    await store.commit_feedback(feedback("p1"))
    assert rows_of(path)[0]["candidate"] == "a?b"


@pytest.mark.parametrize(
    "content", [b"this is not a database, but it is long enough to be read", b"SQLite format 3\0" + b"\xff" * 4096]
)
def test_a_damaged_file_is_set_aside_and_a_new_one_begun(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True)
    path.write_bytes(content)
    store = open_store(path)
    store.record_prediction(prediction("p1"))
    store.close()
    (aside,) = path.parent.glob("beast.db.aside-*")
    assert aside.read_bytes() == content
    assert store.notice is not None
    assert str(aside) in store.notice
    assert len(rows_of(path)) == 1


def test_another_programs_database_is_set_aside_whole(path: Path) -> None:
    path.parent.mkdir(parents=True)
    with sqlite3.connect(path) as foreign:
        foreign.execute("CREATE TABLE photos (name TEXT)")
    foreign.close()
    database, notice = open_database(path)
    database.close()
    assert notice is not None
    assert "another program" in notice
    (aside,) = path.parent.glob("beast.db.aside-*")
    kept = sqlite3.connect(aside)
    assert kept.execute("SELECT count(*) FROM photos").fetchone() == (0,)
    kept.close()


def test_a_file_damaged_in_the_middle_is_set_aside(path: Path) -> None:
    store = open_store(path)
    for number in range(30):
        store.record_prediction(prediction(f"p{number}", candidate="v" * 4000))
    store.close()
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    again = open_store(path)
    again.close()
    assert again.notice is not None
    assert list(path.parent.glob("beast.db.aside-*"))


async def test_a_locked_database_fails_the_one_request_and_works_later(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("beast_lsp.store.database._BUSY_SECONDS", 0.01)
    store = open_store(path)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    store.record_prediction(prediction("p1"))
    with pytest.raises(StoreError, match="locked"):
        await store.commit_feedback(feedback("p1"))
    other.execute("ROLLBACK")
    other.close()
    await store.commit_feedback(feedback("p1"))
    store.close()
    assert [row["outcome"] for row in rows_of(path)] == ["accepted"]


async def test_a_folder_that_cannot_be_made_leaves_the_store_answering(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    store = open_store(tmp_path / "file" / "beast.db")
    assert store.notice is not None
    store.record_prediction(prediction("p1"))
    with pytest.raises(StoreError):
        await store.commit_feedback(feedback("p1"))
    store.close()


async def test_a_full_disk_fails_the_one_request(path: Path) -> None:
    store = open_store(path)
    assert store._database is not None
    pages = store._database.execute("PRAGMA page_count").fetchone()[0]
    store._database.execute(f"PRAGMA max_page_count = {pages}")
    rows = [prediction(f"p{number}", candidate="v " * 2000) for number in range(20)]
    with pytest.raises(sqlite3.OperationalError, match="full"):
        write(store._database, rows)
    store._database.execute("PRAGMA max_page_count = 1000000")
    write(store._database, rows)
    store.close()
    assert len(rows_of(path)) == 20


def test_rows_that_cannot_be_written_do_not_fill_the_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store_module, "_MAX_WAITING", 10)
    (tmp_path / "file").write_text("in the way")
    store = open_store(tmp_path / "file" / "beast.db")
    for number in range(200):
        store.record_prediction(prediction(f"p{number}"))
        assert len(store._waiting) <= 10
    store.close()


async def test_two_servers_share_the_file(path: Path) -> None:
    stores = [open_store(path), open_store(path)]
    for number in range(20):
        for name, store in zip("ab", stores, strict=True):
            store.record_prediction(prediction(f"{name}{number}"))
    await asyncio.gather(
        *(store.commit_feedback(feedback(f"{name}1")) for name, store in zip("ab", stores, strict=True))
    )
    for store in stores:
        store.close()
    assert len(rows_of(path)) == 40


def test_servers_that_start_at_once_make_one_file(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        stores = list(pool.map(open_store, [path] * 4))
    for number, store in enumerate(stores):
        assert store.notice is None
        store.record_prediction(prediction(f"p{number}"))
        store.close()
    assert len(rows_of(path)) == 4


async def test_a_caller_that_gives_up_harms_nobody(store: Store, path: Path) -> None:
    impatient = asyncio.create_task(store.commit_feedback(feedback("p1")))
    await asyncio.sleep(0)
    impatient.cancel()
    await store.commit_feedback(feedback("p2"))
    assert store.notice is None


def test_nothing_is_purged_before_the_settings_are_known(path: Path) -> None:
    for limits, kept in ((None, "value"), (Limits(days=90), None)):
        store = Store.open(path, lambda: 1e9)
        store.limits = limits
        store.record_prediction(prediction("p1"))
        store.close()
        assert rows_of(path)[0]["candidate"] == kept


def test_old_texts_go_and_their_rows_stay(path: Path) -> None:
    database, _ = open_database(path)
    now = 200 * 86_400.0
    write(
        database, [prediction("old", 1.0), prediction("new", now - 5), feedback("old"), Survival("old", 30, 1.0, "x")]
    )
    purge(database, now, Limits(days=90))
    old, new = export(database)
    assert (old["candidate"], old["prefix"], old["outcome"], new["candidate"]) == (None, None, "accepted", "value")
    database.close()


def test_the_oldest_texts_go_where_there_are_too_many(path: Path) -> None:
    database, _ = open_database(path)
    write(database, [prediction(f"p{number}", number, candidate="v " * 4000) for number in range(200)])
    purge(database, 300.0, Limits(megabytes=1))
    texts = [row["candidate"] is not None for row in export(database)]
    assert not any(texts[:70])
    assert all(texts[80:])
    database.close()


def test_deleted_rows_leave_no_byte_behind(path: Path) -> None:
    database, _ = open_database(path)
    write(database, [prediction("gone", candidate="unmistakable_text" * 50), prediction("kept"), feedback("gone")])
    assert delete(database, prediction_id="gone") == 1
    database.close()
    assert b"unmistakable" not in b"".join(file.read_bytes() for file in path.parent.iterdir())
    assert [row["prediction_id"] for row in rows_of(path)] == ["kept"]


def test_deleting_leaves_what_was_not_meant(path: Path) -> None:
    database, _ = open_database(path)
    write(database, [prediction("a", 10.0), prediction("b", 20.0)])
    assert delete(database, prediction_id="nobody") == 0
    assert delete(database, before=20.0) == 1
    assert [row["prediction_id"] for row in export(database)] == ["b"]
    assert delete(database) == 1
    database.close()


def test_opening_again_changes_nothing(path: Path) -> None:
    database, _ = open_database(path)
    write(database, [prediction("a")])
    database.close()
    database, notice = open_database(path)
    assert notice is None
    assert set(database.table_names()) >= {"ml_predictions", "quality_feedback", "quality_improvements"}
    database.close()
    assert len(rows_of(path)) == 1


_CHILD = """
import asyncio, sys
from pathlib import Path
from beast_lsp.store import Feedback, Prediction, Store
async def main():
    store = Store.open(Path(sys.argv[1]))
    for number in range(1_000_000):
        name = f"p{number}"
        store.record_prediction(Prediction(name, 1.0, "inline", "m", "python", 1.0, 0.5, "c", 1, 1, "a", "b", "c"))
        await store.commit_feedback(Feedback(name, 2.0, "accepted", "explicit", 1.0, 1))
        print(name, flush=True)
asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no kill -9")
@pytest.mark.parametrize("lines", [1, 30])
def test_what_was_acknowledged_survives_a_kill(path: Path, lines: int) -> None:
    child = subprocess.Popen([sys.executable, "-c", _CHILD, str(path)], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    with child.stdout as output:
        acknowledged = [output.readline().strip() for _ in range(lines)]
        os.kill(child.pid, signal.SIGKILL)
        acknowledged += [line.strip() for line in output if line.endswith("\n")]
    child.wait()
    database, notice = open_database(path)
    stored = {row["prediction_id"]: row["outcome"] for row in export(database)}
    database.close()
    assert notice is None
    assert acknowledged[0] == "p0"
    assert all(stored.get(name) == "accepted" for name in acknowledged)
