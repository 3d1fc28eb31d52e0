from pathlib import Path

import numpy as np
import pytest

from beast_lsp.engine import embedding as module
from beast_lsp.engine.embedding import Embedding, save
from beast_lsp.engine.manifest import write_manifest
from beast_lsp.errors import ModelError

MATRIX = np.array([[1.0, 0.0], [0.9, 0.1], [0.0, -3.0]])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    save(tmp_path / "embedding.npz", ["open", "close", "größe"], MATRIX)
    return tmp_path / "embedding.npz"


def cosine(embedding: Embedding, one: str, other: str) -> float:
    return float(embedding.vector({one: 1.0}) @ embedding.vector({other: 1.0}))


def test_what_is_saved_is_read_within_a_percent(file: Path) -> None:
    assert np.allclose(Embedding.load(file).matrix(["open", "close", "größe"]), MATRIX, atol=0.03)


def test_terms_with_like_rows_are_near_and_others_are_not(file: Path) -> None:
    embedding = Embedding.load(file)
    assert cosine(embedding, "open", "close") > 0.9
    assert abs(cosine(embedding, "open", "größe")) < 0.01


def test_weights_count(file: Path) -> None:
    embedding = Embedding.load(file)
    vector = embedding.vector({"open": 1.0, "größe": 2.0})
    assert vector[1] < -0.9
    assert np.linalg.norm(vector) == pytest.approx(1.0)


def test_unknown_terms_have_no_direction(file: Path) -> None:
    assert not Embedding.load(file).vector({"unheard": 1.0}).any()
    assert not Embedding.load(file).vector({}).any()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 nothing", b"{}"])
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "embedding.npz").write_bytes(content)
    with pytest.raises(ModelError):
        Embedding.load(tmp_path / "embedding.npz")


def test_a_missing_file_and_another_format_are_refused(file: Path) -> None:
    with pytest.raises(ModelError):
        Embedding.load(file.with_name("none.npz"))
    np.savez(file, format=np.int32(99))
    with pytest.raises(ModelError, match="99"):
        Embedding.load(file)


def test_the_embedding_that_ships_knows_what_words_mean() -> None:
    shipped = Embedding.shipped()
    assert shipped is not None
    assert cosine(shipped, "delete", "remove") > cosine(shipped, "delete", "color") + 0.1


def test_what_ships_is_refused_where_it_is_not_the_file_of_the_manifest(
    file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "models_folder", lambda: file.parent)
    assert Embedding.shipped() is None
    write_manifest(file.parent)
    assert Embedding.shipped() is not None
    file.write_bytes(file.read_bytes()[:-10])
    assert Embedding.shipped() is None
