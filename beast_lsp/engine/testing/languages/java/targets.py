"""What a Java class has that a test in its package can call."""

from __future__ import annotations

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
        "decimal_integer_literal",
        "hex_integer_literal",
        "decimal_floating_point_literal",
        "string_literal",
        "string_fragment",
        "escape_sequence",
        "character_literal",
        "true",
        "false",
        "null_literal",
        "unary_expression",
    }
)
CALLS = {"method_invocation": ("name", "arguments")}
_TYPES = frozenset({"class_declaration", "record_declaration", "enum_declaration"})


def package(tree: SyntaxTree) -> str:
    """The package of a file, "" for none."""
    for node in tree.tree.root_node.named_children:
        if node.type == "package_declaration" and node.named_children:
            return tree.text(node.named_children[-1])
    return ""


def targets(tree: SyntaxTree, others: Iterable[SyntaxTree] = ()) -> list[Target]:
    """Methods that give something: static ones, and those of top-level classes with a constructor to call."""
    rows = argument_rows([*others, tree], LITERALS, CALLS)
    return [replace(one, rows=tuple(rows.get(one.name, ()))[:12]) for one in _targets(tree)]


def _targets(tree: SyntaxTree) -> Iterator[Target]:
    for node in tree.tree.root_node.named_children:
        body = child(node, "body")
        if node.type not in _TYPES or body is None or child(node, "type_parameters") is not None:
            continue
        owner = inner(tree, child(node, "name"))
        made = _constructor(tree, node, body)
        for one in _members(body):
            target = _method(tree, one, owner) if one.type == "method_declaration" else None
            if target is not None and (target.is_static or made is not None):
                yield replace(target, constructor=None if target.is_static else made)


def _members(body: Node) -> Iterator[Node]:
    """What a body declares; that of an enum has it behind the constants."""
    for one in body.named_children:
        yield from one.named_children if one.type == "enum_body_declarations" else (one,)


def modifiers(tree: SyntaxTree, node: Node) -> set[str]:
    """The words before a declaration."""
    listed = next((one for one in node.named_children if one.type == "modifiers"), None)
    return set(inner(tree, listed).split())


def _constructor(tree: SyntaxTree, node: Node, body: Node) -> tuple[Parameter, ...] | None:
    """What makes an object: the constructor with the fewest parameters."""
    if node.type == "enum_declaration" or "abstract" in modifiers(tree, node):
        return None
    if node.type == "record_declaration":
        return _parameters(tree, node)
    found = [one for one in body.named_children if one.type == "constructor_declaration"]
    usable = [_parameters(tree, one) for one in found if "private" not in modifiers(tree, one)]
    if not found:
        return ()
    return min(usable, key=len, default=None)


def _method(tree: SyntaxTree, node: Node, owner: str) -> Target | None:
    marks = modifiers(tree, node)
    result = inner(tree, child(node, "type"))
    name = inner(tree, child(node, "name"))
    is_odd = result == "void" or child(node, "type_parameters") is not None or child(node, "body") is None
    if marks & {"private", "abstract", "native", "@Override"} or is_odd:
        return None
    return Target(
        name,
        owner,
        owner,
        _parameters(tree, node),
        result=result,
        is_static="static" in marks,
        is_throwing=any(one.type == "throws" for one in node.named_children),
        line=node.start_point[0],
        end_line=node.end_point[0],
        literals=_literals(tree, child(node, "body")),
    )


def _parameters(tree: SyntaxTree, node: Node) -> tuple[Parameter, ...]:
    listed = child(node, "parameters")
    found = []
    for one in [] if listed is None else listed.named_children:
        if one.type == "formal_parameter":
            found.append(Parameter(inner(tree, child(one, "name")), inner(tree, child(one, "type"))))
        elif one.type == "spread_parameter":
            types = [part for part in one.named_children if part.type not in {"modifiers", "variable_declarator"}]
            found.append(Parameter("rest", tree.text(types[0]) if types else "", is_rest=True))
    return tuple(found)


def _literals(tree: SyntaxTree, body: Node | None) -> tuple[str, ...]:
    if body is None:
        return ()
    found = []
    for one in of_type(body, "binary_expression", "switch_label", "argument_list"):
        found += [tree.text(part) for part in one.named_children if part.type in LITERALS]
    kept = [one for one in dict.fromkeys(found) if one not in {"true", "false", "null"} and len(one) < 60]
    return tuple(kept)[:12]
