"""Ruff's rules as findings: which ruff runs, what configures it, and what is made of its words."""

import os
import sys
from pathlib import Path

import pytest

from beast_lsp.features import linting
from beast_lsp.features.linting import Linted, RuleFinding, find_ruff, lint_files, lint_text

RUFF = find_ruff()
with_ruff = pytest.mark.skipif(RUFF is None, reason="ruff is neither beside this Python nor on PATH")
on_posix = pytest.mark.skipif(os.name == "nt", reason="the programs of these tests are shell scripts")

UNSAFE = "import subprocess\n\n\ndef f(a):\n    assert a\n    subprocess.call(\n        a, shell=True)\n"
SLOW = "def f(items):\n    found = []\n    for item in items:\n        found.append(item + 1)\n    return found\n"
SHARED = "def f(items=[]):\n    return items\n"


def program(file: Path, script: str) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return file


@pytest.fixture
def alone(monkeypatch, tmp_path):
    """No ruff beside Python, and an empty PATH."""
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere" / "python"))
    monkeypatch.setattr(linting.sysconfig, "get_path", lambda name: str(tmp_path / "nowhere"))
    monkeypatch.setenv("PATH", "")


@with_ruff
@pytest.mark.parametrize(
    ("text", "code", "kind", "line"),
    [(UNSAFE, "S602", "security", 5), (SLOW, "PERF401", "performance", 3), (SHARED, "B006", "reliability", 0)],
)
def test_a_rule_says_what_it_is_about(text, code, kind, line):
    found = {finding.code: finding for finding in lint_text(None, "pkg/a.py", text).findings}
    assert (found[code].kind, found[code].line, found[code].path) == (kind, line, "pkg/a.py")
    assert found[code].message
    assert found[code].url.startswith("https://")


@with_ruff
def test_only_the_three_groups_run_and_clean_code_has_no_findings():
    assert lint_text(None, "a.py", "import os,sys\nx = [ 1 ]\nl = lambda: 0\n") == Linted()
    assert {finding.code for finding in lint_text(None, "a.py", UNSAFE).findings} == {"S101", "S602"}


@with_ruff
def test_what_is_unsafe_elsewhere_is_usual_in_tests():
    assert lint_text(None, "tests/test_a.py", UNSAFE) == Linted()
    assert [finding.code for finding in lint_text(None, "tests/test_a.py", UNSAFE + SLOW).findings] == ["PERF401"]


@with_ruff
@pytest.mark.parametrize("text", ["def f(:\n", "", "\0", "\ud800 = 1\n", "if x:\n"])
def test_broken_code_has_no_findings_and_needs_no_note(text):
    assert lint_text(None, "a.py", text) == Linted()


@pytest.mark.parametrize("path", ["a.js", "a.go", "README.md", "ruff.toml"])
def test_other_languages_are_left_alone(path, tmp_path):
    (tmp_path / path).write_text(UNSAFE)
    assert lint_text(tmp_path, path, UNSAFE) == lint_files(tmp_path, [path]) == Linted()


@with_ruff
def test_the_workspace_configures_nothing(tmp_path, monkeypatch):
    (tmp_path / "ruff.toml").write_text('exclude = ["*.py"]\n[lint]\nselect = []\nignore = ["ALL"]\n')
    (tmp_path / "pyproject.toml").write_text('[tool.ruff.lint.per-file-ignores]\n"*.py" = ["S", "B", "PERF"]\n')
    (tmp_path / ".ruff.toml").write_text("this is no TOML")
    (tmp_path / "a.py").write_text(UNSAFE)
    monkeypatch.chdir(tmp_path)
    expected = ["S101", "S602"]
    assert [finding.code for finding in lint_text(tmp_path, "a.py", UNSAFE).findings] == expected
    assert [finding.code for finding in lint_files(tmp_path, ["a.py"]).findings] == expected
    assert not (tmp_path / ".ruff_cache").exists()


@with_ruff
def test_the_environment_configures_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("RUFF_OUTPUT_FILE", str(tmp_path / "stolen"))
    monkeypatch.setenv("RUFF_OUTPUT_FORMAT", "concise")
    assert lint_text(None, "a.py", SHARED).findings
    assert not (tmp_path / "stolen").exists()


@with_ruff
@pytest.mark.parametrize("name", ["@arguments.py", "--fix.py", "-.py", "a b.py", "é.py", "a\nb.py"])
def test_a_file_name_is_never_an_option_or_a_file_of_arguments(tmp_path, name, monkeypatch):
    (tmp_path / "arguments.py").write_text("--fix\n")
    (tmp_path / name).write_text(SHARED)
    monkeypatch.chdir(tmp_path)
    for found in (lint_text(tmp_path, name, SHARED), lint_files(tmp_path, [name])):
        assert [(finding.code, finding.path) for finding in found.findings] == [("B006", name)]
    assert (tmp_path / name).read_text() == SHARED


