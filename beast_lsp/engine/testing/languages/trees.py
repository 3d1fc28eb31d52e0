"""Small questions to a syntax tree that every language asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.syntax import SyntaxTree, parse

if TYPE_CHECKING:
    from tree_sitter import Node


def tree_of(language: str, text: str) -> SyntaxTree | None:
    """The tree of a text, None where there is none."""
    return parse(language, split_lines(text))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text."""
    stack = [node]
    while stack:
        one = stack.pop()
        yield one
        stack += reversed(one.named_children)


def of_type(node: Node, *types: str) -> list[Node]:
    """What of these types lies below a node, in the order of the text."""
    return [one for one in walk(node) if one.type in types]


def child(node: Node | None, name: str) -> Node | None:
    """The child in a field; None for no node, too."""
    return None if node is None else node.child_by_field_name(name)


def inner(tree: SyntaxTree, node: Node | None) -> str:
    """The text of a node, "" for none."""
    return "" if node is None else tree.text(node)


def is_made_of(node: Node, types: Collection[str], names: Collection[str] = ()) -> bool:
    """Whether a node and all below it are of these types; identifiers count where they are one of `names`."""
    return not node.has_error and all(
        one.type in types or (one.type.endswith("identifier") and (one.text or b"").decode("utf-8", "replace") in names)
        for one in walk(node)
    )


def argument_rows(
    trees: Iterable[SyntaxTree], literal: Collection[str], calls: Mapping[str, tuple[str, str]]
) -> dict[str, list[tuple[str, ...]]]:
    """For every name that is called: the lists of arguments that are literals throughout, each once.

    `calls` maps a type of node to the fields of its callee and its arguments.
    """
    found: dict[str, list[tuple[str, ...]]] = {}
    for tree, node in ((one, node) for one in trees for node in walk(one.tree.root_node)):
        if node.type not in calls:
            continue
        callee, arguments = (child(node, name) for name in calls[node.type])
        if callee is None or arguments is None:
            continue
        name = inner(tree, callee).rpartition(".")[2].rpartition("::")[2]
        values = [one for one in arguments.named_children if "comment" not in one.type]
        if all(is_made_of(one, literal) for one in values) and len(tree.text(arguments)) < 200:
            rows = found.setdefault(name, [])
            row = tuple(map(tree.text, values))
            if row not in rows:
                rows.append(row)
    return found
