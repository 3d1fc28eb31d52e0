"""Renames what one file calls something: an alias, or something from outside that an import brings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Proposal, Span
from beast_lsp.engine.refactors.uses.references import python_modules
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.scopes.resolution.program import Program
    from beast_lsp.engine.scopes.resolution.table import Symbol


def renamed_here(program: Program, target: Target, new: str) -> Proposal:
    """The edits that give something another name in one file; other files that import that name from it keep theirs."""
    symbol = target.one.symbol
    if symbol is None:
        raise RefactoringRefused(f"`{target.text}` is defined outside of the workspace.")
    edits = [respelled(program, target.path, one, new) for one in symbol.occurrences]
    edits += _importers(program, target, symbol, new)
    return Proposal(f"Rename {target.text} to {new} in {target.path}", tuple(edits))


def respelled(program: Program, path: str, one: Occurrence, new: str) -> Edit:
    """The edit that renames a name in its file only: an import without `as` gets one."""
    span = Span(path, one.start, one.end)
    if one.role is not Role.IMPORT or not is_bare(one):
        return Edit(span, (Name(new, span),))
    holder = one.node.parent
    if holder is not None and holder.named_child_count > 1:
        whole = (holder.text or b"").decode("utf-8", "replace")
        hint = f"Write `import {whole} as {new}` and use that instead."
        raise RefactoringRefused(f"`import {whole}` can't give `{one.name}` another name.", hint=hint)
    taken = program.taken(path, one)
    original = one.name
    if taken.kind == "symbol":
        like = Span(taken.path, taken.start, taken.start + len(original.encode()))
        return Edit(span, (Name(original, like), " as ", Name(new, span)))
    return Edit(span, (f"{original} as ", Name(new, span)))


def is_bare(one: Occurrence) -> bool:
    """Whether an import binds a name without `as`."""
    return one.node.parent is not None and one.node.parent.type != "aliased_import"


def _importers(program: Program, target: Target, symbol: Symbol, new: str) -> Iterator[Edit]:
    """What other files do with the name: imports take the new one under the old, attributes of the module change."""
    if symbol.scope.kind != "module":
        return
    like = target.span if target.one.role is Role.IMPORT else _binder(target.path, symbol)
    for module in python_modules(program, {target.text}):
        if module.path == target.path:
            continue
        if any(program.find(module.path, star) == target.path for star in module.table.stars):
            raise RefactoringRefused(
                f"{module.path} takes `{target.text}` by a star import.", hint="Import it by name."
            )
        for one in module.table.occurrences:
            if one.name != target.text or program.source(module.path, one) != target.path:
                continue
            span = Span(module.path, one.start, one.end)
            if one.role is Role.IMPORT and is_bare(one):
                yield Edit(span, (Name(new, like), " as ", Copy(span)))
            else:
                yield Edit(span, (Name(new, span),))


def _binder(path: str, symbol: Symbol) -> Span:
    one = symbol.binders()[0]
    return Span(path, one.start, one.end)
