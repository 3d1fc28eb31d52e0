"""An endpoint puts facts into words: with consent, without secrets, and nothing of it is kept."""

import json

import httpx
import pytest
from router_fakes import FakeBackend, document, endpoints, request, texts

from beast_lsp.errors import ConsentError
from beast_lsp.router.backends.openai import OpenAIBackend
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.router import Router
from beast_lsp.router.task import Task

URL = "http://127.0.0.1:8080/v1"
KEY = "ghp_" + "a1B2c3D4" * 4 + "e5F6"


def asked(about="facts", **more):
    made = request("def f(): ...\n¦", Task.EXPLAIN, invoked=True, **more)
    object.__setattr__(made, "about", about)
    return made


async def words(named, about="facts"):
    sent = []

    def answer(got: httpx.Request) -> httpx.Response:
        sent.append(json.loads(got.content))
        return httpx.Response(200, content=json.dumps({"choices": [{"text": " It adds.\n\nAnd more."}]}).encode())

    backend = OpenAIBackend(endpoints(URL).by_name["one"], named, httpx.MockTransport(answer))
    try:
        return texts(await backend.answer(asked(about))), sent
    finally:
        await backend.close()


async def test_one_paragraph_is_taken_and_facts_are_sent_without_secrets():
    found, [body] = await words(endpoints(URL), f"It takes a key.\ntoken = '{KEY}'\n")
    assert found == ["It adds."]
    assert "It takes a key." in body["prompt"]
    assert KEY not in body["prompt"]
    assert "suffix" not in body


async def test_nothing_is_sent_without_consent():
    with pytest.raises(ConsentError):
        await words(Endpoints(endpoints(URL).by_name, ()))


async def test_without_an_endpoint_nobody_answers():
    local = FakeBackend("local words")
    assert (await Router([local]).ask(asked())).candidates == ()
    assert local.requests == []


async def test_a_secret_file_is_not_put_into_words():
    backend = OpenAIBackend(endpoints(URL).by_name["one"], endpoints(URL), httpx.MockTransport(lambda _: None))
    with pytest.raises(ConsentError):
        await backend.answer(asked(of=document("x", name=".env")))
    await backend.close()
