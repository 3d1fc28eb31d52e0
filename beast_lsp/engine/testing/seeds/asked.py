"""What the code itself asks of its values: comparisons, the members of enumerations, `Literal`, its constants."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import text_of
from beast_lsp.engine.scopes.resolution.table import Role
from beast_lsp.engine.scopes.signatures import split_top
from beast_lsp.engine.testing.nodes import LITERALS, bases, descendants, is_literal
from beast_lsp.engine.testing.seeds.workspace import Expression, one_line

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.testing.seeds.workspace import Workspace

_TESTS = frozenset({"startswith", "endswith", "find", "index", "split", "partition", "count", "removeprefix"})
_ENUMERATIONS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_WORD = re.compile(r"[A-Za-z_]\w*")
_MOST_LITERALS = 60
_LONGEST_LITERAL = 80  # characters
_MOST_MEMBERS = 6


def compared(function: Node) -> Iterator[tuple[str, Expression]]:
    """The literals that a function compares its names with, each with the name."""
    for node in descendants(function):
        if node.type == "comparison_operator":
            yield from _comparison(node.named_children)
        elif node.type == "call":
            yield from _asked_of_text(node)
        elif node.type == "match_statement":
            yield from _cases(node)


def _comparison(operands: list[Node]) -> Iterator[tuple[str, Expression]]:
    names = [one for one in operands if one.type == "identifier"]
    for name in names:
        for other in operands:
            is_many = other.type in {"tuple", "list", "set"} and is_literal(other)
            for value in other.named_children if is_many else [other]:
                if is_literal(value) and (text := one_line(text_of(value))):
                    yield text_of(name), Expression(text)


def _asked_of_text(call: Node) -> Iterator[tuple[str, Expression]]:
    """`name.startswith("x")` asks about "x"."""
    callee, listed = call.child_by_field_name("function"), call.child_by_field_name("arguments")
    if callee is None or callee.type != "attribute" or listed is None:
        return
    subject = callee.child_by_field_name("object")
    if (
        subject is None
        or subject.type != "identifier"
        or text_of(callee.child_by_field_name("attribute")) not in _TESTS
    ):
        return
    for value in descendants(listed):
        if value.type == "string" and is_literal(value) and (text := one_line(text_of(value))):
            yield text_of(subject), Expression(text)


def _cases(node: Node) -> Iterator[tuple[str, Expression]]:
    subject = node.child_by_field_name("subject")
    if subject is None or subject.type != "identifier":
        return
    for case in descendants(node):
        if case.type == "case_pattern":
            for value in case.named_children:
                if value.type in LITERALS:
                    yield text_of(subject), Expression(text_of(value))


def annotated(space: Workspace, module: Module, annotation: str) -> Iterator[Expression]:
    """The values that an annotation lists: those of `Literal`, and the members of enumerations."""
    for inner in re.findall(r"Literal\[([^\[\]]*)\]", annotation):
        yield from (Expression(one.strip()) for one in split_top(inner))
    for name in dict.fromkeys(_WORD.findall(annotation)):
        statement = space.importing(module, name) if name in module.table.module.symbols else None
        members = _members(space, module, name) if statement is not None else []
        for member in members[:_MOST_MEMBERS]:
            yield Expression(f"{name}.{member}", {name: statement or ""})


def _members(space: Workspace, module: Module, name: str) -> list[str]:
    """The members of an enumeration, by its name in a file; none of another class."""
    meant = space.program.exported(module.path, name)
    home = space.program.module(meant.path) if meant is not None and meant.kind == "symbol" else None
    one = home.table.by_start.get(meant.start) if home is not None and meant is not None else None
    klass = one.node.parent if one is not None and one.role is Role.CLASS else None
    scope = home.table.scopes.get(klass.id) if home is not None and klass is not None else None
    if klass is None or scope is None or not _ENUMERATIONS & set(bases(klass)):
        return []
    return [key for key, value in scope.symbols.items() if value.only(Role.WRITE) is not None and key[:1] != "_"]


def literals(module: Module) -> list[str]:
    """The constants of a module as source, the most frequent first; docstrings are none."""
    found: Counter[str] = Counter()
    for node in descendants(module.tree.tree.root_node):
        if node.type not in {"string", "integer", "float"} or not is_literal(node):
            continue
        outer = node.parent
        is_said = outer is None or outer.type in {"expression_statement", "concatenated_string"}
        is_signed = outer is not None and outer.type == "unary_operator"
        text = text_of(outer if is_signed else node)
        if not is_said and "\n" not in text and len(text) <= _LONGEST_LITERAL:
            found[text] += 1
    return [text for text, _ in found.most_common(_MOST_LITERALS)]
