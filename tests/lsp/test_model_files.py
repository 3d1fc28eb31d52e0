"""A server whose model files are damaged, missing or switched off: what it says, and that it goes on."""

import asyncio
import json
import shutil
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsp_client import RawClient

from beast_lsp import paths
from beast_lsp.config import Config
from beast_lsp.engine.manifest import write_manifest
from beast_lsp.errors import ModelError
from beast_lsp.lsp import wiring
from beast_lsp.router.backends.neural.model import FORMAT
from beast_lsp.router.backends.neural.speed import ENABLED
from beast_lsp.router.backends.workspace.features import KEEP_FEATURES
from beast_lsp.router.endpoints import Endpoints

SHIPPED = paths.models_folder()
TINY = Path(__file__).parent.parent / "router" / "neural" / "fixtures"
URI = "file:///nowhere/a.py"
TEXT = "connection.close()\n" * 9 + "connection."
PART = "completion model"


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of models, which servers of this test use: the workspace model's, and a tiny completion model."""
    folder = tmp_path / "models"
    folder.mkdir()
    for path in (*SHIPPED.glob("fix-risk*.onnx"), SHIPPED / "workspace-calibrator.onnx", SHIPPED / "prior-python.npz"):
        shutil.copyfile(path, folder / path.name)
    for name in ("completion.onnx", "completion.tokenizer.json"):
        shutil.copyfile(TINY / name, folder / name)
    write_manifest(folder)
    monkeypatch.setenv("BEAST_LSP_MODELS", str(folder))
    return folder


def served(home: Path, **params: Any) -> tuple[Mapping[str, str], list[str], str]:
    """The states of a server's parts, what the user was shown, and what is suggested."""
    with RawClient(home) as client:
        client.initialize(**params)
        client.open(URI, TEXT)
        while "loading" in (parts := client.wait_until_ready()["parts"]).values():
            threading.Event().wait(0.02)
        where = {"textDocument": {"uri": URI}, "position": {"line": 9, "character": 11}}
        answer = client.request("textDocument/inlineCompletion", {**where, "context": {"triggerKind": 1}})
        client.shut_down()
        told = [each["params"]["message"] for each in client.from_server if each["method"] == "window/showMessage"]
        return parts, told, answer["items"][0]["insertText"]


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:1000])


def alter(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def outdate(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b'"format": %d' % FORMAT, b'"format": 0'))
    write_manifest(path.parent)


@pytest.mark.parametrize(
    ("damage", "name", "reason"),
    [
        (Path.unlink, "completion.onnx", "No such file"),
        (cut, "completion.onnx", "has 1,000 bytes instead of"),
        (alter, "completion.tokenizer.json", "its hash is another"),
        (outdate, "completion.onnx", "has format 0, but this version reads"),
        (lambda _: None, "keep-predictor.onnx", "does not list"),
    ],
)
def test_a_damaged_completion_model_is_told_once_and_the_workspace_model_goes_on(
    models: Path, tmp_path: Path, damage: Callable[[Path], None], name: str, reason: str
) -> None:
    damage(models / name)
    parts, told, suggested = served(tmp_path / "home")
    assert len(told) == 1
    assert name in told[0]
    assert reason in told[0]
    assert told[0].endswith("Install beast-lsp again. Until then the workspace model goes on without it.")
    assert parts[PART].startswith("failed: ")
    assert reason in parts[PART]
    assert {state for part, state in parts.items() if part != PART} == {"ready"}
    assert suggested.startswith("close()")


@pytest.mark.parametrize(
    ("name", "part"), [("workspace-calibrator.onnx", "calibrator"), ("prior-python.npz", "prior (python)")]
)
def test_the_workspace_model_goes_on_without_a_damaged_file_of_its_own(
    models: Path, tmp_path: Path, name: str, part: str
) -> None:
    cut(models / name)
    parts, told, suggested = served(tmp_path / "home", initializationOptions={ENABLED.key: "off"})
    assert [name in each for each in told] == [True]
    assert "1,000 bytes instead of" in parts[part]
    assert suggested.startswith("close()")


@pytest.mark.parametrize(
    ("damage", "reason"), [(Path.unlink, "No such file"), (cut, "has 1,000 bytes"), (alter, "its hash is another")]
)
def test_a_damaged_fix_risk_model_is_told_once_and_leaves_no_scores(
    models: Path, tmp_path: Path, damage: Callable[[Path], None], reason: str
) -> None:
    damage(models / "fix-risk-function.onnx")
    parts, told, suggested = served(tmp_path / "home", initializationOptions={ENABLED.key: "off"})
    assert parts["quality predictor"].startswith("failed:")
    assert [(reason in each, "there are no scores" in each) for each in told] == [(True, True)]
    assert suggested.startswith("close()")


def test_an_installation_without_a_completion_model_says_nothing(models: Path, tmp_path: Path) -> None:
    (models / "completion.onnx").unlink()
    write_manifest(models)
    parts, told, _ = served(tmp_path / "home")
    assert parts[PART] == "off: none ships with this installation"
    assert told == []


