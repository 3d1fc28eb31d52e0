"""What files of JavaScript, TypeScript, Go, Rust and Java export, with signature and doc comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.pages.entry import Entry
from beast_lsp.engine.docs.pages.signatures import dedented
from beast_lsp.engine.languages import by_name

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_MOST_LINES = 40  # of a declaration that is shown as a whole.
_COMMENTS = frozenset({"comment", "line_comment", "block_comment"})
_KINDS = {
    "javascript": {
        "function_declaration": "function", "generator_function_declaration": "function",
        "function_signature": "function", "class_declaration": "class", "abstract_class_declaration": "class",
        "interface_declaration": "interface", "type_alias_declaration": "type", "enum_declaration": "enum",
        "method_definition": "method", "method_signature": "method", "abstract_method_signature": "method",
        "public_field_definition": "attribute", "field_definition": "attribute", "lexical_declaration": "constant",
        "variable_declaration": "constant", "internal_module": "namespace",
    },
    "go": {
        "function_declaration": "function", "method_declaration": "method", "type_spec": "type", "type_alias": "type",
        "const_spec": "constant", "var_spec": "variable",
    },
    "rust": {
        "function_item": "function", "function_signature_item": "function", "struct_item": "struct",
        "enum_item": "enum", "union_item": "union", "trait_item": "trait", "type_item": "type",
        "const_item": "constant", "static_item": "constant", "macro_definition": "macro",
    },
    "java": {
        "class_declaration": "class", "interface_declaration": "interface", "enum_declaration": "enum",
        "record_declaration": "record", "annotation_type_declaration": "annotation", "method_declaration": "method",
        "constructor_declaration": "constructor", "field_declaration": "attribute",
    },
}  # fmt: skip
_WHOLE = frozenset({"interface", "type", "enum", "struct", "union", "constant", "variable", "attribute"})
_FIELDS = frozenset({"field_declaration"})  # of Rust's and Go's structs.
_HOLDERS = frozenset({"class", "interface", "enum", "record", "annotation", "trait", "namespace"})
_DECLARATIONS = frozenset({"type_declaration", "const_declaration", "var_declaration", "var_spec_list"})
_EXPORTED_JS = re.compile(r"(?:module\.)?exports(?:\.(\w+))?$")


def exports(tree: SyntaxTree, path: str) -> list[Entry]:
    """What a file exports, in the order of the text; nothing for a language that is not among these. Total."""
    family = by_name(tree.language).family
    if family not in _KINDS:
        return []
    found = list(_Reader(tree, path, family).below(tree.tree.root_node, ""))
    if family == "rust":  # Methods of a type that is private are.
        types = {one.name for one in found}
        found = [one for one in found if "." not in one.name or one.name.partition(".")[0] in types]
    return found


def described(tree: SyntaxTree, path: str, line: int) -> tuple[Entry, Node] | None:
    """The innermost declaration around a line (from 0 on), exported or not, and its node; None outside of all."""
    family = by_name(tree.language).family
    reader, found, holders = _Reader(tree, path, family), None, list[str]()
    stack = [tree.tree.root_node]
    while stack:
        node = stack.pop()
        entry = reader.declared(node, ".".join(holders)) if node.type in _KINDS.get(family, {}) else None
        if entry is not None:
            found = entry, node
            holders = entry.name.split(".")
        elif node.type == "impl_item":
            holders = [
                tree.text(kind).partition("<")[0] for kind in [node.child_by_field_name("type")] if kind is not None
            ]
        stack = [one for one in node.named_children if one.start_point.row <= line <= one.end_point.row]
    return found


def file_doc(tree: SyntaxTree) -> str:
    """What a file says of itself: the doc comment that begins it, or that of its package."""
    family = by_name(tree.language).family
    rows = _Reader(tree, "", family)
    root = tree.tree.root_node
    if family == "go":
        clause = next((one for one in root.named_children if one.type == "package_clause"), None)
        return rows.doc(clause) if clause is not None else ""
    if family == "rust":
        found = [tree.text(one) for one in root.named_children if tree.text(one).startswith("//!")]
        return "\n".join(line.strip()[3:].removeprefix(" ") for line in found)
    first = next(iter(root.named_children), None)
    if first is None or first.type not in _COMMENTS or not tree.text(first).startswith("/**"):
        return ""
    text = tree.text(first)
    after = first.next_named_sibling
    is_of_next = after is not None and after.start_point.row == first.end_point.row + 1
    is_own = "@file" in text or "@module" in text or "@packageDocumentation" in text
    return _unmarked(text) if is_own or not is_of_next else ""


class _Reader:
    def __init__(self, tree: SyntaxTree, path: str, family: str) -> None:
        self._tree = tree
        self._path = path
        self._family = family
        self._kinds = _KINDS.get(family, {})
        self._listed = self._names_exported() if family == "javascript" else frozenset[str]()

    def below(self, node: Node, holder: str) -> Iterator[Entry]:
        """The exported declarations directly below a node."""
        for child in node.named_children:
            if child.type == "export_statement":
                yield from self._exported(child, holder)
            elif child.type in _DECLARATIONS or child.type in {"ambient_declaration", "expression_statement"}:
                yield from self.below(child, holder)
            elif child.type == "impl_item":
                yield from self._implemented(child)
            elif child.type in self._kinds and self._is_public(child, holder):
                yield from self._entries(child, child, holder)

    def _exported(self, statement: Node, holder: str) -> Iterator[Entry]:
        declared = statement.child_by_field_name("declaration")
        if declared is not None and declared.type == "ambient_declaration":
            declared = next(iter(declared.named_children), None)
        if declared is not None and declared.type in self._kinds:
            yield from self._entries(declared, statement, holder)

    def _implemented(self, block: Node) -> Iterator[Entry]:
        """The public methods of an `impl` of Rust; those of a trait are told of by the trait."""
        body, kind = block.child_by_field_name("body"), block.child_by_field_name("type")
        if body is not None and kind is not None and block.child_by_field_name("trait") is None:
            yield from self.below(body, self._tree.text(kind).partition("<")[0])

    def _entries(self, node: Node, outer: Node, holder: str) -> Iterator[Entry]:
        kind = self._kinds[node.type]
        kind = "method" if holder and kind == "function" else kind
        if node.type == "method_declaration" and self._family == "go":
            holder = self._receiver(node)
        name, body = self._name(node), node.child_by_field_name("body")
        if not name:
            return
        qualified = f"{holder}.{name}" if holder else name
        members = tuple(self.below(body, qualified)) if body is not None and kind in _HOLDERS else ()
        yield Entry(
            qualified,
            kind,
            self._signature(node, outer, kind),
            self.doc(outer),
            self._path,
            node.start_point.row,
            members,
        )

    def declared(self, node: Node, holder: str) -> Entry | None:
        """A declaration by itself, without what it holds; None for one whose name is no plain one."""
        is_exported = node.parent is not None and node.parent.type == "export_statement"
        outer = node.parent if is_exported and node.parent is not None else node
        found = next(self._entries(node, outer, holder), None)
        return replace(found, members=()) if found is not None else None

    def _name(self, node: Node) -> str:
        found = node.child_by_field_name("name") or node.child_by_field_name("property")
        if found is None:
            declared = next((one for one in node.named_children if one.type == "variable_declarator"), None)
            found = declared.child_by_field_name("name") if declared is not None else None
        text = self._tree.text(found) if found is not None else ""
        return text if re.fullmatch(r"[\w$#]+", text) else ""

    def _receiver(self, node: Node) -> str:
        found = node.child_by_field_name("receiver")
        return self._tree.text(found).strip("()").split("[")[0].split(" ")[-1].lstrip("*") if found is not None else ""

    def _signature(self, node: Node, outer: Node, kind: str) -> str:
        """A declaration without its body; one that has none to speak of as a whole."""
        body = node.child_by_field_name("body")
        whole = dedented(self._shown(outer), self._column(outer))
        if kind in _WHOLE and whole.count("\n") < _MOST_LINES and not self._has_code(node):
            return _keyword(node) + whole.rstrip().rstrip(";")
        end = body.start_byte if body is not None else self._value_start(node)
        if end is None:
            return _keyword(node) + whole.splitlines()[0].rstrip(" {;")
        head = self._tree.source[outer.start_byte : end].decode("utf-8", "replace")
        return _keyword(node) + dedented(head.rstrip().rstrip("{=").rstrip(), self._column(outer))

    def _shown(self, node: Node) -> str:
        """The text of a declaration without the fields that are private, in the languages whose structs show theirs."""
        fields = [one for one in _nodes(node, _FIELDS) if not self._is_shown_field(one)]
        text, start = self._tree.source[: node.end_byte], node.start_byte
        for one in reversed(fields):
            first, last = one.start_point.row, one.end_point.row
            while first > 0 and self._tree.lines[first - 1].lstrip().startswith("//"):
                first -= 1
            begin = sum(len(line.encode("utf-8", "replace")) for line in self._tree.lines[:first])
            end = sum(len(line.encode("utf-8", "replace")) for line in self._tree.lines[: last + 1])
            text = text[: max(begin, start)] + text[end:] if begin > start else text
        return text[start:].decode("utf-8", "replace")

    def _is_shown_field(self, field: Node) -> bool:
        if self._family == "rust":
            return any(_is_pub(self._tree.text(child)) for child in field.children)
        return self._tree.text(field)[:1].isupper() or self._tree.text(field)[:1] == "*"

    def _has_code(self, node: Node) -> bool:
        """Whether a declaration binds a function, or a long value."""
        return self._value_start(node) is not None

    def _value_start(self, node: Node) -> int | None:
        declared = next((one for one in node.named_children if one.type == "variable_declarator"), node)
        value = declared.child_by_field_name("value")
        if value is None or value.end_point.row == value.start_point.row:
            return None
        body = value.child_by_field_name("body")
        return int(body.start_byte if body is not None else value.start_byte)

    def _column(self, node: Node) -> int:
        """How far the line is indented that a declaration begins on."""
        line = self._tree.lines[node.start_point.row]
        return len(line) - len(line.lstrip())

    def doc(self, node: Node) -> str:
        """The doc comment that ends right above a declaration."""
        found: list[str] = []
        row, one = node.start_point.row, node.prev_named_sibling
        if one is None and node.parent is not None and node.parent.type in _DECLARATIONS:
            row, one = node.parent.start_point.row, node.parent.prev_named_sibling
        while one is not None and one.type in _COMMENTS | {"attribute_item", "decorator"}:
            text = self._tree.text(one).rstrip()
            is_near = one.start_point.row + text.count("\n") + 1 == row
            if not is_near:
                break
            found += [text] if one.type in _COMMENTS and self._is_doc(text) else []
            row, one = one.start_point.row, one.prev_named_sibling
        return "\n".join(_unmarked(text) for text in reversed(found)).strip()

    def _is_doc(self, text: str) -> bool:
        if self._family == "go":
            return not text.startswith("//go:")
        return text.startswith(("/**", "///"))

    def _is_public(self, node: Node, holder: str) -> bool:
        name, text = self._name(node), self._tree.text(node)
        if self._family == "go":
            owner = self._receiver(node) if node.type == "method_declaration" else ""
            return name[:1].isupper() and (not owner or owner[:1].isupper())
        if self._family == "rust":
            block = node.parent.parent if node.parent is not None else None
            is_of_trait = block is not None and block.type == "trait_item"
            return is_of_trait or any(_is_pub(self._tree.text(child)) for child in node.children)
        if self._family == "java":
            is_of_interface = node.parent is not None and node.parent.type == "interface_body"
            modifiers = next((self._tree.text(one) for one in node.children if one.type == "modifiers"), "")
            return is_of_interface or "public" in modifiers or "protected" in modifiers
        if not holder:
            return name in self._listed
        return not name.startswith(("#", "_")) and not re.match(r"(?:\w+ )*private\b", text[:40])

    def _names_exported(self) -> frozenset[str]:
        """The names that `export { … }`, `export default x` and CommonJS hand out."""
        found: set[str] = set()
        for one in self._tree.tree.root_node.named_children:
            if one.type == "export_statement" and one.child_by_field_name("source") is None:
                value = one.child_by_field_name("value")
                found |= {self._tree.text(value)} if value is not None and value.type == "identifier" else set()
                for clause in one.named_children if one.child_by_field_name("declaration") is None else ():
                    names = (item.child_by_field_name("name") for item in clause.named_children)
                    found |= {self._tree.text(name) for name in names if name is not None}
            elif one.type == "expression_statement" and one.named_children:
                found |= self._common(one.named_children[0])
        return frozenset(found)

    def _common(self, assignment: Node) -> set[str]:
        left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
        target = _EXPORTED_JS.match(self._tree.text(left)) if left is not None else None
        if target is None or right is None:
            return set()
        if right.type == "identifier":
            return {self._tree.text(right)}
        values = [one.child_by_field_name("value") or one for one in right.named_children if right.type == "object"]
        return {self._tree.text(one) for one in values if one.type in {"identifier", "shorthand_property_identifier"}}


def _is_pub(text: str) -> bool:
    return text == "pub"


def _nodes(node: Node, kinds: frozenset[str]) -> Iterator[Node]:
    """The nodes of some kinds within a declaration of a struct; none within functions."""
    for child in node.named_children:
        if child.type in kinds:
            yield child
        elif child.type in {"struct_type", "type_spec", "field_declaration_list"}:
            yield from _nodes(child, kinds)


def _keyword(node: Node) -> str:
    """The keyword of a Go declaration that may stand in a group, before whose members there is none."""
    words = {"type_spec": "type ", "type_alias": "type ", "const_spec": "const ", "var_spec": "var "}
    return words.get(node.type, "")


def _unmarked(text: str) -> str:
    """A comment's text without its marks."""
    if text.startswith("/*"):
        lines = text.removeprefix("/**").removeprefix("/*").removesuffix("*/").splitlines()
        return "\n".join(re.sub(r"^[ \t]*\* ?", "", line).rstrip() for line in lines).strip()
    return "\n".join(re.sub(r"^\s*//[/!]? ?", "", line).rstrip() for line in text.splitlines())
