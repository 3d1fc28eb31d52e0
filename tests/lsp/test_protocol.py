"""Every request is answered exactly once: done, superseded, cancelled, refused or failed."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.exceptions import JsonRpcException

from beast_lsp.engine.snapshot import Snapshot
from beast_lsp.errors import BeastError, CancelledRequest
from beast_lsp.lsp.dispatch import Call, InvalidParams
from beast_lsp.lsp.language_server import Server
from beast_lsp.lsp.progress import IndexProgressReporter
from beast_lsp.store.index import IndexProgress

SLOW, RESOLVE = types.TEXT_DOCUMENT_INLINE_COMPLETION, types.COMPLETION_ITEM_RESOLVE


class Served:
    """A server whose client is the test; the automatic request SLOW waits until the test lets it go."""

    def __init__(self) -> None:
        self.revision = 0
        self.server = Server(lambda: Call(Snapshot(self.revision)))
        self.server.request(SLOW, self.slow, automatic=True)
        self.server.protocol.take_over(types.InitializeParams(types.ClientCapabilities()))
        self.server.protocol.set_writer(self)
        self.calls: list[Call] = []
        self.gate = asyncio.Event()
        self.sent: list[dict[str, Any]] = []

    async def slow(self, _params: types.InlineCompletionParams, call: Call) -> int:
        self.calls.append(call)
        await self.gate.wait()
        return call.seen.revision

    def write(self, data: bytes) -> None:
        self.sent.append(json.loads(data.partition(b"\r\n\r\n")[2]))

    def close(self) -> None:
        pass

    def ask(self, number: int, uri: str = "a") -> None:
        place = {"line": 0, "character": 0}
        params = {"textDocument": {"uri": uri}, "position": place, "context": {"triggerKind": 2}}
        self.receive(id=number, method=SLOW, params=params)

    def resolve(self, number: int) -> None:
        self.receive(id=number, method=RESOLVE, params={"label": "x"})

    def receive(self, **message: Any) -> None:
        protocol = self.server.protocol
        protocol.handle_message(protocol.understand({"jsonrpc": "2.0", **message}))

    async def answers(self, count: int) -> dict[int, Any]:
        """The first `count` answers by id; fails where one request is answered twice."""
        async with asyncio.timeout(10):
            while len(self.sent) < count:  # noqa: ASYNC110 - the answers come from many places.
                await asyncio.sleep(0)
        await asyncio.sleep(0.01)
        assert len(self.sent) == count
        return {message["id"]: message.get("error", {}).get("code", message.get("result")) for message in self.sent}


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    logging.getLogger("pygls").setLevel(logging.CRITICAL)
    served = Served()
    yield served
    served.server.protocol.withdraw_all()
    await asyncio.sleep(0.01)


@pytest.mark.parametrize("is_started", [False, True])
async def test_a_newer_request_of_the_same_document_supersedes_the_older(served: Served, is_started: bool) -> None:
    served.ask(1)
    if is_started:
        await asyncio.sleep(0.01)
    served.ask(2)
    assert await served.answers(1) == {1: None}
    assert [call.cancel.cancelled for call in served.calls] == ([True, False] if is_started else [False])
    served.gate.set()
    assert await served.answers(2) == {1: None, 2: 0}


async def test_requests_of_other_documents_go_on(served: Served) -> None:
    served.ask(1, "a")
    served.ask(2, "b")
    served.gate.set()
    assert await served.answers(2) == {1: 0, 2: 0}


async def test_a_finished_request_is_not_superseded(served: Served) -> None:
    served.gate.set()
    served.ask(1)
    await served.answers(1)
    served.ask(2)
    assert await served.answers(2) == {1: 0, 2: 0}
    assert not served.calls[0].cancel.cancelled


@pytest.mark.parametrize("is_started", [False, True])
async def test_a_cancelled_request_fails_as_the_protocol_says(served: Served, is_started: bool) -> None:
    served.ask(1)
    if is_started:
        await asyncio.sleep(0.01)
    served.receive(method="$/cancelRequest", params={"id": 1})
    assert await served.answers(1) == {1: -32800}
    assert all(call.cancel.cancelled for call in served.calls)


async def test_a_superseded_request_that_is_cancelled_too_is_answered_once(served: Served) -> None:
    served.ask(1)
    await asyncio.sleep(0.01)
    served.ask(2)
    served.receive(method="$/cancelRequest", params={"id": 1})
    served.receive(method="$/cancelRequest", params={"id": 2})
    assert (await served.answers(2))[2] == -32800


async def test_a_cancel_that_crosses_the_answer_is_passed_over(served: Served) -> None:
    served.gate.set()
    served.ask(1)
    await served.answers(1)
    served.receive(method="$/cancelRequest", params={"id": 1})
    served.ask(2)
    assert await served.answers(2) == {1: 0, 2: 0}


async def test_an_id_that_is_in_use_is_refused(served: Served) -> None:
    served.ask(1)
    served.ask(1, "b")
    assert await served.answers(1) == {None: -32600}
    assert len(served.calls) == 1


async def test_a_request_that_calls_itself_an_answer_too_is_a_request(served: Served) -> None:
    served.gate.set()
    place = {"textDocument": {"uri": "a"}, "position": {"line": 0, "character": 0}, "context": {"triggerKind": 2}}
    served.receive(id=1, method=SLOW, params=place, error={"code": 1, "message": ""}, result=None, extra=1)
    assert await served.answers(1) == {1: 0}


FAILURES = [
    (InvalidParams("p"), -32602, -32602),
    (BeastError("why"), -32803, None),
    (CancelledRequest("withdrawn"), None, None),
    (ZeroDivisionError(), -32603, None),
]


@pytest.mark.parametrize(("error", "code", "automatic"), FAILURES)
async def test_a_failure_fails_one_request_and_an_automatic_one_shows_nothing(
    served: Served, error: Exception, code: int | None, automatic: int | None
) -> None:
    async def fail(_params: Any, _call: Call) -> Any:
        raise error

    served.server.request(RESOLVE, fail, automatic=False)
    served.server.protocol.fm.features.pop(SLOW)
    served.server.request(SLOW, fail, automatic=True)
    served.resolve(1)
    served.ask(2)
    assert await served.answers(2) == {1: code, 2: automatic}
    assert served.server.faults == (2 if isinstance(error, ZeroDivisionError) else 0)


async def test_a_handler_sees_what_was_there_when_its_request_came(served: Served) -> None:
    served.revision = 1
    served.ask(1)
    served.revision = 2
    served.gate.set()
    assert await served.answers(1) == {1: 1}


async def test_a_notification_is_followed_before_the_next_message(served: Served) -> None:
    def saved(_params: types.DidSaveTextDocumentParams) -> None:
        served.revision += 1

    served.server.notification(types.TEXT_DOCUMENT_DID_SAVE, saved)
    served.receive(method=types.TEXT_DOCUMENT_DID_SAVE, params={"textDocument": {"uri": "a"}})
    served.ask(1)
    served.gate.set()
    assert await served.answers(1) == {1: 1}


async def test_a_notification_that_fails_is_counted_and_the_next_is_served(served: Served) -> None:
    served.server.notification(types.TEXT_DOCUMENT_DID_SAVE, lambda _params: {}["missing"])
    served.receive(method=types.TEXT_DOCUMENT_DID_SAVE, params={"textDocument": {"uri": "a"}})
    served.gate.set()
    served.ask(1)
    assert await served.answers(1) == {1: 0}
    assert served.server.faults == 1


async def test_the_clients_answer_reaches_who_asked_and_its_refusal_too(served: Served) -> None:
    server, params = served.server, types.ConfigurationParams([])
    asked = [asyncio.ensure_future(server.workspace_configuration_async(params)) for _ in range(3)]
    await asyncio.sleep(0.01)
    first, second, third = (message["id"] for message in served.sent)
    served.receive(id=second, error={"code": 1, "message": "not now"})
    served.receive(id=third, result=5)
    served.receive(id=first, result=[{"enabled": True}], error=None)
    assert list(await asked[0]) == [{"enabled": True}]
    with pytest.raises(JsonRpcException, match="not now"):
        await asked[1]
    with pytest.raises(JsonRpcException, match="could not be read"):
        await asked[2]


async def test_what_is_under_way_at_shutdown_is_answered_and_what_comes_later_refused(served: Served) -> None:
    served.server.add_command("beast.wait", served.gate.wait)
    served.ask(1)
    for number in (2, 3):
        served.receive(id=number, method="workspace/executeCommand", params={"command": "beast.wait"})
    await asyncio.sleep(0.01)
    served.receive(id=4, method="shutdown")
    served.ask(5)
    assert await served.answers(5) == {1: -32800, 2: -32800, 3: -32800, 4: None, 5: -32600}
    assert served.server.protocol.is_shut_down


async def test_the_progress_of_an_index_can_be_cancelled_while_it_is_shown(served: Served) -> None:
    reporter, folder, cancelled = IndexProgressReporter(served.server, True), Path("/w"), asyncio.Event()
    reporter.report(folder, IndexProgress(1, 10), cancelled.set)
    await asyncio.sleep(0.01)
    create = served.sent.pop()
    token = create["params"]["token"]
    served.receive(id=create["id"], result=None)
    await asyncio.sleep(0.01)
    assert [message["params"]["value"]["kind"] for message in served.sent] == ["begin", "report"]
    served.receive(method="window/workDoneProgress/cancel", params={"token": "another"})
    assert not cancelled.is_set()
    served.receive(method="window/workDoneProgress/cancel", params={"token": token})
    assert cancelled.is_set()
    reporter.report(folder, IndexProgress(finished=True), cancelled.set)
    assert served.sent[-1]["params"]["value"]["kind"] == "end"


async def test_a_client_that_refuses_the_progress_is_shown_none(served: Served) -> None:
    reporter, folder = IndexProgressReporter(served.server, True), Path("/w")
    reporter.report(folder, IndexProgress(1, 10), lambda: None)
    await asyncio.sleep(0.01)
    served.receive(id=served.sent.pop()["id"], error={"code": -32601, "message": "no"})
    await asyncio.sleep(0.01)
    reporter.report(folder, IndexProgress(finished=True), lambda: None)
    assert served.sent == []


@pytest.mark.parametrize(
    ("arguments", "code"), [(["a", 1], 3), ([], -32602), (None, -32602), (["a"], -32602), ([5, 5], -32602)]
)
async def test_a_commands_arguments_are_checked(served: Served, arguments: Any, code: int) -> None:
    async def command(name: str, number: int) -> int:
        return len(name) + number + 1

    served.server.add_command("beast.test", command)
    params = {"command": "beast.test", "arguments": arguments}
    served.receive(id=1, method="workspace/executeCommand", params=params)
    assert await served.answers(1) == {1: code}
