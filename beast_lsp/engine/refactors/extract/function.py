"""Extract function and extract method: statements, or an expression, become a function that is called instead."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.extract.region import Region
from beast_lsp.engine.refactors.extract.variable import bracketed, extractable
from beast_lsp.engine.refactors.proposal import Copy, Edit, Name, Piece, Proposal, Span
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.text.naming import chosen_name
from beast_lsp.engine.refactors.text.suites import lead, line_start, unit
from beast_lsp.engine.scopes.resolution.table import Role, Scope, Symbol
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_OPTIONS = {"name": "what the function is called"}
_CALLER = re.compile(rb"\bstacklevel\b|\b_getframe\b|\bcurrentframe\b|\bgetframeinfo\b")
_SELF = re.compile(r"super\(\)|\b__class__\b")


def extract_function(site: Site) -> Proposal | None:
    """Makes a function of the module."""
    region = region_at(site)
    if region is None:
        return None
    region.check()
    if _uses_super(region):
        raise RefactoringRefused("It uses `super()` or `__class__`, which need a class.", hint="Extract a method.")
    statement = _top_level(region.nodes[0])
    at = _before(site, statement)
    name = chosen_name(site, "extracted")
    text = (*_function(region, name, "", region.parameters, ()), "\n\n\n")
    return _proposal(region, "Extract function", name, Edit(Span(site.path, at, at), text), region.parameters)


def extract_method(site: Site) -> Proposal | None:
    """Makes a method of the class whose method holds the code."""
    region = region_at(site)
    method = _method(region.scope) if region is not None else None
    if region is None or method is None:
        return None
    region.check()
    kind, receiver = _receiver(site, method)
    node = method.node
    outer = node.parent if node.parent is not None and node.parent.type == "decorated_definition" else node
    name = chosen_name(site, "_extracted")
    rest = [one for one in region.parameters if one is not receiver]
    indent = lead(site, outer.start_byte)
    parameters = [receiver, *rest]
    text = (f"\n\n{indent}", *_function(region, name, indent, parameters, kind))
    at = Span(site.path, outer.end_byte, outer.end_byte)
    return _proposal(region, "Extract method", name, Edit(at, text), rest, receiver=receiver)


EXTRACT_FUNCTION = Refactoring("extract-function", "refactor.extract.function", extract_function, options=_OPTIONS)
EXTRACT_METHOD = Refactoring("extract-method", "refactor.extract.function", extract_method, options=_OPTIONS)


def region_at(site: Site) -> Region | None:
    """The selected statements or expression; None where the selection is neither, or lies directly in a class."""
    nodes = site.statements()
    code = [node for node in nodes if node.type != "comment"]
    if code and not _is_trivial(code):
        region = Region(site, nodes, False)
    else:
        node = extractable(site)
        if node is None or node.type == "identifier":
            return None
        region = Region(site, [node], True)
    scope = region.scope.function
    return None if scope.kind == "class" or _shares_line(region) or _is_import(code) else region


def _is_trivial(nodes: list[Node]) -> bool:
    """Whether it is one expression that stands as a statement: its value is then what is extracted."""
    kinds = {"pass_statement", "string"}
    inner = [node.named_children[0] if node.type == "expression_statement" else node for node in nodes]
    return all(node.type in kinds for node in inner)


def _is_import(nodes: list[Node]) -> bool:
    return any(node.type == "future_import_statement" for node in nodes)


def _shares_line(region: Region) -> bool:
    """Whether statements share a line with what is around them, which a copy by lines would tear apart."""
    source = region.site.module.tree.source
    if region.is_expression:
        return False
    before = source[line_start(region.site, region.start) : region.start]
    after = source[region.end : source.find(b"\n", region.end) if b"\n" in source[region.end :] else None]
    return bool(before.strip()) or bool(after.split(b"#")[0].strip())


def _uses_super(region: Region) -> bool:
    source = region.site.module.tree.source[region.start : region.end].decode("utf-8", "replace")
    return _SELF.search(source) is not None


def _method(scope: Scope) -> Scope | None:
    """The method that holds a scope: the outermost function below a class."""
    found = [one for one in scope.outwards() if one.kind in {"function", "class"}]
    for inner, outer in pairwise(found):
        if inner.kind == "function" and outer.kind == "class":
            return inner
    return None


def _receiver(site: Site, method: Scope) -> tuple[tuple[str, ...], Symbol]:
    """The decorators that a new method needs, and its first parameter. Raises RefactoringRefused without one."""
    listed = method.node.child_by_field_name("parameters")
    first = listed.named_children[0] if listed is not None and listed.named_children else None
    symbol = method.symbols.get(site.text(first)) if first is not None and first.type == "identifier" else None
    outer = method.node.parent
    marks = [site.text(one) for one in outer.named_children if one.type == "decorator"] if outer is not None else []
    is_static = outer is not None and outer.type == "decorated_definition" and "@staticmethod" in marks
    if symbol is None or is_static or len(symbol.binders()) != 1:
        raise RefactoringRefused("The method has no object to call another method on.", hint="Extract a function.")
    is_of_class = outer is not None and outer.type == "decorated_definition" and "@classmethod" in marks
    return (("@classmethod",) if is_of_class else ()), symbol


def _top_level(node: Node) -> Node:
    while node.parent is not None and node.parent.type != "module":
        node = node.parent
    return node


def _before(site: Site, statement: Node) -> int:
    """Where a definition goes that comes before a statement of the module: before the comments that belong to it."""
    while True:
        earlier = statement.prev_named_sibling
        is_comment = earlier is not None and earlier.type == "comment"
        if earlier is None or not is_comment or earlier.end_point[0] + 1 != statement.start_point[0]:
            break
        if site.module.tree.source[line_start(site, earlier.start_byte) : earlier.start_byte].strip():
            break
        statement = earlier
    return statement.start_byte


def _function(
    region: Region, name: str, indent: str, parameters: list[Symbol], marks: tuple[str, ...]
) -> tuple[Piece, ...]:
    """The new function; its first line is to be indented by who inserts it."""
    site, inner = region.site, indent + unit(region.site)
    header: list[Piece] = [f"{mark}\n{indent}" for mark in marks]
    header += ["async def " if region.is_async else "def ", name, "("]
    for index, symbol in enumerate(parameters):
        header += [", " if index else "", _named(region, symbol)]
    body: list[Piece] = ["global ", *_listed(region, region.globals), f"\n{inner}"] if region.globals else []
    if region.is_expression:
        body += ["return ", *bracketed(site, region.nodes[0])]
    else:
        body.append(Copy(Span(site.path, region.start, region.end), indent=inner))
    if region.results:
        body += [f"\n{inner}return ", *_listed(region, region.results)]
    # A copy that begins with its line brings its own indentation.
    is_whole_line = isinstance(body[0], Copy) and line_start(site, region.start) == region.start
    return (*header, "):\n" if is_whole_line else f"):\n{inner}", *body)


def _named(region: Region, symbol: Symbol) -> Name:
    """The symbol's name, as it is spelled where the code uses it first."""
    one = (region.uses(symbol) or symbol.occurrences)[0]
    return Name(_spelled(region.site, one.start, one.end), Span(region.site.path, one.start, one.end))


