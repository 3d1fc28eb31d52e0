"""What a Go file has that a test in its package can call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import argument_rows, child, inner, of_type

if TYPE_CHECKING:
    from tree_sitter import Node

LITERALS = frozenset(
    {
        "int_literal",
        "float_literal",
        "interpreted_string_literal",
        "interpreted_string_literal_content",
        "raw_string_literal",
        "raw_string_literal_content",
        "rune_literal",
        "escape_sequence",
        "true",
        "false",
        "nil",
        "unary_expression",
    }
)
CALLS = {"call_expression": ("function", "arguments")}
_RESULTS = re.compile(r"\((?:\w+ )?([^,()]+), ?(?:\w+ )?(error|bool)\)\Z")


def package(tree: SyntaxTree) -> str:
    """The package of a file."""
    for node in tree.tree.root_node.named_children:
        if node.type == "package_clause" and node.named_children:
            return tree.text(node.named_children[0])
    return ""


def targets(tree: SyntaxTree, others: Iterable[SyntaxTree] = ()) -> list[Target]:
    """Functions with one result, or with a result and an error or a bool; and methods of what `NewX` makes."""
    rows = argument_rows([*others, tree], LITERALS, CALLS)
    return [replace(one, rows=tuple(rows.get(one.name, ()))[:12]) for one in _targets(tree)]


def result_types(result: str) -> tuple[str, str]:
    """The type of the value, and "error", "bool" or "" for what comes beside it; two times "" for anything else."""
    if found := _RESULTS.match(result):
        return found[1].strip(), found[2]
    found = re.match(r"\(\w+ ([^,()]+)\)\Z", result)
    if found:
        return found[1].strip(), ""
    return ("", "") if result.startswith("(") else (result, "")


def _targets(tree: SyntaxTree) -> Iterator[Target]:
    functions = [one for one in tree.tree.root_node.named_children if one.type == "function_declaration"]
    makers = {}
    for node in functions:
        made = inner(tree, child(node, "result"))
        if inner(tree, child(node, "name")) == f"New{made.lstrip('*')}" and child(node, "type_parameters") is None:
            makers[made.lstrip("*")] = _parameters(tree, node)
    for node in tree.tree.root_node.named_children:
        if node.type == "function_declaration" and child(node, "type_parameters") is None:
            yield from _usable(_target(tree, node, ""))
        elif node.type == "method_declaration":
            owner = _receiver(tree, node)
            if owner in makers:
                yield from _usable(replace(_target(tree, node, owner), constructor=makers[owner]))


def _usable(target: Target) -> Iterator[Target]:
    if target.name not in {"main", "init"} and result_types(target.result)[0]:
        yield target


def _receiver(tree: SyntaxTree, node: Node) -> str:
    listed = child(node, "receiver")
    types = [] if listed is None else of_type(listed, "type_identifier")
    return tree.text(types[0]) if len(types) == 1 else ""


def _target(tree: SyntaxTree, node: Node, owner: str) -> Target:
    name = inner(tree, child(node, "name"))
    return Target(
        name,
        owner,
        owner,
        _parameters(tree, node),
        result=inner(tree, child(node, "result")),
        is_private=not name[:1].isupper(),
        line=node.start_point[0],
        end_line=node.end_point[0],
        literals=_literals(tree, child(node, "body")),
    )


def _parameters(tree: SyntaxTree, node: Node) -> tuple[Parameter, ...]:
    listed = child(node, "parameters")
    found: list[Parameter] = []
    for one in [] if listed is None else listed.named_children:
        type_ = inner(tree, child(one, "type"))
        names = [tree.text(part) for part in one.children_by_field_name("name")] or ["_"]
        is_rest = one.type == "variadic_parameter_declaration"
        if one.type in {"parameter_declaration", "variadic_parameter_declaration"}:
            found += [Parameter(name, type_, is_rest=is_rest) for name in names]
    return tuple(found)


def _literals(tree: SyntaxTree, body: Node | None) -> tuple[str, ...]:
    if body is None:
        return ()
    found = []
    kinds = {"int_literal", "interpreted_string_literal", "rune_literal"}
    for one in of_type(body, "binary_expression", "expression_case", "argument_list"):
        parts = of_type(one, *kinds) if one.type == "expression_case" else one.named_children
        found += [tree.text(part) for part in parts if part.type in kinds]
    return tuple(dict.fromkeys(one for one in found if len(one) < 60))[:12]
