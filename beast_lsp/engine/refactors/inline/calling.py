"""The arguments of one call, matched with the parameters of the function, and what may stand for each. Python."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.inline.callee import Callee
from beast_lsp.engine.refactors.proof.effects import (
    Effect,
    commute,
    depends_on_calls,
    effect,
    may_fail,
    names_in,
    runs_unknown_code,
)
from beast_lsp.engine.refactors.proof.flow import bound_once
from beast_lsp.engine.refactors.proof.order import Timing, place_of
from beast_lsp.engine.refactors.proof.sharing import is_shareable, only_looked_at
from beast_lsp.engine.refactors.proposal import Copy, Edit, Span
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.text.placing import needs_brackets
from beast_lsp.engine.scopes.resolution.table import Occurrence
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


@dataclass(frozen=True, eq=False)
class Arguments:
    """What one call gives for each parameter, in the order in which it is evaluated; defaults come last."""

    site: Site
    callee: Callee
    given: dict[str, Node]

    def placed(self, read: Occurrence) -> Edit:
        """The edit, within the function's code, that puts the argument in the place of a parameter."""
        node = self.given[read.name]
        copy = Copy(self.site.span(node))
        span = Span(self.site.path, read.start, read.end)
        return Edit(span, ("(", copy, ")") if needs_brackets(self.site, node, read.node) else (copy,))

    def check_expression(self, value: Node) -> None:
        """Raises RefactoringRefused where arguments can't stand for the parameters in what the function returns."""
        reads = self.callee.reads_in(value)
        if any(len(self.callee.symbol(name).binders()) != 1 for name in self.given):
            raise RefactoringRefused(f"`{self.callee.name}` binds a parameter anew.")
        for name, node in self.given.items():
            self._check_argument(node, [one for one in reads if one.name == name], value)
        self._check_order(reads)

    def _check_argument(self, node: Node, reads: list[Occurrence], value: Node) -> None:
        level, text = effect(self.site, node), self.site.text(node)
        is_risky = level is Effect.ANY or may_fail(self.site, node)
        if is_risky and len(reads) != 1:
            raise RefactoringRefused(f"`{text}` would be evaluated {len(reads)} times instead of once.")
        for one in reads:
            self._check_timing(node, one, is_risky=is_risky)
        if len(reads) > 1 and not is_shareable(self.site, node):
            kept = [one for one in reads if not only_looked_at(self.site, one.node)]
            if level is Effect.NEW or len(kept) > 1:
                raise RefactoringRefused(f"`{text}` would make an object for each use.")
        if depends_on_calls(self.site, node) and runs_unknown_code(self.site, value):
            raise RefactoringRefused(f"The function's code may change what `{text}` gives.")

    def _check_timing(self, node: Node, read: Occurrence, *, is_risky: bool) -> None:
        place = place_of(read.node)
        timing = place.timing if place is not None else Timing.UNKNOWN
        is_inner = read.scope.function is not self.callee.scope
        if is_inner or timing is Timing.DEFERRED:
            fixed = all(one.symbol is None or bound_once(one.symbol) for one in names_in(self.site, node))
            if effect(self.site, node) is not Effect.NONE or not fixed:
                raise RefactoringRefused(f"`{read.name}` is read later, when the argument may give something else.")
        if is_risky and timing is not Timing.ONCE:
            raise RefactoringRefused(f"`{self.site.text(node)}` would not be evaluated exactly once.")
        if effect(self.site, node) is Effect.NEW and timing is Timing.REPEATED:
            raise RefactoringRefused(f"`{self.site.text(node)}` would make an object again and again.")

    def _check_order(self, reads: list[Occurrence]) -> None:
        """Arguments come before the function's code, in the order of the call."""
        order = list(self.given)
        for one in reads:
            place, node = place_of(one.node), self.given[one.name]
            for earlier in place.before if place is not None else ():
                if not commute(self.site, earlier, node) or self._fails_late(earlier, node):
                    raise RefactoringRefused(f"`{self.site.text(node)}` would be evaluated later than it is now.")
            for other in reads:
                comes_before = other.start < one.start and order.index(other.name) > order.index(one.name)
                if comes_before and not commute(self.site, self.given[other.name], node):
                    raise RefactoringRefused("The arguments would be evaluated in another order.")

    def _fails_late(self, earlier: Node, node: Node) -> bool:
        return effect(self.site, earlier) is Effect.ANY and may_fail(self.site, node)


def arguments_of(site: Site, callee: Callee, call: Node) -> Arguments:
    """Matches a call's arguments with parameters. Raises RefactoringRefused for `*`, `**` and what does not fit."""
    listed = call.child_by_field_name("arguments")
    nodes = [child for child in listed.named_children if child.type != "comment"] if listed is not None else []
    if listed is None or listed.type != "argument_list" or any(one.type.endswith("_splat") for one in nodes):
        raise RefactoringRefused("What the call gives is not plain to see (`*`, `**` or a generator).")
    names, given = list(callee.parameters), {}
    for index, node in enumerate(nodes):
        named = node.child_by_field_name("name") if node.type == "keyword_argument" else None
        value = node.child_by_field_name("value") if named is not None else node
        name = site.text(named) if named is not None else names[index] if index < len(names) else ""
        if name not in callee.parameters or name in given or value is None:
            raise RefactoringRefused(f"The call does not fit the parameters of `{callee.name}`.")
        given[name] = value
    for name, default in callee.parameters.items():
        if name not in given:
            given[name] = _default(site, callee, name, default)
    return Arguments(site, callee, given)


def _default(site: Site, callee: Callee, name: str, default: Node | None) -> Node:
    if default is None:
        raise RefactoringRefused(f"The call does not fit the parameters of `{callee.name}`.")
    if effect(site, default) is not Effect.NONE or any(True for _ in names_in(site, default)):
        raise RefactoringRefused(f"The default of `{name}` was computed when `{callee.name}` was defined.")
    return default
