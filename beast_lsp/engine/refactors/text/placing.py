"""Putting an expression in the place of another one, and taking a statement out. Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.refactors.proposal import Copy, Edit, Piece, Span
from beast_lsp.errors import RefactoringRefused

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

# These stand for themselves wherever an expression may stand.
_ATOMS = frozenset(
    {
        "identifier", "integer", "float", "string", "true", "false", "none", "call", "attribute", "subscript", "list",
        "dictionary", "set", "tuple", "parenthesized_expression", "list_comprehension", "set_comprehension",
        "dictionary_comprehension", "generator_expression", "ellipsis",
    }
)  # fmt: skip
# Where any expression may stand without brackets.
_ROOMY = frozenset(
    {
        "argument_list", "keyword_argument", "assignment", "return_statement", "parenthesized_expression", "list",
        "expression_statement", "if_statement", "while_statement", "elif_clause", "default_parameter",
    }
)  # fmt: skip
_ALWAYS = frozenset({"expression_list", "named_expression", "yield", "list_splat"})


def placed(site: Site, value: Node, at: Node) -> tuple[Piece, ...]:
    """The pieces that put an expression in the place of a node, in brackets where it needs them."""
    copy = Copy(Span(site.path, value.start_byte, value.end_byte))
    return ("(", copy, ")") if needs_brackets(site, value, at) else (copy,)


def needs_brackets(site: Site, value: Node, at: Node) -> bool:
    """Whether an expression needs brackets in the place of a node. Raises RefactoringRefused for f-strings' traps."""
    outer, text = at.parent, site.text(value)
    if outer is None or value.type in _ALWAYS:
        return True
    if _in_interpolation(at) is not None:
        _check_interpolation(site, at, text)
        return value.type not in _ATOMS or text.startswith("{")
    if "\n" in text and not text.endswith((")", "]", "}")):
        return True
    if value.type in {"integer", "float"} and outer.type == "attribute":
        return True
    if value.type == "generator_expression" and outer.type == "argument_list" and outer.named_child_count > 1:
        return False
    return value.type not in _ATOMS and outer.type not in _ROOMY


def _in_interpolation(node: Node) -> Node | None:
    """The string whose interpolation holds a node of the same line of thought."""
    outer = node.parent
    while outer is not None and not outer.type.endswith(("_statement", "_definition", "lambda")):
        if outer.type in {"interpolation", "format_expression"}:
            while outer is not None and outer.type != "string":
                outer = outer.parent
            return outer
        outer = outer.parent
    return None


def _check_interpolation(site: Site, at: Node, text: str) -> None:
    """Before Python 3.12 an f-string's expression holds neither its quote, nor a backslash, nor a comment."""
    string = _in_interpolation(at)
    quote = site.text(string.named_children[0])[-1:] if string is not None else ""
    if quote in text or any(mark in text for mark in "\\#\n"):
        raise RefactoringRefused("Its value can't stand in an f-string in every version of Python.")


def cut(site: Site, statement: Node) -> Edit:
    """The edit that takes a statement out: with its line where it has one of its own; a comment behind it stays."""
    source = site.module.tree.source
    start, end = statement.start_byte, statement.end_byte
    line, after = source.rfind(b"\n", 0, start) + 1, source.find(b"\n", end)
    after = len(source) if after < 0 else after
    rest = source[end:after].split(b"#")[0].strip()
    if not source[line:start].strip() and not source[end:after].strip():
        return Edit(Span(site.path, line, min(after + 1, len(source))), ())
    while source[end : end + 1] in {b" ", b"\t", b";"}:
        end += 1
    if not rest.strip(b";"):
        # It is the last of several in its line, whose semicolon goes with it.
        while start > line and source[start - 1 : start] in {b" ", b"\t", b";"}:
            start -= 1
        end = statement.end_byte
    return Edit(Span(site.path, start, end), ())
