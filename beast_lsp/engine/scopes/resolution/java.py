"""The names of a Java file, after the Java Language Specification, 6.3 (scope) and 6.4 (shadowing).

Locals hold from their declaration on, its initialiser included, fields in all of their class. A class that extends
another one may inherit fields that hide what is around it; so may an anonymous class. Types and methods are left out.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.braces import PARAMETER, PATTERN, PINNED, VARIABLE, BraceTable, Walker
from beast_lsp.engine.scopes.resolution.table import Role, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_NOTHING = (
    "package_declaration", "import_declaration", "marker_annotation", "break_statement", "continue_statement",
    "dimensions", "super_interfaces", "superclass", "type_parameters",
)  # fmt: skip
_BODIES = frozenset({"class_body", "enum_body", "interface_body", "annotation_type_body"})
_CLASSES = (
    "class_declaration", "enum_declaration", "record_declaration", "interface_declaration",
    "annotation_type_declaration",
)  # fmt: skip
_METHODS = ("method_declaration", "constructor_declaration", "compact_constructor_declaration")
_FIELDS = frozenset({"field_declaration", "constant_declaration"})


def build_java(tree: SyntaxTree) -> BraceTable:
    """The names of a file. Total."""
    return _Walker(tree).build()


class _Walker(Walker):
    declaring = frozenset({"local_variable_declaration", "resource"})

    def __init__(self, tree: SyntaxTree) -> None:
        super().__init__(tree)
        self.handlers = {
            **dict.fromkeys(_NOTHING, self.skip),
            **dict.fromkeys(_CLASSES, self._class),
            **dict.fromkeys(_METHODS, self._method),
            **dict.fromkeys(("block", "constructor_body"), self._block),
            **dict.fromkeys(_FIELDS, self._fields),
            "identifier": self.read, "local_variable_declaration": self._local, "resource": self._resource,
            "for_statement": self._for, "enhanced_for_statement": self._each, "lambda_expression": self._lambda,
            "try_with_resources_statement": self._try, "catch_clause": self._catch, "switch_block": self._switch,
            "switch_rule": self._rule, "instanceof_expression": self._instanceof, "type_pattern": self._pattern,
            "record_pattern": self._record_pattern, "method_invocation": self._invocation,
            "field_access": self._access, "method_reference": self._reference, "scoped_identifier": self._scoped,
            "labeled_statement": self._labeled, "annotation": self._annotation, "class_body": self._anonymous,
            "assignment_expression": self._assignment, "update_expression": self._update,
            "enum_constant": self._constant,
        }  # fmt: skip

    def _class(self, node: Node, scope: Scope) -> None:
        body, inner = node.child_by_field_name("body"), self.open(node, scope)
        if node.child_by_field_name("superclass") is not None or node.child_by_field_name("interfaces") is not None:
            self.table.foreign.add(inner)
        listed = node.child_by_field_name("parameters")
        for parameter in listed.named_children if listed is not None else ():
            self.declare(parameter.child_by_field_name("name"), inner, PINNED)
        if body is not None:
            self._members(body, inner)

    def _anonymous(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        self.table.foreign.add(inner)
        self._members(node, inner)

    def _members(self, body: Node, scope: Scope) -> None:
        for member in [inner for child in body.named_children for inner in (child, *_declared(child))]:
            if member.type in _FIELDS:
                for declarator in member.children_by_field_name("declarator"):
                    self.declare(declarator.child_by_field_name("name"), scope, PINNED)
            elif member.type == "enum_constant":
                self.declare(member.child_by_field_name("name"), scope, PINNED)
        self.later(scope, *body.named_children)

    def _fields(self, node: Node, scope: Scope) -> None:
        for declarator in node.children_by_field_name("declarator"):
            self.later(scope, declarator.child_by_field_name("value"))

    def _constant(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("arguments"), node.child_by_field_name("body"))

    def _method(self, node: Node, scope: Scope) -> None:
        inner, body = self.open(node, scope, "function"), node.child_by_field_name("body")
        self._parameters(node.child_by_field_name("parameters"), inner)
        if body is not None:
            self.sequence(body.named_children, inner)

    def _parameters(self, listed: Node | None, scope: Scope) -> None:
        if listed is not None and listed.type == "identifier":
            self.declare(listed, scope, PARAMETER)
            return
        for parameter in listed.named_children if listed is not None else ():
            named = parameter.child_by_field_name("name")
            for child in parameter.named_children:
                if child.type == "variable_declarator":
                    named = child.child_by_field_name("name")
                self.later(scope, child if child.type == "modifiers" else None)
            self.declare(parameter if parameter.type == "identifier" else named, scope, PARAMETER)

    def _lambda(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        self._parameters(node.child_by_field_name("parameters"), inner)
        self.later(inner, node.child_by_field_name("body"))

    def _block(self, node: Node, scope: Scope) -> None:
        self.sequence(node.named_children, self.open(node, scope))

    def _local(self, node: Node, scope: Scope) -> Scope:
        for declarator in node.children_by_field_name("declarator"):
            scope = self.extend(declarator, scope)
            self.later(scope, declarator.child_by_field_name("value"))
            self.declare(declarator.child_by_field_name("name"), scope, VARIABLE)
        return scope

    def _resource(self, node: Node, scope: Scope) -> Scope:
        name = node.child_by_field_name("name")
        if name is None:
            self.children(node, scope)
            return scope
        after = self.extend(node, scope)
        self.later(after, node.child_by_field_name("value"))
        self.declare(name, after, VARIABLE)
        return after

    def _for(self, node: Node, scope: Scope) -> None:
        inner = self.sequence(node.children_by_field_name("init"), self.open(node, scope))
        self.later(inner, node.child_by_field_name("condition"), node.child_by_field_name("body"))
        self.later(inner, *node.children_by_field_name("update"))

    def _each(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        self.declare(node.child_by_field_name("name"), inner, VARIABLE)
        self.later(scope, node.child_by_field_name("value"))
        self.later(inner, node.child_by_field_name("body"))

    def _try(self, node: Node, scope: Scope) -> None:
        listed, body = node.child_by_field_name("resources"), node.child_by_field_name("body")
        inner = self.open(node, scope)
        if listed is not None:
            inner = self.sequence(listed.named_children, inner)
        self.later(inner, body)
        self.later(scope, *(child for child in node.named_children if child not in (listed, body)))

    def _catch(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        for child in node.named_children:
            if child.type == "catch_formal_parameter":
                self.declare(child.child_by_field_name("name"), inner, VARIABLE)
            else:
                self.later(inner, child)

    def _switch(self, node: Node, scope: Scope) -> None:
        """What one group of statements declares, the groups behind it see."""
        inner = self.open(node, scope)
        for group in node.named_children:
            is_group = group.type == "switch_block_statement_group"
            inner = self.sequence(group.named_children if is_group else [group], inner)

    def _rule(self, node: Node, scope: Scope) -> None:
        self.sequence(node.named_children, self.open(node, scope))

    def _instanceof(self, node: Node, scope: Scope) -> None:
        name = node.child_by_field_name("name")
        self.declare(name, scope, PATTERN)
        self.later(scope, *(child for child in node.named_children if child != name))

    def _pattern(self, node: Node, scope: Scope) -> None:
        self.declare(node.named_children[-1] if node.named_children else None, scope, PATTERN)

    def _record_pattern(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            for component in child.named_children:
                if component.type == "record_pattern_component" and component.named_children[-1].type == "identifier":
                    self.declare(component.named_children[-1], scope, PATTERN)
                else:
                    self.later(scope, component)

    def _invocation(self, node: Node, scope: Scope) -> None:
        self.later(scope, *(child for child in node.named_children if child != node.child_by_field_name("name")))

    def _access(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("object"))

    def _reference(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.named_children[0] if node.named_children else None)

    def _scoped(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("scope"))

    def _labeled(self, node: Node, scope: Scope) -> None:
        self.later(scope, *node.named_children[1:])

    def _annotation(self, node: Node, scope: Scope) -> None:
        listed = node.child_by_field_name("arguments")
        for argument in listed.named_children if listed is not None else ():
            self.later(scope, argument.child_by_field_name("value") or argument)

    def _assignment(self, node: Node, scope: Scope) -> None:
        left, operator = node.child_by_field_name("left"), node.child_by_field_name("operator")
        if left is not None and left.type == "identifier":
            is_plain = operator is not None and self.text(operator) == "="
            self.use(left, scope, Role.WRITE if is_plain else Role.UPDATE)
        else:
            self.later(scope, left)
        self.later(scope, node.child_by_field_name("right"))

    def _update(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            if child.type == "identifier":
                self.use(child, scope, Role.UPDATE)
            else:
                self.later(scope, child)


def _declared(member: Node) -> list[Node]:
    """The members behind the constants of an enum."""
    return member.named_children if member.type == "enum_body_declarations" else []
