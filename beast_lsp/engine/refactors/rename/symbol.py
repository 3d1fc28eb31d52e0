"""Renames a variable, function, class, parameter, attribute or method, wherever it is used."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Certainty, Copy, Edit, Name, Proposal, Span
from beast_lsp.engine.refactors.rename.checks import check_definers, is_fixture
from beast_lsp.engine.refactors.rename.fixtures import fixture_edits
from beast_lsp.engine.refactors.rename.local import is_bare, respelled
from beast_lsp.engine.refactors.rename.lookups import lookup_edits
from beast_lsp.engine.refactors.rename.members import check_family, string_edits
from beast_lsp.engine.refactors.rename.parameters import check_parameter, related_parameters, strings_of_parameter
from beast_lsp.engine.refactors.rename.reflection import check_reflection
from beast_lsp.engine.refactors.rename.texts import texts
from beast_lsp.engine.refactors.rename.values import (
    check_unpacked,
    is_class,
    is_function,
    keywords_of_values,
    unknown_keywords,
)
from beast_lsp.engine.refactors.uses.references import (
    Reference,
    callees_of,
    doubtful_attributes,
    doubtful_keywords,
    function_name,
    python_modules,
    references,
    users,
)
from beast_lsp.engine.scopes.resolution.functions import class_around
from beast_lsp.engine.scopes.resolution.hierarchy import Family
from beast_lsp.engine.scopes.resolution.keywords import is_data_class
from beast_lsp.engine.scopes.resolution.table import BINDS, Occurrence, Role, Scope
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.program import Program

_UNKNOWN_OBJECT = "The type of the object is not known."
_UNKNOWN_CALLEE = "It is not known what is called here."


def renamed_symbol(program: Program, target: Target, new: str) -> Proposal:
    """The edits that rename a definition of the workspace everywhere."""
    renaming = Renaming(program, target, new)
    renaming.check()
    edits: dict[Span, Edit] = {}
    for edit in (*renaming.certain(), *renaming.probable(), *texts(program, target, new, renaming.references)):
        edits.setdefault(edit.span, edit)  # the surest comes first.
    return Proposal(f"Rename {target.text} to {new}", tuple(edits.values()), notes=tuple(renaming.notes()))


class Renaming:
    """One rename: who means the name, and what has to be said about it."""

    def __init__(self, program: Program, target: Target, new: str) -> None:
        self._program = program
        self._target = target
        self._new = new
        self._among = frozenset({target.text, target.one.name, new})
        definition = target.definition
        self.family: Family | None = program.hierarchy.family(definition) if definition.kind == "member" else None
        self.meanings: frozenset[Definition] = frozenset({definition})
        if self.family is not None:
            self.meanings = self.family.definitions
        elif definition.kind == "parameter":
            self.meanings = related_parameters(program, target)
        found = references(program, self.meanings, {target.text, target.one.name}, self._among)
        self.references = [one for one in found if one.one.name == target.one.name]

    def check(self) -> None:
        """Raises RefactoringRefused with the first reason that can be told before the edits are tried."""
        target, new = self._target, self._new
        binders = [found for found in self.references if found.one.role in BINDS]
        for found in self.references:
            _check_scope(found, new)
        for found in binders:
            is_public = found.one.symbol is not None and found.one.symbol.scope.kind == "module"
            if is_public and self._program.below(found.path, new) is not None:
                raise RefactoringRefused(f"The package has a submodule `{new}`.", hint="Choose another name.")
        if self.family is not None:
            check_family(self._program, target, new, self.family)
            self._check_private(self.family)
        if target.definition.kind == "parameter":
            check_parameter(self._program, target, new, binders)
        else:
            check_definers(self._program, binders, target.text, new)
            check_reflection(self._program, target, binders, self.family)

    def _check_private(self, family: Family) -> None:
        """A private name is only the same within classes of one name, which is mangled into it."""
        if not self._new.startswith("__") or self._target.text.startswith("__"):
            return
        names = {klass.name.lstrip("_") for klass in family.classes}
        for found in self.references:
            holder = next((scope for scope in found.one.scope.outwards() if scope.kind == "class"), None)
            named = holder.node.child_by_field_name("name") if holder is not None else None
            name = (named.text or b"").decode("utf-8", "replace").lstrip("_") if named is not None else ""
            if names != {name}:
                where = f"{found.path}, line {found.one.node.start_point[0] + 1}"
                raise RefactoringRefused(f"`{self._new}` would be private to its class, and {where} is outside of it.")

    def certain(self) -> Iterator[Edit]:
        """The edits of all that surely means it, and of strings that look it up."""
        for found in self.references:
            yield self._edit(found)
        if self.family is not None:
            yield from string_edits(self._program, self.family, self.meanings, self._target.text, self._new)
        if self.family is not None or self._is_of_module():
            yield from lookup_edits(self._program, self.meanings, self._target.text, self._new)
        for found in self.references:
            node = found.one.node.parent if found.one.role is Role.FUNCTION else None
            if node is not None and is_fixture(node):
                yield from fixture_edits(self._program, found.path, found.one.name, self._new)
            klass = self._klass(found) if found.one.role is Role.CLASS else None
            if klass is not None:
                yield from _written_out(self._program, klass, self._new)
        if self._target.definition.kind == "parameter":
            yield from strings_of_parameter(self._program, self._target, self.references, self._new)

    def _is_of_module(self) -> bool:
        """Whether it is a name of a module, which code can look up in the module."""
        symbols = (found.one.symbol for found in self.references if found.one.role in BINDS)
        return any(symbol is not None and symbol.scope.kind == "module" for symbol in symbols)

    def _klass(self, found: Reference) -> Klass | None:
        module = self._program.module(found.path)
        node = found.one.node.parent
        scope = module.table.scopes.get(node.id) if module is not None and node is not None else None
        return self._program.classes.of(found.path, scope) if scope is not None else None

    def _edit(self, found: Reference) -> Edit:
        span, one = found.span, found.one
        if found.is_taken:
            return Edit(span, (Name(self._new, self._definer(found)), " as ", Copy(span)))
        if one.role is Role.IMPORT and is_bare(one):
            taken = self._program.definitions(found.path, self._among).get(-1 - one.start)
            if taken not in self.meanings:
                return respelled(self._program, found.path, one, self._new)
        return Edit(span, (Name(self._spelled(found), span),))

    def _definer(self, found: Reference) -> Span:
        """Where what an import takes is defined."""
        taken = self._program.definitions(found.path, self._among)[-1 - found.one.start]
        return Span(taken.path, taken.start, taken.start + len(self._target.text.encode()))

    def _spelled(self, found: Reference) -> str:
        """The new name as it is written at a place: outside of its class, a private name is written out."""
        one, target = found.one, self._target
        is_written_out = one.end - one.start == len(one.name.encode()) and one.name != target.text
        if is_written_out and self._new.startswith("__"):
            return one.name[: len(one.name) - len(target.text)] + self._new
        return self._new

    def probable(self) -> Iterator[Edit]:
        """The edits of what may mean it."""
        for found in self._doubtful():
            note = _UNKNOWN_OBJECT if found.one.role is Role.ATTRIBUTE else _UNKNOWN_CALLEE
            yield Edit(found.span, (Name(self._new, found.span),), Certainty.PROBABLE, note)

    def _doubtful(self) -> Iterable[Reference]:
        name = self._target.one.name
        if self.family is not None:
            paths = self._program.reach.attribute_users({name})
            found = doubtful_attributes(self._program, name, self._among, self._related(), paths)
            return chain(found, self._fields(name, self.family))
        if self._target.definition.kind == "parameter":
            return self._keywords(name)
        paths = users(self._program, self._target.definition, {name})
        found = doubtful_attributes(self._program, name, self._among, frozenset(), paths)
        return [one for one in found if self._is_module(one)]

    def _related(self) -> frozenset[Definition]:
        """The classes that stand above or below one of the family."""
        classes = self._program.classes
        found = set()
        for klass in self.family.classes if self.family is not None else ():
            found |= {one.definition for one in classes.ancestors(klass) if not isinstance(one, str)}
            found |= {one.definition for one in self._program.hierarchy.descendants(klass)}
        return frozenset(found)

    def _keywords(self, name: str) -> Iterator[Reference]:
        """Keywords of calls of something unknown that has the function's name, or may be it as a value."""
        callees = {callee for meaning in self.meanings for callee in callees_of(self._program, meaning)}
        found = doubtful_keywords(self._program, name, self._among, callees)
        yield from (one for one in found if _callee_name(one.one) in callees)
        binders = [one for one in self.references if one.one.role is Role.PARAMETER]
        scopes = [one.one.scope for one in binders]
        for one in binders:
            if one.one.scope.kind == "lambda":
                yield from unknown_keywords(self._program, one.path, name, self._among)
        yield from keywords_of_values(self._program, name, self._among, callees, is_function(scopes))
        classes = [klass for scope in scopes for klass in self._constructed(scope)]
        names = {klass.name for klass in classes}
        yield from keywords_of_values(self._program, name, self._among, names, is_class(classes))

    def _constructed(self, scope: Scope) -> list[Klass]:
        """The classes that a constructor makes objects of."""
        holder = class_around(scope)
        if holder is None or function_name(scope.node) not in {"__init__", "__new__"}:
            return []
        path = next(one.path for one in self.references if one.one.scope is scope)
        return self._program.hierarchy.descendants(self._program.classes.of(path, holder))

    def _fields(self, name: str, family: Family) -> Iterator[Reference]:
        """Keywords that may be fields of a data class which is handed on."""
        classes = [klass for klass in family.classes if is_data_class(klass) or self._is_named_tuple(klass)]
        made = [one for klass in classes for one in self._program.hierarchy.descendants(klass)]
        names = {klass.name for klass in made}
        check_unpacked(self._program, name, made)
        return keywords_of_values(self._program, name, self._among, names, is_class(made))

    def _is_named_tuple(self, klass: Klass) -> bool:
        return "typing.NamedTuple" in self._program.classes.ancestors(klass)

    def _is_module(self, found: Reference) -> bool:
        """Whether the object of an attribute is something that may be a module: a name that imports bind."""
        holder = found.one.node.parent
        first = holder.named_children[0] if holder is not None and holder.named_children else None
        module = self._program.module(found.path)
        one = module.table.by_start.get(first.start_byte) if module is not None and first is not None else None
        return one is not None and one.symbol is not None and any(b.role is Role.IMPORT for b in one.symbol.binders())

    def notes(self) -> Iterator[str]:
        """What the user should know."""
        files = {found.path for found in self.references}
        if len(files) > 1:
            yield f"{len(self.references)} places in {len(files)} files."


