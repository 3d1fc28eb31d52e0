"""What a Python function returns and yields."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import Returned
from beast_lsp.engine.docs.facts.syntax import SCOPES, body_of, one_line, own_nodes, owner, statements
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERALS = {
    "string": "str", "concatenated_string": "str", "integer": "int", "float": "float", "list": "list", "tuple": "tuple",
    "dictionary": "dict", "set": "set", "list_comprehension": "list", "set_comprehension": "set", "true": "bool",
    "dictionary_comprehension": "dict", "false": "bool", "not_operator": "bool", "expression_list": "tuple",
}  # fmt: skip
_CALLED = {
    name: name for name in ("str", "int", "float", "bool", "list", "dict", "set", "tuple", "bytes", "frozenset")
} | {
    "len": "int", "repr": "str", "sorted": "list", "isinstance": "bool", "issubclass": "bool", "hasattr": "bool",
    "callable": "bool", "any": "bool", "all": "bool", "id": "int", "ord": "int", "chr": "str", "ascii": "str",
}  # fmt: skip
_ITERATORS = frozenset({"Iterator", "Iterable", "Generator", "AsyncIterator", "AsyncIterable", "AsyncGenerator"})
_LEAVING = frozenset({"return_statement", "raise_statement", "continue_statement", "break_statement"})
_BROKEN = frozenset({"for_statement", "while_statement"})


def type_of(node: Node) -> str:
    """The type of an expression's value where its form alone says it; empty where it does not."""
    while node.type == "parenthesized_expression" and node.named_child_count == 1:
        node = node.named_children[0]
    if node.type == "string" and text_of(node)[:2].lower().strip("\"'r") == "b":
        return "bytes"
    if node.type in _LITERALS:
        return _LITERALS[node.type]
    if node.type == "call":
        return _called(node)
    if node.type == "comparison_operator":
        signs = {one.type for one in node.children if not one.is_named}
        return "bool" if signs <= {"is", "is not", "in", "not in", "not"} else ""
    if node.type == "conditional_expression" and node.named_child_count == 3:
        first, second = type_of(node.named_children[0]), type_of(node.named_children[2])
        return first if first == second else ""
    return ""


def _called(node: Node) -> str:
    function = node.child_by_field_name("function")
    if function is not None and function.type == "identifier":
        return _CALLED.get(text_of(function), "")
    if function is not None and function.type == "attribute":
        receiver = function.child_by_field_name("object")
        name = text_of(function.child_by_field_name("attribute"))
        if receiver is not None and receiver.type == "string" and name in {"join", "format", "strip", "replace"}:
            return type_of(receiver)
    return ""


def returned(node: Node, *, is_generator: bool) -> Returned:
    """What the `return`s of a function give; of a generator, what ends it."""
    annotation = one_line(node.child_by_field_name("return_type"))
    values = [_value(one) for one in own_nodes(node) if one.type == "return_statement"]
    given = [one for one in values if one is not None and one.type != "none"]
    falls = not is_generator and _falls_through(statements(node))
    may_be_none = bool(given) and (len(given) < len(values) or falls)
    sources = tuple(dict.fromkeys(one_line(one) for one in given))
    return Returned(annotation, _common([_with_self(node, one) for one in given]), sources, may_be_none, bool(given))


def _with_self(function: Node, node: Node) -> str:
    """The type of a returned expression; that of `self` is the class around."""
    klass = owner(function)
    if node.type == "identifier" and text_of(node) == "self" and klass is not None:
        return text_of(klass.child_by_field_name("name"))
    return type_of(node)


def yields(node: Node) -> Returned | None:
    """What a generator gives one after the other; None of a function that is none."""
    found = [one for one in own_nodes(node) if one.type == "yield"]
    if not found:
        return None
    annotation = _item(one_line(node.child_by_field_name("return_type")))
    plain = [one.named_children[0] for one in found if one.named_children and not _is_from(one)]
    sources = tuple(dict.fromkeys(one_line(one) for one in plain))
    kind = _common([type_of(one) for one in plain]) if len(plain) == len(found) else ""
    has_value = any(one.named_children and one.named_children[0].type != "none" for one in found)
    return Returned(annotation, kind, sources, is_value=has_value)


