"""Classes whose objects just hold values: a plain `__init__` becomes a dataclass, or is written for annotated fields.

After the library reference, "dataclasses". What a dataclass does beyond storing its fields is turned off: comparison,
hashing and `repr` stay those of the class (`eq=False, repr=False`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.edits import ImportEdits
from beast_lsp.engine.refactors.imports.statements import Wanted
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.suites import comments, headed, lead, line_end, placed, suite, unit
from beast_lsp.engine.scopes.resolution.functions import decorators, parameter_name, parameter_nodes
from beast_lsp.engine.scopes.resolution.members import base_nodes
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.members import Klass

_LITERALS = frozenset({"integer", "float", "string", "true", "false", "none", "ellipsis", "concatenated_string"})
_HOLDERS = frozenset({"tuple", "unary_operator", "parenthesized_expression"})
# What makes a class treat its attributes, or its making, in a way of its own.
_OWN_WAYS = ("__post_init__", "__slots__", "__setattr__", "__dataclass_fields__", "__match_args__", "__new__")


@dataclass(frozen=True)
class _Stored:
    """A parameter and the attribute of the same name that keeps it."""

    name: str
    parameter: Node
    attribute: Node
    statement: Node


def to_dataclass(site: Site) -> Proposal | None:
    """The proposal for the class in whose first line, or in whose `__init__` line, the cursor stands."""
    site = placed(site)
    node = headed(site, "class_definition", "function_definition")
    klass = _class(node) if node is not None else None
    init = _method(site, klass, "__init__") if klass is not None else None
    if klass is None or init is None or node not in (klass, init):
        return None
    if any("dataclass" in site.text(one) for one in decorators(klass)):
        return None
    if not _stores_any(site, init):
        return None
    found = list(_stored(site, init))
    _check_class(site, klass, found)
    return _proposal(site, klass, init, found)


def _class(node: Node) -> Node | None:
    """The class that a node is, or is a method of."""
    outer: Node | None = node
    while outer is not None and outer.type != "class_definition":
        outer = outer.parent
    return outer


def _method(site: Site, klass: Node, name: str) -> Node | None:
    """The only definition of a method in a class's own body, undecorated."""
    body = klass.child_by_field_name("body")
    for child in body.named_children if body is not None else ():
        named = child.child_by_field_name("name")
        if child.type == "function_definition" and named is not None and site.text(named) == name:
            return child
    return None


def _stores_any(site: Site, init: Node) -> bool:
    """Whether an `__init__` stores at least one parameter in an attribute of its name: others are no candidates."""
    receiver, *parameters = parameter_nodes(init) or [init]
    names = [site.text(name) for each in parameters if (name := parameter_name(each)) is not None]
    body = suite(site, init)
    statements = body.statements if body is not None else []
    return any(_kept(site, one, site.text(receiver), name) is not None for one in statements for name in names)


def _stored(site: Site, init: Node) -> Iterator[_Stored]:
    """What an `__init__` stores. Raises RefactoringRefused where it does anything else."""
    receiver, *parameters = parameter_nodes(init) or [init]
    body = suite(site, init)
    statements = body.statements if body is not None else []
    names = [parameter_name(each) for each in parameters]
    is_plain = receiver.type == "identifier" and not any(each.type.endswith("splat_pattern") for each in parameters)
    if not is_plain or len(statements) != len(parameters) or not parameters:
        raise RefactoringRefused("`__init__` does more than to store its parameters, or less.")
    for parameter, name, statement in zip(parameters, names, statements, strict=True):
        attribute = _kept(site, statement, site.text(receiver), site.text(name) if name is not None else "")
        if name is None or attribute is None:
            raise RefactoringRefused(
                "`__init__` does more than to store its parameters in attributes of the same names and order.",
                hint="Move the rest into a method or a property first.",
            )
        yield _Stored(site.text(name), parameter, attribute, statement)


