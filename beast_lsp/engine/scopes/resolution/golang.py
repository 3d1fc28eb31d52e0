"""The names of a Go file, after the Go specification, "Declarations and scope".

A name declared in a function holds from behind its declaration to the end of its block. `:=` declares anew only what
its own block, parameters included, has not declared yet. What stands at the top belongs to the whole package.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.braces import PARAMETER, PINNED, VARIABLE, BraceTable, Walker
from beast_lsp.engine.scopes.resolution.table import Role, Scope

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_SPECS = frozenset({"var_spec", "const_spec", "type_spec", "type_alias"})
_LISTS = frozenset({"slice_type", "array_type", "implicit_length_array_type", "map_type"})


def build_go(tree: SyntaxTree) -> BraceTable:
    """The names of a file. Total."""
    return _Walker(tree).build()


class _Walker(Walker):
    declaring = frozenset({"short_var_declaration", "var_declaration", "const_declaration", "type_declaration"})

    def __init__(self, tree: SyntaxTree) -> None:
        super().__init__(tree)
        self._types: dict[str, Node] = {}
        functions = ("function_declaration", "method_declaration", "func_literal")
        switches = ("expression_switch_statement", "type_switch_statement")
        cases = ("expression_case", "type_case", "default_case", "communication_case")
        self.handlers = {
            **dict.fromkeys(functions, self._function),
            **dict.fromkeys(switches, self._switch),
            **dict.fromkeys(cases, self._case),
            **dict.fromkeys(("identifier", "type_identifier", "package_identifier"), self.read),
            **dict.fromkeys(("var_declaration", "const_declaration", "type_declaration"), self._declaration),
            "short_var_declaration": self._short, "block": self._block, "if_statement": self._if,
            "for_statement": self._for, "assignment_statement": self._assignment, "inc_statement": self._step,
            "dec_statement": self._step, "composite_literal": self._composite, "import_declaration": self._import,
            "package_clause": self.skip, "field_declaration": self._field,
        }  # fmt: skip

    def prepare(self, root: Node) -> None:
        for node in root.named_children:
            if node.type == "type_declaration":
                for spec in node.named_children:
                    name, kind = spec.child_by_field_name("name"), spec.child_by_field_name("type")
                    if name is not None and kind is not None:
                        self._types[self.text(name)] = kind
            elif node.type == "function_declaration":
                self.declare(node.child_by_field_name("name"), self.table.module, PINNED)

    def _declaration(self, node: Node, scope: Scope) -> Scope:
        specs = [
            spec for child in node.named_children for spec in (child, *child.named_children) if spec.type in _SPECS
        ]
        for spec in specs:
            names = spec.children_by_field_name("name")
            is_top = scope is self.table.module
            after = scope if is_top else self.extend(spec, scope)
            # A type may name itself, a variable may not.
            inside = after if node.type == "type_declaration" else scope
            for name in names:
                self.declare(name, after, PINNED if is_top or node.type == "type_declaration" else VARIABLE)
            inside = self.open(spec, inside) if spec.child_by_field_name("type_parameters") is not None else inside
            self._type_parameters(spec, inside)
            self.later(inside, spec.child_by_field_name("type"), spec.child_by_field_name("value"))
            scope = after
        return scope

    def _short(self, node: Node, scope: Scope) -> Scope:
        self.later(scope, node.child_by_field_name("right"))
        return self._introduced(node, node.child_by_field_name("left"), scope)

    def _introduced(self, node: Node, left: Node | None, scope: Scope) -> Scope:
        """The scope behind `:=`, with the names that its block did not have."""
        names = [name for name in (left.named_children if left is not None else []) if name.type == "identifier"]
        fresh = [name for name in names if not self.in_block(self.text(name), scope)]
        after = self.extend(node, scope) if fresh else scope
        for name in names:
            if name in fresh:
                self.declare(name, after, VARIABLE)
            else:
                self.use(name, scope, Role.WRITE)
        return after

    def _function(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope, "function")
        self._type_parameters(node, inner)
        for name in ("receiver", "parameters", "result"):
            listed = node.child_by_field_name(name)
            if listed is not None and listed.type == "parameter_list":
                for parameter in listed.named_children:
                    for each in parameter.children_by_field_name("name"):
                        self.declare(each, inner, PARAMETER)
                    self.later(inner, parameter.child_by_field_name("type"))
            else:
                self.later(inner, listed)
        body = node.child_by_field_name("body")
        if body is not None:
            self._statements(body, inner)

    def _type_parameters(self, node: Node, scope: Scope) -> None:
        listed = node.child_by_field_name("type_parameters")
        for parameter in listed.named_children if listed is not None else ():
            for name in parameter.children_by_field_name("name"):
                self.declare(name, scope, PINNED)
            self.later(scope, parameter.child_by_field_name("type"))

    def _statements(self, node: Node, scope: Scope) -> None:
        for child in node.named_children:
            if child.type == "statement_list":
                scope = self.sequence(child.named_children, scope)
            else:
                self.later(scope, child)

    def _block(self, node: Node, scope: Scope) -> None:
        self._statements(node, self.open(node, scope))

    def _begun(self, node: Node, scope: Scope) -> Scope:
        """The scope of a statement behind its initial declaration."""
        inner, first = self.open(node, scope), node.child_by_field_name("initializer")
        return self.sequence([first], inner) if first is not None else inner

    def _if(self, node: Node, scope: Scope) -> None:
        inner = self._begun(node, scope)
        self.later(inner, *(node.child_by_field_name(name) for name in ("condition", "consequence", "alternative")))

    def _for(self, node: Node, scope: Scope) -> None:
        inner, body = self.open(node, scope), node.child_by_field_name("body")
        for child in node.named_children:
            if child.type == "for_clause":
                first = child.child_by_field_name("initializer")
                inner = self.sequence([first], inner) if first is not None else inner
                self.later(inner, child.child_by_field_name("condition"), child.child_by_field_name("update"))
            elif child.type == "range_clause":
                self.later(scope, child.child_by_field_name("right"))
                inner = self._targets(child, inner)
            elif child != body:
                self.later(inner, child)
        self.later(inner, body)

    def _targets(self, node: Node, scope: Scope) -> Scope:
        """The left side of a `range` or of a received value: declared with `:=`, assigned with `=`."""
        left = node.child_by_field_name("left")
        if any(child.type == ":=" for child in node.children):
            return self._introduced(node, left, scope)
        self._assigned(left, scope, Role.WRITE)
        return scope

    def _assigned(self, left: Node | None, scope: Scope, role: Role) -> None:
        for target in left.named_children if left is not None else ():
            if target.type == "identifier":
                self.use(target, scope, role)
            else:
                self.later(scope, target)

    def _assignment(self, node: Node, scope: Scope) -> None:
        operator = node.child_by_field_name("operator")
        role = Role.WRITE if operator is not None and self.text(operator) == "=" else Role.UPDATE
        self._assigned(node.child_by_field_name("left"), scope, role)
        self.later(scope, node.child_by_field_name("right"))

    def _step(self, node: Node, scope: Scope) -> None:
        self._assigned(node, scope, Role.UPDATE)

    def _switch(self, node: Node, scope: Scope) -> None:
        inner = self._begun(node, scope)
        alias, first = node.child_by_field_name("alias"), node.child_by_field_name("initializer")
        self.later(inner, *(child for child in node.named_children if child not in (alias, first)))
        for name in alias.named_children if alias is not None else ():
            self.declare(name, inner, VARIABLE)

    def _case(self, node: Node, scope: Scope) -> None:
        inner = self.open(node, scope)
        for child in node.named_children:
            if child.type == "statement_list":
                self.sequence(child.named_children, inner)
            elif child.type == "receive_statement":
                self.later(inner, child.child_by_field_name("right"))
                inner = self._targets(child, inner)
            else:
                self.later(inner, child)

    def _import(self, node: Node, scope: Scope) -> None:
        stack = list(node.named_children)
        while stack:
            child = stack.pop()
            name = child.child_by_field_name("name")
            if child.type == "import_spec" and name is not None and name.type == "package_identifier":
                self.declare(name, scope, PINNED)
            stack += child.named_children if child.type == "import_spec_list" else []

    def _field(self, node: Node, scope: Scope) -> None:
        self.later(scope, node.child_by_field_name("type"))

    def _composite(self, node: Node, scope: Scope) -> None:
        kind, body = node.child_by_field_name("type"), node.child_by_field_name("body")
        self.later(scope, kind)
        if body is not None:
            self._elements(body, kind, scope)

    def _elements(self, body: Node, kind: Node | None, scope: Scope) -> None:
        """The elements of a literal of a type; keys are names of fields in a struct, and values in all else."""
        known = self._types.get(self.text(kind), kind) if kind is not None else None
        shape = known.type if known is not None else ""
        inner = (
            known.child_by_field_name("value") or known.child_by_field_name("element") if known is not None else None
        )
        for element in body.named_children:
            key, value = element.child_by_field_name("key"), element.child_by_field_name("value")
            if key is not None and shape not in _LISTS and shape != "struct_type":
                self._unclear(key, scope)
            elif key is not None and shape in _LISTS:
                self._element(key, known.child_by_field_name("key") if known is not None else None, scope)
            self._element(value or element, inner if shape in _LISTS else None, scope)

    def _element(self, element: Node, kind: Node | None, scope: Scope) -> None:
        only = element.named_children[0] if element.type == "literal_element" and element.named_children else element
        if only.type == "literal_value":
            self._elements(only, kind, scope)
        else:
            self.later(scope, only)

    def _unclear(self, key: Node, scope: Scope) -> None:
        only = key.named_children[0] if key.named_children else key
        if only.type == "identifier":
            self.table.unclear.add(only.start_byte)
        else:
            self.later(scope, only)
