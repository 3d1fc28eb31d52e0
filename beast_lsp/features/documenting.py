"""What could be documented at a place: a function, a class, a module, or a docstring that is no longer true.

The plan of one is `RefactoringFeature.plan`: a docstring is edited as code is, through the same net.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from beast_lsp.config import Option, option
from beast_lsp.errors import RefactoringRefused
from beast_lsp.features.refactoring import MenuItem, Selection
from beast_lsp.router.task import CancelToken, Request, Task, Wanted

if TYPE_CHECKING:
    from beast_lsp.engine.snapshot import Snapshot
    from beast_lsp.router.router import Router

ENABLED: Option[bool] = option(
    "documenting.enabled", True, "Whether the menu of code actions offers to document functions, classes and modules."
)


class DocumentingFeature:
    """Asks the router what is worth documenting. To be used on the event loop; the work is done in the lanes."""

    def __init__(self, router: Router) -> None:
        self._router = router

    async def menu(
        self,
        snapshot: Snapshot,
        place: Selection,
        kinds: Collection[str] | None,
        cancel: CancelToken,
        *,
        is_asked: bool = True,
    ) -> list[MenuItem]:
        """What could be documented at a place, of some kinds of code actions or of all. Raises CancelledRequest.

        Only the file itself is looked at; the plan may still find that nothing is to be done.
        """
        if not snapshot.config[ENABLED]:
            return []
        wanted = Wanted(place.end, kinds=kinds, is_background=not is_asked)
        request = Request(Task.DOCS, snapshot, place.document, place.start, wanted=wanted, cancel=cancel)
        try:
            offers = (await self._router.ask(request)).offers
        except RefactoringRefused:
            return []  # Nothing can be done with the document at all.
        return [MenuItem(one.refactoring.name, one.refactoring.kind, one.title) for one in offers if not one.refusal]
