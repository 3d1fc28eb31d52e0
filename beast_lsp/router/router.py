"""The router: every question of a feature goes through here to the models that answer its task.

Local models come first, in their order, and the first that says anything is taken. An endpoint of the
owner's (`router.remote`) never keeps the user waiting: until it has answered, the local answer stands.
Choosing by cost, health and experiments belongs here too, in `_local`.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.errors import BeastError, CancelledRequest, RefactoringRefused, SandboxMissing, TestsRefused
from beast_lsp.router.endpoints import Endpoints
from beast_lsp.router.remote import Remote
from beast_lsp.router.task import Answer, Backend, Request, Task
from beast_lsp.router.testing import Proposed

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.registry import Offer

log = logging.getLogger(__name__)
_WORDED = "document-function"


class Router:
    """Asks `local` backends in their order, and the endpoints that the document's folder may use.

    `notice` is called with one sentence for the user when an endpoint fails for good; not per failure.
    """

    def __init__(
        self,
        local: Sequence[Backend],
        endpoints: Endpoints | None = None,
        notice: Callable[[str], None] = log.warning,
    ) -> None:
        self._local_backends = tuple(local)
        self._notice = notice
        self._remote = Remote(endpoints or Endpoints(), notice)

    def add(self, backend: Backend) -> None:
        """Another local model, to be asked after those that are there."""
        self._local_backends = (*self._local_backends, backend)

    async def ask(self, request: Request) -> Answer:
        """The best answer that there is now; empty when nobody has one.

        An invoked inline request waits for the endpoint up to its deadline. Raises CancelledRequest when the
        request was withdrawn, RefactoringRefused, TestsRefused and SandboxMissing; a model that fails is logged, and
        the next is asked.
        """
        own = {Task.TESTS: self._tests, Task.DOCS: self._documented, Task.EXPLAIN: self._explained}
        if request.task in own:
            return await own[request.task](request)
        if request.task is not Task.INLINE or not self._remote.serves(request):
            return await self._local(request)
        # What is selected in the menu says more about what comes than the endpoint knew.
        ready = None if request.selected else self._remote.ready(request)
        if ready:
            return ready
        if request.invoked:
            return _joined(await self._remote.ask(request), await self._local(request))
        answer = await self._local(request)
        self._remote.prefetch(request)
        return answer

    async def use_endpoints(self, endpoints: Endpoints) -> None:
        """Takes over new settings; requests under way to the old endpoints are withdrawn."""
        if endpoints == self._remote.endpoints:
            return
        old, self._remote = self._remote, Remote(endpoints, self._notice)
        await old.close()

    def forget(self, uri: str) -> None:
        """The document was closed: nothing of it is asked or kept any longer."""
        self._remote.forget(uri)

    async def close(self) -> None:
        """Withdraws what is under way and closes connections."""
        await self._remote.close()

    async def _tests(self, request: Request) -> Answer:
        """An endpoint may propose tests while the local model works; they come no other way than through that model."""
        is_example = request.tests is not None and request.tests.example is not None
        if request.tests is None or is_example or not self._remote.serves(request):
            return await self._local(request)
        proposed: Future[Proposed] = Future()
        asking = asyncio.create_task(self._remote.propose(request, proposed))
        try:
            return await self._local(replace(request, tests=replace(request.tests, proposed=proposed)))
        finally:
            asking.cancel()

    async def _explained(self, request: Request) -> Answer:
        """The facts are told without a model; only their words are an endpoint's."""
        return await self._remote.first(request) if self._remote.serves(request) else Answer("")

    async def _documented(self, request: Request) -> Answer:
        """An endpoint may say it better; its words come no other way than through the local model, which checks them.

        Only where something is to be done, not for a menu, and never with an example, which was run as it stands.
        """
        answer, wanted = await self._local(request), request.wanted
        about = next((_inserted(one) for one in answer.offers), "")
        is_worded = wanted is not None and wanted.name == _WORDED and not wanted.example
        if wanted is None or not is_worded or not about or request.document.language != "python":
            return answer
        if not self._remote.serves(request):
            return answer
        said = await self._remote.first(replace(request, about=about))
        for one in said.candidates:
            worded = await self._local(replace(request, wanted=replace(wanted, words=one.text)))
            return worded if any(each.plan is not None for each in worded.offers) else answer
        return answer

    async def _local(self, request: Request) -> Answer:
        answer = Answer("")
        for backend in self._local_backends:
            if request.task not in backend.tasks:
                continue
            answer = await _timed(backend, request)
            if answer.candidates or answer.offers or answer.written or answer.example:
                return answer
        return answer


def _inserted(offer: Offer) -> str:
    """What a plan brings into its files."""
    plan = offer.plan
    return "\n".join(edit.text for edits in plan.edits.values() for edit in edits) if plan is not None else ""


async def _timed(backend: Backend, request: Request) -> Answer:
    start = time.perf_counter()
    try:
        answer = await backend.answer(request)
    except (CancelledRequest, RefactoringRefused, SandboxMissing, TestsRefused):
        raise  # They are outcomes, and meant for who asked.
    except BeastError as error:
        log.warning("%s gave no answer: %s", backend.name, error)
        answer = Answer(backend.name)
    return replace(answer, milliseconds=(time.perf_counter() - start) * 1000)


def _joined(first: Answer, second: Answer) -> Answer:
    """The candidates of both, the first's before the second's."""
    if not first.candidates:
        return second
    texts = {candidate.text for candidate in first.candidates}
    others = tuple(candidate for candidate in second.candidates if candidate.text not in texts)
    return replace(first, candidates=first.candidates + others)
