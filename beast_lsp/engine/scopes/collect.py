"""Turns captured nodes into facts: nests functions and classes, and reads the names out of their text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

from beast_lsp.engine.languages import Language
from beast_lsp.engine.scopes.facts import Definition, FileFacts
from beast_lsp.engine.scopes.signatures import Import, imports, parameter_names, pattern_names, split_top
from beast_lsp.engine.syntax import SyntaxTree, function_name

if TYPE_CHECKING:
    from tree_sitter import Node

_NESTING = ("class", "function", "field", "member")
# These enclose names but are no classes.
_SPACES = frozenset({"mod_item", "namespace_definition"})
_BASES = ("superclasses", "superclass", "interfaces", "trait", "bounds")
_BASE_NODES = frozenset({"class_heritage", "base_class_clause", "extends_type_clause", "extends_interfaces"})
_NO_BASES = frozenset({"extends", "implements", "public", "private", "protected", "virtual", "metaclass"})
_MAX_RECEIVER = 40


class _Scope(NamedTuple):
    end: int
    path: str
    owner: str  # the class whose members are declared here, "" within a function or a name space.


_NO_SCOPE = _Scope(0, "", "")


class Collector:
    """Collects the facts of one tree."""

    def __init__(self, tree: SyntaxTree, language: Language) -> None:
        self._tree, self._language = tree, language
        self._definitions: list[Definition] = []
        self._imports: list[Import] = []
        # Dicts keep the order of the first sight and drop what comes again.
        self._members: dict[str, dict[str, None]] = {}
        self._receivers: dict[str, dict[str, None]] = {}
        self._scopes: list[_Scope] = []

    def collect(self, found: Iterable[tuple[str, list[Node]]]) -> FileFacts:
        """The facts in the captured nodes."""
        nested: list[tuple[int, int, int, Node]] = []
        for capture, nodes in found:
            if capture in _NESTING:
                rank = _NESTING.index(capture)
                nested += [(node.start_byte, -node.end_byte, rank, node) for node in nodes]
            else:
                read = getattr(self, f"_add_{capture}")
                for node in nodes:
                    read(node)
        nested.sort(key=lambda item: item[:3])
        for start, end, rank, node in nested:
            while self._scopes and self._scopes[-1].end <= start:
                self._scopes.pop()
            getattr(self, f"_add_{_NESTING[rank]}")(node, -end)
        return self._facts()

    def _facts(self) -> FileFacts:
        return FileFacts(
            tuple(sorted(self._definitions, key=lambda definition: definition.line)),
            tuple(self._imports),
            {name: tuple(members) for name, members in self._members.items()},
            {name: tuple(attributes) for name, attributes in self._receivers.items()},
        )

    def _add_attribute(self, node: Node) -> None:
        receiver, _, name = self._tree.text(node).replace("->", ".").rpartition(".")
        receiver = receiver.rstrip("?")
        if (
            len(receiver) <= _MAX_RECEIVER
            and name.isidentifier()
            and not receiver[-1:].isspace()
            and "\n" not in receiver
        ):
            self._receivers.setdefault(receiver, {})[name] = None

    def _add_call(self, node: Node) -> None:
        call = node.parent
        receiver = call.child_by_field_name("object") if call is not None else None
        if receiver is not None:
            self._receivers.setdefault(self._tree.text(receiver), {})[self._tree.text(node)] = None

    def _add_import(self, node: Node) -> None:
        self._imports += imports(self._language.family, self._tree.text(node))

    def _add_name(self, node: Node) -> None:
        name = self._tree.text(node)
        if node.type != "type_identifier":
            self._define(name, _variable_kind(name), node)
        else:
            self._define(name, "class", node)

    def _add_variable(self, node: Node) -> None:
        target = node.child_by_field_name("left")
        if target is not None:
            names = [] if target.type in {"attribute", "subscript"} else pattern_names(self._tree.text(target))
        else:
            names = [
                name for child in node.children_by_field_name("name") for name in pattern_names(self._tree.text(child))
            ]
        value = node.child_by_field_name("value")
        if value is not None and value.type in {"arrow_function", "function_expression"}:
            return  # a function bound to a name; it has its own capture.
        for name in names:
            self._define(name, _variable_kind(name), node)

    def _add_field(self, node: Node, _end: int) -> None:
        target = node.child_by_field_name("left") or node
        scope = self._class()
        for name in pattern_names(self._tree.text(target).lstrip("#")) if scope.owner else ():
            self._define(name, "field", node, scope.path)
            self._members.setdefault(scope.owner, {})[name] = None

    def _add_member(self, node: Node, _end: int) -> None:
        receiver, _, name = self._tree.text(node).rpartition(".")
        scope = self._class()
        if scope.owner and receiver in self._language.self_names and name.isidentifier():
            self._members.setdefault(scope.owner, {})[name] = None

    def _class(self) -> _Scope:
        """The innermost class around the current place; an empty scope outside of all."""
        return next((scope for scope in reversed(self._scopes) if scope.owner), _NO_SCOPE)

    def _add_class(self, node: Node, end: int) -> None:
        name = self._class_name(node)
        outer = self._scopes[-1].path if self._scopes else ""
        if name and node.type != "impl_item" and node.type not in _SPACES:
            self._define(name, "class", node, outer, bases=self._bases(node))
            self._members.setdefault(name, {})
        path = f"{outer}.{name}" if outer else name
        self._scopes.append(_Scope(end, path, "" if node.type in _SPACES else name))

    def _class_name(self, node: Node) -> str:
        name = node.child_by_field_name("name")
        if name is None and node.type == "impl_item":
            name = node.child_by_field_name("type")
        if name is None and node.parent is not None and node.parent.type == "type_definition":
            name = node.parent.child_by_field_name("declarator")  # C: typedef struct { … } Name;
        return self._tree.text(name).partition("<")[0] if name is not None else ""

    def _bases(self, node: Node) -> tuple[str, ...]:
        found = [node.child_by_field_name(name) for name in _BASES]
        if self._language.family in {"javascript", "c", "java"}:
            found += [child for child in node.named_children if child.type in _BASE_NODES]
        names = []
        for base in filter(None, found):
            text = self._tree.text(base).strip("(): ").replace(" implements ", ",").replace("+", ",")
            for piece in split_top(text):
                words = [word for word in piece.strip(": ").split() if word not in _NO_BASES]
                if words and "=" not in piece:
                    names.append(words[0].partition("<")[0].partition("[")[0])
        return tuple(names)

    def _add_function(self, node: Node, end: int) -> None:
        name = function_name(self._tree, node)
        scope = self._scopes[-1] if self._scopes else None
        owner, _, name = name.rpartition("::")  # C++ defines methods outside of their class.
        receiver = node.child_by_field_name("receiver")
        if receiver is not None:
            owner = self._tree.text(receiver).strip("()").split("[")[0].split(" ")[-1].lstrip("*")
        owner = owner or (scope.owner if scope else "")
        path = scope.path if scope else owner
        if name:
            kind = "method" if owner else "function"
            self._define(name, kind, node, path, parameters=self._parameters(node))
        if name and owner:
            self._members.setdefault(owner, {})[name] = None
        self._scopes.append(_Scope(end, f"{path}.{name}" if path else name, ""))

    def _parameters(self, node: Node) -> tuple[str, ...]:
        holder = node.child_by_field_name("value") or node
        while (inner := holder.child_by_field_name("declarator")) is not None:
            holder = inner
            if holder.type == "function_declarator":
                break
        listed = holder.child_by_field_name("parameters") or holder.child_by_field_name("parameter")
        text = self._tree.text(listed) if listed is not None else ""
        return parameter_names(self._language.family, text[1:-1] if text.startswith("(") else text)

    def _define(  # noqa: PLR0913 - the parts of a definition.
        self,
        name: str,
        kind: str,
        node: Node,
        container: str = "",
        *,
        parameters: tuple[str, ...] = (),
        bases: tuple[str, ...] = (),
    ) -> None:
        line, end_line = node.start_point[0], node.end_point[0]
        self._definitions.append(Definition(name, kind, line, end_line, container, parameters, bases))


def _variable_kind(name: str) -> str:
    return "constant" if name.isupper() else "variable"
