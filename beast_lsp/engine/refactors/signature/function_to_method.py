"""A function becomes a method of its first parameter's class: `area(box, 2)` becomes `box.area(2)`. Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.extract.constant import is_constant
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.signature.methods import (
    check_near,
    check_sole,
    copy_of,
    function_of_module,
    receiver_of,
)
from beast_lsp.engine.refactors.text.list_edits import Item, list_edits, nested
from beast_lsp.engine.refactors.text.suites import descendants, lead
from beast_lsp.engine.refactors.uses.call_sites import (
    Call,
    CallSites,
    Function,
    call_sites,
    is_protocol,
    is_target,
    places,
    site_of,
)
from beast_lsp.engine.refactors.uses.deletion import deleted_statement
from beast_lsp.engine.scopes.resolution.definition import ClassValue, Instance
from beast_lsp.engine.scopes.resolution.functions import receiver, text_of
from beast_lsp.engine.scopes.resolution.members import Klass
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_VAGUE = ("None", "Optional", "Union", "|", "Any")  # annotations with these allow other objects, too.


def propose(site: Site) -> Proposal | None:
    """The function at the cursor as a method."""
    function = function_of_module(site)
    klass = _class(site, function) if function is not None else None
    if function is None or klass is None:
        return None
    _check_class(site, function, klass)
    _check_header(site, function, klass)
    found = call_sites(site.program, function)
    check_sole(site, function, found)
    check_near(site, ((use.path, use.node) for use in found.imports), "It is imported by other files")
    _check_members(site, function, klass, found)
    edits = [edit for call in found.calls for edit in _call(site, call, function, klass)]
    return Proposal(_title(function, klass), nested([*edits, *_moved(site, function, klass)]))


def glance(site: Site) -> str:
    """The title where the cursor is at the head of a function whose first parameter is of a class of the file."""
    function = function_of_module(site)
    klass = _class(site, function) if function is not None else None
    return _title(function, klass) if function is not None and klass is not None else ""


FUNCTION_TO_METHOD = Refactoring(
    "function-to-method",
    "refactor.rewrite",
    propose,
    options={"to": "the class, where the first parameter's annotation does not name it"},
    glance=glance,
)


def _title(function: Function, klass: Klass) -> str:
    return f"Turn `{function.name}` into a method of `{klass.name}`"


def _class(site: Site, function: Function) -> Klass | None:
    """The class of this file that the function's first parameter is an object of, by the option or the annotation."""
    first, table = receiver_of(function), site.module.table
    if first is None:
        return None
    value = site.program.value(site.path, first.binders()[0].node)
    klass = value.klass if isinstance(value, Instance) else None
    wanted = site.options.get("to")
    if wanted:
        symbol = table.module.symbols.get(wanted)
        binder = symbol.only(Role.CLASS) if symbol is not None else None
        scope = (
            table.scopes.get(binder.node.parent.id) if binder is not None and binder.node.parent is not None else None
        )
        klass = site.program.classes.of(site.path, scope) if scope is not None else None
    is_here = klass is not None and klass.path == site.path and klass.scope.parent is table.module
    return klass if is_here else None


def _check_class(site: Site, function: Function, klass: Klass) -> None:
    """Raises RefactoringRefused where the class, or one of its family, has the name, or may have it."""
    name, program = function.name, site.program
    if name.startswith("__"):
        raise RefactoringRefused(f"`{name}` would mean something else in a class.", hint="Rename it first.")
    unseen = program.classes.unseen(klass)
    if unseen or is_protocol(program, klass):
        raise RefactoringRefused(
            f"`{klass.name}` inherits from {', '.join(unseen) or 'Protocol'}, which may have `{name}`."
        )
    family = [*program.hierarchy.descendants(klass), *program.classes.ancestors(klass)]
    if any(isinstance(one, Klass) and name in one.names for one in family):
        raise RefactoringRefused(
            f"`{klass.name}` or one of its family has a `{name}` already.", hint="Rename it first."
        )
    if program.classes.roots(klass, name):
        raise RefactoringRefused(f"`{klass.name}` inherits a `{name}`.", hint="Rename the function first.")
    if klass.scope.node.end_point.row == klass.scope.node.start_point.row:
        raise RefactoringRefused("The class stands in one line.", hint="Break the line first.")


def _check_members(site: Site, function: Function, klass: Klass, found: CallSites) -> None:
    """Raises RefactoringRefused where an object may be given an attribute of the name."""
    for path in site.program.containing([function.name]):
        module = site.program.module(path)
        for one in module.table.occurrences if module is not None and module.has_names else ():
            is_set = one.role is Role.ATTRIBUTE and one.name == function.name and one.node.parent is not None
            if is_set and one.node.parent is not None and is_target(one.node.parent):
                raise RefactoringRefused(f"{path} gives an object an attribute `{function.name}`.")


