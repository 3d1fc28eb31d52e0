"""Extracts an expression into a variable in a language with braces, before the statement that it stands in.

What the variable's type would be must not depend on where the expression stood: Go's untyped constants (specification,
"Constants"), Java's poly expressions (JLS 15.2), TypeScript's contextual types and Rust's inference and temporaries
(reference, "Temporary scopes") are left alone.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.braces.effects import LITERALS, check_first, names_in, statement_of
from beast_lsp.engine.refactors.proposal import Copy, Edit, Proposal, Span
from beast_lsp.engine.refactors.text.suites import descendants, lead, line_start
from beast_lsp.engine.scopes.resolution.braces import BraceTable
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Symbol

_EXPRESSIONS = frozenset(
    {
        "object", "array", "template_string", "string", "number", "regex", "true", "false", "field_access",
        "array_access", "method_invocation", "arrow_function", "composite_literal", "func_literal", "jsx_element",
        "jsx_self_closing_element", "subscript_expression", "call_expression",
    }
)  # fmt: skip
_NOT_ALONE = frozenset({"spread_element", "assignment_expression", "sequence_expression", "macro_invocation"})
# What needs the place where an expression stands, not its value.
_PLACES = frozenset({"update_expression", "delete", "reference_expression", "inc_statement", "dec_statement"})
_CALLEES = {"call_expression": "function", "new_expression": "constructor", "augmented_assignment_expression": "left"}
_CALLEES |= {"assignment_expression": "left", "compound_assignment_expr": "left", "assignment_statement": "left"}
_COMPARISONS = frozenset({"==", "!=", "<", ">", "<=", ">=", "&&", "||"})
_ARITHMETIC = frozenset({"binary_expression", "unary_expression", "parenthesized_expression", "identifier", *LITERALS})
_SEVERAL = frozenset({"call_expression", "index_expression", "type_assertion_expression"})
_HEADED = ("_statement", "switch_expression")  # Their parentheses are their own.
_RECEIVING = frozenset({"field_expression", "index_expression", "try_expression", "await_expression"})
_OPEN = frozenset(
    {"argument_list", "variable_declarator", "assignment_expression", "return_statement", "lambda_expression"}
)
_UNTYPED = frozenset({"lambda_expression", "ternary_expression", "null_literal", "method_reference"})
_OF_CONTEXT = frozenset({"object", "array", "arrow_function", "function_expression"})


def extract_variable(site: Site) -> Proposal | None:
    """The proposal for the expression that is selected; `name` is what the variable is called."""
    node = _selected(site)
    if node is None or node.has_error:
        return None
    family = by_name(site.module.tree.language).family
    _check_value(site, node)
    statement = statement_of(node)
    if statement is None or statement.parent is None:
        return None
    if statement.type == "explicit_constructor_invocation":
        raise RefactoringRefused("Nothing may stand before the call of another constructor.")
    check_first(site, statement, node)
    keyword = _KEYWORDS[family](site, node)
    name = site.options.get("name", "") or _free_name(site)
    inner = node
    while inner.type == "parenthesized_expression" and inner.named_child_count == 1:
        inner = inner.named_children[0]
    end = "" if family == "go" else ";"
    start = f"{keyword.format(name)}"
    if statement.type == "expression_statement" and statement.named_children == [node]:
        span = Span(site.path, statement.start_byte, node.end_byte)
        return Proposal("Extract variable", (Edit(span, (start, Copy(site.span(inner)))),))
    at = statement.start_byte
    is_alone = not site.module.tree.source[line_start(site, at) : at].strip()
    gap = f"{end}\n{lead(site, at)}" if is_alone else "; "
    before = Edit(Span(site.path, at, at), (start, Copy(site.span(inner)), gap))
    replaced = inner if node.parent is not None and node.parent.type.endswith(_HEADED) else node
    return Proposal("Extract variable", (before, Edit(site.span(replaced), (name,))))


def _selected(site: Site) -> Node | None:
    """The expression that is exactly what is selected."""
    source, start, end = site.module.tree.source, site.start, site.end
    text = source[start:end]
    start, end = start + len(text) - len(text.lstrip()), end - (len(text) - len(text.rstrip()))
    node = site.module.tree.tree.root_node.named_descendant_for_byte_range(start, end) if end > start else None
    while node is not None and (node.start_byte, node.end_byte) == (start, end):
        is_expression = node.type in _EXPRESSIONS or node.type in LITERALS or node.type.endswith("_expression")
        if is_expression and node.type not in _NOT_ALONE:
            return node
        node = node.parent
    return None


def _check_value(site: Site, node: Node) -> None:
    """Raises RefactoringRefused where the expression is not just a value."""
    outer = node.parent
    if outer is None:
        return
    field = _CALLEES.get(outer.type)
    is_callee = field is not None and outer.child_by_field_name(field) == node
    operator = outer.child_by_field_name("operator")
    is_place = outer.type in _PLACES or (operator is not None and operator.type in {"delete", "&", "++", "--"})
    is_key = outer.type in {"pair", "keyed_element", "import_statement"} and outer.child_by_field_name("value") != node
    if is_callee or is_place or is_key or outer.type in {"directive", "export_statement", "literal_type", "case"}:
        raise RefactoringRefused("Here it matters where the value is, not only what it is.")


def _free_name(site: Site) -> str:
    taken = {one.name for one in site.module.table.occurrences}
    names = (f"value{number}" if number else "value" for number in itertools.count())
    return next(name for name in names if name not in taken)


def _javascript(site: Site, node: Node) -> str:
    if site.module.tree.language != "javascript" and node.type in _OF_CONTEXT:
        raise RefactoringRefused("Its type may come from where it stands.", hint="Give it a type first.")
    return "const {} = "


def _go(site: Site, node: Node) -> str:
    if all(each.type in LITERALS or each.type in _ARITHMETIC or not each.is_named for each in _outer(node)):
        found = list(names_in(site, node))
        if not found:
            return "const {} = "
        if not any(_is_typed(site, one.symbol) for one in found):
            raise RefactoringRefused("It may be a constant without a type, which a variable would give it.")
    if node.type in _SEVERAL and _is_lone(node):
        raise RefactoringRefused("It may give more than one value.")
    if node.type == "nil":
        raise RefactoringRefused("`nil` has no type of its own.")
    return "{} := "


def _is_lone(node: Node) -> bool:
    """Whether an expression of Go stands alone where several values may come of it."""
    outer = node.parent
    if outer is None or outer.type not in {"argument_list", "expression_list"} or outer.named_child_count != 1:
        return False
    target = outer.parent.child_by_field_name("left") if outer.parent is not None else None
    return target is None or target.named_child_count != 1


def _outer(node: Node) -> list[Node]:
    return [each for each in descendants(node) if each.parent is None or each.parent.type not in LITERALS]


def _is_typed(site: Site, symbol: Symbol | None) -> bool:
    """Whether a name of Go is a variable, not a constant."""
    table = site.module.table
    found = symbol.occurrences if symbol is not None and isinstance(table, BraceTable) else ()
    declared = [one.node for one in found if isinstance(table, BraceTable) and one.start in table.kinds]
    return bool(declared) and all(node.parent is not None and node.parent.type != "const_spec" for node in declared)


def _rust(site: Site, node: Node) -> str:
    outer = node.parent
    is_receiver = outer is not None and outer.type in _RECEIVING
    is_simple = all(each.type in _ARITHMETIC or not each.is_named for each in _outer(node))
    signs = {each.child_by_field_name("operator") for each in descendants(node)}
    if is_receiver or not is_simple or any(sign is not None and sign.type in {"&", "*"} for sign in signs):
        raise RefactoringRefused("A variable may live longer than the value does here, or be of another type.")
    return "let {} = "


def _java(site: Site, node: Node) -> str:
    operator = node.child_by_field_name("operator")
    if node.type == "string_literal" or (operator is not None and operator.type == "+" and _has_text(node)):
        return "String {} = "
    if (operator is not None and operator.type in _COMPARISONS) or node.type == "instanceof_expression":
        return "boolean {} = "
    outer = node.parent.type if node.parent is not None else ""
    is_open = outer in _OPEN
    is_made = node.type == "object_creation_expression" and "<>" not in site.text(node)
    is_typed = node.type in {"field_access", "array_access"} or is_made
    if (is_open and not is_typed) or node.type in _UNTYPED:
        raise RefactoringRefused("Its type may come from where it stands.", hint="Declare the variable by hand.")
    return "var {} = "


def _has_text(node: Node) -> bool:
    return any(child.type == "string_literal" for child in node.named_children)


_KEYWORDS = {"javascript": _javascript, "go": _go, "rust": _rust, "java": _java}
