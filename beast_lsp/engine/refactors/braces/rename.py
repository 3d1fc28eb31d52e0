"""Rename within a file, for languages with braces: locals and parameters, and what a JavaScript module keeps private.

What other files may know by its name (exports, fields, methods, types, a Go package's names, Rust's items) is refused.
The scopes are those of `scopes.resolution`, each after its language's specification.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.proposal import Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.scopes.resolution.braces import FUNCTION, PARAMETER, PATTERN, PINNED, BraceTable
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Scope, Symbol

_WORDS = {"javascript": r"[^\W\d][\w$]*|[$][\w$]*"}
_WORD = r"[^\W\d]\w*"
_NAMES = frozenset(
    {
        "identifier", "type_identifier", "shorthand_property_identifier", "shorthand_property_identifier_pattern",
        "shorthand_field_identifier", "package_identifier",
    }
)  # fmt: skip
_MEMBERS = frozenset({"property_identifier", "private_property_identifier", "field_identifier", "type_identifier"})
_SPECIAL = frozenset(
    {"arguments", "await", "undefined", "eval", "NaN", "Infinity", "let", "static", "yield", "async", "_"}
)
# Attributes and annotations that do not care how parameters are called.
_PLAIN_MARKS = re.compile(
    r"#!?\[\s*(test|inline|must_use|allow|warn|deny|expect|cfg|doc|cold|track_caller|ignore|should_panic)\b"
    r"|@(Override|Deprecated|SuppressWarnings|SafeVarargs|Nullable|NonNull|Nonnull|NotNull|Test|FunctionalInterface)\b"
)
_HOLDERS = frozenset(
    {
        "labeled_statement", "break_statement", "continue_statement", "label", "lifetime", "element_value_pair",
        "namespace_export", "macro_invocation",
    }
)  # fmt: skip
# Where TypeScript's types stand whose names are known.
_TYPED = frozenset({"type_annotation", "type_arguments", "generic_type", "union_type", "array_type"})
_SHORTHANDS = frozenset(
    {"shorthand_property_identifier", "shorthand_property_identifier_pattern", "shorthand_field_identifier"}
)


def target(site: Site) -> Occurrence | None:
    """The name at the cursor that can be renamed. Raises RefactoringRefused for one that other files may know."""
    table = site.module.table
    one = table.at(site.start) or (table.at(site.end) if site.is_selection else None)
    if one is None or not isinstance(table, BraceTable):
        node = site.node()
        if node.type in _MEMBERS:
            raise RefactoringRefused(f"`{site.text(node)}` may be used by its name in other files.")
        return None
    if one.symbol is None:
        raise RefactoringRefused(f"`{one.name}` is not defined in this file.")
    check_private(site, table, one.symbol)
    return one


def glance(site: Site) -> str:
    """The name that can be renamed; "" where there is none."""
    one = target(site)
    return one.name if one is not None else ""


def rename(site: Site) -> Proposal | None:
    """The proposal of renaming what stands at the cursor to the option `name`."""
    one, new = target(site), site.options.get("name", "").strip()
    table = site.module.table
    if one is None or one.symbol is None or not new or not isinstance(table, BraceTable):
        return None
    _check_name(site, one.name, new)
    check_known(site, table, one.symbol)
    _check_redeclared(site, table, one.symbol, new)
    edits = tuple(_edit(site, each, new) for each in one.symbol.occurrences)
    return Proposal(f"Rename {one.name} to {new}", edits)


def _check_name(site: Site, old: str, new: str) -> None:
    language = by_name(site.module.tree.language)
    if not re.fullmatch(_WORDS.get(language.family, _WORD), new):
        raise RefactoringRefused(f"`{new}` is no name in {language.name}.", hint="Use letters, digits and underscores.")
    if new in language.keywords or new in _SPECIAL:
        raise RefactoringRefused(f"`{new}` means something to {language.name}.", hint=f"`{new}_` would do.")
    if new == old:
        raise RefactoringRefused(f"It is called `{new}` already.")
    if language.family == "rust" and new[:1].isupper():
        raise RefactoringRefused(f"In a pattern `{new}` would be taken for a constant.", hint="Use lower case.")


def _check_redeclared(site: Site, table: BraceTable, symbol: Symbol, new: str) -> None:
    """Raises RefactoringRefused where the scope has the name, or Java, where no local hides another one (JLS 6.4)."""
    if new in symbol.scope.symbols:
        raise RefactoringRefused(f"`{new}` is the name of another variable there.", hint="Choose another name.")
    if by_name(site.module.tree.language).family != "java":
        return
    for one in table.occurrences:
        other = one.symbol if one.name == new and table.kinds.get(one.start, PINNED) != PINNED else None
        if other is not None and (other.scope in symbol.scope.outwards() or symbol.scope in other.scope.outwards()):
            raise RefactoringRefused(f"`{new}` is the name of another variable there.", hint="Choose another name.")


def check_private(site: Site, table: BraceTable, symbol: Symbol) -> None:
    """Raises RefactoringRefused for a name that something outside of this file, or at run time, may look up."""
    kinds = table.kinds_of(symbol)
    is_known = PINNED in kinds or any(
        _is_exported(each.node) for each in symbol.occurrences if each.start in table.kinds
    )
    if is_known or (symbol.scope.kind == "module" and not table.is_module):
        raise RefactoringRefused(f"`{symbol.name}` may be used by its name in other files.")
    if PATTERN in kinds:
        raise RefactoringRefused(f"Where `{symbol.name}` is in scope depends on the flow of control.")
    if symbol.scope.is_dynamic:
        raise RefactoringRefused(f"`{symbol.name}` may be looked up by its text: `eval` or `with` sees it.")
    if FUNCTION in kinds and symbol.scope.kind == "block" and not table.is_module:
        raise RefactoringRefused(f"A function in a block, as `{symbol.name}` is, may be seen outside of the block.")
    if PARAMETER in kinds and (mark := _mark(site, symbol)):
        raise RefactoringRefused(f"`{mark}` may look `{symbol.name}` up by its name.")


def _is_exported(node: Node) -> bool:
    """Whether a declaration stands behind `export` or `declare`."""
    outer = node.parent
    while outer is not None and outer.type not in {"statement_block", "program", "arrow_function", "formal_parameters"}:
        if outer.type in {"export_statement", "ambient_declaration"}:
            return True
        outer = outer.parent
    return False


def _mark(site: Site, symbol: Symbol) -> str:
    """An attribute or annotation of a parameter, or of its function, that may look the parameter up; "" without one."""
    function = symbol.scope.node
    before = function.prev_named_sibling
    marks = [function] if function.type != "method_definition" else []
    while before is not None and before.type == "attribute_item":
        marks.append(before)
        before = before.prev_named_sibling
    for holder in marks:
        listed = [holder] if holder.type == "attribute_item" else [*holder.named_children, *_parameter_marks(holder)]
        for each in listed:
            for mark in [each] if each.type == "attribute_item" else each.named_children:
                is_mark = mark.type in {"attribute_item", "marker_annotation", "annotation"}
                if is_mark and not _PLAIN_MARKS.match(site.text(mark)):
                    return site.text(mark).split("(")[0]
    return ""


def _parameter_marks(function: Node) -> Iterator[Node]:
    listed = function.child_by_field_name("parameters")
    for parameter in listed.named_children if listed is not None else ():
        yield from (
            child for child in (parameter, *parameter.named_children) if child.type in {"modifiers", "attribute_item"}
        )


def check_known(site: Site, table: BraceTable, symbol: Symbol) -> None:
    """Raises RefactoringRefused where the name also stands where its meaning can't be told."""
    own, word = _reach(site, symbol.scope), re.compile(rf"(?<![\w$]){re.escape(symbol.name)}(?![\w$])")
    for node in descendants(own, own.start_byte, own.end_byte):
        if node.type == "token_tree" and word.search(site.text(node)):
            raise _unknown_place(site, symbol, node, "stands in a macro")
        is_name = node.type in _NAMES and node.start_byte not in table.by_start and site.text(node) == symbol.name
        if is_name and (node.start_byte in table.unclear or not _is_member(node)):
            raise _unknown_place(site, symbol, node, "may mean something else")
    for one in symbol.occurrences:
        if any(each in table.foreign for each in _between(one.scope, symbol.scope)):
            raise RefactoringRefused(f"A class here may inherit another `{symbol.name}`, which would hide this one.")


