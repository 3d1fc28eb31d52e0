"""The life of a server: from its process' start to its end, over each way to talk to it."""

import json
import os
import socket
import subprocess
import sys
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from lsp_client import PATIENCE, RawClient, receive

from beast_lsp.lsp.handshake import initialize_result, position_encoding
from beast_lsp.lsp.life import connect

FRESH = "import sys; import beast_lsp.cli, beast_lsp.lsp.server; print('\\n'.join(sys.modules))"
# What takes long to load; asyncio and logging alone are a third of the whole start.
HEAVY = {
    "numpy",
    "onnxruntime",
    "tree_sitter",
    "sqlite_utils",
    "sqlite3",
    "httpx",
    "click",
    "asyncio",
    "logging",
    "pathlib",
}


def test_nothing_heavy_is_imported_before_initialize_is_answered() -> None:
    loaded = subprocess.run([sys.executable, "-c", FRESH], capture_output=True, text=True, check=True).stdout.split()
    assert not HEAVY & set(loaded)


CLIENTS = [
    {},
    {"notebookDocument": {"synchronization": {}}, "general": {"positionEncodings": ["utf-8", "utf-16"]}},
    {
        "textDocument": {"synchronization": {"willSave": True, "willSaveWaitUntil": True}},
        "workspace": {"fileOperations": {}},
    },
    {"general": {"positionEncodings": ["utf-7", "utf-32"]}, "window": "nonsense"},
]


@pytest.mark.parametrize("capabilities", CLIENTS)
async def test_the_precomputed_answer_is_the_one_that_pygls_gives(capabilities: Any) -> None:
    params = {"capabilities": capabilities}
    server = connect(params).server
    given = server.protocol._converter.unstructure(server.server_capabilities)
    assert given["workspace"].pop("fileOperations") == {}  # pygls says that there are none.
    assert without_false(given) == without_false(initialize_result(params)["capabilities"])
    assert server.workspace.position_encoding == position_encoding(params)


def without_false(value: Any) -> Any:
    """What is false may as well be absent."""
    return (
        {key: without_false(each) for key, each in value.items() if each is not False}
        if isinstance(value, dict)
        else value
    )


async def test_a_client_that_describes_itself_wrongly_is_served_by_what_can_be_read() -> None:
    folder = {"uri": "file:///w", "name": "w"}
    params = {"processId": "x", "capabilities": {"window": {"workDoneProgress": True}, "textDocument": 5}}
    session = connect({**params, "workspaceFolders": [folder], "trace": 7, "initializationOptions": {"a": 1}})
    assert session.documents.folders == (Path("/w"),)
    assert session.capabilities.window
    assert session.capabilities.text_document is None
    assert session.editor_settings == {None: {"a": 1}}
    assert connect({"capabilities": None, "rootUri": "file:///r"}).documents.folders == (Path("/r"),)


async def test_a_notice_of_the_store_is_told_once_whenever_it_comes() -> None:
    session, told = connect({}), []
    session.server.window_show_message = told.append
    session.app.store = SimpleNamespace(notice=None)
    session.app.tick()
    assert told == []
    session.app.store.notice = "The disk is full."
    session.app.tick()
    session.app.tick()
    assert [each.message for each in told] == ["beast-lsp: The disk is full."]


@pytest.mark.parametrize(
    ("offered", "chosen"),
    [(["utf-8", "utf-16"], "utf-8"), (["utf-7", "utf-32"], "utf-32"), ([], "utf-16"), (None, "utf-16"), (5, "utf-16")],
)
def test_the_clients_preferred_encoding_is_taken_where_we_know_it(offered: Any, chosen: str) -> None:
    assert position_encoding({"capabilities": {"general": {"positionEncodings": offered}}}) == chosen


