"""The owner's endpoint: consent, redaction, and every way in which it can fail."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from router_fakes import document, endpoints, request, texts

from beast_lsp.errors import ConsentError, EndpointError
from beast_lsp.router.backends.openai import OpenAIBackend, Reply
from beast_lsp.router.endpoints import Endpoint, Endpoints
from beast_lsp.router.task import Egress, Request, Task
from beast_lsp.router.testing import WantedTests

URL = "http://127.0.0.1:8080/v1"


def _event(text: str) -> bytes:
    return b"data: " + json.dumps({"choices": [{"text": text}]}).encode() + b"\n\n"


class Server:
    """A transport that keeps what it was sent and answers with `content`."""

    def __init__(self, content: bytes = _event("x"), status: int = 200, error: Exception | None = None) -> None:
        self.content, self.status, self.error = content, status, error
        self.requests: list[httpx.Request] = []

    def __call__(self, sent: httpx.Request) -> httpx.Response:
        self.requests.append(sent)
        if self.error:
            raise self.error
        return httpx.Response(self.status, content=self.content)

    @property
    def body(self) -> dict[str, object]:
        body: dict[str, object] = json.loads(self.requests[-1].content)
        return body


@asynccontextmanager
async def _backend(server: Callable[[httpx.Request], httpx.Response], named: Endpoints) -> AsyncIterator[OpenAIBackend]:
    backend = OpenAIBackend(named.by_name["one"], named, httpx.MockTransport(server))
    try:
        yield backend
    finally:
        await backend.close()


async def test_it_sends_both_sides_of_the_cursor_and_reads_the_stream() -> None:
    server = Server(_event("self.") + b": a remark\n\n" + _event("total") + b"data: [DONE]\n\n")
    async with _backend(server, endpoints(URL)) as backend:
        answer = await backend.answer(request("def f(self):\n    return ¦\n# end\n"))
    assert texts(answer) == ["self.total"]
    assert str(server.requests[0].url) == f"{URL}/completions"
    assert server.body["prompt"] == "def f(self):\n    return "
    assert server.body["suffix"] == "\n# end\n"


async def test_a_server_that_does_not_stream_is_understood() -> None:
    server = Server(json.dumps({"choices": [{"text": "total"}]}).encode())
    async with _backend(server, endpoints(URL)) as backend:
        assert texts(await backend.answer(request("¦"))) == ["total"]


async def test_a_line_ends_the_stream_where_no_block_is_wanted() -> None:
    server = Server(_event("a\n") + _event("b"))
    async with _backend(server, endpoints(URL)) as backend:
        assert texts(await backend.answer(request("¦", multiline=False))) == ["a\n"]


async def test_nothing_said_is_no_candidate() -> None:
    async with _backend(Server(_event(" \n")), endpoints(URL)) as backend:
        assert texts(await backend.answer(request("¦"))) == []


@pytest.mark.parametrize("folder", [None, Path("/home/somebody"), Path("/home/somebody/project-2")])
async def test_without_consent_nothing_is_sent(folder: Path | None) -> None:
    server = Server()
    async with _backend(server, endpoints(URL)) as backend:
        with pytest.raises(ConsentError):
            await backend.answer(request("x¦", of=document("x", folder=folder)))
    assert not server.requests


async def test_a_consent_for_another_endpoint_counts_for_nothing() -> None:
    server, named = Server(), endpoints(URL, "http://127.0.0.1:9090/v1")
    async with _backend(server, Endpoints(named.by_name, named.consents[1:])) as backend:
        with pytest.raises(ConsentError):
            await backend.answer(request("x¦"))
    assert not server.requests


@pytest.mark.parametrize("name", [".env", ".env.local", "id_rsa", "server.pem"])
async def test_a_secret_file_is_never_sent(name: str) -> None:
    server = Server()
    async with _backend(server, endpoints(URL)) as backend:
        with pytest.raises(ConsentError):
            await backend.answer(request("x¦", of=document("x", name)))
    assert not server.requests


@pytest.mark.parametrize(
    "text", ["a = '{0}'\n¦", "a = '¦{0}'", "¦\na = '{0}'\n", "x\n" * 3500 + "'{0}'\n" + "y = 1\n" * 1000 + "¦"]
)
async def test_a_secret_never_leaves(text: str) -> None:
    secret, server = "ghp_" + "a1B2" * 9, Server()
    text = text.replace("{0}", secret)
    async with _backend(server, endpoints(URL)) as backend:
        await backend.answer(request(text, of=document(text)))
    assert secret[:12].encode() not in server.requests[0].content


async def test_a_secret_around_the_cursor_never_leaves() -> None:
    server = Server()
    text = "a = 'ghp_" + "a1B2" * 4 + "¦" + "a1B2" * 5 + "'"
    async with _backend(server, endpoints(URL)) as backend:
        await backend.answer(request(text))
    assert b"a1B2a1B2" not in server.requests[0].content


async def test_the_key_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    named = endpoints(URL)
    keyed = Endpoints({"one": Endpoint("one", URL, key_env="MY_KEY")}, named.consents)
    monkeypatch.setenv("MY_KEY", "abc")
    server = Server()
    async with _backend(server, keyed) as backend:
        await backend.answer(request("¦"))
    assert server.requests[0].headers["Authorization"] == "Bearer abc"


@pytest.mark.parametrize("key", ["", "a\nb", "schlüssel"])
async def test_a_key_that_is_missing_or_broken_is_an_error(monkeypatch: pytest.MonkeyPatch, key: str) -> None:
    keyed = Endpoints({"one": Endpoint("one", URL, key_env="MY_KEY")}, endpoints(URL).consents)
    monkeypatch.setenv("MY_KEY", key)
    server = Server()
    async with _backend(server, keyed) as backend:
        with pytest.raises(EndpointError) as raised:
            await backend.answer(request("¦"))
    assert not server.requests
    assert not key or key not in str(raised.value)


@pytest.mark.parametrize(
    ("server", "message"),
    [
        (Server(status=401), "refused the key"),
        (Server(status=500), "status 500"),
        (Server(status=302), "status 302"),
        (Server(error=httpx.ConnectError("no route")), "cannot be reached"),
        (Server(error=httpx.ReadError("reset")), "cannot be reached"),
        (Server(b"<html>hello</html>\n"), "no completion"),
        (Server(b"data: {broken\n\n"), "no completion"),
        (Server(b'data: {"choices": [{"text": 5}]}\n\n'), "no completion"),
        (Server(b'{"error": {"message": "no such model"}}'), "no completion"),
        (Server(b"\xff\xfe" * 10), "no completion"),
        (Server(b": " + b"x" * 2_000_000), "no completion"),
        (Server(b""), "no completion"),
    ],
)
async def test_a_failure_is_one_clear_error(server: Server, message: str) -> None:
    async with _backend(server, endpoints(URL)) as backend:
        with pytest.raises(EndpointError, match=message):
            await backend.answer(request("¦"))
    assert len(server.requests) == 1


@given(st.lists(st.one_of(st.binary(max_size=30), st.text(max_size=5).map(_event)), max_size=6), st.booleans())
def test_any_bytes_are_a_text_or_no_completion(pieces: list[bytes], lines: bool) -> None:
    reply = Reply(lines=lines)
    try:
        if not any(reply.feed(piece) for piece in pieces):
            reply.end()
    except ValueError:
        return
    assert isinstance(reply.text, str)


@given(st.lists(st.text(max_size=10), min_size=1, max_size=5), st.integers(1, 20))
def test_the_stream_may_be_cut_anywhere(said: list[str], size: int) -> None:
    data = b"".join(map(_event, said))
    reply = Reply(lines=True)
    for start in range(0, len(data), size):
        reply.feed(data[start : start + size])
    reply.end()
    assert reply.text == "".join(said)


def test_how_far_code_travels_is_known() -> None:
    named = endpoints(URL, "https://models.example/v1")
    egress = [OpenAIBackend(each, named).egress for each in named.by_name.values()]
    assert egress == [Egress.MACHINE, Egress.NETWORK]


class Peer:
    """A real HTTP server on this machine: sends `pieces`, then waits until it is left."""

    def __init__(self, *pieces: bytes) -> None:
        self.pieces = pieces
        self.begun, self.left, self.closed = asyncio.Event(), asyncio.Event(), asyncio.Event()

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
            for piece in self.pieces:
                writer.write(piece)
            await writer.drain()
            self.begun.set()
            while await reader.read(1024):
                pass
        except ConnectionError:
            pass
        self.left.set()
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()
        self.closed.set()

    @asynccontextmanager
    async def serve(self, deadline_ms: int = 5_000) -> AsyncIterator[OpenAIBackend]:
        server = await asyncio.start_server(self, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        named = endpoints(f"http://127.0.0.1:{port}/v1", deadline_ms=deadline_ms)
        backend = OpenAIBackend(named.by_name["one"], named)
        try:
            yield backend
        finally:
            await backend.close()
            await asyncio.wait_for(self.closed.wait(), 5)
            server.close()
            await server.wait_closed()


async def test_a_real_server_is_left_when_it_is_done() -> None:
    peer = Peer(_event("total"), b"data: [DONE]\n\n")
    async with peer.serve() as backend:
        assert texts(await backend.answer(request("¦"))) == ["total"]
        await asyncio.wait_for(peer.left.wait(), 5)


async def test_a_cancelled_request_closes_the_stream() -> None:
    peer = Peer(_event("to"))
    async with peer.serve() as backend:
        asking = asyncio.create_task(backend.answer(request("¦")))
        await asyncio.wait_for(peer.begun.wait(), 5)
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking
        await asyncio.wait_for(peer.left.wait(), 5)


async def test_a_slow_server_is_left_at_the_deadline() -> None:
    peer = Peer(_event("half a li"))
    async with peer.serve(deadline_ms=200) as backend:
        with pytest.raises(EndpointError, match="did not answer within 200 ms"):
            await backend.answer(request("¦"))
        await asyncio.wait_for(peer.left.wait(), 5)


async def test_whole_lines_that_came_in_time_are_used() -> None:
    async with Peer(_event("one\ntw")).serve(deadline_ms=300) as backend:
        assert texts(await backend.answer(request("¦"))) == ["one\n"]


async def test_a_dead_endpoint_is_an_error() -> None:
    named = endpoints("http://127.0.0.1:1/v1")
    backend = OpenAIBackend(named.by_name["one"], named)
    with pytest.raises(EndpointError, match="cannot be reached"):
        await backend.answer(request("¦"))
    await backend.close()


def _order(text: str, name: str = "shop.py", **wanted: object) -> Request:
    asked = request("", Task.TESTS, of=document(text, name))
    return replace(asked, tests=WantedTests(**wanted))  # type: ignore[arg-type]


async def test_tests_are_proposed_for_a_module() -> None:
    server = Server(_event("adds():\n    assert") + _event(" total([1]) == 1\n") + b"data: [DONE]\n\n")
    async with _backend(server, endpoints(URL)) as backend:
        answer = await backend.answer(_order("def total(items): ...\n", names=("total",), framework="unittest"))
    assert texts(answer) == ["def test_adds():\n    assert total([1]) == 1\n"]
    prompt = str(server.body["prompt"])
    assert prompt.startswith("def total(items): ...\n")
    assert "unittest functions for total." in prompt
    assert prompt.endswith("\ndef test_")
    assert "suffix" not in server.body


async def test_a_secret_in_a_module_never_leaves_with_it() -> None:
    secret, server = "ghp_" + "a1B2" * 9, Server()
    async with _backend(server, endpoints(URL)) as backend:
        await backend.answer(_order(f"KEY = '{secret}'\n"))
        await backend.answer(_order("x\n" * 9_990 + f"KEY = '{secret}'\n"))
        with pytest.raises(ConsentError):
            await backend.answer(_order("x = 1\n", ".env"))
    assert len(server.requests) == 2
    assert all(secret[:12].encode() not in sent.content for sent in server.requests)


async def test_nothing_said_of_a_module_is_no_proposal() -> None:
    async with _backend(Server(_event(" \n")), endpoints(URL)) as backend:
        assert texts(await backend.answer(_order("x = 1\n"))) == []


async def test_a_real_server_proposes_tests() -> None:
    peer = Peer(_event("adds():\n    assert total([1]) == 1\n"), b"data: [DONE]\n\n")
    async with peer.serve() as backend:
        assert texts(await backend.answer(_order("def total(items): ...\n")))[0].startswith("def test_adds():")
        await asyncio.wait_for(peer.left.wait(), 5)
