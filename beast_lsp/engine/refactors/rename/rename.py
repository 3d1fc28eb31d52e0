"""Rename: a definition, and every name that means it, over all files. Python.

What surely means it is changed. What may mean it (an attribute of an object of unknown type, a path in a string) and
what merely has the word are edits of their own, which the user confirms.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rename.fixtures import asks_for_fixture, fixture_at
from beast_lsp.engine.refactors.rename.local import renamed_here
from beast_lsp.engine.refactors.rename.module import renamed_module
from beast_lsp.engine.refactors.rename.symbol import renamed_symbol
from beast_lsp.engine.refactors.rename.target import Target, check_name, target_at
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program


def renamable(site: Site) -> Span | None:
    """Where the name stands that can be renamed at a place; None where there is none.

    Raises RefactoringRefused for a name that can't be renamed whatever its new name is.
    """
    target = target_at(site)
    return target.span if target is not None else None


def propose(site: Site) -> Proposal | None:
    """The edits of a rename to `name`. Raises RefactoringRefused where the code could come to mean something else."""
    target, new = target_at(site), site.options.get("name", "").strip()
    if target is None or not new:
        return None
    check_name(target.text, new)
    if target.is_local:
        return renamed_here(site.program, target, new)
    if target.definition.kind == "module":
        return renamed_module(site.program, target.definition, new)
    if asks_for_fixture(target.path, target.one):
        target = _fixture(site.program, target)
    return renamed_symbol(site.program, target, new)


def _fixture(program: Program, target: Target) -> Target:
    """The fixture that a parameter of a test asks for."""
    found = fixture_at(program, target.path, target.one)
    if found is None:
        hint = "A fixture of the workspace can be renamed."
        raise RefactoringRefused(f"`{target.text}` is a fixture from outside of the workspace.", hint=hint)
    return Target(found.path, found.one, target.text, program.definition(found.path, found.one))


def propose_module(site: Site) -> Proposal | None:
    """The edits of renaming the module that a name means."""
    target, new = _module_at(site), site.options.get("name", "").strip()
    if target is None or not new:
        return None
    check_name(target.text, new)
    return renamed_module(site.program, target.definition, new)


def _module_at(site: Site) -> Target | None:
    target = target_at(site)
    return target if target is not None and target.definition.kind == "module" else None


def _glance(site: Site) -> str:
    target = target_at(site)
    return target.text if target is not None else ""


_NAME = {"name": "The new name."}
RENAME = Refactoring("rename", "refactor.rename", propose, options=_NAME, glance=_glance)
RENAME_MODULE = Refactoring("rename-module", "refactor.rename", propose_module, options=_NAME, glance=lambda _: "")
RENAMES = (RENAME, RENAME_MODULE)
