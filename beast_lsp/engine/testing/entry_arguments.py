"""Functions that parse a list of arguments with argparse: the lists that try each option."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.testing.entry_options import Option, lines, written
from beast_lsp.engine.testing.nodes import arguments, body_of, descendants, name_of, undecorated
from beast_lsp.engine.testing.parameters import parameters

if TYPE_CHECKING:
    from tree_sitter import Node

_SWITCHES = ("store_true", "store_false", "store_const", "count", "version", "append_const", "BooleanOptionalAction")
_OPTIONAL = ("'?'", "'*'", '"?"', '"*"')


def parsed_commands(root: Node) -> Iterator[tuple[str, str, list[str]]]:
    """Functions at the top that hand a parameter to `parse_args`: name, parameter, and lists of arguments as source.

    The options are those of the function itself, or of all the module where it declares none.
    """
    for statement in body_of(root):
        node = undecorated(statement)
        if node.type != "function_definition":
            continue
        given = _parsed(node) & {one["name"] for one in parameters(node)}
        for parameter in sorted(given):
            options = _options(node) or _options(root)
            listed = [written(line) for line in lines(options) if "path" not in line]
            yield name_of(node), parameter, list(dict.fromkeys(listed))


def _parsed(function: Node) -> set[str]:
    """The names that are handed to `parse_args` and its like."""
    found = set()
    for node in descendants(function):
        callee = node.child_by_field_name("function") if node.type == "call" else None
        if text_of(callee).rpartition(".")[2] not in {"parse_args", "parse_known_args"}:
            continue
        positional, keywords = arguments(node) or ([], {})
        found |= {text_of(one) for one in [*positional[:1], *keywords.values()] if one.type == "identifier"}
    return found


def _options(scope: Node) -> list[Option]:
    found = []
    for node in descendants(scope):
        callee = node.child_by_field_name("function") if node.type == "call" else None
        if text_of(callee).rpartition(".")[2] != "add_argument":
            continue
        positional, keywords = arguments(node) or ([], {})
        names = [_plain(one) for one in positional]
        if names and all(names):
            found.append(_option(names, keywords))
    return found


def _option(names: list[str], keywords: dict[str, Node]) -> Option:
    said = {name: text_of(node) for name, node in keywords.items()}
    flags = sorted((name for name in names if name.startswith("-")), key=lambda name: not name.startswith("--"))
    choices = keywords.get("choices")
    listed = choices.named_children if choices is not None and choices.type in {"list", "tuple"} else []
    kind = said.get("type", "text")
    is_switch = any(switch in said.get("action", "") for switch in _SWITCHES)
    is_required = said.get("required") == "True" if flags else said.get("nargs") not in _OPTIONAL
    nargs = said.get("nargs", "1").strip("\"'")
    count = int(nargs) if nargs.isdecimal() else 2 if nargs in {"+", "*"} else 1
    right = "int" if kind == "int" else "float" if kind == "float" else "path" if "Path" in kind else "text"
    return Option(
        flags[0] if flags else "", right, tuple(filter(None, map(_plain, listed))), is_required, is_switch, count
    )


def _plain(node: Node) -> str:
    """The content of a plain string literal; "" for anything else."""
    text = text_of(node)
    return text[1:-1] if node.type == "string" and "\\" not in text and text[:1] in "\"'" and text[:3] != '"""' else ""
