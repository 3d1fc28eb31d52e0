"""What changed since a revision, asked of real repositories."""

from pathlib import Path

import pytest
from git_fakes import Repository
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.errors import HistoryError
from beast_lsp.store.history.changes import blob_name, changes_since
from beast_lsp.store.history.git import Git, repository_of

TEXT = "def f():\n    return 1\n\n\ndef g():\n    return 2\n"


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "r")
    made.commit({"a.py": TEXT, "b.py": TEXT, "sub/c.py": TEXT})
    return made


def rows(folder: Path, revision: str, *paths: str) -> dict[str, list[int]]:
    """The new rows; behind the last line end there is an empty one more."""
    return {
        path: sorted(one.rows - {len(one.lines) - 1}) for path, one in changes_since(folder, revision, paths).items()
    }


def test_committed_uncommitted_and_new_files_count_alike(repository: Repository) -> None:
    repository.commit({"a.py": TEXT.replace("1", "3")})
    repository.write({"b.py": TEXT.replace("2", "4"), "new.py": "x = 1\n"})
    assert rows(repository.folder, "HEAD~1", "a.py", "b.py", "new.py", "sub/c.py") == {
        "a.py": [1],
        "b.py": [5],
        "new.py": [0],
    }
    assert rows(repository.folder, "HEAD", "a.py", "b.py") == {"b.py": [5]}


def test_paths_are_those_of_the_folder(repository: Repository) -> None:
    repository.write({"sub/c.py": TEXT + "x = 1\n"})
    assert rows(repository.folder / "sub", "main", "c.py") == {"c.py": [6]}


def test_a_renamed_file_is_set_against_what_it_was_called(repository: Repository) -> None:
    repository.git("mv", "a.py", "moved.py")
    assert rows(repository.folder, "HEAD", "moved.py") == {}
    repository.commit({"moved.py": TEXT.replace("1", "7")})
    assert rows(repository.folder, "HEAD~1", "moved.py") == {"moved.py": [1]}


def test_a_copy_is_new_and_a_move_is_not(repository: Repository) -> None:
    repository.write({"copy.py": TEXT})
    assert rows(repository.folder, "HEAD", "copy.py") == {"copy.py": [0, 1, 2, 3, 4, 5]}
    repository.write({"a.py": None})
    assert rows(repository.folder, "HEAD", "copy.py") == {}


def test_what_is_gone_unreadable_binary_or_unchanged_is_left_out(repository: Repository) -> None:
    repository.write({"a.py": None, "b.py": b"\0\0", "sub/c.py": TEXT.replace("\n", "\r\n")})
    assert rows(repository.folder, "HEAD", "a.py", "b.py", "sub/c.py", "never.py") == {}


def test_what_was_no_text_is_new_from_end_to_end(repository: Repository) -> None:
    repository.commit({"a.py": b"\0\0"})
    repository.write({"a.py": "x = 1\ny = 2\n"})
    assert rows(repository.folder, "HEAD", "a.py") == {"a.py": [0, 1]}


@pytest.mark.parametrize(
    "revision", ["", "-", "--all", "--output=x", "nowhere", "main..main", "a\0b", "HEAD~9", "HEAD:a.py", "^main"]
)
def test_what_is_no_revision_is_refused_and_is_no_option(repository: Repository, revision: str) -> None:
    with pytest.raises(HistoryError, match="has no revision"):
        changes_since(repository.folder, revision, ["a.py"])
    assert not (repository.folder / "x").exists()


def test_a_folder_without_a_repository_is_told_as_such(tmp_path: Path) -> None:
    with pytest.raises(HistoryError, match="not a git repository"):
        changes_since(tmp_path, "HEAD", [])
    assert repository_of(tmp_path / "a" / "b") is None


def test_the_repository_of_a_place_is_the_innermost(repository: Repository) -> None:
    inner = Repository(repository.folder / "sub" / "inner")
    assert repository_of(repository.folder / "sub" / "c.py") == repository.folder
    assert repository_of(inner.folder) == inner.folder


def test_a_shallow_clone_says_how_to_get_the_revision(repository: Repository, tmp_path: Path) -> None:
    first = repository.git("rev-parse", "HEAD")
    repository.commit({"a.py": "x = 1\n"})
    repository.git("clone", "-q", "--depth", "1", f"file://{repository.folder}", str(tmp_path / "shallow"))
    with pytest.raises(HistoryError, match="unshallow"):
        changes_since(tmp_path / "shallow", first, ["a.py"])


def test_no_program_that_the_repository_names_is_run(repository: Repository, tmp_path: Path) -> None:
    mark = tmp_path / "ran"
    run = f"touch {mark}; cat"
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "diff.evil.command", "core.fsmonitor"):
        repository.git("config", key, run)
    repository.write({".gitattributes": "*.py filter=evil diff=evil\n", "a.py": TEXT.replace("1", "3")})
    assert rows(repository.folder, "HEAD", "a.py", "b.py") == {"a.py": [1]}
    assert not mark.exists()


@given(st.binary(max_size=200))
def test_a_content_has_the_name_that_git_gives_it(data: bytes) -> None:
    assert len(blob_name(data, "0" * 40)) == 40
    assert len(blob_name(data, "0" * 64)) == 64
    assert blob_name(data + b"x", "0" * 40) != blob_name(data, "0" * 40)


def test_the_name_is_git_s_own(repository: Repository) -> None:
    files = dict(Git(repository.folder).files("HEAD"))
    assert files["a.py"] == blob_name(TEXT.encode(), files["b.py"])
