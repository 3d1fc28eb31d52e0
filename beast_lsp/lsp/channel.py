"""How messages come and go: standard streams, a TCP connection, or a WebSocket.

A channel blocks, so that one reading and one writing thread can serve any of them on every platform. This
module is imported before `initialize` is answered: it imports nothing but the frames.
"""

from typing import Any, Protocol

from beast_lsp.lsp.framing import Input, frame, parse, read_message, text


class Output(Protocol):
    """What frames are written to: a binary file."""

    def write(self, data: bytes, /) -> object:
        """Writes all of `data`."""
        ...

    def flush(self) -> None:
        """Sends what was written."""
        ...


class Channel(Protocol):
    """One client's messages. `has_headers` tells whether those that `write` gets carry their header."""

    has_headers: bool

    def receive(self) -> Any | None:
        """The next message, parsed; None when the client is gone. Raises FrameError for one that can't be read."""
        ...

    def send(self, message: dict[str, Any]) -> None:
        """Sends one message. Raises OSError or ValueError when the client is gone."""
        ...

    def write(self, data: bytes) -> None:
        """Sends one message that is serialised already. Raises as `send` does."""
        ...


class StreamChannel:
    """Frames of the base protocol over a pair of binary files."""

    has_headers = True

    def __init__(self, reading: Input, writing: Output) -> None:
        self._reading = reading
        self._writing = writing

    def receive(self) -> Any | None:
        """See `Channel`; a broken pipe counts as the end."""
        try:
            return read_message(self._reading)
        except (OSError, ValueError):
            return None

    def send(self, message: dict[str, Any]) -> None:
        """See `Channel`."""
        self.write(frame(message))

    def write(self, data: bytes) -> None:
        """See `Channel`."""
        self._writing.write(data)
        self._writing.flush()


class WebSocketChannel:
    """One message per WebSocket message, without a header, as editors in a browser send them."""

    has_headers = False

    def __init__(self, connection: Any) -> None:
        self._connection = connection

    def receive(self) -> Any | None:
        """See `Channel`."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - an extra.

        try:
            return parse(self._connection.recv())
        except (ConnectionClosed, OSError):
            return None

    def send(self, message: dict[str, Any]) -> None:
        """See `Channel`."""
        self.write(text(message).encode("ascii"))

    def write(self, data: bytes) -> None:
        """See `Channel`."""
        from websockets.exceptions import ConnectionClosed  # noqa: PLC0415 - an extra.

        try:
            self._connection.send(data.decode("utf-8"))
        except ConnectionClosed as error:
            raise OSError("the client closed the connection") from error
