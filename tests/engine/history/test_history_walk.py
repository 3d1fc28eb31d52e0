"""Commits read from git's own output, and spans followed through them."""

import difflib
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.history.lines import Span, Walk
from beast_lsp.engine.history.log import FORMAT, Commit, FileChange, Hunk, read_log

LOG = ["git", "log", "-p", "-U0", "-M", "--no-color", f"--format={FORMAT}"]
lines = st.lists(st.sampled_from("abcdxyz"), max_size=12)


class Repository:
    """A real one, whose commits are made of whole texts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.git("init", "-q", "-b", "main")

    def git(self, *words: str) -> str:
        name = ["-c", "user.name=A", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        run = subprocess.run(["git", *name, *words], cwd=self.folder, capture_output=True, text=True, check=True)
        return run.stdout

    def commit(self, message: str, **files: str | None) -> None:
        for name, text in files.items():
            path = self.folder / name.replace("_", ".")
            path.unlink(missing_ok=True) if text is None else path.write_text(text, "utf-8")
        self.git("add", "-A")
        self.git("commit", "-q", "--allow-empty", "-m", message)

    def log(self) -> list[Commit]:
        return list(read_log(self.git(*LOG[1:]).splitlines(keepends=True)))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path)


def test_commits_come_with_their_files_hunks_and_whole_messages(repository: Repository) -> None:
    repository.commit("one", a_py="x\ny\nz\n")
    repository.commit("two\n\n--- not a file\n@@ -1 +1 @@", a_py="x\nY\nz\n--- w\n", b_py="")
    newest, first = repository.log()
    assert newest.message == "two\n\n--- not a file\n@@ -1 +1 @@"
    assert (newest.author, first.message, newest.time >= first.time > 0) == ("a@example.org", "one", True)
    change = next(change for change in newest.files if change.path == "a.py")
    assert [(hunk.old, hunk.removed, hunk.new, hunk.added) for hunk in change.hunks] == [(1, 1, 1, 1), (3, 0, 3, 1)]
    assert [hunk.after for hunk in change.hunks] == [["Y"], ["--- w"]]
    assert [(change.old_path, change.path) for change in first.files] == [("", "a.py")]


def test_a_renamed_and_a_deleted_file_keep_their_names(repository: Repository) -> None:
    repository.commit("one", a_py="x\ny\nz\n", b_py="long\nenough\n")
    repository.git("mv", "a.py", "c.py")
    repository.commit("two", b_py=None)
    found = {(change.old_path, change.path) for change in repository.log()[0].files}
    assert found == {("a.py", "c.py"), ("b.py", "")}


def test_what_is_no_log_gives_nothing() -> None:
    assert list(read_log(["diff --git a/x b/x\n", "+++ b/x\n", "@@ -1 +1 @@\n"])) == []
    assert list(read_log([])) == []


def owners(repository: Repository, spans: dict[str, list[Span]]) -> list[tuple[str, int]]:
    return [(touch.commit.message, touch.owner) for touch in Walk(spans, forward=False).touches(repository.log())]


def test_a_span_is_followed_back_through_moves_and_renames(repository: Repository) -> None:
    repository.commit("first", a_py="def f():\n    1\n\n\ndef g():\n    2\n")
    repository.commit("change g", a_py="def f():\n    1\n\n\ndef g():\n    3\n")
    repository.commit("move down", a_py="import x\n\n\ndef f():\n    1\n\n\ndef g():\n    3\n")
    repository.git("mv", "a.py", "b.py")
    repository.commit("rename")
    repository.commit("change f", b_py="import x\n\n\ndef f():\n    4\n\n\ndef g():\n    3\n")
    spans = {"b.py": [Span(3, 5, 0), Span(7, 9, 1)]}
    assert owners(repository, spans) == [("change f", 0), ("change g", 1), ("first", 0), ("first", 1)]


def edited(old: list[str], new: list[str]) -> list[Hunk]:
    codes = difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return [Hunk(a, b - a, c, d - c) for tag, a, b, c, d in codes if tag != "equal"]


@given(lines, lines, st.integers(0, 12), st.integers(0, 12), st.booleans())
def test_a_span_that_nothing_touches_keeps_its_text(
    old: list[str], new: list[str], start: int, size: int, forward: bool
) -> None:
    here, there = (old, new) if forward else (new, old)
    start, end = min(start, len(here)), min(start + size + 1, len(here))
    span = Span(start, end, 0)
    commit = Commit("1", (), 0, "", "", [FileChange("a", "a", edited(old, new))])
    touched = list(Walk({"a": [span]}, forward=forward).touches([commit]))
    assert 0 <= span.start <= span.end <= len(there)
    if not touched and start < end:
        assert there[span.start : span.end] == here[start:end]
