"""Ruff's own repairs: the project's configuration decides, the owner's ruff runs, and nothing else."""

import os
import sys

import pytest

from beast_lsp.errors import RefactoringRefused
from beast_lsp.features import linting
from beast_lsp.features.linting import find_ruff
from beast_lsp.features.ruff_fixes import ruff_text

with_ruff = pytest.mark.skipif(find_ruff() is None, reason="ruff is neither beside this Python nor on PATH")
on_posix = pytest.mark.skipif(os.name == "nt", reason="the program of this test is a shell script")
TEXT = "import sys\nimport os\n\nprint( os.sep , sys )\nx = f'a'\n"
SORTED = "import os\nimport sys\n\nprint( os.sep , sys )\nx = f'a'\n"


@with_ruff
def test_imports_are_sorted_and_nothing_else_is_touched(tmp_path):
    assert ruff_text("organize-imports", tmp_path, "p/a.py", TEXT) == SORTED
    assert ruff_text("organize-imports", tmp_path, "p/a.py", SORTED) == SORTED


@with_ruff
def test_line_ends_stay(tmp_path):
    text = TEXT.replace("\n", "\r\n")
    assert ruff_text("organize-imports", tmp_path, "a.py", text) == SORTED.replace("\n", "\r\n")


@with_ruff
def test_the_projects_configuration_decides(tmp_path):
    (tmp_path / "ruff.toml").write_text("lint.select = ['F541']\nlint.isort.force-single-line = true\n", "utf-8")
    assert ruff_text("fix-all", tmp_path, "a.py", TEXT) == TEXT.replace("f'a'", "'a'")
    assert (
        ruff_text("organize-imports", tmp_path, "a.py", "from m import b, a\n") == "from m import a\nfrom m import b\n"
    )


@with_ruff
def test_a_file_that_the_project_excludes_stays(tmp_path):
    (tmp_path / "ruff.toml").write_text("exclude = ['a.py']\n", "utf-8")
    assert ruff_text("fix-all", tmp_path, "a.py", TEXT) == TEXT


@with_ruff
def test_unsafe_fixes_are_not_made_whatever_the_project_says(tmp_path):
    (tmp_path / "ruff.toml").write_text("unsafe-fixes = true\nlint.select = ['E711']\n", "utf-8")
    text = "x = 1\nprint(x == None)\n"
    assert ruff_text("fix-all", tmp_path, "a.py", text) == text


@with_ruff
def test_a_configuration_that_ruff_cannot_read_is_a_refusal_with_its_words(tmp_path):
    (tmp_path / "ruff.toml").write_text("nonsense = 1\n", "utf-8")
    with pytest.raises(RefactoringRefused, match=r"Ruff failed: .*ruff\.toml"):
        ruff_text("fix-all", tmp_path, "a.py", TEXT)


@with_ruff
def test_a_text_that_is_no_python_comes_back_as_it_is(tmp_path):
    assert ruff_text("fix-all", tmp_path, "a.py", "def (:\n") == "def (:\n"


def test_a_missing_ruff_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    monkeypatch.setattr(linting.sysconfig, "get_path", lambda name: str(tmp_path / "nowhere"))
    monkeypatch.setenv("PATH", "")
    with pytest.raises(RefactoringRefused, match="ruff is missing"):
        ruff_text("fix-all", tmp_path, "a.py", TEXT)


@on_posix
def test_a_ruff_of_the_workspace_is_never_run(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    monkeypatch.setattr(linting.sysconfig, "get_path", lambda name: str(tmp_path / "nowhere"))
    program = tmp_path / "bin" / "ruff"
    program.parent.mkdir()
    program.write_text(f"#!/bin/sh\ntouch {tmp_path}/ran\n", "utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent))
    with pytest.raises(RefactoringRefused, match="ruff is missing"):
        ruff_text("fix-all", tmp_path, "a.py", TEXT)
    assert not (tmp_path / "ran").exists()
