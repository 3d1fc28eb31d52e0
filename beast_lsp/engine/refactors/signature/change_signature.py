"""Change signature: parameters are removed, added, reordered or renamed, with every call over the workspace. Python.

Methods that override each other change together. What calls the function unseen (it is passed on, decorated, or a
class from outside knows it) allows only changes after which every call still does the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.effects import commute
from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.arguments import MisfitError, Rearranged
from beast_lsp.engine.refactors.signature.constructor_sites import constructor_sites
from beast_lsp.engine.refactors.signature.options import OPTIONS, changed
from beast_lsp.engine.refactors.signature.signature import Change, Kind, Parameter, parameters
from beast_lsp.engine.refactors.text.list_edits import Item, list_edits, nested
from beast_lsp.engine.refactors.uses.call_sites import (
    Call,
    CallSites,
    Function,
    call_sites,
    function_at,
    is_target,
    places,
    site_of,
)
from beast_lsp.engine.refactors.uses.mentions import built_names, file_notes, is_test, named, templates
from beast_lsp.engine.scopes.resolution.definition import Outside
from beast_lsp.engine.scopes.resolution.functions import decorators, parameter_name, text_of
from beast_lsp.engine.scopes.resolution.keywords import is_data_class
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol

TRANSPARENT = frozenset(
    {
        "builtins.staticmethod", "builtins.classmethod", "abc.abstractmethod", "typing.override", "typing.final",
        "typing_extensions.override", "typing_extensions.final", "functools.cache", "functools.lru_cache",
        "contextlib.contextmanager", "contextlib.asynccontextmanager", "typing.no_type_check",
    }
)  # fmt: skip
"""Decorators that hand every argument on as it is given."""


def propose(site: Site) -> Proposal | None:
    """The signature as the options want it."""
    if not any(site.options.get(name, "").strip() for name in OPTIONS):
        return None
    function = _target(site)
    if function is None:
        return None
    own = parameters(function.node)
    _check_receiver(function, own)
    receiver = own[0].name if function.receivers else ""
    change = changed(tuple(own[function.receivers :]), site.options, receiver)
    if change.old == change.new:
        return None
    return proposed(site.program, function, change, f"Change the signature of `{function.name}`")


CHANGE_SIGNATURE = Refactoring("change-signature", "refactor.rewrite", propose, options=OPTIONS)


def proposed(program: Program, function: Function, change: Change, title: str) -> Proposal:
    """A change of a function's parameters, everywhere. Raises RefactoringRefused where it could change what runs."""
    found = sites_of(program, function)
    check_uses(program, function, found, change)
    calls = _Calls(program, function, change)
    edits = [edit for call in found.calls for edit in calls.edits(call)]
    for call in found.doubtful:
        calls.check_doubtful(call)
    for one in found.functions:
        edits += _Definition(program, one, change, calls.dropped).edits()
    notes = (*file_notes(found.paths, function.path), *_docstrings(found, change))
    return Proposal(title, nested(edits), notes=notes)


def sites_of(program: Program, function: Function) -> CallSites:
    """The uses of a function, be it a constructor or not."""
    is_constructor = function.name == "__init__" and function.holder is not None
    return constructor_sites(program, function) if is_constructor else call_sites(program, function)


def _target(site: Site) -> Function | None:
    """The function at the cursor, or the constructor of the class whose name holds it."""
    found = function_at(site)
    if found is not None:
        return found
    node = site.around("class_definition", "function_definition")
    scope = site.module.table.scopes.get(node.id) if node is not None and node.type == "class_definition" else None
    named = node.child_by_field_name("name") if node is not None else None
    if scope is None or named is None or not named.start_byte <= site.start <= named.end_byte:
        return None
    symbol = scope.symbols.get("__init__")
    binders = symbol.binders() if symbol is not None else []
    if len(binders) == 1 and binders[0].node.parent is not None:
        return Function(site.path, site.module.table.scopes[binders[0].node.parent.id])
    if is_data_class(site.program.classes.of(site.path, scope)):
        raise RefactoringRefused(
            "Its constructor is made by a decorator, out of the fields.", hint="Change the fields instead."
        )
    return None


