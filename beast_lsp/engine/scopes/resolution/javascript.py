"""The names of a JavaScript or TypeScript file, after ECMA-262, "Syntax-Directed Operations" on declared names.

`var` and parameters belong to their function, `let`, `const`, classes and (in strict code) functions to their block.
TypeScript's types share the scopes of values here: a type and a value of one name count as one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.braces import (
    CONSTANT,
    FUNCTION,
    IMPORT,
    PARAMETER,
    PINNED,
    TYPE,
    VARIABLE,
    BraceTable,
    Walker,
    mark_dynamic,
)
from beast_lsp.engine.scopes.resolution.table import Role, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_FUNCTIONS = (
    "function_declaration", "generator_function_declaration", "function_expression", "generator_function",
    "arrow_function", "method_definition", "function_signature", "abstract_method_signature", "method_signature",
    "call_signature", "construct_signature", "function_type", "constructor_type",
)  # fmt: skip
_DECLARED = frozenset({"function_declaration", "generator_function_declaration", "function_signature"})
_CLASSES = ("class_declaration", "abstract_class_declaration", "class")
_PATTERNS = frozenset({"object_pattern", "array_pattern", "rest_pattern"})
_DEFAULTS = frozenset({"assignment_pattern", "object_assignment_pattern"})
_NAMES = frozenset({"identifier", "shorthand_property_identifier_pattern"})
_MODULAR = frozenset({"import_statement", "export_statement"})


def build_javascript(tree: SyntaxTree) -> BraceTable:
    """The names of a file. Total."""
    return _Walker(tree).build()


class _Walker(Walker):
    def __init__(self, tree: SyntaxTree) -> None:
        super().__init__(tree)
        self.handlers = {
            **dict.fromkeys(_FUNCTIONS, self._function),
            **dict.fromkeys(_CLASSES, self._class),
            **dict.fromkeys(("identifier", "type_identifier", "shorthand_property_identifier"), self.read),
            **dict.fromkeys(("statement_block", "switch_body", "class_static_block", "enum_body"), self._block),
            **dict.fromkeys(("interface_declaration", "type_alias_declaration"), self._type),
            **dict.fromkeys(("jsx_opening_element", "jsx_closing_element", "jsx_self_closing_element"), self._tag),
            "lexical_declaration": self._variables, "variable_declaration": self._variables,
            "for_statement": self._for, "for_in_statement": self._for_in, "catch_clause": self._catch,
            "import_statement": self._import, "import_alias": self._alias, "export_statement": self._export,
            "assignment_expression": self._assignment, "augmented_assignment_expression": self._update,
            "update_expression": self._update, "with_statement": self._with, "call_expression": self._call,
            "enum_declaration": self._enum, "enum_assignment": self._member, "type_parameter": self._type_parameter,
            "infer_type": self._type_parameter, "mapped_type_clause": self._type_parameter,
            "index_signature": self._index, "tuple_type": self._tuple, "nested_type_identifier": self._nested,
            "internal_module": self._namespace, "module": self._namespace,
        }  # fmt: skip

    def prepare(self, root: Node) -> None:
        common = b"require(" in self.source or b"module.exports" in self.source
        self.table.is_module = common or any(child.type in _MODULAR for child in root.named_children)

    def _block(self, node: Node, scope: Scope) -> None:
        self.children(node, self.open(node, scope))

    def _function(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        if node.type in _DECLARED:
            self.declare(name, scope, FUNCTION)
        elif name is not None and name.type == "identifier":
            scope = self.open(name, scope)
            self.declare(name, scope, FUNCTION)
        inner = self.open(node, scope, "function")
        for child in node.named_children:
            if child == name:
                self.later(scope, child if child.type == "computed_property_name" else None)
            elif child == node.child_by_field_name("parameter"):
                self.declare(child, inner, PARAMETER)
            elif child.type == "formal_parameters":
                for parameter in child.named_children:
                    self._parameter(parameter, inner)
            elif child == node.child_by_field_name("body") and child.type == "statement_block":
                self.children(child, inner)  # it may not declare what a parameter is called.
            else:
                self.later(scope if child.type == "decorator" else inner, child)

    def _parameter(self, node: Node, scope: Scope) -> None:
        pattern = node.child_by_field_name("pattern")
        if pattern is None:
            self._bind(node, scope, scope, PARAMETER)
            return
        is_property = any(
            child.type in {"accessibility_modifier", "override_modifier", "readonly"} for child in node.children
        )
        self._bind(pattern, scope, scope, PINNED if is_property else PARAMETER)
        self.later(scope, *(child for child in node.named_children if child != pattern))

    def _bind(self, node: Node, target: Scope, scope: Scope, kind: str) -> None:
        """Declares the names of a pattern in `target`; what it reads is read in `scope`. Without a kind, it assigns."""
        if node.type in _NAMES:
            if kind:
                self.declare(node, target, kind, scope)
            else:
                self.use(node, scope, Role.WRITE)
        elif node.type in _PATTERNS:
            for child in node.named_children:
                self._bind(child, target, scope, kind)
        elif node.type in _DEFAULTS or node.type == "pair_pattern":
            first, last = ("left", "right") if node.type in _DEFAULTS else ("value", "key")
            inner = node.child_by_field_name(first)
            if inner is not None:
                self._bind(inner, target, scope, kind)
            self.later(scope, node.child_by_field_name(last))
        else:
            self.later(scope, node)

    def _variables(self, node: Node, scope: Scope) -> None:
        target = scope if node.type == "lexical_declaration" else self._function_scope(scope)
        kind = CONSTANT if any(child.type == "const" for child in node.children) else VARIABLE
        for declarator in node.named_children:
            pattern = declarator.child_by_field_name("name")
            if pattern is not None:
                self._bind(pattern, target, scope, kind)
            self.later(scope, *(child for child in declarator.named_children if child != pattern))

    def _function_scope(self, scope: Scope) -> Scope:
        return next(outer for outer in scope.outwards() if outer.kind in {"function", "module"})

    def _for(self, node: Node, scope: Scope) -> None:
        self.children(node, self.open(node, scope))

    def _for_in(self, node: Node, scope: Scope) -> None:
        inner, left = self.open(node, scope), node.child_by_field_name("left")
        kinds = [child.type for child in node.children if child.type in {"const", "let", "var"}]
        if left is not None:
            target = self._function_scope(scope) if kinds == ["var"] else inner
            kind = "" if not kinds else CONSTANT if kinds == ["const"] else VARIABLE
            self._bind(left, target, inner, kind)
        self.later(scope, node.child_by_field_name("right"))
        self.later(inner, node.child_by_field_name("body"))

    def _catch(self, node: Node, scope: Scope) -> None:
        inner, parameter = self.open(node, scope), node.child_by_field_name("parameter")
        if parameter is not None:
            self._bind(parameter, inner, inner, VARIABLE)
        for child in node.named_children:
            if child.type == "statement_block":
                self.children(child, inner)

    def _class(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        inner = self.open(node, scope)
        self.declare(name, inner if node.type == "class" else scope, FUNCTION)
        self.later(inner, *(child for child in node.named_children if child != name))

    def _type(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        self.declare(name, scope, TYPE)
        self.later(self.open(node, scope), *(child for child in node.named_children if child != name))

    def _type_parameter(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name") or next(iter(node.named_children), None)
        self.declare(name, scope, TYPE)
        self.later(scope, *(child for child in node.named_children if child != name))

    def _index(self, node: Node, scope: Scope) -> None:
        name, inner = node.child_by_field_name("name"), self.open(node, scope)
        self.declare(name, inner, PARAMETER)
        self.later(inner, *(child for child in node.named_children if child != name))

    def _tuple(self, node: Node, scope: Scope) -> None:
        """The names of a tuple's members are remarks."""
        for child in node.named_children:
            is_named = child.type.endswith("_parameter")
            self.later(scope, child.child_by_field_name("type") if is_named else child)

    def _nested(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("module"))

    def _enum(self, node: Node, scope: Scope) -> None:
        self.declare(node.child_by_field_name("name"), scope, TYPE)
        body = node.child_by_field_name("body")
        inner = self.open(node, scope)
        for child in body.named_children if body is not None else ():
            named = child.child_by_field_name("name") or child
            if named.type == "property_identifier":
                self.declare(named, inner, PINNED)
            self.later(inner, child.child_by_field_name("value"))

    def _member(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("value"))

    def _namespace(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        if name is not None and name.type == "identifier":
            self.declare(name, scope, PINNED)
        self.later(scope, node.child_by_field_name("body"))

    def _import(self, node: Node, scope: Scope) -> None:
        stack = list(node.named_children)
        while stack:
            child = stack.pop()
            if child.type == "import_specifier":
                self.declare(child.child_by_field_name("alias") or child.child_by_field_name("name"), scope, IMPORT)
            elif child.type == "identifier":
                self.declare(child, scope, IMPORT)
            else:
                stack += child.named_children

    def _alias(self, node: Node, scope: Scope) -> None:
        name, *rest = node.named_children or [node]
        self.declare(name if name is not node else None, scope, PINNED)
        self.later(scope, *rest)

    def _export(self, node: Node, scope: Scope) -> None:
        if node.child_by_field_name("source") is not None:
            return
        for child in node.named_children:
            if child.type == "export_clause":
                for specifier in child.named_children:
                    self.later(scope, specifier.child_by_field_name("name"))
            else:
                self.later(scope, child)

    def _assignment(self, node: Node, scope: Scope) -> None:
        left = node.child_by_field_name("left")
        if left is not None:
            self._bind(left, scope, scope, "")
        self.later(scope, node.child_by_field_name("right"))

    def _update(self, node: Node, scope: Scope) -> None:
        target = node.child_by_field_name("left") or node.child_by_field_name("argument")
        if target is not None and target.type == "identifier":
            self.use(target, scope, Role.UPDATE)
        else:
            self.later(scope, target)
        self.later(scope, node.child_by_field_name("right"))

    def _with(self, node: Node, scope: Scope) -> None:
        mark_dynamic(scope)
        self.children(node, scope)

    def _call(self, node: Node, scope: Scope) -> None:
        called = node.child_by_field_name("function")
        if called is not None and self.text(called) == "eval":
            mark_dynamic(scope)
        self.children(node, scope)

    def _tag(self, node: Node, scope: Scope) -> None:
        """`<div>` is a word of the page, `<Div>` a name."""
        name = node.child_by_field_name("name")
        is_word = name is not None and name.type == "identifier" and self.text(name)[:1].islower()
        self.later(scope, *(child for child in node.named_children if child != name or not is_word))