def test_what_is_switched_off_is_not_even_read(models: Path, tmp_path: Path) -> None:
    cut(models / "completion.onnx")
    parts, told, suggested = served(tmp_path / "home", initializationOptions={ENABLED.key: "off"})
    assert parts[PART] == "off: completion_model.enabled is off"
    assert told == []
    assert suggested.startswith("close()")


def test_no_client_and_no_workspace_chooses_the_models(models: Path, tmp_path: Path) -> None:
    (models / "completion.onnx").unlink()
    write_manifest(models)
    workspace, other = tmp_path / "workspace", tmp_path / "other"
    shutil.copytree(TINY, other)
    workspace.mkdir()
    (workspace / "beast.toml").write_text(f"models_folder = '{other}'")
    folder = {"uri": workspace.as_uri(), "name": "workspace"}
    options = {"BEAST_LSP_MODELS": str(other)}
    parts, told, _ = served(tmp_path / "home", initializationOptions=options, workspaceFolders=[folder])
    assert parts[PART] == "off: none ships with this installation"
    assert ["there is no such setting" in each for each in told] == [True, True]


def test_whole_files_are_ready(models: Path, tmp_path: Path) -> None:
    onnx = pytest.importorskip("onnx", reason="onnx is part of the extra `train`")
    write_judge(onnx, models / "keep-predictor.onnx")
    write_manifest(models)
    parts, told, _ = served(tmp_path / "home", initializationOptions={ENABLED.key: "on"})
    assert set(parts.values()) == {"ready"}
    assert told == []


def write_judge(onnx: Any, path: Path) -> None:
    """A keep predictor that believes everything: each row's first two features become 1."""
    names, helper, kind = KEEP_FEATURES, onnx.helper, onnx.TensorProto
    ends = [helper.make_tensor(name, kind.INT64, [1], [value]) for name, value in (("from", 0), ("to", 2), ("axis", 1))]
    nodes = [
        helper.make_node("Slice", ["features", "from", "to", "axis"], ["some"]),
        helper.make_node("Mul", ["some", "zero"], ["none"]),
        helper.make_node("Exp", ["none"], ["probabilities"]),
    ]
    given = helper.make_tensor_value_info("features", kind.FLOAT, ["n", len(names)])
    answer = helper.make_tensor_value_info("probabilities", kind.FLOAT, ["n", 2])
    zero = helper.make_tensor("zero", kind.FLOAT, [1], [0.0])
    graph = helper.make_graph(nodes, "judge", [given], [answer], [*ends, zero])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    helper.set_model_props(model, {"features": json.dumps(names)})
    path.write_bytes(model.SerializeToString())


class Machine:
    """Stands for the backend: `reasons` are why the completion model is not used, at each look."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        self.measured = 0

    def load_model(self, _config: Config) -> str:
        reason = self.reasons.pop(0) if len(self.reasons) > 1 else self.reasons[0]
        if reason == "damaged":
            raise ModelError("It is damaged.")
        return reason

    def measure_again(self) -> None:
        self.measured += 1


SLOW = "this machine is too slow (85 ms a keystroke)"


async def states_with(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str, list[str]]:
    """The part's state after the settings came, and after the machine was measured again; what the user was told."""
    told: list[str] = []
    application = wiring.Application(list, lambda: None, None, told.append)  # type: ignore[arg-type]  # nothing is indexed.
    application.backend = machine  # type: ignore[assignment]  # all that is asked of it.
    again, sleep = asyncio.Event(), asyncio.sleep

    async def pause(_seconds: float) -> None:
        await again.wait()

    monkeypatch.setattr(asyncio, "sleep", pause)
    await application.configure(Config(), Endpoints())
    while (first := application.states.get(PART, "loading")) == "loading":
        await sleep(0.01)
    again.set()
    await asyncio.gather(*application._tasks)
    return first, application.states[PART], told


async def test_a_slow_machine_says_so_in_its_status(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(SLOW)
    first, last, told = await states_with(machine, monkeypatch)
    assert first == last == f"off: {SLOW}"
    assert machine.measured == len(wiring._AGAIN)
    assert told == []


async def test_a_machine_that_was_busy_is_used_after_all(monkeypatch: pytest.MonkeyPatch) -> None:
    machine = Machine(SLOW, "")
    assert (await states_with(machine, monkeypatch))[:2] == (f"off: {SLOW}", "ready")
    assert machine.measured == 1


@pytest.mark.parametrize(("reason", "state"), [("", "ready"), ("damaged", "failed: It is damaged.")])
async def test_a_fast_and_a_damaged_one_are_not_measured_again(
    monkeypatch: pytest.MonkeyPatch, reason: str, state: str
) -> None:
    machine = Machine(reason)
    first, last, told = await states_with(machine, monkeypatch)
    assert first == last == state
    assert machine.measured == 0
    assert len(told) == (reason == "damaged")