def _check_receiver(function: Function, own: list[Parameter]) -> None:
    if function.receivers and (not own or not own[0].has_place):
        raise RefactoringRefused(f"`{function.name}` takes its object by `*`.", hint="Give it a `self` first.")


def check_uses(program: Program, function: Function, found: CallSites, change: Change) -> None:
    """Raises RefactoringRefused where the function may be called by what can't be seen."""
    if found.rebound:
        raise RefactoringRefused(
            f"`{function.name}` is also assigned to: {places(found.rebound)}.", hint="Give that another name first."
        )
    for one in found.functions:
        _check_decorators(program, one)
    if change.is_compatible:
        return
    name, hint = function.name, "Only parameters with a default can be added."
    if name.startswith("__") and name.endswith("__") and name != "__init__":
        raise RefactoringRefused(f"Python itself calls `{name}`.", hint=hint)
    if found.outside:
        listed = ", ".join(found.outside[:3])
        raise RefactoringRefused(f"`{name}` may be called by what it inherits from: {listed}.", hint=hint)
    unclear = [use for use in found.unclear if not is_target(use.node)]
    texts = named(program, name, function.path) if function.is_public and name != "__init__" else []
    values = [*found.values, *unclear, *texts]
    if values:
        raise RefactoringRefused(f"`{name}` is passed on, and may be called elsewhere: {places(values)}.", hint=hint)
    related = {one.path for one in found.functions}
    is_open = function.is_public and name != "__init__"
    built = [*built_names(program, name, related), *templates(program, name)] if is_open else []
    if built:
        raise RefactoringRefused(f"`{name}` may be looked up by its text: {', '.join(built[:5])}.", hint=hint)
    if any(is_test(one.path) and one.name.startswith("test") for one in found.functions):
        raise RefactoringRefused("A test's arguments are given by their names.", hint=hint)
    _check_dynamic(program, function, hint)


def _check_dynamic(program: Program, function: Function, hint: str) -> None:
    module = program.module(function.path)
    is_public = module is not None and function.scope.parent is module.table.module
    if module is not None and is_public and module.table.module.is_dynamic:
        raise RefactoringRefused(
            f"{function.path} looks names up by their text (`globals()`, `eval` or the like).", hint=hint
        )


def _check_decorators(program: Program, function: Function) -> None:
    for node in decorators(function.node):
        found = node.child_by_field_name("function") if node.type == "call" else node
        value = program.value(function.path, found) if found is not None else None
        is_mark = isinstance(value, Outside) and value.name.startswith("pytest.mark.")
        if not is_mark and (not isinstance(value, Outside) or value.name not in TRANSPARENT):
            line = node.start_point.row + 1
            raise RefactoringRefused(
                f"`{function.name}` is decorated by `{text_of(found)}` ({function.path}:{line}), which may call it.",
                hint="Take the decorator off first.",
            )


def _names(function: Function) -> Callable[[str], Span]:
    """Where the definition names a parameter."""
    spans: dict[str, Span] = {}
    for one in parameters(function.node):
        named = parameter_name(one.node) if one.node is not None else None
        if named is not None:
            spans[one.name] = Span(function.path, named.start_byte, named.end_byte)
    return lambda name: spans[name]


def _whole(path: str, node: Node) -> Copy:
    return Copy(Span(path, node.start_byte, node.end_byte))


