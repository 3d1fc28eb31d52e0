"""Starting the server: the handshake first, everything else after it.

A user waits for `initialize` at each start of the editor, so the first message is read and answered with
almost nothing imported; asyncio and the rest load while the client prepares its next message.
"""

import os
import sys
from typing import Any

from beast_lsp.lsp.channel import Channel, StreamChannel
from beast_lsp.lsp.framing import FrameError
from beast_lsp.lsp.handshake import initialize_result

_NOT_INITIALIZED = -32002
_PARSE_ERROR = -32700
_INVALID_REQUEST = -32600
_LOOPBACK = "127.0.0.1"


def run_stdio() -> None:
    """Serves one client over standard input and output, then ends the process.

    The exit status is 0 after `shutdown` and `exit`, and 1 when the client left without a word.
    """
    channel = _standard_streams()
    status = serve(channel)
    sys.stderr.flush()
    # The reading thread still blocks on stdin, and the interpreter would wait for it.
    os._exit(status)


def run_tcp(host: str = _LOOPBACK, port: int = 0) -> None:
    """Listens on `host`:`port` (0: any free one, printed to stderr) and serves one client after another.

    Raises OSError where the address can't be had.
    """
    import socket  # noqa: PLC0415 - stdio needs none.

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        _announce("tcp", *listener.getsockname()[:2])
        while True:
            connection, _ = listener.accept()
            with connection, connection.makefile("rb") as reading, connection.makefile("wb") as writing:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                serve(StreamChannel(reading, writing))


def run_ws(host: str = _LOOPBACK, port: int = 0) -> None:
    """Listens for WebSockets on `host`:`port` and serves one client after another.

    A connection that a web page opened is refused: any page that the user visits could read the workspace.
    Raises OSError where the address can't be had, and ImportError without the extra `ws`.
    """
    import threading  # noqa: PLC0415 - stdio needs none of these.

    from websockets.sync.server import ServerConnection  # noqa: PLC0415
    from websockets.sync.server import serve as listen  # noqa: PLC0415

    from beast_lsp.lsp.channel import WebSocketChannel  # noqa: PLC0415

    one_client = threading.Lock()

    def handle(connection: ServerConnection) -> None:
        with one_client:
            serve(WebSocketChannel(connection))

    with listen(handle, host, port, origins=[None], max_size=None) as listener:
        _announce("ws", *listener.socket.getsockname()[:2])
        listener.serve_forever()


def serve(channel: Channel) -> int:
    """Serves one client until it leaves; the exit status that the protocol asks for."""
    params = handshake(channel)
    if params is None:
        return 1
    from beast_lsp.lsp.life import run_session  # noqa: PLC0415 - what makes a start slow.

    return run_session(channel, params)


def handshake(channel: Channel) -> dict[str, Any] | None:
    """Answers `initialize` and returns its params; None when the client left before."""
    while True:
        try:
            message = channel.receive()
        except FrameError as error:
            _refuse(channel, None, _PARSE_ERROR, str(error))
            continue
        if message is None:
            return None
        if not isinstance(message, dict):
            _refuse(channel, None, _INVALID_REQUEST, "a message is an object")
        elif message.get("method") == "exit":
            return None
        elif message.get("method") == "initialize" and "id" in message:
            params = message.get("params")
            params = params if isinstance(params, dict) else {}
            _send(channel, {"jsonrpc": "2.0", "id": message["id"], "result": initialize_result(params)})
            return params
        elif "id" in message and "method" in message:
            _refuse(channel, message["id"], _NOT_INITIALIZED, "initialize comes first")


def _standard_streams() -> StreamChannel:
    """The client's pipes, taken away from everybody else: a stray print must not break the protocol."""
    reading = os.fdopen(os.dup(0), "rb")
    writing = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:  # noqa: PTH123 - pathlib isn't imported yet.
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    return StreamChannel(reading, writing)


def _announce(kind: str, host: str, port: int) -> None:
    sys.stderr.write(f"beast-lsp listens on {kind}://{host}:{port}\n")
    sys.stderr.flush()


def _refuse(channel: Channel, number: object, code: int, message: str) -> None:
    _send(channel, {"jsonrpc": "2.0", "id": number, "error": {"code": code, "message": message}})


def _send(channel: Channel, message: dict[str, Any]) -> None:
    try:
        channel.send(message)
    except (OSError, ValueError):
        return  # the client is gone; reading will say so.
