"""What is known of a piece of code in JavaScript, TypeScript, Go, Rust or Java: what its own file tells."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.docs.explain.model import Link, Neighbours, Subject
from beast_lsp.engine.docs.pages.exports import described, exports, file_doc
from beast_lsp.engine.docs.pages.prose import summary
from beast_lsp.engine.languages import by_name

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Program


def other_subject(program: Program, path: str, line: int | None) -> Subject | None:
    """What is known of the innermost declaration around a line (from 0 on), else of the file. Total."""
    module = program.module(path)
    if module is None or not module.has_names:
        return None
    tree = module.tree
    family, found = by_name(tree.language).family, described(tree, path, line) if line is not None else None
    if found is None:
        held = tuple(Link(path, one.line, one.name) for one in exports(tree, path) if "." not in one.name)
        end = tree.tree.root_node.end_point.row
        return Subject("module", path, Link(path, 0, path), end, "", summary(file_doc(tree), family), None, held)
    entry, node = found
    place = Link(path, node.start_point.row, entry.name)
    near = Neighbours(tuple(_users(program, path, node)))
    said = summary(entry.doc, family)
    return Subject(entry.kind, entry.name, place, node.end_point.row, entry.signature, said, None, (), near)


def _users(program: Program, path: str, node: Node) -> list[Link]:
    """The declarations of the same file that use a name of the file's own."""
    module, named = program.module(path), node.child_by_field_name("name")
    one = module.table.by_start.get(named.start_byte) if module is not None and named is not None else None
    if module is None or one is None or one.symbol is None:
        return []
    found: dict[str, Link] = {}
    for use in one.symbol.occurrences:
        row = use.node.start_point.row
        around = described(module.tree, path, row) if use is not one else None
        if around is not None and around[1] != node:
            found.setdefault(around[0].name, Link(path, row, around[0].name))
    return list(found.values())
