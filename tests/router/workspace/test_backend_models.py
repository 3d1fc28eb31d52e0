"""Which model files the backend uses, and that it goes on without the others."""

import shutil
from dataclasses import replace

import numpy as np
import pytest
from neural_fakes import SUBWORDS, FakeModel

from beast_lsp import paths
from beast_lsp.config import Config
from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.manifest import write_manifest
from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta, Facts, delta_file
from beast_lsp.router.backends.neural.speed import ENABLED
from beast_lsp.router.backends.workspace import backend as module
from beast_lsp.router.backends.workspace.backend import WorkspaceBackend
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import Request, Task


class Sure:
    """A calibrator that believes everything."""

    def __init__(self, *_):
        pass

    def probabilities(self, rows):
        return np.full(len(rows), 0.9)


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "completion.onnx").write_bytes(b"any")
    write_manifest(tmp_path)
    return tmp_path


@pytest.fixture
def machine(monkeypatch):
    """The completion model writes `.name` here; `keystroke` is what the next measurements find."""
    found = {"keystroke": 8.0, "loaded": 0}

    def load(_):
        found["loaded"] += 1
        found["model"] = FakeModel((".", "name"))
        return found["model"]

    monkeypatch.setattr(module, "LanguageModel", load)
    monkeypatch.setattr(module, "Calibrator", Sure)
    monkeypatch.setattr(module, "KeepPredictor", Sure)
    monkeypatch.setattr(module.speed, "fastest", lambda _: found["keystroke"])
    return found


def made(folder):
    refused = []
    backend = WorkspaceBackend(lambda _: None, Lanes(), folder, refused=lambda *problem: refused.append(problem))
    backend.warm_up()
    return backend, refused


async def offered(backend, config=None, text="self.", language="python", folder=None):
    """What a request at the end of the text is answered."""
    path = folder / "x.py" if folder else None
    document = Document("file:///x", language, 1, split_lines(text), path=path, folder=folder)
    position = Position(len(document.lines) - 1, len(document.lines[-1]))
    snapshot = Snapshot(config=config or Config())
    request = Request(Task.INLINE, snapshot, document, position, invoked=True, limit=3)
    return [found.text for found in (await backend.answer(request)).candidates]


async def test_a_fast_machine_asks_the_completion_model(folder, machine):
    backend, _ = made(folder)
    assert "name" not in await offered(backend)
    assert backend.load_model(Config()) == ""
    assert "name" in await offered(backend)


async def test_a_slow_machine_goes_on_without_it_and_says_why(folder, machine):
    backend, _ = made(folder)
    machine["keystroke"] = 85.0
    assert backend.load_model(Config()) == "this machine is too slow (85 ms a keystroke)"
    assert "name" not in await offered(backend)


async def test_a_slow_machine_asks_it_where_the_setting_says_so(folder, machine):
    backend, _ = made(folder)
    machine["keystroke"] = 85.0
    config = Config({ENABLED.key: "on"})
    assert backend.load_model(config) == ""
    assert "name" in await offered(backend, config)
    assert "name" not in await offered(backend)  # in a folder without the setting.


async def test_it_is_neither_loaded_nor_asked_where_it_is_switched_off(folder, machine):
    backend, _ = made(folder)
    config = Config({ENABLED.key: "off"})
    assert backend.load_model(config) == "completion_model.enabled is off"
    assert machine["loaded"] == 0
    backend.load_model(Config())
    assert "name" not in await offered(backend, config)
    assert "name" in await offered(backend)


def learned(folder, sha256="of the fake"):
    """Installs a delta for a folder."""
    delta = Delta.none(4, len(SUBWORDS))
    facts = Facts(str(folder), sha256, "2024-01-01", 2.0, 1.0, 3, 100)
    replace(delta, facts=facts).save(delta_file(folder))


async def test_a_document_is_read_by_the_delta_of_its_folder_and_of_no_other(folder, machine, tmp_path_factory):
    backend, _ = made(folder)
    backend.load_model(Config())
    adapted, other = tmp_path_factory.mktemp("adapted"), tmp_path_factory.mktemp("other")
    learned(adapted)
    model = machine["model"]
    await offered(backend, folder=other)
    await offered(backend)
    assert set(model.deltas) == {None}
    assert "name" in await offered(backend, folder=adapted)
    assert model.deltas[-1].facts.folder == str(adapted)
    delta_file(adapted).unlink()
    await offered(backend, folder=adapted)
    assert model.deltas[-1] is None