def _check_header(site: Site, function: Function, klass: Klass) -> None:
    """Raises RefactoringRefused where the header would be evaluated otherwise within the class."""
    listed = function.node.child_by_field_name("parameters")
    parts = listed.named_children if listed is not None else []
    for child in parts:
        default = child.child_by_field_name("value")
        if default is not None and not is_constant(default):
            raise RefactoringRefused(f"The default `{text_of(default)}` would be evaluated earlier.")
    is_lazy = b"from __future__ import annotations" in site.module.tree.source
    annotations = [child.child_by_field_name("type") for child in parts[1:]]
    for node in (*annotations, function.node.child_by_field_name("return_type")):
        if node is not None and not is_lazy and not _is_known_before(site, node, klass):
            raise RefactoringRefused(
                f"The annotation `{text_of(node)}` would be evaluated within the class, where it is not known yet.",
                hint="Write it as a string, or import annotations from __future__.",
            )


def _is_known_before(site: Site, node: Node, klass: Klass) -> bool:
    """Whether the names of an annotation are bound before the class is made."""
    for one in (each for each in descendants(node) if each.type == "identifier"):
        found = site.module.table.by_start.get(one.start_byte)
        binders = found.symbol.binders() if found is not None and found.symbol is not None else []
        if any(binder.end > klass.scope.node.start_byte for binder in binders):
            return False
    return True


def _moved(site: Site, function: Function, klass: Klass) -> Iterator[Edit]:
    """The definition at the end of the class, with `self`, and away from where it was."""
    body, first = klass.scope.node.child_by_field_name("body"), receiver_of(function)
    listed = function.node.child_by_field_name("parameters")
    if body is None or first is None or listed is None:
        return
    last = body.named_children[-1]
    indent = lead(site, last.start_byte)
    self_node = next(node for node in listed.named_children if node.type != "comment")
    edits = [
        Edit(Span(site.path, one.start, one.end), (Name("self", Span(site.path, one.start, one.end)),))
        for one in first.occurrences[1:]
    ]
    named = first.occurrences[0]
    edits.append(
        Edit(
            Span(site.path, self_node.start_byte, self_node.end_byte),
            (Name("self", Span(site.path, named.start, named.end)),),
        )
    )
    copied = replace(copy_of(site.path, function.node), indent=indent)
    yield from edits
    end = klass.scope.node.end_byte
    # The copy begins a line, which is indented with the others.
    yield Edit(Span(site.path, end, end), ("\n\n", copied))
    yield deleted_statement(site, function.node)


def _call(site: Site, call: Call, function: Function, klass: Klass) -> Iterator[Edit]:
    """The edits of one call. Raises RefactoringRefused where its first argument may be something else."""
    callee, listed = call.node.child_by_field_name("function"), call.node.child_by_field_name("arguments")
    nodes = [node for node in listed.named_children if node.type != "comment"] if listed is not None else []
    if callee is None or listed is None or listed.type != "argument_list" or not nodes:
        raise RefactoringRefused(f"The call in {places([call])} is not plain.", hint="Rewrite that call first.")
    if not _is_surely(site_of(site.program, call.path), nodes[0], klass):
        raise RefactoringRefused(
            f"`{text_of(nodes[0])}` in {places([call])} may be something else than a `{klass.name}`.",
            hint="Annotate it with the class.",
        )
    named = function.node.child_by_field_name("name")
    like = Span(function.path, named.start_byte, named.end_byte) if named is not None else Span(call.path, 0, 0)
    pieces = (copy_of(call.path, nodes[0]), ".", Name(function.name, like))
    yield Edit(Span(call.path, callee.start_byte, callee.end_byte), pieces)
    items = [Item(node, (Copy(Span(call.path, node.start_byte, node.end_byte)),)) for node in nodes[1:]]
    yield from list_edits(call.path, site_of(site.program, call.path).module.tree.source, listed, items)


def _is_surely(site: Site, node: Node, klass: Klass) -> bool:
    """Whether an expression is an object of a class, and never None: by its making, or by a plain annotation."""
    if node.type == "call":
        function = node.child_by_field_name("function")
        made = site.program.value(site.path, function) if function is not None else None
        return isinstance(made, ClassValue) and klass in site.program.classes.ancestors(made.klass)
    value = site.program.value(site.path, node) if node.type == "identifier" else None
    if not isinstance(value, Instance) or klass not in site.program.classes.ancestors(value.klass):
        return False
    found = site.module.table.by_start.get(node.start_byte)
    symbol = found.symbol if found is not None else None
    if symbol is None or receiver(symbol) is not None:
        return symbol is not None
    binders = symbol.binders()
    holder = binders[0].node.parent if len(binders) == 1 else None
    if holder is None:
        return False
    if binders[0].role is Role.PARAMETER:
        annotation = text_of(holder.child_by_field_name("type")) if holder.type == "typed_parameter" else ""
        return bool(annotation) and not any(word in annotation for word in _VAGUE)
    right = holder.child_by_field_name("right") if holder.type == "assignment" else None
    return right is not None and right.type == "call" and _is_surely(site, right, klass)
