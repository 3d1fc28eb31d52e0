"""What each function of a file mentions: the names from which `reach` reads who calls whom."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby, takewhile
from sys import intern

from beast_lsp.engine.code_lines import CodeLine, logical_lines
from beast_lsp.engine.conventions import is_test
from beast_lsp.engine.languages.python import PYTHON
from beast_lsp.engine.scopes.facts import Definition, FileFacts, Import
from beast_lsp.engine.tokens import is_word

_SELF = frozenset({"self", "cls"})
_STUBS = frozenset({"pass", "...", "raise", "NotImplementedError", "(", ")", "return", "NotImplemented"})
_PREFIX = re.compile(r"""[fFuU]?["']([A-Za-z]\w*_)(?=["'{%])""")
_OPENERS, _CLOSERS = frozenset("([{"), frozenset(")]}")


PREDICTED_FAMILY = PYTHON.family
"""The only language family whose mentions are read."""


@dataclass(frozen=True, slots=True)
class Names:
    """Names that a piece of code mentions: alone, as a member of something, and as a member of `self` or `cls`.

    `prefixes` begin the names that it builds for `getattr`, as a visitor does.
    """

    alone: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    own: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()

    @property
    def all(self) -> frozenset[str]:
        """Every name that is written out."""
        return self.alone | self.members | self.own


@dataclass(frozen=True, slots=True)
class FunctionMentions:
    """One function. `is_stub`: it does nothing but pass or refuse, as an abstract method or an overload does."""

    definition: Definition
    names: Names
    is_stub: bool = False


@dataclass(frozen=True, slots=True)
class FileMentions:
    """One file of Python: its functions, its classes, and what runs when it is imported.

    `imports` are the names that imports bind, `modules` the whole names of modules that `import` statements load.
    """

    path: str
    is_test: bool
    imports: tuple[Import, ...]
    modules: frozenset[str]
    classes: tuple[Definition, ...]
    functions: tuple[FunctionMentions, ...]
    outside: Names


def mentions(path: str, facts: FileFacts, lines: Sequence[str]) -> FileMentions:
    """What the functions of a file mention, in the order of the text. Signatures count for none: types are no calls."""
    found = [_Open(known) for known in facts.definitions if known.kind in {"function", "method"}]
    found.sort(key=lambda scope: (scope.definition.line, -scope.definition.end_line))
    outside = _Open(Definition("", "", 0, len(lines)))
    modules = frozenset(_fill(found, outside, logical_lines(PYTHON.family, lines)))
    classes = tuple(known for known in facts.definitions if known.kind == "class")
    functions = tuple(scope.function() for scope in found)
    return FileMentions(path, is_test(path), facts.imports, modules, classes, functions, outside.names())


@dataclass(slots=True)
class _Open:
    """A function while its lines are read."""

    definition: Definition
    words: set[str] = field(default_factory=set)
    alone: set[str] = field(default_factory=set)
    members: set[str] = field(default_factory=set)
    own: set[str] = field(default_factory=set)

    def names(self) -> Names:
        built = (_PREFIX.match(word) for word in self.words) if "getattr" in self.alone else ()
        prefixes = frozenset(found[1] for found in built if found)
        return Names(frozenset(self.alone), frozenset(self.members), frozenset(self.own), prefixes)

    def function(self) -> FunctionMentions:
        is_stub = all(word in _STUBS or word[0] in "\"'fF" for word in self.words)
        return FunctionMentions(self.definition, self.names(), is_stub)

    def add(self, tokens: Sequence[str]) -> None:
        self.words.update(tokens)
        for number, name in enumerate(tokens):
            if name in PYTHON.keywords or not is_word(name) or name[-1] in "\"'":
                continue
            before = tokens[number - 1] if number else ""
            if before != ".":
                self.alone.add(intern(name))
            elif number > 1 and _is_self(tokens[: number - 1]):
                self.own.add(intern(name))
            else:
                self.members.add(intern(name))


def _fill(found: Sequence[_Open], outside: _Open, statements: Iterable[Sequence[CodeLine]]) -> Iterator[str]:
    """Gives each logical line to the innermost function that holds it; a header only tells the outer one the name.

    Yields the modules of `import` statements on the way.
    """
    waiting = deque(found)
    stack = [outside]
    for statement in statements:
        row, words = statement[0].row, [token for line in statement for token in line.tokens]
        while len(stack) > 1 and stack[-1].definition.end_line < row:
            stack.pop()
        if waiting and waiting[0].definition.line <= row:
            name = waiting[0].definition.name
            stack[-1].alone.update({name} if len(stack) > 1 else ())
            stack.append(waiting.popleft())
            stack[-1].add(_inline(words))
        elif words[0] == "class":
            # A class counts where it is used, and one within a function is used there.
            stack[-1].alone.update(words[1:2] if len(stack) > 1 else ())
        elif words[0] == "import":
            yield from ("".join(takewhile("as".__ne__, name)) for name in _split(words[1:]))
        elif words[0] != "from":
            stack[-1].add(words)


def _split(words: Sequence[str]) -> Iterator[list[str]]:
    """The words between commas."""
    for is_comma, piece in groupby(words, ",".__eq__):
        if not is_comma:
            yield list(piece)


def _inline(words: Sequence[str]) -> Sequence[str]:
    """What follows a header on its own line."""
    depth = 0
    for number, word in enumerate(words):
        depth += (word in _OPENERS) - (word in _CLOSERS)
        if word == ":" and not depth:
            return words[number + 1 :]
    return ()


def _is_self(tokens: Sequence[str]) -> bool:
    return tokens[-1] in _SELF or list(tokens[-3:]) == ["super", "(", ")"]
