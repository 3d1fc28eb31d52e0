"""Whatever arrives, the one message is answered or fails with a clear error, and the next one is served."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lsp_client import RawClient

CALL = "def read_page():\n    pass\n\nre"
URI = "file:///nowhere/a.py"
PLACE = {"textDocument": {"uri": URI}, "position": {"line": 0, "character": 0}, "context": {"triggerKind": 2}}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RawClient]:
    with RawClient(tmp_path_factory.mktemp("home")) as client:
        client.initialize()
        client.open(URI, "import os\n")
        yield client
        assert client.command("beast.status")["faults"] == 0
        assert client.shut_down() == 0


def error_code(answer: Any) -> int:
    assert answer["error"]["message"]
    return int(answer["error"]["code"])


@pytest.mark.parametrize(
    "data",
    [
        b"Content-Length: 5\r\n\r\n{bad}",
        b"Content-Length: 2\r\n\r\n\xff\xfe",
        b"Content-Length: nonsense\r\n\r\n",
        b"Content-Length: -5\r\n\r\n",
        b"Content-Length: 99999999999999999\r\n\r\n",
        b"X-Unknown: header\r\n\r\n",
        b"Content-Length: 100000\r\n\r\n" + b"[" * 100_000,
        b"\r\n\r\n\r\nnoise without an end" + b"x" * 20_000 + b"\r\n\r\n",
    ],
)
def test_what_is_no_message_fails_alone(client: RawClient, data: bytes) -> None:
    client.raw(data)
    assert error_code(client.wait(None)) == -32700
    assert client.command("beast.status")


@pytest.mark.parametrize("message", [[], 3, "text", {}, {"id": 5}, [{"jsonrpc": "2.0", "id": 1, "method": "x"}]])
def test_what_is_no_request_is_refused(client: RawClient, message: Any) -> None:
    client.write(message)
    assert error_code(client.wait(None)) == -32600


@pytest.mark.parametrize("number", [True, None, 1.5, [], {}])
def test_an_id_of_a_wrong_kind_is_refused(client: RawClient, number: Any) -> None:
    client.write({"jsonrpc": "2.0", "id": number, "method": "shutdown"})
    assert error_code(client.wait(None)) == -32600
    assert client.command("beast.status")


def test_an_unknown_request_fails_and_an_unknown_notification_is_ignored(client: RawClient) -> None:
    assert error_code(client.ask("textDocument/unknown", {})) == -32601
    client.notify("$/unknown", {})
    client.notify("beast/unknown", [])
    client.notify("$/cancelRequest", {"id": "never sent"})
    client.notify("$/cancelRequest", 5)
    client.write({"jsonrpc": "2.0", "id": 77_777, "result": "an answer to nothing"})
    client.write({"jsonrpc": "2.0", "id": 77_778, "error": 5})
    assert client.command("beast.status")


def test_initialize_comes_once(client: RawClient) -> None:
    assert error_code(client.ask("initialize", {})) == -32600


@pytest.mark.parametrize("method", ["textDocument/inlineCompletion", "textDocument/completion"])
@pytest.mark.parametrize("params", [{}, [], {"textDocument": 3}, {"textDocument": {"uri": None}}, "text"])
def test_wrong_params_of_a_request_fail(client: RawClient, method: str, params: Any) -> None:
    assert error_code(client.ask(method, params)) == -32602


@pytest.mark.parametrize(
    ("line", "character"), [(-1, 0), (0, -1), (True, 0), (0, 0.5), ("0", 0), (None, 0), (0, 1 << 40)]
)
def test_what_is_no_position_fails(client: RawClient, line: Any, character: Any) -> None:
    bad = {**PLACE, "position": {"line": line, "character": character}}
    assert error_code(client.ask("textDocument/inlineCompletion", bad)) == -32602


def test_a_position_past_the_end_is_the_end(client: RawClient) -> None:
    client.request("textDocument/inlineCompletion", {**PLACE, "position": {"line": 99, "character": 99}})


def test_a_document_that_is_not_open_gets_no_suggestion(client: RawClient) -> None:
    place = {**PLACE, "textDocument": {"uri": "file:///not/open.py"}}
    assert client.request("textDocument/inlineCompletion", place) is None
    menu = client.request("textDocument/completion", place)
    assert menu is None or menu["items"] == []  # an empty one while the parts are loading.


@pytest.mark.parametrize("method", ["didOpen", "didChange", "didClose", "didSave"])
@pytest.mark.parametrize("params", [None, [], {}, {"textDocument": None}, {"textDocument": {"uri": 5}}])
def test_wrong_params_of_a_notification_are_passed_over(client: RawClient, method: str, params: Any) -> None:
    client.notify(f"textDocument/{method}", params)
    client.notify(f"notebookDocument/{method}", params)
    assert client.command("beast.status")


@pytest.mark.parametrize(
    "change",
    [
        {"range": {"start": {"line": 1, "character": 0}, "end": {"line": 0, "character": 0}}, "text": "x"},
        {"range": {"start": 1, "end": 2}, "text": "x"},
        {"text": 5},
        "no change",
    ],
)
def test_after_a_senseless_edit_there_are_no_suggestions_until_the_text_is_certain(
    client: RawClient, change: Any
) -> None:
    client.open("untitled:doubt", CALL)
    document = {"uri": "untitled:doubt", "version": 2}
    place = {**PLACE, "textDocument": document, "position": {"line": 3, "character": 2}}
    client.wait_until_ready()
    assert client.request("textDocument/completion", place) is not None
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})
    assert client.request("textDocument/completion", place) is None
    client.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": CALL}]})
    assert client.request("textDocument/completion", place) is not None
    client.notify("textDocument/didClose", {"textDocument": document})


def test_lone_surrogates_and_mixed_line_ends_are_taken_as_they_are(client: RawClient) -> None:
    client.open("untitled:odd", 'x = "\ud83d"\r\ny\rz\n\x00\u2028')
    place = {**PLACE, "textDocument": {"uri": "untitled:odd"}, "position": {"line": 0, "character": 7}}
    client.request("textDocument/inlineCompletion", place)
    client.request("textDocument/completion", place)


def test_a_line_of_fifty_million_characters_does_not_stop_the_server(client: RawClient) -> None:
    client.open("untitled:long", "x" * 50_000_000)
    place = {**PLACE, "textDocument": {"uri": "untitled:long"}, "position": {"line": 0, "character": 50_000_000}}
    assert client.request("textDocument/inlineCompletion", place) is None
    assert client.request("textDocument/completion", place) is None
    client.notify("textDocument/didClose", {"textDocument": {"uri": "untitled:long"}})


def test_each_of_many_requests_is_answered_once_whether_superseded_or_cancelled(client: RawClient) -> None:
    numbers = [client.send("textDocument/completion", PLACE) for _ in range(60)]
    for number in numbers[::7]:
        client.notify("$/cancelRequest", {"id": number})
    for number in numbers:
        answer = client.wait(number)
        assert "result" in answer or error_code(answer) == -32800
    client.command("beast.status")
    assert client.answers == {}


@pytest.mark.parametrize(
    ("command", "arguments"),
    [
        ("beast.unknown", []),
        ("beast.accept", []),
        ("beast.accept", [5]),
        ("beast.accept", None),
        ("beast.accept", ["a", "b"]),
        ("beast.partialAccept", ["id", -1]),
        ("", {}),
    ],
)
def test_a_command_that_does_not_fit_fails(client: RawClient, command: str, arguments: Any) -> None:
    assert error_code(client.ask("workspace/executeCommand", {"command": command, "arguments": arguments})) == -32602


def test_ten_thousand_files_that_appear_at_once_leave_it_live(client: RawClient, tmp_path: Path) -> None:
    changes = [{"uri": (tmp_path / f"{number}.py").as_uri(), "type": 1} for number in range(10_000)]
    client.notify("workspace/didChangeWatchedFiles", {"changes": changes})
    assert client.command("beast.status")


def test_a_message_may_come_in_pieces(client: RawClient) -> None:
    params = {"command": "beast.status"}
    body = json.dumps({"jsonrpc": "2.0", "id": "pieces", "method": "workspace/executeCommand", "params": params})
    for byte in f"content-length:{len(body)}\r\nX: y\r\n\r\n{body}".encode():
        client.raw(bytes([byte]))
    assert client.wait("pieces")["result"]
