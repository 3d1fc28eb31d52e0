"""Writes documentation comments: JSDoc or TSDoc, godoc, rustdoc, Javadoc; tags of parameters are kept up to date.

What a person wrote stays. Of a comment that is there, only tags are added or renamed: prose is nobody's to judge.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.comments.signatures import Callable, callable_of, facts_of, panics
from beast_lsp.engine.docs.facts.model import FunctionFacts, Parameter
from beast_lsp.engine.docs.writing.describe import parameter_text
from beast_lsp.engine.docs.writing.names import article, phrase, sentence
from beast_lsp.engine.docs.writing.summary import function_summary
from beast_lsp.engine.languages import by_name
from beast_lsp.engine.refactors.proposal import Edit, Span
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site

_TAGGED = frozenset({"javascript", "java"})
_HOLDERS = frozenset({"export_statement"})
_ABOVE = frozenset({"decorator", "attribute_item", "marker_annotation"})
_CLASSES = frozenset({"class_declaration", "interface_declaration", "enum_declaration", "record_declaration",
                      "struct_item", "enum_item", "trait_item", "type_declaration"})  # fmt: skip
_PARAM = re.compile(r"@param\s+(?:\{(?:[^{}]|\{[^{}]*\})*\}\s*)?\[?(?P<name>[\w$<>.]+)")


def documentable(site: Site, nodes: Collection[str]) -> Node | None:
    """The declaration in whose header, or comment, a place is."""
    kinds = {*nodes, "lexical_declaration"} if "function_declaration" in nodes else set(nodes)
    node: Node | None = site.around(*kinds)
    if node is None:
        return None
    found = callable_of(node) if node.type not in _CLASSES else None
    body = (found.function if found is not None else node).child_by_field_name("body")
    is_declared = found is not None or node.type in _CLASSES
    end = body.start_byte if body is not None else node.end_byte
    return node if is_declared and not node.has_error and site.end <= end else None


def comment_edits(site: Site, node: Node) -> list[Edit]:
    """The edits that document a declaration; none where it is documented."""
    family = by_name(site.module.tree.language).family
    top = _top(node)
    comment = _comment(site, top, family)
    is_typescript = site.module.tree.language in {"typescript", "tsx"}
    if comment is not None:
        return _renewed(site, node, comment, family, is_typescript=is_typescript)
    source = site.module.tree.source
    start = source.rfind(b"\n", 0, top.start_byte) + 1
    lead = source[start : top.start_byte].decode()
    if lead.strip():
        return []  # Something else stands before it in its line.
    text = _text(node, family, is_typescript=is_typescript)
    return [Edit(Span(site.path, top.start_byte, top.start_byte), (_framed(text, family, lead),))] if text else []


def _top(node: Node) -> Node:
    """A declaration with `export`, decorators and attributes."""
    while node.parent is not None and node.parent.type in _HOLDERS:
        node = node.parent
    while node.prev_named_sibling is not None and node.prev_named_sibling.type in _ABOVE:
        node = node.prev_named_sibling
    return node


def _comment(site: Site, top: Node, family: str) -> Node | None:
    """The documentation comment right above a declaration."""
    above = top.prev_named_sibling
    if above is None or above.type not in {"comment", "line_comment", "block_comment"}:
        return None
    text = site.text(above)
    gap = site.module.tree.source[above.end_byte : top.start_byte]
    is_near = not gap.strip() and gap.count(b"\n") <= 1
    is_doc = text.startswith({"go": "//", "rust": "//"}.get(family, "/**")) or (
        family in {"go", "rust"} and "/*" in text
    )
    return above if is_near and is_doc else None


def _text(node: Node, family: str, *, is_typescript: bool) -> list[str]:
    """The lines of a new comment, without its marks."""
    found = callable_of(node) if node.type not in _CLASSES else None
    if found is None:
        return _of_class(node, family)
    facts = facts_of(found, family)
    if family == "go":
        return _go(facts)
    lines = [function_summary(facts, is_imperative=False)]
    if family == "rust":
        return [*lines, *_rust_sections(facts, found)]
    tags = _tags(facts, family, is_typescript=is_typescript)
    return [*lines, *(["", *tags] if tags else [])]


def _of_class(node: Node, family: str) -> list[str]:
    named = node.child_by_field_name("name")
    if named is None:  # Go declares types in a list.
        named = next((one.child_by_field_name("name") for one in node.named_children), None)
    name = text_of(named)
    said = article(phrase(name)) if phrase(name) else ""
    return [f"{name} is {said}." if family == "go" else sentence(said)] if said else []


def _go(facts: FunctionFacts) -> list[str]:
    summary = function_summary(facts, is_imperative=False).replace("`", "")
    text = f"{facts.short_name} {summary[:1].lower()}{summary[1:]}"
    has_error = re.search(r"\berror\b", facts.returned.annotation)
    return [text, *(["It returns an error if it fails."] if has_error else [])]


def _rust_sections(facts: FunctionFacts, found: Callable) -> list[str]:
    lines: list[str] = []
    result = re.match(r"(?:\w+::)*Result<", facts.returned.annotation)
    if result:
        lines += ["", "# Errors", "", "Returns an error if it fails."]
    if panics(found.function):
        lines += ["", "# Panics", "", "Panics in cases that its body names."]
    return lines


def _tags(facts: FunctionFacts, family: str, *, is_typescript: bool) -> list[str]:
    tags = [_param(one, family, is_typescript=is_typescript) for one in facts.parameters]
    if facts.returned.is_value and facts.kind not in {"constructor", "property"}:
        word = "return" if family == "java" else "returns"
        kind = "" if family == "java" or is_typescript else "{*} "
        tags.append(f"@{word} {kind}{_result(facts)}")
    for one in facts.raises:
        name = one.name if family == "java" else f"{{{one.name}}}"
        said = f'with the message "{one.message}"' if one.message else "if it fails"
        tags.append(f"@throws {name} {said if family == 'java' else sentence(said)}")
    return tags


def _param(one: Parameter, family: str, *, is_typescript: bool) -> str:
    text = parameter_text(one).rstrip(".")
    if one.stars:
        text = f"further {phrase(one.name)}"
    if family == "java":
        return f"@param {one.name} {text[:1].lower()}{text[1:]}"
    if is_typescript:
        return f"@param {one.name} - {sentence(text)}"
    kind = "...*" if one.stars else "*"
    has_default = one.default not in {"", "undefined"} and len(one.default) < 30 and not set(one.default) & set("[]*")
    name = f"[{one.name}={one.default}]" if has_default else one.name
    return f"@param {{{kind}}} {name} - {sentence(text)}"


def _result(facts: FunctionFacts) -> str:
    summary = function_summary(facts)
    found = re.match(r"Return (.*)", summary)
    text = found[1].rstrip(".") if found else "the result"
    return text if facts.family == "java" else sentence(text)


def _framed(lines: list[str], family: str, lead: str) -> str:
    """The lines in the marks of the language, and the line break and indentation of what follows."""
    if family in _TAGGED:
        inner = [f" * {line}".rstrip() for line in lines]
        marked = ["/**", *inner, " */"] if len(lines) > 1 else [f"/** {lines[0]} */"]
    else:
        mark = "///" if family == "rust" else "//"
        marked = [f"{mark} {line}".rstrip() for line in lines]
    return "".join(f"{line}\n{lead}" for line in marked)


def _renewed(site: Site, node: Node, comment: Node, family: str, *, is_typescript: bool) -> list[Edit]:
    """The edits of a comment's tags: of parameters that are missing, and of the one that was renamed."""
    found = callable_of(node) if node.type not in _CLASSES else None
    text = site.text(comment)
    tags = list(_PARAM.finditer(text))
    if found is None or family not in _TAGGED or not tags:
        return []
    facts = facts_of(found, family)
    known = [one.name for one in facts.parameters]
    named = [tag["name"].partition(".")[0] for tag in tags]
    lost = [tag for tag in tags if tag["name"] not in known and "." not in tag["name"] and "<" not in tag["name"]]
    missing = [one for one in facts.parameters if one.name not in named]
    if len(lost) == 1 and len(missing) == 1 and len(known) == len(named):
        start = comment.start_byte + len(text[: lost[0].start("name")].encode())
        end = start + len(lost[0]["name"].encode())
        return [Edit(Span(site.path, start, end), (missing[0].name,))]
    if not missing or lost or "\n" not in text:
        return []
    last = max(tags, key=lambda tag: tag.start())
    after = _end_of_tag(text, last.start())
    indent = re.search(r"[ \t]*\*?[ \t]*\Z", text[: last.start()])
    lead = indent[0] if indent else " * "
    lines = [lead + _param(one, family, is_typescript=is_typescript) for one in missing]
    at = comment.start_byte + len(text[:after].encode())
    return [Edit(Span(site.path, at, at), ("".join(f"\n{line}" for line in lines),))]


def _end_of_tag(text: str, start: int) -> int:
    """The end of a tag's last line, before its line break."""
    following = re.compile(r"\n[ \t]*\*?[ \t]*(?:@|\*/|/|\Z|\n)").search(text, start)
    return following.start() if following else len(text)