def _spelled(site: Site, start: int, end: int) -> str:
    return site.module.tree.source[start:end].decode("utf-8", "replace")


def _listed(region: Region, symbols: list[Symbol]) -> list[Piece]:
    found: list[Piece] = []
    for index, symbol in enumerate(symbols):
        found += [", " if index else "", _named(region, symbol)]
    return found


def _proposal(  # noqa: PLR0913 - the two places that change, and what passes between them.
    region: Region, title: str, name: str, definition: Edit, arguments: list[Symbol], *, receiver: Symbol | None = None
) -> Proposal:
    site = region.site
    if _CALLER.search(site.module.tree.source, region.start, region.end):
        raise RefactoringRefused("It looks at its caller, which would be another one.")
    call: list[Piece] = [_named(region, receiver), "."] if receiver is not None else []
    call += [name, "(", *_listed(region, arguments), ")"]
    span = Span(site.path, region.start, region.end)
    edit = Edit(span, (*_start(region), *call))
    moved = {*region.symbols, *([receiver] if receiver is not None else [])}
    splits = frozenset(_at(site, symbol) for symbol in moved)
    return Proposal(title, (definition, edit), splits=splits)


def _start(region: Region) -> list[Piece]:
    """What stands before the call: where its value goes, and how it is waited for."""
    found: list[Piece] = []
    if region.results:
        found = [*_listed(region, region.results), " = "]
    elif region.returns:
        found = ["return "]
    return [*found, *(["await "] if region.is_async else ["yield from "] if region.yields else [])]


def _at(site: Site, symbol: Symbol) -> Span:
    one = next((one for one in symbol.occurrences if one.role is not Role.DECLARE), symbol.occurrences[0])
    return Span(site.path, one.start, one.end)
