"""What evaluating an expression may do and may depend on: whether it can be moved, repeated or shared. Python.

An operator or an attribute counts as a mere read. That is wrong for objects that do something when they are read; so
properties and operators that the same file defines count as calls.
"""

from __future__ import annotations

import bisect
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING

from beast_lsp.engine.languages.language import words
from beast_lsp.engine.refactors.proof.values import kind
from beast_lsp.engine.scopes.resolution.link import BUILTINS
from beast_lsp.engine.scopes.resolution.table import BINDS, Role

if TYPE_CHECKING:
    from tree_sitter import Node

    from beast_lsp.engine.refactors.refactoring import Site
    from beast_lsp.engine.scopes.resolution.table import Occurrence, Symbol, Table


class Effect(IntEnum):
    """What evaluating may do, from nothing to anything."""

    NONE = 0  # literals, names, new functions: depends on no object's state
    READ = 1  # attributes, items, operators: depends on the state of objects
    NEW = 2  # makes an object that can be told from another one of the same kind, such as a list
    ANY = 3  # calls and the like


# Built-in functions that look at their arguments and change nothing; those that make a new, changeable object apart.
_LOOKING = words(
    "abs all any ascii bin bool bytes callable chr complex divmod float format frozenset getattr hasattr hash hex id"
    " int isinstance issubclass len max min oct ord pow range repr round slice str sum tuple type"
)
_MAKING = words("bytearray dict enumerate iter list map object reversed set sorted zip filter")
_PLAIN = frozenset(
    {
        "identifier", "integer", "float", "none", "true", "false", "ellipsis", "lambda", "string_start",
        "string_content", "string_end", "escape_sequence", "escape_interpolation", "type_conversion", "comment",
    }
)  # fmt: skip
_READS = frozenset(
    {
        "attribute", "subscript", "slice", "binary_operator", "unary_operator", "not_operator", "comparison_operator",
        "boolean_operator", "interpolation", "format_specifier", "format_expression",
    }
)  # fmt: skip
_HOLDERS = frozenset(
    {
        "parenthesized_expression", "tuple", "string", "concatenated_string", "conditional_expression",
        "expression_list", "argument_list", "keyword_argument", "list_splat", "dictionary_splat", "pair",
        "pattern_list", "tuple_pattern",
    }
)  # fmt: skip
_DISPLAYS = frozenset(
    {"list", "set", "dictionary", "list_comprehension", "set_comprehension", "dictionary_comprehension"}
)
# Statements and expressions that run what others wrote, whatever is in them.
_RUNNING = words("await yield with_statement delete_statement import_statement import_from_statement")
_CLAUSES = frozenset({"for_in_clause", "if_clause"})
_DUNDERS = words(
    "__getattr__ __getattribute__ __getitem__ __eq__ __ne__ __lt__ __le__ __gt__ __ge__ __contains__ __bool__ __len__"
    " __neg__ __pos__ __invert__ __hash__ __format__ __repr__ __str__ __iter__ __next__ __call__ __get__"
)


def effect(site: Site, node: Node) -> Effect:
    """What evaluating an expression may do."""
    level, stack = Effect.NONE, [node]
    while stack and level is not Effect.ANY:
        one = stack.pop()
        level = max(level, _own(site, one))
        if one.type not in {"lambda", "identifier"}:
            stack += one.named_children
    return level


def _own(site: Site, node: Node) -> Effect:
    if node.type in _PLAIN or node.type in _HOLDERS or node.type in _CLAUSES:
        return Effect.NONE
    if node.type in _READS:
        return Effect.ANY if _is_programmed(site, node) else Effect.READ
    if node.type in _DISPLAYS:
        return Effect.NEW
    return _called(site, node) if node.type == "call" else Effect.ANY


def _called(site: Site, node: Node) -> Effect:
    """Calls of built-in functions, and of methods of texts, only look."""
    function = node.child_by_field_name("function")
    if function is None:
        return Effect.ANY
    if function.type == "attribute":
        return Effect.READ if kind(site, node) is not None else Effect.ANY
    one = site.module.table.by_start.get(function.start_byte)
    if one is None or one.symbol is not None or function.type != "identifier" or _programs(site) & _DUNDERS:
        return Effect.ANY
    return Effect.READ if one.name in _LOOKING else Effect.NEW if one.name in _MAKING else Effect.ANY


def _is_programmed(site: Site, node: Node) -> bool:
    """Whether reading may run code of the same file: a property, or an operator that a class defines."""
    found = _programs(site)
    if node.type == "attribute":
        name = node.child_by_field_name("attribute")
        return bool(found & {"__getattr__", "__getattribute__"}) or (name is not None and site.text(name) in found)
    if node.type in {"boolean_operator", "not_operator"}:
        return bool(found & {"__bool__", "__len__"})
    if node.type in {"subscript", "slice"}:
        return "__getitem__" in found
    return any(name.startswith("__") for name in found) and kind(site, node) is None


def _programs(site: Site) -> frozenset[str]:
    return _programs_of(site.module.table)


@lru_cache(maxsize=4)
def _programs_of(table: Table) -> frozenset[str]:
    """The properties, and the operators, that classes of the file define."""
    found: set[str] = set()
    for one in table.occurrences:
        if one.role is not Role.FUNCTION or one.scope.kind != "class":
            continue
        function = one.node.parent
        outer = function.parent if function is not None else None
        is_operator = one.name.startswith("__") and one.name.endswith("__") and one.name not in _ORDINARY
        is_decorated = outer is not None and outer.type == "decorated_definition"
        if is_operator or (is_decorated and outer is not None and b"property" in (outer.named_children[0].text or b"")):
            found.add(one.name)
    return frozenset(found)