def _kept(site: Site, statement: Node, receiver: str, name: str) -> Node | None:
    """The attribute in `self.name = name`."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type != "assignment" or inner.child_by_field_name("type") is not None:
        return None
    left, right = inner.child_by_field_name("left"), inner.child_by_field_name("right")
    is_same = (
        left is not None and right is not None and (site.text(left), site.text(right)) == (f"{receiver}.{name}", name)
    )
    return left.child_by_field_name("attribute") if is_same and left is not None else None


def _check_class(site: Site, klass: Node, found: Sequence[_Stored]) -> None:
    """Raises RefactoringRefused where a dataclass would do something else than this class."""
    if decorators(klass) or any(site.text(base) != "object" for base in base_nodes(klass)) or _keywords(klass):
        raise RefactoringRefused("A base, a metaclass or a decorator may see how the class is made.")
    scope = site.module.table.scopes.get(klass.id)
    names = scope.symbols if scope is not None else {}
    for name in (*_OWN_WAYS, *(one.name for one in found)):
        if name in names:
            raise RefactoringRefused(f"The class has a `{name}` of its own.")
    if any(one.name.startswith("__") for one in found):
        raise RefactoringRefused("A private attribute would have another name than its parameter.")
    if list(annotated(klass)):
        raise RefactoringRefused("What the class annotates would become parameters, too.")
    for one in found:
        default = one.parameter.child_by_field_name("value")
        if default is not None and not is_literal(default):
            raise RefactoringRefused(
                f"The default of `{one.name}` may be changeable, or work as an attribute of the class.",
                hint="Use a literal, or None.",
            )
        kind = one.parameter.child_by_field_name("type")
        if kind is not None and any(word in site.text(kind) for word in ("ClassVar", "InitVar", "KW_ONLY")):
            raise RefactoringRefused(f"The annotation of `{one.name}` means something of its own to dataclasses.")
    _check_heirs(site, klass)


def _keywords(klass: Node) -> bool:
    listed = klass.child_by_field_name("superclasses")
    return listed is not None and any(child.type == "keyword_argument" for child in listed.named_children)


def _check_heirs(site: Site, klass: Node) -> None:
    """Raises RefactoringRefused where a dataclass of the workspace inherits, which would take the fields over."""
    for heir in heirs(site, klass):
        if any(b"dataclass" in (one.text or b"") for one in decorators(heir.scope.node)):
            raise RefactoringRefused(
                f"The dataclass `{heir.name}` in {heir.path} inherits, and would get these fields."
            )


def heirs(site: Site, klass: Node) -> Iterator[Klass]:
    """The classes of the workspace that inherit from a class."""
    program, scope = site.program, site.module.table.scopes[klass.id]
    own = program.classes.of(site.path, scope)
    for path in program.containing([own.name]):
        module = program.module(path)
        for each in module.table.scopes.values() if module is not None and module.has_names else ():
            other = program.classes.of(path, each) if each.kind == "class" else own
            if other is not own and own in program.classes.ancestors(other):
                yield other


def annotated(klass: Node) -> Iterator[Node]:
    """The annotated assignments of plain names in a class's body."""
    body = klass.child_by_field_name("body")
    for statement in body.named_children if body is not None else ():
        inner = statement.named_children[0] if statement.type == "expression_statement" else None
        if inner is not None and inner.type == "assignment" and inner.child_by_field_name("type") is not None:
            yield inner


def is_literal(node: Node) -> bool:
    """Whether an expression is a literal that nothing can change."""
    if node.type in _LITERALS:
        return not any(child.type == "interpolation" for child in node.children)
    return node.type in _HOLDERS and all(is_literal(child) for child in node.named_children if child.type != "comment")


def _proposal(site: Site, klass: Node, init: Node, found: Sequence[_Stored]) -> Proposal:
    imports = ImportEdits(site.module, lambda name: site.program.find(site.path, name) is not None)
    imports.add(Wanted("dataclasses", "dataclass"))
    if any(one.parameter.child_by_field_name("type") is None for one in found):
        imports.add(Wanted("typing", "Any"))
    indent, start = lead(site, init.start_byte), klass.start_byte
    mark = f"@dataclass(eq=False, repr=False)\n{lead(site, start)}"
    body = suite(site, init)
    end = body.end if body is not None else line_end(site, init.end_byte)
    fields: list[Piece] = []
    for index, one in enumerate(found):
        fields += [f"\n{indent}" if index else "", *_field(site, one)]
    kept = [child for one in found for child in one.parameter.named_children]
    remarks = [f"{site.text(remark)}\n{indent}" for remark in comments(init, kept)]
    edits = (
        *imports.edits(),
        Edit(Span(site.path, start, start), (mark,)),
        Edit(Span(site.path, init.start_byte, end), (*remarks, *fields)),
    )
    parameters = [parameter_name(one.parameter) or one.parameter for one in found]
    spans = frozenset(site.span(node) for node in (*parameters, *(one.attribute for one in found)))
    named = init.child_by_field_name("name")
    gone = frozenset({*spans, *([site.span(named)] if named is not None else [])})
    note = "A class without a docstring gets one from `dataclass`, and a default is an attribute of the class, too."
    return Proposal("Convert to a dataclass", edits, splits=spans, gone=gone, notes=(note,))


