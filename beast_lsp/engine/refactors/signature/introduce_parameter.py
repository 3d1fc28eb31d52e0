"""Introduce parameter: an expression in a function's body becomes a parameter. Python.

A literal, and what is made of module-level names that are bound once, before the function, becomes the default: no call
changes. A module-level name that is bound again is given at every call, which evaluates it just before the body did.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.extract.constant import is_constant
from beast_lsp.engine.refactors.extract.variable import extractable
from beast_lsp.engine.refactors.proof.effects import Effect, effect, names_in
from beast_lsp.engine.refactors.proof.values import Kind as ValueKind
from beast_lsp.engine.refactors.proof.values import kind
from beast_lsp.engine.refactors.proposal import Edit, Proposal
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.change_signature import proposed, sites_of
from beast_lsp.engine.refactors.signature.signature import Change, Kind, Parameter, inserted, ordered, parameters
from beast_lsp.engine.refactors.text.list_edits import nested
from beast_lsp.engine.refactors.text.naming import chosen_name, name_for
from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.refactors.uses.call_sites import Function, expression_of, is_target
from beast_lsp.engine.refactors.uses.mentions import lookups
from beast_lsp.engine.refactors.uses.references import references
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_TITLE = "Introduce parameter"
_HINT = "Extract a variable instead, and give its value at the calls by hand."
_STATEMENTS = frozenset({"import_statement", "import_from_statement", "function_definition", "class_definition"})


def propose(site: Site) -> Proposal | None:
    """The selected expression as a parameter of the function around it."""
    place = _place(site)
    if place is None:
        return None
    node, function = place
    own = parameters(function.node)
    if function.receivers and (not own or not own[0].has_place):
        return None
    name = chosen_name(site, name_for(site, node))
    added = Parameter(name, Kind.PLAIN, origin=site.span(node))
    text = site.text(node)
    is_default = is_constant(node) or _is_fixed(site, node, function)
    added = replace(added, default=text) if is_default else replace(added, argument=text)
    if not is_default:
        _check_at_call(site, node, function)
    old = tuple(own[function.receivers :])
    if any(one.name == name for one in own):
        raise RefactoringRefused(f"There is a parameter `{name}` already.", hint="Choose another name.")
    made = proposed(site.program, function, Change(old, ordered(inserted(old, added))), _TITLE)
    return replace(made, edits=nested([*made.edits, Edit(site.span(node), (name,))]))


def glance(site: Site) -> str:
    """The title where an expression of a function's body is selected that may become a parameter."""
    place = _place(site)
    return _TITLE if place is not None and (is_constant(place[0]) or _is_of_names(site, place[0])) else ""


INTRODUCE_PARAMETER = Refactoring(
    "introduce-parameter",
    "refactor.extract.parameter",
    propose,
    options={"name": "what the parameter is called"},
    glance=glance,
)


def _place(site: Site) -> tuple[Node, Function] | None:
    """The selected expression, and the function in whose body it stands."""
    node = extractable(site)
    if node is None:
        return None
    for scope in site.module.table.scope_of(node).outwards():
        if scope.kind == "class":
            return None
        body = scope.node.child_by_field_name("body")
        if scope.kind == "function" and body is not None and body.start_byte <= node.start_byte:
            return node, Function(site.path, scope)
    return None


def _is_of_names(site: Site, node: Node) -> bool:
    """Whether an expression is a name of the module, or made of such whose values can't change."""
    found = list(names_in(site, node))
    return all(one.symbol is None or one.symbol.scope.kind == "module" for one in found) and (
        effect(site, node) is Effect.NONE or kind(site, node) not in {None, ValueKind.ERROR}
    )


def _is_fixed(site: Site, node: Node, function: Function) -> bool:
    """Whether an expression gives, when the function is defined, what it will give at every call."""
    if not _is_of_names(site, node):
        raise RefactoringRefused(
            f"`{site.text(node)}` needs what only the body knows, or may give something else at another time.",
            hint=_HINT,
        )
    return all(_is_bound_once(site, one, function) for one in names_in(site, node))


def _is_bound_once(site: Site, one: Occurrence, function: Function) -> bool:
    if one.symbol is None:
        return True
    binders = one.symbol.binders()
    if len(binders) != 1 or binders[0].role is Role.UPDATE or one.symbol.is_ambiguous:
        return False
    return _is_before(binders[0], function) and not _is_set_elsewhere(site, one.symbol)


def _is_before(binder: Occurrence, function: Function) -> bool:
    """Whether a statement of the module's own that binds a name surely runs before a function is defined."""
    statement: Node | None = binder.node
    while statement is not None and statement.parent is not None and statement.parent.type != "module":
        statement = statement.parent
    if statement is None or statement.start_byte >= function.node.start_byte:
        return False
    is_statement = statement.type in _STATEMENTS | {"expression_statement", "decorated_definition"}
    return is_statement and statement.end_byte <= function.node.start_byte and binder.scope.kind == "module"


def _is_set_elsewhere(site: Site, symbol: Symbol) -> bool:
    """Whether another file, or a test that patches it, gives a module's name another value."""
    meaning = site.program.definition(site.path, symbol.binders()[0])
    found = references(site.program, {meaning}, frozenset({symbol.name}))
    if any(one.one.role is Role.ATTRIBUTE and is_target(expression_of(one.one)) for one in found):
        return True
    return bool(lookups(site.program, symbol.name))


def _check_at_call(site: Site, node: Node, function: Function) -> None:
    """Raises RefactoringRefused where a call can't evaluate the expression in place of the body."""
    reason = f"`{site.text(node)}` may give something else before the call than in the body."
    if _runs_later(function.node) or site.module.table.scope_of(node).function is not function.scope:
        raise RefactoringRefused(reason, hint=_HINT)
    for one in names_in(site, node):
        binders = one.symbol.binders() if one.symbol is not None else []
        is_own = all(each.scope.kind == "module" and each.role is not Role.DELETE for each in binders)
        if one.symbol is not None and (not is_own or not any(_is_before(each, function) for each in binders)):
            raise RefactoringRefused(reason, hint=_HINT)
        if one.symbol is not None and _is_set_elsewhere(site, one.symbol):
            raise RefactoringRefused(reason, hint=_HINT)
    found = sites_of(site.program, function)
    if any(one.path != site.path for one in (*found.calls, *found.doubtful)):
        raise RefactoringRefused(
            f"`{site.text(node)}` changes, and a call in another file would not see its value.", hint=_HINT
        )


def _runs_later(function: Node) -> bool:
    """Whether a function's body does not run when it is called: a generator, or an asynchronous one."""
    body = function.child_by_field_name("body")
    is_async = any(child.type == "async" for child in function.children)
    return is_async or (body is not None and any(node.type == "yield" for node in descendants(body)))