class _Calls:
    """The calls of a function. `dropped` are the arguments that go with those that were asked for so far."""

    def __init__(self, program: Program, function: Function, change: Change) -> None:
        self._program = program
        self._function = function
        self._change = change
        self._like = _names(function)
        self.dropped: list[Span] = []

    def edits(self, call: Call) -> list[Edit]:
        """The edits of one call. Raises RefactoringRefused where it can't be rearranged."""
        try:
            return list(self._edits(call))
        except MisfitError as error:
            raise RefactoringRefused(
                f"The call in {places([call])} does not fit the signature.", hint="Mend that call first."
            ) from error

    def _edits(self, call: Call) -> Iterator[Edit]:
        site, listed = site_of(self._program, call.path), call.node.child_by_field_name("arguments")
        rearranged = Rearranged(site, call, self._function, self._change, self._like)
        items = rearranged.items()
        self.dropped += rearranged.dropped
        if listed is not None and listed.type == "argument_list":
            yield from list_edits(call.path, site.module.tree.source, listed, items)
        elif listed is not None and (len(items) != 1 or items[0].pieces != (_whole(call.path, listed),)):
            raise RefactoringRefused(f"The call in {places([call])} gives a bare generator.", hint="Bracket it first.")

    def check_doubtful(self, call: Call) -> None:
        """Raises RefactoringRefused where a call may be one of the function's, and would have to change.

        What does not fit the signature is a call of something else.
        """
        if self._change.is_compatible:
            return
        try:
            edits = list(self._edits(call))
        except MisfitError:
            return
        if edits:
            raise RefactoringRefused(
                f"The call in {places([call])} may be one of `{self._function.name}`: its object's type is not known.",
                hint="Annotate that object with its class.",
            )


