"""The n-gram index of stable text: built, read, damaged."""

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.ngram.build import build
from beast_lsp.engine.ngram.index import NgramIndex
from beast_lsp.errors import ModelError

FILES = {
    "a.py": "self.client.close()\nself.client.open(path)\n",
    "b/c.py": "self.client.close()\nother = 1\n",
    "b/d.py": "self.server.start()\n",
}


@pytest.fixture
def index(tmp_path: Path) -> NgramIndex:
    build([(path, split_lines(text)) for path, text in FILES.items()], tmp_path / "index", "python")
    return NgramIndex.open(tmp_path / "index")


def test_what_followed_is_counted_over_all_files(index: NgramIndex) -> None:
    deepest = index.levels(["self", ".", "client", "."], index.weights(()))[0]
    assert deepest.counts == {"close": 2.0, "open": 1.0}
    assert deepest.total == 3.0


def test_a_context_that_was_never_seen_has_no_levels(index: NgramIndex) -> None:
    assert index.levels(["unseen"], index.weights(())) == []
    assert index.levels([], index.weights(())) == []


def test_a_longer_match_is_narrower(index: NgramIndex) -> None:
    orders = [(level.order, level.total) for level in index.levels(["self", "."], index.weights(()))]
    assert orders == sorted(orders, reverse=True)[: len(orders)] or orders[0][1] <= orders[-1][1]


def test_files_left_out_do_not_count(index: NgramIndex) -> None:
    without = index.levels(["client", "."], index.weights({"a.py"}))[0]
    assert dict(without.counts) == {"close": 1.0}
    everything = index.weights(set(FILES))
    assert index.levels(["client", "."], everything) == []


def test_near_files_count_more(index: NgramIndex) -> None:
    near = index.levels(["self", "."], index.weights((), near={"b/d.py"}))[-1]
    far = index.levels(["self", "."], index.weights(()))[-1]
    assert near.counts["server"] > far.counts["server"]


def test_words_by_prefix(index: NgramIndex) -> None:
    assert dict(index.with_prefix("cl")) == {"client": 3, "close": 2}
    assert index.with_prefix("zz") == []
    assert index.with_prefix("cl", limit=1) == [("client", 3)]
    assert index.uses("close") == 2
    assert index.uses("zz") == 0


def test_an_outcome_carries_its_blank(index: NgramIndex) -> None:
    assert " =" in index.levels(["other"], index.weights(()))[0].counts


def test_an_empty_index_answers(tmp_path: Path) -> None:
    build([], tmp_path / "empty", "python")
    index = NgramIndex.open(tmp_path / "empty")
    assert index.levels(["a"], index.weights(())) == []


@pytest.mark.parametrize("name", ["tokens.i32", "order.i32", "words.utf8", "files.json", "first.i32"])
def test_a_truncated_file_is_an_error_and_never_a_crash(index: NgramIndex, name: str) -> None:
    path = index.folder / name
    path.write_bytes(path.read_bytes()[:-4])
    with pytest.raises(ModelError, match="index"):
        NgramIndex.open(index.folder)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="can't be read"):
        NgramIndex.open(tmp_path / "nowhere")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["a.b", "a.c(b)", "  b = a", "", "a.b.a"]), max_size=5), max_size=4))
def test_the_counts_are_those_of_a_plain_scan(tmp_path_factory: pytest.TempPathFactory, files: list[list[str]]) -> None:
    from beast_lsp.engine.tokens import bare, file_tokens

    folder = tmp_path_factory.mktemp("index")
    named = [(f"{number}.py", [line + "\n" for line in lines]) for number, lines in enumerate(files)]
    build(named, folder, "python")
    index = NgramIndex.open(folder)
    expected: dict[str, float] = {}
    for _, lines in named:
        tokens = list(file_tokens(lines))
        for before, token in pairwise(tokens):
            if bare(before) == "a":
                expected[token] = expected.get(token, 0.0) + 1.0
    levels = index.levels(["a"], index.weights(()))
    assert (dict(levels[0].counts) if levels else {}) == expected