def _is_from(node: Node) -> bool:
    return any(child.type == "from" for child in node.children)


def arguments_of(annotation: str, names: frozenset[str]) -> list[str]:
    """What stands in the brackets of one of some generic types; nothing for any other annotation."""
    head, bracket, rest = annotation.strip("\"'").partition("[")
    if head.rpartition(".")[2] not in names or not bracket:
        return []
    depth, found = 0, [""]
    for char in rest[:-1]:
        depth += (char in "[(") - (char in "])")
        if char == "," and not depth:
            found.append("")
        else:
            found[-1] += char
    return [one.strip() for one in found]


def _item(annotation: str) -> str:
    """The type of what `Iterator[X]`, `Iterable[X]` or `Generator[X, …]` gives; empty of any other annotation."""
    return next(iter(arguments_of(annotation, _ITERATORS)), "")


def _value(node: Node) -> Node | None:
    return next((one for one in node.named_children if one.type != "comment"), None)


def _common(kinds: Sequence[str]) -> str:
    return kinds[0] if kinds and kinds[0] and len(set(kinds)) == 1 else ""


def _falls_through(block: Sequence[Node]) -> bool:
    """Whether control may reach the end of a list of statements; where that is not plain, it may."""
    return not any(_leaves(one) for one in block)


def _leaves(node: Node) -> bool:
    read = _READERS.get(node.type)
    return node.type in _LEAVING or (read is not None and read(node))


def _with_leaves(node: Node) -> bool:
    body = node.child_by_field_name("body")
    return body is not None and not _falls_through(body.named_children)


def _is_endless(node: Node) -> bool:
    return text_of(node.child_by_field_name("condition")) in {"True", "1"} and not _breaks(node)


def _all_leave(node: Node) -> bool:
    blocks = [node.child_by_field_name("consequence")]
    has_else = False
    for one in node.children_by_field_name("alternative"):
        has_else = has_else or one.type == "else_clause"
        blocks.append(one.child_by_field_name("consequence") or one.child_by_field_name("body"))
    return has_else and all(one is not None and not _falls_through(one.named_children) for one in blocks)


def _try_leaves(node: Node) -> bool:
    clauses = {one.type: one for one in node.named_children}
    final = clauses.get("finally_clause")
    if final is not None and final.named_children and not _falls_through(final.named_children[-1].named_children):
        return True
    body, other = node.child_by_field_name("body"), clauses.get("else_clause")
    main = [*(body.named_children if body is not None else [])]
    if other is not None and other.child_by_field_name("body") is not None:
        main += (other.child_by_field_name("body") or other).named_children
    handlers = [one for one in node.named_children if one.type in {"except_clause", "except_group_clause"}]
    blocks = [one.named_children[-1].named_children for one in handlers if one.named_children]
    return not _falls_through(main) and not any(map(_falls_through, blocks))


def _match_leaves(node: Node) -> bool:
    body = node.child_by_field_name("body")
    cases = [one for one in body.named_children if one.type == "case_clause"] if body is not None else []
    blocks = [one.child_by_field_name("consequence") for one in cases]
    is_total = (
        bool(cases) and text_of(cases[-1].named_children[0]) == "_" and cases[-1].child_by_field_name("guard") is None
    )
    return is_total and all(one is not None and not _falls_through(one.named_children) for one in blocks)


def _breaks(loop: Node) -> bool:
    body = body_of(loop)
    stack = list(body.named_children) if body is not None else []
    while stack:
        one = stack.pop()
        if one.type == "break_statement":
            return True
        if one.type not in SCOPES and one.type not in _BROKEN:
            stack += one.named_children
    return False


_READERS: Mapping[str, Callable[[Node], bool]] = {
    "if_statement": _all_leave,
    "with_statement": _with_leaves,
    "try_statement": _try_leaves,
    "while_statement": _is_endless,
    "match_statement": _match_leaves,
}
