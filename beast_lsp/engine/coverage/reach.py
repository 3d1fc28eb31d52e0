"""Which functions the tests reach, read from names alone.

The walk is a call graph by rapid type analysis (D. Bacon and P. Sweeney, "Fast static analysis of C++ virtual function
calls", OOPSLA 1996), with names in the place of types: `x.run()` may call every method `run` of a class that reached
code mentions. It begins at what the test files mention. How strongly they reach a function is a noisy or: each call
that may mean it counts for `_CHANCE`, shared among all that the call may mean, times the chance that the caller runs.
"""

from __future__ import annotations

import re
from collections import defaultdict, deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import expm1, log1p

from beast_lsp.engine.coverage.mentions import FileMentions, FunctionMentions, Names

_LAST_NAME = re.compile(r"\w+(?=\W*(?:\[.*)?\Z)", re.DOTALL)
_CONSTRUCTORS = frozenset({"__init__", "__new__", "__post_init__"})
_CHANCE = 0.7  # That a call which can mean one function only runs it, where the caller runs.
_SELDOM = 3  # So much less likely is each other method between underscores than the constructor.
_ROUNDS = 12
_NOTHING = 0.001  # A chance that is passed on no further.

Key = tuple[str, int]
"""A function: its file's path, and the line of its header."""
_Found = tuple[FileMentions, FunctionMentions]


@dataclass(frozen=True, slots=True)
class Reached:
    """What the tests reach: functions with their distance in calls (1: a test mentions it), and names of classes.

    `strengths` is how strongly they reach a function: minus the logarithm of the chance that no call comes there.
    """

    distances: dict[Key, int]
    classes: frozenset[str]
    strengths: dict[Key, float]


def reached(files: Sequence[FileMentions]) -> Reached:
    """Walks from the tests among `files` through all the others."""
    graph = _Graph([file for file in files if not file.is_test])
    walk = _Walk(graph)
    seeds = [
        (file, names)
        for file in files
        if file.is_test
        for names in (file.outside, *(function.names for function in file.functions))
    ]
    for file, names in seeds:
        walk.enter(names, file, "", 0)
    walk.modules(files)
    walk.run()
    given: defaultdict[Key, float] = defaultdict(float)
    for file, names in seeds:
        for key, chance in graph.calls(names, file, "", walk.classes).items():
            given[key] -= log1p(-chance)
    return Reached(walk.distances, frozenset(walk.classes), _strengths(graph, walk, given))


def _strengths(graph: _Graph, walk: _Walk, given: dict[Key, float]) -> dict[Key, float]:
    """Passes strength on along the calls until the longest chains that matter are through."""
    calls = {
        key: list(graph.calls(function.names, file, class_of(function), walk.classes).items())
        for key, (file, function) in graph.functions.items()
        if key in walk.distances
    }
    strengths = dict(given)
    for _ in range(_ROUNDS):
        passed = defaultdict(float, given)
        for key, called in calls.items():
            runs = -expm1(-strengths.get(key, 0.0))
            if runs > _NOTHING:
                for other, chance in called:
                    passed[other] -= log1p(-chance * runs)
        strengths = dict(passed)
    return strengths


def parts_of(path: str) -> tuple[str, ...]:
    """The parts of a module's name as its path has them, without those that stand for a folder."""
    parts = path.removesuffix(".py").removesuffix(".pyi").split("/")
    return tuple(parts[:-1] if parts[-1] == "__init__" else parts)


def imported_modules(file: FileMentions) -> set[tuple[str, ...]]:
    """The modules that a file imports, by their parts, and what it imports out of them: that may be modules too."""
    found = {tuple(module.split(".")) for module in file.modules}
    for known in file.imports:
        module = tuple(part for part in known.module.split(".") if part)
        found |= {module, (*module, known.original)} if known.original else {module}
    return found - {()}


