"""The journal of refactorings: what is acknowledged is there, no secret is, and old entries go."""

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from beast_lsp.engine.document import Position
from beast_lsp.engine.refactors.net.reverse import edited, undoing
from beast_lsp.engine.refactors.plan import Plan, TextEdit
from beast_lsp.store import Limits, Store
from beast_lsp.store.database import delete, open_database, purge
from beast_lsp.store.journal import KEPT, Entry, Undone, entry_of, read_journal

SECRET = "ghp_" + "x9K2mQ7vT4bN8cR1wE5yU3iO6pA0sD2fG4hJ"
FOLDER = Path("/w")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "beast.db"


@pytest.fixture
def store(path):
    opened = Store.open(path, lambda: 10.0)
    yield opened
    opened.close()


def plan_of(text, start, end, new, **more):
    edit = TextEdit(Position(0, start), Position(0, end), new)
    return Plan("Inline it", {"a.py": (edit,)}, {"a.py": text}, {"a.py": edited(text, [edit])}, **more)


def nothing(_path):
    return None


def entry(identity, plan, now=1.0, read=nothing, folder=FOLDER, *, keeps_texts=True):
    return entry_of(identity, folder, now, plan, read, keeps_texts=keeps_texts)


async def test_what_is_committed_undoes_it_in_another_process(store, path):
    await store.commit_feedback(entry("1", plan_of("x = 1\n", 0, 1, "yes")))
    (found,) = read_journal(path, FOLDER)
    assert found.title == "Inline it"
    assert undoing(found.reverse, {"a.py": "yes = 1\n"}.get).after == {"a.py": "x = 1\n"}


async def test_the_newest_comes_first_and_each_folder_has_its_own(store):
    for number in range(3):
        await store.commit_feedback(entry(str(number), plan_of("x", 0, 1, "y"), now=1.0))
    await store.commit_feedback(entry("other", plan_of("x", 0, 1, "y"), folder=Path("/v")))
    assert [each.id for each in await store.journal(FOLDER)] == ["2", "1", "0"]
    await store.commit_feedback(Undone("2"))
    assert [each.id for each in await store.journal(FOLDER)] == ["1", "0"]


async def test_only_so_many_are_kept_of_a_folder(store):
    await store.commit_feedback(entry("other", plan_of("x", 0, 1, "y"), folder=Path("/v")))
    for number in range(KEPT + 2):
        await store.commit_feedback(entry(str(number), plan_of("x", 0, 1, "y"), now=float(number)))
    found = await store.journal(FOLDER)
    assert (len(found), found[-1].id) == (KEPT, "2")
    assert len(await store.journal(Path("/v"))) == 1


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        (f"token = '{SECRET}'\n", 9, 9 + len(SECRET)),
        (f"token = '{SECRET}'\n", 20, 30),  # a part of it is nothing to be kept either.
    ],
)
async def test_a_secret_stays_in_memory(store, path, text, start, end):
    made = entry("1", plan_of(text, start, end, "x"))
    await store.commit_feedback(made)
    assert made.reverse is not None
    assert [(each.title, each.reverse) for each in await store.journal(FOLDER)] == [("Inline it", None)]
    store.close()
    assert SECRET[11:20].encode() not in b"".join(file.read_bytes() for file in path.parent.iterdir())


async def test_what_stands_beside_a_secret_is_kept(store):
    await store.commit_feedback(entry("1", plan_of(f"token = '{SECRET}'\n", 0, 5, "key")))
    (found,) = await store.journal(FOLDER)
    assert list(found.reverse.fragments()) == ["token"]


async def test_a_deleted_file_with_a_secret_stays_in_memory(store):
    plan = Plan("Delete it", {}, {}, {}, deleted=frozenset({"s.py"}))
    await store.commit_feedback(entry("1", plan, read={"s.py": f"key = '{SECRET}'\n"}.get))
    assert [each.reverse for each in await store.journal(FOLDER)] == [None]


async def test_who_keeps_no_texts_has_none_of_them_kept(store):
    await store.commit_feedback(entry("1", plan_of("x = 1\n", 0, 1, "yes"), keeps_texts=False))
    assert [each.reverse for each in await store.journal(FOLDER)] == [None]


async def test_what_is_large_stays_in_memory(store):
    await store.commit_feedback(entry("1", plan_of("x" * 2_000_001, 0, 2_000_001, "")))
    assert [each.reverse for each in await store.journal(FOLDER)] == [None]


async def test_half_characters_survive(store):
    await store.commit_feedback(entry("1", plan_of("'\ud800' = 1\n", 0, 3, "y")))
    (found,) = await store.journal(FOLDER)
    assert undoing(found.reverse, {"a.py": "y = 1\n"}.get).after == {"a.py": "'\ud800' = 1\n"}


async def test_what_somebody_else_wrote_into_it_undoes_nothing(store, path):
    await store.commit_feedback(entry("1", plan_of("x", 0, 1, "y")))
    with sqlite3.connect(path) as database:
        database.execute("UPDATE refactorings SET reverse = '{}'")
    database.close()
    assert [each.reverse for each in await store.journal(FOLDER)] == [None]


def test_a_folder_without_a_database_has_no_journal(tmp_path):
    assert read_journal(tmp_path / "none.db", FOLDER) == []


def test_old_ones_go_and_so_they_do_when_the_user_deletes_what_is_stored(path):
    database, _ = open_database(path)
    for identity, day in (("old", 1), ("new", 9)):
        row = Entry(identity, str(FOLDER), day * 86_400.0, "t", None).columns()
        database.execute(Entry.STATEMENT, row)
    purge(database, 10 * 86_400.0, Limits(days=5))
    assert [each.id for each in read_journal(path, FOLDER)] == ["new"]
    delete(database)
    assert read_journal(path, FOLDER) == []
    database.close()


def test_what_was_acknowledged_survives_the_end_of_its_process(path):
    script = """
import asyncio, os, signal, sys
from pathlib import Path
from beast_lsp.engine.refactors.plan import Plan
from beast_lsp.store import Store
from beast_lsp.store.journal import entry_of
plan = Plan("New file", {}, {}, {}, created={"n.py": "x"})
store = Store.open(Path(sys.argv[1]))
asyncio.run(store.commit_feedback(entry_of("1", Path("/w"), 1.0, plan, lambda path: None, keeps_texts=True)))
os.kill(os.getpid(), signal.SIGKILL)
"""
    ended = subprocess.run([sys.executable, "-c", script, str(path)], check=False)
    assert ended.returncode < 0
    (found,) = read_journal(path, FOLDER)
    assert undoing(found.reverse, {"n.py": "x"}.get).deleted == {"n.py"}
