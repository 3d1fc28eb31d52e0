"""A raw LSP client over pipes, small enough that its own time doesn't blur what it measures.

One thread reads the server's messages, stamps each with its time of arrival and answers the server's own
requests; the caller's thread writes and waits. Any server can be driven: ours, a peer, or one in a test.
"""

import contextlib
import itertools
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self, cast

from beast_lsp.errors import BeastError
from beast_lsp.lsp.framing import FrameError, Input, frame, read_message

_CAPABILITIES: Mapping[str, Any] = {
    "general": {"positionEncodings": ["utf-16"]},
    "window": {"workDoneProgress": True},
    "workspace": {
        "configuration": True,
        "workspaceFolders": True,
        "didChangeWatchedFiles": {"dynamicRegistration": True},
        "didChangeConfiguration": {"dynamicRegistration": True},
    },
    "textDocument": {
        "synchronization": {"didSave": True},
        "inlineCompletion": {},
        "completion": {"completionItem": {"insertReplaceSupport": True, "snippetSupport": False}},
    },
}


class ClientError(BeastError):
    """The server ended, failed a request or didn't answer in time."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A response and the milliseconds from the request's first byte written to the response's last byte read."""

    result: Any
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Progress:
    """One step of a `$/progress`: `kind` is begin, report or end."""

    token: int | str
    kind: str
    title: str = ""
    message: str = ""
    percentage: int | None = None


