"""Strings, comments and documents that name a definition by its module: which a move must not leave behind."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Certainty, Edit, Span
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.move.moved_code import Moved
    from beast_lsp.engine.refactors.move.target import Destination
    from beast_lsp.engine.scopes.resolution.program import Module, Program

_PYTHON = (".py", ".pyi")
_LOADERS = frozenset({"import_module", "__import__", "exec_module", "load_module", "import_string"})
_PATCHES = ("patch", "setattr", "delattr", "setitem")


def check_strings(program: Program, moved: Moved, names: Iterable[str], *, is_retained: bool) -> None:
    """Raises RefactoringRefused where code reaches the moved name, or one that it uses, by a path in a string.

    `names` are what the moved code reads of its old module: who replaces one of them there (a test's mock) would not
    reach the moved code any more.
    """
    dotted = program.imports.dotted(moved.path)
    last = dotted.rpartition(".")[2]
    for path in program.containing({last}):
        module = program.module(path) if path.endswith(_PYTHON) else None
        if module is None or not module.has_names:
            continue
        for name in dict.fromkeys([moved.name, *names]):
            for node in _paths_in_strings(module, last, name):
                is_patch = _is_patch(module, node)
                if name == moved.name and (is_patch or not is_retained):
                    raise _refused(module, node, "names it by its module", is_patch)
                if name != moved.name and is_patch:
                    raise _refused(module, node, f"replaces `{name}`, which it uses", is_patch)
    if not is_retained:
        _check_tables(program, moved, dotted)
        _check_dynamic(program, moved, last)


def _refused(module: Module, node: Node, what: str, is_patch: bool) -> RefactoringRefused:
    where = f"A string in {module.path}, line {node.start_point[0] + 1},"
    hint = "Change that first." if is_patch else "With keep_alias=yes the old module keeps the name."
    return RefactoringRefused(f"{where} {what}.", hint=hint)


def _paths_in_strings(module: Module, last: str, name: str) -> Iterator[Node]:
    """The strings without blanks that have `last.name`, `last:name`, or a pickle's way to write it."""
    source = module.tree.source
    pattern = re.escape(last.encode()) + rb"(?:[.:]|\\n)" + re.escape(name.encode()) + rb"(?![\w])"
    for match in re.finditer(pattern, source):
        node = _string_at(module, match.start(), match.end())
        if node is not None and not re.search(rb"\s", source[node.start_byte : node.end_byte]):
            yield node


def _string_at(module: Module, start: int, end: int) -> Node | None:
    """The string that holds some bytes, where it is a value: no docstring, no annotation."""
    node = module.tree.tree.root_node.descendant_for_byte_range(start, end)
    while node is not None and node.type != "string":
        if not node.type.startswith(("string_", "escape_")):
            return None
        node = node.parent
    is_value = node is not None and node.parent is not None and node.parent.type not in {"expression_statement", "type"}
    return node if is_value else None


def _is_patch(module: Module, node: Node) -> bool:
    call = node.parent.parent if node.parent is not None and node.parent.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    return function is not None and any(word in module.tree.text(function) for word in _PATCHES)


def _check_tables(program: Program, moved: Moved, dotted: str) -> None:
    """Refuses where a table of strings has both the name and its module, as for attributes that load lazily."""
    last = dotted.rpartition(".")[2]
    modules = re.compile(rb"""["']\.*(?:[\w.]+\.)?""" + re.escape(last.encode()) + rb"""["']""")
    names = re.compile(rb"""["']""" + re.escape(moved.name.encode()) + rb"""["']""")
    for path in program.containing({moved.name}):
        module = program.module(path) if path.endswith(_PYTHON) else None
        if module is None or not module.has_names or not modules.search(module.tree.source):
            continue
        known = {one.start for one in module.table.exported or []}
        for match in names.finditer(module.tree.source):
            if match.start() + 1 not in known and _string_at(module, match.start() + 1, match.end() - 1) is not None:
                row = module.tree.source.count(b"\n", 0, match.start()) + 1
                raise RefactoringRefused(
                    f"{path}, line {row}, names `{moved.name}` and its module by strings.",
                    hint="With keep_alias=yes the old module keeps the name.",
                )


def _check_dynamic(program: Program, moved: Moved, last: str) -> None:
    """Refuses where the name is an attribute of what may be the old module, loaded by a name that is put together."""
    if not last.isidentifier():
        raise RefactoringRefused(f"{moved.path} can only be loaded by its path: who does so may look for it there.")
    for path in set(program.containing({moved.name})) & set(program.containing(_LOADERS)):
        module = program.module(path) if path.endswith(_PYTHON) else None
        for one in module.table.occurrences if module is not None and module.has_names else ():
            is_one = one.role is Role.ATTRIBUTE and one.name == moved.name
            if is_one and program.definition(path, one).kind == "attribute":
                raise RefactoringRefused(
                    f"{path}, line {one.node.start_point[0] + 1}, takes a `{moved.name}` of an object that may be a"
                    " module which it loads.",
                    hint="With keep_alias=yes the old module keeps the name.",
                )


def mentions(program: Program, moved: Moved, target: Destination) -> Iterator[Edit]:
    """The places in comments, docstrings and documents that have the dotted path; each wants confirmation."""
    old = program.imports.dotted(moved.path)
    words = re.compile(rb"(?<![\w.])" + re.escape(f"{old}.{moved.name}".encode()) + rb"(?!\w)")
    for path in program.containing({moved.name}):
        module, lines = program.module(path), program.sources.lines(path)
        source = module.tree.source if module is not None else "".join(lines or ()).encode("utf-8", "replace")
        for match in words.finditer(source):
            if module is not None and module.has_names and not _is_prose(module, match.start(), match.end()):
                continue
            if path == moved.path and moved.start <= match.start() < moved.end:
                continue
            span = Span(path, match.start(), match.start() + len(old.encode()))
            yield Edit(span, (target.dotted,), Certainty.TEXTUAL, "It names the old module in a text.")


def _is_prose(module: Module, start: int, end: int) -> bool:
    node = module.tree.tree.root_node.descendant_for_byte_range(start, end)
    return node is not None and node.type in {"comment", "string_content"} and start not in module.table.by_start
