"""Programs made of a few lines of source, and what the names in them mean."""

import re

from beast_lsp.engine.scopes.resolution.program import Program


class NoSources:
    """A workspace without files; `libraries` holds the texts of modules from outside, by dotted name."""

    def __init__(self, libraries=()):
        self._libraries = dict(libraries)

    def paths(self):
        return []

    def lines(self, path):
        return None

    def containing(self, names):
        return []

    def data(self, path):
        return b""

    def library(self, name):
        text = self._libraries.get(name)
        return None if text is None else (name.replace(".", "/") + ".py", text.splitlines(keepends=True))


def program(files, libraries=()):
    """The program of some texts, by path."""
    return Program(NoSources(libraries)).with_texts(files)


def start(one, path, word, which=0):
    """The byte where the numbered occurrence of a word in a file begins."""
    source = one.module(path).tree.source.decode()
    return [len(source[: match.start()].encode()) for match in re.finditer(rf"\b{word}\b", source)][which]


def meaning(one, path, word, which=0):
    """The definition of the numbered occurrence of a word in a file."""
    return one.definition(path, one.module(path).table.by_start[start(one, path, word, which)])
