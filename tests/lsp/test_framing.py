"""Frames: what is written can be read, and what can't be read never stops the reader."""

import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from beast_lsp.lsp.framing import FrameError, frame, read_message

texts = st.text(st.characters(exclude_categories=[]), max_size=20)
messages = st.dictionaries(texts, st.one_of(texts, st.integers(), st.none(), st.lists(texts, max_size=3)), max_size=4)


@given(st.lists(messages, max_size=4))
def test_messages_come_back_in_their_order(sent: list[dict[str, Any]]) -> None:
    stream = io.BytesIO(b"".join(map(frame, sent)))
    assert [read_message(stream) for _ in sent] == sent
    assert read_message(stream) is None


@given(st.binary(max_size=200), st.sampled_from([b"", b"\r\n\r\n", b"Content-Length: ", b"Content-Length: 2\r\n\r\n"]))
def test_noise_ends_in_an_error_or_the_end(noise: bytes, before: bytes) -> None:
    stream = io.BytesIO(before + noise)
    for _ in range(300):
        try:
            if read_message(stream) is None:
                return
        except FrameError:
            continue
    pytest.fail("the reader never came to the end")


@pytest.mark.parametrize(
    "broken",
    [
        b"Content-Length: x\r\n\r\n",
        b"Other: 1\r\n\r\n",
        b"Content-Length: 4\r\n\r\n{a:}",
        b"Content-Length: 9999999999\r\n\r\n",
    ],
)
def test_the_frame_after_a_broken_one_is_read(broken: bytes) -> None:
    stream = io.BytesIO(broken + frame({"id": 1}))
    with pytest.raises(FrameError):
        read_message(stream)
    assert read_message(stream) == {"id": 1}


def test_an_error_never_quotes_the_message() -> None:
    with pytest.raises(FrameError) as caught:
        read_message(io.BytesIO(b"Content-Length: 7\r\n\r\n{secret"))
    assert "secret" not in repr(caught.value)
    assert caught.value.__cause__ is None


def test_a_message_that_is_cut_off_is_the_end() -> None:
    assert read_message(io.BytesIO(frame({"id": 1})[:-1])) is None
