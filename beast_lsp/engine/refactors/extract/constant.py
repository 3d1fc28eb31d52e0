"""Extract constant: a literal gets a name at the top of the module; once, or wherever the file repeats it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.extract.variable import bracketed, extractable
from beast_lsp.engine.refactors.proposal import Edit, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.naming import chosen_name

if TYPE_CHECKING:
    from tree_sitter import Node

_OPTIONS = {"name": "what the constant is called"}
_LITERALS = frozenset({"integer", "float", "string", "true", "false", "none", "tuple", "unary_operator"})
_OPERATORS = frozenset({"binary_operator", "parenthesized_expression"})
_PARTS = frozenset({"string_start", "string_content", "string_end", "escape_sequence", "comment"})
_IMPORTS = frozenset({"import_statement", "import_from_statement", "future_import_statement", "comment"})
_WORDS = re.compile(r"[A-Za-z][A-Za-z0-9]*")
_LONGEST_NAME = 30


def extract_one(site: Site) -> Proposal | None:
    """Names the selected literal at the top of the module."""
    node = _literal(site)
    return None if node is None else _proposal(site, node, [node], "Extract constant")


def extract_all(site: Site) -> Proposal | None:
    """Names the selected literal, and uses the name wherever the file has the same one."""
    node = _literal(site)
    if node is None:
        return None
    found = [one for one in _equal(site, node) if not _is_fixed(site, one)]
    if len(found) < 2:
        return None
    return _proposal(site, node, found, f"Extract constant, for all {len(found)} occurrences")


EXTRACT_CONSTANT = Refactoring("extract-constant", "refactor.extract.constant", extract_one, options=_OPTIONS)
EXTRACT_CONSTANT_ALL = Refactoring("extract-constant-all", "refactor.extract.constant", extract_all, options=_OPTIONS)


def _literal(site: Site) -> Node | None:
    node = extractable(site)
    return node if node is not None and is_constant(node) and not _is_fixed(site, node) else None


def is_constant(node: Node) -> bool:
    """Whether an expression is made of literals alone and can't fail or be changed."""
    stack = [node]
    while stack:
        one = stack.pop()
        is_division = one.type == "binary_operator" and any(
            child.type in {"/", "//", "%", "**"} for child in one.children
        )
        if one.type not in _LITERALS | _OPERATORS | _PARTS or is_division:
            return False
        stack += one.named_children
    return True


def _is_fixed(site: Site, node: Node) -> bool:
    """Whether a literal has to stay where it is: in a pattern or an annotation, or where tools read it as it stands."""
    outer = node.parent
    if outer is not None and (outer.type == "concatenated_string" or _is_docstring(node)):
        return True
    while outer is not None and outer.type not in {"block", "module"}:
        if outer.type in {"type", "case_pattern", "interpolation", "format_specifier"}:
            return True
        left = outer.child_by_field_name("left") if outer.type in {"assignment", "augmented_assignment"} else None
        if left is not None and site.text(left) in {"__all__", "__slots__", "__match_args__", "__version__"}:
            return True
        outer = outer.parent
    return False


def _is_docstring(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "expression_statement"


def _equal(site: Site, node: Node) -> Iterator[Node]:
    """The literals of the file that are written the same way."""
    text, stack = site.text(node), [site.module.tree.tree.root_node]
    while stack:
        one = stack.pop()
        if one.type == node.type and site.text(one) == text:
            yield one
        else:
            stack += one.named_children


def _proposal(site: Site, node: Node, found: list[Node], title: str) -> Proposal | None:
    statement = _first_statement(site)
    if statement is None or (statement.end_byte > node.start_byte and _is_named(statement)):
        return None
    name = chosen_name(site, _suggested(site, node))
    at = Span(site.path, statement.start_byte, statement.start_byte)
    gap = "\n\n\n" if statement.type.endswith("_definition") else "\n"
    inserted = Edit(at, (f"{name} = ", *bracketed(site, node), gap))
    return Proposal(title, (inserted, *(Edit(site.span(one), (name,)) for one in found)))


def _is_named(statement: Node) -> bool:
    """Whether the first statement gives a literal a name already."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else statement
    right = inner.child_by_field_name("right") if inner.type == "assignment" else None
    return right is not None and is_constant(right)


def _first_statement(site: Site) -> Node | None:
    """The module's first statement after its docstring and its imports, with the comments before it."""
    first: Node | None = None
    for index, node in enumerate(site.module.tree.tree.root_node.named_children):
        is_text = not index and node.type == "expression_statement" and node.named_children[0].type == "string"
        if node.type == "comment" and first is None:
            first = node
        elif node.type in _IMPORTS or is_text:
            first = None
        elif node.type != "comment":
            return first if first is not None and first.end_point[0] + 1 >= node.start_point[0] else node
    return None


def _suggested(site: Site, node: Node) -> str:
    if node.type == "string":
        words = "_".join(_WORDS.findall(site.text(node).lstrip("rbfuRBFU")))[:_LONGEST_NAME].strip("_")
        return words.upper() or "TEXT"
    outer = node.parent
    named = outer.child_by_field_name("name") if outer is not None else None
    return site.text(named).upper() if named is not None and named.type == "identifier" else "VALUE"
