"""What is known of a piece of code, apart from what its own text says."""

from __future__ import annotations

from dataclasses import dataclass, field

from beast_lsp.engine.docs.facts.model import ClassFacts, FunctionFacts, ModuleFacts


@dataclass(frozen=True, slots=True, order=True)
class Link:
    """Something with a name that stands in a file of the workspace, at a line from 0 on."""

    path: str
    line: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """Who uses it and what it uses. `callers` are certain; `maybe` are calls of objects whose type is not known.

    `tests` are the tests among all of these, `values` places that hand it on without calling it, `calls` what it
    calls in the workspace, `below` classes that inherit from it, or methods that take its place.
    """

    callers: tuple[Link, ...] = ()
    maybe: tuple[Link, ...] = ()
    tests: tuple[Link, ...] = ()
    values: tuple[Link, ...] = ()
    calls: tuple[Link, ...] = ()
    below: tuple[Link, ...] = ()


@dataclass(frozen=True, slots=True)
class Past:
    """The last year: how often it was changed and fixed, by how many, and the years since the last change (1: more)."""

    changes: int
    fixes: int
    authors: int
    age: float


@dataclass(frozen=True, slots=True)
class Risk:
    """The score (0 to 100, the safest), its word, the chance of a fix within a year, and what speaks for it."""

    score: int
    word: str
    chance: float
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Covered:
    """The share (0-1) of its lines that the tests run, and the report that says so."""

    share: float
    report: str


@dataclass(frozen=True, slots=True)
class Subject:
    """A piece of code and what is known of it. `kind` is a word such as "function"; `signature` is source.

    `facts` are those of its text, None in languages that have none; `summary` is what it says of itself. `holds` are
    what a class or a module has, each with its place.
    """

    kind: str
    name: str
    place: Link
    end_line: int
    signature: str = ""
    summary: str = ""
    facts: FunctionFacts | ClassFacts | ModuleFacts | None = None
    holds: tuple[Link, ...] = ()
    near: Neighbours = field(default_factory=Neighbours)
    past: Past | None = None
    risk: Risk | None = None
    covered: Covered | None = None
