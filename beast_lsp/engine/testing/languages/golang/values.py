"""Values for Go parameters, and what `%#v` says of a result as source of its package."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import ordered, spliced
from beast_lsp.engine.testing.languages.golang.targets import LITERALS
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import child, is_made_of, of_type, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

INTEGERS = frozenset({"int", "int8", "int16", "int32", "int64"})
UNSIGNED = frozenset({"uint", "uint8", "uint16", "uint32", "uint64", "byte"})
FLOATS = frozenset({"float64", "float32"})
_TEXTS = ('"hello world"', '"a"', '""', '"Hello"', '"a,b"', '"12"', '" x "')
_MAP = re.compile(r"map\[(\w+)\](.+)\Z")
_SHOWN = LITERALS | {
    "composite_literal",
    "literal_value",
    "literal_element",
    "keyed_element",
    "slice_type",
    "array_type",
    "map_type",
    "type_conversion_expression",
    "interface_type",
    "struct_type",
    "type_identifier",
    "qualified_type",
    "package_identifier",
    "identifier",
}


def values_of(parameter: Parameter, target: Target) -> list[str]:
    """Expressions for one parameter, the likeliest first; empty where its type is beyond this."""
    values = for_type(parameter.type)
    fitting = [one for one in target.literals if _fits(one, parameter.type)]
    near = [str(int(one) + step) for one in fitting if one.isdecimal() for step in (-1, 1) if int(one) + step >= 0]
    texts = spliced(one for one in fitting if one[:1] == '"')
    return ordered(values, [*texts, *fitting, *near]) if values else []


def for_type(text: str) -> list[str]:  # noqa: PLR0911 - a line for each kind of type.
    """Expressions of a type."""
    if text in INTEGERS:
        return ["2", "3", "5", "0", "-1", "1", "10", "100"]
    if text in UNSIGNED:
        return ["2", "3", "5", "0", "1", "10", "100"]
    if text in FLOATS:
        return ["2", "3", "0.5", "0", "-1", "100"]
    if text in {"string", "bool", "rune", "error"}:
        known = {
            "string": list(_TEXTS),
            "bool": ["true", "false"],
            "rune": ["'a'", "'Z'", "'1'", "' '"],
            "error": ["nil"],
        }
        return known[text]
    if text in {"any", "interface{}"}:
        return ['"a"', "1", "nil", "true"]
    if text == "[]byte":
        return [f"[]byte({one})" for one in _TEXTS]
    if text.startswith("[]"):
        made = for_type(text[2:])
        return [f"{text}{{{', '.join(one)}}}" for one in (made[:3], [], made[:1])] + ["nil"] if made else []
    if found := _MAP.match(text):
        keys, held = for_type(found[1]), for_type(found[2])
        return [f"{text}{{{keys[0]}: {held[0]}}}", f"{text}{{}}"] if keys and held else []
    return []


def _fits(literal: str, type_: str) -> bool:
    if literal[:1] == '"':
        return type_ == "string"
    return type_ in ({"rune", "byte"} if literal[:1] == "'" else INTEGERS | UNSIGNED)


def expected(text: str, package: str, type_: str) -> str | None:
    """A text of `%#v` as an expression of the package; None where it is none (a pointer, a function, NaN).

    The text comes from the code that was run: what is not made of literals and their types is refused.
    """
    if type_ in UNSIGNED and re.fullmatch(r"0x[0-9a-f]+", text):
        return str(int(text, 16))
    text = re.sub(rf'("(?:[^"\\]|\\.)*")|\b{re.escape(package)}\.(?=[A-Za-z_])', lambda found: found[1] or "", text)
    tree: SyntaxTree | None = tree_of("go", f"package p\nvar v = {text}\n")
    if tree is None or tree.tree.root_node.has_error or len(text) > 400:
        return None
    declared = of_type(tree.tree.root_node, "var_spec")
    value = child(declared[0], "value") if len(declared) == 1 else None
    if value is None or len(tree.tree.root_node.named_children) != 2 or value.named_child_count != 1:
        return None
    node = value.named_children[0]
    if (
        not all(map(_is_key, of_type(node, "identifier")))
        or not is_made_of(node, _SHOWN)
        or "(nil)" in text.replace(f"{type_}(nil)", "")
    ):
        return None
    return "nil" if text == f"{type_}(nil)" else text


def _is_key(node: Node) -> bool:
    """Whether a plain name is the name of a field, and no variable."""
    held = node.parent
    pair = held.parent if held is not None else None
    return held is not None and pair is not None and pair.type == "keyed_element" and pair.named_children[0] == held
