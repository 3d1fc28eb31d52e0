"""A method becomes a function of the module, behind its class: `box.area(2)` becomes `area(box, 2)`. Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.proposal import Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.methods import calls_super, check_near, check_sole, copy_of, method_at
from beast_lsp.engine.refactors.text.list_edits import nested
from beast_lsp.engine.refactors.text.naming import check_name
from beast_lsp.engine.refactors.uses.call_sites import Call, Function, call_sites, places
from beast_lsp.engine.refactors.uses.deletion import deleted_statement
from beast_lsp.engine.refactors.uses.mentions import built_names, templates
from beast_lsp.engine.scopes.resolution.functions import decorators, text_of
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node


def propose(site: Site) -> Proposal | None:
    """The method at the cursor as a function."""
    function = method_at(site)
    if function is None or function.holder is None:
        return None
    _check_body(site, function)
    found = call_sites(site.program, function)
    check_sole(site, function, found)
    check_near(site, ((call.path, call.node) for call in found.calls), "It is called in other files")
    built = [*built_names(site.program, function.name, {site.path}), *templates(site.program, function.name)]
    if built:
        raise RefactoringRefused(f"`{function.name}` may be looked up by its text: {', '.join(built[:5])}.")
    name = site.options.get("name", function.name)
    check_name(name)
    if name in site.module.table.module.symbols:
        raise RefactoringRefused(f"The module has a `{name}` already.", hint="Choose another name (`name=…`).")
    edits = [edit for call in found.calls for edit in _call(site, call, function, name)]
    moved = _moved(site, function, name)
    return Proposal(_title(function), nested([*edits, *moved]))


def _title(function: Function) -> str:
    return f"Turn the method `{function.name}` into a function"


def glance(site: Site) -> str:
    """The title where the cursor is at the head of a method that may become a function."""
    function = method_at(site)
    return _title(function) if function is not None and not calls_super(function) else ""


METHOD_TO_FUNCTION = Refactoring(
    "method-to-function", "refactor.rewrite", propose, options={"name": "what the function is called"}, glance=glance
)


def _check_body(site: Site, function: Function) -> None:
    """Raises RefactoringRefused for a method that needs its class, or whose definition does something."""
    if calls_super(function):
        raise RefactoringRefused("It uses `super()`, which only a method can.", hint="Name the base class instead.")
    holder = function.holder
    if holder is not None and decorators(holder.node):
        raise RefactoringRefused("A decorator of the class may use its methods.", hint="Take it off first.")
    listed = function.node.child_by_field_name("parameters")
    for child in listed.named_children if listed is not None else ():
        default = child.child_by_field_name("value")
        if default is not None and not is_droppable(site, default):
            raise RefactoringRefused(f"The default `{text_of(default)}` would be evaluated later.")


def _name_span(function: Function) -> Span:
    named = function.node.child_by_field_name("name")
    return Span(function.path, named.start_byte, named.end_byte) if named is not None else Span(function.path, 0, 0)


def _moved(site: Site, function: Function, name: str) -> Iterator[Edit]:
    """The definition behind its class, and away from where it was."""
    holder = function.holder
    if holder is None:
        return
    outer = holder.node
    if outer.end_point.row == outer.start_point.row:
        raise RefactoringRefused("The class stands in one line.", hint="Break the line first.")
    span = _name_span(function)
    copied = replace(copy_of(site.path, function.node), replaced=(Edit(span, (Name(name, span),)),), indent="")
    yield Edit(Span(site.path, outer.end_byte, outer.end_byte), ("\n\n\n", copied))
    yield deleted_statement(site, function.node)


def _call(site: Site, call: Call, function: Function, name: str) -> Iterator[Edit]:
    """The edits of one call. Raises RefactoringRefused for one that can't be written so."""
    callee, listed = call.node.child_by_field_name("function"), call.node.child_by_field_name("arguments")
    target = callee.child_by_field_name("object") if callee is not None else None
    if callee is None or listed is None or target is None or listed.type != "argument_list":
        raise RefactoringRefused(f"The call in {places([call])} is not plain.", hint="Rewrite that call first.")
    if text_of(target).startswith("super("):
        raise RefactoringRefused(f"It is called by `super()` in {places([call])}.")
    yield Edit(Span(call.path, callee.start_byte, callee.end_byte), (Name(name, _name_span(function)),))
    if call.given:
        has_more = any(node.type != "comment" for node in listed.named_children)
        pieces: tuple[Piece, ...] = (copy_of(call.path, _inner(target)), ", " if has_more else "")
        yield Edit(Span(call.path, listed.start_byte + 1, listed.start_byte + 1), pieces)


def _inner(node: Node) -> Node:
    """An expression without brackets that an argument does not need."""
    inner = node.named_children[0] if node.type == "parenthesized_expression" and node.named_child_count == 1 else node
    return node if inner.type in {"named_expression", "yield", "generator_expression"} else inner
