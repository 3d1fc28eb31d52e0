import asyncio
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

import beast_lsp
from beast_lsp.store.index import IndexOptions, IndexProgress, WorkspaceIndex
from beast_lsp.store.index.job import TEXT, Job

Open = Callable[[], "contextlib.AbstractAsyncContextManager[Started]"]


class Started:
    """A started index, and what it told."""

    def __init__(self, index: WorkspaceIndex) -> None:
        self.index = index
        self.reports: list[IndexProgress] = []

    def paths(self, family: str = "python") -> set[str]:
        return {path for layer in self.index.layers(family) for path in set(layer.index.paths) - layer.dead}

    async def change(self, *paths: Path) -> None:
        self.index.changed(paths)
        await self.index.idle()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.py").write_text("def first(one): ...\n")
    (folder / "b.py").write_text("def second(two): ...\n")
    return folder


@pytest.fixture
def opened(folder: Path, tmp_path: Path) -> Open:
    @contextlib.asynccontextmanager
    async def enter() -> AsyncIterator[Started]:
        index = WorkspaceIndex(folder, tmp_path / "cache", lambda: None, IndexOptions())
        started = Started(index)
        await index.start(started.reports.append)
        yield started
        await index.close()

    return enter


def many(folder: Path, count: int, lines: int = 800) -> None:
    """Enough files to keep the batch process busy."""
    (folder / "many").mkdir()
    text = "".join(f"value_{number} = call({number}, 'text')\n" for number in range(lines))
    for number in range(count):
        (folder / "many" / f"m{number}.py").write_text(text)


async def child(index: WorkspaceIndex) -> int:
    """The process id of a batch process, as soon as there is one."""
    while not index.child_pids:  # noqa: ASYNC110 - the system, not the loop, brings it to life.
        await asyncio.sleep(0.005)
    return index.child_pids[0]


async def test_a_folder_is_indexed(opened: Open) -> None:
    async with opened() as started:
        await started.index.idle()
        assert started.index.ready
        assert started.paths() == {"a.py", "b.py"}
        assert started.index.symbols.parameters("python", "second") == [("two",)]
        assert started.index.profile is not None
        assert started.index.style_facts(started.index.folder / "a.py").family == "python"
        assert started.reports[-1].finished
        assert started.index.notice is None


async def test_nothing_is_there_before_the_first_index(opened: Open) -> None:
    async with opened() as started:
        assert not started.index.ready
        assert started.index.layers("python") == ()
        assert started.index.symbols.definitions("python", "first") == []


async def test_the_second_start_shows_the_old_index_at_once_then_the_changes(opened: Open, folder: Path) -> None:
    async with opened() as started:
        await started.index.idle()
    (folder / "c.py").write_text("def third(): ...\n")
    async with opened() as started:
        assert started.paths() == {"a.py", "b.py"}
        assert started.index.symbols.definitions("python", "first")
        await started.index.idle()
        assert started.paths() == {"a.py", "b.py", "c.py"}
        assert started.index.symbols.definitions("python", "third")


async def test_saved_created_and_deleted_files_are_followed(opened: Open, folder: Path) -> None:
    async with opened() as started:
        await started.index.idle()
        (folder / "a.py").write_text("def renamed(): ...\n")
        (folder / "b.py").unlink()
        (folder / "c.py").write_text("def third(): ...\n")
        await started.change(folder / "a.py", folder / "b.py", folder / "c.py")
        assert started.paths() == {"a.py", "c.py"}
        assert started.index.symbols.definitions("python", "first") == []
        assert started.index.symbols.definitions("python", "renamed")


async def test_a_folder_that_vanishes_or_comes_is_followed(opened: Open, folder: Path) -> None:
    many(folder, 3, lines=3)
    async with opened() as started:
        await started.index.idle()
        shutil.rmtree(folder / "many")
        await started.change(folder / "many")
        assert started.paths() == {"a.py", "b.py"}
        many(folder, 2, lines=3)
        await started.change(folder / "many")
        assert started.paths() == {"a.py", "b.py", "many/m0.py", "many/m1.py"}


async def test_new_rules_are_followed(opened: Open, folder: Path) -> None:
    async with opened() as started:
        await started.index.idle()
        (folder / ".gitignore").write_text("b.py\n")
        await started.change(folder / ".gitignore")
        assert started.paths() == {"a.py"}


async def test_ten_thousand_changes_are_one_job(opened: Open, folder: Path) -> None:
    async with opened() as started:
        await started.index.idle()
        finished = len(started.reports)
        many(folder, 600, lines=1)
        for number in range(10_000):
            started.index.changed([folder / "many" / f"m{number}.py"])
        await started.index.idle()
        assert len(started.paths()) == 602
        assert sum(report.finished for report in started.reports[finished:]) == 1


