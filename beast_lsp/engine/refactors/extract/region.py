"""A piece of code that is to become a function: what it takes, what it gives back, and how control leaves it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import is_steady, runs_unknown_code, within
from beast_lsp.engine.refactors.proof.flow import (
    bound_before,
    handler_of,
    inside,
    leaves,
    loop_around,
    read_after,
    surely_binds,
    swallowed_around,
)
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Role, Scope, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_NO_NAMES = frozenset({Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED})
_WRITES = BINDS - {Role.DELETE}


@dataclass(frozen=True, eq=False)
class Region:
    """The statements `nodes` of one block, or one expression, at a site."""

    site: Site
    nodes: list[Node]
    is_expression: bool

    @property
    def start(self) -> int:
        """Its first byte."""
        return self.nodes[0].start_byte

    @property
    def end(self) -> int:
        """The byte behind it."""
        return self.nodes[-1].end_byte

    @cached_property
    def scope(self) -> Scope:
        """The scope that it runs in."""
        return self.site.module.table.scope_of(self.nodes[0])

    @cached_property
    def names(self) -> list[Occurrence]:
        """The names in it."""
        return [one for one in within(self.site, self.start, self.end) if one.role not in _NO_NAMES]

    @cached_property
    def symbols(self) -> list[Symbol]:
        """The variables of the functions around it that it uses, in the order of their first use."""
        found: dict[Symbol, None] = {}
        for one in self.names:
            if one.symbol is not None and self._is_local(one.symbol):
                found[one.symbol] = None
        return list(found)

    def _is_local(self, symbol: Symbol) -> bool:
        """Whether a symbol is out of the sight of a function of the module, and not made within."""
        holder = symbol.scope
        if self.start <= holder.node.start_byte and holder.node.end_byte <= self.end and holder.kind != "module":
            return False
        if holder.kind == "module":
            return self.scope.function.kind == "module" and bool(self._writes(symbol))
        return holder.kind != "class"

    def uses(self, symbol: Symbol) -> list[Occurrence]:
        """Where it uses a symbol."""
        return [one for one in symbol.occurrences if self.start <= one.start < self.end]

    def _writes(self, symbol: Symbol) -> list[Occurrence]:
        return [one for one in self.uses(symbol) if one.role in _WRITES]

    @cached_property
    def parameters(self) -> list[Symbol]:
        """What it needs to be given. Raises RefactoringRefused where that may be unbound."""
        found = [symbol for symbol in self.symbols if self._is_needed(symbol)]
        for symbol in found:
            if not bound_before(symbol, self.nodes[0]):
                raise RefactoringRefused(
                    f"`{symbol.name}` may have no value where the code begins.", hint="Give it one before."
                )
        return found

    def _is_needed(self, symbol: Symbol) -> bool:
        is_kept = symbol in self.results and not self._surely_writes(symbol)
        # A function of the module sees a global; but not where it binds the name itself.
        is_seen = symbol.scope.kind == "module" and not self._writes(symbol)
        return is_kept or (not is_seen and self._reads_first(symbol))

    def _reads_first(self, symbol: Symbol) -> bool:
        """Whether it may read what the name held before."""
        return any(
            (one.role not in _WRITES or one.role is Role.UPDATE) and not bound_before(symbol, one.node, self.start)
            for one in self.uses(symbol)
        )

    def _surely_writes(self, symbol: Symbol) -> bool:
        return any(surely_binds(node, symbol) for node in self.nodes)

    @cached_property
    def results(self) -> list[Symbol]:
        """What it binds and what is read afterwards."""
        written = [symbol for symbol in self.symbols if self._writes(symbol)]
        last = self.nodes[-1]
        if self.always_leaves:
            return []
        found = [one for one in written if self._is_public(one) or read_after(one, self.nodes[0], last)]
        if loop_around(self.nodes[0]) is not None:
            # The next round may begin with reading it.
            found = [one for one in written if one in found or self._reads_first(one)]
        return [] if self.is_expression else found

    def _is_public(self, symbol: Symbol) -> bool:
        """Whether other modules may want a name: one of the module, but for what only counts a loop."""
        return symbol.scope.kind == "module" and self._surely_writes(symbol)

    @cached_property
    def always_leaves(self) -> bool:
        """Whether every path ends in `return` or `raise`, so that nothing after it runs."""
        return not self.is_expression and leaves(self.nodes[-1])

    @cached_property
    def returns(self) -> bool:
        """Whether it has a `return` of the function around it."""
        return any(True for node in self.nodes for _ in inside(node, {"return_statement"}))

    @cached_property
    def is_async(self) -> bool:
        """Whether it awaits."""
        return any(True for node in self.nodes for _ in inside(node, {"await", "async"}) if not _is_async_def(_))

    @cached_property
    def yields(self) -> bool:
        """Whether it yields."""
        return any(True for node in self.nodes for _ in inside(node, {"yield"}))

    @cached_property
    def globals(self) -> list[Symbol]:
        """What it binds and what the function around it declares global."""
        declared = self.scope.function.declared_global
        bound = [one.symbol for one in self.names if one.role in BINDS and one.name in declared]
        return list(dict.fromkeys(symbol for symbol in bound if symbol is not None))

    def check(self) -> None:
        """Raises RefactoringRefused where its code can't run in a function of its own."""
        self._check_jumps()
        self._check_declarations()
        self._check_shared()
        self._check_handlers()
        self._check_failures()
        if self.yields and (self.is_expression or self.scope.function.node.type == "lambda"):
            raise RefactoringRefused("It yields a value in the middle of an expression.")
        if self.yields and any(child.type == "async" for child in self.scope.function.node.children):
            raise RefactoringRefused("An asynchronous generator can't hand over to another one.")

    def _check_jumps(self) -> None:
        for node in self.nodes:
            for jump in inside(node, {"break_statement", "continue_statement"}):
                if loop_around(jump, within=node.parent) is None:
                    word = jump.type.partition("_")[0]
                    raise RefactoringRefused(f"`{word}` belongs to a loop around it.", hint="Select the whole loop.")
        if self.returns and not self.always_leaves and not self._ends_function:
            raise RefactoringRefused(
                "It returns from the function on some paths and goes on on others.",
                hint="Select up to the end of the function.",
            )

    @property
    def _ends_function(self) -> bool:
        """Whether the function ends where it ends, so that going on means to return None."""
        body = self.nodes[-1].parent
        function = body.parent if body is not None else None
        is_last = body is not None and body.named_children[-1] == self.nodes[-1]
        return is_last and function is not None and function.type == "function_definition"

    def _check_declarations(self) -> None:
        scope = self.scope.function
        if scope.is_dynamic:
            raise RefactoringRefused("The function calls `locals()`, `eval` or the like, which see its variables.")
        made = next((one for one in self.names if one.role is Role.CLASS), None)
        if made is not None:
            raise RefactoringRefused(
                f"The class `{made.name}` would carry the name of the new function in its own.",
                hint="Leave its definition out.",
            )
        if any(one.role is Role.DECLARE for one in self.names if one.scope.function is scope):
            raise RefactoringRefused("It declares names `global` or `nonlocal`.", hint="Leave that statement out.")
        for one in self.names:
            if one.role in BINDS and one.name in scope.declared_nonlocal:
                raise RefactoringRefused(f"It binds `{one.name}` of a function further out.")
            if one.role is Role.DELETE and one.symbol is not None and self._is_local(one.symbol):
                raise RefactoringRefused(f"It deletes `{one.name}`, which would only go from the new function.")
        if self.is_expression and any(one.role in _WRITES for one in self.names if one.symbol in self.symbols):
            raise RefactoringRefused("It binds a name by `:=`.", hint="Select the whole statement.")

    def _check_shared(self) -> None:
        """A variable that inner functions share has one place; handed over, it has two."""
        runs_code = any(runs_unknown_code(self.site, node) for node in self.nodes)
        for symbol in self.symbols:
            if symbol.scope.kind == "module":
                self._check_global(symbol, runs_code)
                continue
            outer = symbol.scope.function
            captured = [one for one in symbol.occurrences if one.scope.function is not outer]
            here = [one for one in captured if one.start < self.end and one.start >= self.start]
            elsewhere = [one for one in captured if one not in here]
            if self._writes(symbol) and elsewhere:
                raise RefactoringRefused(f"`{symbol.name}` is shared with a function that stays outside.")
            if runs_code and not is_steady(symbol, symbol.name):
                raise RefactoringRefused(f"`{symbol.name}` may be bound anew by an inner function while this runs.")
            if here and self._is_rebound(symbol):
                raise RefactoringRefused(f"A function in it keeps `{symbol.name}`, which is bound anew outside.")

    def _check_global(self, symbol: Symbol, runs_code: bool) -> None:
        """A global that the code binds would be a variable of the new function until that returns."""
        writes = self._writes(symbol)
        if any(one.role in {Role.FUNCTION, Role.CLASS} for one in writes):
            raise RefactoringRefused(f"It defines `{symbol.name}`, which belongs to the module.")
        is_seen = any(one.scope.function is not symbol.scope for one in symbol.occurrences)
        if is_seen and runs_code:
            raise RefactoringRefused(f"What it calls may look at the global `{symbol.name}` before it is done.")

    def _is_rebound(self, symbol: Symbol) -> bool:
        """Whether a symbol is bound outside after the code began, or both in it and later read."""
        loop = loop_around(self.nodes[0])
        first = self.end if loop is None else loop.start_byte
        outer = [one for one in symbol.binders() if not self.start <= one.start < self.end]
        return any(one.start >= first for one in outer) or (symbol in self.results)

    def _check_handlers(self) -> None:
        """`except … as name` leaves the name unbound, which a function can't hand back."""
        for symbol in self.results:
            if any(handler_of(one) is not None for one in self._writes(symbol)):
                raise RefactoringRefused(f"`except` unbinds `{symbol.name}`, which is read afterwards.")

    def _check_failures(self) -> None:
        """What was bound before an exception is seen by who catches it; a function's results are then lost."""
        around = swallowed_around(self.nodes[0])
        body = around.child_by_field_name("body") if around is not None else None
        if body is None or (len(self.nodes) == 1 and not self.nodes[0].type.endswith("_statement")):
            return
        for symbol in self.symbols:
            writes = self._writes(symbol)
            is_last = all(one.start >= self.nodes[-1].start_byte for one in writes)
            is_seen = any(one.start >= body.end_byte and one.role not in _WRITES for one in symbol.occurrences)
            if writes and is_seen and not (is_last and self.nodes[-1].type == "expression_statement"):
                raise RefactoringRefused(
                    f"If something fails in between, `{symbol.name}` would keep its old value for who catches that."
                )


def _is_async_def(node: Node) -> bool:
    return node.type == "async" and node.parent is not None and node.parent.type == "function_definition"
