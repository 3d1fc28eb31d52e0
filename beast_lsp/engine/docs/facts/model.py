"""What is known of a function, a class or a module: plain data, in words of the code itself.

Texts such as annotations, defaults and conditions are source, on one line. Lines count from 1. A fact that can't be
proven is absent: an empty text or an empty tuple says that nothing is known, never that nothing is there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Kind = Literal["function", "method", "classmethod", "staticmethod", "property", "setter", "constructor"]
ParameterKind = Literal["positional-only", "plain", "var-positional", "keyword-only", "var-keyword"]
EffectKind = Literal[
    "attribute", "argument", "global", "file", "network", "environment", "process", "print", "log", "exit"
]


ALWAYS = "always"
"""The condition of what is raised by every call that gets so far."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter, without the receiver. `annotation` and `default` are source, "" where there is none.

    `uses` say what the function does with it, as predicates: "compared with `0`", "passed to `open` as `file`".
    """

    name: str
    kind: ParameterKind = "plain"
    annotation: str = ""
    default: str = ""
    uses: tuple[str, ...] = ()

    @property
    def stars(self) -> str:
        """What stands before the name in the signature."""
        return {"var-positional": "*", "var-keyword": "**"}.get(self.kind, "")


@dataclass(frozen=True, slots=True)
class Returned:
    """What a call gives.

    `annotation` is source; `type` is what the returned expressions are where that is certain; `values` are those
    expressions as source, without repetitions. `may_be_none` says that it returns None besides something else, and
    `is_value` that at least one `return` has a value other than None.
    """

    annotation: str = ""
    type: str = ""
    values: tuple[str, ...] = ()
    may_be_none: bool = False
    is_value: bool = False


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception that leaves the function.

    `condition` is when, in words ("`count` is negative"); `ALWAYS`; "" where that is not simple. `via` is the name of
    the called function that raises it; "" for a `raise` of the function's own. `is_reraise`: an exception that was
    caught and is passed on by a bare `raise`. `cause` is the exception that it is raised from, `message` the text that
    it is given first, where that is a plain one.
    """

    name: str
    condition: str = ""
    line: int = 0
    via: str = ""
    is_reraise: bool = False
    cause: str = ""
    message: str = ""


@dataclass(frozen=True, slots=True)
class Effect:
    """One side effect: its kind, and what is changed or called, as source (`self.count`, `open(path, "w")`)."""

    kind: EffectKind
    what: str
    line: int = 0


@dataclass(frozen=True, slots=True)
class FunctionFacts:
    """What a function takes, gives and does.

    `name` is qualified within the module; `family` is the language's. `overrides` is the qualified name of the method
    of a base class that it takes the place of, `delegates` the source of the call that is all it does. `calls` are the
    names of what it calls, as written, without repetitions. `is_stub`: its body is empty, `...` or says that it is not
    implemented. `docstring` is the raw text between the quotes or of the comment; None where there is none.
    """

    name: str
    family: str
    kind: Kind = "function"
    line: int = 0
    end_line: int = 0
    parameters: tuple[Parameter, ...] = ()
    returned: Returned = field(default_factory=Returned)
    yields: Returned | None = None
    raises: tuple[Raised, ...] = ()
    effects: tuple[Effect, ...] = ()
    calls: tuple[str, ...] = ()
    decorators: tuple[str, ...] = ()
    overrides: str = ""
    delegates: str = ""
    is_async: bool = False
    is_generator: bool = False
    is_context_manager: bool = False
    is_abstract: bool = False
    is_stub: bool = False
    docstring: str | None = None

    @property
    def short_name(self) -> str:
        """The last part of the name."""
        return self.name.rpartition(".")[2]


@dataclass(frozen=True, slots=True)
class Field:
    """An attribute of a class, or a name of a module: `annotation` and `value` are source, "" where there is none."""

    name: str
    annotation: str = ""
    value: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What a class holds: its bases as source, its public attributes, and the names of its methods, all in order.

    `kind` is "dataclass", "enum", "exception", "protocol", "namedtuple", "typed dict" or "class".
    """

    name: str
    family: str
    kind: str = "class"
    line: int = 0
    end_line: int = 0
    bases: tuple[str, ...] = ()
    fields: tuple[Field, ...] = ()
    methods: tuple[str, ...] = ()
    constructor: FunctionFacts | None = None
    decorators: tuple[str, ...] = ()
    docstring: str | None = None


@dataclass(frozen=True, slots=True)
class ModuleFacts:
    """What a module defines at its top, in order. `exported` are the names of `__all__`, None where there is none."""

    path: str
    family: str
    functions: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    constants: tuple[Field, ...] = ()
    exported: tuple[str, ...] | None = None
    imports: tuple[str, ...] = ()
    docstring: str | None = None
