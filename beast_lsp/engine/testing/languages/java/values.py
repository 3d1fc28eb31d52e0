"""Values for Java parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.combine import ordered, spliced
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import child, inner

_TEXTS = ('"hello world"', '"a"', '""', '"Hello"', '"a,b"', '"12"', '" x "')
_PLAIN: Mapping[str, tuple[str, ...]] = {
    "int": ("2", "3", "5", "0", "-1", "1", "10", "100"),
    "short": ("(short) 2", "(short) 0", "(short) -1"),
    "byte": ("(byte) 2", "(byte) 0", "(byte) -1"),
    "long": ("2L", "3L", "5L", "0L", "-1L", "100L"),
    "double": ("2.0", "3.0", "0.5", "0.0", "-1.0"),
    "float": ("2.0f", "0.5f", "0.0f", "-1.0f"),
    "boolean": ("true", "false"),
    "char": ("'a'", "'Z'", "'1'", "' '"),
    "String": (*_TEXTS, "null"),
    "CharSequence": (*_TEXTS, "null"),
    "Object": ('"a"', "1", "null"),
    "T": ('"a"', '"b"'),
    "BigDecimal": ('new java.math.BigDecimal("2.5")', "java.math.BigDecimal.ZERO"),
    "BigInteger": ("java.math.BigInteger.TWO", "java.math.BigInteger.ZERO"),
    "StringBuilder": ('new StringBuilder("ab")',),
}
_BOXES = {"Integer": "int", "Long": "long", "Double": "double", "Float": "float", "Boolean": "boolean"}
_BOXES |= {"Character": "char", "Short": "short", "Byte": "byte"}
_GENERIC = re.compile(r"(\w+)<(.*)>\Z", re.DOTALL)


class Values:
    """Values for types, where the file's own enums are known. Lists are written as `level` of the language has them."""

    def __init__(self, tree: SyntaxTree, level: int = 0) -> None:
        self._enums = {
            inner(tree, child(one, "name")): [
                inner(tree, child(part, "name"))
                for part in (child(one, "body") or one).named_children
                if part.type == "enum_constant"
            ]
            for one in tree.tree.root_node.named_children
            if one.type == "enum_declaration"
        }
        self._level = level

    def of(self, parameter: Parameter, target: Target) -> list[str]:
        """Expressions for one parameter, the likeliest first; empty where its type is beyond this."""
        values = self.for_type(parameter.type)
        fitting = [_as(one, parameter.type) for one in target.literals if _fits(one, parameter.type)]
        near = [_as(str(int(one) + step), parameter.type) for one in fitting if one.isdecimal() for step in (-1, 1)]
        texts = spliced(one for one in fitting if one[:1] == '"')
        return ordered(values, [*texts, *fitting, *near]) if values else []

    def for_type(self, text: str) -> list[str]:
        """Expressions of a type."""
        text = re.sub(r"@\w+\s+|\s*\bfinal\b\s*", "", text).strip()
        text = (
            text.removeprefix("? extends ")
            .removeprefix("? super ")
            .removeprefix("java.util.")
            .removeprefix("java.lang.")
        )
        if text in _BOXES:
            return [*_PLAIN[_BOXES[text]], "null"]
        if text in _PLAIN:
            return list(_PLAIN[text])
        if text in self._enums:
            return [f"{text}.{one}" for one in self._enums[text]][:6]
        if text.endswith("[]"):
            made = [one for one in self.for_type(text[:-2]) if one != "null"]
            base = text[:-2]
            is_plain = "<" not in base
            return (
                [f"new {base}[] {{{', '.join(one)}}}" for one in (made[:3], made[:1], [])] if made and is_plain else []
            )
        found = _GENERIC.match(text)
        return self._generic(found[1], found[2]) if found else []

    def _generic(self, name: str, inside: str) -> list[str]:
        made = [[one for one in self.for_type(part) if one != "null"] for part in _split(inside)]
        if not made or not all(made):
            return []
        first = made[0]
        listed = "java.util.List.of" if self._level >= 9 else "java.util.Arrays.asList"
        match name:
            case "List" | "Collection" | "Iterable":
                return [f"{listed}({', '.join(one)})" for one in (first[:3], [], first[:1])]
            case "Set":
                return [f"new java.util.LinkedHashSet<>({listed}({', '.join(one)}))" for one in (first[:3], first[:1])]
            case "Map":
                return [
                    f"java.util.Collections.singletonMap({first[0]}, {made[-1][0]})",
                    "java.util.Collections.emptyMap()",
                ]
            case "Optional":
                return [f"java.util.Optional.of({first[0]})", "java.util.Optional.empty()"]
            case _:
                return []


def _split(text: str) -> list[str]:
    """The arguments of a generic type."""
    parts, depth = [""], 0
    for one in text:
        depth += (one == "<") - (one == ">")
        if one == "," and not depth:
            parts.append("")
        else:
            parts[-1] += one
    return [one.strip() for one in parts]


def _fits(literal: str, type_: str) -> bool:
    if literal[:1] == '"':
        return type_ in {"String", "CharSequence"}
    if literal[:1] == "'":
        return type_ in {"char", "Character"}
    return literal.lstrip("-").isdecimal() and type_ in {"int", "long", "Integer", "Long"}


def _as(literal: str, type_: str) -> str:
    return f"{literal}L" if type_ in {"long", "Long"} and literal.lstrip("-").isdecimal() else literal
