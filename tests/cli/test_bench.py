"""`beast-lsp bench` against a server that knows every line."""

import json
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from beast_lsp.cli import bench
from beast_lsp.replay.server import Server

FAKE = Path(__file__).parent.parent / "replay" / "fake_server.py"
FUNCTION = "def {0}():\n    a_{0} = 1\n    b_{0} = 2\n    c_{0} = 3\n    return a_{0}\n\n\n"


@pytest.fixture
def workspace(tmp_path) -> Path:
    folder = tmp_path / "shop"
    folder.mkdir()
    for name in ("cart", "order", "stock"):
        (folder / f"{name}.py").write_text(FUNCTION.format(name) + FUNCTION.format(f"more_{name}"))
    return folder


@pytest.fixture
def asked(monkeypatch, workspace) -> list[tuple[str, ...]]:
    """The fake server in place of ours; the list gets the parts that each run does without."""
    truth = workspace.parent / "truth"
    truth.mkdir()
    for file in workspace.iterdir():
        (truth / file.name).write_text(file.read_text())
    runs: list[tuple[str, ...]] = []

    def server(home: Path, without: tuple[str, ...] = ()) -> Server:
        runs.append(tuple(without))
        root = str(Path(__file__).parent.parent.parent)
        return Server([sys.executable, str(FAKE), str(truth)], {"PYTHONPATH": root})

    monkeypatch.setattr(bench, "own_server", server)
    return runs


def run(*arguments: str | Path):
    return CliRunner().invoke(bench.command, [str(argument) for argument in arguments])


def test_json_has_one_run_for_each_setting(workspace, asked):
    result = run(workspace, "--cases", 3, "--json")
    assert result.exit_code == 0, result.output
    report = json.loads(result.stdout)
    assert report["workspace"] == "shop"
    assert [each["setting"] for each in report["runs"]] == ["existing", "small", "new"]
    existing = report["runs"][0]
    # Each body: three accepted lines of 4 and the newlines; the last hole of each file is typed whole.
    assert existing["cases"] == 3
    assert existing["precision"] == 1.0
    assert 0.5 < existing["ksr"] < 1
    assert existing["em_start"] == 1.0


def test_parts_are_switched_off_in_turn_on_the_same_functions(workspace, asked):
    result = run(workspace, "--cases", 2, "--ablate", "--json")
    assert asked == [(), (), (), *((part,) for part in bench.PARTS)]
    runs = json.loads(result.stdout)["runs"]
    assert len({each["characters"] for each in runs if each["setting"] == "existing"}) == 1


def test_a_part_can_be_left_out_everywhere(workspace, asked):
    run(workspace, "--cases", 1, "--without", "index")
    assert asked == [("index",)] * 3


def test_a_part_that_does_not_exist_is_refused(workspace, asked):
    result = run(workspace, "--without", "magic")
    assert result.exit_code == 2
    assert asked == []


def test_a_language_that_does_not_exist_is_refused(workspace, asked):
    assert run(workspace, "--language", "klingon").exit_code == 2


def test_a_language_that_the_folder_has_not_is_told(workspace, asked):
    assert run(workspace, "--language", "go").exit_code == 1


def test_the_table_names_every_run(workspace, asked):
    result = run(workspace, "--cases", 2)
    assert result.exit_code == 0, result.output
    for words in ("existing files  ", "new files  ", "only 10 files  ", "saved", "p95"):
        assert words in result.stdout


def test_the_user_s_own_files_are_never_touched(workspace, asked):
    before = {file: file.read_bytes() for file in workspace.iterdir()}
    run(workspace, "--cases", 3)
    assert {file: file.read_bytes() for file in workspace.iterdir()} == before


def test_a_folder_without_a_function_is_told(tmp_path):
    (tmp_path / "a.py").write_text("x = 1\n")
    result = run(tmp_path)
    assert result.exit_code == 1
    assert "no function" in result.output


def test_a_folder_that_does_not_exist_is_refused(tmp_path):
    assert run(tmp_path / "gone").exit_code == 2
