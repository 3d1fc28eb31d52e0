"""What the signature of a function says in JavaScript, TypeScript, Go, Rust and Java, and what it throws by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.model import FunctionFacts, Kind, Parameter, Raised, Returned
from beast_lsp.engine.docs.facts.syntax import one_line
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_INNER = frozenset(
    {
        "function_declaration", "function_expression", "arrow_function", "method_definition", "class_declaration",
        "class", "closure_expression", "func_literal", "function_item", "lambda_expression", "class_body",
        "generator_function", "generator_function_declaration", "method_declaration",
    }
)  # fmt: skip
_VOID = frozenset({"", "void", "undefined", "never", "()", "Promise<void>", "asserts"})
_OWNERS = frozenset(
    {"class_declaration", "class", "impl_item", "trait_item", "interface_declaration", "enum_declaration"}
)


@dataclass(frozen=True, slots=True)
class Callable:
    """A declaration of a function: the node that has the name, and the one with parameters and body."""

    named: Node
    function: Node


def callable_of(node: Node) -> Callable | None:
    """The function that a declaration declares, be it by `const f = () => …`; None where it is none."""
    if node.type == "lexical_declaration":
        only = [one for one in node.named_children if one.type == "variable_declarator"]
        value = only[0].child_by_field_name("value") if len(only) == 1 else None
        if value is None or value.type not in {"arrow_function", "function_expression"}:
            return None
        return Callable(only[0], value)
    return Callable(node, node) if node.child_by_field_name("name") is not None else None


def facts_of(found: Callable, family: str) -> FunctionFacts:
    """The facts of a function. Total: what can't be read is left out."""
    node = found.function
    name = text_of(found.named.child_by_field_name("name"))
    owner = _owner(found.named)
    return FunctionFacts(
        f"{owner}.{name}" if owner else name,
        family,
        _kind(node, name, owner),
        found.named.start_point.row + 1,
        found.named.end_point.row + 1,
        tuple(_parameters(node, family)),
        _returned(node, family),
        raises=tuple(_thrown(node, family)),
    )


def _kind(node: Node, name: str, owner: str) -> Kind:
    if node.type == "constructor_declaration" or name == "constructor":
        return "constructor"
    if node.type == "method_definition" and any(one.type == "get" for one in node.children):
        return "property"
    return "method" if owner or node.child_by_field_name("receiver") is not None else "function"


def _owner(node: Node) -> str:
    outer = node.parent
    while outer is not None and outer.type not in _OWNERS:
        if outer.type in {"statement_block", "block"}:
            return ""
        outer = outer.parent
    named = outer.child_by_field_name("name") or outer.child_by_field_name("type") if outer is not None else None
    return one_line(named).partition("<")[0]


def _parameters(node: Node, family: str) -> Iterator[Parameter]:
    listed = node.child_by_field_name("parameters")
    lone = node.child_by_field_name("parameter")
    for one in listed.named_children if listed is not None else ([lone] if lone is not None else []):
        if family == "go":
            yield from _go(one)
        elif (read := _READERS[family](one)) is not None:
            yield read


def _javascript(node: Node) -> Parameter | None:
    pattern, kind, value = node.child_by_field_name("pattern"), node.child_by_field_name("type"), None
    if node.type in {"required_parameter", "optional_parameter"} and pattern is not None:
        value = node.child_by_field_name("value")
    elif node.type == "assignment_pattern":
        pattern, value = node.child_by_field_name("left"), node.child_by_field_name("right")
    else:
        pattern = node
    is_rest = pattern is not None and pattern.type == "rest_pattern" and bool(pattern.named_children)
    named = pattern.named_children[0] if pattern is not None and is_rest else pattern
    if named is None or named.type != "identifier" or text_of(named) == "this":
        return None
    annotation = one_line(kind).removeprefix(":").strip()
    is_optional = node.type == "optional_parameter"
    default = one_line(value) or ("undefined" if is_optional else "")
    return Parameter(text_of(named), "var-positional" if is_rest else "plain", annotation, default)


