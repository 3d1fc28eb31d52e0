"""Values for Rust parameters, and the expressions that recorded results become."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import distinct, ordered, spliced
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.rust.targets import derives
from beast_lsp.engine.testing.languages.trees import child, inner, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

SIGNED = frozenset({"i8", "i16", "i32", "i64", "i128", "isize"})
UNSIGNED = frozenset({"u8", "u16", "u32", "u64", "u128", "usize"})
FLOATS = frozenset({"f32", "f64"})
_TEXTS = ('"hello world"', '"a"', '""', '"Hello"', '"a,b"', '"12"', '" x "')
_DEPTH = 4


class Values:
    """Values for types, where the file's own structs and enums are known."""

    def __init__(self, tree: SyntaxTree) -> None:
        self._tree = tree
        self._types = derives(tree)

    def of(self, parameter: Parameter, target: Target) -> list[str]:
        """Expressions for one parameter, the likeliest first; empty where its type is beyond this."""
        values = self.for_type(parameter.type)
        fitting = [one for one in target.literals if _fits(one, parameter.type)]
        fitting = [*spliced(one for one in fitting if one[:1] == '"'), *fitting]
        near = [text for one in fitting if one.isdecimal() for text in (str(max(int(one) - 1, 0)), str(int(one) + 1))]
        if parameter.type.lstrip("&") == "String":
            fitting = [f"{one}.to_string()" for one in fitting]
        return ordered(values, [*fitting, *near]) if values else []

    def for_type(self, text: str) -> list[str]:
        """Expressions of a type."""
        tree = tree_of("rust", f"type T = {text};")
        node = None if tree is None or tree.tree.root_node.has_error else tree.tree.root_node.named_children[0]
        value = child(node, "type")
        return [] if tree is None or value is None else self._made(tree, value, 0)

    def _made(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:  # noqa: PLR0911 - a line for each kind of type.
        if depth > _DEPTH:
            return []
        text = tree.text(node)
        match node.type:
            case "primitive_type":
                return plain(text)
            case "type_identifier":
                return [f"{one}.to_string()" for one in _TEXTS] if text == "String" else self._named(text, depth)
            case "reference_type":
                return self._reference(tree, node, depth)
            case "tuple_type":
                return self._tuple(tree, node, depth)
            case "array_type":
                return self._array(tree, node, depth)
            case "generic_type":
                return self._generic(tree, node, depth)
            case "abstract_type":
                return list(_TEXTS) if any(word in text for word in ("str>", "String>")) else []
            case _:
                return []

    def _tuple(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        made = [self._made(tree, one, depth + 1) for one in node.named_children]
        if not made or not all(made):
            return []
        row = distinct(made)
        return [f"({', '.join(row)}{',' if len(row) == 1 else ''})"]

    def _array(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        made = self._made(tree, node.named_children[0], depth + 1)
        length = inner(tree, child(node, "length"))
        if not made or not length.isdecimal() or not 0 < int(length) <= 16:
            return []
        return [f"[{', '.join(made[place % len(made)] for place in range(int(length)))}]"]

    def _reference(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        inside = child(node, "type")
        if inside is None or any(one.type == "mutable_specifier" for one in node.children):
            return []
        text = tree.text(inside)
        if text == "str":
            return list(_TEXTS)
        if inside.type == "array_type" and child(inside, "length") is None:
            made = self._made(tree, inside.named_children[0], depth + 1)
            return [f"&[{', '.join(made[:3])}]", "&[]", f"&[{made[0]}]"] if made else []
        return [f"&{one}" for one in self._made(tree, inside, depth + 1)]

    def _generic(self, tree: SyntaxTree, node: Node, depth: int) -> list[str]:
        arguments = child(node, "type_arguments")
        made = [self._made(tree, one, depth + 1) for one in (arguments.named_children if arguments is not None else [])]
        if not made or not all(made):
            return []
        match inner(tree, child(node, "type")):
            case "Option":
                return ["None", *(f"Some({one})" for one in made[0][:3])]
            case "Vec":
                return [f"vec![{', '.join(made[0][:3])}]", "vec![]", f"vec![{made[0][0]}]"]
            case "Box":
                return [f"Box::new({one})" for one in made[0][:4]]
            case _:
                return []

    def _named(self, name: str, depth: int) -> list[str]:
        node, _ = self._types.get(name, (None, None))
        body = child(node, "body")
        if node is None or body is None or child(node, "type_parameters") is not None:
            return []
        if node.type == "enum_item":
            plain_ones = [
                one for one in body.named_children if one.type == "enum_variant" and child(one, "body") is None
            ]
            return [f"{name}::{inner(self._tree, child(one, 'name'))}" for one in plain_ones][:6]
        fields = [one for one in body.named_children if one.type == "field_declaration"]
        made = [(inner(self._tree, child(one, "name")), self._typed(child(one, "type"), depth)) for one in fields]
        if body.type != "field_declaration_list" or not all(values for _, values in made):
            return []
        row = distinct([values for _, values in made])
        listed = [f"{field}: {one}" for (field, _), one in zip(made, row, strict=True)]
        return [f"{name} {{ {', '.join(listed)} }}"]

    def _typed(self, node: Node | None, depth: int) -> list[str]:
        return [] if node is None else self._made(self._tree, node, depth + 1)


def plain(name: str) -> list[str]:
    """Values of a primitive type."""
    if name in SIGNED:
        return ["2", "3", "5", "0", "-1", "1", "10", "100"]
    if name in UNSIGNED:
        return ["2", "3", "5", "0", "1", "10", "100"]
    if name in FLOATS:
        return ["2.0", "3.0", "0.5", "0.0", "-1.0", "100.0"]
    return {"bool": ["true", "false"], "char": ["'a'", "'Z'", "'1'", "' '", "'é'"]}.get(name, [])


def _fits(literal: str, type_: str) -> bool:
    if literal[:1] == '"':
        return "str" in type_ or "String" in type_
    if literal[:1] == "'":
        return type_ == "char"
    return type_ in SIGNED | UNSIGNED
