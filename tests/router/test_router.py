"""The router: local answers first, and endpoints that nobody waits for."""

import asyncio
from pathlib import Path

import pytest
from router_fakes import FakeBackend, document, endpoints, request, texts

from beast_lsp.errors import CancelledRequest, EndpointError, ModelError
from beast_lsp.router import remote
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.router import Router
from beast_lsp.router.task import Task

LOCAL, CLOUD = "http://127.0.0.1:8080/v1", "https://models.example/v1"


def _router(
    local: FakeBackend,
    monkeypatch: pytest.MonkeyPatch,
    backends: dict[str, FakeBackend],
    named: Endpoints,
    notices: list[str] | None = None,
) -> Router:
    """A router whose endpoints are `backends`."""
    monkeypatch.setattr(remote, "_openai", lambda endpoint, _: backends[endpoint.name])
    return Router([local], named, (notices if notices is not None else []).append)


async def _settle() -> None:
    """Lets background requests end."""
    for _ in range(10):
        await asyncio.sleep(0)


async def test_the_first_backend_that_says_something_is_taken() -> None:
    silent, first, second = FakeBackend(), FakeBackend("one"), FakeBackend("two")
    answer = await Router([silent, first, second]).ask(request("x¦"))
    assert texts(answer) == ["one"]
    assert not second.requests


async def test_a_backend_is_not_asked_for_a_task_that_it_does_not_do() -> None:
    lists, writes = FakeBackend("entry", tasks=[Task.COMPLETION]), FakeBackend("ghost")
    assert texts(await Router([lists, writes]).ask(request("x¦"))) == ["ghost"]
    assert not lists.requests


async def test_a_backend_that_fails_leaves_the_next() -> None:
    broken, sound = FakeBackend(error=ModelError("It is damaged.")), FakeBackend("sound")
    assert texts(await Router([broken, sound]).ask(request("x¦"))) == ["sound"]


async def test_no_backend_is_an_empty_answer() -> None:
    assert texts(await Router([]).ask(request("x¦"))) == []


async def test_a_withdrawn_request_is_raised() -> None:
    with pytest.raises(CancelledRequest):
        await Router([FakeBackend(error=CancelledRequest("withdrawn"))]).ask(request("x¦"))


async def test_the_local_answer_does_not_wait_for_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    far = FakeBackend("far", gate=asyncio.Event())
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    assert texts(await router.ask(request("x¦"))) == ["near"]
    await router.close()


async def test_the_endpoints_answer_is_shown_once_it_is_there(monkeypatch: pytest.MonkeyPatch) -> None:
    router = _router(FakeBackend("near"), monkeypatch, {"one": FakeBackend("yz()")}, endpoints(LOCAL))
    await router.ask(request("x¦"))
    await _settle()
    assert texts(await router.ask(request("xy¦"))) == ["z()"]
    assert texts(await router.ask(request("xa¦"))) == ["near"]
    await router.close()


async def test_an_invoked_request_waits_for_the_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    router = _router(FakeBackend("near", "far"), monkeypatch, {"one": FakeBackend("far")}, endpoints(LOCAL))
    assert texts(await router.ask(request("x¦", invoked=True))) == ["far", "near"]
    await router.close()


async def test_completion_lists_never_go_to_an_endpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    far = FakeBackend("far")
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    await router.ask(request("x¦", Task.COMPLETION, invoked=True))
    await _settle()
    assert not far.requests


@pytest.mark.parametrize("folder", [None, Path("/home/somebody/other"), Path("/home/somebody")])
async def test_without_a_consent_for_the_folder_nothing_is_asked(
    monkeypatch: pytest.MonkeyPatch, folder: Path | None
) -> None:
    far = FakeBackend("far")
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    asked = request("x¦", invoked=True, of=document("x", folder=folder))
    assert texts(await router.ask(asked)) == ["near"]
    assert not far.requests


async def test_a_newer_request_withdraws_the_older_one(monkeypatch: pytest.MonkeyPatch) -> None:
    far = FakeBackend("far", gate=asyncio.Event())
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    await router.ask(request("x¦"))
    await _settle()
    await router.ask(request("xy¦"))
    await _settle()
    assert [asked.cancel.cancelled for asked in far.requests] == [True, False]
    await router.close()


async def test_a_closed_document_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    router = _router(FakeBackend("near"), monkeypatch, {"one": FakeBackend("yz")}, endpoints(LOCAL))
    asked = request("x¦")
    await router.ask(asked)
    await _settle()
    router.forget(asked.document.uri)
    assert texts(await router.ask(request("xy¦"))) == ["near"]
    await router.close()


async def test_a_dead_endpoint_is_one_notice_and_then_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    far, notices = FakeBackend(error=EndpointError("It is down.")), list[str]()
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL), notices)
    for _ in range(10):
        assert texts(await router.ask(request("x¦", invoked=True))) == ["near"]
    assert len(far.requests) == 3
    assert len(notices) == 1
    assert "one" in notices[0]


async def test_a_dead_local_endpoint_is_never_replaced_by_the_cloud(monkeypatch: pytest.MonkeyPatch) -> None:
    dead, cloud = FakeBackend(error=EndpointError("It is down.")), FakeBackend("cloud")
    router = _router(FakeBackend("near"), monkeypatch, {"one": dead, "two": cloud}, endpoints(LOCAL, CLOUD))
    assert texts(await router.ask(request("x¦", invoked=True))) == ["near"]
    assert not cloud.requests


async def test_the_next_endpoint_answers_where_it_is_no_further_away(monkeypatch: pytest.MonkeyPatch) -> None:
    dead, other = FakeBackend(error=EndpointError("It is down.")), FakeBackend("other")
    router = _router(FakeBackend(), monkeypatch, {"one": dead, "two": other}, endpoints(CLOUD, LOCAL))
    assert texts(await router.ask(request("x¦", invoked=True))) == ["other"]


async def test_new_settings_withdraw_a_consent_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    far = FakeBackend("yz")
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    await router.ask(request("x¦"))
    await _settle()
    await router.use_endpoints(Endpoints())
    assert far.is_closed
    assert texts(await router.ask(request("xy¦"))) == ["near"]
    assert len(far.requests) == 1


async def test_a_background_request_that_breaks_is_logged(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    far = FakeBackend(error=ZeroDivisionError("a bug"))
    router = _router(FakeBackend("near"), monkeypatch, {"one": far}, endpoints(LOCAL))
    assert texts(await router.ask(request("x¦"))) == ["near"]
    await _settle()
    assert "a bug" in caplog.text
    await router.close()