class Client:
    """A server process and the conversation with it; a context manager that ends the process.

    `command` starts the server, with `environment` over our own. `settings` is the editor's `beast` section.
    `on_progress` is called on the reading thread. Raises ClientError where the command can't be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str] | None = None,
        settings: Mapping[str, Any] | None = None,
        on_progress: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self.settings = dict(settings or {})
        self.on_progress = on_progress
        self.notifications: list[tuple[str, Any]] = []
        self.capabilities: Mapping[str, Any] = {}
        self._running: dict[int | str, Progress] = {}
        self._finished_progress = 0
        self._ids = itertools.count(1)
        self._sent: dict[int, float] = {}
        self._arrived: dict[int, tuple[Mapping[str, Any], float]] = {}
        self._changed = threading.Condition()
        self._write_lock = threading.Lock()
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 - lives as long as the process.
        self.started = time.perf_counter()
        self.process = self._start(command, environment)
        self._reader = threading.Thread(target=self._read, name="lsp-reader", daemon=True)
        self._reader.start()

    def initialize(self, folder: Path | None, timeout: float = 60.0) -> Reply:
        """The handshake. The settings travel as initializationOptions as well."""
        uri = folder.as_uri() if folder else None
        params = {
            "processId": os.getpid(),
            "clientInfo": {"name": "beast-lsp replay"},
            "rootUri": uri,
            "workspaceFolders": [{"uri": uri, "name": folder.name}] if folder else None,
            "capabilities": _CAPABILITIES,
            "initializationOptions": self.settings,
        }
        reply = self.request("initialize", params, timeout)
        self.capabilities = reply.result["capabilities"]
        self.notify("initialized", {})
        return reply

    def request(self, method: str, params: Any, timeout: float = 30.0) -> Reply:
        """Sends a request and waits for its response. Raises ClientError."""
        return self.wait(self.send(method, params), timeout)

    def send(self, method: str, params: Any) -> int:
        """Sends a request without waiting; the id is for `wait`."""
        number = next(self._ids)
        message = frame({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        self._sent[number] = time.perf_counter()
        self._write(message)
        return number

    def wait(self, number: int, timeout: float = 30.0) -> Reply:
        """The response to a request sent before. Raises ClientError where it is an error or doesn't come."""
        with self._changed:
            self._changed.wait_for(lambda: number in self._arrived or self._ended, timeout)
            message, arrived = self._arrived.pop(number, (None, 0.0))
        if message is None:
            raise ClientError(f"The server {'ended' if self._ended else 'did not answer'}.", hint=self.last_errors())
        if "error" in message:
            raise ClientError(f"The server answered with an error: {message['error'].get('message')}")
        return Reply(message.get("result"), (arrived - self._sent.pop(number)) * 1000)

    def notify(self, method: str, params: Any) -> None:
        """Sends a notification."""
        self._write(frame({"jsonrpc": "2.0", "method": method, "params": params}))

    def wait_for_progress(self, begins_within: float, timeout: float) -> bool:
        """Waits until progress has begun and all of it has ended; False where none began or it lasts longer."""
        with self._changed:
            begun = self._changed.wait_for(self._has_begun, begins_within)
            return begun and self._changed.wait_for(lambda: not self._running or self._ended, timeout)

    def last_errors(self, size: int = 2_000) -> str:
        """The end of what the server wrote to its standard error."""
        self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, self._errors.tell() - size))
        return self._errors.read().decode("utf-8", "replace").strip()

    def close(self, timeout: float = 10.0) -> None:
        """Shuts the server down as the protocol says, and kills it where it doesn't end."""
        with contextlib.suppress(ClientError, OSError):
            self.request("shutdown", None, timeout)
            self.notify("exit", None)
        self.kill(timeout)

    def kill(self, timeout: float = 0.0) -> None:
        """Ends the process, after waiting `timeout` seconds for it to end by itself."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(timeout)
        self.process.kill()
        self.process.wait()
        self._reader.join(2)
        for stream in (self.process.stdin, self.process.stdout, self._errors):
            if stream:
                with contextlib.suppress(OSError):
                    stream.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close() if error is None else self.kill()

    @property
    def _ended(self) -> bool:
        return not self._reader.is_alive()

    def _has_begun(self) -> bool:
        return bool(self._running) or self._finished_progress > 0 or self._ended

    def _start(self, command: Sequence[str], environment: Mapping[str, str] | None) -> subprocess.Popen[bytes]:
        try:
            return subprocess.Popen(  # noqa: S603 - the caller names the server.
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=self._errors,
                env={**os.environ, **(environment or {})},
            )
        except OSError as error:
            self._errors.close()
            raise ClientError(f"{command[0]} could not be started: {error}.") from error

    def _write(self, message: bytes) -> None:
        pipe = cast(IO[bytes], self.process.stdin)
        try:
            with self._write_lock:
                pipe.write(message)
                pipe.flush()
        except (OSError, ValueError) as error:
            raise ClientError("The server no longer reads.", hint=self.last_errors()) from error

    def _read(self) -> None:
        pipe = cast(IO[bytes], self.process.stdout)
        try:
            while (message := _next_message(pipe)) is not None:
                self._dispatch(message, time.perf_counter())
        finally:
            with self._changed:
                self._changed.notify_all()

    def _dispatch(self, message: Mapping[str, Any], arrived: float) -> None:
        if "method" not in message:
            with self._changed:
                self._arrived[message["id"]] = (message, arrived)
                self._changed.notify_all()
        elif "id" in message:
            with contextlib.suppress(ClientError):
                self._write(frame({"jsonrpc": "2.0", "id": message["id"], "result": self._answer(message)}))
        elif message["method"] == "$/progress":
            self._step(message["params"])
        else:
            self.notifications.append((message["method"], message.get("params")))

    def _answer(self, request: Mapping[str, Any]) -> Any:
        """What an editor answers: configuration, and null to every registration."""
        if request["method"] == "workspace/configuration":
            return [_section({"beast": self.settings}, item.get("section")) for item in request["params"]["items"]]
        if request["method"] == "workspace/applyEdit":
            return {"applied": False}
        return None

    def _step(self, params: Mapping[str, Any]) -> None:
        value = params["value"]
        if not isinstance(value, Mapping) or "kind" not in value:
            return
        step = Progress(
            params["token"], value["kind"], value.get("title", ""), value.get("message", ""), value.get("percentage")
        )
        with self._changed:
            if step.kind == "end":
                self._running.pop(step.token, None)
                self._finished_progress += 1
            else:
                self._running[step.token] = step
            self._changed.notify_all()
        self.on_progress(step)


def _next_message(pipe: Input) -> Mapping[str, Any] | None:
    """The next message that is one; None at the end. What a server prints between messages is skipped."""
    while True:
        with contextlib.suppress(FrameError):
            return cast("Mapping[str, Any] | None", read_message(pipe))


def _section(settings: Mapping[str, Any], section: str | None) -> Any:
    """The part of the settings that a dotted section names; None where there is none."""
    value: Any = settings
    for name in (section or "").split(".") if section else ():
        value = value.get(name) if isinstance(value, Mapping) else None
    return value
