"""Every request is answered exactly once: done, superseded, cancelled or failed."""

import asyncio
import queue
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from beast_lsp.errors import BeastError, CancelledRequest
from beast_lsp.lsp.endpoint import Endpoint, InvalidParams, Method, Params
from beast_lsp.router.task import CancelToken


class Pipe:
    """A channel whose other end is the test."""

    def __init__(self) -> None:
        self.to_server: queue.SimpleQueue[Any] = queue.SimpleQueue()
        self.sent: list[dict[str, Any]] = []

    def receive(self) -> Any:
        return self.to_server.get()

    def send(self, message: dict[str, Any]) -> None:
        self.sent.append(message)

    def request(self, number: int, method: str, **params: Any) -> None:
        self.to_server.put({"jsonrpc": "2.0", "id": number, "method": method, "params": params})

    def notify(self, method: str, **params: Any) -> None:
        self.to_server.put({"jsonrpc": "2.0", "method": method, "params": params})


class Served:
    """An endpoint with one method, `slow`, that waits until the test lets it go."""

    def __init__(self) -> None:
        self.pipe = Pipe()
        self.endpoint = Endpoint(self.pipe, asyncio.get_running_loop())
        self.tokens: dict[str, CancelToken] = {}
        self.gate = asyncio.Event()
        self.endpoint.requests["slow"] = Method(self.slow, lambda params: params["uri"], automatic=True)
        self.endpoint.start()

    def slow(self, params: Params, cancel: CancelToken) -> Any:
        self.tokens[params["name"]] = cancel
        return self.wait(params["name"])

    async def wait(self, name: str) -> str:
        await self.gate.wait()
        return name

    async def answers(self, count: int) -> dict[int, Any]:
        """The first `count` answers by id; fails where one request is answered twice."""
        await eventually(lambda: len(self.pipe.sent) >= count)
        found = {
            message["id"]: message.get("error", {}).get("code", message.get("result")) for message in self.pipe.sent
        }
        assert len(found) == len(self.pipe.sent)
        return found


async def eventually(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not holds():  # noqa: ASYNC110 - the writing thread tells nobody.
            await asyncio.sleep(0.005)


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    served = Served()
    yield served
    served.pipe.to_server.put(None)
    await asyncio.wait_for(served.endpoint.closed.wait(), 10)
    served.endpoint.finish()


async def test_a_newer_request_of_the_same_document_supersedes_the_older(served: Served) -> None:
    served.pipe.request(1, "slow", uri="a", name="old")
    served.pipe.request(2, "slow", uri="a", name="new")
    assert await served.answers(1) == {1: None}
    assert served.tokens["old"].cancelled
    assert not served.tokens["new"].cancelled
    served.gate.set()
    assert await served.answers(2) == {1: None, 2: "new"}


async def test_requests_of_other_documents_go_on(served: Served) -> None:
    served.pipe.request(1, "slow", uri="a", name="one")
    served.pipe.request(2, "slow", uri="b", name="two")
    served.gate.set()
    assert await served.answers(2) == {1: "one", 2: "two"}


async def test_a_finished_request_is_not_superseded(served: Served) -> None:
    served.gate.set()
    served.pipe.request(1, "slow", uri="a", name="one")
    await served.answers(1)
    served.pipe.request(2, "slow", uri="a", name="two")
    assert await served.answers(2) == {1: "one", 2: "two"}
    assert not served.tokens["one"].cancelled


async def test_a_cancelled_request_fails_as_the_protocol_says(served: Served) -> None:
    served.pipe.request(1, "slow", uri="a", name="one")
    served.pipe.notify("$/cancelRequest", id=1)
    assert await served.answers(1) == {1: -32800}
    assert served.tokens["one"].cancelled


async def test_a_cancel_that_crosses_the_answer_is_passed_over(served: Served) -> None:
    served.gate.set()
    served.pipe.request(1, "slow", uri="a", name="one")
    await served.answers(1)
    served.pipe.notify("$/cancelRequest", id=1)
    served.pipe.request(2, "slow", uri="a", name="two")
    assert await served.answers(2) == {1: "one", 2: "two"}


async def test_an_id_that_is_in_use_is_refused(served: Served) -> None:
    served.pipe.request(1, "slow", uri="a", name="one")
    served.pipe.request(1, "slow", uri="b", name="two")
    assert await served.answers(1) == {None: -32600}
    assert list(served.tokens) == ["one"]


@pytest.mark.parametrize(
    ("error", "code", "automatic"),
    [
        (InvalidParams("p"), -32602, -32602),
        (BeastError("why"), -32803, None),
        (CancelledRequest("withdrawn"), None, None),
        (ZeroDivisionError(), -32603, None),
    ],
)
@pytest.mark.parametrize("is_late", [False, True])
async def test_a_failure_fails_one_request_and_an_automatic_one_shows_nothing(
    served: Served, error: Exception, code: int | None, automatic: int | None, is_late: bool
) -> None:
    async def later() -> None:
        raise error

    def fail(_params: Params, _cancel: CancelToken) -> Any:
        if is_late:
            return later()
        raise error

    served.endpoint.requests.update({"command": Method(fail), "automatic": Method(fail, automatic=True)})
    served.pipe.request(1, "command")
    served.pipe.request(2, "automatic")
    assert await served.answers(2) == {1: code, 2: automatic}
    assert served.endpoint.faults == (2 if isinstance(error, ZeroDivisionError) else 0)


async def test_the_handler_sees_what_was_there_when_the_request_came(served: Served) -> None:
    seen = {"value": 1}
    served.endpoint.notifications["change"] = lambda params: seen.update(value=params["value"])
    served.endpoint.requests["look"] = Method(lambda _params, _cancel: served.wait(str(seen["value"])))
    served.pipe.request(1, "look")
    served.pipe.notify("change", value=2)
    served.gate.set()
    assert await served.answers(1) == {1: "1"}


async def test_a_notification_that_fails_is_counted_and_the_next_is_served(served: Served) -> None:
    served.endpoint.notifications["bad"] = lambda _params: {}["missing"]
    served.gate.set()
    served.pipe.notify("bad")
    served.pipe.request(1, "slow", uri="a", name="one")
    assert await served.answers(1) == {1: "one"}
    assert served.endpoint.faults == 1


async def test_the_clients_answer_reaches_who_asked_and_its_refusal_too(served: Served) -> None:
    asked = [asyncio.create_task(served.endpoint.ask("x", {})) for _ in range(2)]
    first, second = (await served.answers(2)).keys()
    served.pipe.to_server.put({"id": second, "error": {"code": 1, "message": "not now"}})
    served.pipe.to_server.put({"id": first, "result": 5})
    assert await asked[0] == 5
    with pytest.raises(BeastError, match="not now"):
        await asked[1]


async def test_what_is_under_way_at_the_end_is_answered(served: Served) -> None:
    served.pipe.request(1, "slow", uri="a", name="one")
    await eventually(lambda: "one" in served.tokens)
    served.endpoint.finish()
    assert await served.answers(1) == {1: -32800}
