"""A method that does not use its object becomes a static one. Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Edit, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.arguments import MisfitError, bound
from beast_lsp.engine.refactors.signature.methods import calls_super, copy_of, method_at, receiver_of
from beast_lsp.engine.refactors.signature.signature import parameters
from beast_lsp.engine.refactors.text.list_edits import Item, list_edits
from beast_lsp.engine.refactors.text.suites import lead, stands_alone
from beast_lsp.engine.refactors.uses.call_sites import CallSites, Function, call_sites, is_target, places
from beast_lsp.engine.refactors.uses.mentions import named
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


def propose(site: Site) -> Proposal | None:
    """The method at the cursor without its object."""
    function = _unused_receiver(site)
    listed = function.node.child_by_field_name("parameters") if function is not None else None
    if function is None or listed is None:
        return None
    found = call_sites(site.program, function)
    _check(site, function, found)
    start = Span(site.path, function.node.start_byte, function.node.start_byte)
    decorator = Edit(start, (f"@staticmethod\n{lead(site, function.node.start_byte)}",))
    return Proposal(_title(function), (decorator, *_without_first(site, listed)))


def glance(site: Site) -> str:
    """The title where the cursor is at the head of a method that does not use its object."""
    function = _unused_receiver(site)
    return _title(function) if function is not None else ""


METHOD_TO_STATIC = Refactoring("method-to-static", "refactor.rewrite", propose, glance=glance)


def _title(function: Function) -> str:
    return f"Make the method `{function.name}` static"


def _unused_receiver(site: Site) -> Function | None:
    function = method_at(site)
    symbol = receiver_of(function) if function is not None else None
    if function is None or symbol is None or len(symbol.occurrences) > 1 or calls_super(function):
        return None
    return function if not function.scope.is_dynamic and stands_alone(site, function.node) else None


def _without_first(site: Site, listed: Node) -> Iterator[Edit]:
    nodes = [node for node in listed.named_children if node.type != "comment"]
    slash = len(nodes) > 1 and nodes[1].type == "positional_separator"
    items = [Item(node, (copy_of(site.path, node),)) for node in nodes[1 + slash :]]
    return list_edits(site.path, site.module.tree.source, listed, items)


def _check(site: Site, function: Function, found: CallSites) -> None:
    """Raises RefactoringRefused where the object is given by hand, or may be."""
    name = function.name
    if found.outside or found.rebound:
        raise RefactoringRefused(f"`{name}` may be used by what its class inherits from, or is assigned to.")
    by_hand = [call for call in found.calls if not call.given]
    if by_hand:
        raise RefactoringRefused(
            f"The object is given as an argument: {places(by_hand)}.", hint="Call it on the object."
        )
    unclear = [use for use in found.unclear if not is_target(use.node)]
    used = [*found.values, *unclear, *named(site.program, name, site.path)]
    if used:
        raise RefactoringRefused(f"`{name}` is passed on: {places(used)}.", hint="Change those uses first.")
    old = parameters(function.node)[1:]
    for call in found.doubtful:
        try:
            bound(call, function, old)
        except MisfitError as error:
            raise RefactoringRefused(f"The call in {places([call])} may give the object as an argument.") from error
