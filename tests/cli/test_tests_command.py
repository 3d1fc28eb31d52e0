"""`beast-lsp tests`: what it prints, writes and takes back, what it lists, and what it refuses."""

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from beast_lsp.cli.group import commands

PRICES = '''\
def words(text: str, limit: int = 10) -> list[str]:
    """The first words of a text."""
    if limit <= 0:
        return []
    return text.split()[:limit]
'''
REPORT = "SF:prices.py\nDA:1,1\nDA:3,0\nDA:4,0\nDA:5,0\nend_of_record\n"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        place = tmp_path_factory.mktemp("tests-command")
        patch.setenv("BEAST_LSP_HOME", str(place / "home"))
        folder = place / "code"
        (folder / "tests").mkdir(parents=True)
        (folder / "pyproject.toml").touch()
        (folder / "prices.py").write_text(PRICES)
        (folder / "broken.py").write_text("import no_such_module\n\n\ndef f(): return no_such_module.x\n")
        (folder / "empty.py").write_text("LIMIT = 3\n")
        (folder / "tests" / "test_other.py").write_text("def test(): pass\n")
        patch.chdir(folder)
        yield folder


def run(*words, exit_code=0):
    result = CliRunner().invoke(commands, ["tests", *map(str, words)])
    assert result.exit_code == exit_code, result.output
    return result


def test_tests_are_written_that_pass_and_are_taken_back(project):
    words = ["prices.py", "--write", "--json", "--seconds", 10, "--framework", "unittest", "--unconfined"]
    [told] = map(json.loads, run(*words).stdout.splitlines())
    assert (told["module"], told["path"], told["written"]) == ("prices.py", "tests/test_prices.py", True)
    assert told["framework"] == "unittest"
    assert told["coverage"] > 0.9
    assert told["killed"] <= told["mutants"] > 0
    assert {each["origin"] for each in told["tests"]} == {"recorded"}
    assert all(each["why"] for each in told["tests"])
    written = (project / told["path"]).read_text()
    assert written == told["text"]
    command = [sys.executable, "-m", "unittest", "tests/test_prices.py"]
    assert subprocess.run(command, cwd=project, capture_output=True, check=False).returncode == 0
    assert CliRunner().invoke(commands, ["refactor", "--undo"]).exit_code == 0
    assert not (project / told["path"]).exists()


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["empty.py"], "nothing in empty.py that a test could call"),
        (["prices.py::price"], "nothing in price that a test could call"),
        (["tests/test_other.py"], "This is a file of tests."),
        (["tests"], "tests has no module"),
    ],
)
def test_what_has_no_tests_is_said_and_nothing_is_written(project, words, reason):
    before = sorted(project.rglob("*.py"))
    result = run(*words, "--write", "--unconfined", exit_code=1)
    assert reason in result.stderr
    assert result.stdout == ""
    assert sorted(project.rglob("*.py")) == before


def test_a_module_that_cannot_be_imported_is_refused_with_its_reason(project):
    told = json.loads(run("broken.py", "--json", "--seconds", 10, "--unconfined", exit_code=1).stdout)
    assert "no_such_module" in told["refused"]
    assert ".venv" in told["hint"]


@pytest.mark.parametrize(
    "words", [["none.py"], [".::words"], ["/", "--root", "."], ["prices.py", "--seconds", 1], ["--python", "."]]
)
def test_wrong_usage_is_told(project, words):
    run(*words, exit_code=2)


def test_a_system_without_limits_refuses_and_names_the_option(project, monkeypatch):
    from beast_lsp.sandbox import run as sandbox
    from beast_lsp.sandbox.support import Support

    monkeypatch.setattr(sandbox, "support", lambda: Support(False, (), "this system lacks seccomp"))
    error = run("prices.py", exit_code=1).stderr
    assert "lacks seccomp" in error
    assert "`--unconfined`" in error


def test_what_no_test_reaches_is_listed(project):
    assert "predicted" in run("--untested").stderr
    (project / "lcov.info").write_text(REPORT)
    try:
        assert run("--untested").stdout == "prices.py:1: words: no test reaches this\n"
        [told] = map(json.loads, run("--untested", "prices.py", "--json").stdout.splitlines())
        assert (told["name"], told["line"], told["how"]) == ("words", 1, "measured")
        assert run("--untested", "empty.py").stdout == ""
    finally:
        (project / "lcov.info").unlink()


def test_what_the_project_s_own_tests_do_not_enter_is_listed(project):
    words = ["--untested", "--run", "--python", sys.executable, "--unconfined"]
    result = run(*words)
    assert result.stdout == "broken.py:4: f: no test reaches this\nprices.py:1: words: no test reaches this\n"
    assert "1 test was run" in result.stderr
    test = project / "tests" / "test_words.py"
    test.write_text("from prices import words\n\n\ndef test():\n    assert words('a b') == ['a', 'b']\n")
    try:
        assert run(*words, "--json").stdout.count("\n") == 1
    finally:
        test.unlink()


def test_tests_that_can_not_be_run_are_told_with_the_reason(project):
    conftest = project / "tests" / "conftest.py"
    conftest.write_text("import no_such_module\n")
    try:
        told = run("--untested", "--run", "--python", sys.executable, "--unconfined", exit_code=1).stderr
    finally:
        conftest.unlink()
    assert "No module named 'no_such_module'" in told