async def test_what_does_not_concern_the_folder_changes_nothing(opened: Open, folder: Path, tmp_path: Path) -> None:
    async with opened() as started:
        await started.index.idle()
        before = started.index.layers("python")
        (tmp_path / "elsewhere.py").write_text("x = 1\n")
        (folder / ".env").write_text("x = 1\n")
        await started.change(tmp_path / "elsewhere.py", folder, folder / "never.py", folder / ".." / "elsewhere.py")
        await started.change(folder / ".env")
        assert [layer.index.paths for layer in started.index.layers("python")] == [
            layer.index.paths for layer in before
        ]


async def test_a_folder_that_is_away_keeps_its_index(opened: Open, folder: Path) -> None:
    async with opened() as started:
        await started.index.idle()
    shutil.move(folder, folder.with_name("away"))
    async with opened() as started:
        await started.index.idle()
        assert started.paths() == {"a.py", "b.py"}


async def test_a_killed_child_is_replaced(opened: Open, folder: Path) -> None:
    many(folder, 40)
    async with opened() as started:
        os.kill(await child(started.index), signal.SIGKILL)
        await started.index.idle()
        assert len(started.paths()) == 42
        assert started.index.notice is None


async def test_a_child_that_always_dies_is_given_up_with_a_notice(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", shutil.which("false"))
    async with opened() as started:
        await started.index.idle()
        assert started.index.notice
        assert started.reports[-1].problem == started.index.notice


async def test_a_child_that_cannot_start_gives_a_notice(
    opened: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    async with opened() as started:
        await started.index.idle()
        assert started.index.notice


async def test_cancelling_ends_the_child_and_leaves_the_index_usable(opened: Open, folder: Path) -> None:
    many(folder, 40)
    async with opened() as started:
        pid = await child(started.index)
        await started.index.cancel()
        await started.index.idle()
        assert not is_alive(pid)
        assert started.index.layers("python") == ()
        assert started.index.notice is None
    async with opened() as started:
        await started.index.idle()
        assert len(started.paths()) == 42


async def test_closing_in_the_middle_leaves_no_child(opened: Open, folder: Path) -> None:
    many(folder, 40)
    async with opened() as started:
        pid = await child(started.index)
    assert not is_alive(pid)
    assert started.index.child_pids == ()


async def test_closing_while_it_starts_leaves_nothing_running(folder: Path, tmp_path: Path) -> None:
    index = WorkspaceIndex(folder, tmp_path / "cache", lambda: None)
    starting = asyncio.create_task(index.start(lambda progress: None))
    await asyncio.sleep(0)
    await index.close()
    await starting
    index.changed([folder / "a.py"])
    await index.idle()
    assert index.child_pids == ()
    assert not index.ready


async def test_a_damaged_cache_is_made_anew(opened: Open) -> None:
    async with opened() as started:
        await started.index.idle()
        home = started.index.home
    next(home.glob("text/base-*/python/tokens.i32")).write_bytes(b"abc")
    (home / "facts.db").write_bytes(b"this is no database" * 300)
    async with opened() as started:
        await started.index.idle()
        assert started.paths() == {"a.py", "b.py"}
        assert started.index.symbols.definitions("python", "first")
        assert started.index.notice is None


async def test_a_cache_that_cannot_be_written_gives_a_notice(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    index = WorkspaceIndex(folder, tmp_path / "cache", lambda: None)
    await index.start(lambda progress: None)
    await index.idle()
    assert index.notice
    assert not index.ready
    await index.close()


async def test_two_servers_may_share_a_folder(opened: Open, folder: Path) -> None:
    async with opened() as first, opened() as second:
        await asyncio.gather(first.index.idle(), second.index.idle())
        assert first.paths() == second.paths() == {"a.py", "b.py"}
        (folder / "c.py").write_text("x = 1\n")
        await asyncio.gather(first.change(folder / "c.py"), second.change(folder / "c.py"))
        assert first.paths() == second.paths() == {"a.py", "b.py", "c.py"}


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def start_child() -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "beast_lsp.store.index.child"],
        cwd=Path(beast_lsp.__file__).parent.parent,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def test_the_child_dies_with_its_parent_in_the_middle_of_work(folder: Path, tmp_path: Path) -> None:
    many(folder, 200)
    with start_child() as process:
        assert process.stdin is not None
        job = Job(TEXT, str(folder), str(tmp_path / "home"), IndexOptions())
        process.stdin.write(json.dumps(job.to_json()).encode() + b"\n")
        process.stdin.close()  # This is what the end of the server looks like.
        assert process.wait(timeout=20) == 0
    assert not (tmp_path / "home" / "text" / "current.json").exists()


def test_the_child_imports_nothing_of_the_server(folder: Path) -> None:
    program = "import sys, beast_lsp.store.index.child; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    heavy = {"pygls", "lsprotocol", "numpy", "onnxruntime", "tree_sitter", "httpx", "sqlite_utils"}
    assert not heavy & set(modules)


@pytest.mark.parametrize(
    ("progress", "percentage"),
    [(IndexProgress(), 0), (IndexProgress(5, 10), 50), (IndexProgress(10, 10), 99), (IndexProgress(0, 0, True), 100)],
)
def test_progress_is_complete_only_when_finished(progress: IndexProgress, percentage: int) -> None:
    assert progress.percentage == percentage
