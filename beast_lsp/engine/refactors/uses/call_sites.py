"""Every call of a function over the workspace, with the methods that override each other, and its other uses. Python.

A call is certain where the callee surely is the function (or one of its family); it is doubtful where the object has
an unknown type, so that the attribute may be the function's. Everything that is neither a call, nor an import, nor an
entry of `__all__`, is a use of the function as a value: whoever gets that may call it in ways that can't be seen.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.uses.references import Reference, modules, references
from beast_lsp.engine.scopes.resolution.definition import Definition, FunctionValue
from beast_lsp.engine.scopes.resolution.functions import class_around, method_kind, text_of
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.members import Klass
    from beast_lsp.engine.scopes.resolution.program import Program

_SHOWN = 5  # places that a refusal lists.
# Words of files in which a module may be an object of unknown type.
_MODULE_OBJECTS = (b"import_module", b"__import__", b"sys.modules")


@dataclass(frozen=True, eq=False)
class Function:
    """One definition: the file, the node of the function, and its scope."""

    path: str
    scope: Scope

    @property
    def node(self) -> Node:
        """The function's own node, without decorators."""
        return self.scope.node

    @property
    def name(self) -> str:
        """The name, as it is written."""
        return text_of(self.node.child_by_field_name("name"))

    @property
    def holder(self) -> Scope | None:
        """The class that it is a method of."""
        return class_around(self.scope)

    @property
    def receivers(self) -> int:
        """How many of its first parameters are an object or a class that the method was taken from: 0 or 1."""
        return 1 if self.holder is not None and method_kind(self.scope) else 0

    @property
    def is_public(self) -> bool:
        """Whether it is an attribute of a module or of a class, which code can look up by its name."""
        return self.scope.parent is not None and self.scope.parent.kind in {"module", "class"}

    def is_same(self, other: Function | FunctionValue) -> bool:
        """Whether both are the same definition."""
        return (self.path, self.node.start_byte) == (other.path, other.scope.node.start_byte)


@dataclass(frozen=True, eq=False)
class Call:
    """A call: `given` parameters come from the object before the dot, the rest from the arguments of `node`."""

    path: str
    node: Node
    given: int


@dataclass(frozen=True, eq=False)
class Use:
    """A use of the function that is no call."""

    path: str
    node: Node


@dataclass
class CallSites:
    """A function's definitions (more than one where methods override each other), calls and other uses.

    `rebound` are assignments to its name, `imports` import statements, `exported` entries of `__all__`.
    `doubtful` are calls of attributes of unknown objects, `unclear` their other uses. `outside` names bases of its
    classes from outside of the workspace that have it, or whose members nobody can see.
    """

    functions: list[Function] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    doubtful: list[Call] = field(default_factory=list)
    unclear: list[Use] = field(default_factory=list)
    values: list[Use] = field(default_factory=list)
    rebound: list[Use] = field(default_factory=list)
    imports: list[Use] = field(default_factory=list)
    exported: list[Use] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    @property
    def everything(self) -> list[Use]:
        """All that surely is the function, its definitions and the entries of `__all__` apart."""
        return [*(Use(one.path, one.node) for one in self.calls), *self.values, *self.rebound, *self.imports]

    @property
    def paths(self) -> list[str]:
        """The files with a definition or a call."""
        return sorted({one.path for one in self.functions} | {one.path for one in self.calls})


def function_at(site: Site) -> Function | None:
    """The function whose header holds the cursor, or whose name does at one of its uses."""
    one = site.module.table.at(site.start)
    if one is not None and one.role in {Role.READ, Role.ATTRIBUTE} and not one.in_string:
        value = site.program.value(site.path, expression_of(one))
        if isinstance(value, FunctionValue) and not value.path.startswith("<"):
            return Function(value.path, value.scope)
    node = site.around("function_definition", "class_definition", "lambda")
    body = node.child_by_field_name("body") if node is not None else None
    if node is None or body is None or node.type != "function_definition" or site.start >= body.start_byte:
        return None
    scope = site.module.table.scopes.get(node.id)
    return Function(site.path, scope) if scope is not None else None


def name_of(program: Program, function: Function) -> Occurrence | None:
    """The occurrence that names a function in its definition."""
    module, named = program.module(function.path), function.node.child_by_field_name("name")
    return module.table.by_start.get(named.start_byte) if module is not None and named is not None else None


