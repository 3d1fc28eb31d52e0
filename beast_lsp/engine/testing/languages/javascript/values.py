"""Values for JavaScript parameters, from their types, defaults, uses and what the body compares with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import ordered, spliced
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import child, inner, is_made_of, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

LITERALS = frozenset(
    {
        "number",
        "string",
        "string_fragment",
        "escape_sequence",
        "true",
        "false",
        "null",
        "undefined",
        "array",
        "object",
        "pair",
        "property_identifier",
        "regex",
        "regex_pattern",
        "regex_flags",
        "unary_expression",
    }
)
"""The nodes that a value written down is made of."""
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "number": ("2", "3", "5", "0", "-1", "1", "10", "2.5", "100"),
    "string": ("'hello world'", "'a'", "''", "'Hello'", "'a,b'", "'1'", "' x '"),
    "boolean": ("true", "false"),
    "bigint": ("2n", "0n"),
    "null": ("null",),
    "undefined": ("undefined",),
    "void": ("undefined",),
    "any[]": ("[1, 2, 3]", "[]", "['a', 'b']", "[3, 1, 2]", "[[1], [2, 3]]"),
    "any": ("'a'", "1", "[1, 2]", "{ a: 1 }", "null", "undefined", "true", "''"),
    "unknown": ("'a'", "1", "[1, 2]", "{ a: 1 }", "null", "undefined", "true"),
    "object": ("{ a: 1 }", "{}", "{ a: { b: 2 } }"),
    "Function": ("(x) => x",),
    "Date": ("new Date(0)", "new Date(86400000)"),
    "RegExp": ("/a/",),
    "Error": ("new Error('failed')",),
    "PropertyKey": ("'a'", "1"),
}
_DEPTH = 4  # a type that holds types that hold types: deeper ones get no value.
_UNTYPED = ("1", "'a'", "[1, 2, 3]", "{ a: 1 }", "''", "0", "[]", "null", "undefined", "true", "-1")


class Values:
    """Values for types, where the file's own aliases, interfaces and enums are known."""

    def __init__(self, tree: SyntaxTree) -> None:
        self._types = {
            inner(tree, child(node, "name")): (tree, node)
            for outer in tree.tree.root_node.named_children
            for node in [outer, *outer.named_children]
            if node.type in {"type_alias_declaration", "interface_declaration", "enum_declaration"}
        }

    def of(self, parameter: Parameter, target: Target) -> list[str]:
        """Expressions for one parameter, the likeliest first; empty where its type is beyond this."""
        type_ = parameter.type or target.hints.get(parameter.name, "") or _of_default(parameter.default)
        values = self.for_type(type_) if type_ else list(_UNTYPED)
        if parameter.default and (made := tree_of("typescript", parameter.default)) is not None:
            expression = made.tree.root_node.named_children
            value = expression[0].named_children[0] if expression and expression[0].named_children else None
            values = [parameter.default, *values] if value is not None and is_made_of(value, LITERALS) else values
        fitting = [one for one in target.literals if _fits(one, type_)]
        near = [text for one in fitting for text in _around(one)]
        return ordered(values, [*spliced(fitting), *fitting, *near])

    def for_type(self, text: str) -> list[str]:
        """Expressions of a type that is written in TypeScript."""
        tree = tree_of("typescript", f"type T = {text};")
        if tree is None or tree.tree.root_node.has_error or not tree.tree.root_node.named_children:
            return []
        value = child(tree.tree.root_node.named_children[0], "value")
        return [] if value is None else self._made(tree, value, 0)

    def _made(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        if depth > _DEPTH:
            return []
        text = tree.text(node)
        if text in _PLAIN:
            return list(_PLAIN[text])
        return self._compound(tree, node, depth)

    def _compound(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:  # noqa: PLR0911 - a line for each kind of type.
        parts = [one for one in node.named_children if one.type != "comment"]
        match node.type:
            case "literal_type":
                return [tree.text(node)]
            case "parenthesized_type" | "readonly_type":
                return self._made(tree, parts[0], depth) if parts else []
            case "union_type":
                made = [self._made(tree, one, depth + 1) for one in parts]
                return [one for row in _interleaved(made) for one in row]
            case "array_type":
                return _lists(self._made(tree, parts[0], depth + 1)) if parts else []
            case "tuple_type":
                made = [self._made(tree, one, depth + 1) for one in parts]
                return [f"[{', '.join(one[0] for one in made)}]"] if all(made) else []
            case "function_type":
                return ["(x) => x"] if parts and parts[0].named_child_count else ["() => 1"]
            case "object_type" | "interface_body":
                return self._object(tree, node, depth)
            case "generic_type":
                return self._generic(tree, node, depth)
            case "type_identifier":
                return self._named(tree.text(node), depth)
            case _:
                return []

    def _object(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        needed, optional = [], []
        for one in node.named_children:
            if one.type != "property_signature":
                return []
            type_ = child(one, "type")
            values = self._made(tree, type_.named_children[0], depth + 1) if type_ is not None else ["1"]
            if any(part.type == "?" for part in one.children):
                optional += [f"{inner(tree, child(one, 'name'))}: {values[0]}"] if values else []
            elif values:
                needed.append(f"{inner(tree, child(one, 'name'))}: {values[0]}")
            else:
                return []
        rows = [needed, needed + optional] if optional else [needed]
        return ["{ " + ", ".join(row) + " }" if row else "{}" for row in rows]

    def _generic(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:  # noqa: PLR0911 - as above.
        name = inner(tree, child(node, "name"))
        arguments = child(node, "type_arguments")
        made = [self._made(tree, one, depth + 1) for one in (arguments.named_children if arguments is not None else [])]
        if not made or not all(made):
            return []
        match name:
            case "Array" | "ReadonlyArray" | "Iterable":
                return _lists(made[0])
            case "Set" | "ReadonlySet":
                return [f"new Set({one})" for one in _lists(made[0])]
            case "Map" | "ReadonlyMap":
                return [f"new Map([[{made[0][0]}, {made[-1][0]}]])", "new Map()"]
            case "Record":
                return [f"{{ a: {made[-1][0]} }}", "{}"]
            case "Promise":
                return [f"Promise.resolve({one})" for one in made[0][:2]]
            case "Partial" | "Readonly" | "Required" | "NonNullable":
                return [*made[0], "{}"] if name == "Partial" else made[0]
            case _:
                return []

    def _named(self, name: str, depth: int) -> list[str]:
        if name not in self._types:
            # A single capital is what type parameters are called: any value will do.
            return list(_PLAIN["any"]) if len(name) == 1 else []
        tree, node = self._types[name]
        if node.type == "enum_declaration":
            return []
        value = child(node, "value") or child(node, "body")
        return [] if value is None else self._made(tree, value, depth + 1)


def _lists(values: list[str]) -> list[str]:
    if not values:
        return []
    return list(dict.fromkeys([f"[{', '.join(values[:3])}]", "[]", f"[{values[0]}]", f"[{', '.join(values[2::-1])}]"]))


def _interleaved(made: list[list[str]]) -> list[list[str]]:
    """The first of every member of a union, then the second of every one."""
    longest = max(map(len, made), default=0)
    return [[one[place] for one in made if place < len(one)] for place in range(longest)]


def _of_default(default: str) -> str:
    if default[:1] in {"'", '"', "`"}:
        return "string"
    if default in {"true", "false"}:
        return "boolean"
    if default[:1] in {"[", "{"}:
        return "any[]" if default[0] == "[" else "object"
    return "number" if default[:1].isdigit() or default[:1] == "-" else ""


def _fits(literal: str, type_: str) -> bool:
    is_text = literal[:1] in {"'", '"'}
    return (
        not type_
        or type_ in {"any", "unknown"}
        or ("string" if is_text else "number") in type_.split("[", maxsplit=1)[0].split(" | ")
    )


def _around(literal: str) -> list[str]:
    """The numbers beside a whole number that is compared with."""
    return [str(int(literal) - 1), str(int(literal) + 1)] if literal.isdecimal() and len(literal) < 10 else []