class _Definition:
    """One definition of the family: its list of parameters, and its body."""

    def __init__(self, program: Program, function: Function, change: Change, dropped: Sequence[Span]) -> None:
        self._function = function
        self._change = change
        self._dropped = dropped
        self._site = site_of(program, function.path)
        found = parameters(function.node)
        self._receivers, self._own = found[: function.receivers], found[function.receivers :]
        self._check_family()

    def _check_family(self) -> None:
        """Raises RefactoringRefused for a method that takes other parameters than the one at the cursor."""
        reset = {one.old for one in self._change.new if one.is_reset}
        names = [(one.name, one.kind, one.default if one.name in reset else "") for one in self._change.old]
        if [(one.name, one.kind, one.default if one.name in reset else "") for one in self._own] != names:
            raise RefactoringRefused(
                f"`{self._function.name}` has other parameters in {places([self._function])}.",
                hint="Make the methods that override each other alike first.",
            )

    def edits(self) -> Iterator[Edit]:
        """The edits. Raises RefactoringRefused where the body needs what goes."""
        listed = self._function.node.child_by_field_name("parameters")
        if listed is None:
            return
        self._check_removed()
        self._check_order()
        yield from list_edits(self._function.path, self._site.module.tree.source, listed, self._items(listed))
        for one in self._change.renamed:
            yield from self._renamed(one)

    def _symbol(self, name: str) -> Symbol | None:
        return self._function.scope.symbols.get(name)

    def _check_removed(self) -> None:
        path = self._function.path
        for one in (own for own in self._own if own.name in {gone.name for gone in self._change.removed}):
            symbol = self._symbol(one.name)
            used = [each for each in symbol.occurrences[1:] if not self._is_dropped(each)] if symbol is not None else []
            if used:
                rows = ", ".join(str(each.node.start_point.row + 1) for each in used[:5])
                raise RefactoringRefused(
                    f"`{one.name}` is used in the body ({path}, line {rows}).", hint="Remove those uses first."
                )
            if self._function.scope.is_dynamic:
                raise RefactoringRefused(f"The body looks names up by their text, and may use `{one.name}`.")
            default = one.node.child_by_field_name("value") if one.node is not None else None
            if default is not None and not is_droppable(self._site, default):
                raise RefactoringRefused(f"The default `{one.default}` would no longer be evaluated.")

    def _is_dropped(self, one: Occurrence) -> bool:
        """Whether a name is only handed on, as an argument that goes."""
        spans = (each for each in self._dropped if each.path == self._function.path)
        return any(each.start <= one.start and one.end <= each.end for each in spans)

    def _check_order(self) -> None:
        """Defaults are evaluated in the order of the parameters."""
        rank = {one.name: at for at, one in enumerate(self._own)}
        defaults = {one.name: one.node.child_by_field_name("value") for one in self._own if one.node is not None}
        now = [one.old for one in self._change.new if defaults.get(one.old) is not None]
        for at, first in enumerate(now):
            for second in now[at + 1 :]:
                left, right = defaults[first], defaults[second]
                is_turned = rank[second] < rank[first]
                if is_turned and left is not None and right is not None and not commute(self._site, right, left):
                    raise RefactoringRefused(f"The defaults of `{second}` and `{first}` are evaluated in order.")

    def _items(self, listed: Node) -> list[Item]:
        """The new list, with `/` and `*` where they are needed."""
        marks = {node.type: node for node in listed.named_children if node.type.endswith("_separator")}
        found = [Item(one.node, (self._copy(one.node),)) for one in self._receivers if one.node is not None]
        slash = marks.get("positional_separator")
        nodes = {one.name: one.node for one in self._own}
        places_only = [one for one in self._change.new if one.kind is Kind.POSITIONAL]
        found += [self._item(one, nodes.get(one.old)) for one in places_only]
        if slash is not None and found:
            found.append(Item(slash, (self._copy(slash),)))
        star = marks.get("keyword_separator")
        behind = [one for one in self._change.new if one.kind is not Kind.POSITIONAL]
        needs_star = not any(one.kind is Kind.REST for one in behind)
        for one in behind:
            if one.kind is Kind.KEYWORD and needs_star:
                found.append(Item(star, (self._copy(star),)) if star is not None else Item(None, ("*",)))
                needs_star = False
            found.append(self._item(one, nodes.get(one.old)))
        return found

    def _copy(self, node: Node) -> Copy:
        return _whole(self._function.path, node)

    def _item(self, one: Parameter, node: Node | None) -> Item:
        if node is None:
            head = f"{one.name}: {one.annotation}" if one.annotation else one.name
            equals = " = " if one.annotation else "="
            return Item(None, (head + equals, one.copied(one.default)) if one.default else (head,))
        replaced, named = [], parameter_name(node)
        if one.name != one.old and named is not None:
            span = _whole(self._function.path, named).span
            replaced.append(Edit(span, (Name(one.name, span),)))
        value = node.child_by_field_name("value")
        if one.is_reset and value is not None:
            replaced.append(Edit(_whole(self._function.path, value).span, (one.default,)))
        elif one.is_reset and named is not None:
            return Item(node, (*self._typed(one, node, named), one.default))
        return Item(node, (replace(self._copy(node), replaced=tuple(replaced)),))

    def _typed(self, one: Parameter, node: Node, named: Node) -> tuple[Piece, ...]:
        """A parameter up to its default; it is no longer one node, since the default makes it another kind of node."""
        span, annotation = _whole(self._function.path, named).span, node.child_by_field_name("type")
        name = Name(one.name, span)
        return (name, "=") if annotation is None else (name, ": ", self._copy(annotation), " = ")

    def _renamed(self, one: Parameter) -> Iterator[Edit]:
        """The parameter's name in the body; the list of parameters has its own edit."""
        symbol = self._symbol(one.old)
        for each in symbol.occurrences[1:] if symbol is not None else ():
            if each.in_string:
                raise RefactoringRefused(f"`{one.old}` stands in a string of the body.")
            span = Span(self._function.path, each.start, each.end)
            yield Edit(span, (Name(one.name, span),))


def _docstrings(found: CallSites, change: Change) -> Iterator[str]:
    """Notes on docstrings that still name a parameter that goes or gets another name."""
    names = [one.name for one in change.removed] + [one.old for one in change.renamed]
    for function in found.functions:
        body = function.node.child_by_field_name("body")
        first = body.named_children[0] if body is not None and body.named_children else None
        if first is None or first.type != "expression_statement" or first.named_children[0].type != "string":
            continue
        text = text_of(first)
        for name in names:
            if re.search(rf"\b{re.escape(name)}\b", text):
                yield f"The docstring in {places([function])} still names `{name}`."
