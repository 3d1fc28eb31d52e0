"""What a JavaScript or TypeScript file exports that a test can call."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.syntax import SyntaxTree
from beast_lsp.engine.testing.languages.javascript.values import LITERALS
from beast_lsp.engine.testing.languages.model import Parameter, Target
from beast_lsp.engine.testing.languages.trees import argument_rows, child, inner, of_type, tree_of

if TYPE_CHECKING:
    from tree_sitter import Node

CALLS = {"call_expression": ("function", "arguments"), "new_expression": ("constructor", "arguments")}
_FUNCTIONS = frozenset(
    {
        "function_declaration",
        "generator_function_declaration",
        "function_expression",
        "generator_function",
        "arrow_function",
    }
)
_CLASSES = frozenset({"class_declaration", "class"})
_COMMONJS = re.compile(r"(?:module\.)?exports(?:\.(\w+))?\Z")
_JSDOC_PARAMETER = re.compile(r"@param\s+\{([^}]*)\}\s+\[?([\w$]+)")
_JSDOC_RESULT = re.compile(r"@returns?\s+\{([^}]*)\}")
_EXAMPLE = re.compile(r"@example\b(.*?)(?=\n\s*\*\s*@|\*/)", re.DOTALL)
_STAR = re.compile(r"(?m)^\s*\*( |$)")


def targets(tree: SyntaxTree, others: Iterable[SyntaxTree] = ()) -> list[Target]:
    """The exported functions, and the methods of exported classes, in the order of the text.

    `others` are files that may call them: their literal arguments become rows.
    """
    exported = exports(tree)
    found: list[Target] = []
    for name, node in _declared(tree):
        if name in exported:
            found += _of(tree, name, exported[name], node)
    rows = _rows(tree, others)
    return [
        replace(one, rows=tuple(rows.get(one.name if one.name != "default" else one.bound, ()))[:12])
        for one in sorted(found, key=lambda one: one.line)
    ]


def exports(tree: SyntaxTree) -> dict[str, str]:
    """The names of the file that are exported, each with the name it is exported by; types too."""
    found: dict[str, str] = {}
    for node in tree.tree.root_node.named_children:
        if node.type == "export_statement":
            found.update(_exported(tree, node))
        elif node.type == "expression_statement":
            found.update(_assigned(tree, node))
    return found


def _exported(tree: SyntaxTree, node: Node) -> Iterator[tuple[str, str]]:
    is_default = any(one.type == "default" for one in node.children)
    declaration = child(node, "declaration") or child(node, "value")
    if declaration is not None and child(node, "source") is None:
        for name, _ in _bindings(tree, declaration):
            yield name, "default" if is_default else name
        if is_default and declaration.type == "identifier":
            yield tree.text(declaration), "default"
        if is_default and not inner(tree, child(declaration, "name")) and declaration.type in _FUNCTIONS | _CLASSES:
            yield "default", "default"
    for one in of_type(node, "export_specifier"):
        if child(node, "source") is None:
            name = inner(tree, child(one, "name"))
            yield name, inner(tree, child(one, "alias")) or name


def _assigned(tree: SyntaxTree, node: Node) -> Iterator[tuple[str, str]]:
    """`module.exports = f`, `module.exports = { f, g: h }` and `exports.f = …`."""
    for one in node.named_children:
        if one.type != "assignment_expression":
            continue
        found = _COMMONJS.match(inner(tree, child(one, "left")))
        right = child(one, "right")
        if found is None or right is None:
            continue
        if found[1]:
            yield (tree.text(right) if right.type == "identifier" else found[1]), found[1]
        elif right.type == "identifier":
            yield tree.text(right), "default"
        elif right.type == "object":
            for pair in right.named_children:
                if pair.type == "shorthand_property_identifier":
                    yield tree.text(pair), tree.text(pair)
                elif pair.type == "pair":
                    yield inner(tree, child(pair, "value")), inner(tree, child(pair, "key"))


def _declared(tree: SyntaxTree) -> Iterator[tuple[str, Node]]:
    """The functions and classes of the file's top level, each with its name there."""
    for node in tree.tree.root_node.named_children:
        declaration = node
        if node.type == "export_statement":
            declaration = child(node, "declaration") or child(node, "value") or node
        elif node.type == "expression_statement" and node.named_children:
            inside = node.named_children[0]
            right = child(inside, "right")
            found = _COMMONJS.match(inner(tree, child(inside, "left")))
            if right is not None and found and found[1] and right.type in _FUNCTIONS | _CLASSES:
                yield found[1], right
        yield from _bindings(tree, declaration)
        if declaration.type in _FUNCTIONS | _CLASSES and child(declaration, "name") is None and declaration is not node:
            yield "default", declaration


def _bindings(tree: SyntaxTree, node: Node) -> Iterator[tuple[str, Node]]:
    if node.type in _FUNCTIONS | _CLASSES:
        if (name := child(node, "name")) is not None:
            yield tree.text(name), node
    elif node.type in {"lexical_declaration", "variable_declaration"}:
        for one in node.named_children:
            value = child(one, "value")
            if value is not None and value.type in _FUNCTIONS | _CLASSES:
                yield inner(tree, child(one, "name")), value


def _of(tree: SyntaxTree, name: str, bound: str, node: Node) -> list[Target]:
    if node.type in _FUNCTIONS:
        return [_function(tree, node, replace(Target(name), bound=bound))]
    return list(_methods(tree, name, bound, node))


