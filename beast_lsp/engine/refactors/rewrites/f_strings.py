"""Texts that are put together by `%`, `format` or `+` become f-strings, and f-strings become calls of `format`.

`%` and `format` evaluate all values and show them then; an f-string shows each one as soon as it is evaluated (language
reference, "f-strings"). Where that may be noticed, it is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proof.values import Kind, kind, prefix
from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Proposal
from beast_lsp.engine.refactors.refactoring import Refactoring, Site
from beast_lsp.engine.refactors.rewrites import percent, str_format
from beast_lsp.engine.refactors.rewrites.templates import (
    Literal,
    Part,
    check_order,
    check_untranslated,
    f_string,
    literal,
    literals,
    shown,
)
from beast_lsp.engine.refactors.text.suites import comments, descendants
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

_TITLE = "Use an f-string"


def to_f_string(site: Site) -> Proposal | None:
    """The proposal for the text around the cursor."""
    node: Node | None = site.node()
    while node is not None and node.type == "parenthesized_expression":
        node = node.named_children[0] if node.named_children else None
    while node is not None and not node.type.endswith(("_statement", "_definition")):
        if not node.has_error and (found := _converted(site, node)) is not None:
            return found
        node = node.parent
    return None


def _converted(site: Site, node: Node) -> Proposal | None:
    operator = node.child_by_field_name("operator")
    if node.type == "binary_operator" and operator is not None and operator.type == "%":
        return _from_percent(site, node)
    if node.type == "binary_operator" and operator is not None and operator.type == "+":
        return _from_sum(site, node)
    return _from_format(site, node) if node.type == "call" else None


def _from_percent(site: Site, node: Node) -> Proposal | None:
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    found = literals(site, left) if left is not None else None
    if left is None or right is None or not found:
        return None
    check_untranslated(site, node)
    _check_comments(node, left)
    given = percent.values(site, right)
    parts = [percent.parts(site, one, given) for one in found]
    every = list((given.by_key or {}).values()) if given.by_key is not None else given.in_order
    if not given.used or (given.by_key is None and len(given.used) != len(every)):
        raise RefactoringRefused("The text asks for fewer values than there are.")
    check_order(site, every, given.used)
    return _replaced(site, node, left, found, parts)


def _from_format(site: Site, node: Node) -> Proposal | None:
    called, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    receiver = called.child_by_field_name("object") if called is not None and called.type == "attribute" else None
    name = called.child_by_field_name("attribute") if called is not None else None
    found = literals(site, receiver) if receiver is not None else None
    if receiver is None or name is None or given is None or not found or site.text(name) != "format":
        return None
    check_untranslated(site, node)
    _check_comments(node, receiver)
    values = str_format.arguments(site, given)
    parts = [str_format.parts(one, values) for one in found]
    if not values.used:
        return None
    check_order(site, values.all, values.used)
    return _replaced(site, node, receiver, found, parts)


def _check_comments(node: Node, kept: Node) -> None:
    if comments(node, [kept]):
        raise RefactoringRefused("A comment stands between the values.", hint="Move it above the statement.")


def _replaced(site: Site, node: Node, text: Node, found: list[Literal], parts: list[list[Part]]) -> Proposal:
    """The proposal that puts f-strings in place of the literals in `text`, and this in place of `node`."""
    pieces: list[Piece] = []
    at = text.start_byte
    for one, each in zip(found, parts, strict=True):
        pieces.append(_between(site, at, one.node.start_byte))
        pieces += f_string(site, one, each)
        at = one.node.end_byte
    pieces.append(_between(site, at, text.end_byte))
    return Proposal(_TITLE, (Edit(site.span(node), tuple(pieces)),))


def _between(site: Site, start: int, end: int) -> str:
    return site.module.tree.source[start:end].decode().replace("\r\n", "\n")


def _from_sum(site: Site, node: Node) -> Proposal | None:
    node = _whole_sum(node)
    operands = _operands(node)
    texts = [literal(site, each) for each in operands]
    known = [one for one in texts if one is not None]
    if not known or len(known) == len(operands):
        return None
    check_untranslated(site, node)
    _check_comments(node, operands[0])
    first = known[0]
    if any(one.is_raw != first.is_raw or (one.quote != first.quote and first.quote[0] in one.body) for one in known):
        raise RefactoringRefused("The texts are quoted differently.", hint="Give them the same quotes first.")
    parts: list[Part] = []
    for operand, one in zip(operands, texts, strict=True):
        if one is None and kind(site, operand) is not Kind.TEXT:
            raise RefactoringRefused(
                f"`{site.text(operand)}` may be no plain text; then `+` fails, or does something of its own.",
                hint=f"Write `str({site.text(operand)})` if that is meant.",
            )
        parts.append(one.body if one is not None else shown(site, operand))
    if len(first.quote) == 1 and any(len(one.quote) > 1 and "\n" in one.body for one in known):
        raise RefactoringRefused("One of the texts goes over several lines.")
    return Proposal(_TITLE, (Edit(site.span(node), tuple(f_string(site, first, parts))),))


def _whole_sum(node: Node) -> Node:
    """The outermost sum that a sum is a left part of."""
    while node.parent is not None and node.parent.type == "binary_operator":
        operator = node.parent.child_by_field_name("operator")
        if operator is None or operator.type != "+" or node.parent.child_by_field_name("left") != node:
            break
        node = node.parent
    return node


def _operands(node: Node) -> list[Node]:
    operator = node.child_by_field_name("operator")
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    is_sum = node.type == "binary_operator" and operator is not None and operator.type == "+"
    return [*_operands(left), right] if is_sum and left is not None and right is not None else [node]


def from_f_string(site: Site) -> Proposal | None:
    """The proposal for the f-string around the cursor."""
    node = site.around("string")
    while node is not None and "f" not in prefix(site, node):
        node = node.parent
        while node is not None and node.type != "string":
            node = node.parent
    holder = node.parent if node is not None else None
    if node is None or holder is None or node.has_error or not _interpolations(node):
        return None
    if holder.type in {"concatenated_string", "interpolation"}:
        raise RefactoringRefused(
            "The f-string is a part of another text.", hint="Write the texts beside it into it first."
        )
    return _as_format(site, node)


def _interpolations(node: Node) -> list[Node]:
    return [child for child in node.children if child.type == "interpolation"]


def _as_format(site: Site, node: Node) -> Proposal:
    start, end = node.children[0], node.children[-1]
    letters = site.text(start).replace("f", "").replace("F", "")
    body = _Body(site, node)
    body.read(node, start.end_byte, end.start_byte)
    if any(each.type == "comment" for each in descendants(node)):
        raise RefactoringRefused("A comment stands in the f-string.", hint="Move it above the statement.")
    check_order(site, body.values, body.values)
    given: list[Piece] = []
    for value in body.values:
        opening, closing = ("(", ")") if value.type in {"expression_list", "pattern_list"} else ("", "")
        given += [", ", opening, *_members(site, value), closing]
    pieces = (f"{letters}{''.join(body.text)}{site.text(end)}.format(", *given[1:], ")")
    return Proposal("Use str.format", (Edit(site.span(node), pieces),))


def _members(site: Site, value: Node) -> list[Piece]:
    """A value; a tuple without parentheses, which is a node only as a whole, by its members."""
    if value.type not in {"expression_list", "pattern_list"}:
        return [Copy(site.span(value))]
    at, pieces = value.start_byte, list[Piece]()
    for child in value.named_children:
        pieces += [_between(site, at, child.start_byte), Copy(site.span(child))]
        at = child.end_byte
    return [*pieces, _between(site, at, value.end_byte)]


class _Body:
    """The text of an f-string with empty fields, and the values that were in them."""

    def __init__(self, site: Site, string: Node) -> None:
        self._site = site
        self.text: list[str] = []
        self.values: list[Node] = []

    def read(self, node: Node, start: int, end: int) -> None:
        at = start
        for child in node.children:
            if child.type in {"interpolation", "format_expression"}:
                self.text.append(self._plain(at, child.start_byte))
                self._field(child)
                at = child.end_byte
        self.text.append(self._plain(at, end))

    def _plain(self, start: int, end: int) -> str:
        text = _between(self._site, start, end)
        if any(
            escape in text.lower()
            for escape in ("\\x7b", "\\x7d", "\\173", "\\175", "\\u007b", "\\u007d", "\\u0000007")
        ):
            raise RefactoringRefused("An escape sequence stands for a brace.")
        return text

    def _field(self, node: Node) -> None:
        value, spec = node.child_by_field_name("expression"), node.child_by_field_name("format_specifier")
        conversion = node.child_by_field_name("type_conversion")
        if value is None or value.type == "yield" or any(child.type == "=" for child in node.children):
            raise RefactoringRefused("`format` has no counterpart for a field of the f-string.")
        self.values.append(value)
        self.text.append("{" + (self._site.text(conversion) if conversion is not None else ""))
        if spec is not None:
            self.read(spec, spec.start_byte, spec.end_byte)
        self.text.append("}")


TO_F_STRING = Refactoring("to-f-string", "refactor.rewrite", to_f_string)
FROM_F_STRING = Refactoring("from-f-string", "refactor.rewrite", from_f_string)
