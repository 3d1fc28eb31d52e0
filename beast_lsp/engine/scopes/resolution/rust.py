"""The names of a Rust file, after the Rust reference, "Scopes" and "Patterns".

`let` binds from behind its statement to the end of the block, and may shadow. Types and fields are left out. What
stands in a macro's call is unknown, and a lower-case name in a pattern is taken to bind, as rustc's lints have it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.braces import PARAMETER, PINNED, VARIABLE, BraceTable, Walker
from beast_lsp.engine.scopes.resolution.table import Role, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_ITEMS = frozenset({"function_item", "const_item", "static_item", "function_signature_item"})
_NOTHING = (
    "attribute_item", "inner_attribute_item", "token_tree", "macro_definition", "label", "lifetime", "use_declaration",
    "extern_crate_declaration", "enum_variant_list", "field_declaration_list", "visibility_modifier",
)  # fmt: skip
_BINDING_LISTS = frozenset(
    {
        "tuple_pattern", "slice_pattern", "or_pattern", "ref_pattern", "mut_pattern", "reference_pattern",
        "captured_pattern", "tuple_struct_pattern", "struct_pattern", "match_pattern",
    }
)  # fmt: skip


def build_rust(tree: SyntaxTree) -> BraceTable:
    """The names of a file. Total."""
    return _Walker(tree).build()


class _Walker(Walker):
    declaring = frozenset({"let_declaration"})

    def __init__(self, tree: SyntaxTree) -> None:
        super().__init__(tree)
        self.handlers = {
            **dict.fromkeys(_NOTHING, self.skip),
            **dict.fromkeys(("function_item", "function_signature_item"), self._function),
            **dict.fromkeys(("const_item", "static_item"), self._constant),
            **dict.fromkeys(("mod_item", "impl_item", "trait_item"), self._outer),
            **dict.fromkeys(("if_expression", "while_expression"), self._if),
            "identifier": self.read, "let_declaration": self._let, "block": self._block,
            "closure_expression": self._closure, "match_arm": self._arm, "for_expression": self._for,
            "let_condition": self._condition, "let_chain": self._condition, "macro_invocation": self.skip,
            "scoped_identifier": self._scoped, "assignment_expression": self._assignment,
            "compound_assignment_expr": self._assignment, "const_parameter": self._const_parameter,
        }  # fmt: skip

    def prepare(self, root: Node) -> None:
        self._items(root, self.table.module)

    def _items(self, block: Node, scope: Scope) -> None:
        """Functions and constants hold in all of their block."""
        for child in block.named_children:
            if child.type in _ITEMS:
                self.declare(child.child_by_field_name("name"), scope, PINNED)

    def _function(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, self.table.module, "function")  # it sees no variables of functions around it.
        self.later(inner, node.child_by_field_name("type_parameters"), node.child_by_field_name("return_type"))
        listed, body = node.child_by_field_name("parameters"), node.child_by_field_name("body")
        for parameter in listed.named_children if listed is not None else ():
            self._parameter(parameter, inner)
        if body is not None:
            self._items(body, inner)
            self.sequence(body.named_children, inner)

    def _parameter(self, node: Node, scope: Scope) -> None:
        pattern = node.child_by_field_name("pattern")
        if pattern is not None and node.type == "parameter":
            self._bind(pattern, scope, PARAMETER)
            self.later(scope, node.child_by_field_name("type"))
        elif node.type not in {"attribute_item", "self_parameter"}:
            self._bind(node, scope, PARAMETER)

    def _constant(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("type"), node.child_by_field_name("value"))

    def _const_parameter(self, node: Node, scope: Scope) -> None:
        self.declare(node.child_by_field_name("name"), scope, PINNED)

    def _outer(self, node: Node, scope: Scope) -> None:
        body = node.child_by_field_name("body")
        inner = self.open(node, self.table.module)
        if body is not None:
            if node.type == "mod_item":
                self._items(body, inner)
            self.later(inner, *body.named_children)

    def _block(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        self._items(node, inner)
        self.sequence(node.named_children, inner)

    def _let(self, node: Node, scope: Scope) -> Scope:
        self.later(scope, *(node.child_by_field_name(name) for name in ("type", "value", "alternative")))
        after, pattern = self.extend(node, scope), node.child_by_field_name("pattern")
        if pattern is not None:
            self._bind(pattern, after, VARIABLE)
        return after

    def _bind(self, node: Node, scope: Scope, kind: str) -> None:
        """Declares the names of a pattern; paths, constants and literals in it are read."""
        if node.type in {"identifier", "shorthand_field_identifier"}:
            if self.text(node)[:1].isupper():
                self.use(node, scope)
            else:
                self.declare(node, scope, kind)
        elif node.type == "field_pattern":
            inner = node.child_by_field_name("pattern") or node.child_by_field_name("name")
            if inner is not None:
                self._bind(inner, scope, kind)
        elif node.type in _BINDING_LISTS:
            path, condition = node.child_by_field_name("type"), node.child_by_field_name("condition")
            for child in node.named_children:
                if child == path:
                    self.later(scope, path if path.type == "identifier" else None)
                elif child != condition:
                    self._bind(child, scope, kind)
        elif node.type != "mutable_specifier":
            self.later(scope, node)

    def _closure(self, node: Node, scope: Scope) -> None:
        inner, listed = self.open(node, scope), node.child_by_field_name("parameters")
        for parameter in listed.named_children if listed is not None else ():
            self._parameter(parameter, inner)
        self.later(inner, node.child_by_field_name("return_type"), node.child_by_field_name("body"))

    def _arm(self, node: Node, scope: Scope) -> None:
        inner, pattern = self.open(node, scope), node.child_by_field_name("pattern")
        if pattern is not None:
            self._bind(pattern, inner, VARIABLE)
            guard = pattern.child_by_field_name("condition")
            inner = self._conditions(guard, inner) if guard is not None else inner
        self.later(inner, node.child_by_field_name("value"))

    def _if(self, node: Node, scope: Scope) -> None:
        condition, inner = node.child_by_field_name("condition"), self.open(node, scope)
        if condition is not None:
            inner = self._conditions(condition, inner)
        self.later(inner, node.child_by_field_name("consequence"), node.child_by_field_name("body"))
        self.later(scope, node.child_by_field_name("alternative"))

    def _conditions(self, node: Node, scope: Scope) -> Scope:
        """The scope behind a condition, with what its `let` binds; each part sees what those before it bind."""
        if node.type == "let_chain":
            for child in node.named_children:
                scope = self._conditions(child, scope)
            return scope
        if node.type != "let_condition":
            self.later(scope, node)
            return scope
        self.later(scope, node.child_by_field_name("value"))
        after, pattern = self.extend(node, scope), node.child_by_field_name("pattern")
        if pattern is not None:
            self._bind(pattern, after, VARIABLE)
        return after

    def _condition(self, node: Node, scope: Scope) -> None:
        self._conditions(node, scope)

    def _for(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("value"))
        inner, pattern = self.open(node, scope), node.child_by_field_name("pattern")
        if pattern is not None:
            self._bind(pattern, inner, VARIABLE)
        self.later(inner, node.child_by_field_name("body"))

    def _scoped(self, node: Node, scope: Scope) -> None:
        """Of a path only the first name is looked up here."""
        self.later(scope, node.child_by_field_name("path"))

    def _assignment(self, node: Node, scope: Scope) -> None:
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            self.use(left, scope, Role.WRITE if node.type == "assignment_expression" else Role.UPDATE)
        else:
            self.later(scope, left)
        self.later(scope, node.child_by_field_name("right"))
