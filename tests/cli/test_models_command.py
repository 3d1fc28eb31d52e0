"""`beast-lsp models`, on folders that hold the models that ship, a tiny completion model, or what is damaged."""

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from beast_lsp import paths
from beast_lsp.cli import doctor, models
from beast_lsp.config import Config
from beast_lsp.engine.manifest import write_manifest
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural import speed
from beast_lsp.router.backends.neural.model import FORMAT

TINY = Path(__file__).parent.parent / "router" / "neural" / "fixtures"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The workspace model's files, which the server is told to use."""
    for name in ("workspace-calibrator.onnx", "prior-go.npz", "prior.md"):
        shutil.copyfile(paths.models_folder() / name, tmp_path / name)
    write_manifest(tmp_path)
    monkeypatch.setenv("BEAST_LSP_MODELS", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def complete(folder, monkeypatch):
    """The same with a completion model; its keep predictor is the workspace's, since a tiny one would know nothing."""
    for name in ("completion.onnx", "completion.tokenizer.json"):
        shutil.copyfile(TINY / name, folder / name)
    shutil.copyfile(folder / "workspace-calibrator.onnx", folder / "keep-predictor.onnx")
    write_manifest(folder)
    monkeypatch.setattr(models.calibrator, "_FEATURES", dict.fromkeys(models.calibrator._FEATURES, models.FEATURES))
    monkeypatch.setattr(models, "KEEP_FEATURES", models.FEATURES)
    monkeypatch.setattr(models.speed, "keystrokes", lambda _model, rounds: [8.0] * rounds)
    return folder


def run(*words):
    return CliRunner().invoke(models.command, words)


def uses(folder, config=None):
    return models.uses(list(models.shipped(folder)), config or Config())


def test_a_page_names_each_model_with_its_size_cost_and_card(folder):
    result = run()
    assert result.exit_code == 0
    line = next(line for line in result.output.splitlines() if "prior-go" in line)
    assert "0.45 MB" in line
    assert "ms to load, once" in line
    assert "card prior.md" in line
    assert "\nX" not in result.output


def test_the_completion_model_tells_its_shape_tokens_and_keystroke(complete):
    result = run()
    assert result.exit_code == 0
    assert f"tiny, 1,000 tokens seen, format {FORMAT}; 8.0 ms a keystroke" in result.output
    assert "not used" not in result.output


def test_json_is_for_programs(complete):
    data = json.loads(run("--json").output)
    rows = {row["name"]: row for row in data["models"]}
    assert data["folder"] == str(complete)
    assert rows["completion"]["facts"] == {"shape": "tiny", "tokens": 1000, "format": FORMAT}
    assert rows["completion"]["milliseconds"] == 8.0
    assert rows["completion"]["used"] == "yes"
    assert rows["prior-go"]["card"] == "prior.md"
    assert not any(row["problem"] for row in rows.values())


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("completion.onnx", None, "No such file"),
        ("completion.tokenizer.json", b"{}", "2 bytes instead of"),
        ("keep-predictor.onnx", b"", "0 bytes instead of"),
        ("prior-go.npz", b"cut", "3 bytes instead of"),
        ("workspace-calibrator.onnx", None, "No such file"),
    ],
)
def test_a_damaged_file_is_named_with_the_reason_and_fails(complete, name, content, reason):
    (complete / name).unlink()
    if content is not None:
        (complete / name).write_bytes(content)
    result = run()
    assert result.exit_code == 1
    line = next(line for line in result.output.splitlines() if line.startswith("X"))
    assert name in line
    assert reason in line


def test_another_hash_and_another_format_are_damage(complete):
    path = complete / "completion.onnx"
    path.write_bytes(path.read_bytes().replace(b'"format": %d' % FORMAT, b'"format": 9'))
    assert "its hash is another" in run().output
    write_manifest(complete)
    result = run()
    assert "has format 9, but this version reads" in result.output
    assert result.exit_code == 1


def test_a_completion_model_without_its_keep_predictor_is_incomplete(complete):
    (complete / "keep-predictor.onnx").unlink()
    write_manifest(complete)
    result = run()
    assert result.exit_code == 1
    assert "does not list keep-predictor.onnx" in result.output
    assert uses(complete)["completion.onnx"] == "no: keep-predictor.onnx can't be used"
    assert uses(complete)["workspace-calibrator.onnx"] == "yes"


def test_an_installation_without_a_completion_model_is_whole(folder):
    assert run().exit_code == 0
    assert "completion" not in run().output


def test_without_a_manifest_nothing_is_known(folder):
    (folder / "manifest.json").unlink()
    with pytest.raises(ModelError, match=r"manifest\.json"):
        list(models.shipped(folder))


def test_a_slow_machine_and_a_setting_say_why_it_is_not_used(complete, monkeypatch):
    monkeypatch.setattr(models.speed, "keystrokes", lambda _model, rounds: [85.0] * rounds)
    assert uses(complete)["completion.onnx"] == "no: this machine is too slow (85 ms a keystroke)"
    assert uses(complete, Config({speed.ENABLED.key: "on"}))["completion.onnx"] == "yes"
    assert uses(complete)["prior-go.npz"] == "yes"
    (complete / "beast.toml").write_text("completion_model.enabled = 'off'")
    result = run()
    assert "not used: completion_model.enabled is off" in result.output
    assert result.exit_code == 0


def test_the_doctor_tells_of_the_completion_model(complete, monkeypatch):
    lines = {finding.name: finding for finding in doctor.models(complete)}
    assert lines["completion"].state == "good"
    assert "8.0 ms a keystroke" in lines["completion"].value
    monkeypatch.setattr(models.speed, "keystrokes", lambda _model, rounds: [85.0] * rounds)
    slow = {finding.name: finding for finding in doctor.models(complete)}["completion"]
    assert slow.state == "note"
    assert slow.value.endswith("not used: this machine is too slow (85 ms a keystroke)")
    (complete / "completion.onnx").write_bytes(b"cut")
    assert {finding.name: finding.state for finding in doctor.models(complete)}["completion"] == "broken"


def test_the_doctor_finds_nothing_wrong_without_one(folder):
    lines = {finding.name: finding for finding in doctor.models(folder)}
    assert lines["completion"].state == "good"
    assert "the workspace model suggests alone" in lines["completion"].value
