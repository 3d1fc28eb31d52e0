"""Documentation as a model of the task `docs`: docstrings and comments of facts, in this process.

Its edits come through the net that refactorings pass, as plans; so they can be undone, and are held against the text
as the request saw it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.actions import DOCUMENTATION, EXAMPLE, WORDS
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors import registry
from beast_lsp.engine.refactors.registry import Offer
from beast_lsp.errors import CancelledRequest, RefactoringRefused
from beast_lsp.router.backends.refactoring import RefactoringBackend, is_wanted
from beast_lsp.router.lanes import Lanes
from beast_lsp.router.task import Answer, Egress, Request, Task, Wanted

if TYPE_CHECKING:
    from beast_lsp.engine.style.profile import StyleProfile


class DocumentationBackend:
    """Documents what stands at a place; the workspace is the one that `refactorings` has read."""

    name = "documentation"
    tasks = frozenset({Task.DOCS})
    egress = Egress.PROCESS
    expected_ms = 50.0
    cost = 0.0

    def __init__(self, lanes: Lanes, refactorings: RefactoringBackend) -> None:
        self._lanes = lanes
        self._refactorings = refactorings

    async def answer(self, request: Request) -> Answer:
        """The offers at a place of a document. Raises RefactoringRefused for a document that can't be worked on."""
        wanted = request.wanted
        if wanted is None:
            return Answer(self.name)
        key = ("docs", request.document.uri, wanted.name is None)
        work = partial(self._offers, request, wanted)
        offers = await self._lanes.run(key, work, request.cancel, background=wanted.is_background)
        return Answer(self.name, offers=offers)

    def _offers(self, request: Request, wanted: Wanted) -> tuple[Offer, ...]:
        wanted = replace(wanted, options=_options(request, wanted))
        with self._refactorings.site(request, wanted) as site:
            family = by_name(request.document.language).family
            fitting = [one for one in DOCUMENTATION if family in one.families]
            if wanted.name is not None:
                found = (registry.attempt(one, site) for one in fitting if one.name == wanted.name)
            else:
                kept = (one for one in fitting if is_wanted(one.kind, wanted.kinds))
                found = (registry.look(one, site, lambda: False) for one in kept)
            return tuple(offer for offer in _until(request, found) if offer is not None)


def convention(profile: StyleProfile | None, family: str) -> dict[str, str]:
    """What the style profile of a folder says of docstrings, as options."""
    style = profile.setting(family, "docstrings") if profile is not None else None
    width = profile.setting(family, "line_length") if profile is not None else None
    # What was counted says less than the file's own docstrings, which are looked at anyway.
    found = {"style": str(style.value).lower()} if style is not None and style.source == "configured" else {}
    return found | ({"width": str(width.value)} if width is not None else {})


def _options(request: Request, wanted: Wanted) -> dict[str, str]:
    """The options with what the profile says. Raises RefactoringRefused for an example that nobody has run."""
    if EXAMPLE in wanted.options:
        raise RefactoringRefused("An example has to be run first.", hint="`beast.documentWithExample` does it.")
    folder, family = request.document.folder, by_name(request.document.language).family
    profile = request.snapshot.profiles.get(folder) if folder is not None else None
    brought = {EXAMPLE: wanted.example, WORDS: wanted.words}
    told = {**convention(profile, family), **wanted.options, **brought}
    return {name: value for name, value in told.items() if value}


def _until(request: Request, found: Iterator[Offer | None]) -> Iterator[Offer | None]:
    for offer in found:
        if request.cancel.cancelled:
            raise CancelledRequest("The request was withdrawn.")
        yield offer
