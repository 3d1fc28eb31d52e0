"""Scopes, symbols and occurrences: the table of one Python file.

After the language reference, "Naming and binding", and PEP 572 (walrus), 634 (match), 695 (type parameters).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tree_sitter import Node


class Role(Enum):
    """What an occurrence of a name does. `BINDS` has those that give a name its meaning."""

    READ = "read"
    WRITE = "write"  # the target of an assignment, a loop, `with … as`, `except … as`, a walrus or a pattern
    UPDATE = "update"  # the target of `+=` and its like, which reads and writes
    DELETE = "delete"
    PARAMETER = "parameter"
    IMPORT = "import"
    FUNCTION = "function"
    CLASS = "class"
    TYPE = "type"  # a type parameter, or the name of a `type` statement
    DECLARE = "declare"  # `global` and `nonlocal`
    ATTRIBUTE = "attribute"  # the name after a dot
    KEYWORD = "keyword"  # the name before `=` in a call or in a class pattern
    IMPORTED = "imported"  # `a` and `b` in `import a.b`, `from a.b import …`; the original in `import x as y`

    # Roles are looked up in sets for every name; that of Enum hashes the name again each time, in Python.
    __hash__ = object.__hash__


BINDS = frozenset(
    {Role.WRITE, Role.UPDATE, Role.DELETE, Role.PARAMETER, Role.IMPORT, Role.FUNCTION, Role.CLASS, Role.TYPE}
)


@dataclass(eq=False, slots=True)
class Occurrence:
    """One name in the text, from byte `start` to `end`.

    `name` is what the language makes of it: `_C__x` for `__x` in class `C`. `symbol` is what it means; None for
    attributes, keywords and imported parts, and for names that nothing in the file binds (built-in or from a star
    import). `node` is the identifier; for a name in a string (an annotation, `__all__`) the node of the string.
    """

    name: str
    start: int
    end: int
    role: Role
    scope: Scope
    node: Node
    symbol: Symbol | None = None
    in_string: bool = False


@dataclass(eq=False, slots=True)
class Symbol:
    """What a scope binds under one name, and every occurrence of it, in the order of the text.

    `is_ambiguous`: which of two definitions a read means depends on what ran before: a class body, or a module,
    that reads a name of an outer scope (or a built-in) which it binds, too. `outer` is the other definition; None for
    a built-in.
    """

    name: str
    scope: Scope
    occurrences: list[Occurrence] = field(default_factory=list)
    is_ambiguous: bool = False
    outer: Symbol | None = None

    def binders(self) -> list[Occurrence]:
        """The occurrences that give it its meaning."""
        return [one for one in self.occurrences if one.role in BINDS]

    def only(self, role: Role) -> Occurrence | None:
        """The one occurrence that binds it, where there is only one and that has this role."""
        found = self.binders()
        return found[0] if len(found) == 1 and found[0].role is role else None


@dataclass(eq=False, slots=True)
class Scope:
    """A module, class, function, lambda, comprehension, or the scope of type parameters.

    `kind` is one of "module", "class", "function", "lambda", "comprehension", "type". `node` is what opens it.
    `is_dynamic`: it calls `locals`, `vars`, `eval` or `exec`, so that its names may be used unseen.
    """

    kind: str
    node: Node
    parent: Scope | None
    symbols: dict[str, Symbol] = field(default_factory=dict)
    declared_global: set[str] = field(default_factory=set)
    declared_nonlocal: set[str] = field(default_factory=set)
    children: list[Scope] = field(default_factory=list)
    is_dynamic: bool = False

    def outwards(self) -> Iterator[Scope]:
        """The scope itself and those around it, innermost first."""
        scope: Scope | None = self
        while scope is not None:
            yield scope
            scope = scope.parent

    @property
    def function(self) -> Scope:
        """The function or lambda, class or module whose frame runs this: comprehensions share that of their holder."""
        return next(scope for scope in self.outwards() if scope.kind not in {"comprehension", "type"})


@dataclass(eq=False, slots=True)
class Table:
    """The names of one file. `by_start` finds an occurrence by the byte where it begins.

    `exported` are the strings of `__all__`, or None where the file has none that is plain to read; `stars` are the
    modules of its star imports, as written.
    """

    module: Scope
    occurrences: list[Occurrence] = field(default_factory=list)
    by_start: dict[int, Occurrence] = field(default_factory=dict)
    scopes: dict[int, Scope] = field(default_factory=dict)
    exported: list[Occurrence] | None = None
    stars: list[str] = field(default_factory=list)

    def at(self, offset: int) -> Occurrence | None:
        """The name that a byte offset lies in or just behind."""
        for one in self.occurrences:
            if one.start <= offset <= one.end:
                return one
        return None

    def scope_of(self, node: Node) -> Scope:
        """The innermost scope around a node; a function's own node lies in the scope around the function."""
        outer = node.parent
        while outer is not None:
            found = self.scopes.get(outer.id)
            if found is not None:
                return found
            outer = outer.parent
        return self.module
