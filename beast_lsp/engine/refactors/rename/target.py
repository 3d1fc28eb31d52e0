"""What is to be renamed at a place, and which names can't be: each refusal says why."""

from __future__ import annotations

import keyword
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Span
from beast_lsp.engine.scopes.resolution.definition import Definition
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.refactors.refactoring import Site

_INNER = frozenset({"symbol", "parameter", "member", "module"})
_AT_DEFINITION = "Ask for it where the name is defined."


@dataclass(frozen=True)
class Target:
    """The name at a place: `text` as written, and what it means.

    `is_local`: only what this file calls it is renamed: an alias, or the name of something from outside.
    """

    path: str
    one: Occurrence
    text: str
    definition: Definition
    is_local: bool = False

    @property
    def span(self) -> Span:
        """Where the name stands."""
        return Span(self.path, self.one.start, self.one.end)


def target_at(site: Site) -> Target | None:
    """The name at a place; None where there is none. Raises RefactoringRefused for one that can't be renamed."""
    module = site.module
    one = module.table.at(site.start) if module.tree.language == "python" else None
    if one is None or site.end > one.end:
        return None
    text = module.tree.source[one.start : one.end].decode("utf-8", "replace")
    definition = site.program.definition(site.path, one)
    own = own_name(definition)
    is_alias = one.symbol is not None and own != one.name and definition.kind in {"symbol", "parameter", "module"}
    is_outside = one.symbol is not None and definition.kind in {"external", "builtin"}
    target = Target(site.path, one, text, definition, is_alias or is_outside)
    _check(target)
    return target


def own_name(definition: Definition) -> str:
    """The name by which a definition was made; of a module the last part of its dotted name."""
    if definition.kind != "module":
        return definition.name
    parts = definition.path.rstrip("/").removesuffix("i").removesuffix(".py").split("/")
    return parts[-2] if parts[-1] == "__init__" and len(parts) > 1 else parts[-1]


def _check(target: Target) -> None:
    text, definition = target.text, target.definition
    if text.startswith("__") and text.endswith("__"):
        raise RefactoringRefused(f"`{text}` has a meaning to Python.")
    if definition.path.startswith("<") or any(root.path.startswith("<") for root in definition.within):
        raise RefactoringRefused(f"`{text}` belongs to a library: others rely on its name.")
    outer = [root for root in definition.within if root.kind == "external"]
    if outer:
        raise RefactoringRefused(f"`{text}` overrides `{outer[0].name}`, which calls it by this name.")
    if target.is_local or definition.kind in _INNER:
        return
    if definition.kind == "builtin":
        raise RefactoringRefused(f"`{text}` is built into Python.")
    if definition.kind == "external":
        hint = "An import can get another name by `as`; rename that." if target.one.role is Role.IMPORTED else ""
        raise RefactoringRefused(f"`{definition.name}` is defined outside of the workspace.", hint=hint)
    if definition.kind == "attribute":
        raise RefactoringRefused(f"It is not known which class's `{text}` this is.", hint=_AT_DEFINITION)
    if definition.kind == "keyword":
        raise RefactoringRefused(f"It is not known which function's `{text}` this is.", hint=_AT_DEFINITION)
    raise RefactoringRefused(f"Nothing in the workspace defines `{text}`.")


def check_name(text: str, new: str) -> None:
    """Raises RefactoringRefused for a new name that no code can have, or that means something to Python."""
    if not new.isidentifier():
        raise RefactoringRefused(f"`{new}` is no name in Python.", hint="Use letters, digits and underscores.")
    if keyword.iskeyword(new):
        raise RefactoringRefused(f"`{new}` is a keyword of Python.", hint=f"`{new}_` would do.")
    if new == text:
        raise RefactoringRefused(f"It is called `{new}` already.")
    if new.startswith("__") and new.endswith("__"):
        raise RefactoringRefused(f"Names such as `{new}` are reserved for Python.")
    if new == "_":
        raise RefactoringRefused(
            "`_` matches anything in a pattern and is no name there.", hint="Choose a longer name."
        )
