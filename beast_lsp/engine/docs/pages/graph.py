"""Which module imports which: layers and cycles of modules, or of folders where there are many.

Layers are longest paths over strongly connected components (R. Tarjan, "Depth-first search and linear graph
algorithms", 1972): what imports nothing here is at the bottom, and everything stands above all that it imports.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

_FEW, _MOST = 4, 100  # groups that say nothing, and more than anybody can look at.
_Node = TypeVar("_Node", bound=Hashable)


@dataclass(frozen=True, slots=True, order=True)
class Import:
    """One import between units (files, or folders): the file `path` has the statement at a line (from 0 on).

    `is_deferred`: it does not run when the importer is loaded.
    """

    importer: str
    imported: str
    path: str
    line: int
    is_deferred: bool = False


@dataclass(frozen=True, slots=True)
class Cycle:
    """Modules that import each other: a shortest circle among them as imports, and how many modules are entangled."""

    way: tuple[Import, ...]
    modules: int


def components(nodes: Iterable[_Node], edges: Mapping[_Node, Collection[_Node]]) -> list[list[_Node]]:
    """The strongly connected components; each comes after those that it has edges to."""
    index: dict[_Node, int] = {}
    low: dict[_Node, int] = {}
    on_path: dict[_Node, None] = {}
    found: list[list[_Node]] = []
    for root in nodes:
        if root in index:
            continue
        work: list[tuple[_Node, Iterator[_Node]]] = [(root, iter(edges.get(root, ())))]
        index[root] = low[root] = len(index)
        on_path[root] = None
        while work:
            node, rest = work[-1]
            target = next(rest, None)
            if target is None:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[node])
                if low[node] == index[node]:
                    found.append(_popped(on_path, node))
            elif target not in index:
                index[target] = low[target] = len(index)
                on_path[target] = None
                work.append((target, iter(edges.get(target, ()))))
            elif target in on_path:
                low[node] = min(low[node], index[target])
    return found


def _popped(on_path: dict[_Node, None], node: _Node) -> list[_Node]:
    taken: list[_Node] = []
    while not taken or taken[-1] != node:
        taken.append(on_path.popitem()[0])
    return taken[::-1]


def layers(nodes: Sequence[str], imports: Iterable[Import]) -> list[list[str]]:
    """The nodes by layer, the lowest first: each stands above all that it imports, but for those of its own cycle."""
    edges = _edges(imports)
    groups = components(nodes, edges)
    group_of = {node: number for number, group in enumerate(groups) for node in group}
    heights: list[int] = []
    for number, group in enumerate(groups):
        below = {group_of[target] for node in group for target in edges.get(node, ())} - {number}
        heights.append(max((heights[each] + 1 for each in below), default=0))
    found: defaultdict[int, list[str]] = defaultdict(list)
    for node in nodes:
        found[heights[group_of[node]]].append(node)
    return [sorted(found[height]) for height in sorted(found)]


def cycles(nodes: Sequence[str], imports: Collection[Import]) -> list[Cycle]:
    """The circles of imports, the most entangled first; of each component a shortest one."""
    order = sorted(imports, key=lambda one: (one.is_deferred, one), reverse=True)
    first = {(one.importer, one.imported): one for one in order}
    edges = _edges(imports)
    found = []
    for group in components(nodes, edges):
        inside = {node: [target for target in edges.get(node, ()) if target in group] for node in group}
        if len(group) > 1 or group[0] in inside[group[0]]:
            way = min((_shortest(node, inside) for node in sorted(group)), key=len)
            pairs = zip(way, [*way[1:], way[0]], strict=True)
            found.append(Cycle(tuple(first[pair] for pair in pairs), len(group)))
    return sorted(found, key=lambda one: (-one.modules, one.way))


def _edges(imports: Iterable[Import]) -> dict[str, list[str]]:
    found: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for one in sorted(imports):
        found[one.importer][one.imported] = None
    return {node: list(targets) for node, targets in found.items()}


def _shortest(start: str, edges: Mapping[str, Collection[str]]) -> list[str]:
    """A shortest way from a node back to itself, without the return."""
    came: dict[str, str] = {}
    waiting = deque([start])
    while waiting:
        node = waiting.popleft()
        for target in edges[node]:
            if target == start:
                way = [node]
                while way[-1] != start:
                    way.append(came[way[-1]])
                return way[::-1]
            if target not in came:
                came[target] = node
                waiting.append(target)
    return [start]


def grouped(imports: Iterable[Import], group_of: Mapping[str, str]) -> Counter[tuple[str, str]]:
    """How many imports go from one group of modules to another."""
    pairs = ((group_of[one.importer], group_of[one.imported]) for one in imports)
    return Counter(pair for pair in pairs if pair[0] != pair[1])


def folders(paths: Collection[str], most: int) -> dict[str, str]:
    """The group of each path: itself where there are few, else its folder at the greatest depth that leaves few enough.

    Where that leaves hardly any, as in a flat package of many files, it is one level deeper.
    """
    deepest = max((path.count("/") for path in paths), default=0)
    finer: dict[str, str] | None = None
    for depth in range(deepest + 1, 0, -1):
        found = {path: "/".join(path.split("/")[:depth]) for path in paths}
        count = len(set(found.values()))
        if count <= most:
            is_enough = count >= _FEW or finer is None or len(set(finer.values())) > _MOST
            return found if is_enough or finer is None else finer
        finer = found
    return {path: path.split("/")[0] for path in paths}
