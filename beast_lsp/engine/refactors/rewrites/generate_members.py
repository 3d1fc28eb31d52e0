"""Writes the methods that the bases of a class leave open, each with a body that raises NotImplementedError.

A class counts as unfinished where one of its bases has methods under `abc.abstractmethod` and is an abstract base
class, or a protocol with methods without a body; such a class can't be instantiated, so nothing relies on it yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites.class_fields import is_literal
from beast_lsp.engine.refactors.text.suites import Suite, descendants, headed, lead, placed, suite, unit
from beast_lsp.engine.scopes.resolution.functions import (
    decorators,
    parameter_kind,
    parameter_name,
    parameter_nodes,
    receiver,
    text_of,
)
from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.members import Klass
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_ABSTRACT = frozenset({"abstractmethod", "abstractproperty", "abstractclassmethod", "abstractstaticmethod"})
_KEPT = frozenset({"property", "classmethod", "staticmethod"})
_ROOTS = frozenset({"abc.ABC", "typing.Protocol", "typing_extensions.Protocol"})


@dataclass(frozen=True)
class _Open:
    """A method that a base leaves open: the base's file, and the function."""

    path: str
    node: Node

    @property
    def name(self) -> Node:
        """The identifier of the method."""
        return self.node.child_by_field_name("name") or self.node


def generate_members(site: Site) -> Proposal | None:
    """The proposal for the class in whose first line the cursor stands."""
    site = placed(site)
    node = headed(site, "class_definition")
    body = suite(site, node) if node is not None else None
    scope = site.module.table.scopes.get(node.id) if node is not None else None
    if node is None or body is None or scope is None:
        return None
    classes = site.program.classes
    klass = classes.of(site.path, scope)
    bases = classes.bases(klass)
    if not bases or _is_abstract(klass, bases):
        return None
    missing = list(_missing(klass, [one for one in classes.ancestors(klass) if one is not klass]))
    if not missing:
        return None
    unseen = [one for one in classes.unseen(klass) if one not in _ROOTS]
    if unseen:
        raise RefactoringRefused(f"The base {unseen[0]} can't be looked into: it may have these methods.")
    return _proposal(site, body, missing)


def _is_abstract(klass: Klass, bases: Sequence[Klass | str]) -> bool:
    """Whether a class is meant to stay unfinished itself."""
    own = any(_last_names(one) & _ABSTRACT for one in _methods(klass))
    listed = text_of(klass.scope.node.child_by_field_name("superclasses"))
    return own or any(one in _ROOTS for one in bases) or "ABCMeta" in listed


def _methods(klass: Klass) -> Iterator[Node]:
    """The functions in a class's body."""
    body = klass.scope.node.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        inner = child.child_by_field_name("definition") if child.type == "decorated_definition" else child
        if inner is not None and inner.type == "function_definition":
            yield inner


def _last_names(function: Node) -> set[str]:
    return {text_of(one).rpartition(".")[2] for one in decorators(function)}


def _missing(klass: Klass, above: Sequence[Klass | str]) -> Iterator[_Open]:
    """The methods that are open above a class, and that nothing before them defines."""
    if not any(isinstance(one, str) and one in _ROOTS for one in above):
        return
    known = set(klass.names)
    for base in above:
        if not isinstance(base, Klass):
            continue
        for method in _methods(base):
            name = text_of(method.child_by_field_name("name"))
            if name not in known and _is_open(base, method, above):
                yield _Open(base.path, method)
        known |= set(base.scope.symbols)


def _is_open(base: Klass, method: Node, above: Sequence[Klass | str]) -> bool:
    if _last_names(method) & _ABSTRACT:
        return True
    is_protocol = "Protocol" in text_of(base.scope.node.child_by_field_name("superclasses"))
    body = method.child_by_field_name("body")
    statements = [one for one in body.named_children if one.type != "comment"] if body is not None else []
    is_empty = all(text_of(one) == "..." or _is_docstring(one) for one in statements)
    return is_protocol and is_empty and any(one in _ROOTS for one in above if isinstance(one, str))


def _is_docstring(statement: Node) -> bool:
    return statement.type == "expression_statement" and statement.named_children[0].type == "string"


def _proposal(site: Site, body: Suite, missing: Sequence[_Open]) -> Proposal:
    indent = lead(site, body.header.start_byte) + unit(site)
    is_empty = len(body.statements) == 1 and site.text(body.statements[0]) in {"pass", "..."}
    pieces: list[Piece] = []
    for index, one in enumerate(missing):
        first = f"\n{indent}" if is_empty and not index else f"\n\n{indent}"
        pieces += [first, *_stub(site, one, indent)]
    names = ", ".join(text_of(one.name) for one in missing)
    if body.is_inline and not is_empty:
        raise RefactoringRefused("The class stands in one line.", hint="Break the line first.")
    start = body.colon if is_empty else body.end
    return Proposal(f"Generate {names}", (Edit(Span(site.path, start, body.end), tuple(pieces)),))


def _stub(site: Site, one: _Open, indent: str) -> Iterator[Piece]:
    """The definition of a method that takes what the one of the base takes."""
    for mark in sorted(_last_names(one.node) & _KEPT):
        yield f"@{mark}\n{indent}"
    yield "async def " if any(child.type == "async" for child in one.node.children) else "def "
    yield Name(text_of(one.name), _span(one, one.name))
    yield "("
    for index, parameter in enumerate(parameter_nodes(one.node)):
        yield ", " if index else ""
        yield from _parameter(site, one, parameter)
    yield ")"
    returned = one.node.child_by_field_name("return_type")
    if returned is not None and (kind := list(_annotation(site, one, returned))):
        yield " -> "
        yield from kind
    yield f":\n{indent}{unit(site)}raise NotImplementedError"


def _span(one: _Open, node: Node) -> Span:
    return Span(one.path, node.start_byte, node.end_byte)


def _parameter(site: Site, one: _Open, parameter: Node) -> Iterator[Piece]:
    name = parameter_name(parameter)
    if name is None:  # a `*` or a `/` alone.
        yield text_of(parameter)
        return
    text = text_of(parameter)
    yield "**" if text.startswith("**") else "*" if text.startswith("*") else ""
    yield Name(text_of(name), _span(one, name)) if _is_shared(site, one, name) else text_of(name)
    kind, default = parameter.child_by_field_name("type"), parameter.child_by_field_name("value")
    written = list(_annotation(site, one, kind)) if kind is not None else []
    if written:
        yield ": "
        yield from written
    if default is not None:
        yield " = " if written else "="
        yield text_of(default) if is_literal(default) else "..."


def _is_shared(site: Site, one: _Open, name: Node) -> bool:
    """Whether methods that override each other share a parameter, since calls may give it by its name."""
    module = site.program.module(one.path)
    found = module.table.by_start.get(name.start_byte) if module is not None else None
    symbol = found.symbol if found is not None else None
    return symbol is not None and receiver(symbol) is None and parameter_kind(symbol) == "keyword"


def _annotation(site: Site, one: _Open, kind: Node) -> Iterator[Piece]:
    """The annotation, where its names mean the same here: in the same file, or built-in ones."""
    if one.path == site.path:
        yield Copy(_span(one, kind))
        return
    names = [text_of(node) for node in descendants(kind) if node.type in {"identifier", "string"}]
    if all(name in BUILTINS for name in names):
        yield text_of(kind)


GENERATE_MEMBERS = Refactoring("generate-members", "quickfix", generate_members)
