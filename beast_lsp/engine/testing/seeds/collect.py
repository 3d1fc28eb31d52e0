"""All seeds of a callable, the likeliest first, with the imports that they need."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.testing.entry_points import entry_points
from beast_lsp.engine.testing.seeds.asked import annotated, compared
from beast_lsp.engine.testing.seeds.calls import given_arguments
from beast_lsp.engine.testing.seeds.examples import Examples
from beast_lsp.engine.testing.seeds.sites import sites
from beast_lsp.engine.testing.seeds.sketches import sketch
from beast_lsp.guest.wire import Target

if TYPE_CHECKING:
    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.testing.seeds.sketches import Drawn
    from beast_lsp.engine.testing.seeds.workspace import Expression, Workspace
    from beast_lsp.engine.testing.targets import Callable
    from beast_lsp.guest.wire import Sketch

_MOST_SEEDS = 24  # of one parameter
_MOST_SKETCHES = 16  # of one callable


class Collector:
    """Collects the seeds of a module's callables. `imports` grows with what the seeds need.

    Two seeds that need one name to mean different things can't both be used: the earlier one stays.
    """

    def __init__(self, space: Workspace, module: Module, fixtures: Collection[str]) -> None:
        self.imports: dict[str, str] = {}
        self._space = space
        self._module = module
        self._fixtures = fixtures
        self._examples = Examples(space, module)
        self._entries = entry_points(module)

    def target(self, one: Callable) -> Target:
        """A callable with its seeds and sketches."""
        used = sites(self._space, self._module, one)
        tested = [site for site in used if site.is_test]
        drawn = [found for site in tested if (found := sketch(self._space, site, self._fixtures)) is not None]
        given = [pair for site in used for pair in given_arguments(self._space, site, one)]
        shown = list(self._examples.arguments(one))
        asked = list(compared(one.function)) if one.function is not None else []
        first, last = one.lines
        return Target(
            name=one.name,
            kind=one.kind,
            is_async=one.is_async,
            is_generator=one.is_generator,
            line=first,
            end_line=last,
            parameters=[
                {**known, "seeds": self._seeds(known["name"], known["annotation"], [*shown, *given, *asked])}
                for known in one.parameters
            ],
            sketches=self._sketches([*self._examples.sketches(one), *drawn]),
        )

    def called_through(self, target: Target) -> Target:
        """The target with what a framework makes of it, where its function is a command or a view."""
        entry = self._entries.get(target["name"])
        named = {name: self._space.importing(self._module, name) for name in entry.names} if entry is not None else {}
        needed = {name: statement for name, statement in named.items() if statement is not None}
        if entry is None or len(needed) < len(named) or not self._fits({**needed, **entry.imports}):
            return target
        for one in target["parameters"]:
            one["seeds"] = [*entry.seeds.get(one["name"], []), *one["seeds"]][:_MOST_SEEDS]
        target["sketches"] = [*entry.sketches, *target["sketches"]][:_MOST_SKETCHES]
        return target if entry.is_plain else {**target, "kind": "entry", "is_async": entry.is_async, "parameters": []}

    def _seeds(self, name: str, annotation: str, known: Iterable[tuple[str, Expression]]) -> list[str]:
        listed = annotated(self._space, self._module, annotation)
        found = self._kept((one for key, one in known if key == name), listed)
        return list(dict.fromkeys(found))[:_MOST_SEEDS]

    def _kept(self, *groups: Iterable[Expression]) -> Iterator[str]:
        for group in groups:
            yield from (one.text for one in group if self._fits(one.imports))

    def _fits(self, imports: dict[str, str]) -> bool:
        if any(self.imports.get(name, statement) != statement for name, statement in imports.items()):
            return False
        self.imports.update(imports)
        return True

    def _sketches(self, drawn: Iterable[Drawn]) -> list[Sketch]:
        found: dict[str, Sketch] = {}
        for one in drawn:
            if len(found) < _MOST_SKETCHES and self._fits(one.imports):
                found.setdefault("\n".join([*one.sketch["arrange"], one.sketch["act"]]), one.sketch)
        return list(found.values())


def shared_seeds(targets: list[Target]) -> None:
    """A parameter without seeds takes those of others of the same name and annotation."""
    by_name: dict[tuple[str, str], list[str]] = {}
    for target in targets:
        for one in target["parameters"]:
            by_name.setdefault((one["name"], one["annotation"]), []).extend(one["seeds"])
    for target in targets:
        for one in target["parameters"]:
            if not one["seeds"]:
                known = by_name.get((one["name"], one["annotation"]), [])
                one["seeds"] = list(dict.fromkeys(known))[: _MOST_SEEDS // 2]
