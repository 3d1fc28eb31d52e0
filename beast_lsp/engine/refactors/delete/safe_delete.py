"""Safe delete: a function, class, variable, import or parameter that nothing needs goes, or a list says what does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.delete.unused_class import check_class
from beast_lsp.engine.refactors.delete.unused_import import import_deletion
from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.proposal import Proposal
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.change_signature import TRANSPARENT, proposed
from beast_lsp.engine.refactors.signature.signature import Change, Kind, parameters
from beast_lsp.engine.refactors.text.naming import short
from beast_lsp.engine.refactors.uses.call_sites import CallSites, Function, Use, places, uses_of
from beast_lsp.engine.refactors.uses.deletion import (
    PUBLIC_NOTE,
    deleted_exports,
    deleted_statement,
    statement_of_definition,
)
from beast_lsp.engine.refactors.uses.mentions import (
    built_names,
    file_notes,
    is_test,
    listings,
    mentioned,
    named,
    named_by,
    strings,
    templates,
)
from beast_lsp.engine.scopes.resolution.definition import Outside
from beast_lsp.engine.scopes.resolution.functions import class_around, decorators, text_of
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_BINDERS = frozenset({Role.FUNCTION, Role.CLASS, Role.WRITE, Role.IMPORT, Role.PARAMETER})
_QUIET = TRANSPARENT | {"builtins.property", "functools.cached_property"}


def propose(site: Site) -> Proposal | None:
    """The definition whose name is at the cursor, away."""
    one = _binder(site)
    if one is None:
        return None
    if one.role is Role.PARAMETER:
        return _parameter(site, one)
    if one.role is Role.IMPORT:
        return import_deletion(site, one)
    return _definition(site, one)


def glance(site: Site) -> str:
    """The title where the cursor is at a name that is defined there."""
    one = _binder(site)
    is_first = one is not None and (one.role is not Role.PARAMETER or _function_of(site, one) is not None)
    return f"Delete `{one.name}` if nothing needs it" if one is not None and is_first else ""


SAFE_DELETE = Refactoring("safe-delete", "refactor.rewrite", propose, glance=glance)


def _binder(site: Site) -> Occurrence | None:
    """The name at the cursor, where it is given its meaning there by a statement that can go."""
    one = site.module.table.at(site.start)
    if one is None or one.role not in _BINDERS or one.in_string or one.symbol is None or site.end > one.end:
        return None
    return one if one.role is not Role.WRITE or _assignment(one) is not None else None


def _assignment(one: Occurrence) -> Node | None:
    """The statement that assigns to a name, and to nothing else."""
    holder = one.node.parent
    if holder is None or holder.type != "assignment" or holder.child_by_field_name("left") != one.node:
        return None
    outer = holder.parent
    return outer if outer is not None and outer.type == "expression_statement" else None


def _function_of(site: Site, one: Occurrence) -> Function | None:
    scope = one.scope
    return Function(site.path, scope) if scope.kind == "function" else None


def _parameter(site: Site, one: Occurrence) -> Proposal | None:
    """The parameter away, by a change of the signature."""
    function = _function_of(site, one)
    if function is None:
        return None
    old = tuple(parameters(function.node)[function.receivers :])
    gone = next((each for each in old if each.name == one.name), None)
    if gone is None or gone.kind in {Kind.REST, Kind.OPTIONS}:
        return None
    change = Change(old, tuple(each for each in old if each is not gone))
    return proposed(site.program, function, change, f"Delete the parameter `{one.name}`")


def _definition(site: Site, one: Occurrence) -> Proposal:
    """The statements away that define a function, a class or a variable."""
    found = _checked_uses(site, one)
    statements = [_statement(site, each) for each in _own_binders(one)]
    exports = list(deleted_exports(site.program, found.exported))
    edits = [*(deleted_statement(site, each) for each in statements), *exports]
    notes = (*file_notes(sorted({edit.span.path for edit in exports}), site.path), *_mentions(site, one.name))
    public = (PUBLIC_NOTE,) if exports else ()
    return Proposal(f"Delete `{one.name}`", tuple(edits), notes=(*public, *notes))


def _own_binders(one: Occurrence) -> list[Occurrence]:
    return one.symbol.binders() if one.symbol is not None else [one]


def _checked_uses(site: Site, one: Occurrence) -> CallSites:
    """What was found of a definition. Raises RefactoringRefused where something needs it, or may."""
    _check_kind(site, one)
    found = uses_of(site.program, site.path, one)
    statements = [_statement(site, each) for each in _own_binders(one)]
    inside = [(each.start_byte, each.end_byte) for each in statements]

    def is_outside(use: Use) -> bool:
        return use.path != site.path or not any(a <= use.node.start_byte and use.node.end_byte <= b for a, b in inside)

    used = [use for use in found.everything if is_outside(use)]
    if used:
        raise RefactoringRefused(f"`{one.name}` is used: {places(used)}.", hint="Remove those uses first.")
    doubtful = [Use(call.path, call.node) for call in found.doubtful]
    texts = named(site.program, one.name, site.path) if one.scope.kind in {"module", "class"} else []
    unclear = [use for use in (*doubtful, *found.unclear, *texts) if is_outside(use)]
    if unclear:
        raise RefactoringRefused(f"`{one.name}` may be used: {places(unclear)}.", hint="Delete it by hand.")
    _check_family(site, one, found)
    _check_built(site, one)
    return found


def _check_kind(site: Site, one: Occurrence) -> None:
    """Raises RefactoringRefused for what is used by its name alone, or does something when it is defined."""
    symbol, name = one.symbol, one.name
    if symbol is None:
        return
    if name.startswith("__") and name.endswith("__"):
        raise RefactoringRefused(f"Python itself uses `{name}`.", hint="Delete it by hand.")
    if symbol.scope.is_dynamic:
        raise RefactoringRefused(f"Code around `{name}` looks names up by their text (`locals()`, `eval`, …).")
    roles = {each.role for each in symbol.binders()}
    if len(roles) > 1 or (one.role in {Role.FUNCTION, Role.CLASS} and len(symbol.binders()) > 1):
        raise RefactoringRefused(f"`{name}` is bound more than once.", hint="Delete the other definitions first.")
    if is_test(site.path) and name.lower().startswith("test") and one.role is not Role.WRITE:
        raise RefactoringRefused(f"`{name}` is run by its name, as a test.", hint="Delete it by hand.")


def _statement(site: Site, one: Occurrence) -> Node:
    """The statement that defines a name. Raises RefactoringRefused where it does more than that."""
    if one.role is Role.WRITE:
        return _quiet_assignment(site, one)
    node = one.node.parent
    if node is None:
        raise RefactoringRefused(f"`{one.name}` is not defined by a statement of its own.")
    for decorator in decorators(node):
        function = decorator.child_by_field_name("function") if decorator.type == "call" else decorator
        value = site.program.value(site.path, function) if function is not None else None
        if (
            node.type == "function_definition"
            and isinstance(value, Outside)
            and value.name in _QUIET - {"abc.abstractmethod"}
        ):
            continue
        if not (isinstance(value, Outside) and value.name == "dataclasses.dataclass"):
            raise RefactoringRefused(
                f"The decorator `{text_of(function)}` may do something with `{one.name}`.", hint="Take it off first."
            )
    if one.role is Role.CLASS:
        check_class(site, node)
    else:
        _check_header(site, node)
    return statement_of_definition(node)


def _quiet_assignment(site: Site, one: Occurrence) -> Node:
    statement = _assignment(one)
    if statement is None:
        line = one.node.start_point.row + 1
        raise RefactoringRefused(
            f"`{one.name}` is bound together with other things (line {line}).", hint="Give it an assignment of its own."
        )
    right = statement.named_children[0].child_by_field_name("right")
    if right is not None and (right.type == "assignment" or not is_droppable(site, right)):
        raise RefactoringRefused(
            f"`{short(text_of(right))}` would no longer run.", hint="Delete the name alone, by hand, if it has to run."
        )
    if one.scope.kind == "class":
        _check_plain_class(site, one)
    return statement


def _check_plain_class(site: Site, one: Occurrence) -> None:
    """A class may make something of its variables: fields, members of an enumeration, columns."""
    klass = site.program.classes.of(site.path, one.scope)
    keywords = one.scope.node.child_by_field_name("superclasses")
    has_keyword = keywords is not None and any(each.type == "keyword_argument" for each in keywords.named_children)
    above = [base for base in site.program.classes.ancestors(klass) if isinstance(base, str) or base.path[:1] == "<"]
    if decorators(one.scope.node) or above or has_keyword:
        raise RefactoringRefused(f"The class may use `{one.name}` as a field.", hint="Delete it by hand.")


def _check_header(site: Site, node: Node) -> None:
    """Raises RefactoringRefused where defining a function evaluates something that matters."""
    listed = node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        default = child.child_by_field_name("value")
        if default is not None and not is_droppable(site, default):
            raise RefactoringRefused(f"The default `{short(text_of(default))}` would no longer be evaluated.")


def _check_family(site: Site, one: Occurrence, found: CallSites) -> None:
    """Raises RefactoringRefused for a method that stands in for another one."""
    if one.scope.kind != "class":
        return
    if found.outside:
        listed = ", ".join(found.outside[:3])
        raise RefactoringRefused(f"`{one.name}` may be used by what its class inherits from: {listed}.")
    others = [each for each in found.functions if each.path != site.path or each.scope.parent is not one.scope]
    if others:
        raise RefactoringRefused(f"`{one.name}` is also defined in classes of its family: {places(others)}.")


def _check_built(site: Site, one: Occurrence) -> None:
    """Raises RefactoringRefused where code puts names together that may be this one, or a file names it in full."""
    if one.scope.kind not in {"module", "class"}:
        return
    related, owners = {site.path}, {site.program.imports.dotted(site.path).rpartition(".")[2]}
    holder = one.scope if one.scope.kind == "class" else class_around(one.scope)
    if holder is not None:
        klass = site.program.classes.of(site.path, holder)
        above = [each for each in site.program.classes.ancestors(klass) if not isinstance(each, str)]
        related |= {each.path for each in above}
        owners = {each.name for each in (*above, *site.program.hierarchy.descendants(klass))}
    found = [*built_names(site.program, one.name, related), *named_by(site.program, site.path, one.name)]
    found += templates(site.program, one.name)
    found += listings(site.program, owners, related)
    if found:
        raise RefactoringRefused(
            f"`{one.name}` may be looked up by its text: {', '.join(found[:5])}.", hint="Delete it by hand."
        )


def _mentions(site: Site, name: str) -> tuple[str, ...]:
    """Notes on texts that name it."""
    found = list(dict.fromkeys([*(use.path for use in strings(site.program, name)), *mentioned(site.program, name)]))
    return (f"`{name}` is still named in strings or documents: {', '.join(found[:5])}.",) if found else ()