def _check_scope(found: Reference, new: str) -> None:
    symbol = found.one.symbol
    if symbol is None:
        return
    if symbol.is_ambiguous:
        hint = "Give one of both another name by hand."
        raise RefactoringRefused(
            f"Which `{symbol.name}` is meant in {found.path} depends on what ran before.", hint=hint
        )
    if new in symbol.scope.symbols and not found.is_taken:
        other = symbol.scope.symbols[new].occurrences[0]
        where = f"{found.path}, line {other.node.start_point[0] + 1}"
        raise RefactoringRefused(f"`{new}` is there already: {where}.", hint="Choose another name.")


def _written_out(program: Program, klass: Klass, new: str) -> Iterator[Edit]:
    """The edits of private names of a class that are written out elsewhere, with the name of the class in them."""
    prefix = f"_{klass.name.lstrip('_')}__"
    for name in sorted(one for one in klass.names if one.startswith(prefix)):
        for module in python_modules(program, {name}):
            for one in module.table.occurrences:
                if one.name == name and one.end - one.start == len(name.encode()):
                    span = Span(module.path, one.start, one.end)
                    yield Edit(span, (Name(f"_{new.lstrip('_')}__{name[len(prefix) :]}", span),))


def _callee_name(one: Occurrence) -> str:
    """The last part of what a keyword is given to."""
    listed = one.node.parent.parent if one.node.parent is not None else None
    call = listed.parent if listed is not None else None
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    text = (function.text or b"").decode("utf-8", "replace") if function is not None else ""
    return text.rpartition(".")[2]