@with_ruff
def test_many_files_are_one_answer(tmp_path, monkeypatch):
    monkeypatch.setattr(linting, "_FILES_AT_ONCE", 2)
    names = [f"pkg/m{number}.py" for number in range(5)]
    (tmp_path / "pkg").mkdir()
    for name in names:
        (tmp_path / name).write_text(SHARED)
    assert [finding.path for finding in lint_files(tmp_path, names).findings] == names


@with_ruff
def test_what_lies_outside_of_the_folder_is_not_read(tmp_path):
    (tmp_path / "b.py").write_text(SHARED)
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "link.py").symlink_to(tmp_path / "b.py")
    assert lint_files(inside, ["../b.py", str(tmp_path / "b.py"), "link.py", "gone.py"]) == Linted()


@pytest.mark.usefixtures("alone")
def test_without_ruff_a_note_says_what_to_install(tmp_path):
    (tmp_path / "a.py").write_text(SHARED)
    for found in (lint_text(tmp_path, "a.py", SHARED), lint_files(tmp_path, ["a.py"])):
        assert found.findings == ()
        assert "pip install ruff" in found.note


@on_posix
@pytest.mark.usefixtures("alone")
def test_a_ruff_in_the_workspace_never_runs(tmp_path, monkeypatch):
    folder = tmp_path / "work"
    mark = tmp_path / "it-ran"
    fake = program(folder / ".venv" / "bin" / "ruff", f"touch {mark}; echo '[]'")
    program(folder / "ruff", f"touch {mark}; echo '[]'")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "ruff").symlink_to(fake)
    (tmp_path / "link").symlink_to(folder)
    places = [fake.parent, folder, tmp_path / "bin", tmp_path / "link" / ".venv" / "bin", "", ".", "relative"]
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, places)))
    monkeypatch.setattr(sys, "executable", str(fake.parent / "python"))
    monkeypatch.chdir(folder)
    assert find_ruff([folder]) is find_ruff([tmp_path / "link"]) is None
    assert lint_text(folder, "a.py", SHARED).note
    assert not mark.exists()


@on_posix
@pytest.mark.usefixtures("alone")
def test_a_ruff_on_path_runs_outside_of_the_workspace(tmp_path, monkeypatch):
    fake = program(tmp_path / "bin" / "ruff", "pwd > where; echo '[]'")
    (tmp_path / "bin" / "other").mkdir()
    monkeypatch.setenv("PATH", f"{tmp_path / 'work'}{os.pathsep}{fake.parent}")
    assert find_ruff([tmp_path / "work"]) == fake
    assert lint_text(tmp_path / "work", "a.py", SHARED) == Linted()
    assert Path((fake.parent / "where").read_text().strip()).samefile(fake.parent)


@on_posix
def test_a_file_that_may_not_be_run_is_no_ruff(tmp_path, monkeypatch, alone):
    program(tmp_path / "bin" / "ruff", "echo '[]'").chmod(0o644)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_ruff([]) is None


@on_posix
@pytest.mark.parametrize(
    ("script", "note"),
    [
        ("exec sleep 5", "was stopped"),
        ("echo broken", "without a list"),
        ("echo '{}'", "without a list"),
        ("exit 2", "status 2"),
        ("head -c 2000 /dev/zero", "more than fits"),
    ],
)
def test_a_ruff_that_fails_costs_its_findings_only(tmp_path, monkeypatch, script, note):
    monkeypatch.setattr(linting, "_SECONDS_TEXT", 0.5)
    monkeypatch.setattr(linting, "_MOST_OUTPUT", 1000)
    found = lint_text(None, "a.py", SHARED, program(tmp_path / "ruff", script))
    assert found.findings == ()
    assert note in found.note


@on_posix
def test_rows_that_cannot_be_read_are_left_out(tmp_path):
    place = '"filename": "x", "message": "m", "location": {"row": 3}, "end_location": {"row": 2}'
    rows = f'[1, null, {{}}, {{"code": null, {place}}}, {{"code": "E501", {place}}}, {{"code": "S1", {place}}}]'
    found = lint_text(None, "a.py", SHARED, program(tmp_path / "ruff", f"echo '{rows}'"))
    assert found == Linted((RuleFinding("a.py", 2, 2, "S1", "security", "m", ""),))


def test_a_program_that_cannot_start_is_told(tmp_path):
    assert "could not be started" in lint_text(None, "a.py", SHARED, tmp_path / "gone").note
