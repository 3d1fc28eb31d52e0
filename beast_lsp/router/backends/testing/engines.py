"""Which engine writes the tests of which language family: the one place where a language's engine is chosen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from beast_lsp.router.testing import WantedTests, WrittenExample, WrittenTests

if TYPE_CHECKING:
    from beast_lsp.engine.document import Document
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.style.profile import StyleProfile


@dataclass(frozen=True, slots=True)
class Assignment:
    """One run: the document at `path` of a workspace folder, whose file says the same, and what is wanted of it.

    `profile` is the style of the folder, None while nobody knows it. `is_cancelled` is asked often: once it is true,
    the engine ends its child processes and raises CancelledRequest.
    """

    folder: Path
    path: str
    document: Document
    program: Program
    profile: StyleProfile | None
    wanted: WantedTests
    is_cancelled: Callable[[], bool]


Engine = Callable[[Assignment], WrittenTests]
"""Writes tests, in a thread of its own. Raises TestsRefused, SandboxMissing and CancelledRequest."""
ExampleEngine = Callable[[Assignment], WrittenExample]
"""Records an example for the docstring of the one function that is wanted; works, and raises, as an engine does."""

# The module of each engine, which is imported at its first use and has the function `write`.
_OTHERS = "beast_lsp.router.backends.testing.languages.engine"
_ENGINES = {
    "python": "beast_lsp.router.backends.testing.python",
    **dict.fromkeys(("javascript", "rust", "go", "java"), _OTHERS),
}
_EXAMPLES = {"python": "beast_lsp.router.backends.testing.examples"}


def has_engine(family: str) -> bool:
    """Whether tests can be written for a language family."""
    return family in _ENGINES


def missing(family: str, path: Path, folder: Path) -> str:
    """What a language's toolchain lacks here, found cheaply enough for a menu; "" where nothing seems to be missing."""
    if _ENGINES.get(family) != _OTHERS:
        return ""
    found: str = import_module(_OTHERS).missing(family, path, folder)
    return found


def example_engine_for(family: str) -> ExampleEngine | None:
    """What records examples for docstrings of a language family; None where nothing does."""
    if family not in _EXAMPLES:
        return None
    engine: ExampleEngine = import_module(_EXAMPLES[family]).write
    return engine


def engine_for(family: str) -> Engine | None:
    """The engine of a language family; None where there is none."""
    if family not in _ENGINES:
        return None
    engine: Engine = import_module(_ENGINES[family]).write
    return engine
