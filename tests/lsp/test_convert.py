"""Positions in the client's unit, and URIs."""

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lsprotocol.types import Position as WirePosition

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.lsp.convert import PositionCodec, path_of, uri_of

ENCODINGS = ["utf-8", "utf-16", "utf-32"]
UNIT = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}
SIZE = {"utf-8": 1, "utf-16": 2, "utf-32": 4}
lines_of_text = st.text(alphabet="aé漢😀\ud800\udc00 ", max_size=20).filter(lambda text: "\ud800\udc00" not in text)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=lines_of_text)
def test_every_column_comes_back_from_the_clients_unit(encoding: str, text: str) -> None:
    codec = PositionCodec(encoding)
    document = Document("u", "text", 1, [text])
    for column in range(len(text) + 1):
        there = codec.wire(document, Position(0, column))
        units = len(text[:column].encode(UNIT[encoding], "surrogatepass")) // SIZE[encoding]
        assert there == WirePosition(0, units)
        assert codec.position([text], there) == Position(0, column)


@pytest.mark.parametrize("encoding", ENCODINGS)
@given(text=lines_of_text, line=st.integers(0, 5), character=st.integers(0, 200))
def test_any_place_that_a_client_names_lies_within_the_text(
    encoding: str, text: str, line: int, character: int
) -> None:
    lines = split_lines(f"{text}\r\n{text}")
    place = PositionCodec(encoding).position(lines, WirePosition(line, character))
    assert place.line < len(lines)
    assert place.column <= len(lines[place.line].rstrip("\r\n"))


@pytest.mark.parametrize(("encoding", "inside"), [("utf-8", 2), ("utf-8", 3), ("utf-8", 4), ("utf-16", 2)])
@pytest.mark.parametrize("after", ["", "b"])
def test_inside_a_character_is_its_start(encoding: str, inside: int, after: str) -> None:
    assert PositionCodec(encoding).position([f"a😀{after}"], WirePosition(0, inside)) == Position(0, 1)


def test_past_the_end_of_a_line_is_before_its_line_end() -> None:
    codec = PositionCodec("utf-16")
    assert codec.position(["ab\r\n", "c"], WirePosition(0, 9)) == Position(0, 2)
    assert codec.position(["ab\r\n", "c"], WirePosition(9, 0)) == Position(1, 1)


@pytest.mark.parametrize("name", ["/a/b.py", "/with space/ü#?.py", "/percent%20.py", "/bytes\udcff.py"])
def test_a_path_comes_back_from_its_uri(name: str) -> None:
    assert path_of(uri_of(PurePosixPath(name))) == Path(name)


def test_an_unquoted_uri_keeps_its_whole_name() -> None:
    assert path_of("file:///a/b#c?d.py") == Path("/a/b#c?d.py")
    assert path_of("file:///c%3A/x.py") == Path("c:/x.py")


@pytest.mark.parametrize(
    "uri", ["untitled:Untitled-1", "http://x/a.py", "file://host/a.py", "file://[", "", "file:///a%00"]
)
def test_what_is_no_local_file_has_no_path(uri: str) -> None:
    assert path_of(uri) is None
