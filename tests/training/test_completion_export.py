"""Exported weights say in onnxruntime what they said in torch. Needs the extra `train`."""

import json
import subprocess
import sys

import numpy as np
import pytest
from tiny_decoder import write_tiny, write_tokenizer

from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.model import LanguageModel

torch = pytest.importorskip("torch", reason="torch is part of the extra `train`")
onnx = pytest.importorskip("onnx", reason="onnx is part of the extra `train`")

LENGTH = 200


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    """A folder with a tokenizer and weights, and the weights as a torch model."""
    folder = tmp_path_factory.mktemp("tiny")
    subwords = write_tokenizer(folder / "tokenizer.json")
    return folder, write_tiny(folder / "weights.npz", len(subwords))


def exported(trained, *, quantised):
    from beast_lsp.training.completion.export import export

    folder = trained[0]
    target = folder / ("integers" if quantised else "floats")
    export(folder / "weights.npz", folder / "tokenizer.json", target, quantised=quantised)
    return LanguageModel(target)


def ids_for(model):
    return np.random.default_rng(1).integers(0, model.vocabulary, LENGTH).tolist()


def expected(trained, ids):
    model = trained[1]
    with torch.no_grad():
        return model.logits(model(torch.tensor([ids])))[0].numpy()


def error(found, right):
    return np.std(found - right) / np.std(right)


def test_floats_are_the_same_in_one_piece_and_in_many(trained):
    model = exported(trained, quantised=False)
    ids = ids_for(model)
    right, state = expected(trained, ids), model.new_state()
    assert np.allclose(state.feed(ids, LENGTH), right, atol=1e-4)
    state.rewind(70)
    pieces = [state.feed(ids[at : at + 13], len(ids[at : at + 13])) for at in range(70, LENGTH, 13)]
    assert np.allclose(np.concatenate(pieces), right[70:], atol=1e-4)


def test_integers_are_close_and_their_loss_is_within_a_hundredth(trained):
    from beast_lsp.training.completion.evaluate import in_onnxruntime, in_torch

    model = exported(trained, quantised=True)
    ids = ids_for(model)
    assert error(model.new_state().feed(ids, LENGTH), expected(trained, ids)) < 0.15
    floats = in_torch(trained[0] / "weights.npz", model.vocabulary)(ids).mean()
    assert in_onnxruntime(model, 32)(ids).mean() == pytest.approx(floats, rel=0.01)


def test_a_delta_moves_the_states_before_the_head_and_adds_its_bias(trained):
    model = exported(trained, quantised=False)
    ids, random = ids_for(model), np.random.default_rng(2)
    shapes = ((model.width, 3), (3, model.width), (model.vocabulary,))
    delta = Delta(*(random.standard_normal(shape, np.float32) / 4 for shape in shapes))
    with torch.no_grad():
        states = trained[1](torch.tensor([ids]))[0]
        moved = states + states @ torch.from_numpy(delta.down @ delta.up)
        right = trained[1].logits(moved).numpy() + delta.bias
    assert np.allclose(model.new_state(delta).feed(ids, LENGTH), right, atol=1e-3)


def test_other_weights_say_something_else(trained, tmp_path):
    model = exported(trained, quantised=True)
    other = write_tiny(tmp_path / "weights.npz", model.vocabulary, seed=2)
    ids = ids_for(model)
    assert error(model.new_state().feed(ids, LENGTH), expected((tmp_path, other), ids)) > 0.5


def test_embedding_and_head_are_one_tensor(trained):
    exported(trained, quantised=True)
    file = onnx.load(trained[0] / "integers" / "completion.onnx")
    embedding = trained[1].embedding
    large = [tensor for tensor in file.graph.initializer if np.prod(tensor.dims) == embedding.numel()]
    assert [tensor.data_type for tensor in large] == [onnx.TensorProto.INT8]


def test_the_file_says_what_it_was_made_of(trained):
    model = exported(trained, quantised=True)
    file = onnx.load(trained[0] / "integers" / "completion.onnx")
    facts = json.loads(file.metadata_props[0].value)
    assert (facts["size"], facts["tokens"], facts["context"]) == ("tiny", 1_000, model.context)


def test_weights_of_another_tokenizer_are_refused(trained, tmp_path):
    from beast_lsp.engine.subwords import Subwords
    from beast_lsp.training.completion.export import export

    Subwords([b"ab"]).save(tmp_path / "tokenizer.json")
    with pytest.raises(ModelError, match="ids of size 'tiny'"):
        export(trained[0] / "weights.npz", tmp_path / "tokenizer.json", tmp_path)
    assert not (tmp_path / "completion.onnx").exists()


def test_a_missing_file_is_one_clear_line(trained, tmp_path):
    words = ["absent.npz", str(trained[0] / "tokenizer.json"), str(tmp_path)]
    command = [sys.executable, "-m", "beast_lsp.training.completion.export", *words]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    assert run.returncode == 2
    assert "absent.npz can't be used" in run.stderr
    assert "Traceback" not in run.stderr
