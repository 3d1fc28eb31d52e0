"""Strings that hold names: annotations written as strings, and `__all__`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from beast_lsp.engine.languages import by_name
from beast_lsp.engine.languages.language import grammar

if TYPE_CHECKING:
    from tree_sitter import Node

_PLAIN = re.compile(rb"[\w.,\[\]| \"']+")
_NO_TYPES = frozenset({b"Literal", b"Annotated", b"typing.Literal", b"typing.Annotated"})
# What is a type wherever it stands, so that its arguments are types, too.
_GENERIC = frozenset(
    b"Optional Union Callable Type List Dict Set FrozenSet Tuple Iterable Iterator Sequence Mapping MutableMapping "
    b"Awaitable Coroutine Generator AsyncIterable AsyncIterator AsyncGenerator ClassVar DefaultDict Deque".split()
)
_WITHIN_TYPE = frozenset({"list", "tuple", "subscript", "binary_operator", "parenthesized_expression"})
_EXPORTING = frozenset({b"__all__", b"__all__.append", b"__all__.extend", b"__all__.remove"})
_LISTS = frozenset({"argument_list", "list", "tuple", "parenthesized_expression", "binary_operator", "expression_list"})


def annotation_tree(string: Node, source: bytes) -> tuple[Node, int] | None:
    """The code in an annotation's string as a tree of its own, and what to add to its offsets.

    None for a string that is no type: one with escapes or interpolations, or an argument of Literal or Annotated.
    """
    from tree_sitter import Parser  # noqa: PLC0415 - loads with the first parse, not at start.

    content = [child for child in string.named_children if child.type == "string_content"]
    if len(content) != 1 or string.named_child_count != 3 or content[0].named_child_count or _is_value(string, source):
        return None
    start = content[0].start_byte
    text = source[start : content[0].end_byte]
    if not _PLAIN.fullmatch(text) or text[:1].isspace():
        return None
    root = Parser(grammar(by_name("python"))).parse(text).root_node
    is_expression = root.named_child_count == 1 and root.named_children[0].type == "expression_statement"
    return (root, start) if is_expression and not root.has_error else None


def is_type(string: Node, source: bytes) -> bool:
    """Whether a string that is no annotation is a type.

    In `Optional["A"]`, on the right of `X: TypeAlias = …`, and in `TypeVar("X", bound="A")` and `NewType("X", "A")`.
    """
    inner, outer = string, string.parent
    while outer is not None and outer.type in _WITHIN_TYPE:
        first = outer.named_children[0]
        if outer.type == "subscript" and source[first.start_byte : first.end_byte].rpartition(b".")[2] in _GENERIC:
            return True
        inner, outer = outer, outer.parent
    if outer is not None and outer.type in {"keyword_argument", "argument_list"}:
        return _makes_type(inner, outer, source)
    said = outer.child_by_field_name("type") if outer is not None and outer.type == "assignment" else None
    return said is not None and source[said.start_byte : said.end_byte].endswith(b"TypeAlias")


def _makes_type(value: Node, outer: Node, source: bytes) -> bool:
    """Whether a value is an argument of `TypeVar` or `NewType` other than the name, which comes first."""
    listed = outer.parent if outer.type == "keyword_argument" else outer
    call = listed.parent if listed is not None else None
    function = call.child_by_field_name("function") if call is not None and call.type == "call" else None
    if function is None or listed is None or listed.named_children[0] == value:
        return False
    return source[function.start_byte : function.end_byte].rpartition(b".")[2] in {b"TypeVar", b"NewType"}


def _is_value(node: Node, source: bytes) -> bool:
    """Whether a string is an argument of `Literal[…]` or `Annotated[…]`."""
    outer = node.parent
    while outer is not None and outer.type in {"type", "type_parameter", "tuple", "list", "union_type"}:
        outer = outer.parent
    if outer is None or outer.type not in {"subscript", "generic_type"} or not outer.named_children:
        return False
    first = outer.named_children[0]
    return source[first.start_byte : first.end_byte] in _NO_TYPES


def exported_strings(node: Node, source: bytes) -> list[Node] | None:
    """The contents of the strings that an assignment or a call puts into `__all__`; None where it is about others."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    if node.type == "call":
        left, right = node.child_by_field_name("function"), node.child_by_field_name("arguments")
    if left is None or right is None or source[left.start_byte : left.end_byte] not in _EXPORTING:
        return None
    found, stack = [], [right]
    while stack:
        one = stack.pop()
        if one.type in _LISTS:
            stack += one.named_children
        elif one.type == "string":
            found += [child for child in one.named_children if child.type == "string_content"]
    return sorted(found, key=lambda one: one.start_byte)
