"""Makes the table of a Python file: one walk collects every name with its scope and role, then each finds its symbol.

The walk keeps its own stack, since code may nest deeper than Python recurses.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import TYPE_CHECKING

from beast_lsp.engine.languages.language import words
from beast_lsp.engine.scopes.resolution.link import link
from beast_lsp.engine.scopes.resolution.strings import annotation_tree, exported_strings, is_type
from beast_lsp.engine.scopes.resolution.table import Occurrence, Role, Scope, Table

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.syntax import SyntaxTree

_COMPREHENSIONS = words("list_comprehension set_comprehension dictionary_comprehension generator_expression")
_DYNAMIC = frozenset({"eval", "exec", "globals"})
_DYNAMIC_LOCALLY = frozenset({"locals", "vars", "dir"})
# What surrounds the names of a target without being read.
_TARGETS = frozenset(
    {
        "pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "parenthesized_expression", "expression_list",
        "list_splat_pattern", "list_splat", "as_pattern_target", "dictionary_splat_pattern",
    }
)  # fmt: skip
_VALUE_TYPES = words("string_start string_content string_end comment integer float import_prefix")

Task = tuple["Node", Scope, str]  # what to read, where, and how: one of the modes below.
READ, TARGET, DELETE, PATTERN, ANNOTATION, PARAMETER, TYPE_NAME = [
    "read",
    "target",
    "delete",
    "pattern",
    "annotation",
    "parameter",
    "type",
]
_SPECIAL = frozenset({TARGET, DELETE, PATTERN, PARAMETER})
_ROLES = {TARGET: Role.WRITE, DELETE: Role.DELETE, PARAMETER: Role.PARAMETER, TYPE_NAME: Role.TYPE}


def build_table(tree: SyntaxTree) -> Table:
    """What every name of a Python file means; of broken code, what can be read. Total."""
    builder = _Builder(tree)
    builder.walk(tree.tree.root_node)
    link(builder.table)
    return builder.table


class _Builder:
    """Collects names. `offset` is added to positions where a string's content is read as code of its own."""

    def __init__(self, tree: SyntaxTree) -> None:
        root = tree.tree.root_node
        self.table = Table(Scope("module", root, None))
        self.table.scopes[root.id] = self.table.module
        self._source = tree.source
        self._offset = 0
        self._holder: Node | None = None
        self._stack: list[Task] = []
        self._handlers: dict[str, Callable[[Node, Scope, str], None]] = {
            "identifier": self._identifier, "attribute": self._attribute, "keyword_argument": self._keyword,
            "function_definition": self._function, "lambda": self._lambda, "class_definition": self._class,
            "assignment": self._assignment, "augmented_assignment": self._augmented, "named_expression": self._walrus,
            "for_statement": self._for, "for_in_clause": self._for, "as_pattern": self._as_pattern,
            "import_statement": self._import, "import_from_statement": self._import, "global_statement": self._declare,
            "nonlocal_statement": self._declare, "delete_statement": self._delete, "case_pattern": self._case,
            "type": self._type, "type_alias_statement": self._alias, "string": self._string, "call": self._call,
            "member_type": self._member_type, "future_import_statement": _skip, "dotted_name": self._dotted,
            **dict.fromkeys(_COMPREHENSIONS, self._comprehension), **dict.fromkeys(_VALUE_TYPES, _skip),
        }  # fmt: skip

    def walk(self, root: Node) -> None:
        """Reads everything below a node."""
        self._children(root, self.table.module, READ)
        stack, handlers = self._stack, self._handlers
        while stack:
            node, scope, mode = stack.pop()
            kind = node.type
            if mode in _SPECIAL and self._is_read(node, kind, scope, mode):
                continue
            handler = handlers.get(kind)
            if handler is not None:
                handler(node, scope, mode)
            else:
                inner = ANNOTATION if mode == ANNOTATION else READ
                stack += [(child, scope, inner) for child in node.named_children]

    def _is_read(self, node: Node, kind: str, scope: Scope, mode: str) -> bool:
        """Reads what stands for names in a target, a pattern or a parameter list; False where it is an expression."""
        if mode == PATTERN:
            self._pattern(node, scope)
        elif mode == PARAMETER and kind != "identifier":
            self._parameter(node, scope)
        elif mode in {TARGET, DELETE} and kind in _TARGETS:
            self._children(node, scope, mode)
        else:
            return False
        return True

    def _children(self, node: Node, scope: Scope, mode: str) -> None:
        self._stack += [(child, scope, mode) for child in node.named_children]

    def _field(self, node: Node, name: str, scope: Scope, mode: str = READ) -> None:
        child = node.child_by_field_name(name)
        if child is not None:
            self._stack.append((child, scope, mode))

    def _add(self, node: Node, scope: Scope, role: Role) -> None:
        start, end = node.start_byte + self._offset, node.end_byte + self._offset
        if end <= start:
            return  # the parser made it up where something is missing.
        name = _mangled(_text(self._source[start:end]), scope)
        holder = self._holder
        self.table.occurrences.append(
            Occurrence(name, start, end, role, scope, holder if holder is not None else node, None, holder is not None)
        )

    def _open(self, kind: str, node: Node, parent: Scope) -> Scope:
        scope = Scope(kind, node, parent)
        parent.children.append(scope)
        if self._holder is None:
            self.table.scopes[node.id] = scope
        return scope

    def _identifier(self, node: Node, scope: Scope, mode: str) -> None:
        self._add(node, scope, _ROLES.get(mode, Role.READ))

    def _attribute(self, node: Node, scope: Scope, mode: str) -> None:
        self._field(node, "object", scope, ANNOTATION if mode == ANNOTATION else READ)
        name = node.child_by_field_name("attribute")
        if name is not None:
            self._add(name, scope, Role.ATTRIBUTE)

    def _member_type(self, node: Node, scope: Scope, mode: str) -> None:
        *receiver, name = node.named_children
        self._stack += [(child, scope, ANNOTATION) for child in receiver]
        self._add(name, scope, Role.ATTRIBUTE)

    def _keyword(self, node: Node, scope: Scope, mode: str) -> None:
        self._field(node, "value", scope, mode)
        name = node.child_by_field_name("name")
        if name is not None:
            self._add(name, scope, Role.KEYWORD)

    def _function(self, node: Node, scope: Scope, mode: str) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._add(name, scope, Role.FUNCTION)
        around = self._type_scope(node, scope)
        inner = self._open("function", node, around)
        listed = node.child_by_field_name("parameters")
        self._parameters(listed, inner, scope, around)
        self._field(node, "return_type", around, ANNOTATION)
        self._field(node, "body", inner)

    def _lambda(self, node: Node, scope: Scope, mode: str) -> None:
        inner = self._open("lambda", node, scope)
        self._parameters(node.child_by_field_name("parameters"), inner, scope, scope)
        self._field(node, "body", inner)

    def _parameters(self, listed: Node | None, inner: Scope, outer: Scope, around: Scope) -> None:
        """Names belong to the function; defaults to the scope outside, annotations to that of the type parameters."""
        for node in listed.named_children if listed is not None else ():
            self._field(node, "value", outer)
            self._field(node, "type", around, ANNOTATION)
            self._stack.append((node, inner, PARAMETER))

    def _parameter(self, node: Node, scope: Scope) -> None:
        named = node.child_by_field_name("name")
        if named is not None:
            self._stack.append((named, scope, PARAMETER))
        elif node.type in {"typed_parameter", "list_splat_pattern", "dictionary_splat_pattern", "tuple_pattern"}:
            kinds = ("identifier", "list_splat_pattern", "dictionary_splat_pattern", "tuple_pattern")
            self._stack += [(child, scope, PARAMETER) for child in node.named_children if child.type in kinds]

    def _class(self, node: Node, scope: Scope, mode: str) -> None:
        name = node.child_by_field_name("name")
        if name is not None:
            self._add(name, scope, Role.CLASS)
        around = self._type_scope(node, scope)
        self._field(node, "superclasses", around)
        self._field(node, "body", self._open("class", node, around))

    def _type_scope(self, node: Node, scope: Scope) -> Scope:
        """The scope of a definition's type parameters; the one around it where there are none."""
        listed = node.child_by_field_name("type_parameters")
        if listed is None:
            return scope
        inner = self._open("type", listed, scope)
        for child in listed.named_children:
            self._type_parameter(child, inner)
        return inner

    def _type_parameter(self, node: Node, scope: Scope) -> None:
        while node.type in {"type", "splat_type"} and node.named_children:
            node = node.named_children[0]
        if node.type == "identifier":
            self._add(node, scope, Role.TYPE)
        elif node.named_children:
            self._type_parameter(node.named_children[0], scope)
            self._stack += [(child, scope, ANNOTATION) for child in node.named_children[1:]]

    def _alias(self, node: Node, scope: Scope, mode: str) -> None:
        left = node.child_by_field_name("left")
        while left is not None and left.type == "type" and left.named_children:
            left = left.named_children[0]
        inner = scope
        if left is not None and left.type == "generic_type" and len(left.named_children) > 1:
            inner = self._open("type", left, scope)
            for child in left.named_children[1].named_children:
                self._type_parameter(child, inner)
            left = left.named_children[0]
        if left is None or left.type != "identifier":
            # The grammar takes `type(self).x = 1` for the statement of this name.
            self._add(node.children[0], scope, Role.READ)
            self._children(node, scope, READ)
            return
        self._add(left, scope, Role.TYPE)
        self._field(node, "right", inner, ANNOTATION)

    def _assignment(self, node: Node, scope: Scope, mode: str) -> None:
        left, kind = node.child_by_field_name("left"), node.child_by_field_name("type")
        is_bare = kind is None or (left is not None and left.type == "identifier")
        self._field(node, "left", scope, TARGET if is_bare else READ)  # `(x): int` binds nothing.
        self._field(node, "type", scope, ANNOTATION)
        self._field(node, "right", scope)
        self._exported(node)

    def _augmented(self, node: Node, scope: Scope, mode: str) -> None:
        left = node.child_by_field_name("left")
        if left is not None and left.type == "identifier":
            self._add(left, scope, Role.UPDATE)
        elif left is not None:
            self._stack.append((left, scope, TARGET))
        self._field(node, "right", scope)
        self._exported(node)

    def _exported(self, node: Node) -> None:
        """Notes the names that an assignment puts into `__all__`."""
        found = exported_strings(node, self._source)
        if found is not None and self.table.exported is None:
            self.table.exported = []
        for string in found or ():
            start, end = string.start_byte, string.end_byte
            text = self._source[start:end].decode("utf-8", "replace")
            one = Occurrence(text, start, end, Role.READ, self.table.module, string, None, True)
            self.table.occurrences.append(one)
            if self.table.exported is not None:
                self.table.exported.append(one)

    def _walrus(self, node: Node, scope: Scope, mode: str) -> None:
        # PEP 572: in a comprehension it binds in the scope that holds the comprehension.
        target = next(one for one in scope.outwards() if one.kind != "comprehension")
        self._field(node, "name", target, TARGET)
        self._field(node, "value", scope)

    def _for(self, node: Node, scope: Scope, mode: str) -> None:
        self._field(node, "left", scope, TARGET)
        for name in ("right", "body", "alternative"):
            self._field(node, name, scope)

    def _comprehension(self, node: Node, scope: Scope, mode: str) -> None:
        inner = self._open("comprehension", node, scope)
        is_first = True
        for child in node.named_children:
            if child.type == "for_in_clause" and is_first:
                # The first iterable is evaluated outside.
                is_first = False
                self._field(child, "left", inner, TARGET)
                self._field(child, "right", scope)
            else:
                self._stack.append((child, inner, READ))

    def _as_pattern(self, node: Node, scope: Scope, mode: str) -> None:
        for child in node.named_children:
            self._stack.append((child, scope, TARGET if child.type == "as_pattern_target" else READ))

    def _import(self, node: Node, scope: Scope, mode: str) -> None:
        module = node.child_by_field_name("module_name")
        for part in _identifiers(module):
            self._add(part, scope, Role.IMPORTED)
        if any(child.type == "wildcard_import" for child in node.named_children) and module is not None:
            self.table.stars.append(self._source[module.start_byte : module.end_byte].decode("utf-8", "replace"))
        for named in node.children_by_field_name("name"):
            alias = named.child_by_field_name("alias")
            parts = _identifiers(named.child_by_field_name("name") or named)
            for index, part in enumerate(parts):
                self._add(part, scope, Role.IMPORT if not index and alias is None else Role.IMPORTED)
            if alias is not None:
                self._add(alias, scope, Role.IMPORT)

    def _declare(self, node: Node, scope: Scope, mode: str) -> None:
        holder = scope.declared_global if node.type == "global_statement" else scope.declared_nonlocal
        for child in node.named_children:
            self._add(child, scope, Role.DECLARE)
            holder.add(self.table.occurrences[-1].name)

    def _delete(self, node: Node, scope: Scope, mode: str) -> None:
        self._children(node, scope, DELETE)

    def _case(self, node: Node, scope: Scope, mode: str) -> None:
        self._children(node, scope, PATTERN)

    def _pattern(self, node: Node, scope: Scope) -> None:
        """Reads a part of a pattern: a lone name is captured, dotted names are read."""
        if node.type == "dotted_name":
            if node.named_child_count == 1:
                self._capture(node.named_children[0], scope)
            else:
                self._dotted(node, scope, READ)
        elif node.type == "identifier":
            self._capture(node, scope)
        elif node.type == "keyword_pattern" and node.named_children:
            self._add(node.named_children[0], scope, Role.KEYWORD)
            self._stack += [(child, scope, PATTERN) for child in node.named_children[1:]]
        elif node.type == "class_pattern" and node.named_children:
            self._dotted(node.named_children[0], scope, READ)
            self._stack += [(child, scope, PATTERN) for child in node.named_children[1:]]
        else:
            self._children(node, scope, PATTERN)

    def _capture(self, node: Node, scope: Scope) -> None:
        if self._source[node.start_byte : node.end_byte] != b"_":
            self._add(node, scope, Role.WRITE)

    def _dotted(self, node: Node, scope: Scope, mode: str) -> None:
        for index, part in enumerate(node.named_children):
            self._add(part, scope, Role.ATTRIBUTE if index else Role.READ)

    def _type(self, node: Node, scope: Scope, mode: str) -> None:
        self._children(node, scope, ANNOTATION)

    def _string(self, node: Node, scope: Scope, mode: str) -> None:
        self._children(node, scope, READ)  # what is interpolated.
        if self._holder is not None or (mode != ANNOTATION and not is_type(node, self._source)):
            return
        found = annotation_tree(node, self._source)
        if found is not None:
            self._inside(node, scope, *found)

    def _inside(self, string: Node, scope: Scope, root: Node, offset: int) -> None:
        """Reads the code in an annotation's string, at once, since its positions count from the string."""
        waiting, self._stack = self._stack, []
        self._offset, self._holder = offset, string
        inner, self.table.module = self.table.module, scope
        self.walk(root)
        self.table.module, self._stack = inner, waiting
        self._offset, self._holder = 0, None

    def _call(self, node: Node, scope: Scope, mode: str) -> None:
        self._children(node, scope, mode if mode == ANNOTATION else READ)
        function, given = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is None or function.type != "identifier":
            self._exported(node)
            return
        name = self._source[function.start_byte : function.end_byte].decode("utf-8", "replace")
        if name in _DYNAMIC:
            for one in scope.outwards():
                one.is_dynamic = True
        elif name in _DYNAMIC_LOCALLY and given is not None and not given.named_child_count:
            scope.function.is_dynamic = True
        elif name == "cast" and given is not None and given.named_child_count:
            first = given.named_children[0]  # typing.cast takes a type, which may be a string.
            if first.type == "string":
                self._stack.append((first, scope, ANNOTATION))


def _skip(_node: Node, _scope: Scope, _mode: str) -> None:
    """Nothing in it is a name."""


def _text(source: bytes) -> str:
    """A name as the interpreter compares it (language reference, "Identifiers")."""
    name = source.decode("utf-8", "replace")
    return name if name.isascii() else unicodedata.normalize("NFKC", name)


def _identifiers(node: Node | None) -> list[Node]:
    """The identifiers of a dotted name, or of a relative import."""
    if node is None or node.type == "identifier":
        return [node] if node is not None else []
    return [found for child in node.named_children for found in _identifiers(child)]


def _mangled(name: str, scope: Scope) -> str:
    """The name as the class around it mangles it (language reference, "Private name mangling")."""
    if not name.startswith("__") or name.endswith("__"):
        return name
    holder = next((one for one in scope.outwards() if one.kind == "class"), None)
    named = holder.node.child_by_field_name("name") if holder is not None else None
    text = (named.text or b"").decode("utf-8", "replace").lstrip("_") if named is not None else ""
    return f"_{text}{name}" if text else name
