"""The frames of the base protocol: a header, an empty line, and a body of JSON.

Reading blocks, so that one plain thread can serve stdin, a socket or a WebSocket on every platform. This
module is imported before `initialize` is answered: it imports nothing but json.
"""

import json
from typing import Any, Protocol

_MAX_HEADER_LINE = 8192
_LENGTH = b"content-length:"
_MAX_BODY = 1 << 30  # 1 GiB: more is a broken header, not a message.


class Input(Protocol):
    """What frames are read from: a binary file."""

    def readline(self, size: int = -1, /) -> bytes:
        """One line with its end, at most `size` bytes; empty at the end of the input."""
        ...

    def read(self, size: int = -1, /) -> bytes:
        """At most `size` bytes; fewer only at the end of the input."""
        ...


class FrameError(Exception):
    """A frame that cannot be read; the next one may be fine. The text says why and holds none of the body."""


def read_message(stream: Input) -> Any | None:
    """The next message, parsed; None at the end of the input.

    Raises FrameError for a header without a usable length and for a body that is not JSON.
    """
    length = _read_header(stream)
    if length is None:
        return None
    body = stream.read(length)
    return parse(body) if len(body) == length else None


def parse(body: bytes | str) -> Any:
    """The message in `body`. Raises FrameError where it is not JSON."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        # The parser's own message may quote the user's code.
        raise FrameError("the body is not JSON") from None


def frame(message: dict[str, Any]) -> bytes:
    """The bytes that carry `message`."""
    body = text(message)
    return f"Content-Length: {len(body)}\r\n\r\n{body}".encode("ascii")


def text(message: dict[str, Any]) -> str:
    """`message` as JSON, escaped to ASCII, so that a lone surrogate that the client sent can be sent back."""
    return json.dumps(message, separators=(",", ":"))


def _read_header(stream: Input) -> int | None:
    """The body's length in bytes; None at the end of the input."""
    length: int | None = None
    seen = False
    while line := stream.readline(_MAX_HEADER_LINE):
        # Looked for anywhere in the line, because after a broken header its body stands before the next one.
        at = line.lower().rfind(_LENGTH)
        if at >= 0:
            length = _length(line[at + len(_LENGTH) :])
        elif not line.strip() and seen:
            if length is None:
                raise FrameError("the header names no usable Content-Length")
            return length
        seen = seen or bool(line.strip())
    return None


def _length(value: bytes) -> int | None:
    digits = value.strip()
    if not digits.isdigit() or len(digits) > 10:
        return None
    length = int(digits)
    return length if length <= _MAX_BODY else None