def call_sites(program: Program, function: Function) -> CallSites:
    """Where a function and its family are defined and used; for constructors see `constructor_sites`."""
    one = name_of(program, function)
    return uses_of(program, function.path, one) if one is not None else CallSites(functions=[function])


def uses_of(program: Program, path: str, one: Occurrence) -> CallSites:
    """The same for whatever a name of a file means, by the occurrence that gives it its meaning."""
    found, meaning = CallSites(), program.definition(path, one)
    meanings: frozenset[Definition] = frozenset({meaning})
    classes: tuple[Klass, ...] = ()
    if meaning.kind == "member":
        family = program.hierarchy.family(meaning)
        meanings, classes = family.definitions, family.classes
        found.outside = outside_bases(program, classes, meanings)
    names = spellings(program, meanings, one.name)
    for reference in references(program, meanings, names):
        _sort(program, found, reference)
    for reference in _doubtful(program, one.name, names, meaning, classes):
        expression = expression_of(reference.one)
        call = called(expression)
        if call is not None:
            found.doubtful.append(Call(reference.path, call, 1))
        else:
            found.unclear.append(Use(reference.path, expression))
    return found


def outside_bases(program: Program, classes: Iterable[Klass], meanings: Iterable[Definition]) -> list[str]:
    """The bases from outside of the workspace that have a member, or whose members nobody can see."""
    roots = {root for meaning in meanings for root in meaning.within}
    found = {root.name for root in roots if root.kind == "external" or root.path.startswith("<")}
    for klass in classes:
        found |= set(program.classes.unseen(klass))
    return sorted(found)


def spellings(program: Program, meanings: Collection[Definition], name: str) -> frozenset[str]:
    """The names that a definition has over all files: imports may call it otherwise."""
    names = frozenset({name})
    while True:
        aliases = (_alias(one.one) for one in references(program, meanings, names))
        more = names | {alias for alias in aliases if alias}
        if more == names:
            return names
        names = more


def _alias(one: Occurrence) -> str:
    holder = one.node.parent
    if one.role is not Role.IMPORTED or holder is None or holder.parent is None:
        return ""
    return text_of(holder.parent.child_by_field_name("alias")) if holder.parent.type == "aliased_import" else ""


def expression_of(one: Occurrence) -> Node:
    """The expression that an occurrence names: the name itself, or the attribute with what stands before its dot."""
    outer = one.node.parent
    return outer if one.role is Role.ATTRIBUTE and outer is not None else one.node


def called(expression: Node) -> Node | None:
    """The call whose callee an expression is."""
    node, outer = expression, expression.parent
    while outer is not None and outer.type == "parenthesized_expression":
        node, outer = outer, outer.parent
    is_call = outer is not None and outer.type == "call" and outer.child_by_field_name("function") == node
    return outer if is_call else None


def is_target(expression: Node) -> bool:
    """Whether an expression is assigned to or deleted."""
    outer = expression.parent
    if outer is None:
        return False
    if outer.type in {"pattern_list", "tuple_pattern", "list_pattern", "delete_statement", "as_pattern_target"}:
        return True
    return outer.type in {"assignment", "augmented_assignment", "for_statement", "for_in_clause"} and (
        outer.child_by_field_name("left") == expression
    )


def _sort(program: Program, found: CallSites, reference: Reference) -> None:
    """Puts one name that means the function where it belongs."""
    one, path = reference.one, reference.path
    use, module = Use(path, one.node), program.module(path)
    if reference.is_taken:
        found.values.append(use)
    elif one.role is Role.FUNCTION and one.node.parent is not None and module is not None:
        found.functions.append(Function(path, module.table.scopes[one.node.parent.id]))
    elif one.in_string:
        is_listed = module is not None and one in (module.table.exported or ())
        (found.exported if is_listed else found.values).append(use)
    elif one.role in {Role.IMPORT, Role.IMPORTED}:
        found.imports.append(use)
    elif one.role in {Role.READ, Role.ATTRIBUTE}:
        _sort_read(program, found, path, expression_of(one))
    else:
        found.rebound.append(use)


