"""How a project is built: which module depends on which, in layers, with the circles, and where it is entered."""

from __future__ import annotations

import posixpath
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from beast_lsp.engine.docs.pages.graph import Cycle, Import, components, cycles, folders, grouped, layers
from beast_lsp.engine.docs.pages.marks import Part

_MOST_NODES = 40
_MOST_ARROWS = 120
_MOST_CYCLES = 20
_DENSE = 2  # arrows for each node; with more nobody follows them.


@dataclass(frozen=True, slots=True)
class Architecture:
    """What the page is made of: units (files, or folders that are packages), their imports, and what they say.

    `said` is by path, a folder's without a slash at its end; `held` says of those that say nothing what they have.
    `entries` are sentences; `source` is the way from the page to the code, None where there is none.
    """

    paths: Sequence[str]
    imports: Sequence[Import]
    said: Mapping[str, str] = field(default_factory=dict)
    held: Mapping[str, str] = field(default_factory=dict)
    entries: Sequence[str] = ()
    source: str | None = None

    def parts(self) -> list[Part]:
        """The parts of the page; what there is nothing to tell of is left out."""
        group_of = folders(self.paths, _MOST_NODES)
        found = [Part("title", "# Architecture\n\n" + self._counts())]
        if self.entries:
            found.append(Part("entries", "## Entry points\n\n" + "\n".join(f"- {one}" for one in self.entries)))
        graph = _mermaid(group_of, [one for one in self.imports if not one.is_deferred])
        if graph:
            found.append(Part("graph", f"## Dependencies\n\n{graph}"))
        return [*found, *self._layers(group_of), *self._cycles(), *self._packages(group_of)]

    def _counts(self) -> str:
        files, count = len(self.paths), len(self.imports)
        return f"{files} module{'s' if files != 1 else ''} with {count} import{'s' if count != 1 else ''} among them."

    def _layers(self, group_of: Mapping[str, str]) -> list[Part]:
        named = {(group_of[one.importer], group_of[one.imported]) for one in self.imports if not one.is_deferred}
        between = [Import(*pair, "", 0) for pair in sorted(named) if pair[0] != pair[1]]
        nodes = sorted(set(group_of.values()))
        found = layers(nodes, between)
        if len(found) < 2:
            return []
        rows = [
            f"{number}. {', '.join(f'`{node}`' for node in layer)}" for number, layer in enumerate(reversed(found), 1)
        ]
        told = "What is loaded first stands last: each line imports only from lines below it, circles apart."
        return [Part("layers", "\n".join(["## Layers", "", told, "", *rows]))]

    def _cycles(self) -> list[Part]:
        eager = [one for one in self.imports if not one.is_deferred]
        loading = cycles(self.paths, eager)
        entangled = {one.importer for cycle in loading for one in cycle.way}
        later = [one for one in cycles(self.paths, self.imports) if not _joins(one, entangled)]
        blocks = []
        if loading:
            is_python = all(one.path.endswith(".py") for cycle in loading for one in cycle.way)
            told = "When the modules are loaded, these import each other:" if is_python else "These import each other:"
            blocks += [told, self._listed(loading)]
        if later:
            told = "These circles are closed by imports that run later, or only for type checkers:"
            blocks += [told, self._listed(later)]
        if not blocks:
            return []
        return [Part("cycles", "\n\n".join(["## Circles", *blocks]))]

    def _listed(self, found: Sequence[Cycle]) -> str:
        rows = []
        for cycle in found[:_MOST_CYCLES]:
            way = " → ".join(f"`{one.importer}` ({self._place(one)})" for one in cycle.way)
            more = cycle.modules - len(cycle.way)
            tail = f"; {more} more module{'s are' if more > 1 else ' is'} entangled with them" if more else ""
            rows.append(f"- {way} → `{cycle.way[0].importer}`{tail}")
        if len(found) > _MOST_CYCLES:
            rows.append(f"- and {len(found) - _MOST_CYCLES} more")
        return "\n".join(rows)

    def _place(self, one: Import) -> str:
        line = one.line + 1
        place = f"line {line}" if one.path == one.importer else f"{one.path}:{line}"
        kind = f"later, {place}" if one.is_deferred else place
        if self.source is None:
            return kind
        return f"[{kind}]({posixpath.join(self.source, one.path).replace(' ', '%20')}#L{line})"

    def _packages(self, group_of: Mapping[str, str]) -> list[Part]:
        rows = []
        for group, paths in sorted(_members(group_of).items()):
            said = self.said.get(group, "")
            count = f"{len(paths)} modules" if len(paths) > 1 else self.held.get(group, "")
            rows.append(f"| `{group}` | {said.replace('|', chr(92) + '|') or count} |")
        told = ["## What is where", "", "| | |", "|---|---|", *rows]
        return [Part("packages", "\n".join(told))] if rows else []


def _joins(cycle: Cycle, entangled: Collection[str]) -> bool:
    return all(not one.is_deferred for one in cycle.way) or any(one.importer in entangled for one in cycle.way)


def _members(group_of: Mapping[str, str]) -> dict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for path, group in group_of.items():
        found[group].append(path)
    return found


def _mermaid(group_of: Mapping[str, str], imports: Iterable[Import]) -> str:
    """The graph of the groups; where there are too many arrows the heaviest are drawn, and that is said."""
    arrows = grouped(imports, group_of)
    if not arrows:
        return ""
    direct = _direct(arrows) if len(arrows) > _DENSE * len({node for pair in arrows for node in pair}) else set(arrows)
    shown = sorted(direct, key=lambda pair: (-arrows[pair], pair))[:_MOST_ARROWS]
    used = sorted({node for pair in shown for node in pair})
    names = {node: f"n{number}" for number, node in enumerate(used)}
    base = _common_folder(used)
    lines = ["```mermaid", "flowchart TD"]
    lines += [f'    {names[node]}["{_label(node, base)}"]' for node in used]
    lines += [f"    {names[first]} --> {names[second]}" for first, second in sorted(shown)]
    told = f"An arrow goes from what imports to what it loads with itself{f', below `{base}`' if base else ''}."
    if len(arrows) > len(direct):
        told += f" {len(arrows) - len(direct)} that a longer way implies are left out."
    if len(direct) > len(shown):
        told += f" Of the others these are the {len(shown)} that stand for most imports."
    return "\n".join([told, "", *lines, "```"])


def _direct(arrows: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
    """The arrows without those from one node to another that a longer way connects, too; within circles all stay."""
    edges: defaultdict[str, set[str]] = defaultdict(set)
    for first, second in arrows:
        edges[first].add(second)
    number = {
        node: count
        for count, group in enumerate(components(sorted({node for pair in arrows for node in pair}), edges))
        for node in group
    }
    between: defaultdict[int, set[int]] = defaultdict(set)
    for first, second in arrows:
        between[number[first]].add(number[second])
    far: dict[int, set[int]] = {}
    for group in sorted(between):  # what a group leads to has a smaller number.
        near = between[group] - {group}
        far[group] = set().union(*(far.get(each, set()) | between.get(each, set()) - {each} for each in near))
    return {
        (first, second)
        for first, second in arrows
        if number[first] == number[second] or number[second] not in far[number[first]]
    }


def _label(node: str, base: str) -> str:
    shown = node.removeprefix(f"{base}/") if base else node
    return shown.replace("#", "#35;").replace('"', "#quot;")


def _common_folder(paths: Sequence[str]) -> str:
    """The folder that all paths lie in."""
    parts = [path.split("/")[:-1] for path in paths]
    found = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        found.append(level[0])
    return "/".join(found)
