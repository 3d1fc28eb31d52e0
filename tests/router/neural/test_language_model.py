"""The completion model's session, on a tiny decoder with random weights (made by tests/training/tiny_decoder.py)."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.manifest import write_manifest
from beast_lsp.engine.subwords import Subwords
from beast_lsp.errors import ModelError
from beast_lsp.router.backends.neural.delta import Delta
from beast_lsp.router.backends.neural.model import LanguageModel

FIXTURES = Path(__file__).parent / "fixtures"
MODEL = LanguageModel(FIXTURES)
TEXT = MODEL.subwords.encode_file(["def double(x):\n", "    return x + x\n", "\n", "double(21)\n"])
texts = st.lists(st.integers(0, MODEL.vocabulary - 1), min_size=1, max_size=40)


def close(left, right):
    # Activations are rounded by the largest of those that are fed together, so pieces differ a little.
    return np.std(left - right) < 0.2 * np.std(left)


def test_what_it_says_of_itself():
    assert (MODEL.size, MODEL.context, MODEL.vocabulary) == ("tiny", 256, len(MODEL.subwords))


def test_logits_of_each_kept_position():
    state = MODEL.new_state()
    logits = state.feed(TEXT, keep=3)
    assert (logits.shape, logits.dtype) == ((3, MODEL.vocabulary), np.float32)
    assert state.ids == TEXT
    assert len(np.unique(logits[0])) > MODEL.vocabulary / 2


def test_the_logits_of_one_position_do_not_depend_on_how_many_are_kept():
    assert close(MODEL.new_state().feed(TEXT), MODEL.new_state().feed(TEXT, keep=len(TEXT))[-1:])


def test_what_stands_before_matters():
    states = [MODEL.new_state(), MODEL.new_state()]
    states[0].feed(TEXT[:5])
    assert not close(*(state.feed(TEXT[5:]) for state in states))


@given(texts, texts, texts)
def test_a_rewound_state_is_as_good_as_a_fresh_one(before, dropped, after):
    rewound, fresh = MODEL.new_state(), MODEL.new_state()
    rewound.feed(before)
    rewound.feed(dropped)
    rewound.rewind(len(before))
    fresh.feed(before)
    assert rewound.ids == fresh.ids == before
    assert np.array_equal(rewound.feed(after), fresh.feed(after))


@given(texts, st.integers(1, 40))
def test_a_text_may_come_in_pieces(ids, size):
    state = MODEL.new_state()
    pieces = [state.feed(ids[at : at + size]) for at in range(0, len(ids), size)]
    assert close(pieces[-1], MODEL.new_state().feed(ids))


def test_two_states_know_nothing_of_each_other():
    alone, one, other = (MODEL.new_state() for _ in range(3))
    alone.feed(TEXT)
    one.feed(TEXT)
    other.feed(TEXT[::-1])
    assert np.array_equal(one.feed([290]), alone.feed([290]))


def test_earlier_logits_stay_as_they_were():
    state = MODEL.new_state()
    first = state.feed(TEXT[:4])
    copy = first.copy()
    state.feed(TEXT[4:])
    assert np.array_equal(first, copy)


def test_a_full_context_is_taken_and_no_more():
    state = MODEL.new_state()
    state.feed([290] * MODEL.context)
    with pytest.raises(ValueError, match="context"):
        state.feed([290])
    assert len(state.ids) == MODEL.context
    state.rewind(0)
    assert state.feed([290]).shape == (1, MODEL.vocabulary)


@pytest.mark.parametrize(
    ("ids", "keep"), [([], 1), ([290], 2), ([290], 0), ([290, 291], -1), ([-1], 1), ([MODEL.vocabulary], 1)]
)
def test_what_is_no_text_is_refused_and_changes_nothing(ids, keep):
    state = MODEL.new_state()
    state.feed(TEXT)
    with pytest.raises(ValueError, match=r"ids|positions"):
        state.feed(ids, keep)
    assert state.ids == TEXT


@pytest.mark.parametrize("length", [-1, len(TEXT) + 1])
def test_only_what_was_fed_can_be_rewound(length):
    state = MODEL.new_state()
    state.feed(TEXT)
    with pytest.raises(ValueError, match="length"):
        state.rewind(length)
    assert state.ids == TEXT


@pytest.fixture
def folder(tmp_path):
    return shutil.copytree(FIXTURES, tmp_path / "models")


def refusal(folder):
    with pytest.raises(ModelError) as raised:
        LanguageModel(folder)
    return str(raised.value)


def test_a_copy_is_as_good(folder):
    assert LanguageModel(folder).vocabulary == MODEL.vocabulary


@pytest.mark.parametrize("name", ["completion.onnx", "completion.tokenizer.json", "manifest.json"])
def test_a_missing_file_is_named(folder, name):
    (folder / name).unlink()
    assert name in refusal(folder)


@pytest.mark.parametrize("name", ["completion.onnx", "completion.tokenizer.json"])
def test_a_truncated_file_is_named_with_its_sizes(folder, name):
    content = (folder / name).read_bytes()
    (folder / name).write_bytes(content[:100])
    said = refusal(folder)
    assert name in said
    assert f"100 bytes instead of {len(content):,}" in said


def test_an_altered_file_is_refused_by_its_hash(folder):
    content = bytearray((folder / "completion.onnx").read_bytes())
    content[len(content) // 2] ^= 1
    (folder / "completion.onnx").write_bytes(content)
    assert "hash" in refusal(folder)


def test_a_damaged_manifest_is_refused(folder):
    (folder / "manifest.json").write_text("{", "utf-8")
    assert "manifest.json" in refusal(folder)


def test_a_file_that_is_not_listed_is_refused(folder):
    (folder / "manifest.json").write_text("{}", "utf-8")
    assert "does not list completion.onnx" in refusal(folder)


def test_another_format_is_refused_with_both_numbers(folder):
    path = folder / "completion.onnx"
    path.write_bytes(path.read_bytes().replace(b'"format": 2', b'"format": 9'))
    write_manifest(folder)
    assert "format 9, but this version reads 2" in refusal(folder)


def test_another_tokenizer_is_refused_though_it_is_as_large(folder):
    Subwords([b"aa"] * (MODEL.vocabulary - len(Subwords([])))).save(folder / "completion.tokenizer.json")
    write_manifest(folder)
    assert "another tokenizer" in refusal(folder)


def test_another_kind_of_model_is_refused(folder):
    path = folder / "completion.onnx"
    path.write_bytes(path.read_bytes().replace(b'"format": 2', b'"version":1'))
    write_manifest(folder)
    assert "no completion model" in refusal(folder)


def test_what_is_no_model_is_refused_however_it_is_listed(folder):
    (folder / "completion.onnx").write_bytes(b"not a model")
    write_manifest(folder)
    assert "completion.onnx can't be used" in refusal(folder)


def some_delta(scale=0.1):
    random = np.random.default_rng(3)
    shapes = ((MODEL.width, 4), (4, MODEL.width), (MODEL.vocabulary,))
    return Delta(*(scale * random.standard_normal(shape, np.float32) for shape in shapes))


def test_without_a_delta_the_states_are_scored_as_they_are():
    rows, _ = MODEL.new_state().feed_inside(list(range(MODEL.vocabulary))[: MODEL.context])
    _, states = MODEL.new_state().feed_inside(TEXT)
    logits = MODEL.new_state().feed(TEXT, keep=len(TEXT))
    assert close(states @ rows.T, logits[:, : len(rows)])
    nothing = MODEL.new_state(Delta.none(MODEL.width, MODEL.vocabulary)).feed(TEXT, keep=len(TEXT))
    assert np.array_equal(nothing, logits)


def test_a_delta_moves_the_states_before_they_are_scored_and_adds_its_bias():
    delta = some_delta()
    rows, states = MODEL.new_state(delta).feed_inside(list(range(MODEL.context)))
    logits = MODEL.new_state(delta).feed(list(range(MODEL.context)), keep=MODEL.context)
    moved = states + states @ delta.down @ delta.up
    assert close(moved @ rows.T + delta.bias[: len(rows)], logits[:, : len(rows)])
    assert not close(states @ rows.T, logits[:, : len(rows)])


def test_a_delta_leaves_the_cache_alone():
    state, plain = MODEL.new_state(some_delta()), MODEL.new_state()
    for one in (state, plain):
        one.feed(TEXT)
    assert np.array_equal(state._cache, plain._cache)


def test_a_state_whose_inside_was_asked_for_goes_on_as_before():
    asked, fresh = MODEL.new_state(), MODEL.new_state()
    asked.feed_inside(TEXT[:5])
    fresh.feed(TEXT[:5])
    assert asked.ids == fresh.ids
    assert np.array_equal(asked.feed(TEXT[5:]), fresh.feed(TEXT[5:]))


def test_a_delta_of_another_shape_is_refused():
    with pytest.raises(ValueError, match="another shape"):
        MODEL.new_state(Delta.none(MODEL.width + 1, MODEL.vocabulary))