def _sort_read(program: Program, found: CallSites, path: str, expression: Node) -> None:
    call = called(expression)
    if is_target(expression):
        found.rebound.append(Use(path, expression))
    elif call is None:
        found.values.append(Use(path, expression))
    else:
        value = program.value(path, expression)
        if isinstance(value, FunctionValue) and not _is_odd_super(program, path, expression, value):
            found.calls.append(Call(path, call, int(value.is_bound)))
        else:
            found.doubtful.append(Call(path, call, 1))


def _is_odd_super(program: Program, path: str, expression: Node, value: FunctionValue) -> bool:
    """Whether a class method calls an ordinary method by `super()`: then nobody gives the object."""
    target, module = expression.child_by_field_name("object"), program.module(path)
    if target is None or not text_of(target).startswith("super(") or module is None:
        return False
    around = module.table.scope_of(expression).function
    return class_around(around) is None or method_kind(around) != method_kind(value.scope)


def _doubtful(
    program: Program, name: str, names: frozenset[str], meaning: Definition, classes: Collection[Klass]
) -> Iterator[Reference]:
    """The attributes of objects of unknown type that may be the function."""
    if meaning.kind != "member" and (meaning.kind != "symbol" or not _is_public(program, meaning)):
        return
    ancestors = {one for klass in classes for one in program.classes.ancestors(klass)}
    bases = {one.definition for one in ancestors if not isinstance(one, str)}
    is_open = meaning.kind == "member" or is_handed_on(program, meaning.path)
    for module in modules(program, program.reach.attribute_users({name})):
        if not is_open and not any(word in module.tree.source for word in _MODULE_OBJECTS):
            continue
        found = program.definitions(module.path, names)
        for one in module.table.occurrences:
            other = found.get(one.start) if one.name == name else None
            if other is not None and _may_be(program, module.path, one, other, bases):
                yield Reference(module.path, one)


def is_handed_on(program: Program, path: str) -> bool:
    """Whether a module is used as a value, so that its members may be attributes of any object."""
    module = Definition("module", "", path)
    names = program.reach.aliases(program.imports.dotted(path).rpartition(".")[2])
    listed = "|".join(map(re.escape, sorted(names))).encode()
    pattern = re.compile(
        rb"(?:[(,=\[{:]|\breturn|\byield)\s*(?:\w+\.)*(?:" + listed + rb")\s*(?:[,)\]}#]|$)", re.MULTILINE
    )
    for one in modules(program, program.reach.holding(names, pattern)):
        found = program.definitions(one.path, names)
        for each in one.table.occurrences:
            if each.role in {Role.READ, Role.ATTRIBUTE} and found.get(each.start) == module and not each.in_string:
                outer = expression_of(each).parent
                if outer is None or outer.type not in {"attribute", "dotted_name"}:
                    return True
    return False


def _is_public(program: Program, meaning: Definition) -> bool:
    """Whether a definition is one of a module's own."""
    module = program.module(meaning.path)
    one = module.table.by_start.get(meaning.start) if module is not None else None
    return one is not None and one.symbol is not None and one.symbol.scope.kind == "module"


def _may_be(program: Program, path: str, one: Occurrence, meaning: Definition, bases: Collection[Definition]) -> bool:
    """Whether an attribute may be a member of classes with some ancestors: unknown, one of theirs, or of a protocol."""
    if one.role is not Role.ATTRIBUTE:
        return False
    if meaning.kind == "attribute":
        return not meaning.within or any(each in bases for each in meaning.within)
    owners = (program.classes.by_definition(each) for each in meaning.within if meaning.kind == "member")
    return any(owner is not None and owner.definition not in bases and is_protocol(program, owner) for owner in owners)


def is_protocol(program: Program, klass: Klass) -> bool:
    """Whether a class describes others by their members."""
    return any(str(base).endswith(".Protocol") for base in program.classes.bases(klass) if isinstance(base, str))


def site_of(program: Program, path: str) -> Site:
    """The file as a site, for questions about expressions in it."""
    return Site(program, path, 0, 0)


def places(found: Iterable[Use | Call | Function]) -> str:
    """Where some uses are, as file:line, shortened."""
    lines = list(dict.fromkeys(f"{one.path}:{one.node.start_point.row + 1}" for one in found))
    more = f" and {len(lines) - _SHOWN} more" if len(lines) > _SHOWN else ""
    return ", ".join(lines[:_SHOWN]) + more