class _Graph:
    """The functions and classes of the code, by name."""

    def __init__(self, code: Sequence[FileMentions]) -> None:
        self.files = {file.path: file for file in code}
        self.functions: dict[Key, _Found] = {}
        self.plain: defaultdict[str, list[_Found]] = defaultdict(list)
        self.methods: defaultdict[str, list[_Found]] = defaultdict(list)
        self.of_class: defaultdict[str, list[_Found]] = defaultdict(list)
        self.bases: defaultdict[str, set[str]] = defaultdict(set)
        self._derived: defaultdict[str, set[str]] = defaultdict(set)
        for file in code:
            self._index(file)

    def lineage(self, name: str) -> Iterator[str]:
        """A class and what it inherits from."""
        return _closure(name, self.bases)

    def plain_of(self, name: str, file: FileMentions) -> Sequence[_Found]:
        """The functions that a name alone means in a file: its own before others'."""
        found = self.plain.get(name, ())
        return [each for each in found if each[0].path == file.path] or found

    def own_of(self, names: Names, owner: str) -> Iterator[list[_Found]]:
        """The methods that each member of `self` may mean in a class: those of its bases and heirs too."""
        if not owner or not (names.own or names.prefixes):
            return
        family = {*_closure(owner, self.bases), *_closure(owner, self._derived)}
        for name in names.own:
            yield [each for each in self.methods.get(name, ()) if class_of(each[1]) in family]
        if names.prefixes:
            mine = (each for member in family for each in self.of_class.get(member, ()))
            yield [each for each in mine if each[1].definition.name.startswith(tuple(names.prefixes))]

    def calls(self, names: Names, file: FileMentions, owner: str, classes: Container[str]) -> dict[Key, float]:
        """What a piece of code may call, each with its chance; `classes` are those that there are objects of."""
        found: dict[Key, float] = {}
        for meant in (*self._named(names, file, classes), *self.own_of(names, owner)):
            for each in meant:
                key = _key(each)
                found[key] = max(found.get(key, 0.0), _CHANCE / len(meant))
        return found

    def _named(self, names: Names, file: FileMentions, classes: Container[str]) -> Iterator[Sequence[_Found]]:
        for name in _resolved(names, file):
            yield self.plain_of(name, file)
            yield from self._constructed(name)
        for name in names.members:
            methods = [each for each in self.methods.get(name, ()) if class_of(each[1]) in classes]
            yield [*methods, *self.plain.get(name, ())]
            yield from self._constructed(name)

    def _constructed(self, name: str) -> Iterator[list[_Found]]:
        """What the language calls of a class: surely its constructor, maybe its other methods between underscores."""
        special = [each for each in self.of_class.get(name, ()) if is_special(each[1].definition.name)]
        yield [each for each in special if each[1].definition.name not in _CONSTRUCTORS] * _SELDOM
        for known in self.lineage(name) if name in self.bases else ():
            made = [each for each in self.of_class.get(known, ()) if each[1].definition.name in _CONSTRUCTORS]
            if made:
                yield made
                return

    def _index(self, file: FileMentions) -> None:
        for function in file.functions:
            owner, found = class_of(function), (file, function)
            self.functions[_key(found)] = found
            (self.methods if owner else self.plain)[function.definition.name].append(found)
            if owner:
                self.of_class[owner].append(found)
        for known in file.classes:
            self.bases[known.name] |= {last[0] for base in known.bases if (last := _LAST_NAME.search(base))}
            for base in self.bases[known.name]:
                self._derived[base].add(known.name)


class _Walk:
    """One walk over the code, breadth first."""

    def __init__(self, graph: _Graph) -> None:
        self.distances: dict[Key, int] = {}
        self.classes: set[str] = set()
        self._graph = graph
        self._members: set[str] = set()
        self._queue: deque[_Found] = deque()

    def run(self) -> None:
        """Follows the names of every function that is reached."""
        while self._queue:
            file, function = self._queue.popleft()
            self.enter(function.names, file, class_of(function), self.distances[_key((file, function))])

    def modules(self, files: Sequence[FileMentions]) -> None:
        """Enters what runs when modules are imported: those that the tests import, and what these import."""
        pending = [file for file in files if file.is_test]
        entered = {file.path for file in pending}
        by_end = defaultdict(list)
        for file in self._graph.files.values():
            by_end[parts_of(file.path)[-1:]].append(file)
        while pending:
            for module in imported_modules(pending.pop()):
                for file in by_end[module[-1:]]:
                    if file.path not in entered and parts_of(file.path)[-len(module) :] == module:
                        entered.add(file.path)
                        pending.append(file)
                        self.enter(file.outside, file, "", 1)

    def enter(self, names: Names, file: FileMentions, owner: str, distance: int) -> None:
        """Reaches what a piece of code may call; `owner` is the class whose `self` it has."""
        for name in _resolved(names, file):
            self._enter_class(name, distance)
            self._reach(self._graph.plain_of(name, file), distance)
        for name in names.members:
            self._enter_class(name, distance)
            self._reach(self._graph.plain.get(name, ()), distance)
            self._enter_member(name, distance)
        for meant in self._graph.own_of(names, owner):
            self._reach(meant, distance)

    def _enter_class(self, name: str, distance: int) -> None:
        for known in self._graph.lineage(name) if name in self._graph.bases else ():
            if known not in self.classes:
                self.classes.add(known)
                # The language calls the methods between underscores by itself.
                methods = self._graph.of_class.get(known, ())
                names = ((each, each[1].definition.name) for each in methods)
                self._reach([each for each, name in names if name in self._members or is_special(name)], distance)

    def _enter_member(self, name: str, distance: int) -> None:
        if name not in self._members:
            self._members.add(name)
            methods = self._graph.methods.get(name, ())
            self._reach([each for each in methods if class_of(each[1]) in self.classes], distance)

    def _reach(self, found: Iterable[_Found], distance: int) -> None:
        for each in found:
            if _key(each) not in self.distances:
                self.distances[_key(each)] = distance + 1
                self._queue.append(each)


def is_special(name: str) -> bool:
    """Whether a method's name stands between double underscores."""
    return len(name) > 4 and name[:2] == name[-2:] == "__"


def _key(found: _Found) -> Key:
    return found[0].path, found[1].definition.line


def _resolved(names: Names, file: FileMentions) -> Iterator[str]:
    """The names that stand alone, as what is imported under them is called at home."""
    originals = {known.local: known.original for known in file.imports if known.original}
    return (originals.get(name, name) for name in names.alone)


def class_of(function: FunctionMentions) -> str:
    """The name of the class that a method belongs to; "" for other functions."""
    known = function.definition
    return known.container.rpartition(".")[2] if known.kind == "method" else ""


def _closure(name: str, edges: Mapping[str, set[str]]) -> Iterator[str]:
    seen, pending = {name}, [name]
    while pending:
        known = pending.pop()
        yield known
        new = edges.get(known, set()) - seen
        seen |= new
        pending += sorted(new)
