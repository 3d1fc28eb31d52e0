"""Random edits leave the server with the client's text, whatever the encoding; senseless ones leave it in doubt."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol import types

from beast_lsp.errors import PositionError
from beast_lsp.lsp.convert import PositionCodec
from beast_lsp.lsp.documents import Documents

URI = "file:///w/a.py"
SIZES = {"utf-8": ("utf-8", 1), "utf-16": ("utf-16-le", 2), "utf-32": ("utf-32-le", 4)}
texts = st.text(alphabet="ab \r\n\té漢😀\u2028\ud83d", max_size=30).map(lambda text: text.replace("\ud83d", "\ud83dx"))


def opened(text: str, encoding: str = "utf-16") -> Documents:
    documents = Documents(PositionCodec(encoding), [Path("/w")])
    documents.open(types.TextDocumentItem(URI, "python", 1, text))
    return documents


def change(documents: Documents, *changes: types.TextDocumentContentChangeEvent, version: int = 2) -> None:
    documents.change(types.VersionedTextDocumentIdentifier(version, URI), changes)


def edit(start: tuple[int, int], end: tuple[int, int], text: str) -> types.TextDocumentContentChangeEvent:
    where = types.Range(types.Position(*start), types.Position(*end))
    return types.TextDocumentContentChangePartial(where, text)


def whole(text: str) -> types.TextDocumentContentChangeEvent:
    return types.TextDocumentContentChangeWholeDocument(text)


def wire_position(text: str, offset: int, encoding: str) -> tuple[int, int]:
    """Where a client that holds the whole text says that `offset` is."""
    codec, size = SIZES[encoding]
    before = text[:offset].replace("\r\n", "\n").replace("\r", "\n")
    line, column = before.count("\n"), before.rpartition("\n")[2]
    return line, len(column.encode(codec, "surrogatepass")) // size


def is_place(text: str, offset: int) -> bool:
    return text[offset - 1 : offset + 1] != "\r\n"


@pytest.mark.parametrize("encoding", SIZES)
@given(data=st.data())
def test_after_random_edits_both_sides_have_the_same_text(encoding: str, data: st.DataObject) -> None:
    text = data.draw(texts)
    documents = opened(text, encoding)
    for version in range(2, 2 + data.draw(st.integers(0, 8))):
        changes = []
        for _ in range(data.draw(st.integers(1, 3))):
            places = [offset for offset in range(len(text) + 1) if is_place(text, offset)]
            start, end = sorted((data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))))
            new = data.draw(texts)
            places_on_wire = [wire_position(text, offset, encoding) for offset in (start, end)]
            changes.append(edit(*places_on_wire, new))
            text = text[:start] + new + text[end:]
        change(documents, *changes, version=version)
        assert documents.by_uri[URI].text == text
        assert documents.by_uri[URI].version == version


@given(places=st.lists(st.tuples(st.integers(0, 5), st.integers(0, 9)), min_size=2, max_size=2), text=texts)
def test_whatever_an_edit_names_the_document_changes_or_says_that_it_is_in_doubt(
    places: list[tuple[int, int]], text: str
) -> None:
    documents = opened("one\ntwo\n")
    try:
        change(documents, edit(places[0], places[1], text))
    except PositionError:
        assert documents.usable(URI) is None
        assert documents.by_uri[URI].text == "one\ntwo\n"
    else:
        assert documents.usable(URI) is documents.by_uri[URI]


def test_a_senseless_change_leaves_the_text_in_doubt_until_the_whole_text_comes() -> None:
    documents, bad = opened("one\ntwo\n"), edit((1, 2), (0, 0), "x")
    with pytest.raises(PositionError):
        change(documents, edit((0, 0), (0, 3), "1"), bad)
    assert documents.by_uri[URI].text == "one\ntwo\n"
    assert documents.usable(URI) is None
    change(documents, bad, whole("new"))
    assert documents.usable(URI) is documents.by_uri[URI]
    assert documents.by_uri[URI].text == "new"


def test_a_change_that_could_not_be_read_leaves_the_text_in_doubt() -> None:
    documents = opened("one")
    documents.doubt("file:///not/open.py")
    assert documents.usable(URI)
    documents.doubt(URI)
    assert documents.usable(URI) is None


def test_an_edit_past_the_end_is_at_the_end() -> None:
    documents = opened("one\r\ntwo")
    change(documents, edit((0, 99), (0, 99), "!"), edit((99, 0), (99, 5), "?"))
    assert documents.by_uri[URI].text == "one!\r\ntwo?"


def test_a_change_of_a_document_that_is_not_open_is_refused() -> None:
    with pytest.raises(PositionError, match="not open"):
        change(Documents(PositionCodec()), whole("x"))


def test_a_closed_document_is_gone_and_may_be_closed_again() -> None:
    documents = opened("x")
    assert documents.close(URI)
    assert documents.close(URI) is None
    assert URI not in documents.by_uri


def test_a_huge_text_is_kept_in_step_and_not_worked_on() -> None:
    documents = opened("x" * 9_000_000)
    change(documents, edit((0, 9_000_000), (0, 9_000_000), "y"))
    assert documents.by_uri[URI].text.endswith("xy")
    assert documents.usable(URI) is None
    change(documents, whole("small"))
    assert documents.usable(URI)


def test_the_innermost_folder_holds_a_file_and_no_folder_one_outside() -> None:
    documents = Documents(PositionCodec(), [Path("/w"), Path("/w/inner")])
    assert documents.folder_of(Path("/w/inner/a.py")) == Path("/w/inner")
    assert documents.folder_of(Path("/w/a.py")) == Path("/w")
    assert documents.folder_of(Path("/elsewhere/a.py")) is None
    assert documents.folder_of(None) is None


def test_documents_follow_the_workspace_folders() -> None:
    documents = opened("x")
    documents.open(types.TextDocumentItem("untitled:1", "python", 1, ""))
    documents.move_to([Path("/other")])
    assert documents.by_uri[URI].folder is None
    documents.move_to([Path("/")])
    assert documents.by_uri[URI].folder == Path("/")
    assert documents.by_uri["untitled:1"].folder is None


def test_an_older_view_of_the_documents_does_not_change() -> None:
    documents = opened("old")
    before = documents.by_uri
    change(documents, whole("new"))
    assert before[URI].text == "old"
