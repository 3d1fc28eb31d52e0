"""Strings by which code looks attributes up: given to getattr and its like, to attrgetter, and in fields of format."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Certainty, Edit, Name, Span
from beast_lsp.engine.refactors.uses.references import exact_strings, modules
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.definition import Definition
    from beast_lsp.engine.scopes.resolution.program import Module, Program

# `object` is that of `mock.patch.object`; `monkeypatch.setattr` ends with one of them, too.
_ACCESSORS = frozenset({"getattr", "setattr", "hasattr", "delattr", "object"})
_GETTERS = frozenset({"attrgetter", "methodcaller"})
_CALLS = rb"\b(?:getattr|setattr|hasattr|delattr|object|attrgetter|methodcaller)\s*\("
_NOTE = "What looks it up by this text may have it from elsewhere."


def lookup_edits(program: Program, meanings: Collection[Definition], old: str, new: str) -> Iterator[Edit]:
    """The edits of strings that look a member or a name of a module up: certain where the object's type is known."""
    word = re.escape(old).encode()
    fields = rb"\{[\w.\[\]]*\." + word + rb"\b"
    for module in modules(program, program.reach.holding({old}, re.compile(_CALLS + rb"|" + fields))):
        for node in exact_strings(module, old):
            certainty = _certainty(program, meanings, module, node, old)
            span = Span(module.path, node.start_byte, node.end_byte)
            if certainty is Certainty.CERTAIN:
                yield Edit(span, (Name(new, span),))
            elif certainty is not None:
                yield Edit(span, (new,), certainty, _NOTE)
        yield from _within_strings(module, old, new)


def _certainty(
    program: Program, meanings: Collection[Definition], module: Module, node: Node, name: str
) -> Certainty | None:
    """How surely a string looks one of some definitions up; None where it looks up nothing, or something else."""
    string = node.parent
    listed = string.parent if string is not None else None
    call = listed.parent if listed is not None else None
    if call is None or listed is None or call.type != "call":
        return None
    function, given = text_of(call.child_by_field_name("function")).rpartition(".")[2], listed.named_children
    if function in _GETTERS:
        return Certainty.PROBABLE
    if function not in _ACCESSORS or len(given) < 2 or given[1] != string:
        return None
    value = program.value(module.path, given[0])
    meaning = program.attribute(value, name) if value is not None else None
    if meaning in meanings:
        return Certainty.CERTAIN
    is_open = meaning is None or (meaning.kind == "attribute" and not meaning.within)
    return Certainty.PROBABLE if is_open else None


def _within_strings(module: Module, old: str, new: str) -> Iterator[Edit]:
    """Parts of the paths that attrgetter is given, and of the fields of a text for `format`."""
    word = re.escape(old).encode()
    dotted = re.compile(rb"(?<=\.)" + word + rb"(?=[.\"'])|(?<=[\"'])" + word + rb"(?=\.)")
    field = re.compile(rb"(?<!\{)\{\w*(?:[.\[][\w.\[\]]*)?\.(" + word + rb")(?=[.!:\[}])")
    for found in dotted.finditer(module.tree.source):
        node = module.tree.tree.root_node.descendant_for_byte_range(found.start(), found.end())
        if node is not None and node.type == "string_content" and _is_getter(node):
            yield Edit(Span(module.path, found.start(), found.end()), (new,), Certainty.PROBABLE, _NOTE)
    for found in field.finditer(module.tree.source):
        node = module.tree.tree.root_node.descendant_for_byte_range(found.start(1), found.end(1))
        if node is not None and node.type == "string_content":
            yield Edit(Span(module.path, found.start(1), found.end(1)), (new,), Certainty.PROBABLE, _NOTE)


def _is_getter(node: Node) -> bool:
    listed = node.parent.parent if node.parent is not None else None
    call = listed.parent if listed is not None and listed.type == "argument_list" else None
    function = call.child_by_field_name("function") if call is not None else None
    return text_of(function).rpartition(".")[2] in _GETTERS
