"""Whether changed imports load the same modules with the same effects, and go in no circle.

The order in which modules are loaded may change where all that do more than define keep their order.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.imports.graph import ImportGraph, shown_cycle
from beast_lsp.engine.refactors.imports.load_effects import first_effect
from beast_lsp.engine.refactors.imports.statements import statements
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Program


class Loading:
    """Compares what the imports of some files run, before and after a change.

    `moved` maps old paths to new ones, as in a proposal.
    """

    def __init__(self, before: Program, after: Program, moved: dict[str, str] | None = None) -> None:
        self._before, self._after = before, after
        self._old, self._new = ImportGraph(before), ImportGraph(after)
        self._moved = moved or {}
        self._loud: dict[str, int | None] = {}

    def check(self, paths: Collection[str]) -> None:
        """Raises RefactoringRefused where loading one of the changed files, by old paths, would have other effects."""
        for path in paths:
            new = self._moved.get(path, path)
            if self._before.module(path) is None:
                continue  # it is created.
            order = [self._moved.get(one, one) for one in self._old.load_order(path)]
            self._check_order(new, order, self._new.load_order(new))

    def check_cycles(self, paths: Collection[str], risky: Collection[tuple[str, str]] = ()) -> None:
        """Raises RefactoringRefused for a circle of imports that a changed file begins.

        `risky` are pairs of an importing and an imported module whose import may need what is not defined yet, even
        where the circle is there already.
        """
        for path in paths:
            new = self._moved.get(path, path)
            known = {self._moved.get(one, one) for one in self._old.imports(path)}
            for target in self._new.imports(new):
                if target not in known or (new, target) in risky:
                    self._check_cycle(new, target)

    def _check_cycle(self, path: str, target: str) -> None:
        cycle = self._new.cycle(path, target)
        if cycle is not None and not self._is_proven(path, target):
            shown = shown_cycle(cycle, self._after.imports.dotted)
            raise RefactoringRefused(
                f"The imports would go in a circle: {shown}.",
                hint="Move what it uses along with it or before it, or import it within the function that needs it.",
            )

    def _is_proven(self, path: str, target: str) -> bool:
        """Whether the file takes what `target` itself defines already: then that is loaded when the import runs."""
        importer, module = self._before.module(path), self._before.module(target)
        if importer is None or module is None:
            return False
        for one in statements(importer.tree):
            is_eager = one.is_from and not one.is_lazy and not one.is_typing
            if is_eager and self._before.find(path, one.module) == target:
                symbols = (module.table.module.symbols.get(item.name) for item in one.items)
                if any(each and all(b.role is not Role.IMPORT for b in each.binders()) for each in symbols):
                    return True
        return False

    def _check_order(self, path: str, before: list[str], after: list[str]) -> None:
        old, new = set(before), set(after)
        for one in [*(one for one in after if one not in old), *(one for one in before if one not in new)]:
            row = self._effect(one)
            if row is not None:
                verb = "would load" if one in new else "would no longer load"
                raise RefactoringRefused(
                    f"{path} {verb} {one}, which does more than define names (line {row + 1}).",
                    hint="Import that module there yourself first, or choose another module.",
                )
        first = [one for one in before if one in new]
        second = [one for one in after if one in old]
        if first == second:
            return
        differing = [i for i, pair in enumerate(zip(first, second, strict=True)) if pair[0] != pair[1]]
        changed = first[differing[0] : differing[-1] + 1]
        loud = [one for one in changed if self._effect(one) is not None]
        if [one for one in second if one in loud] != loud:
            raise RefactoringRefused(
                f"{path} would load {loud[0]} and {loud[1]} in another order, and both do more than define names."
            )

    def _effect(self, path: str) -> int | None:
        """The row of the first effect of a module, by its new path; None for a quiet one."""
        if path not in self._loud:
            origin = next((old for old, new in self._moved.items() if new == path), path)
            program = self._before if self._before.module(origin) is not None else self._after
            found = first_effect(program, origin)
            self._loud[path] = found.start_point[0] if found is not None else None
        return self._loud[path]
