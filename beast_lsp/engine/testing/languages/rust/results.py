"""What `{:?}` of a result says, as the expression that an assertion compares with.

A text from the child is read by the declared type of the result: nothing but literals, and constructors of types that
the file derives, comes of it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.rust.targets import derives
from beast_lsp.engine.testing.languages.rust.values import FLOATS, SIGNED, UNSIGNED
from beast_lsp.engine.testing.languages.trees import child, inner, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

_INTEGER = re.compile(r"-?\d+")
_FLOAT = re.compile(r"-?(?:\d+(?:\.\d+)?(?:e-?\d+)?|inf)|NaN")
_STRING = re.compile(r'"(?:[^"\\\n]|\\.)*"')
_CHAR = re.compile(r"'(?:[^'\\\n]|\\(?:u\{[0-9a-f]+\}|.))'")
_NAME = re.compile(r"[A-Za-z_]\w*")
_SPACE = re.compile(r"[ ]*")


class Unreadable(Exception):  # noqa: N818 - it says what a text is, and never leaves this module.
    """A text that the type does not account for."""


class Results:
    """Reads Debug texts, where the file's own types are known."""

    def __init__(self, tree: SyntaxTree) -> None:
        self._tree = tree
        self._types = derives(tree)

    def expected(self, type_: str, text: str) -> str | None:
        """The expression that a result of a type equals; None where no plain expression does."""
        tree = tree_of("rust", f"type T = {type_};")
        if tree is None or tree.tree.root_node.has_error:
            return None
        node = child(tree.tree.root_node.named_children[0], "type")
        if node is None:
            return None
        reader = _Reader(text)
        try:
            found = self._read(tree, node, reader)
            reader.end()
        except (Unreadable, RecursionError):
            return None
        return found

    def is_variant(self, type_: str, text: str) -> bool:
        """Whether a text is a variant without fields of an enum of the file."""
        return self._variant(type_, text) is not None

    def _variant(self, type_: str, name: str) -> Node | None:
        node, _ = self._types.get(type_, (None, None))
        body = child(node, "body")
        if node is None or node.type != "enum_item" or body is None:
            return None
        return next((one for one in body.named_children if inner(self._tree, child(one, "name")) == name), None)

    def _read(self, tree: SyntaxTree, node: Node, reader: _Reader) -> str:  # noqa: PLR0911 - a line for each kind of type.
        text = tree.text(node)
        match node.type:
            case "primitive_type":
                return _plain(text, reader)
            case "reference_type" if (inside := child(node, "type")) is not None:
                return self._reference(tree, inside, reader)
            case "tuple_type":
                parts = self._sequence(tree, node.named_children, reader, "(", ")")
                return f"({', '.join(parts)}{',' if len(parts) == 1 else ''})"
            case "array_type":
                return f"[{', '.join(self._items(tree, node.named_children[0], reader))}]"
            case "generic_type":
                return self._generic(tree, node, reader)
            case "type_identifier" if text == "String":
                return f"{reader.take(_STRING)}.to_string()"
            case "type_identifier":
                return self._named(text, reader)
            case _:
                raise Unreadable

    def _reference(self, tree: SyntaxTree, node: Node, reader: _Reader) -> str:
        if tree.text(node) == "str":
            return reader.take(_STRING)
        return f"&{self._read(tree, node, reader)}"

    def _generic(self, tree: SyntaxTree, node: Node, reader: _Reader) -> str:
        arguments = child(node, "type_arguments")
        inside = [] if arguments is None else [one for one in arguments.named_children if one.type != "lifetime"]
        name = inner(tree, child(node, "type")).rpartition("::")[2]
        if not inside:
            raise Unreadable
        if name == "Vec":
            return f"vec![{', '.join(self._items(tree, inside[0], reader))}]"
        if name == "Box":
            return f"Box::new({self._read(tree, inside[0], reader)})"
        if name == "Cow":
            return self._read(tree, inside[0], reader) if tree.text(inside[0]) != "str" else reader.take(_STRING)
        shown = reader.take(_NAME)
        if name == "Option" and shown == "None":
            return "None"
        if (name, shown) in {("Option", "Some"), ("Result", "Ok")}:
            return f"{shown}({self._sequence(tree, inside[:1], reader, '(', ')')[0]})"
        if (name, shown) == ("Result", "Err") and len(inside) > 1:
            return f"Err({self._sequence(tree, inside[1:2], reader, '(', ')')[0]})"
        raise Unreadable

    def _items(self, tree: SyntaxTree, node: Node, reader: _Reader) -> list[str]:
        found: list[str] = []
        reader.sign("[")
        while not reader.sees("]"):
            if found:
                reader.sign(",")
            found.append(self._read(tree, node, reader))
        reader.sign("]")
        return found

    def _sequence(self, tree: SyntaxTree, nodes: list[Node], reader: _Reader, begin: str, end: str) -> list[str]:
        found: list[str] = []
        reader.sign(begin)
        for place, node in enumerate(nodes):
            if place:
                reader.sign(",")
            found.append(self._read(tree, node, reader))
        if len(nodes) == 1 and reader.sees(","):
            reader.sign(",")  # the tuple of one.
        reader.sign(end)
        return found

    def _named(self, name: str, reader: _Reader) -> str:
        node, derived = self._types.get(name, (None, frozenset[str]()))
        if node is None or not {"Debug", "PartialEq"} <= derived or child(node, "type_parameters") is not None:
            raise Unreadable
        shown = reader.take(_NAME)
        if node.type == "enum_item":
            variant = self._variant(name, shown)
            if variant is None:
                raise Unreadable
            return f"{name}::{shown}{self._fields(child(variant, 'body'), reader)}"
        if shown != name:
            raise Unreadable
        return f"{name}{self._fields(child(node, 'body'), reader)}"

    def _fields(self, body: Node | None, reader: _Reader) -> str:
        if body is None:
            return ""
        if body.type == "ordered_field_declaration_list":
            types = body.children_by_field_name("type")
            return f"({', '.join(self._sequence(self._tree, types, reader, '(', ')'))})"
        parts = []
        reader.sign("{")
        for place, one in enumerate(each for each in body.named_children if each.type == "field_declaration"):
            if place:
                reader.sign(",")
            name = inner(self._tree, child(one, "name"))
            type_ = child(one, "type")
            if reader.take(_NAME) != name or type_ is None:
                raise Unreadable
            reader.sign(":")
            parts.append(f"{name}: {self._read(self._tree, type_, reader)}")
        reader.sign("}")
        return f" {{ {', '.join(parts)} }}"


