"""Inline variable: a variable goes, and what it was given stands wherever it was read.

What is evaluated later, or more often, has to give the same there: nothing in between may change it, and where it may
fail or do something, its place among all that happens has to stay the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import (
    Effect,
    commute,
    depends_on_calls,
    effect,
    is_steady,
    may_fail,
    names_in,
    runs_unknown_code,
)
from beast_lsp.engine.refactors.proof.flow import loop_around
from beast_lsp.engine.refactors.proof.order import Place, Timing, place_of, statement_of
from beast_lsp.engine.refactors.proof.sharing import is_shareable, only_looked_at
from beast_lsp.engine.refactors.proposal import Edit, Proposal
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.placing import cut, placed
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


def inline_variable(site: Site) -> Proposal | None:
    """Puts the value of the variable at the cursor wherever it is read, and removes it."""
    one = site.module.table.at(site.start)
    symbol = one.symbol if one is not None else None
    given = _given(symbol) if symbol is not None else None
    if symbol is None or given is None:
        return None
    inlining = _Inlining(site, symbol, given)
    inlining.check()
    edits = [Edit(site.span(read.node), placed(site, inlining.value, read.node)) for read in inlining.reads]
    return Proposal("Inline variable", (cut(site, inlining.statement), *edits))


INLINE_VARIABLE = Refactoring("inline-variable", "refactor.inline", inline_variable)


def _given(symbol: Symbol) -> Node | None:
    """The assignment of one value to one name that binds a variable; None for anything else."""
    binders = symbol.binders()
    node = binders[0].node.parent if binders and binders[0].role is Role.WRITE else None
    if node is None or node.type != "assignment" or node.child_by_field_name("left") != binders[0].node:
        return None
    right, outer = node.child_by_field_name("right"), node.parent
    is_plain = right is not None and right.type != "assignment"
    return node if is_plain and outer is not None and outer.type == "expression_statement" else None


@dataclass
class _Inlining:
    """A variable, and the assignment that gives it its value."""

    site: Site
    symbol: Symbol
    given: Node

    def __post_init__(self) -> None:
        right, statement = self.given.child_by_field_name("right"), statement_of(self.given)
        if right is None or statement is None:
            raise RefactoringRefused("It has no value.")
        self.value, self.statement = right, statement
        self.reads = [one for one in self.symbol.occurrences if one.role is Role.READ]
        self.level = effect(self.site, self.value)

    def check(self) -> None:
        """Raises RefactoringRefused where the value can't stand for the variable."""
        self._check_variable()
        for read in self.reads:
            self._check_read(read)
        self._check_number()
        if self.level is Effect.ANY or may_fail(self.site, self.value):
            self._check_first(self.reads[0])

    def _check_variable(self) -> None:
        name, scope = self.symbol.name, self.symbol.scope
        if len(self.symbol.binders()) != 1 or len(self.symbol.occurrences) != len(self.reads) + 1:
            raise RefactoringRefused(f"`{name}` is bound, changed or declared more than once.")
        if scope.kind == "class":
            raise RefactoringRefused(f"`{name}` is an attribute of its class.")
        if scope.is_dynamic:
            raise RefactoringRefused(f"`{name}` may be read by `locals()`, `eval` or the like.")
        if not self.reads:
            raise RefactoringRefused(f"`{name}` is never read.", hint="Delete it.")
        if any(one.in_string for one in self.reads):
            raise RefactoringRefused(f"`{name}` is named in a string.")

    def _check_read(self, read: Occurrence) -> None:
        block = self.statement.parent
        is_later = read.start >= self.statement.end_byte and block is not None and read.end <= block.end_byte
        if not is_later:
            raise RefactoringRefused(f"`{read.name}` is read where the assignment may not have run.")
        if self._is_deferred(read):
            self._check_deferred(read)
        for one in names_in(self.site, self.value):
            if one.symbol is not None and self._is_rebound(one.symbol, read):
                raise RefactoringRefused(f"`{one.name}` is bound anew before `{read.name}` is read.")
        if self._may_change(read):
            raise RefactoringRefused(f"What runs before `{read.name}` is read may change what it would give.")

    def _is_deferred(self, read: Occurrence) -> bool:
        """Whether a read happens at a time that the text does not tell: in a function, or a generator's element."""
        if read.scope.function is not self.symbol.scope.function:
            return True
        place = place_of(read.node)
        return place is not None and place.timing is Timing.DEFERRED

    def _check_deferred(self, read: Occurrence) -> None:
        fixed = all(one.symbol is None or len(one.symbol.binders()) == 1 for one in names_in(self.site, self.value))
        if self.level is not Effect.NONE or not fixed:
            raise RefactoringRefused(f"`{read.name}` is read later, by a function, when its value may have changed.")

    def _is_rebound(self, symbol: Symbol, read: Occurrence) -> bool:
        """Whether a name of the value is bound anew between the assignment and a read, or by a loop around it."""
        loop = loop_around(read.node, within=self.statement.parent)
        end = loop.end_byte if loop is not None and loop.start_byte >= self.statement.end_byte else read.end
        return any(self.statement.end_byte <= one.start < end for one in symbol.binders())

    def _may_change(self, read: Occurrence) -> bool:
        """Whether what runs between the assignment and a read may change what the value is made of."""
        if not depends_on_calls(self.site, self.value):
            return False
        last = self._holder(read)
        between = self.statement.next_named_sibling
        while between is not None and between.start_byte < last.start_byte:
            if runs_unknown_code(self.site, between):
                return True
            between = between.next_named_sibling
        place = place_of(read.node)
        if place is None or place.statement != last or place.timing is Timing.REPEATED:
            return runs_unknown_code(self.site, last)
        return any(runs_unknown_code(self.site, node) for node in place.before)

    def _holder(self, read: Occurrence) -> Node:
        """The statement of the assignment's own block that holds a read."""
        node = read.node
        while node.parent is not None and node.parent != self.statement.parent:
            node = node.parent
        return node

    def _check_number(self) -> None:
        """What makes an object may be evaluated once; what is only looked at, or shared anyway, any number of times."""
        reads = [one.node for one in self.reads]
        is_repeated = len(reads) > 1 or self._runs_often(self.reads[0])
        if self.level is Effect.ANY and is_repeated:
            raise RefactoringRefused("Its value would be computed more than once.")
        if not is_repeated or is_shareable(self.site, self.value):
            return
        kept = [node for node in reads if not only_looked_at(self.site, node)]
        if self.level is Effect.NEW or len(kept) > 1 or (kept and self._runs_often(self.reads[0])):
            raise RefactoringRefused("Each use would have an object of its own, where all share one now.")

    def _runs_often(self, read: Occurrence) -> bool:
        loop, place = loop_around(read.node, within=self.statement.parent), place_of(read.node)
        is_inner = loop is not None and loop.start_byte >= self.statement.end_byte
        return is_inner or place is None or place.timing in {Timing.REPEATED, Timing.DEFERRED}

    def _check_first(self, read: Occurrence) -> None:
        """What may fail, or do something, stays where it is among all that happens."""
        place = place_of(read.node)
        if place is None or place.timing is not Timing.ONCE or place.statement.parent != self.statement.parent:
            raise RefactoringRefused("It is computed in any case now, and would be under a condition only.")
        between = self.statement.next_named_sibling
        while between is not None and between != place.statement:
            if between.type != "comment" and not self._is_quiet(between):
                raise RefactoringRefused("What stands in between would come before its computation.")
            between = between.next_named_sibling
        self._check_order(place)

    def _is_quiet(self, statement: Node) -> bool:
        """Whether a statement in between does nothing that the computation could notice or come too late for."""
        if self.level is Effect.ANY or statement.type != "expression_statement":
            return False
        inner = statement.named_children[0]
        right = inner.child_by_field_name("right") if inner.type == "assignment" else None
        left = inner.child_by_field_name("left") if inner.type == "assignment" else None
        is_local = left is not None and left.type == "identifier"
        return is_local and right is not None and effect(self.site, right) is not Effect.ANY

    def _check_order(self, place: Place) -> None:
        for earlier in place.before:
            if not commute(self.site, earlier, self.value) or (
                effect(self.site, earlier) is Effect.ANY and may_fail(self.site, self.value)
            ):
                raise RefactoringRefused("What its statement evaluates before would come before its computation.")
        for one in names_in(self.site, self.value):
            if not is_steady(one.symbol, one.name) and place.before:
                raise RefactoringRefused(f"`{one.name}` may be bound anew in between.")
