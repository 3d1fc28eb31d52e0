"""A real git, asked about real repositories: what it tells, and what a repository's configuration can't do."""

from pathlib import Path

import pytest
from git_fakes import Repository

from beast_lsp.errors import HistoryError
from beast_lsp.store.history.git import Git


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository(tmp_path / "r")


def origins(folder: Path) -> list[tuple[str, bool]]:
    """Of each commit of the line of first parents, who made its first hunk, and whether to fix something."""
    log = Git(folder).log([".py"])
    hunks = [(commit, hunk) for commit in log for change in commit.files for hunk in change.hunks]
    return [(commit.message.splitlines()[0], any(one.is_fix for one in hunk.origins)) for commit, hunk in hunks]


def test_a_merge_that_names_a_branch_is_explained_by_what_it_brought_in(repository: Repository) -> None:
    repository.commit({"a.py": "def f():\n    return 1\n", "b.py": "def g():\n    return 2\n"}, "first")
    repository.git("checkout", "-q", "-b", "stable")
    repository.commit({"a.py": "def f():\n    return fixed(1)\n"}, "Fix a crash in f")
    repository.commit({"b.py": "def g():\n    return better(2)\n"}, "Say it better")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge branch 'stable'", "stable")
    assert origins(repository.folder)[:2] == [("Merge branch 'stable'", True), ("Merge branch 'stable'", False)]


def test_the_title_of_a_merged_request_counts(repository: Repository) -> None:
    repository.commit({"a.py": "def f():\n    return 1\n"}, "first")
    repository.git("checkout", "-q", "-b", "x")
    repository.commit({"a.py": "def f():\n    return handled(1)\n"}, "wip")
    repository.git("checkout", "-q", "main")
    repository.git("merge", "-q", "--no-ff", "-m", "Merge pull request #1 from a/x\n\nFix the crash", "x")
    assert origins(repository.folder)[0][1]


def test_what_only_reformats_is_nobody_s_fix(repository: Repository) -> None:
    repository.commit({"a.py": "x = f('a',  1)\n"}, "first")
    repository.commit({"a.py": 'x = f(\n    "a", 1,\n)\n'}, "Fix it")
    assert origins(repository.folder)[0] == ("Fix it", False)


def test_listed_commits_are_ignored(repository: Repository) -> None:
    repository.commit({"a.py": "x = 1\n"}, "first")
    repository.commit({"a.py": "x = 2\n"}, "Fix it")
    head = repository.git("rev-parse", "HEAD").strip()
    (repository.folder / ".git-blame-ignore-revs").write_text(f"# why\n{head}\n", "utf-8")
    assert origins(repository.folder)[0] == ("Fix it", False)


def test_only_the_code_below_the_folder_counts(repository: Repository) -> None:
    repository.commit({"a.py": "x = 1\n"}, "first")
    inner = repository.folder / "inner"
    inner.mkdir()
    (inner / "c.py").write_text("y = 1\n", "utf-8")
    repository.commit({}, "second")
    git = Git(inner)
    assert [path for path, _ in git.files("HEAD")] == ["c.py"]
    assert [change.path for commit in git.log([".py"]) for change in commit.files] == ["c.py"]


def test_names_with_odd_characters_are_read(repository: Repository) -> None:
    (repository.folder / "ä b\t.py").write_text("x = 1\n", "utf-8")
    repository.commit({}, "first")
    git = Git(repository.folder)
    [(path, blob)] = git.files("HEAD")
    assert path == "ä b\t.py"
    assert list(git.texts([blob])) == [b"x = 1\n"]


@pytest.mark.parametrize("setting", ["core.fsmonitor", "diff.external", "core.pager", "gpg.program", "core.sshCommand"])
def test_a_repository_runs_no_program(repository: Repository, tmp_path: Path, setting: str) -> None:
    repository.commit({"a.py": "x = 1\n"}, "first")
    trap, evidence = tmp_path / "trap.sh", tmp_path / "evidence"
    trap.write_text(f"#!/bin/sh\ntouch {evidence}\n", "utf-8")
    trap.chmod(0o755)
    repository.git("config", setting, str(trap))
    repository.git("config", "diff.evil.command", str(trap))
    repository.git("config", "diff.evil.textconv", str(trap))
    repository.git("config", "log.showSignature", "true")
    (repository.folder / ".gitattributes").write_text("*.py diff=evil\n", "utf-8")
    (repository.folder / "a.py").write_text("x = 2\n", "utf-8")
    git = Git(repository.folder)
    assert [commit.message for commit in git.log([".py"])] == ["first"]
    assert git.files(git.head())
    assert not evidence.exists()


def test_where_there_is_no_repository_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="history of"):
        Git(tmp_path).head()


def test_without_git_it_says_what_to_do(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(repository.folder))
    with pytest.raises(HistoryError, match="Install git"):
        Git(repository.folder).head()


def test_a_revision_that_looks_like_an_option_is_none(repository: Repository, tmp_path: Path) -> None:
    repository.commit({"a.py": "x = 1\n"}, "first")
    with pytest.raises(HistoryError):
        list(Git(repository.folder).log([".py"], revision=f"--output={tmp_path / 'written'}"))
    assert not (tmp_path / "written").exists()