def _reach(site: Site, scope: Scope) -> Node:
    """The function in which a scope's names may be used, or the whole file."""
    node, functions = scope.node, by_name(site.module.tree.language).functions
    while node.parent is not None and (node.type not in functions or scope.parent is None):
        node = node.parent
    return node


def _unknown_place(site: Site, symbol: Symbol, node: Node, what: str) -> RefactoringRefused:
    line = site.module.tree.position(node.start_point).line + 1
    return RefactoringRefused(f"`{symbol.name}` {what} in line {line}.", hint="Rename it by hand there first.")


def _is_member(node: Node) -> bool:
    """Whether a name is one of a label, a method, a type, a member or a part of a path, which no variable is."""
    holder = node.parent
    if holder is None:
        return False
    if holder.type in _HOLDERS or (node.type == "type_identifier" and holder.type not in _TYPED):
        return True
    if holder.type == "literal_element":
        return holder.parent is not None and holder.parent.child_by_field_name("key") == holder
    if holder.type in {"scoped_identifier", "field_access", "method_reference", "nested_identifier"}:
        return holder.named_children[0] != node
    is_named = node in (holder.child_by_field_name("name"), holder.child_by_field_name("alias"))
    return is_named and holder.type.endswith(("_invocation", "_declaration", "_specifier", "annotation"))


def _between(scope: Scope, outermost: Scope) -> Iterator[Scope]:
    for each in scope.outwards():
        if each is outermost:
            return
        yield each


def _edit(site: Site, one: Occurrence, new: str) -> Edit:
    """The edit of one use: a shorthand for a member or an import is written out."""
    span = Span(site.path, one.start, one.end)
    named: Piece = Name(new, span)
    holder = one.node.parent
    kind = holder.type if holder is not None else ""
    if one.node.type in _SHORTHANDS or kind == "shorthand_field_initializer":
        if kind == "field_pattern" and holder is not None and holder.children[0] != one.node:
            raise RefactoringRefused(
                f"`{one.name}` stands for a field and a variable.", hint="Write the field out first."
            )
        return Edit(span, (f"{one.name}: ", named))
    is_bare = holder is not None and holder.child_by_field_name("alias") is None
    if kind == "import_specifier" and is_bare:
        return Edit(span, (f"{one.name} as ", named))
    if kind == "export_specifier" and is_bare:
        return Edit(span, (named, f" as {one.name}"))
    if kind.startswith("jsx_") and one.name[:1].isupper() != new[:1].isupper():
        raise RefactoringRefused("A component's name begins with an upper case letter.")
    return Edit(span, (named,))
