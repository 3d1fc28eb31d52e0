"""Documenting a function with an example: a call that is recorded, put into its docstring, and run there."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from beast_lsp.engine.docs.examples import docstring_in, function_at
from beast_lsp.engine.docs.facts.syntax import qualified_name
from beast_lsp.engine.document import Document, Position
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.net.reverse import edited
from beast_lsp.errors import RefactoringRefused, TestsRefused
from beast_lsp.features.documenting import ENABLED
from beast_lsp.features.test_writing import LIMIT, WritingFeature, is_testable, named_interpreter
from beast_lsp.router.task import CancelToken, Request, Task, Wanted
from beast_lsp.router.testing import WantedTests, WrittenExample

if TYPE_CHECKING:
    from pathlib import Path

    from beast_lsp.config import Config
    from beast_lsp.engine.refactors.plan import Plan
    from beast_lsp.engine.snapshot import Snapshot
    from beast_lsp.router.router import Router

_REFACTORING = "document-function"
_SECONDS = 20.0  # for one function; a shorter limit for tests counts.


@dataclass(frozen=True, slots=True)
class Place:
    """A function whose docstring an example may be added to: its qualified name, and the place of its name."""

    name: str
    position: Position

    @property
    def title(self) -> str:
        """What a menu shows."""
        return f"Document `{self.name.rpartition('.')[2]}` with an example"


@dataclass(frozen=True, slots=True)
class Order:
    """How it is done: `options` as what documents knows them, and the rest as for tests that are written."""

    seconds: float = _SECONDS
    options: Mapping[str, str] = field(default_factory=dict)
    interpreter: Path | None = None
    is_unconfined: bool = False
    tell: Callable[[Any], None] = lambda _: None

    @classmethod
    def of(cls, config: Config) -> Order:
        """An order under the settings of a folder."""
        return cls(min(config[LIMIT], _SECONDS))


class ExampleFeature:
    """Asks the router for an example, and for the docstring with it. To be used on the event loop."""

    def __init__(self, router: Router, writing: WritingFeature) -> None:
        self._router = router
        self._writing = writing

    async def place(self, snapshot: Snapshot, document: Document, line: int, cancel: CancelToken) -> Place | None:
        """The function whose header or docstring stands on a line, where an example may be added; None elsewhere.

        Nothing is run. None where there is an example already, and where no tests could be written.
        """
        if by_name(document.language).family != "python" or not is_testable(document):
            return None
        analysis = await self._writing.analysis(snapshot, document, cancel)
        root = analysis.tree.tree.root_node if analysis is not None and analysis.tree is not None else None
        node = function_at(root, line) if root is not None and not root.has_error else None
        name = node.child_by_field_name("name") if node is not None else None
        if node is None or name is None:
            return None
        # Before a name stand blanks and `def`, each a byte.
        return Place(qualified_name(node), Position(*name.start_point))

    async def menu(self, snapshot: Snapshot, document: Document, line: int, cancel: CancelToken) -> Place | None:
        """The same for a menu, as far as the settings want it there."""
        return await self.place(snapshot, document, line, cancel) if snapshot.config[ENABLED] else None

    async def plan(self, snapshot: Snapshot, document: Document, line: int, order: Order, cancel: CancelToken) -> Plan:
        """The plan that documents the function of a line, with an example that has been run in that very docstring.

        Raises TestsRefused and RefactoringRefused with the reason, SandboxMissing and CancelledRequest.
        """
        place = await self.place(snapshot, document, line, cancel)
        if place is None:
            raise TestsRefused(
                "No example can be added here.", hint="It needs the head of a Python function without an example."
            )
        example = await self._example(snapshot, document, place, order, cancel)
        wanted = Wanted(place.position, _REFACTORING, order.options, example=example.text)
        request = Request(Task.DOCS, snapshot, document, place.position, wanted=wanted, cancel=cancel)
        offer = next(iter((await self._router.ask(request)).offers), None)
        if offer is not None and offer.refusal is not None:
            raise offer.refusal
        plan = offer.plan if offer is not None else None
        if plan is None or not _holds(plan, place, example):
            raise RefactoringRefused("The docstring is not the one that was run.", hint="Try it again.")
        return replace(plan, title=place.title)

    async def _example(
        self, snapshot: Snapshot, document: Document, place: Place, order: Order, cancel: CancelToken
    ) -> WrittenExample:
        wanted = WantedTests(
            names=(place.name,),
            interpreter=order.interpreter or named_interpreter(snapshot.config, document.folder),
            seconds=order.seconds,
            is_unconfined=order.is_unconfined,
            tell=order.tell,
            example=order.options,
        )
        request = Request(Task.TESTS, snapshot, document, place.position, invoked=True, tests=wanted, cancel=cancel)
        example = (await self._router.ask(request)).example
        if example is None:
            raise TestsRefused("No example was recorded.", hint="The log says why.")
        return example


def _holds(plan: Plan, place: Place, example: WrittenExample) -> bool:
    """Whether a plan's one file has the docstring, word for word, that was run."""
    after = [edited(plan.before[path], edits) for path, edits in plan.edits.items()]
    return len(after) == 1 and docstring_in(after[0], place.name) == example.docstring
