"""Tests that an endpoint proposes: whole test functions out of its text, put beside what was recorded.

They come no further than into the file that the judge looks at: what does not build, fails, or adds nothing goes.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from beast_lsp.engine.document import split_lines
from beast_lsp.engine.refactors.imports.statements import statements
from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.secrets import contains_secret
from beast_lsp.engine.syntax import parse
from beast_lsp.engine.testing.merge import Existing
from beast_lsp.engine.testing.nodes import body_of, name_of, undecorated

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree
    from beast_lsp.engine.testing.placement import Place

_MOST = 40
_KNOWN = {"pytest": "import pytest", "unittest": "import unittest"}
_WORD = re.compile(r"\b[A-Za-z_]\w*\b")


@dataclass(frozen=True, slots=True)
class ProposedTest:
    """A test function of an endpoint (`origin`): its name, its text without indentation, and imports that it needs."""

    name: str
    text: str
    is_method: bool
    imports: Mapping[str, str] = field(default_factory=dict)
    origin: str = ""


def proposed_tests(text: str, module: str, own: Collection[str]) -> list[ProposedTest]:
    """The whole test functions in a text; `own` are the names that the tested module binds at its top.

    What can't be parsed is left out, and so is what holds a secret. Total.
    """
    tree = parse("python", split_lines(text)) if not contains_secret(text) else None
    if tree is None:
        return []
    known = _KNOWN | {name: f"from {module} import {name}" for name in own} | dict(_imported(tree))
    found = [
        ProposedTest(name, said, is_method, {word: known[word] for word in set(_WORD.findall(said)) if word in known})
        for name, said, is_method in _functions(tree)
    ]
    return list({one.name: one for one in found}.values())[:_MOST]


def with_proposals(place: Place, text: str, proposed: Sequence[ProposedTest]) -> tuple[str, dict[str, ProposedTest]]:
    """A test file's text with proposed tests at its end, and the tests by the names that the judge knows them by.

    Functions fit pytest, and methods unittest; one that needs a name which means something else in the file is left
    out.
    """
    style, existing = place.style, Existing(replace(place, text=text))
    taken, holder = set(existing.names), f"TestProposed{place.style.class_suffix}"
    imports: dict[str, str] = {}
    kept: dict[str, ProposedTest] = {}
    for one in proposed:
        fits = one.is_method == (style.framework == "unittest") and existing.can_have(one.imports)
        if fits and all(imports.get(name, said) == said for name, said in one.imports.items()):
            imports |= one.imports
            named = _renamed(one, taken)
            kept[f"{holder}::{named.name}" if one.is_method else named.name] = named
    if not kept:
        return text, {}
    texts = [one.text for one in kept.values()]
    if style.framework == "unittest":
        inner = "\n\n".join(textwrap.indent(said, style.indent) for said in texts)
        texts = [f"class {holder}(unittest.TestCase):\n{inner}"]
        imports["unittest"] = "import unittest"
    return existing.merged(imports, {}, texts), kept


def _renamed(one: ProposedTest, taken: set[str]) -> ProposedTest:
    name, number = one.name, 2
    while name in taken:
        name, number = f"{one.name}_{number}", number + 1
    taken.add(name)
    return replace(one, name=name, text=re.sub(rf"\bdef {one.name}\b", f"def {name}", one.text, count=1))


def _functions(tree: SyntaxTree) -> Iterator[tuple[str, str, bool]]:
    """Name, text, and whether it is a method, of each whole test function at the top or in a class at the top."""
    for statement in body_of(tree.tree.root_node):
        inner = undecorated(statement)
        if inner.type == "class_definition":
            for each in body_of(inner):
                yield from _function(each, is_method=True)
        else:
            yield from _function(statement, is_method=False)


def _function(node: Node, *, is_method: bool) -> Iterator[tuple[str, str, bool]]:
    function = undecorated(node)
    if function.type == "function_definition" and name_of(function).startswith("test") and not node.has_error:
        text = " " * node.start_point[1] + text_of(node)
        yield name_of(function), textwrap.dedent(text).rstrip(), is_method


def _imported(tree: SyntaxTree) -> Iterator[tuple[str, str]]:
    """The names that the text's imports bind, each with a statement of its own."""
    for statement in statements(tree):
        for item in statement.items:
            alias = f" as {item.alias}" if item.alias else ""
            if item.name not in {"", "*"}:
                source = f"from {statement.module} " if statement.module else ""
                yield item.bound, f"{source}import {item.name}{alias}"
