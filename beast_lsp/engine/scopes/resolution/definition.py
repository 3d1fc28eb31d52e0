"""What a name means in the whole program (`Definition`), and what an expression yields (`Value`)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.table import Scope


@dataclass(frozen=True, slots=True, order=True)
class Definition:
    """What a name means, after imports were followed: two names mean the same where their definitions are equal.

    `kind` is one of

    - "symbol": what a scope of the file at `path` binds first at the byte `start`;
    - "parameter": a parameter of the function that `within` means; methods that override each other share it;
    - "member": an attribute or method of the classes `within` and of all that inherit it from them;
    - "module": the file at `path`, or the folder, with "/" at its end, of a namespace package;
    - "external": a dotted name from outside of the workspace;
    - "builtin": a built-in name;
    - "attribute": an attribute of an unknown object; where its class is known to be without it, `within` has the class;
    - "keyword": the keyword of a call whose callee is unknown;
    - "unknown": a name that nothing binds, or that a star import from outside may bind.
    """

    kind: str
    name: str
    path: str = ""
    start: int = -1
    within: tuple[Definition, ...] = ()


@dataclass(frozen=True, slots=True)
class ModuleValue:
    """A module of the workspace, or the folder of a namespace package (with "/" at its end)."""

    path: str


@dataclass(frozen=True, slots=True)
class Outside:
    """What a dotted name from outside means, or an instance of that class."""

    name: str
    is_instance: bool = False


@dataclass(frozen=True, slots=True)
class ClassValue:
    """A class of the workspace; where it is not exact, one that inherits from it is possible."""

    klass: Klass
    is_exact: bool = True


@dataclass(frozen=True, slots=True)
class Instance:
    """An object of a class of the workspace, or of one that inherits from it."""

    klass: Klass


@dataclass(frozen=True, slots=True)
class SuperValue:
    """`super()` in a method of a class."""

    klass: Klass


@dataclass(frozen=True, slots=True)
class FunctionValue:
    """A function of the workspace. `is_bound`: its first parameter is given by the object that it was taken from."""

    path: str
    scope: Scope
    is_bound: bool = False


@dataclass(frozen=True, slots=True)
class AwaitableValue:
    """What gives a value when it is awaited."""

    value: Value


Value = ModuleValue | Outside | ClassValue | Instance | SuperValue | FunctionValue | AwaitableValue
