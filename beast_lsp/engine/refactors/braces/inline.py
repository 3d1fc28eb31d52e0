"""Inlines a variable in a language with braces: its value takes the place of its name, and its declaration goes.

A value that depends on names alone goes to every use, where these names keep what they were given. Any other goes to
its only use, if that is the first thing which the next statement evaluates.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.braces.effects import (
    BLOCKS,
    LITERALS,
    Level,
    check_bound,
    check_first,
    function_of,
    is_steady,
    level,
    names_in,
    statement_of,
)
from beast_lsp.engine.refactors.braces.rename import check_known, check_private
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal, Span
from beast_lsp.engine.refactors.text.suites import descendants, line_end, line_start
from beast_lsp.engine.scopes.resolution.braces import BraceTable
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol

_DECLARATORS = frozenset({"variable_declarator", "let_declaration", "short_var_declaration", "const_spec", "var_spec"})
_TIGHT = frozenset(
    {
        *LITERALS, "identifier", "call_expression", "method_invocation", "member_expression", "subscript_expression",
        "selector_expression", "index_expression", "field_expression", "field_access", "array_access", "array",
        "template_string", "parenthesized_expression", "this", "macro_invocation", "composite_literal",
    }
)  # fmt: skip
# Where an expression is delimited on both sides.
_HOLDING = frozenset(
    {
        "arguments", "argument_list", "parenthesized_expression", "template_substitution", "array", "return_statement",
        "variable_declarator", "let_declaration", "expression_list", "jsx_expression", "literal_element",
    }
)  # fmt: skip
_NUMBERS = frozenset({"number", "int_literal", "float_literal", "integer_literal", "decimal_integer_literal"})
_MEMBERS = frozenset({"member_expression", "field_expression", "method_invocation", "selector_expression"})
_CASTS = frozenset({"type_cast_expression", "cast_expression", "reference_expression"})
_TAGS = frozenset({"jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"})
_NARROW = frozenset(
    {"byte", "int8", "int16", "uint8", "uint16", "uint", "uint32", "uint64", "uintptr", "rune", "string"}
)
_JAVA_TYPES = {
    "int": frozenset({"decimal_integer_literal"}),
    "boolean": frozenset({"true", "false"}),
    "String": frozenset({"string_literal"}),
    "char": frozenset({"character_literal"}),
}


def inline_variable(site: Site) -> Proposal | None:
    """The proposal for the variable at the cursor."""
    table = site.module.table
    one = table.at(site.start)
    symbol = one.symbol if one is not None else None
    if symbol is None or not isinstance(table, BraceTable):
        return None
    declaration = next((each for each in symbol.occurrences if each.start in table.kinds), None)
    holder = _declarator(declaration.node) if declaration is not None else None
    value = _value(holder) if holder is not None else None
    if declaration is None or holder is None or value is None:
        return None
    check_private(site, table, symbol)
    check_known(site, table, symbol)
    uses = [each for each in symbol.occurrences if each is not declaration]
    _check_uses(site, symbol, uses)
    _check_declared_first(site, holder, uses)
    _check_typed(site, holder, value, uses)
    statement = _statement(holder)
    _check_moment(site, statement, value, uses)
    edits = [_edit(site, each, value) for each in uses]
    return Proposal(f"Inline {symbol.name}", (_removed(site, statement), *edits))


def _declarator(name: Node) -> Node | None:
    """The declaration of one plain variable that a name stands in."""
    holder = name.parent
    if holder is not None and holder.type == "expression_list" and holder.named_child_count == 1:
        holder = holder.parent
    return holder if holder is not None and holder.type in _DECLARATORS else None


def _value(holder: Node) -> Node | None:
    """What a declaration gives its variable; None where it declares several, or gives nothing."""
    value = holder.child_by_field_name("value") or holder.child_by_field_name("right")
    if value is not None and value.type == "expression_list":
        value = value.named_children[0] if value.named_child_count == 1 else None
    names = holder.children_by_field_name("name")
    statement = _statement(holder)
    siblings = [child for child in statement.named_children if child.type == holder.type]
    is_one = len(names) < 2 and (len(siblings) < 2 or statement == holder)
    is_whole = statement.parent is not None and statement.parent.type in BLOCKS
    return value if is_one and is_whole else None


def _statement(holder: Node) -> Node:
    outer = holder.parent
    is_part = outer is not None and outer.type.endswith("_declaration") and holder.type != "let_declaration"
    return outer if is_part and outer is not None else holder


def _check_uses(site: Site, symbol: Symbol, uses: Iterable[Occurrence]) -> None:
    found = list(uses)
    if not found:
        raise RefactoringRefused(f"Nothing reads `{symbol.name}`.", hint="Delete it, if its value has no effect.")
    for one in found:
        holder = one.node.parent
        if one.role is not Role.READ:
            raise RefactoringRefused(f"`{symbol.name}` is assigned more than once.")
        kind = holder.type if holder is not None else ""
        is_address = holder is not None and kind == "unary_expression" and holder.children[0].type == "&"
        is_place = kind == "reference_expression" or is_address
        if is_place or kind in {"type_query", "export_specifier", "ref_pattern"} or kind in _TAGS:
            line = site.module.tree.position(one.node.start_point).line + 1
            raise RefactoringRefused(f"Line {line} needs `{symbol.name}` itself, not its value.")


def _check_declared_first(site: Site, holder: Node, uses: Iterable[Occurrence]) -> None:
    """Raises RefactoringRefused where a use may come before the declaration: JavaScript's `var`, and closures."""
    statement = _statement(holder)
    block, own = statement.parent, site.module.table.scope_of(statement)
    for one in uses:
        is_inside = block is not None and block.start_byte <= one.start < block.end_byte
        is_kept = statement.type == "variable_declaration" and function_of(one.scope) is not function_of(own)
        if one.start < statement.end_byte or not is_inside or is_kept:
            raise RefactoringRefused(f"`{one.name}` may be read before it has its value.")


