"""The deletion of an import that nothing uses, where importing it surely does nothing else. Python."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.purity import is_droppable
from beast_lsp.engine.refactors.proposal import Edit, Proposal
from beast_lsp.engine.refactors.refactoring import Site
from beast_lsp.engine.refactors.text.list_edits import without_one
from beast_lsp.engine.refactors.uses.call_sites import Use, places
from beast_lsp.engine.refactors.uses.deletion import PUBLIC_NOTE, deleted_exports, deleted_statement
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Occurrence
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module

_HINT = "Delete the line by hand."
# Modules of the standard library that do something when they are imported.
_LOUD = frozenset(
    {"this", "antigravity", "readline", "rlcompleter", "faulthandler", "site", "sitecustomize", "idlelib"}
)
_STATEMENTS = frozenset({"function_definition", "class_definition", "comment", "pass_statement"})


def import_deletion(site: Site, one: Occurrence) -> Proposal | None:
    """The imported name away, with its statement where it is the only one."""
    statement = _statement(one)
    if statement is None or one.symbol is None:
        return None
    exported = [
        Use(site.path, each.node) for each in one.symbol.occurrences if each.in_string and _is_listed(site, each)
    ]
    used = [
        each for each in one.symbol.occurrences if each is not one and not (each.in_string and _is_listed(site, each))
    ]
    if used:
        found = places(Use(site.path, each.node) for each in used)
        raise RefactoringRefused(f"`{one.name}` is used: {found}.", hint="Remove those uses first.")
    if site.module.table.module.is_dynamic or one.scope.is_dynamic:
        raise RefactoringRefused(f"The code looks names up by their text, and may use `{one.name}`.", hint=_HINT)
    names = statement.children_by_field_name("name")
    _check_silent(site, statement, one, is_last=len(names) == 1)
    edits = [deleted_statement(site, statement)] if len(names) == 1 else _without(site, names, one)
    edits += deleted_exports(site.program, exported)
    notes = (PUBLIC_NOTE,) if exported else ()
    return Proposal(f"Delete the import `{one.name}`", tuple(edits), notes=notes)


def _is_listed(site: Site, one: Occurrence) -> bool:
    return one in (site.module.table.exported or ())


def _statement(one: Occurrence) -> Node | None:
    node: Node | None = one.node
    while node is not None and node.type not in {"import_statement", "import_from_statement"}:
        node = node.parent
    return node


def _without(site: Site, names: list[Node], one: Occurrence) -> list[Edit]:
    gone = next(node for node in names if node.start_byte <= one.start < node.end_byte)
    return list(without_one(site.path, site.module.tree.source, names, gone))


def _check_silent(site: Site, statement: Node, one: Occurrence, *, is_last: bool) -> None:
    """Raises RefactoringRefused where the import may do something when it runs."""
    outer = statement.parent
    while outer is not None and outer.type != "module":
        if outer.type in {"try_statement", "with_statement"}:
            raise RefactoringRefused("The import stands where its failing counts.", hint=_HINT)
        outer = outer.parent
    source = statement.child_by_field_name("module_name")
    if source is not None and not is_last and site.program.taken(site.path, one).kind != "module":
        return  # the module is imported all the same.
    name = text_of(source) if source is not None else _imported(statement, one)
    _check_module(site, name, is_from=source is not None, one=one)


def _imported(statement: Node, one: Occurrence) -> str:
    for node in statement.children_by_field_name("name"):
        if node.start_byte <= one.start < node.end_byte:
            return text_of(node.child_by_field_name("name") or node)
    return ""


def _check_module(site: Site, name: str, *, is_from: bool, one: Occurrence) -> None:
    """Raises RefactoringRefused where a module may do something when it is imported."""
    head = name.partition(".")[0]
    if not name.startswith(".") and _is_standard(site, head):
        if head not in _LOUD and (is_from or "." not in name):
            return
        raise RefactoringRefused(f"Importing `{name}` may do something by itself.", hint=_HINT)
    paths = [site.program.find(site.path, name)]
    if is_from and site.program.taken(site.path, one).kind == "module":
        paths.append(site.program.taken(site.path, one).path)
    for path in paths:
        if path is not None and _is_reached(site, path):
            raise RefactoringRefused(f"Code elsewhere may use `{name}` because it is imported here.", hint=_HINT)
        module = site.program.module(path) if path is not None else None
        if module is None or not _is_silent(site, module):
            raise RefactoringRefused(f"Importing `{name}` may do something by itself.", hint=_HINT)


def _is_reached(site: Site, path: str) -> bool:
    """Whether another file names a submodule after a dot, which works where anybody has imported it."""
    stem = site.program.imports.dotted(path).rpartition(".")[2].encode()
    pattern = re.compile(rb"^(?![ \t]*(?:from|import)\b).*\w\." + re.escape(stem) + rb"\b", re.MULTILINE)
    found = site.program.reach.holding({stem.decode()}, pattern) if "/" in path else []
    return any(each != site.path for each in found)


def _is_silent(site: Site, module: Module) -> bool:
    """Whether a module only defines functions, plain values and classes without decorators."""
    other = Site(site.program, module.path, 0, 0)
    return all(_is_definition(other, node) for node in module.tree.tree.root_node.named_children)


def _is_definition(site: Site, node: Node) -> bool:
    if node.type == "class_definition":
        body = node.child_by_field_name("body")
        is_plain = node.child_by_field_name("superclasses") is None
        return is_plain and body is not None and all(_is_definition(site, child) for child in body.named_children)
    if node.type == "function_definition":
        listed = node.child_by_field_name("parameters")
        defaults = (
            child.child_by_field_name("value") for child in (listed.named_children if listed is not None else ())
        )
        return all(one is None or is_droppable(site, one) for one in defaults)
    if node.type == "expression_statement":
        inner = node.named_children[0]
        value = inner.child_by_field_name("right") if inner.type == "assignment" else inner
        return value is None or is_droppable(site, value)
    if node.type in {"import_statement", "import_from_statement", "future_import_statement"}:
        return _is_of_library(site, node)
    return node.type in _STATEMENTS


def _is_of_library(site: Site, node: Node) -> bool:
    source = node.child_by_field_name("module_name")
    names = (
        [text_of(source)]
        if source is not None
        else [text_of(one.child_by_field_name("name") or one) for one in node.children_by_field_name("name")]
    )
    heads = {name.partition(".")[0] for name in names}
    is_future = node.type == "future_import_statement"
    return is_future or all(_is_standard(site, head) and head not in _LOUD for head in heads)


def _is_standard(site: Site, head: str) -> bool:
    """Whether a module is of the standard library, and none of the workspace hides it."""
    folder = site.path.rpartition("/")[0]
    near = {f"{root}{head}{end}" for root in (f"{folder}/" if folder else "", "") for end in (".py", "/__init__.py")}
    return head in sys.stdlib_module_names and all(site.program.module(path) is None for path in near)