def _field(site: Site, one: _Stored) -> Iterator[Piece]:
    kind, default = one.parameter.child_by_field_name("type"), one.parameter.child_by_field_name("value")
    yield Name(one.name, site.span(one.attribute))
    yield ": "
    yield Copy(site.span(kind)) if kind is not None else "Any"
    if default is not None:
        yield " = "
        yield Copy(site.span(default))


def generate_init(site: Site) -> Proposal | None:
    """The proposal of an `__init__` for the annotated fields of the class in whose first line the cursor stands."""
    site = placed(site)
    klass = headed(site, "class_definition")
    body = suite(site, klass) if klass is not None else None
    fields = [one for one in annotated(klass) if _is_field(site, one)] if klass is not None else []
    if klass is None or body is None or body.is_inline or not fields or _method(site, klass, "__init__") is not None:
        return None
    if decorators(klass) or any(site.text(base) != "object" for base in base_nodes(klass)) or _keywords(klass):
        return None
    _check_unused(site, klass)
    for one in fields:
        default = one.child_by_field_name("right")
        if default is not None and not is_literal(default):
            raise RefactoringRefused(f"`{site.text(one)}`: all objects would share the default.", hint="Use None.")
    return _with_init(site, klass, fields)


def _is_field(site: Site, one: Node) -> bool:
    left, kind = one.child_by_field_name("left"), one.child_by_field_name("type")
    is_own = kind is not None and not any(word in site.text(kind) for word in ("ClassVar", "Final"))
    return is_own and left is not None and left.type == "identifier" and not site.text(left).startswith("__")


def _check_unused(site: Site, klass: Node) -> None:
    """Raises RefactoringRefused where objects are made already, which the new parameters would stop, or inherited."""
    named = klass.child_by_field_name("name")
    one = site.module.table.by_start.get(named.start_byte) if named is not None else None
    if named is None or one is None:
        return
    own = site.program.definition(site.path, one)
    for path in site.program.containing([one.name]):
        module = site.program.module(path)
        if module is None or not module.has_names:
            continue
        meanings = site.program.definitions(path, [one.name])
        for other in module.table.occurrences:
            if meanings.get(other.start) == own and other is not one and not _is_harmless(other.node):
                row = module.tree.position(other.node.start_point).line + 1
                raise RefactoringRefused(
                    f"`{one.name}` is used in {path}, line {row}, where an `__init__` might change what it does.",
                    hint="Write the `__init__` by hand, with that in mind.",
                )


def _is_harmless(node: Node) -> bool:
    """Whether a use of a class neither makes an object nor hands it on: an attribute, an annotation, an import."""
    holder = node.parent
    if holder is not None and holder.type == "attribute" and holder.child_by_field_name("object") == node:
        return (
            holder.parent is None
            or holder.parent.type != "call"
            or holder.parent.child_by_field_name("function") != holder
        )
    outer = holder
    while outer is not None and not outer.type.endswith(("_statement", "_definition", "assignment", "call")):
        if outer.type == "type":
            return True
        outer = outer.parent
    return outer is not None and outer.type in {"import_statement", "import_from_statement"}


def _with_init(site: Site, klass: Node, fields: Sequence[Node]) -> Proposal:
    # Parameters without a default come first.
    ordered = sorted(fields, key=lambda one: one.child_by_field_name("right") is not None)
    last = max(fields, key=lambda one: one.end_byte)
    inner = lead(site, last.start_byte)
    parameters: list[Piece] = []
    stores: list[Piece] = []
    for one in ordered:
        left, kind = one.child_by_field_name("left"), one.child_by_field_name("type")
        default = one.child_by_field_name("right")
        name = site.text(left) if left is not None else ""
        parameters += [f", {name}: ", Copy(site.span(kind or one))]
        parameters += [" = ", Copy(site.span(default))] if default is not None else []
        stores += [f"\n{inner}{unit(site)}self.", Name(name, site.span(left or one)), f" = {name}"]
    at = line_end(site, last.end_byte)
    head = f"\n\n{inner}def __init__(self"
    follows = site.module.tree.source[at : line_end(site, line_end(site, at, with_break=True))].strip()
    pieces = (head, *parameters, ") -> None:", *stores, "\n" if follows else "")
    return Proposal("Generate __init__", (Edit(Span(site.path, at, at), pieces),))


TO_DATACLASS = Refactoring("to-dataclass", "refactor.rewrite", to_dataclass)
GENERATE_INIT = Refactoring("generate-init", "refactor.rewrite", generate_init)