def _check_typed(site: Site, holder: Node, value: Node, uses: Iterable[Occurrence]) -> None:
    """Raises RefactoringRefused where the value might be of another type without the variable."""
    family = by_name(site.module.tree.language).family
    kind = holder.child_by_field_name("type") or (holder.parent.child_by_field_name("type") if holder.parent else None)
    if family == "java" and kind is not None and not _is_exactly(site, site.text(kind), value):
        raise RefactoringRefused(f"The value may be of another type than `{site.text(kind)}`.")
    if family in {"rust", "go"} and kind is not None:
        raise RefactoringRefused(f"The value may be of another type than `{site.text(kind)}`.")
    if family == "rust" and any(child.type == "mutable_specifier" for child in holder.children):
        raise RefactoringRefused("The variable may be changed.")
    if family == "rust" and value.type not in LITERALS:
        raise RefactoringRefused("The value may be moved, or live longer.", hint="Only literals are inlined in Rust.")
    for one in uses if family in {"rust", "go"} and value.type in _NUMBERS else ():
        _check_number(site, one)


def _is_exactly(site: Site, kind: str, value: Node) -> bool:
    if kind == "var":
        return value.type not in {"null_literal", "lambda_expression"}
    operator = value.child_by_field_name("operator")
    sign = operator.type if operator is not None else ""
    if kind == "String" and sign == "+":
        return any(child.type == "string_literal" for child in value.named_children)
    if kind == "boolean" and sign in {"==", "!=", "<", ">", "<=", ">=", "&&", "||"}:
        return True
    is_whole = kind == "int" and value.type == "binary_expression" and sign in {"+", "-", "*"}
    return is_whole or value.type in _JAVA_TYPES.get(kind, ())


def _check_number(site: Site, one: Occurrence) -> None:
    """Raises RefactoringRefused where a literal without a type would be computed with, converted or called."""
    holder = one.node.parent
    kind = holder.type if holder is not None else ""
    call = holder.parent if holder is not None and kind == "argument_list" else None
    called = call.child_by_field_name("function") if call is not None else None
    is_conversion = called is not None and site.text(called) in _NARROW
    if kind in _MEMBERS | _CASTS | {"binary_expression", "unary_expression"} or is_conversion:
        raise RefactoringRefused("A number without a type of its own may count as another one there.")


def _check_moment(site: Site, statement: Node, value: Node, uses: list[Occurrence]) -> None:
    """Raises RefactoringRefused where the value would be evaluated at another time, or not once."""
    check_bound(site, value)
    if level(site, value) is Level.NONE and all(is_steady(one.symbol) for one in names_in(site, value)):
        return
    following = statement.next_named_sibling
    while following is not None and "comment" in following.type:
        following = following.next_named_sibling
    only = uses[0].node
    if len(uses) > 1 or following is None or not (following.start_byte <= only.start_byte < following.end_byte):
        raise RefactoringRefused(
            "The value may change between here and its use, or would be computed again.",
            hint="Only a single use in the next statement can take it.",
        )
    inner = statement_of(only)
    if inner is None or inner != following:
        raise RefactoringRefused("The next statement may not evaluate the value, or more than once.")
    check_first(site, inner, only, value)


def _edit(site: Site, one: Occurrence, value: Node) -> Edit:
    holder = one.node.parent
    kind = holder.type if holder is not None else ""
    is_tight = value.type in _TIGHT and not (value.type in _NUMBERS and kind in _MEMBERS)
    opening, closing = ("", "") if is_tight or kind in _HOLDING else ("(", ")")
    is_short = one.node.type == "shorthand_property_identifier" or kind == "shorthand_field_initializer"
    start = f"{one.name}: " if is_short else ""
    pieces: tuple[Piece, ...] = (start + opening, Copy(site.span(value)), closing)
    return Edit(Span(site.path, one.start, one.end), pieces)


def _removed(site: Site, statement: Node) -> Edit:
    """The edit that takes a declaration out, with its line where nothing else stands in it."""
    source = site.module.tree.source
    start, end = statement.start_byte, statement.end_byte
    if source[end : end + 1] == b";":
        end += 1
    first, last = line_start(site, start), line_end(site, end, with_break=True)
    if any("comment" in each.type for each in descendants(statement)):
        raise RefactoringRefused("A comment stands in the declaration.", hint="Move it above.")
    if not source[first:start].strip() and not source[end:last].strip():
        return Edit(Span(site.path, first, last), ())
    while source[end : end + 1] == b" ":
        end += 1
    return Edit(Span(site.path, start, end), ())
