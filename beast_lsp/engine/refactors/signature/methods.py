"""What the refactorings share that turn methods and functions into each other: who may, and who else uses them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Span
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.refactors.uses.call_sites import CallSites, Function, function_at, is_protocol, is_target, places
from beast_lsp.engine.refactors.uses.mentions import named
from beast_lsp.engine.scopes.resolution.functions import decorators, method_kind, text_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.table import Symbol


def method_at(site: Site) -> Function | None:
    """The ordinary method of a module's class whose header holds the cursor."""
    function = _defined_at(site)
    if function is None or function.holder is None or method_kind(function.scope) != "self":
        return None
    is_plain = function.holder.parent is site.module.table.module and not decorators(function.node)
    is_special = function.name.startswith("__") and function.name.endswith("__")
    return function if is_plain and not is_special and receiver_of(function) is not None else None


def function_of_module(site: Site) -> Function | None:
    """The module's function whose header holds the cursor."""
    function = _defined_at(site)
    is_own = function is not None and function.scope.parent is site.module.table.module
    return function if function is not None and is_own and not decorators(function.node) else None


def _defined_at(site: Site) -> Function | None:
    """The function whose own name, or header, holds the cursor; a use of a function is no place to turn it."""
    function = function_at(site)
    named = function.node.child_by_field_name("name") if function is not None else None
    if function is None or named is None or function.path != site.path:
        return None
    return function if function.node.start_byte <= site.start <= named.end_byte else None


def receiver_of(function: Function) -> Symbol | None:
    """The symbol of a function's first parameter, where it is a plain one."""
    listed = function.node.child_by_field_name("parameters")
    first = (
        next((node for node in listed.named_children if node.type != "comment"), None) if listed is not None else None
    )
    if first is None or first.type not in {"identifier", "typed_parameter"}:
        return None
    named = first if first.type == "identifier" else first.named_children[0]
    return function.scope.symbols.get(text_of(named)) if named.type == "identifier" else None


def check_sole(site: Site, function: Function, found: CallSites) -> None:
    """Raises RefactoringRefused where a function has a family, or is used other than by calls that are certain."""
    name = function.name
    others = [one for one in found.functions if not one.is_same(function)]
    if others:
        raise RefactoringRefused(f"`{name}` is also defined elsewhere in its family: {places(others)}.")
    if found.outside:
        raise RefactoringRefused(
            f"`{name}` may be used by what its class inherits from: {', '.join(found.outside[:3])}."
        )
    unclear = [use for use in found.unclear if not is_target(use.node)]
    used = [*found.values, *found.rebound, *found.exported, *unclear, *named(site.program, name, site.path)]
    if used:
        raise RefactoringRefused(
            f"`{name}` is used other than by calls: {places(used)}.", hint="Change those uses first."
        )
    if found.doubtful:
        raise RefactoringRefused(
            f"A call may be one of `{name}`, of an object of unknown type: {places(found.doubtful)}.",
            hint="Annotate that object with its class.",
        )
    if function.holder is not None and is_protocol(site.program, site.program.classes.of(site.path, function.holder)):
        raise RefactoringRefused("The class says which methods others have.")


def check_near(site: Site, nodes: Iterable[tuple[str, Node]], what: str) -> None:
    """Raises RefactoringRefused for uses in other files."""
    far = sorted({path for path, _ in nodes if path != site.path})
    if far:
        raise RefactoringRefused(f"{what}: {', '.join(far[:5])}.", hint="Move those calls to this file first.")


def calls_super(function: Function) -> bool:
    """Whether a method's body needs its class: `super()`, or `__class__`."""
    names = (node for node in descendants(function.node) if node.type == "identifier")
    return any(text_of(node) in {"super", "__class__"} for node in names)


def copy_of(path: str, node: Node) -> Copy:
    """The text of a node, with its names."""
    return Copy(Span(path, node.start_byte, node.end_byte))
