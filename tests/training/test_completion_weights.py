"""The file of weights between two runs."""

import numpy as np
import pytest

from beast_lsp.errors import ModelError
from beast_lsp.training.completion.weights import read_size, read_weights, write_weights

STATE = {"embedding": np.linspace(-1, 1, 600, dtype=np.float32).reshape(20, 30), "norm": np.ones(30, np.float32)}


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "weights.npz"
    write_weights(path, STATE, "tiny", tokens=12_345, step=6)
    return path


def test_what_was_written_is_read(path):
    state, tokens, step = read_weights(path)
    assert (read_size(path), tokens, step) == ("tiny", 12_345, 6)
    assert state.keys() == STATE.keys()
    assert all(np.array_equal(state[name], value.astype(np.float16)) for name, value in STATE.items())


def test_nothing_unfinished_is_left(path):
    assert [found.name for found in path.parent.iterdir()] == ["weights.npz"]


@pytest.mark.parametrize("size", [0, 3, 100, 1_000])
def test_a_truncated_file_is_refused_by_name(path, size):
    path.write_bytes(path.read_bytes()[:size])
    with pytest.raises(ModelError, match=r"weights\.npz"):
        read_weights(path)


def test_a_damaged_file_is_refused_by_name(path):
    content = bytearray(path.read_bytes())
    content[400] ^= 255
    path.write_bytes(content)
    with pytest.raises(ModelError, match=r"weights\.npz"):
        read_weights(path)


def test_another_format_is_refused(path):
    np.savez(path, _format=99, _size="tiny", _tokens=1, _step=1)
    with pytest.raises(ModelError, match="format 99, expected 1"):
        read_weights(path)


def test_a_file_of_something_else_is_refused(path):
    np.savez(path, data=np.ones(3))
    with pytest.raises(ModelError, match="_format"):
        read_weights(path)
