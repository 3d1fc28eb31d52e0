import tempfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.embedding import Embedding
from beast_lsp.engine.ngram.build import build
from beast_lsp.engine.retrieval.build import FOLDER, PieceRecorder, checksum
from beast_lsp.engine.retrieval.cut import cut
from beast_lsp.engine.retrieval.index import Meaning, PieceIndex, Searched, search
from beast_lsp.engine.retrieval.terms import line_terms
from beast_lsp.errors import ModelError

FILES = {
    "a.py": "def read_header(stream):\n    return stream.magic\n",
    "b.py": "def write_header(stream):\n    stream.flush()\n",
    "c.py": "def paint(canvas):\n    canvas.fill()\n",
}
TERMS = ["magic", "flush", "paint", "begin"]
EMBEDDING = Embedding(TERMS, np.array([[127, 0], [0, 127], [0, -127], [0, 127]], dtype=np.int8), np.ones(4) / 127)


def made(folder: Path, files: Mapping[str, str], embedding: Embedding | None = None) -> PieceIndex:
    recorder = PieceRecorder(embedding)
    build(recorder.record((path, split_lines(text)) for path, text in files.items()), folder, "python")
    recorder.write(folder)
    return PieceIndex.open(folder)


def paths(index: PieceIndex, *terms: str, dead: frozenset[str] = frozenset(), limit: int = 9) -> list[str]:
    return [hit.path for hit in search([Searched(index, dead)], dict.fromkeys(terms, 1.0), limit)]


@pytest.fixture
def index(tmp_path: Path) -> PieceIndex:
    return made(tmp_path / "index", FILES)


def test_the_piece_that_shares_most_comes_first(index: PieceIndex) -> None:
    assert paths(index, "read", "header", "stream") == ["a.py", "b.py"]
    assert paths(index, "read", "header", "stream", limit=1) == ["a.py"]


def test_dead_files_unknown_terms_and_no_terms_give_nothing(index: PieceIndex) -> None:
    assert paths(index, "paint", dead=frozenset({"c.py", "unknown.py"})) == []
    assert paths(index, "unheard") == paths(index) == paths(index, "paint", limit=0) == []
    assert search([], {"paint": 1.0}, 3) == []


def test_two_layers_are_ranked_together(index: PieceIndex, tmp_path: Path) -> None:
    delta = made(tmp_path / "delta", {"d.py": "def paint(canvas):\n    canvas.paint(paint)\n"})
    layers = [Searched(index, frozenset()), Searched(delta, frozenset())]
    assert [hit.path for hit in search(layers, {"paint": 1.0}, 3)] == ["d.py", "c.py"]


def test_nearness_in_meaning_ranks_again(tmp_path: Path) -> None:
    index = made(tmp_path / "index", FILES, EMBEDDING)
    query, layers = {"read": 0.1, "header": 1.0}, [Searched(index, frozenset())]
    assert [hit.path for hit in search(layers, query, 3)] == ["a.py", "b.py"]
    begin = Meaning(EMBEDDING.vector({"begin": 1.0}), EMBEDDING.key)
    assert [hit.path for hit in search(layers, query, 3, begin)] == ["b.py", "a.py"]


def test_another_embedding_ranks_nothing_again(tmp_path: Path) -> None:
    layers = [Searched(made(tmp_path / "index", FILES, EMBEDDING), frozenset())]
    other = Meaning(EMBEDDING.vector({"begin": 1.0}), EMBEDDING.key + 1)
    found = [hit.path for hit in search(layers, {"read": 0.1, "header": 1.0}, 3, other)]
    assert found == ["a.py", "b.py"]


def test_a_line_has_one_piece_or_none(index: PieceIndex) -> None:
    assert [index.hit(piece, 0.0).path for piece in index.at("b.py", 1)] == ["b.py"]
    assert index.at("b.py", 7) == index.at("unknown.py", 0) == []


@pytest.mark.parametrize(
    "name", ["pieces.json", "pieces.i32", "postings.i32", "counts.u8", "first.u32", "sums.u32", "vectors.i8"]
)
def test_a_truncated_file_is_refused(tmp_path: Path, name: str) -> None:
    made(tmp_path / "index", FILES, EMBEDDING)
    file = tmp_path / "index" / FOLDER / name
    file.write_bytes(file.read_bytes()[:-3])
    with pytest.raises(ModelError):
        PieceIndex.open(tmp_path / "index")


def test_a_missing_index_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError):
        PieceIndex.open(tmp_path)


LINES = st.lists(
    st.sampled_from(
        ["\n", "  \n", "\f\n", "def one():\n", "    two_three(4)\n", "five\n", "# é ß\n", "x" * 2_001 + "\n"]
    )
)


@settings(max_examples=40, deadline=None)
@given(st.lists(LINES, max_size=4))
def test_each_term_is_found_in_the_pieces_that_hold_it(files: list[list[str]]) -> None:
    with tempfile.TemporaryDirectory() as scratch:
        index = made(Path(scratch) / "index", {f"{number}.py": "".join(lines) for number, lines in enumerate(files)})
        expected = {
            (f"{number}.py", *span, checksum(lines[span.start : span.end])): line_terms(lines[span.start : span.end])
            for number, lines in enumerate(files)
            for span in cut(lines)
        }
        for term in {term for found in expected.values() for term in found}:
            hits = search([Searched(index, frozenset())], {term: 1.0}, 1_000)
            assert {hit[1:] for hit in hits} == {piece for piece, found in expected.items() if term in found}
