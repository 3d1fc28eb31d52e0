"""What a Rust file has that a test inside it can call: private functions, too."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import argument_rows, child, inner, of_type, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

LITERALS = frozenset(
    {
        "integer_literal",
        "float_literal",
        "string_literal",
        "raw_string_literal",
        "string_content",
        "escape_sequence",
        "char_literal",
        "boolean_literal",
        "unary_expression",
        "reference_expression",
        "array_expression",
        "tuple_expression",
    }
)
CALLS = {"call_expression": ("function", "arguments")}
_EXAMPLE = re.compile(r"```(?:rust)?\n(.*?)```", re.DOTALL)
_DOCUMENTED = re.compile(r"(?m)^\s*//[/!] ?")
_DERIVED = re.compile(r"\bderive\(([^)]*)\)")


def targets(tree: SyntaxTree, others: Iterable[SyntaxTree] = ()) -> list[Target]:
    """The functions of the file, and the methods of its types that have a `new`; generic types left out."""
    found = [_target(tree, node, "") for node in tree.tree.root_node.named_children if node.type == "function_item"]
    makers = {owner: made for owner, node in _impls(tree) if (made := _constructor(tree, node)) is not None}
    for owner, node in _impls(tree):
        for one in _functions(node):
            target = _target(tree, one, owner)
            if not target.is_static and target.constructor is None:
                target = replace(target, constructor=makers.get(owner))
                if owner not in makers:
                    continue
            found.append(target)
    rows = _rows(tree, others)
    usable = [one for one in found if not one.is_async and one.result and not _is_odd(one)]
    return [replace(one, rows=tuple(rows.get(one.name, ()))[:12]) for one in sorted(usable, key=lambda one: one.line)]


def derives(tree: SyntaxTree) -> dict[str, tuple[Node, frozenset[str]]]:
    """The types of the file, each with its node and what it derives."""
    found: dict[str, tuple[Node, frozenset[str]]] = {}
    for node in tree.tree.root_node.named_children:
        if node.type not in {"struct_item", "enum_item"}:
            continue
        names: set[str] = set()
        before = node.prev_named_sibling
        while before is not None and (before.type == "attribute_item" or "comment" in before.type):
            for listed in _DERIVED.findall(tree.text(before)):
                names |= {one.strip().rpartition("::")[2] for one in listed.split(",")}
            before = before.prev_named_sibling
        found[inner(tree, child(node, "name"))] = node, frozenset(names)
    return found


def _impls(tree: SyntaxTree) -> Iterator[tuple[str, Node]]:
    for node in tree.tree.root_node.named_children:
        owner = child(node, "type")
        is_plain = node.type == "impl_item" and child(node, "trait") is None and child(node, "type_parameters") is None
        if is_plain and owner is not None and owner.type == "type_identifier":
            yield tree.text(owner), node


def _functions(node: Node) -> list[Node]:
    body = child(node, "body")
    return [] if body is None else [one for one in body.named_children if one.type == "function_item"]


def _constructor(tree: SyntaxTree, node: Node) -> tuple[Parameter, ...] | None:
    for one in _functions(node):
        if inner(tree, child(one, "name")) == "new" and inner(tree, child(one, "return_type")) in {"Self", ""}:
            return _target(tree, one, "").parameters
    return None


def _target(tree: SyntaxTree, node: Node, owner: str) -> Target:
    listed = child(node, "parameters")
    nodes = [] if listed is None else listed.named_children
    receiver = next((tree.text(one) for one in nodes if one.type == "self_parameter"), "")
    marks = {part.type for part in node.children}
    for one in of_type(node, "function_modifiers")[:1]:
        marks |= set(tree.text(one).split())
    parameters = tuple(
        Parameter(inner(tree, child(one, "pattern")), inner(tree, child(one, "type")))
        for one in nodes
        if one.type == "parameter"
    )
    return Target(
        inner(tree, child(node, "name")),
        owner,
        owner,
        parameters,
        None,
        inner(tree, child(node, "return_type")).replace("Self", owner)
        if owner
        else inner(tree, child(node, "return_type")),
        is_async="async" in marks or "unsafe" in marks,
        is_static=bool(owner) and not receiver,
        is_changing="mut " in receiver,
        is_private="visibility_modifier" not in marks,
        line=node.start_point[0],
        end_line=node.end_point[0],
        literals=_literals(tree, child(node, "body")),
    )


def _is_odd(target: Target) -> bool:
    """Whether a target is none that is called in a test: the program itself, or what makes others."""
    return (
        (target.name == "main" and not target.owner)
        or target.result in {"Self", "!"}
        or target.name.startswith("test_")
    )


def _literals(tree: SyntaxTree, body: Node | None) -> tuple[str, ...]:
    if body is None:
        return ()
    found = []
    for one in of_type(body, "binary_expression", "match_pattern", "arguments"):
        found += [
            tree.text(part)
            for part in one.named_children
            if part.type in {"integer_literal", "string_literal", "char_literal"}
        ]
    return tuple(dict.fromkeys(found))[:12]


def _rows(tree: SyntaxTree, others: Iterable[SyntaxTree]) -> dict[str, list[tuple[str, ...]]]:
    """The literal arguments of calls: of examples in comments, of other files, of this one with its tests."""
    documented = "".join(_DOCUMENTED.sub("", line) for line in tree.lines if _DOCUMENTED.match(line))
    texts = [f"fn main() {{ {one} }}" for one in _EXAMPLE.findall(documented)]
    texts += ["".join(one.lines) for one in [*others, tree]]
    shown = [made for one in texts if (made := tree_of("rust", _without_assertions(one))) is not None]
    return argument_rows(shown, LITERALS, CALLS)


def _without_assertions(text: str) -> str:
    """The text with its assertions as plain calls: what stands in a macro is no tree."""
    return re.sub(r"\b(assert\w*)!\(", r"\1(", text)