async def test_a_delta_for_another_model_is_ignored_and_the_log_says_so(folder, machine, tmp_path_factory, caplog):
    backend, _ = made(folder)
    backend.load_model(Config())
    adapted = tmp_path_factory.mktemp("adapted")
    learned(adapted, "of another")
    assert "name" in await offered(backend, folder=adapted)
    assert set(machine["model"].deltas) == {None}
    assert "made for another completion model" in caplog.text


async def test_a_delta_in_the_workspace_is_not_looked_at(folder, machine, tmp_path_factory):
    backend, _ = made(folder)
    backend.load_model(Config())
    hostile = tmp_path_factory.mktemp("hostile")
    learned(hostile)
    for place in (".beast", "deltas", "."):
        (hostile / place).mkdir(exist_ok=True)
        shutil.copyfile(delta_file(hostile), hostile / place / delta_file(hostile).name)
    delta_file(hostile).unlink()
    await offered(backend, folder=hostile)
    assert set(machine["model"].deltas) == {None}


def test_it_is_loaded_once(folder, machine):
    backend, _ = made(folder)
    assert [backend.load_model(Config()) for _ in range(3)] == [""] * 3
    assert machine["loaded"] == 1


def test_a_machine_that_was_busy_gets_another_chance(folder, machine):
    backend, _ = made(folder)
    machine["keystroke"] = 85.0
    backend.load_model(Config())
    machine["keystroke"] = 95.0
    backend.measure_again()
    assert "85 ms" in backend.load_model(Config())
    machine["keystroke"] = 40.0
    backend.measure_again()
    assert backend.load_model(Config()) == ""


def test_a_machine_that_was_fast_is_not_measured_again(folder, machine):
    backend, _ = made(folder)
    backend.measure_again()  # before anything is loaded.
    backend.load_model(Config())
    machine["keystroke"] = 1.0
    backend.measure_again()
    assert backend._keystroke_ms == 8.0


def test_an_installation_without_it_is_no_fault(folder, machine):
    (folder / "completion.onnx").unlink()
    write_manifest(folder)
    assert made(folder)[0].load_model(Config()) == "none ships with this installation"
    assert machine["loaded"] == 0


def test_a_missing_keep_predictor_is_refused_by_name(folder, machine, monkeypatch):
    backend, _ = made(folder)
    monkeypatch.undo()
    monkeypatch.setattr(module, "LanguageModel", lambda _: FakeModel())
    with pytest.raises(ModelError, match=r"keep-predictor\.onnx"):
        backend.load_model(Config())


async def test_without_its_calibrator_it_goes_on(tmp_path):
    write_manifest(tmp_path)
    backend = WorkspaceBackend(lambda _: None, Lanes(), tmp_path)
    text = "connection.close()\nconnection.close()\nconnection."
    assert await offered(backend, text=text) == []  # it is still starting.
    with pytest.raises(ModelError, match=r"workspace-calibrator\.onnx"):
        backend.warm_up()
    assert (await offered(backend, text=text))[0].startswith("close()")


@pytest.fixture
def shipped(tmp_path):
    for name in ("workspace-calibrator.onnx", "prior-python.npz", "prior-go.npz", "manifest.json"):
        shutil.copyfile(paths.models_folder() / name, tmp_path / name)
    return tmp_path


async def test_a_damaged_prior_is_told_once_and_the_rest_goes_on(shipped):
    (shipped / "prior-python.npz").write_bytes(b"short")
    backend, refused = made(shipped)
    text = "import numpy as "
    assert await offered(backend, text=text) == await offered(backend, text=text)
    assert [(part, "5 bytes instead of" in str(problem)) for part, problem in refused] == [("prior (python)", True)]


async def test_whole_priors_and_languages_without_one_are_not_told(shipped):
    backend, refused = made(shipped)
    await offered(backend, text="if err ", language="go")
    await offered(backend, text="x ", language="rust")
    assert refused == []
