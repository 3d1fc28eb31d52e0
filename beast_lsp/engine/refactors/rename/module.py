"""Renames a module or a package: its file or folder moves, and every import follows."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.refactors.proposal import Certainty, Edit, Name, Proposal, Span
from beast_lsp.engine.refactors.rename.target import own_name
from beast_lsp.engine.refactors.uses.references import python_modules, references
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.program import Module, Program
    from beast_lsp.engine.scopes.resolution.table import Occurrence

_SPECIAL = frozenset({"__init__", "__main__", "conftest", "setup", "noxfile", "fabfile", "tasks", "manage", "settings"})


def renamed_module(program: Program, definition: Definition, new: str) -> Proposal:
    """The edits and moves of a module that gets another name in the same folder."""
    old = own_name(definition)
    _check(program, definition, old, new)
    among = frozenset({old, new})
    edits = []
    for found in references(program, {definition}, {old}, among):
        if found.is_taken:
            raise RefactoringRefused(
                f"{found.path} imports `{old}` beside something else of that name.",
                hint="Give it an alias there first.",
            )
        if found.one.name == old and not _is_alias(found.one):
            edits.append(Edit(found.span, (Name(new, found.span),)))
    for path in program.containing([old]):
        edits += _mentions(program, path, program.imports.dotted(definition.path), old, new)
    moved = _moves(program, definition.path, old, new)
    notes = tuple(f"{one} moves to {moved[one]}." for one in moved)
    return Proposal(f"Rename the module {old} to {new}", tuple(edits), moved=moved, notes=notes)


def _check(program: Program, definition: Definition, old: str, new: str) -> None:
    path = definition.path
    if old in _SPECIAL:
        raise RefactoringRefused(f"`{old}` is a name by which tools find the file.")
    if new in _SPECIAL:
        raise RefactoringRefused(f"Tools look for files called `{new}`.", hint="Choose another name.")
    is_file = not path.endswith(("/", "/__init__.py", "/__init__.pyi"))
    if is_file and _is_collected(old, path) != _is_collected(new, path):
        raise RefactoringRefused("A test framework finds test files by their names.", hint="Keep `test` in the name.")
    base = PurePosixPath(path).parent if is_file else PurePosixPath(path.removesuffix("/")).parent
    folder = base if is_file or path.endswith("/") else base.parent
    taken = {(folder / f"{new}{suffix}").as_posix() for suffix in (".py", ".pyi")}
    below = (folder / new).as_posix() + "/"
    if any(one in taken or one.startswith(below) for one in program.sources.paths()):
        raise RefactoringRefused(f"There is a `{new}` beside it already.", hint="Choose another name.")
    is_top = "." not in program.imports.dotted(path)
    if is_top and new in sys.stdlib_module_names:
        raise RefactoringRefused(f"`{new}` is a module of Python, which it would hide.", hint="Choose another name.")
    package = program.find(path, ".") if is_file else None
    if package is not None and package.endswith(".py"):
        _check_package(program, package, new)
    _check_hidden(program, new, is_top=is_top)


def _is_collected(name: str, path: str) -> bool:
    return is_test(path) and (name.startswith("test_") or name.endswith("_test"))


def _check_package(program: Program, package: str, new: str) -> None:
    module = program.module(package)
    if module is not None and new in module.table.module.symbols:
        raise RefactoringRefused(f"The package has a `{new}` of its own already.", hint="Choose another name.")


def _check_hidden(program: Program, new: str, *, is_top: bool) -> None:
    """Refuses where an import of something from outside would find the module instead."""
    for module in python_modules(program, {new}) if is_top else ():
        for one in module.table.occurrences:
            if one.name != new or one.role not in {Role.IMPORT, Role.IMPORTED}:
                continue
            found = program.taken(module.path, one)
            if found.kind == "external" and found.name == new:
                raise RefactoringRefused(
                    f"{module.path} imports another `{new}` from outside.", hint="Choose another name."
                )


def _is_alias(one: Occurrence) -> bool:
    """Whether a name is what `as` gives, or means that."""
    binders = one.symbol.binders() if one.symbol is not None else ()
    holders = (binder.node.parent for binder in binders if binder.role is Role.IMPORT)
    return any(holder is not None and holder.type == "aliased_import" for holder in holders)


def _moves(program: Program, path: str, old: str, new: str) -> dict[str, str]:
    """By old path, the new path of a module's file and of its stub, or of a package's folder."""
    if path.endswith(("/", "/__init__.py", "/__init__.pyi")):
        folder = path.rpartition("/")[0]
        return {folder: folder[: -len(old)] + new}
    base = path.removesuffix("i").removesuffix(".py")
    target = base[: -len(old)] + new
    twins = {one: target + one[len(base) :] for one in (f"{base}.py", f"{base}.pyi")}
    return {one: twins[one] for one in twins if program.sources.lines(one) is not None}


def _mentions(program: Program, path: str, dotted: str, old: str, new: str) -> Iterator[Edit]:
    """The edits of strings and documents that have the module's dotted name, or the path of its file."""
    module = program.module(path)
    lines = program.sources.lines(path)
    source = module.tree.source if module is not None else "".join(lines or ()).encode("utf-8", "replace")
    words = re.escape(dotted.encode()) + rb"|" + re.escape(dotted.replace(".", "/").encode())
    for match in re.finditer(rb"(?<![\w./])(" + words + rb")(?![\w])", source):
        span = Span(path, match.end() - len(old.encode()), match.end())
        if module is None or _is_string(module, span):
            is_path = "." in dotted or source[match.end() : match.end() + 1] in {b".", b":", b"/"}
            is_whole = module is not None and source[match.start() - 1 : match.start()] in {b'"', b"'"}
            certainty = Certainty.PROBABLE if is_path or is_whole else Certainty.TEXTUAL
            yield Edit(span, (new,), certainty, "It names the module in a text.")


def _is_string(module: Module, span: Span) -> bool:
    if module.has_names and span.start in module.table.by_start:
        return False
    node = module.tree.tree.root_node.descendant_for_byte_range(span.start, span.end)
    return node is not None and node.type in {"string_content", "comment"}
