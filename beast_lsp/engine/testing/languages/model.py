"""What every language shares: targets, calls of them, what a call gave, and how a test file is to look."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import PurePosixPath

Region = tuple[int, int]
"""A stretch of the code that ran: offsets, or the number of a beacon twice."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `type` and `default` are source, "" where there is none. `is_rest`: it takes any number."""

    name: str
    type: str = ""
    default: str = ""
    is_optional: bool = False
    is_rest: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A function or method that a test can call.

    `owner` is its class or type ("" for a function), and `constructor` takes what makes one (None: it needs none).
    `bound` is the name that the file exports it, or its owner, by; "default" for the default export. `rows` are whole
    lists of arguments that examples, tests and callers use; `literals` are what its body compares with. Lines count
    from 0. `result` is its declared type, "" where none is. `hints` maps an untyped parameter to what its uses suggest.
    `is_changing`: it takes its object to change it; `is_throwing`: it declares exceptions.
    """

    name: str
    owner: str = ""
    bound: str = ""
    parameters: tuple[Parameter, ...] = ()
    constructor: tuple[Parameter, ...] | None = None
    result: str = ""
    is_async: bool = False
    is_generator: bool = False
    is_static: bool = False
    is_private: bool = False
    is_changing: bool = False
    is_throwing: bool = False
    line: int = 0
    end_line: int = 0
    rows: tuple[tuple[str, ...], ...] = ()
    literals: tuple[str, ...] = ()
    hints: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def qualified(self) -> str:
        """The name with its owner's before it."""
        return f"{self.owner}.{self.name}" if self.owner else self.name


@dataclass(frozen=True, slots=True)
class Call:
    """A call to be tried: the arguments of the constructor, where one is needed, and of the target, as source."""

    target: Target
    arguments: tuple[str, ...]
    construction: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a call gave. `text` is a literal of the language, or the message of the error called `error`.

    `form` says how to compare: "equal", "deep", "close", "nan", "error", or a language's own. `kind` is its class of
    outcomes ("empty text", "negative number", …): of each class one test is kept. `regions` is what ran of the file.
    """

    text: str
    form: str
    kind: str
    error: str = ""
    regions: frozenset[Region] = frozenset()

    @property
    def told(self) -> tuple[str, str, str]:
        """What two runs must agree on."""
        return self.form, self.error, self.text


@dataclass(frozen=True, slots=True)
class Case:
    """One test: a call, what it gives, and in words why the test stays."""

    call: Call
    outcome: Outcome
    why: str = ""


@dataclass(frozen=True, slots=True)
class Style:
    """How a test file is to look. `form` is "it" or "test" where the framework has both."""

    indent: str = "  "
    quote: str = "'"
    semicolon: bool = True
    form: str = "it"


@dataclass(frozen=True, slots=True)
class Project:
    """The project of a file: its framework, and where the file and its tests are, below the project's folder.

    `framework` is "jest", "vitest", "node:test", "cargo", "go", "junit4" or "junit5". `is_module` says that JavaScript
    is imported, not required. `is_inside`: the tests go into the file itself. `namespace` is the crate, package or
    module that the file belongs to. `level` is the language's version where the project names one (0: unknown).
    """

    framework: str
    source: PurePosixPath
    tests: PurePosixPath
    style: Style = Style()
    is_module: bool = True
    is_inside: bool = False
    namespace: str = ""
    level: int = 0