# What runs when an object is made, called or left, not when it is read.
_ORDINARY = words(
    "__init__ __new__ __del__ __enter__ __exit__ __aenter__ __aexit__ __init_subclass__ __post_init__ __set_name__"
    " __class_getitem__ __reduce__ __getstate__ __setstate__ __copy__ __deepcopy__ __set__ __delete__ __setattr__"
    " __delattr__ __setitem__ __delitem__ __subclasshook__ __call__ __fspath__ __sizeof__ __dir__ __await__"
)


# Looking at anything, these can't fail.
_SAFE = words("bool callable id isinstance issubclass len repr str type print")


def may_fail(site: Site, node: Node) -> bool:
    """Whether evaluating an expression may raise an error that is to be expected: of an item, a division or a call.

    Attributes and other operators fail, too, but only in programs that are wrong; they count as safe.
    """
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "call" and not (is_looking_call(site, one) and _callee(site, one) in _SAFE):
            return True
        if one.type in {"subscript", "await"} or any(child.type in {"/", "//", "%", "**"} for child in one.children):
            return True
        if one.type != "lambda":
            stack += one.named_children
    return False


def is_looking_call(site: Site, node: Node) -> bool:
    """Whether a call is of a built-in function that looks at its arguments and keeps none of them; `print` is one."""
    return node.type == "call" and (_called(site, node) is Effect.READ or _is_print(site, node))


def _callee(site: Site, node: Node) -> str:
    function = node.child_by_field_name("function")
    return site.text(function) if function is not None else ""


def names_in(site: Site, node: Node) -> Iterator[Occurrence]:
    """The names in a part of the text, without attributes and keywords."""
    roles = {Role.ATTRIBUTE, Role.KEYWORD, Role.IMPORTED}
    return (one for one in within(site, node.start_byte, node.end_byte) if one.role not in roles)


def within(site: Site, start: int, end: int) -> list[Occurrence]:
    """The occurrences from byte `start` to `end`."""
    found = site.module.table.occurrences
    first = bisect.bisect_left(found, start, key=lambda one: one.start)
    last = bisect.bisect_left(found, end, lo=first, key=lambda one: one.start)
    return [one for one in found[first:last] if one.end <= end]


def changed_symbols(site: Site, nodes: Iterable[Node]) -> set[Symbol]:
    """The symbols of this file that running some code itself binds anew (calls apart)."""
    found: set[Symbol] = set()
    for node in nodes:
        found |= {one.symbol for one in names_in(site, node) if one.role in BINDS and one.symbol is not None}
    return found


def is_steady(symbol: Symbol | None, name: str) -> bool:
    """Whether no call can bind a name anew: one of a function that no inner function writes, or bound only once.

    Built-in names count as steady; a name that nothing binds may come from a star import and does not.
    """
    if symbol is None:
        return name in BUILTINS
    binders = symbol.binders()
    if symbol.scope.kind in {"module", "class"}:
        return len(binders) == 1 and binders[0].role is not Role.UPDATE
    return all(one.scope.function is symbol.scope.function for one in binders)


def depends_on_calls(site: Site, node: Node) -> bool:
    """Whether a call that runs before an expression may change what it gives."""
    if effect(site, node) is not Effect.NONE and not _is_fixed_value(site, node):
        return True
    return any(not is_steady(one.symbol, one.name) for one in names_in(site, node))


def _is_fixed_value(site: Site, node: Node) -> bool:
    """Whether an expression is of built-in values throughout, which nothing can change."""
    if effect(site, node) is not Effect.READ:
        return False
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type in {"attribute", "subscript", "call"} or (one.type == "identifier" and kind(site, one) is None):
            return False
        stack += one.named_children
    return True


def runs_unknown_code(site: Site, node: Node) -> bool:
    """Whether running some code may change objects: it calls what is not known, or assigns to attributes or items."""
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "call" and _called(site, one) is Effect.ANY and not _is_print(site, one):
            return True
        if one.type in _RUNNING or (one.type in {"assignment", "augmented_assignment"} and _stores(one)):
            return True
        if one.type not in {"function_definition", "lambda"}:
            stack += one.named_children
    return False


def _stores(node: Node) -> bool:
    """Whether an assignment changes an object rather than binding a name."""
    left = node.child_by_field_name("left")
    return left is not None and (left.type != "identifier" or node.type == "augmented_assignment")


def _is_print(site: Site, node: Node) -> bool:
    function = node.child_by_field_name("function")
    one = site.module.table.by_start.get(function.start_byte) if function is not None else None
    return one is not None and one.name == "print" and one.symbol is None


def commute(site: Site, first: Node, second: Node) -> bool:
    """Whether it makes no difference which of two expressions is evaluated first."""
    effects = {effect(site, first), effect(site, second)}
    bound = changed_symbols(site, [first]) & {one.symbol for one in names_in(site, second)}
    bound |= changed_symbols(site, [second]) & {one.symbol for one in names_in(site, first)}
    if bound:
        return False
    if Effect.ANY not in effects:
        return not (may_fail(site, first) and may_fail(site, second))  # who catches it is told of the first failure.
    if effects == {Effect.ANY}:
        return False
    quiet = first if effect(site, first) is not Effect.ANY else second
    return not depends_on_calls(site, quiet) and not may_fail(site, quiet)
