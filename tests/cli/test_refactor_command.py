"""`beast-lsp refactor`: what it shows, writes and takes back, and what it refuses."""

import json
import re
import stat
import subprocess

import pytest
from click.testing import CliRunner

from beast_lsp.cli.group import commands
from beast_lsp.engine.docs.actions import DOCUMENTATION
from beast_lsp.engine.refactors.registry import REFACTORINGS

BRANCHES = "def f(x):\n    if x:\n        a = 1\n    else:\n        a = 2\n    return a\n"
INVERTED = "def f(x):\n    if not x:\n        a = 2\n    else:\n        a = 1\n    return a\n"


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))
    folder = tmp_path / "code"
    (folder / "p").mkdir(parents=True)
    (folder / "pyproject.toml").touch()
    (folder / "p" / "a.py").write_text(BRANCHES, "utf-8")
    monkeypatch.chdir(folder)
    return folder


def run(*words, exit_code=0):
    result = CliRunner().invoke(commands, ["refactor", *map(str, words)])
    assert result.exit_code == exit_code, result.output
    return result


def content(project):
    return (project / "p" / "a.py").read_bytes().decode()


def test_without_apply_it_shows_a_diff_and_writes_nothing(project):
    said = run("invert-if", "p/a.py:2:5").stdout
    assert said.startswith("Invert the condition\n  ")
    assert "in 1 file: p/a.py" in said
    assert "--- a/p/a.py\n+++ b/p/a.py\n" in said
    assert content(project) == BRANCHES


def test_the_diff_is_one_that_git_applies(project):
    said = run("invert-if", "p/a.py:2:5", "--diff").stdout
    subprocess.run(["git", "apply", "-"], input=said, text=True, check=True, cwd=project)
    assert content(project) == INVERTED


def test_apply_writes_it_and_undo_takes_it_back(project):
    (project / "p" / "a.py").chmod(0o755)
    assert run("invert-if", "p/a.py:2:5", "--apply").stdout.startswith("Invert the condition: done\n")
    assert content(project) == INVERTED
    assert stat.S_IMODE((project / "p" / "a.py").stat().st_mode) == 0o755
    assert run("--undo").stdout == "Undo: Invert the condition: p/a.py\n"
    assert content(project) == BRANCHES
    assert "No refactoring of this folder is left" in run("--undo", exit_code=1).stderr


def test_undo_goes_back_one_by_one(project):
    run("invert-if", "p/a.py:2:5", "--apply")
    once = content(project)
    run("invert-if", "p/a.py:2:5", "--apply")
    assert content(project) != once
    run("--undo")
    assert content(project) == once
    run("--undo")
    assert content(project) == BRANCHES


def test_what_was_edited_since_is_not_undone(project):
    run("invert-if", "p/a.py:2:5", "--apply")
    (project / "p" / "a.py").write_text(INVERTED + "x = 1\n", "utf-8")
    assert re.search(r"Edited since.*p/a\.py", run("--undo", exit_code=1).stderr)
    assert content(project) == INVERTED + "x = 1\n"


def test_json_says_where_the_edits_are(project):
    found = json.loads(run("invert-if", "p/a.py:2:5", "--json").stdout)
    first = {"path": "p/a.py", "start": [2, 8], "end": [2, 8], "text": "not ", "certainty": "certain", "note": ""}
    assert (found["title"], found["applied"], found["edits"][0]) == ("Invert the condition", False, first)
    assert json.loads(run("invert-if", "p/a.py:2:5", "--json", "--apply").stdout)["applied"]
    assert content(project) == INVERTED


def test_a_selection_and_an_option_are_taken(project):
    (project / "p" / "a.py").write_text("print(1 + 2, 'é')\n", "utf-8")
    run("extract-variable", "p/a.py:1:7-1:12", "--set", "name=total", "--apply")
    assert content(project) == "total = 1 + 2\nprint(total, 'é')\n"


def test_what_does_not_apply_there_is_refused_with_1(project):
    assert run("invert-if", "p/a.py:1:1", exit_code=1).stderr == "Refused: Invert if does not apply at this place.\n"
    answer = json.loads(run("invert-if", "p/a.py:1:1", "--json", exit_code=1).stdout)
    assert answer == {"refused": "Invert if does not apply at this place.", "hint": ""}


def test_a_refusal_says_what_would_work(project):
    (project / "p" / "a.py").write_bytes(b"# coding: latin-1\nif x:\n    y()\nelse:\n    z()\n")
    answer = json.loads(run("invert-if", "p/a.py:2:1", "--json", exit_code=1).stdout)
    assert answer == {"refused": "p/a.py is not encoded as UTF-8.", "hint": "Save it as UTF-8 first."}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["no-such-thing", "p/a.py:1:1"], "no-such-thing is none of"),
        (["invert-if"], "expected FILE:LINE:COL"),
        (["invert-if", "p/a.py"], "expected FILE:LINE:COL"),
        (["invert-if", "p/a.py:0:1"], "from 1 on"),
        (["invert-if", "p/a.py:2:5-1:1"], "the end last"),
        (["invert-if", "p/none.py:1:1"], "there is no file p/none.py"),
        (["invert-if", "p/a.py:2:5", "--set", "name=x"], "knows these options: none"),
        (["extract-variable", "p/a.py:2:5", "--set", "name"], "knows these options: name"),
        (["invert-if", "p/a.py:2:5", "--include", "certain"], "certain is none of probable, textual"),
        (["invert-if", "p/a.py:2:5", "--root", "home"], "does not exist"),
        ([], "nothing is none of"),
    ],
)
def test_wrong_usage_ends_with_2(words, says):
    assert says in " ".join(run(*words, exit_code=2).stderr.split())


def test_a_file_outside_of_the_root_is_wrong_usage(project, tmp_path):
    (tmp_path / "other").mkdir()
    assert "lies outside" in run("invert-if", "p/a.py:2:5", "--root", tmp_path / "other", exit_code=2).stderr


def test_a_file_behind_a_link_is_worked_on_where_it_is(project):
    (project / "link.py").symlink_to(project / "p" / "a.py")
    run("invert-if", "link.py:2:5", "--apply")
    assert content(project) == INVERTED
    assert (project / "link.py").is_symlink()


def test_the_list_names_every_refactoring_with_its_options():
    said = run("--list").stdout
    names = [line.split()[0] for line in said.splitlines() if not line.startswith(" ")]
    assert names == sorted(one.name for one in (*REFACTORINGS, *DOCUMENTATION))
    rows = [json.loads(line) for line in run("--list", "--json").stdout.splitlines()]
    assert [row["name"] for row in rows] == names
    assert next(row for row in rows if row["name"] == "extract-variable")["options"]["name"]


def test_an_example_is_run_at_the_head_of_a_function_and_nothing_else_is_taken_for_one(project):
    place = ["document-function", "p/a.py:2:5", "--set"]
    assert "No example can be added here" in run(*place, "example=run", exit_code=1).stderr
    assert "none of run, unconfined" in run(*place, "example=>>> f(1)", exit_code=2).stderr
    assert content(project) == BRANCHES
