"""The list of the model files that ship."""

import json

import pytest

from beast_lsp.engine.manifest import manifest, read_checked, write_manifest
from beast_lsp.errors import ModelError
from beast_lsp.paths import models_folder


def test_it_is_fresh():
    # Where it is not: python -m beast_lsp.training.manifest models
    known = json.loads((models_folder() / "manifest.json").read_text("utf-8"))
    assert known == manifest(models_folder())


def test_every_file_of_data_is_in_it_and_no_card(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"123")
    (tmp_path / "a.md").write_text("What a is.", "utf-8")
    (tmp_path / "resume").mkdir()
    write_manifest(tmp_path)
    assert {name: entry["bytes"] for name, entry in manifest(tmp_path).items()} == {"a.onnx": 3}
    assert read_checked(tmp_path, "a.onnx") == b"123"


@pytest.mark.parametrize("text", ["", "[]", "null", '{"a.onnx": 3}', '{"a.onnx": {"bytes": 3}}', '{"a.onnx": null}'])
def test_what_is_no_manifest_is_refused(tmp_path, text):
    (tmp_path / "a.onnx").write_bytes(b"123")
    (tmp_path / "manifest.json").write_text(text, "utf-8")
    with pytest.raises(ModelError, match=r"manifest\.json can't be read"):
        read_checked(tmp_path, "a.onnx")
