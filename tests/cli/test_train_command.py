"""`beast-lsp train adapt`, with the tiny completion model as the one that ships."""

import os
import subprocess
import sys

import numpy as np
import pytest
from click.testing import CliRunner
from tiny_workspace import FIXTURES, MODEL, habitual, noisy, write

from beast_lsp import paths
from beast_lsp.cli import adapting, models
from beast_lsp.cli.group import commands
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta, Deltas, delta_file
from beast_lsp.training.adapt import workspace as work


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BEAST_LSP_MODELS", str(FIXTURES))


@pytest.fixture
def folder(tmp_path):
    return habitual(tmp_path / "code")


def run(*words):
    return CliRunner().invoke(commands, ["train", "adapt", *map(str, words)])


def in_force(folder):
    return Deltas(MODEL).of(folder)


def another_delta(folder):
    """Something that was there before: of no use, but valid."""
    delta = Delta.none(MODEL.width, MODEL.vocabulary)
    facts = work.Facts(str(folder), MODEL.sha256, "2024-01-01", 2.0, 1.0, 3, 100)
    Delta(delta.down, delta.up, delta.bias, facts).save(delta_file(folder))
    return delta_file(folder).read_bytes()


def test_a_habit_is_learned_told_and_installed(folder):
    before = {path: path.read_bytes() for path in folder.iterdir()}
    result = run(folder)
    assert result.exit_code == 0, result.output
    assert "files that were held out" in result.output
    assert f"Installed: {delta_file(folder)}" in result.output
    assert in_force(folder).facts.folder == str(folder)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    (adapted,) = models.adaptations(paths.models_folder())
    assert (adapted.folder, adapted.used) == (str(folder), "yes")


def test_what_is_not_better_leaves_what_was_there(tmp_path):
    folder = noisy(tmp_path / "code")
    assert run(folder).exit_code == 0
    assert not delta_file(folder).exists()
    before = another_delta(folder)
    result = run(folder)
    assert result.exit_code == 0
    assert "nothing was installed" in result.output
    assert delta_file(folder).read_bytes() == before


def test_a_second_run_is_compared_with_the_first(folder):
    run(folder)
    first = delta_file(folder).read_bytes()
    result = run(folder)
    assert "by what is in use" in result.output
    assert "nothing was installed" in result.output
    assert delta_file(folder).read_bytes() == first


def test_a_dry_run_installs_nothing(folder):
    result = run(folder, "--dry-run")
    assert result.exit_code == 0
    assert "It would be installed." in result.output
    assert not paths.data_folder().exists()


def test_forgetting_removes_this_folder_s_alone(folder, tmp_path):
    another_delta(folder)
    another_delta(tmp_path)
    result = run(folder, "--forget")
    assert (result.exit_code, result.output) == (0, f"Removed: {delta_file(folder)}\n")
    assert in_force(folder) is None
    assert in_force(tmp_path) is not None
    again = run(folder, "--forget")
    assert again.exit_code == 0
    assert "Nothing was learned of" in again.output


def test_a_workspace_that_is_gone_can_be_forgotten(tmp_path):
    another_delta(tmp_path / "gone")
    assert run(tmp_path / "gone", "--forget").exit_code == 0
    assert not delta_file(tmp_path / "gone").exists()


@pytest.mark.parametrize("step", ["Collecting", "Reading", "Fitting", "Judging"])
def test_stopping_leaves_what_was_there(folder, monkeypatch, step):
    def interrupted(where, model, minutes, tell):
        def stop(name, done):
            if name == step:
                raise KeyboardInterrupt

        return work.adapt(where, model, minutes, stop)

    before = another_delta(folder)
    monkeypatch.setattr(adapting, "adapt", interrupted)
    result = run(folder)
    assert result.exit_code == 1
    assert "what was there stays" in result.output
    assert [path.read_bytes() for path in delta_file(folder).parent.iterdir()] == [before]


def test_one_thread_fits_since_more_would_wait_for_each_other():
    script = (
        "import os, sys\n"
        "from beast_lsp.cli.group import commands\n"
        "assert 'numpy' not in sys.modules\n"
        "try: commands(['train', 'adapt', '.', '--forget'])\n"
        "finally: print(os.environ['OPENBLAS_NUM_THREADS'], 'numpy' in sys.modules)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "OPENBLAS_NUM_THREADS"}
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env=environment)
    assert run.stdout.splitlines()[-1] == "1 True"


@pytest.mark.parametrize(
    "words", [[], [".", "--minutes", "0"], [".", "--minutes", "soon"], [".", "--forget", "--dry-run"], ["absent"]]
)
def test_wrong_usage(words):
    result = run(*words)
    assert result.exit_code == 2
    assert "Traceback" not in result.output


def test_an_empty_folder_has_too_little_code(tmp_path):
    (tmp_path / "empty").mkdir()
    result = run(tmp_path / "empty")
    assert result.exit_code == 1
    assert "too little code to learn from" in result.output


def test_without_a_completion_model_there_is_nothing_to_fit(folder, tmp_path, monkeypatch):
    write(tmp_path / "models", {"manifest.json": "{}"})
    monkeypatch.setenv("BEAST_LSP_MODELS", str(tmp_path / "models"))
    result = run(folder)
    assert result.exit_code == 1
    assert "nothing to fit" in result.output


def test_a_data_folder_that_cannot_be_written_to_is_told_before_the_work(folder, monkeypatch):
    paths.data_folder().parent.mkdir(parents=True)
    paths.data_folder().write_text("a file where the folder should be")
    monkeypatch.setattr(adapting, "adapt", lambda *_: pytest.fail("it began"))
    result = run(folder)
    assert result.exit_code == 1
    assert "can't be written" in result.output


def test_the_models_page_says_why_a_delta_is_not_used(folder, tmp_path, monkeypatch, capsys):
    another_delta(folder)
    monkeypatch.setenv("BEAST_LSP_MODELS", str(write(tmp_path / "models", {"manifest.json": "{}"})))
    delta_file(tmp_path).write_bytes(b"cut")
    found = {one.folder: one.used for one in models.adaptations(paths.models_folder())}
    assert "another completion model" in found[str(folder)]
    assert "can't be used" in found[""]
    models._show_adaptations(list(models.adaptations(paths.models_folder())))
    assert f"! {folder}  not used: it was made for another completion model" in capsys.readouterr().out


def test_installing_over_a_damaged_delta_works(folder):
    another_delta(folder)
    delta_file(folder).write_bytes(b"cut")
    with pytest.raises(ModelError):
        Delta.load(delta_file(folder))
    assert run(folder).exit_code == 0
    assert np.any(in_force(folder).bias)
