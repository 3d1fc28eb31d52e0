"""Of which built-in type the value of an expression surely is. Python.

Only what the language fixes counts: literals, calls of built-in functions, operators on those, and names that are
given nothing else. Annotations prove nothing, since nobody checks them when the program runs.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.table import Role

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol


class Kind(Enum):
    """What a value is. None of these is a tuple, and none of them changes."""

    INTEGER = "int"
    FLOAT = "float"
    TEXT = "str"
    TRUTH = "bool"
    ERROR = "exception"  # what `except … as` binds; it may change.


_CALLS = {
    **dict.fromkeys(("len", "ord", "id", "hash", "int"), Kind.INTEGER),
    **dict.fromkeys(("str", "repr", "chr", "hex", "oct", "bin", "ascii", "format", "input"), Kind.TEXT),
    **dict.fromkeys(("bool", "isinstance", "issubclass", "callable", "hasattr", "any", "all"), Kind.TRUTH),
    "float": Kind.FLOAT,
}
_METHODS = {
    **dict.fromkeys(("count", "find", "index", "rfind", "rindex"), Kind.INTEGER),
    **dict.fromkeys(
        (
            "capitalize", "casefold", "center", "expandtabs", "format", "join", "ljust", "lower", "lstrip", "replace",
            "rjust", "rstrip", "strip", "swapcase", "title", "translate", "upper", "zfill", "removeprefix",
            "removesuffix",
        ),
        Kind.TEXT,
    ),
    **dict.fromkeys(("startswith", "endswith", "isdigit", "isalpha", "isupper", "islower", "isspace"), Kind.TRUTH),
}  # fmt: skip
_TESTS = frozenset({"in", "not in", "is", "is not"})
_WHOLE = frozenset({"+", "-", "*", "//", "%", "&", "|", "^", "<<", ">>"})
_REAL = frozenset({"+", "-", "*", "/", "//", "%"})
_NUMBERS = frozenset({Kind.INTEGER, Kind.FLOAT, Kind.TRUTH})
_DEEPEST = 8


def kind(site: Site, node: Node) -> Kind | None:
    """What the value of an expression surely is; None where that is open."""
    return _Kinds(site).of(node)


def is_builtin(site: Site, node: Node, *names: str) -> bool:
    """Whether an identifier means the built-in function of one of some names."""
    if node.type != "identifier" or site.text(node) not in names or site.text(node) not in BUILTINS:
        return False
    table = site.module.table
    found = table.by_start.get(node.start_byte)
    return found is not None and found.symbol is None and not table.stars and not table.module.is_dynamic


def prefix(site: Site, string: Node) -> str:
    """The letters before the quotes of a string, in lower case."""
    return site.text(string.children[0]).rstrip("\"'").lower() if string.children else ""


class _Kinds:
    """Follows names to what they are given; `_assumed` are names in question, which may refer to themselves."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._assumed: dict[int, Kind | None] = {}
        self._deep = 0

    def of(self, node: Node) -> Kind | None:
        """The kind of an expression."""
        if self._deep > _DEEPEST:
            return None
        self._deep += 1
        method = getattr(self, f"_{node.type}", None)
        found: Kind | None = method(node) if method is not None else None
        self._deep -= 1
        return found

    def _integer(self, node: Node) -> Kind | None:
        return Kind.INTEGER if self._site.text(node)[-1:] not in "jJ" else None

    def _float(self, node: Node) -> Kind | None:
        return Kind.FLOAT if self._site.text(node)[-1:] not in "jJ" else None

    def _string(self, node: Node) -> Kind | None:
        return Kind.TEXT if "b" not in prefix(self._site, node) else None

    def _concatenated_string(self, node: Node) -> Kind | None:
        return self._same([child for child in node.named_children if child.type != "comment"])

    def _true(self, _node: Node) -> Kind:
        return Kind.TRUTH

    _false = _not_operator = _true

    def _parenthesized_expression(self, node: Node) -> Kind | None:
        return self._same([child for child in node.named_children if child.type != "comment"])

    def _conditional_expression(self, node: Node) -> Kind | None:
        parts = [child for child in node.named_children if child.type != "comment"]
        return self._same([parts[0], parts[-1]]) if len(parts) == 3 else None

    def _named_expression(self, node: Node) -> Kind | None:
        return self._field(node, "value")

    def _comparison_operator(self, node: Node) -> Kind | None:
        operators = node.children_by_field_name("operators")
        return Kind.TRUTH if len(operators) == 1 and operators[0].type in _TESTS else None

    def _unary_operator(self, node: Node) -> Kind | None:
        found = self._field(node, "argument")
        if found in {Kind.INTEGER, Kind.TRUTH}:
            return Kind.INTEGER
        return found if found is Kind.FLOAT and node.children[0].type != "~" else None

    def _binary_operator(self, node: Node) -> Kind | None:
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        operator = node.child_by_field_name("operator")
        if left is None or right is None or operator is None:
            return None
        if operator.type == "**":
            is_whole = self.of(left) is Kind.INTEGER and right.type == "integer"
            return Kind.INTEGER if is_whole else None
        return _result(self.of(left), operator.type, self.of(right))

    def _call(self, node: Node) -> Kind | None:
        function = node.child_by_field_name("function")
        if function is None:
            return None
        if is_builtin(self._site, function, *_CALLS):
            return _CALLS[self._site.text(function)]
        receiver, name = function.child_by_field_name("object"), function.child_by_field_name("attribute")
        is_text = receiver is not None and self.of(receiver) is Kind.TEXT
        return _METHODS.get(self._site.text(name)) if is_text and name is not None else None

    def _attribute(self, node: Node) -> Kind | None:
        text = self._site.text(node)
        return Kind.TEXT if re.search(r"(\.__class__|^type\([\w.]+\))\.__(qual)?name__$", text) else None

    def _identifier(self, node: Node) -> Kind | None:
        found = self._site.module.table.by_start.get(node.start_byte)
        symbol = found.symbol if found is not None else None
        if symbol is None or symbol.scope.kind == "class" or symbol.is_ambiguous or symbol.scope.is_dynamic:
            return None
        if id(symbol) not in self._assumed:
            self._assumed[id(symbol)] = None
            self._assumed[id(symbol)] = self._symbol(symbol)
        return self._assumed[id(symbol)]

    def _symbol(self, symbol: Symbol) -> Kind | None:
        binders = [one for one in symbol.binders() if one.role is not Role.DELETE]
        first = self._bound(binders[0]) if binders else None
        # An `i += 1` gives an integer if `i` was one, which the other assignments say.
        self._assumed[id(symbol)] = first
        return first if all(self._bound(one) is first for one in binders) else None

    def _bound(self, one: Occurrence) -> Kind | None:
        """What kind of value an occurrence gives its name."""
        node, holder = one.node, one.node.parent
        if holder is None or one.role not in {Role.WRITE, Role.UPDATE}:
            return None
        if holder.type in {"assignment", "named_expression"}:
            value = holder.child_by_field_name("right") or holder.child_by_field_name("value")
            return self.of(value) if value is not None else None
        if holder.type == "augmented_assignment":
            value, operator = holder.child_by_field_name("right"), holder.child_by_field_name("operator")
            symbol = self._assumed.get(id(one.symbol))
            right = self.of(value) if value is not None else None
            return _result(symbol, operator.type.removesuffix("="), right) if operator is not None else None
        if holder.type == "as_pattern_target":
            clause = holder.parent.parent if holder.parent is not None else None
            return Kind.ERROR if clause is not None and clause.type == "except_clause" else None
        return self._looped(node, holder)

    def _looped(self, node: Node, holder: Node) -> Kind | None:
        """What the target of a loop is: a number where it goes over a `range`, or counts an `enumerate`."""
        wanted = "range"
        if holder.type == "pattern_list" and holder.named_children[0] == node and holder.parent is not None:
            holder, wanted = holder.parent, "enumerate"
        over = holder.child_by_field_name("right") if holder.type in {"for_statement", "for_in_clause"} else None
        called = over.child_by_field_name("function") if over is not None and over.type == "call" else None
        return Kind.INTEGER if called is not None and is_builtin(self._site, called, wanted) else None

    def _field(self, node: Node, name: str) -> Kind | None:
        child = node.child_by_field_name(name)
        return self.of(child) if child is not None else None

    def _same(self, nodes: list[Node]) -> Kind | None:
        """The kind that all have."""
        kinds = {self.of(node) for node in nodes}
        return kinds.pop() if len(kinds) == 1 else None


def _result(left: Kind | None, operator: str, right: Kind | None) -> Kind | None:
    """What a binary operator gives, as the data model says of the built-in types."""
    if left is Kind.TEXT:
        wanted = {"+": Kind.TEXT, "*": Kind.INTEGER, "%": right}
        return Kind.TEXT if operator in wanted and right is wanted[operator] else None
    if left not in _NUMBERS or right not in _NUMBERS:
        return None
    if operator == "/" or (Kind.FLOAT in {left, right} and operator in _REAL):
        return Kind.FLOAT
    return Kind.INTEGER if operator in _WHOLE and Kind.FLOAT not in {left, right} else None
