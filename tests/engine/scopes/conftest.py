"""A short source with a mark (`$0`) becomes a document, its tree and facts, and the place of the mark."""

from collections.abc import Callable
from typing import NamedTuple

import pytest

from beast_lsp.engine.document import Document, Position, split_lines
from beast_lsp.engine.scopes.extract import extract_facts
from beast_lsp.engine.scopes.facts import FileFacts
from beast_lsp.engine.syntax import SyntaxTree, parse


class Place(NamedTuple):
    document: Document
    tree: SyntaxTree | None
    facts: FileFacts
    position: Position


def make_place(language: str, source: str, analysed: str | None = None) -> Place:
    """`analysed` is the text of the older version that the tree and the facts are of; by default the same."""
    before, _, after = source.partition("$0")
    lines = split_lines(before + after)
    head = split_lines(before)
    tree = parse(language, lines if analysed is None else split_lines(analysed))
    position = Position(len(head) - 1, len(head[-1]))
    return Place(Document("file:///a", language, 1, lines), tree, extract_facts(tree), position)


@pytest.fixture
def place() -> Callable[..., Place]:
    return make_place
