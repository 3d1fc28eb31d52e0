"""What was learned of a workspace: kept, looked up, and refused where it does not belong."""

from contextlib import suppress
from dataclasses import asdict, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp import paths
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural import delta as module
from beast_lsp.router.backends.neural.delta import Delta, Deltas, Facts, check_place, delta_file, installed
from beast_lsp.router.backends.neural.model import LanguageModel

MODEL = LanguageModel(Path(__file__).parent / "fixtures")
FACTS = Facts("/home/jane/code", MODEL.sha256, "2024-02-03", 3.0, 2.4, 7, 1234)


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("BEAST_LSP_HOME", str(tmp_path / "home"))


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "code").mkdir()
    return tmp_path / "code"


def made(**facts):
    random = np.random.default_rng(1)
    shapes = ((MODEL.width, 3), (3, MODEL.width), (MODEL.vocabulary,))
    return Delta(*(random.standard_normal(shape, np.float32) for shape in shapes), replace(FACTS, **facts))


def test_what_was_saved_is_read_again(folder):
    delta = made()
    delta.save(delta_file(folder))
    found = Delta.load(delta_file(folder))
    assert all(np.array_equal(found.arrays[name], array) for name, array in delta.arrays.items())
    assert found.facts == FACTS
    assert found.facts.gain == pytest.approx(0.2)


def test_it_lies_in_the_data_folder_and_nothing_else_does(folder):
    made().save(delta_file(folder))
    made().save(delta_file(folder))
    assert [path.parent.parent for path, _ in installed()] == [paths.data_folder()]
    assert [path.name for path in delta_file(folder).parent.iterdir()] == [delta_file(folder).name]
    assert list(folder.iterdir()) == []


def test_a_folder_has_one_file_by_whatever_way_it_is_named(folder, tmp_path):
    (tmp_path / "link").symlink_to(folder)
    assert delta_file(tmp_path / "link") == delta_file(folder) == delta_file(folder / ".." / "code")
    assert delta_file(tmp_path) != delta_file(folder)


def test_the_server_finds_what_is_installed_replaced_and_removed_while_it_runs(folder, tmp_path):
    deltas = Deltas(MODEL)
    assert deltas.of(folder) is None
    made().save(delta_file(folder))
    first = deltas.of(folder)
    assert first is not None
    assert deltas.of(folder) is first
    assert deltas.of(tmp_path) is None
    assert deltas.of(None) is None
    made(day="2024-02-04").save(delta_file(folder))
    assert deltas.of(folder).facts.day == "2024-02-04"
    delta_file(folder).unlink()
    assert deltas.of(folder) is None


def test_one_for_another_model_is_ignored_and_the_log_says_so(folder, caplog):
    made(model="0" * 64).save(delta_file(folder))
    assert Deltas(MODEL).of(folder) is None
    assert "another completion model" in caplog.text
    assert "train adapt" in caplog.text


def test_one_of_another_shape_is_ignored(folder, caplog):
    replace(made(), bias=np.zeros(3, np.float32)).save(delta_file(folder))
    assert Deltas(MODEL).of(folder) is None
    assert "another shape" in caplog.text


def test_one_that_is_no_number_is_refused(folder):
    delta = made()
    delta.bias[7] = np.nan
    delta.save(delta_file(folder))
    with pytest.raises(ModelError, match="no number"):
        Delta.load(delta_file(folder))


@pytest.mark.parametrize("size", [0, 10, 1000, -1])
def test_a_truncated_one_is_refused_and_the_server_goes_on(folder, size, caplog):
    path = delta_file(folder)
    made().save(path)
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelError, match="can't be used"):
        Delta.load(path)
    assert Deltas(MODEL).of(folder) is None
    assert isinstance(next(installed())[1], ModelError)
    assert "can't be used" in caplog.text


@given(st.lists(st.tuples(st.integers(0, 700), st.integers(0, 255)), min_size=1, max_size=4), st.booleans())
def test_a_damaged_one_is_read_or_refused_and_nothing_else(changes, at_its_end):
    with TemporaryDirectory() as folder:
        path = Path(folder) / "delta.npz"
        made().save(path)
        content = bytearray(path.read_bytes())
        for place, value in changes:
            content[-1 - place if at_its_end else place] = value
        path.write_bytes(content)
        with suppress(ModelError):
            assert Delta.load(path).bias is not None


def test_another_format_and_foreign_archives_are_refused(folder, monkeypatch):
    path = delta_file(folder)
    monkeypatch.setattr(module, "FORMAT", 9)
    made().save(path)
    monkeypatch.undo()
    with pytest.raises(ModelError, match="format 9, expected 1"):
        Delta.load(path)
    np.savez(path, a=np.zeros(3))
    with pytest.raises(ModelError, match="can't be used"):
        Delta.load(path)


def test_objects_are_never_unpickled(folder):
    path = delta_file(folder)
    made().save(path)
    np.savez(path, format=np.array(1), facts=np.array([asdict(FACTS)]), down=np.array([object()]), allow_pickle=True)
    with pytest.raises(ModelError, match="can't be used"):
        Delta.load(path)


def test_a_place_that_cannot_be_written_to_is_told_at_once(folder):
    paths.data_folder().parent.mkdir(parents=True)
    paths.data_folder().write_text("a file where the folder should be")
    for attempt in (check_place, made().save):
        with pytest.raises(ModelError, match="can't be written"):
            attempt(delta_file(folder))


def test_trying_a_place_leaves_what_is_there(folder):
    check_place(delta_file(folder))
    assert list(installed()) == []
    made().save(delta_file(folder))
    before = delta_file(folder).read_bytes()
    check_place(delta_file(folder))
    assert delta_file(folder).read_bytes() == before
    assert len(list(delta_file(folder).parent.iterdir())) == 1
