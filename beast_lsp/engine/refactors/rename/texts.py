"""Where the word of a name stands without being code: strings, comments, documents, settings of tools."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Certainty, Edit, Span
from beast_lsp.engine.scopes.resolution.table import Occurrence

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.rename.target import Target
    from beast_lsp.engine.refactors.uses.references import Reference
    from beast_lsp.engine.scopes.resolution.program import Module, Program

_DOCUMENTS = (".md", ".rst", ".txt", ".toml", ".cfg", ".ini", ".json", ".yaml", ".yml")
_MOST = 200  # nobody confirms more.
_PATH = re.compile(rb"[\w.]*\w[.:]$")


def texts(program: Program, target: Target, new: str, found: Iterable[Reference]) -> Iterator[Edit]:
    """The edits of the words in strings, comments and documents, at most `_MOST` of them.

    A local name's words count within its function only. A path such as "package.module.name" is more than a mere
    word: it is probable.
    """
    count = 0
    for edit in _texts(program, target, new, {one.path for one in found}):
        count += edit.certainty is Certainty.TEXTUAL
        if count <= _MOST or edit.certainty is not Certainty.TEXTUAL:
            yield edit


def _texts(program: Program, target: Target, new: str, paths: set[str]) -> Iterator[Edit]:
    scope = _holder(target.one)
    dotted = _dotted(program, target) if scope is None else ""
    last = dotted.rstrip(".").rpartition(".")[2]
    ends = [f"{last}{dot}{target.text}".encode() for dot in ".:"] if dotted else []
    for path in [target.path] if scope is not None else program.containing([target.text]):
        data = program.sources.data(path)
        if path.endswith((".py", ".pyi")):
            # Where the name itself is not used, the mere word is another one.
            is_near, has_path = path in paths, any(end in data for end in ends)
            module = program.module(path) if is_near or has_path else None
            found = _in_code(module, target.text, new, dotted, scope) if module is not None else ()
            yield from (edit for edit in found if is_near or edit.certainty is Certainty.PROBABLE)
        elif path.endswith(_DOCUMENTS) and (lines := program.sources.lines(path)) is not None:
            yield from _in_document(path, "".join(lines).encode("utf-8", "replace"), target.text, new, dotted)


def _holder(one: Occurrence) -> Node | None:
    """The function that a local name or a parameter belongs to; None for what others can see."""
    scope = one.symbol.scope if one.symbol is not None else None
    return scope.node if scope is not None and scope.kind not in {"module", "class"} else None


def _dotted(program: Program, target: Target) -> str:
    """The dotted path of what is defined at the top of a module; empty for others."""
    definition = target.definition
    return f"{program.imports.dotted(definition.path)}." if definition.kind == "symbol" else ""


def _in_code(module: Module, word: str, new: str, dotted: str, scope: Node | None) -> Iterator[Edit]:
    source = module.tree.source
    first, last = (scope.start_byte, scope.end_byte) if scope is not None else (0, len(source))
    for start in _words(source, word, first, last):
        span = Span(module.path, start, start + len(word.encode()))
        node = module.tree.tree.root_node.descendant_for_byte_range(start, span.end)
        kind = node.type if node is not None else ""
        if kind not in {"comment", "string_content", "string"} or start in module.table.by_start:
            continue
        if kind != "comment" and _is_path(source, start, dotted):
            yield Edit(span, (new,), Certainty.PROBABLE, "A string has its path.")
        else:
            yield Edit(span, (new,), Certainty.TEXTUAL, "In a comment." if kind == "comment" else "In a string.")


def _in_document(path: str, source: bytes, word: str, new: str, dotted: str) -> Iterator[Edit]:
    for start in _words(source, word, 0, len(source)):
        span = Span(path, start, start + len(word.encode()))
        if _is_path(source, start, dotted):
            yield Edit(span, (new,), Certainty.PROBABLE, "It has the path: what reads it fails without this edit.")
        elif _is_marked(source, start, span.end):
            yield Edit(span, (new,), Certainty.TEXTUAL, "In a document.")


def _words(source: bytes, word: str, first: int, last: int) -> Iterator[int]:
    data = word.encode()
    at = source.find(data, first, last)
    while at >= 0:
        around = source[at - 1 : at] + source[at + len(data) : at + len(data) + 1]
        if not re.search(rb"[\w\x80-\xff]", around):
            yield at
        at = source.find(data, at + len(data), last)


def _is_path(source: bytes, start: int, dotted: str) -> bool:
    """Whether a module's dotted path stands before a word, with "." or ":" between."""
    before = _PATH.search(source[max(0, start - 200) : start]) if dotted else None
    if before is None:
        return False
    path = before[0].decode("utf-8", "replace").replace(":", ".")
    return path == dotted or (dotted.endswith(f".{path}") and path.count(".") > 1) or path.endswith(f".{dotted}")


def _is_marked(source: bytes, start: int, end: int) -> bool:
    """Whether a document marks a word as code."""
    line_start = source.rfind(b"\n", 0, start) + 1
    line = source[line_start : source.find(b"\n", end) if b"\n" in source[end:] else len(source)]
    return b"`" in line or line.startswith((b"    ", b"\t"))
