"""What evaluating an expression may do in a language with braces, and what is evaluated before it in its statement."""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.text.suites import descendants
from beast_lsp.engine.scopes.resolution.braces import IMPORT, BraceTable
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Scope, Symbol


class Level(IntEnum):
    """What evaluating may do, from nothing to anything."""

    NONE = 0  # depends on names alone
    READ = 1  # depends on objects or on `this`, may fail, or makes a new object
    ANY = 2  # calls and the like


_NAMES = frozenset({"identifier", "shorthand_property_identifier"})
_BITS = ("&", "|", "^", "<<", ">>")
# Operators that look at their operands only, and not at what objects hold, by family; the others may call methods.
_LOOKING = {
    "javascript": frozenset({"===", "!==", "&&", "||", "??", "!", "typeof", "void"}),
    "go": frozenset(
        ["+", "-", "*", "==", "!=", "<", ">", "<=", ">=", "&&", "||", "!", "&", "|", "^", "<<", ">>", "&^"]
    ),
    "java": frozenset({"-", "*", *_BITS, "==", "!=", "<", ">", "<=", ">=", "&&", "||", "!"}),
    "rust": frozenset({"&&", "||"}),
}
LITERALS = frozenset(
    {
        "number", "string", "true", "false", "null", "undefined", "int_literal", "float_literal", "rune_literal",
        "interpreted_string_literal", "raw_string_literal", "nil", "iota", "integer_literal", "boolean_literal",
        "char_literal", "string_literal", "decimal_integer_literal", "hex_integer_literal", "character_literal",
        "decimal_floating_point_literal", "null_literal",
    }
)  # fmt: skip
_PLAIN = frozenset({"parenthesized_expression", "binary_expression", "unary_expression", "ternary_expression"})
_READING = frozenset(
    {
        "member_expression", "subscript_expression", "selector_expression", "index_expression", "field_expression",
        "field_access", "array_access", "template_string", "template_substitution", "object", "array", "pair",
        "composite_literal", "literal_value", "literal_element", "keyed_element", "slice_expression", "cast_expression",
        "type_cast_expression", "as_expression", "satisfies_expression", "non_null_expression", "arrow_function",
        "function_expression", "func_literal", "lambda_expression", "instanceof_expression", "regex",
        "type_assertion_expression", "tuple_expression", "this", "self", "super",
    }
)  # fmt: skip
_GLOBALS = frozenset({"console", "document", "process", "window", "globalThis"})
_PARTS = ("identifier", "_type", "_fragment", "_content", "escape_sequence", "type_arguments", "_annotation")
_CHAINS = frozenset({"call_expression", "subscript_expression", "member_expression"})
_OPAQUE = frozenset({"arrow_function", "function_expression", "func_literal", "lambda_expression"})
BLOCKS = frozenset({"statement_block", "program", "statement_list", "block", "constructor_body"})
_CLOSED = frozenset(
    {
        "arrow_function", "function_expression", "func_literal", "lambda_expression", "closure_expression",
        "class_body", "match_arm", "switch_case", "switch_default", "expression_case", "type_case", "default_case",
        "communication_case", "switch_rule", "switch_block_statement_group", "ternary_expression",
        "labeled_statement", "while_statement", "do_statement", "for_statement", "while_expression",
        "formal_parameters", "async_block", "defer_statement", "go_statement", "required_parameter",
        "method_definition", "field_definition", "public_field_definition", "field_declaration",
    }
)  # fmt: skip
_BRANCHES = frozenset({"consequence", "alternative"})
_BINDING = frozenset(
    {"variable_declarator", "let_declaration", "short_var_declaration", "var_spec", "enhanced_for_statement"}
)
_ASSIGNING = frozenset({"assignment_expression", "assignment_statement"})


def level(site: Site, node: Node) -> Level:
    """What evaluating an expression may do."""
    found, stack = Level.NONE, [node]
    while stack and found is not Level.ANY:
        one = stack.pop()
        found = max(found, _own(site, one))
        if one.type not in _OPAQUE and one.type not in LITERALS:
            stack += one.named_children
    return found


def _own(site: Site, node: Node) -> Level:
    if node.type in _NAMES or node.type in LITERALS or "comment" in node.type or not node.is_named:
        return Level.NONE
    if node.type in _PLAIN:
        operator = node.child_by_field_name("operator")
        sign = operator.type if operator is not None else node.children[0].type
        if sign in {"<-", "delete"}:
            return Level.ANY
        family = by_name(site.module.tree.language).family
        is_looking = sign in _LOOKING[family] or node.type == "parenthesized_expression" or _is_of_literals(node)
        return Level.NONE if is_looking and not (sign == "&" and node.type == "unary_expression") else Level.READ
    is_part = node.type.endswith(_PARTS)
    return Level.NONE if is_part else Level.READ if node.type in _READING else Level.ANY


def _is_of_literals(node: Node) -> bool:
    """Whether an operator is applied to literals, whose values nobody can change; a division might still fail."""
    sign = node.child_by_field_name("operator")
    is_safe = sign is None or sign.type not in {"/", "%"}
    return is_safe and all(child.type in LITERALS for child in node.named_children)


def names_in(site: Site, node: Node) -> Iterator[Occurrence]:
    """The names in a node."""
    table = site.module.table
    found = (table.by_start.get(each.start_byte) for each in descendants(node) if each.child_count == 0)
    return (one for one in found if one is not None and one.end <= node.end_byte)


