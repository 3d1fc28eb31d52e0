"""Pieces of lexical tokens: encoded and back, borders kept, and looked up by how they begin."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.engine.subwords import (
    BREAKS,
    END,
    FAMILIES,
    FILE,
    FIRST_BREAK,
    FIRST_BYTE,
    FIRST_MERGED,
    PAD,
    PATH,
    Subwords,
    family_mark,
    is_break,
)
from beast_lsp.engine.tokens import FILE_START, file_tokens
from beast_lsp.errors import ModelError
from beast_lsp.paths import models_folder

SHIPPED = Subwords.load(models_folder() / "completion.tokenizer.json")
SMALL = Subwords([b"re", b"tu", b"retu", b"rn", b"return", b" x"])
either = st.sampled_from([SHIPPED, SMALL])
sources = st.lists(st.text().map(lambda line: line + "\n"), max_size=8)


def bytes_of(subwords, ids):
    return b"".join(subwords.text(piece) for piece in ids)


def pieces(subwords, token):
    return [subwords.text(piece) for piece in subwords.encode(token)]


@given(either, st.text(min_size=1))
def test_any_token_is_decoded_as_it_was(subwords, token):
    if token != FILE_START:
        assert bytes_of(subwords, subwords.encode(token)) == token.encode("utf-8", "surrogatepass")


@given(either, sources)
def test_every_piece_belongs_to_one_token(subwords, lines):
    tokens = list(file_tokens(lines))
    encoded = [subwords.encode(token) for token in tokens]
    assert subwords.encode_file(lines) == [piece for ids in encoded for piece in ids]
    for token, ids in zip(tokens, encoded, strict=True):
        assert bytes_of(subwords, ids) == (b"" if token == FILE_START else token.encode("utf-8", "surrogatepass"))


@given(either, sources)
def test_ids_are_below_their_number(subwords, lines):
    assert all(PAD < piece < len(subwords) for piece in subwords.encode_file(lines))


@given(st.sampled_from(BREAKS))
def test_a_line_break_is_one_piece(token):
    (piece,) = SHIPPED.encode(token)
    assert is_break(piece)
    assert SHIPPED.text(piece).decode() == token


def test_a_file_s_beginning_is_one_piece():
    assert SHIPPED.encode(FILE_START) == (FILE,)
    assert SHIPPED.encode_file(["x = 1\n"])[0] == FILE


def test_no_other_piece_is_a_break():
    ids = SHIPPED.encode_file(["if x:\n", "    pass\n"])
    assert [is_break(piece) for piece in ids] == [SHIPPED.text(piece).startswith(b"\n") for piece in ids]
    assert not any(map(is_break, [PAD, END, FIRST_BREAK - 1, FIRST_BYTE, len(SHIPPED) - 1]))


def test_the_pair_that_was_merged_first_goes_first():
    assert pieces(SMALL, "return") == [b"return"]
    assert pieces(SMALL, "returns") == [b"return", b"s"]
    assert pieces(SMALL, "retx") == [b"re", b"t", b"x"]
    assert pieces(SMALL, " x") == [b" x"]


def test_common_words_are_one_piece_of_what_ships():
    assert [len(SHIPPED.encode(word)) for word in ("self", " return", " =", "import")] == [1, 1, 1, 1]


def test_a_token_is_encoded_the_same_from_the_cache():
    assert SHIPPED.encode("unusual_name_here") == SHIPPED.encode("unusual_name_here")


def test_marks_have_no_text():
    assert all(SHIPPED.text(mark) == b"" for mark in range(FIRST_BREAK))


def test_each_family_has_a_mark_and_strangers_are_text():
    marks = {family_mark(family) for family in FAMILIES}
    assert len(marks) == len(FAMILIES)
    assert max(marks) < FIRST_BREAK
    assert family_mark("cobol") == family_mark("text")


def test_a_path_is_its_last_two_parts():
    ids = SHIPPED.encode_path("a/long/way/to/module.py")
    assert ids[0] == PATH
    assert bytes_of(SHIPPED, ids) == b"to/module.py"


@given(either, st.binary(min_size=1, max_size=6))
def test_healing_finds_what_begins_so_and_what_it_begins_with(subwords, prefix):
    found = subwords.beginning_with(prefix)
    assert len(set(found)) == len(found)
    every = range(FIRST_BYTE, len(subwords))
    assert set(found) == {
        piece for piece in every if subwords.text(piece).startswith(prefix) or prefix.startswith(subwords.text(piece))
    }


def test_healing_offers_no_piece_that_differs():
    texts = {SMALL.text(piece) for piece in SMALL.beginning_with(b"ret")}
    assert texts == {b"r", b"re", b"retu", b"return"}


def test_a_saved_tokenizer_is_the_same_one(tmp_path):
    path = tmp_path / "some.tokenizer.json"
    SMALL.save(path)
    again = Subwords.load(path)
    assert len(again) == len(SMALL) == FIRST_MERGED + 6
    assert again.encode("returns") == SMALL.encode("returns")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"merged": []}',
        json.dumps({"format": 99, "merged": []}),
        json.dumps({"format": 1}),
        json.dumps({"format": 1, "merged": 3}),
        json.dumps({"format": 1, "merged": [3]}),
        json.dumps({"format": 1, "merged": ["\u2603"]}),
    ],
)
def test_a_damaged_file_is_refused_by_name(tmp_path, content):
    path = tmp_path / "some.tokenizer.json"
    path.write_text(content, "utf-8")
    with pytest.raises(ModelError, match=r"some\.tokenizer\.json"):
        Subwords.load(path)


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(ModelError, match="absent"):
        Subwords.load(tmp_path / "absent.json")