def test_requests_before_initialize_are_refused(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        assert client.ask("textDocument/completion", {})["error"]["code"] == -32002
        client.notify("textDocument/didOpen", {})
        client.write([])
        assert client.wait(None)["error"]["code"] == -32600
        client.raw(b"Content-Length: 3\r\n\r\nbad")
        assert client.wait(None)["error"]["code"] == -32700
        assert client.initialize()["serverInfo"]["name"] == "beast-lsp"


def test_what_is_sent_together_with_initialize_is_served_in_order(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        first = client.send("initialize", {"capabilities": {}})
        client.open("untitled:1", "x")
        status = client.send("workspace/executeCommand", {"command": "beast.status"})
        client.wait(first)
        assert client.wait(status)["result"]["documents"] == 1


def test_shutdown_and_exit_end_it_well(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize()
        assert client.request("shutdown") is None
        assert client.ask("textDocument/completion", {})["error"]["code"] == -32600
        client.notify("exit")
        assert client.process.wait(PATIENCE) == 0


@pytest.mark.parametrize("is_initialized", [False, True])
def test_exit_without_shutdown_is_a_failure(tmp_path: Path, is_initialized: bool) -> None:
    with RawClient(tmp_path) as client:
        if is_initialized:
            client.initialize()
        client.notify("exit")
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.parametrize("is_initialized", [False, True])
def test_it_ends_when_the_client_closes_its_pipe(tmp_path: Path, is_initialized: bool) -> None:
    with RawClient(tmp_path) as client:
        if is_initialized:
            client.initialize()
        assert client.process.stdin
        client.process.stdin.close()
        assert client.process.wait(PATIENCE) == 1


@pytest.mark.skipif(os.name != "posix", reason="only POSIX tells whether a process lives without harm to it")
def test_it_ends_when_the_editor_has_died(tmp_path: Path) -> None:
    with (
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as editor,
        RawClient(tmp_path) as client,
    ):
        client.initialize(processId=editor.pid)
        editor.communicate(b"\n")
        assert client.process.wait(PATIENCE) == 1


def test_it_ends_well_when_it_is_told_to_terminate(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize()
        client.command("beast.status")
        client.process.terminate()
        assert client.process.wait(PATIENCE) == 1


def test_it_logs_to_a_file_and_never_the_users_text(tmp_path: Path) -> None:
    with RawClient(tmp_path) as client:
        client.initialize()
        client.open("untitled:1", "a very private text")
        client.notify("textDocument/didChange", {"textDocument": {"uri": "untitled:1"}, "contentChanges": ["private"]})
        log = Path(client.wait_until_ready()["log"])
        client.shut_down()
    assert "didChange was not followed" in log.read_text("utf-8")
    assert "private" not in log.read_text("utf-8")


def test_a_log_that_cannot_be_written_does_not_stop_it(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("a file where a folder should be")
    with RawClient(tmp_path) as client:
        client.initialize()
        assert client.command("beast.status")
        assert client.shut_down() == 0


def test_it_serves_over_tcp_one_client_after_the_other(tmp_path: Path) -> None:
    with listening("tcp", tmp_path) as (_, port):
        for _ in range(2):
            with (
                socket.create_connection(("127.0.0.1", port), PATIENCE) as connection,
                connection.makefile("rwb") as file,
            ):
                send(file, 1, "initialize", {"capabilities": {}})
                assert receive(file)["result"]["serverInfo"]["name"] == "beast-lsp"
                send(file, 2, "shutdown")
                assert receive(file)["result"] is None
                send(file, None, "exit")


def test_it_serves_over_a_websocket_and_refuses_web_pages(tmp_path: Path) -> None:
    client = pytest.importorskip("websockets.sync.client")
    exceptions = pytest.importorskip("websockets.exceptions")
    with listening("ws", tmp_path) as (_, port):
        with pytest.raises(exceptions.InvalidStatus):
            client.connect(f"ws://127.0.0.1:{port}", origin="http://evil.example", proxy=None)
        with client.connect(f"ws://127.0.0.1:{port}", proxy=None) as connection:
            connection.send(json.dumps({"id": 1, "method": "initialize", "params": {"capabilities": {}}}))
            assert json.loads(connection.recv(PATIENCE))["result"]["serverInfo"]["name"] == "beast-lsp"
            connection.send("not json")
            assert json.loads(connection.recv(PATIENCE))["error"]["code"] == -32700
            connection.send(json.dumps({"id": 2, "method": "shutdown"}))
            assert json.loads(connection.recv(PATIENCE))["result"] is None
            connection.send(json.dumps({"method": "exit"}))


class listening:
    """A server process that listens; gives its host and port."""

    def __init__(self, kind: str, home: Path) -> None:
        code = f"from beast_lsp.lsp.server import run_{kind}; run_{kind}()"
        environment = {**os.environ, "BEAST_LSP_HOME": str(home)}
        self.process = subprocess.Popen(
            [sys.executable, "-c", code], stderr=subprocess.PIPE, env=environment, text=True
        )
        self.alarm = threading.Timer(PATIENCE, self.process.kill)

    def __enter__(self) -> tuple[str, int]:
        self.alarm.start()
        assert self.process.stderr
        host, port = self.process.stderr.readline().rpartition("//")[2].split(":")
        return host, int(port)

    def __exit__(self, *_: object) -> None:
        self.alarm.cancel()
        self.process.kill()
        self.process.communicate()


def send(file: Any, number: int | None, method: str, params: Any = None) -> None:
    message = {"jsonrpc": "2.0", "method": method, "params": params, **({"id": number} if number else {})}
    body = json.dumps(message).encode()
    file.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
    file.flush()