def is_steady(symbol: Symbol | None) -> bool:
    """Whether a name always has the value that it was declared with."""
    return symbol is not None and [one.role for one in symbol.occurrences if one.role is not Role.READ] == [Role.WRITE]


def commute(site: Site, first: Node, second: Node) -> bool:
    """Whether it makes no difference which of two expressions is evaluated first."""
    low, high = sorted((first, second), key=lambda node: level(site, node))
    if level(site, high) is not Level.ANY:
        return True
    if level(site, low) is Level.NONE:
        return all(is_steady(one.symbol) or _is_called(one) for one in names_in(site, low))
    return level(site, low) is Level.READ and _is_library(site, low)


def _is_called(one: Occurrence) -> bool:
    """Whether a name is the function of a call, from outside of the file."""
    holder = one.node.parent
    return one.symbol is None and holder is not None and holder.child_by_field_name("function") == one.node


def _is_library(site: Site, node: Node) -> bool:
    """Whether a node is a member of an import or of something global, such as `console.log`."""
    while node.type in {"member_expression", "selector_expression", "field_access"} and node.named_children:
        node = node.named_children[0]
    table, one = site.module.table, site.module.table.by_start.get(node.start_byte)
    if one is None or not isinstance(table, BraceTable):
        return False
    if one.symbol is not None:
        return table.kinds_of(one.symbol) == {IMPORT}
    is_known = one.name in _GLOBALS or by_name(site.module.tree.language).family == "go"
    return is_known or one.name[:1].isupper()


def statement_of(node: Node) -> Node | None:
    """The statement of a block that an expression belongs to. None where it has none.

    Raises RefactoringRefused where the statement may not evaluate the expression, or more than once.
    """
    inner = node
    while inner.parent is not None and inner.parent.type not in BLOCKS:
        outer = inner.parent
        _check_step(outer, inner)
        inner = outer
    return inner if inner.parent is not None else None


def _check_step(outer: Node, inner: Node) -> None:
    operator = outer.child_by_field_name("operator")
    is_first = inner in (outer.child_by_field_name("condition"), outer.child_by_field_name("left"))
    is_shortcut = operator is not None and operator.type in {"&&", "||", "??"} and not is_first
    is_branch = inner in [outer.child_by_field_name(name) for name in _BRANCHES]
    is_asked = outer.type == "ternary_expression" and is_first
    front = (outer.text or b"")[: inner.start_byte - outer.start_byte]
    behind_question = outer.type in _CHAINS and b"?." in front
    behind_begin = outer.child_by_field_name("initializer") is not None and outer.type != "variable_declarator"
    if is_shortcut or is_branch or behind_question or behind_begin or (outer.type in _CLOSED and not is_asked):
        raise RefactoringRefused(
            "The expression is not evaluated exactly once where its statement begins.",
            hint="Select something that is.",
        )


def evaluated_before(statement: Node, node: Node) -> list[Node]:
    """What a statement evaluates before it evaluates an expression in it."""
    found: list[Node] = []
    inner = node
    while inner != statement and inner.parent is not None:
        outer = inner.parent
        for child in outer.named_children:
            if child.start_byte >= inner.start_byte:
                break
            found += _evaluated(outer, child)
        inner = outer
    return found


def _evaluated(outer: Node, child: Node) -> list[Node]:
    """What of a node is evaluated that stands before another one: of a target only what it is looked up in."""
    is_target = outer.type in _BINDING or (outer.type in _ASSIGNING and child == outer.child_by_field_name("left"))
    if "comment" in child.type or child.type in {"modifiers", "mutable_specifier"}:
        return []
    if not is_target:
        return [child]
    return [inner for each in (child, *child.named_children) if each.type in _READING for inner in each.named_children]


def check_bound(site: Site, value: Node) -> None:
    """Raises RefactoringRefused for a value whose evaluation may fail, since it reads what is declared further down."""
    table = site.module.table
    kinds = table.kinds if isinstance(table, BraceTable) else {}
    for one in names_in(site, value):
        declared = [each for each in (one.symbol.occurrences if one.symbol is not None else ()) if each.start in kinds]
        is_early = all(each.start >= value.end_byte or _begins(each.node, one.node) for each in declared)
        if one not in declared and declared and is_early and function_of(declared[0].scope) is function_of(one.scope):
            raise RefactoringRefused(f"`{one.name}` is declared further down, so that reading it may fail.")


def _begins(name: Node, read: Node) -> bool:
    """Whether a name is read in the very declaration that gives it its value."""
    holder = name.parent
    while holder is not None and holder.type.endswith("pattern"):
        holder = holder.parent
    is_declarator = holder is not None and holder.type == "variable_declarator"
    return holder is not None and is_declarator and holder.start_byte <= read.start_byte < holder.end_byte


def function_of(scope: Scope) -> Scope:
    """The function, or the file, that a scope belongs to."""
    return next(outer for outer in scope.outwards() if outer.kind in {"function", "module"})


def check_first(site: Site, statement: Node, node: Node, value: Node | None = None) -> None:
    """Raises RefactoringRefused where it matters that a statement evaluates other things before an expression.

    `value` is what would be evaluated in place of the expression, if that is something else.
    """
    value = value if value is not None else node
    check_bound(site, value)
    for before in evaluated_before(statement, node):
        check_bound(site, before)
        declared = {one.name for one in names_in(site, before) if one.role is not Role.READ}
        if declared & {one.name for one in names_in(site, value)} or not commute(site, before, value):
            raise RefactoringRefused(
                f"`{site.text(before).splitlines()[0]}` is evaluated before it, which may make a difference.",
                hint="Extract that first.",
            )