def _methods(tree: SyntaxTree, owner: str, bound: str, node: Node) -> Iterator[Target]:
    body = child(node, "body")
    members = [] if body is None else [one for one in body.named_children if one.type == "method_definition"]
    is_derived = any(one.type == "class_heritage" for one in node.named_children)
    made: tuple[Parameter, ...] | None = None if is_derived else ()
    for one in members:
        if inner(tree, child(one, "name")) == "constructor":
            made = _function(tree, one, Target("constructor")).parameters
    for one in members:
        name = inner(tree, child(one, "name"))
        marks = {part.type for part in one.children} | {tree.text(part) for part in one.children if part.child_count}
        is_static = "static" in marks
        # What a derived class takes is in another file as often as not.
        if not re.fullmatch(r"[A-Za-z$][\w$]*", name) or name == "constructor" or (made is None and not is_static):
            continue
        if marks & {"private", "protected", "get", "set"}:
            continue
        target = Target(name, owner, bound, is_static=is_static, constructor=None if is_static else made)
        yield _function(tree, one, target)


def _function(tree: SyntaxTree, node: Node, target: Target) -> Target:
    documented = _documentation(tree, node)
    types = {name: _jsdoc_type(type_) for type_, name in _JSDOC_PARAMETER.findall(documented)}
    listed = child(node, "parameters")
    nodes = [one for one in listed.named_children if one.type != "comment"] if listed is not None else []
    single = child(node, "parameter")
    parameters = tuple(_parameter(tree, one, types) for one in ([single] if single is not None else nodes))
    body = child(node, "body")
    result = inner(tree, child(node, "return_type")).removeprefix(":").strip()
    found = _JSDOC_RESULT.search(documented)
    return replace(
        target,
        parameters=tuple(one for one in parameters if one.name != "this"),
        result=result or (_jsdoc_type(found[1]) if found else ""),
        is_async=any(one.type == "async" for one in node.children),
        is_generator="generator" in node.type or any(one.type == "*" for one in node.children),
        line=node.start_point[0],
        end_line=node.end_point[0],
        literals=_literals(tree, body),
        hints=_hints(inner(tree, body), [one.name for one in parameters]),
    )


def _parameter(tree: SyntaxTree, node: Node, types: dict[str, str]) -> Parameter:
    pattern = child(node, "pattern") or child(node, "left") or node
    type_ = inner(tree, child(node, "type")).removeprefix(":").strip()
    default = inner(tree, child(node, "value") or child(node, "right"))
    is_rest = pattern.type == "rest_pattern"
    name = tree.text(pattern).lstrip(".")
    is_optional = node.type == "optional_parameter" or bool(default)
    documented = types.get(name, "")
    is_optional = is_optional or documented.endswith("| undefined")
    return Parameter(name, type_ or documented, default, is_optional, is_rest)


def _jsdoc_type(text: str) -> str:
    """A type of JSDoc as TypeScript would write it."""
    text = text.strip()
    ending = " | undefined" if text.endswith("=") else ""
    text = text.rstrip("=").removeprefix("...")
    if text.startswith("?"):
        text, ending = text[1:], " | null" + ending
    text = {"*": "any", "Array": "any[]", "Object": "object", "String": "string", "Number": "number"}.get(text, text)
    return re.sub(r"\.<", "<", text) + ending


def _documentation(tree: SyntaxTree, node: Node) -> str:
    """The comment before a definition."""
    while node.parent is not None and node.parent.type in {
        "export_statement",
        "variable_declarator",
        "lexical_declaration",
        "variable_declaration",
        "expression_statement",
        "assignment_expression",
    }:
        node = node.parent
    before = node.prev_named_sibling
    text = inner(tree, before) if before is not None and before.type == "comment" else ""
    return text if text.startswith("/**") else ""


def _literals(tree: SyntaxTree, body: Node | None) -> tuple[str, ...]:
    """The literals that a body compares with, looks for, or switches on."""
    if body is None:
        return ()
    found = []
    for one in of_type(body, "binary_expression", "switch_case", "call_expression"):
        found += [
            tree.text(part)
            for part in (one.named_children if one.type != "call_expression" else _of_call(one))
            if part.type in {"string", "number"}
        ]
    return tuple(dict.fromkeys(found))[:12]


def _of_call(node: Node) -> list[Node]:
    arguments = child(node, "arguments")
    return arguments.named_children if arguments is not None else []


_USES = (
    (r"{}\.(?:map|filter|reduce|forEach|push|join|sort|some|every|flat|find)\b|\bof {}\)|\.\.\.{}\b", "any[]"),
    (
        r"{}\.(?:split|trim\w*|toLowerCase|toUpperCase|replace\w*|char\w+|padStart|padEnd|startsWith|endsWith)\b",
        "string",
    ),
    (r"(?<![\w.$]){} ?(?:[-*/%<>]|[<>]=|\*\*)|[-*/%<>] ?{}(?![\w.$(\[])|Math\.\w+\([^)]*\b{}\b", "number"),
    (r"(?<![\w.$]){}\(", "(...args: any[]) => any"),
    (r"Object\.(?:keys|values|entries)\({}\)|\bin {}\b|(?<![\w.$]){}\[|(?<![\w.$]){}\.", "object"),
)


def _hints(body: str, names: list[str]) -> dict[str, str]:
    """What the uses of a parameter in the body say of its type."""
    found = {}
    for name in names:
        for pattern, type_ in _USES:
            if re.search(pattern.replace("{}", re.escape(name)), body):
                found[name] = type_
                break
    return found


def _rows(tree: SyntaxTree, others: Iterable[SyntaxTree]) -> dict[str, list[tuple[str, ...]]]:
    """The lists of literal arguments of every called name: of examples first, then of other files and of this one."""
    examples = [_STAR.sub("", one) for one in _EXAMPLE.findall("".join(tree.lines))]
    shown = tree_of("typescript", "\n".join(re.sub(r"```\w*", "", one) for one in examples)) if examples else None
    return argument_rows([*([shown] if shown is not None else []), *others, tree], LITERALS, CALLS)