def _rust(node: Node) -> Parameter | None:
    pattern = node.child_by_field_name("pattern")
    if node.type != "parameter" or pattern is None or pattern.type != "identifier":
        return None
    return Parameter(text_of(pattern), annotation=one_line(node.child_by_field_name("type")))


def _java(node: Node) -> Parameter | None:
    named, kind = node.child_by_field_name("name"), node.child_by_field_name("type")
    if node.type == "spread_parameter":
        declared = next((one for one in node.named_children if one.type == "variable_declarator"), None)
        named = declared.child_by_field_name("name") if declared is not None else None
    if named is None or node.type not in {"formal_parameter", "spread_parameter"}:
        return None
    return Parameter(text_of(named), "var-positional" if node.type == "spread_parameter" else "plain", one_line(kind))


def _go(node: Node) -> Iterator[Parameter]:
    kind = one_line(node.child_by_field_name("type"))
    for named in node.children_by_field_name("name"):
        is_spread = node.type == "variadic_parameter_declaration"
        yield Parameter(text_of(named), "var-positional" if is_spread else "plain", kind)


_READERS = {"javascript": _javascript, "rust": _rust, "java": _java}


def _returned(node: Node, family: str) -> Returned:
    field = {"go": "result", "java": "type"}.get(family, "return_type")
    annotation = one_line(node.child_by_field_name(field)).removeprefix(":").removeprefix("->").strip()
    if family != "javascript" or annotation:
        is_value = annotation not in _VOID and node.type != "constructor_declaration"
        return Returned(annotation, is_value=is_value)
    body = node.child_by_field_name("body")
    if node.type == "arrow_function" and body is not None and body.type != "statement_block":
        return Returned(is_value=body.type not in {"assignment_expression", "update_expression", "call_expression"})
    return Returned(is_value=any(one.type == "return_statement" and one.named_children for one in _own(node)))


def _own(node: Node) -> Iterator[Node]:
    body = node.child_by_field_name("body")
    stack = list(reversed(body.named_children)) if body is not None else []
    while stack:
        one = stack.pop()
        yield one
        if one.type not in _INNER:
            stack += reversed(one.named_children)


def _thrown(node: Node, family: str) -> Iterator[Raised]:
    seen: set[str] = set()
    declared = next((one for one in node.named_children if one.type == "throws"), None) if family == "java" else None
    for one in declared.named_children if declared is not None else ():
        seen.add(one_line(one))
        yield Raised(one_line(one))
    for statement in _own(node) if family in {"javascript", "java"} else ():
        made = statement.named_children[0] if statement.type == "throw_statement" and statement.named_children else None
        field = "constructor" if family == "javascript" else "type"
        name = one_line(made.child_by_field_name(field)) if made is not None else ""
        if made is not None and name and name not in seen and not _is_within_try(statement, node):
            seen.add(name)
            yield Raised(name, line=statement.start_point.row + 1, message=_message(made))


def _message(made: Node) -> str:
    listed = made.child_by_field_name("arguments")
    first = listed.named_children[0] if listed is not None and listed.named_children else None
    text = one_line(first).strip("\"'") if first is not None and first.type in {"string", "string_literal"} else ""
    return text if len(text) <= 60 and not set(text) & set("\\`*") else ""


def _is_within_try(node: Node, top: Node) -> bool:
    outer = node.parent
    while outer is not None and outer != top:
        if outer.type in {"try_statement", "try_with_resources_statement"}:
            return True
        outer = outer.parent
    return False


PANICS: Mapping[str, str] = {"panic": "panics", "unreachable": "panics", "todo": "panics", "unimplemented": "panics"}


def panics(node: Node) -> bool:
    """Whether a Rust function itself panics by one of the macros for that."""
    return any(
        one.type == "macro_invocation" and text_of(one.child_by_field_name("macro")) in PANICS for one in _own(node)
    )
