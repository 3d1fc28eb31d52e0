"""A client for tests: it drives a real server process over its pipes, and sends what no library would send."""

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

PATIENCE = 20.0  # seconds; a machine under load is slow, a server that hangs hangs for ever.


def receive(stream: IO[bytes]) -> Any:
    """The next message; None at the end. Strict: a header that is not one fails."""
    headers = {}
    while line := stream.readline().strip():
        name, _, value = line.partition(b": ")
        headers[name.lower()] = value
    return json.loads(stream.read(int(headers[b"content-length"]))) if headers else None


class RawClient:
    """A server process and the conversation with it; ended with the `with` block."""

    def __init__(self, home: Path, *command: str) -> None:
        self._ids = itertools.count(1)
        self.answers: dict[Any, Mapping[str, Any]] = {}
        self.from_server: list[Mapping[str, Any]] = []
        self._arrived: queue.SimpleQueue[Mapping[str, Any] | None] = queue.SimpleQueue()
        self.process = subprocess.Popen(
            command or [sys.executable, "-m", "beast_lsp"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "BEAST_LSP_HOME": str(home)},
        )
        threading.Thread(target=self._read, daemon=True).start()

    def initialize(self, *folders: Path, capabilities: Mapping[str, Any] | None = None, **params: Any) -> Any:
        uris = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        given = {"processId": os.getpid(), "capabilities": capabilities or {}, "workspaceFolders": uris, **params}
        result = self.request("initialize", given)
        self.notify("initialized", {})
        return result

    def open(self, uri: str, text: str, language: str = "python") -> None:
        item = {"uri": uri, "languageId": language, "version": 1, "text": text}
        self.notify("textDocument/didOpen", {"textDocument": item})

    def command(self, name: str, *arguments: Any) -> Any:
        return self.request("workspace/executeCommand", {"command": name, "arguments": list(arguments)})

    def request(self, method: str, params: Any = None) -> Any:
        answer = self.ask(method, params)
        assert "error" not in answer, answer["error"]
        return answer["result"]

    def ask(self, method: str, params: Any = None) -> Mapping[str, Any]:
        return self.wait(self.send(method, params))

    def send(self, method: str, params: Any = None) -> int:
        number = next(self._ids)
        self.write({"jsonrpc": "2.0", "id": number, "method": method, "params": params})
        return number

    def notify(self, method: str, params: Any = None) -> None:
        self.write({"jsonrpc": "2.0", "method": method, "params": params})

    def write(self, message: Any) -> None:
        body = json.dumps(message).encode()
        self.raw(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))

    def raw(self, data: bytes) -> None:
        assert self.process.stdin
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def wait(self, number: Any, patience: float = PATIENCE) -> Mapping[str, Any]:
        while number not in self.answers:
            self._take(patience)
        return self.answers.pop(number)

    def wait_for(self, method: str) -> Mapping[str, Any]:
        """The next message of the server's own with this method."""
        while True:
            for place, message in enumerate(self.from_server):
                if message["method"] == method:
                    return self.from_server.pop(place)
            self._take()

    def wait_until_ready(self) -> Mapping[str, Any]:
        """The status once every part is built."""
        while not (status := self.command("beast.status"))["ready"]:
            threading.Event().wait(0.05)
        return status

    def shut_down(self) -> int:
        self.request("shutdown")
        self.notify("exit")
        return self.process.wait(PATIENCE)

    def _take(self, patience: float = PATIENCE) -> None:
        message = self._arrived.get(timeout=patience)
        assert message is not None, "the server has ended"
        if "method" not in message:
            self.answers[message["id"]] = message
            return
        self.from_server.append(message)
        if "id" in message:
            self.write({"jsonrpc": "2.0", "id": message["id"], "result": self.answer(message)})

    def answer(self, message: Mapping[str, Any]) -> Any:
        """What the client answers to a request of the server's; tests replace it."""
        return None

    def _read(self) -> None:
        assert self.process.stdout
        while (message := receive(self.process.stdout)) is not None:
            self._arrived.put(message)
        self._arrived.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            if stream and kind is None:
                stream.close()
