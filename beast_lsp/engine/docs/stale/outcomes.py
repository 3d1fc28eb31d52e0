"""Documented exceptions that can't be raised, and documented results of functions that give none."""

from __future__ import annotations

import builtins
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.raising import exception_name
from beast_lsp.engine.docs.facts.syntax import one_line, own_nodes, statements
from beast_lsp.engine.docs.stale.documented import Documented, Problem
from beast_lsp.engine.docs.styles.model import Entry
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

# Calls of these raise nothing that anybody would document by a name of their own.
_QUIET = frozenset({"isinstance", "len", "repr", "type", "id", "callable", "bool", "hasattr", "issubclass"})
_RUNNING = frozenset(
    {
        "await", "with_statement", "yield", "for_statement", "for_in_clause", "import_statement",
        "import_from_statement", "assert_statement", "delete_statement", "exec_statement", "list_splat",
        "dictionary_splat", "augmented_assignment",
    }
)  # fmt: skip
_READING = frozenset({"subscript", "binary_operator", "unary_operator", "comparison_operator", "not_operator"})
_NOTHING = re.compile(
    r"\b(?:none|nothing|null|void|no return|not return|never returns?|only returns?|n/a)\b", re.IGNORECASE
)
# Others do, or the caller gets it in another way.
_ELSEWHERE = re.compile(r"sub-?class|overrid|implement|\b(?:deferred|coroutine|awaitable|future)\b", re.IGNORECASE)
_NONE = frozenset({"", "None", "NoReturn", "Never", "'None'", '"None"', "typing.NoReturn"})


def unraised(one: Documented) -> Iterator[Problem]:
    """Documented exceptions of a function that surely raises nothing of their kind."""
    entries = [entry for entry in one.doc.of("raises") if len(entry.names) == 1 and entry.places]
    if not entries or one.is_stub or not one.is_transparent or one.kind == "method" or not _is_quiet(one):
        return
    raised = {exception_name(each.named_children[0]) for each in _own(one, "raise_statement") if each.named_children}
    if "" in raised or any(not each.named_children for each in _own(one, "raise_statement")):
        return
    last = {each.rpartition(".")[2] for each in raised}
    for entry in entries:
        name = entry.names[0].rpartition(".")[2].strip("`: ")
        if name.isidentifier() and not _ELSEWHERE.search(entry.text) and not any(_may_be(each, name) for each in last):
            yield _unraised(one, entry, name)


def _own(one: Documented, kind: str) -> list[Node]:
    return [each for each in own_nodes(one.node) if each.type == kind]


def _unraised(one: Documented, entry: Entry, name: str) -> Problem:
    edits = one.without(entry)
    return Problem(f"`{one.name}` does not raise {name}.", *entry.places[0], f"Remove {name} from the docstring", edits)


def _may_be(raised: str, documented: str) -> bool:
    """Whether an exception may be one of a documented kind, by Python's own classes and by what names tell."""
    if raised == documented:
        return True
    first, second = getattr(builtins, raised, None), getattr(builtins, documented, None)
    if isinstance(first, type) and isinstance(second, type):
        return issubclass(first, second) or issubclass(second, first)
    # What a program defines itself may inherit from anything.
    return not isinstance(first, type)


def _is_quiet(one: Documented) -> bool:
    """Whether nothing but its own `raise` statements can raise: no calls of others, no operators, no foreign code."""
    for node in own_nodes(one.node):
        if node.type in _RUNNING or (node.type in _READING and not _is_plain(node)):
            return False
        if node.type == "call":
            function = node.child_by_field_name("function")
            is_raised = node.parent is not None and node.parent.type == "raise_statement"
            if not is_raised and one_line(function) not in _QUIET:
                return False
        if node.type == "attribute" and not _is_own_private(node):
            return False
    return True


def _is_plain(node: Node) -> bool:
    """Whether an operator compares by identity, or negates."""
    signs = {each.type for each in node.children if not each.is_named}
    return node.type == "not_operator" or signs <= {"is", "is not", "not"}


def _is_own_private(node: Node) -> bool:
    """Whether an attribute is read that is no property: a private one of the object itself."""
    receiver, name = node.child_by_field_name("object"), text_of(node.child_by_field_name("attribute"))
    is_raised = node.parent is not None and node.parent.type in {"raise_statement", "call"}
    return is_raised or (text_of(receiver) == "self" and name.startswith("_"))


def ungiven(one: Documented) -> Iterator[Problem]:
    """Documented results of a function that never returns a value and yields none."""
    entries = [*one.doc.of("returns", "yields")]
    if not entries or one.is_stub or not one.is_transparent or one.is_generator or one.returned.is_value:
        return
    if one.returned.annotation not in _NONE or _ends_by_raising(one) or _is_hook(one):
        return
    for entry in entries:
        said = f"{entry.type} {entry.text}".strip()
        if said and not _NOTHING.search(said) and not _ELSEWHERE.search(said):
            yield _ungiven(one, entry)


def _ungiven(one: Documented, entry: Entry) -> Problem:
    start = one.doc.sections[entry.section].start if entry.section >= 0 else entry.start
    line = one.text[start:].split("\n", 1)[0]
    what = "yields" if entry.kind == "yields" else "returns"
    begin = start + len(line) - len(line.lstrip())
    message = f"`{one.name}` {what} nothing."
    return Problem(message, begin, start + len(line.rstrip()), "Remove it from the docstring", one.without(entry))


def _is_hook(one: Documented) -> bool:
    """Whether others give something in its place: it only returns None, or its class's call gives the object."""
    body = statements(one.node)
    return one.kind in {"property", "setter", "constructor"} or (len(body) == 1 and body[0].type == "return_statement")


def _ends_by_raising(one: Documented) -> bool:
    """Whether the last statement raises: then the function is closed, or left to others."""
    body = one.node.child_by_field_name("body")
    last = body.named_children[-1] if body is not None and body.named_children else None
    return last is not None and last.type == "raise_statement"