class _Reader:
    """A text, read from its beginning."""

    def __init__(self, text: str) -> None:
        self._text, self._place = text, 0

    def take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._text, self._skipped())
        if found is None:
            raise Unreadable
        self._place = found.end()
        return found[0]

    def sign(self, sign: str) -> None:
        if not self.sees(sign):
            raise Unreadable
        self._place = self._skipped() + len(sign)

    def sees(self, sign: str) -> bool:
        return self._text.startswith(sign, self._skipped())

    def end(self) -> None:
        if self._skipped() != len(self._text):
            raise Unreadable

    def _skipped(self) -> int:
        found = _SPACE.match(self._text, self._place)
        return found.end() if found else self._place


def _plain(name: str, reader: _Reader) -> str:
    if name in SIGNED | UNSIGNED:
        return reader.take(_INTEGER)
    if name in FLOATS:
        text = reader.take(_FLOAT)
        return {"NaN": f"{name}::NAN", "inf": f"{name}::INFINITY", "-inf": f"{name}::NEG_INFINITY"}.get(text, text)
    if name == "bool" and (found := reader.take(_NAME)) in {"true", "false"}:
        return found
    if name == "char":
        return reader.take(_CHAR)
    if name == "str":
        return reader.take(_STRING)
    raise Unreadable
