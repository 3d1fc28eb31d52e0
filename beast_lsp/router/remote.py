"""Asking the owner's endpoints beside the local models: in the background, one request per document at a time.

The answer is kept with the cursor it was asked for. The next request whose text continues it gets its rest.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, replace

from beast_lsp.config import Option, option
from beast_lsp.engine.anchor import Anchor
from beast_lsp.errors import BeastError, ConsentError, EndpointError
from beast_lsp.router.breaker import CircuitBreaker
from beast_lsp.router.endpoints import Endpoint, Endpoints
from beast_lsp.router.task import Answer, Backend, CancelToken, Candidate, Request
from beast_lsp.router.testing import Proposed

ENDPOINT_DELAY: Option[int] = option(
    "endpoint_delay_ms",
    150,
    "How long typing has to pause before an endpoint is asked, in milliseconds.",
    minimum=0,
    maximum=5_000,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Kept:
    anchor: Anchor
    answer: Answer


class Remote:
    """The owner's `endpoints`. `make` turns one into a backend, at its first request."""

    def __init__(
        self,
        endpoints: Endpoints,
        notice: Callable[[str], None],
        make: Callable[[Endpoint, Endpoints], Backend] | None = None,
    ) -> None:
        self.endpoints = endpoints
        self._notice = notice
        self._make = make or _openai
        self._backends: dict[str, Backend] = {}
        self._breakers: dict[str, CircuitBreaker] = {}
        self._asking: dict[str, tuple[asyncio.Task[None], CancelToken]] = {}
        self._kept: dict[str, _Kept] = {}

    def serves(self, request: Request) -> bool:
        """Whether an endpoint may be asked about this document; costs microseconds where there is none."""
        return bool(self.endpoints.consents) and bool(self._allowed(request))

    def ready(self, request: Request) -> Answer | None:
        """The rest of the endpoint's last answer for this document, if the user typed along with it."""
        kept = self._kept.get(request.document.uri)
        typed = kept.anchor.typed(request.document, request.position) if kept else None
        if kept is None or typed is None:
            return None
        rests = tuple(_rest(each, typed) for each in kept.answer.candidates if _continues(each, typed))
        return replace(kept.answer, candidates=rests) if rests else None

    def prefetch(self, request: Request) -> None:
        """Asks in the background after a short pause; a newer request of the document replaces this one."""
        uri = request.document.uri
        self._withdraw(uri)
        cancel = CancelToken()
        task = asyncio.create_task(self._ask_later(replace(request, cancel=cancel)))
        self._asking[uri] = task, cancel

    async def ask(self, request: Request) -> Answer:
        """The endpoint's answer, which is kept too; empty when it fails, is given a rest, or is late."""
        answer = await self.first(request)
        if answer.candidates:
            self._kept[request.document.uri] = _Kept(Anchor.at(request.document, request.position), answer)
        return answer

    async def propose(self, request: Request, proposed: Future[Proposed]) -> None:
        """Sets `proposed` to the tests that an endpoint proposes: none when it fails, or when this is cancelled."""
        found = Proposed()
        try:
            for candidate in (await self.first(request)).candidates:
                found = Proposed(candidate.text, candidate.backend)
        finally:
            proposed.set_result(found)

    async def first(self, request: Request) -> Answer:
        """The first endpoint's answer that has something to say; nothing of it is kept."""
        answer = Answer("")
        for endpoint in self._allowed(request):
            answer = await self._answer(endpoint, request)
            if answer.candidates:
                break
        return answer

    def forget(self, uri: str) -> None:
        """Withdraws and drops everything about a document."""
        self._withdraw(uri)
        self._kept.pop(uri, None)

    async def close(self) -> None:
        """Withdraws every request and closes the connections."""
        tasks = [task for task, _ in self._asking.values()]
        for uri in tuple(self._asking):
            self._withdraw(uri)
        await asyncio.gather(*tasks, return_exceptions=True)
        for backend in self._backends.values():
            closing = getattr(backend, "close", None)
            if closing:
                await closing()

    def _allowed(self, request: Request) -> tuple[Endpoint, ...]:
        """The endpoints in the order of their consents, without those whose answer would travel further.

        Who put a server of their own machine first doesn't want their code in the cloud because it is down.
        """
        allowed = self.endpoints.allowed(request.document.folder)
        return tuple(each for each in allowed if each.is_local or not allowed[0].is_local)

    def _withdraw(self, uri: str) -> None:
        if asking := self._asking.pop(uri, None):
            task, cancel = asking
            cancel.cancel()
            task.cancel()

    async def _ask_later(self, request: Request) -> None:
        await asyncio.sleep(request.config[ENDPOINT_DELAY] / 1000)
        try:
            await self.ask(request)
        except BeastError:
            log.debug("A background request was withdrawn.")
        except Exception:
            # Nobody awaits this task, so nobody else would say it.
            log.exception("A background request broke.")

    async def _answer(self, endpoint: Endpoint, request: Request) -> Answer:
        breaker = self._breakers.setdefault(endpoint.name, CircuitBreaker())
        if not breaker.admits():
            return Answer(endpoint.name)
        start = time.perf_counter()
        try:
            answer = await self._backend(endpoint).answer(request)
        except ConsentError as error:
            log.info("%s", error)  # the document's fault, not the endpoint's.
            return Answer(endpoint.name)
        except EndpointError as error:
            self._failed(endpoint, breaker, error)
            return Answer(endpoint.name)
        breaker.succeeded()
        return replace(answer, milliseconds=(time.perf_counter() - start) * 1000)

    def _backend(self, endpoint: Endpoint) -> Backend:
        if endpoint.name not in self._backends:
            self._backends[endpoint.name] = self._make(endpoint, self.endpoints)
        return self._backends[endpoint.name]

    def _failed(self, endpoint: Endpoint, breaker: CircuitBreaker, error: EndpointError) -> None:
        log.info("The endpoint %s failed: %s", endpoint.name, error)
        if breaker.failed():
            self._notice(f"The endpoint {endpoint.name} is left alone for a while. {error}")


def _openai(endpoint: Endpoint, endpoints: Endpoints) -> Backend:
    from beast_lsp.router.backends.openai import OpenAIBackend  # noqa: PLC0415 - only who has an endpoint pays for it.

    return OpenAIBackend(endpoint, endpoints)


def _continues(candidate: Candidate, typed: str) -> bool:
    return len(candidate.text) > len(typed) and candidate.text.startswith(typed)


def _rest(candidate: Candidate, typed: str) -> Candidate:
    return replace(candidate, text=candidate.text[len(typed) :])
