"""`beast-lsp check`: its formats, its exit codes, and what it says where something is missing."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from git_fakes import Repository

from beast_lsp import paths
from beast_lsp.cli.group import commands
from beast_lsp.features import checking

SOUND = "def sound(a):\n    return a\n\n\nclass C:\n    def method(self, b):\n        return b\n"
WRONG = "def wrong(a):\n    return a == a\n\n\nX = X or X\n"


@pytest.fixture(autouse=True)
def _own_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    made = Repository(tmp_path / "code")
    made.commit({"sound.py": SOUND})
    return made


def run(*words: object) -> Result:
    return CliRunner().invoke(commands, ["check", *map(str, words)])


def rows(*words: object) -> list[dict[str, object]]:
    result = run(*words, "--json")
    assert result.exit_code in {0, 1}, result.output
    return [json.loads(line) for line in result.stdout.splitlines()]


def test_sound_code_ends_with_0_and_findings_with_1(repository: Repository) -> None:
    result = run(repository.folder)
    assert result.exit_code == 0, result.output
    assert "2 functions in 1 file: nothing found." in result.stdout
    assert "C.method" in result.stdout
    repository.write({"wrong.py": WRONG})
    result = run(repository.folder)
    assert result.exit_code == 1
    assert "wrong.py:2:12  identical-operands  Both sides of `==` are the same." in result.stdout
    assert "3 functions in 2 files: 2 findings." in result.stdout


def test_json_has_an_object_for_each_function_and_nothing_else(repository: Repository) -> None:
    repository.write({"sub/wrong.py": WRONG, "tests/test_a.py": SOUND})
    found = rows(repository.folder)
    assert [(row["path"], row["name"], row["line"], row["end_line"]) for row in found] == [
        ("sound.py", "sound", 1, 2),
        ("sound.py", "C.method", 6, 7),
        ("sub/wrong.py", "", 5, 5),
        ("sub/wrong.py", "wrong", 1, 2),
        ("tests/test_a.py", "sound", 1, 2),
        ("tests/test_a.py", "C.method", 6, 7),
    ]
    for row in found:
        assert row["name"] == "" or (0 < row["risk"] < 1 and 0 <= row["score"] <= 100)
        assert isinstance(row["reasons"], list)
    (finding,) = found[3]["findings"]
    expected = {"rule": "identical-operands", "kind": "mistake", "line": 2, "column": 12}
    assert finding == {**expected, "message": "Both sides of `==` are the same."}
    assert [row["is_test"] for row in found if row["name"]] == [False, False, False, True, True]
    assert found[0]["calibrated"]
    assert rows(repository.folder) == found


def test_paths_are_relative_to_the_folder_and_of_a_file_to_its_repository(repository: Repository) -> None:
    repository.write({"sub/wrong.py": WRONG})
    assert {row["path"] for row in rows(repository.folder / "sub")} == {"wrong.py"}
    assert {row["path"] for row in rows(repository.folder / "sub" / "wrong.py")} == {"sub/wrong.py"}


def test_a_file_outside_of_a_repository_is_set_against_its_folder(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(WRONG)
    (tmp_path / "b.py").write_text(WRONG)
    assert {row["path"] for row in rows(tmp_path / "a.py")} == {"a.py"}


def test_notices_stay_out_of_what_programs_read(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "a.py").write_text(SOUND)
    result = run(tmp_path / "code", "--json")
    assert result.exit_code == 0
    assert result.stderr.count("not calibrated") == 1
    assert [json.loads(line)["calibrated"] for line in result.stdout.splitlines()] == [False, False]


def test_a_folder_without_code_is_told_and_is_no_failure(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for form in ([], ["--json"], ["--markdown"], ["--sarif"]):
        result = run(tmp_path / "empty", *form)
        assert (result.exit_code, "has no code" in result.stderr) == (0, True)
    assert run(tmp_path / "empty", "--json").stdout == ""


def test_since_reports_only_what_changed(repository: Repository) -> None:
    assert run(repository.folder, "--since", "HEAD").exit_code == 0
    repository.write({"sound.py": SOUND.replace("return b", "return b == b"), "new.py": SOUND})
    found = rows(repository.folder, "--since", "HEAD")
    assert [(row["path"], row["name"], len(row["findings"])) for row in found] == [
        ("new.py", "sound", 0),
        ("new.py", "C.method", 0),
        ("sound.py", "C.method", 1),
    ]
    assert run(repository.folder, "--since", "HEAD").exit_code == 1


@pytest.mark.parametrize("revision", ["nowhere", "--json", "-x", "HEAD~7", ""])
def test_since_what_is_no_revision_is_wrong_usage(repository: Repository, revision: str) -> None:
    result = run(repository.folder, "--since", revision)
    assert (result.exit_code, result.stdout) == (2, "")
    assert "--since" in result.stderr
    assert "Traceback" not in result.stderr


def test_since_without_a_repository_is_wrong_usage(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(SOUND)
    result = run(tmp_path, "--since", "HEAD")
    assert result.exit_code == 2
    assert "not a git repository" in " ".join(result.stderr.split())


def test_a_low_score_fails_when_asked_and_not_in_tests(repository: Repository) -> None:
    assert run(repository.folder, "--fail-under", "0").exit_code == 0
    result = run(repository.folder, "--fail-under", "100")
    assert result.exit_code == 1
    assert "a score below 100" in result.stderr
    repository.write({"test_a.py": SOUND})
    assert run(repository.folder / "test_a.py", "--fail-under", "100").exit_code == 0


def test_advice_of_ruff_never_fails(repository: Repository) -> None:
    repository.write({"shell.py": "import subprocess\n\n\ndef f(x):\n    subprocess.call(x, shell=True)\n"})
    result = run(repository.folder, "--lint")
    assert result.exit_code == 0, result.output
    assert "shell.py:5  ruff:S602" in result.stdout
    assert "Ruff's rules add" in result.stdout
    assert "ruff:" not in run(repository.folder).stdout
    (found,) = [row for row in rows(repository.folder, "--lint") if row["name"] == "f"]
    assert ("security", None) in [(one["kind"], one["column"]) for one in found["findings"]]


@pytest.mark.parametrize(
    "words",
    [["absent"], [".", "--json", "--sarif"], [".", "--fail-under", "101"], [".", "--fail-under", "low"], [".", "--x"]],
)
def test_wrong_usage(words: list[str]) -> None:
    result = run(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_markdown_is_a_report_for_a_pull_request(repository: Repository) -> None:
    repository.write({"wrong.py": WRONG})
    result = run(repository.folder, "--markdown")
    assert result.exit_code == 1
    assert result.stdout.startswith("## Code check\n\n3 functions in 2 files: 2 findings.")
    assert re.search(r"^\| \d+ \w+ \| `wrong`<br>`wrong\.py:1` \| .+ \|$", result.stdout, re.M)
    assert "- `wrong.py:2` Both sides of `==` are the same. (`identical-operands`)" in result.stdout


def test_names_of_files_stay_text_in_every_format(repository: Repository) -> None:
    repository.write({"a|`b`\x1b[31m.py": WRONG})
    for form in ([], ["--markdown"]):
        output = run(repository.folder, *form).stdout
        assert "\x1b" not in output
        assert "\N{REPLACEMENT CHARACTER}[31m" in output or "&#91;31m" in output
    assert "<code>a&#124;&#96;b&#96;" in run(repository.folder, "--markdown").stdout
    assert "a|`b`\x1b[31m.py" in {row["path"] for row in rows(repository.folder)}


def test_without_a_model_there_are_findings_and_one_notice(
    repository: Repository, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BEAST_LSP_MODELS", str(tmp_path / "nothing"))
    repository.write({"wrong.py": WRONG})
    result = run(repository.folder, "--json")
    assert result.exit_code == 1
    assert result.stderr.count("There are no scores") == 1
    found = [json.loads(line) for line in result.stdout.splitlines()]
    assert {(row["risk"], row["score"], row["calibrated"]) for row in found} == {(None, None, False)}
    table = run(repository.folder)
    assert "Riskiest" not in table.stdout
    assert "identical-operands" in table.stdout


def test_a_workspace_mutes_rules_by_its_settings_and_hears_what_is_wrong_in_them(repository: Repository) -> None:
    repository.write({"wrong.py": WRONG, "beast.toml": '[diagnostics]\nmuted = ["identical-operands"]\n'})
    assert "repeated-operand" not in run(repository.folder).stdout
    assert len(rows(repository.folder)) == 3
    repository.write({"beast.toml": "[diagnostics\n"})
    result = run(repository.folder)
    assert result.exit_code == 1
    assert "is not valid TOML" in result.stderr


def test_a_cache_that_is_no_folder_is_gone_without(repository: Repository) -> None:
    paths.cache_folder().parent.mkdir(parents=True)
    paths.cache_folder().write_text("a file")
    result = run(repository.folder)
    assert result.exit_code == 0
    assert "can't be written" in result.stderr
    assert paths.cache_folder().read_text() == "a file"


def test_ctrl_c_ends_it_with_130(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(checking, "update_standing", interrupt)
    result = run(repository.folder)
    assert (result.exit_code, result.stdout, result.stderr) == (130, "", "Stopped.\n")


def test_modules_of_the_workspace_are_not_run(tmp_path: Path) -> None:
    """Several processes look at so many files; each starts a Python where the workspace lies."""
    folder, ran = tmp_path / "code", tmp_path / "ran"
    folder.mkdir()
    for number in range(120):
        (folder / f"m{number}.py").write_text(SOUND)
    for name in ("multiprocessing", "signal", "numpy", "struct", "sitecustomize", "usercustomize"):
        (folder / f"{name}.py").write_text(f"open({str(ran)!r}, 'a').write({name!r})\n")
    script = tmp_path / "bin" / "beast.py"
    script.parent.mkdir()
    script.write_text(
        "import os\nos.cpu_count = lambda: 2\nfrom beast_lsp.cli import main\nif __name__ == '__main__':\n    main()\n"
    )
    words = [sys.executable, str(script), "check", "--json"]
    run = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 240
    assert not ran.exists()


def test_the_help_says_what_the_exit_codes_mean() -> None:
    result = run("--help")
    assert result.exit_code == 0
    assert "130  stopped by Ctrl-C" in result.output
