import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.store.index.filters import MAX_BYTES
from beast_lsp.store.index.options import DEFAULTS, IndexOptions
from beast_lsp.store.index.walk import find, walk


def make(folder: Path, *paths: str, **contents: str) -> None:
    for path in paths:
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(contents.get(file.name, "x = 1\n"))


def paths(folder: Path, options: IndexOptions = DEFAULTS) -> list[str]:
    return [file.path for file in walk(folder, options)]


def test_files_come_in_order_with_size_and_time(tmp_path: Path) -> None:
    make(tmp_path, "b.py", "a/c.py", "README.md")
    found = list(walk(tmp_path))
    assert [file.path for file in found] == ["README.md", "a/c.py", "b.py"]
    assert found[2].size == 6
    assert found[2].mtime_ns == (tmp_path / "b.py").stat().st_mtime_ns


@pytest.mark.parametrize(
    "path",
    [
        ".git/config",
        "node_modules/left/index.js",
        "vendor/x.go",
        ".venv/lib/y.py",
        "pkg/__pycache__/x.py",
        "logo.png",
        "data.csv",
        "package-lock.json",
        "app.min.js",
        ".env",
        "server.pem",
        ".ssh/config",
    ],
)
def test_others_code_data_and_secrets_are_left_out(tmp_path: Path, path: str) -> None:
    make(tmp_path, "kept.py", path)
    assert paths(tmp_path) == ["kept.py"]
    assert find(tmp_path, path) is None


@pytest.mark.parametrize("path", ["src/build/plan.py", ".github/ci.yml", "env.py", "docs/vendors.md", ".env.example"])
def test_what_only_sounds_like_it_is_kept(tmp_path: Path, path: str) -> None:
    make(tmp_path, path)
    assert paths(tmp_path) == [path]
    assert find(tmp_path, path) is not None


def test_build_output_is_left_out_beside_what_builds(tmp_path: Path) -> None:
    make(tmp_path, "a/build/x.py", "b/build/x.py", "b/pyproject.toml", "c/build/__init__.py", "c/setup.py")
    assert paths(tmp_path) == ["a/build/x.py", "b/pyproject.toml", "c/build/__init__.py", "c/setup.py"]


def test_a_virtual_environment_of_any_name_is_left_out(tmp_path: Path) -> None:
    make(tmp_path, "python311/pyvenv.cfg", "python311/lib/x.py")
    assert paths(tmp_path) == []


def test_large_files_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "small.py").write_bytes(b"#" * MAX_BYTES)
    (tmp_path / "large.py").write_bytes(b"#" * (MAX_BYTES + 1))
    assert paths(tmp_path) == ["small.py"]


def test_gitignore_files_nest_and_negate(tmp_path: Path) -> None:
    make(tmp_path, "a.log.py", "keep.log.py", "sub/b.log.py", "sub/c.py", "deep/out/x.py")
    (tmp_path / ".gitignore").write_text("*.log.py\n!keep.log.py\nout/\n")
    (tmp_path / "sub" / ".gitignore").write_text("!b.log.py\n/c.py\n")
    assert [path for path in paths(tmp_path) if path.endswith(".py")] == ["keep.log.py", "sub/b.log.py"]
    assert find(tmp_path, "deep/out/x.py") is None


def test_the_exclude_file_and_the_rules_above_the_folder_count(tmp_path: Path) -> None:
    make(tmp_path, ".git/info/exclude", "sub/a.py", "sub/b.py", exclude="a.py\n")
    (tmp_path / ".gitignore").write_text("sub/b.py\n")
    assert paths(tmp_path / "sub") == []


def test_an_ignored_folder_that_was_opened_is_read(tmp_path: Path) -> None:
    make(tmp_path, ".git/HEAD", "tmp/a.py")
    (tmp_path / ".gitignore").write_text("tmp/\n")
    assert paths(tmp_path / "tmp") == ["a.py"]


def test_the_users_own_patterns_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "gen/b.py")
    assert paths(tmp_path, IndexOptions(exclude=("/gen",))) == ["a.py"]


def test_links_never_lead_out_nor_round(tmp_path: Path) -> None:
    make(tmp_path, "out/secret.py", "in/a.py")
    folder = tmp_path / "in"
    (folder / "loop").symlink_to(folder, target_is_directory=True)
    (folder / "away").symlink_to(tmp_path / "out", target_is_directory=True)
    (folder / "file.py").symlink_to(tmp_path / "out" / "secret.py")
    (folder / "broken.py").symlink_to(folder / "nothing")
    assert paths(folder) == ["a.py"]
    assert find(folder, "away/secret.py") is None
    assert find(folder, "../out/secret.py") is None


def test_pipes_unreadable_folders_and_missing_ones_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.py", "closed/b.py")
    os.mkfifo(tmp_path / "pipe.py")
    (tmp_path / "closed").chmod(0)
    expected = ["a.py"] if os.geteuid() else ["a.py", "closed/b.py"]  # Nothing is closed to the superuser.
    assert paths(tmp_path) == expected
    (tmp_path / "closed").chmod(0o700)
    assert paths(tmp_path / "gone") == []


def test_bytes_that_are_no_name_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.py")
    (Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.py"))).write_text("x")
    assert paths(tmp_path) == ["a.py"]


_name = st.sampled_from(["a", "b", "lib", "x.py", "y.md", "x"])
_pattern = st.sampled_from(
    ["a", "/b", "lib/", "*.py", "!x.py", "!/lib", "a/**", "**/x", "b/*", "!b/x.py", "# no", "\\!", ""]
)


@settings(max_examples=40, deadline=None)
@given(
    files=st.lists(st.lists(_name, min_size=1, max_size=3).map("/".join), min_size=1, max_size=8),
    rules=st.dictionaries(st.sampled_from(["", "a/", "lib/"]), st.lists(_pattern, max_size=4), max_size=2),
)
def test_what_is_ignored_is_what_git_ignores(
    tmp_path_factory: pytest.TempPathFactory, files: list[str], rules: dict[str, list[str]]
) -> None:
    folder = tmp_path_factory.mktemp("git")
    for path in files:
        file = folder / path
        if not any(parent.is_file() for parent in file.parents) and not file.exists():
            make(folder, path)
    for base, patterns in rules.items():
        if (folder / base).is_dir():
            (folder / base / ".gitignore").write_text("\n".join(patterns) + "\n")
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "GIT_CONFIG_NOSYSTEM": "1"}
    subprocess.run(["git", "init", "-q"], cwd=folder, env=environment, check=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--others", "--exclude-standard"],
        cwd=folder,
        env=environment,
        check=True,
        capture_output=True,
    )
    expected = sorted(listed.stdout.decode().split("\0")[:-1])
    assert sorted(paths(folder)) == expected
    assert [path for path in expected if find(folder, path) is None] == []
