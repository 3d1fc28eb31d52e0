"""Comparisons whose result is known, and values that are not what they look like. Python."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.bindings import bindings
from beast_lsp.engine.rules.finding import Finding, Place, operands
from beast_lsp.engine.rules.odd import odd_comparison
from beast_lsp.engine.rules.resolve import annotation, without_none

if TYPE_CHECKING:
    from tree_sitter import Node

_LITERAL_KINDS = {
    "string": "a text", "concatenated_string": "a text", "integer": "a number", "float": "a number",
    "list": "a list", "list_comprehension": "a list", "dictionary": "a dictionary",
    "dictionary_comprehension": "a dictionary", "set": "a set", "set_comprehension": "a set", "tuple": "a tuple",
    "none": "None",
}  # fmt: skip
# What the methods of texts and the built-in functions give, whatever they are given.
_METHOD_KINDS = {
    "strip": "a text", "lstrip": "a text", "rstrip": "a text", "lower": "a text", "upper": "a text",
    "casefold": "a text", "title": "a text", "capitalize": "a text", "swapcase": "a text", "splitlines": "a list",
    "startswith": "a truth value", "endswith": "a truth value", "isdigit": "a truth value",
    "isidentifier": "a truth value",
}  # fmt: skip
_FUNCTION_KINDS = {
    "len": "a number", "str": "a text", "repr": "a text", "int": "a number", "float": "a number", "ord": "a number",
    "chr": "a text", "hex": "a text", "sorted": "a list", "list": "a list", "dict": "a dictionary", "set": "a set",
    "tuple": "a tuple", "type": "a type", "id": "a number", "abs": "a number", "bool": "a truth value",
    "isinstance": "a truth value", "issubclass": "a truth value", "hasattr": "a truth value",
    "callable": "a truth value", "all": "a truth value", "any": "a truth value",
}  # fmt: skip
_ANNOTATED = {
    "str": "a text", "int": "a number", "float": "a number", "bool": "a truth value", "list": "a list",
    "List": "a list", "dict": "a dictionary", "Dict": "a dictionary", "set": "a set", "Set": "a set",
    "tuple": "a tuple", "Tuple": "a tuple",
}  # fmt: skip
_TEXTS = frozenset({"sys.platform", "os.name", "os.sep", "os.linesep", "platform.system()"})
_NAMES = frozenset({"identifier", "attribute"})
_CASES = {"lower": str.lower, "casefold": str.casefold, "upper": str.upper}
_EQUALITY = frozenset({"==", "!="})
_IDENTITY = frozenset({"is", "is not"})


def impossible_comparison(place: Place) -> Iterator[Finding]:
    """Sides that are never equal: of two kinds, by what the file says of them; a lower-case text that has capitals."""
    for node in place.nodes(("comparison_operator",)):
        sides = operands(node)
        if sides is None:
            continue
        left, operator, right = sides
        problem = _length(place, left, operator, right)
        if operator in _EQUALITY and problem is None:
            problem = _kinds(place, left, right) or _case(place, left, right) or _case(place, right, left)
        if problem is not None:
            yield place.finding("impossible-comparison", problem, node)
    yield from odd_comparison(place)


def identity_of_a_literal(place: Place) -> Iterator[Finding]:
    """`x is "abc"` asks whether it is the very same object, which equal texts and numbers need not be."""
    for node in place.nodes(("comparison_operator",)):
        sides = operands(node)
        if sides is None or sides[1] not in _IDENTITY:
            continue
        left, operator, right = sides
        if any(_is_value(side) for side in (left, right)):
            sign = "==" if operator == "is" else "!="
            text = f"{place.text(left)} {sign} {place.text(right)}"
            fix = place.replaced(f"Compare with `{sign}`", node, text)
            yield place.finding("identity-of-a-literal", "Equal values need not be the same object.", node, fix)


def _is_value(node: Node) -> bool:
    """Whether an expression is written as a value, negative numbers included; None is one object."""
    if node.type == "unary_operator":
        node = node.named_children[-1]
    return node.type in _LITERAL_KINDS and node.type != "none"


def assertion_of_a_tuple(place: Place) -> Iterator[Finding]:
    """`assert (condition, "message")` never fails: a tuple with something in it is true."""
    for node in place.nodes(("assert_statement",)):
        value = node.named_children[0] if node.named_child_count == 1 else None
        if value is None or value.type != "tuple" or not value.named_child_count:
            continue
        inner = value.named_children
        is_call = len(inner) == 2 and all(child.type != "list_splat" for child in inner)
        text = f"{place.text(inner[0])}, {place.text(inner[1])}" if is_call else ""
        fix = place.replaced("Assert the condition", value, text) if is_call and "\n" not in text else None
        yield place.finding("assertion-of-a-tuple", "This never fails: a tuple is true.", value, fix)


def raised_notimplemented(place: Place) -> Iterator[Finding]:
    """`raise NotImplemented` raises a TypeError: it is a value of operators, not an exception."""
    for node in place.nodes(("raise_statement",)):
        value = node.named_children[0] if node.named_child_count else None
        if value is not None and value.type == "call":
            value = value.child_by_field_name("function")
        if value is not None and value.type == "identifier" and place.text(value) == "NotImplemented":
            fix = place.replaced("Raise NotImplementedError", value, "NotImplementedError")
            yield place.finding("raised-notimplemented", "NotImplemented is no exception.", value, fix)


def _length(place: Place, left: Node, operator: str, right: Node) -> str | None:
    """What is wrong with a comparison of a length with a number."""
    if _called(place, left) != "len" or right.type not in {"integer", "unary_operator"}:
        return None
    number = place.text(right).replace(" ", "")
    if operator == "<" and number == "0":
        return "A length is never below 0."
    if operator == ">=" and number == "0":
        return "A length is always 0 or more."
    if number.startswith("-") and number[1:].isdigit() and operator in {"==", "<", "<="}:
        return "A length is never below 0."
    return None


def _kinds(place: Place, left: Node, right: Node) -> str | None:
    """Why two sides can't be equal: one is a literal, and the other is known to be of another kind."""
    if left.type not in _LITERAL_KINDS and right.type not in _LITERAL_KINDS:
        return None  # types of the program's own may compare with anything.
    first, second = _kind(place, left), _kind(place, right)
    if first is None or second is None or first == second or {first, second} == {"a number", "a truth value"}:
        return None
    return f"{first.capitalize()} is never equal to {second}."


def _kind(place: Place, node: Node) -> str | None:
    """What kind of value an expression has, where that is certain."""
    if node.type == "string":
        return None if _prefix(place, node) & {"b"} else "a text"
    if node.type in _LITERAL_KINDS:
        return _LITERAL_KINDS[node.type]
    name = _called(place, node)
    if name in _FUNCTION_KINDS:
        return _FUNCTION_KINDS[name]
    if node.type in {"identifier", "attribute", "call"} and (kind := _declared(place, node)) is not None:
        return kind
    if node.type == "call":
        function = node.child_by_field_name("function")
        # Only of a literal is it certain that the method is a text's own; bytes have the same ones.
        receiver = function.child_by_field_name("object") if function is not None else None
        if receiver is not None and receiver.type == "string" and not _prefix(place, receiver) & {"b"}:
            return _METHOD_KINDS.get(_method(place, node))
    return None


def _declared(place: Place, node: Node) -> str | None:
    """What kind of value a name holds: by its annotation, by the one value that a function gives it, or by habit."""
    if place.text(node) in _TEXTS or (node.type == "attribute" and place.text(node).endswith("__name__")):
        return "a text"
    known = annotation(place, node)
    if known is not None:
        kind = without_none(known[1])
        return _ANNOTATED.get(known[0].text(kind).split("[")[0])
    scope = bindings(place).holder(place.text(node), node) if node.type == "identifier" else None
    value = scope.values.get(place.text(node)) if scope is not None and scope.times[place.text(node)] == 1 else None
    is_own = scope is not None and scope is not bindings(place).module
    return _kind(place, value) if value is not None and is_own and value.type not in {"none", *_NAMES} else None


def _case(place: Place, changed: Node, literal: Node) -> str | None:
    """Why a text in lower or upper case is never the literal."""
    change = _CASES.get(_method(place, changed))
    if change is None or literal.type != "string" or _prefix(place, literal) & {"f", "b", "r"}:
        return None
    text = "".join(place.text(part) for part in literal.named_children if part.type == "string_content")
    if "\\" in text or change(text) == text:
        return None
    return f"After `.{_method(place, changed)}()` a text is never {place.text(literal)}."


def _called(place: Place, node: Node) -> str:
    """The name of the function that an expression calls; empty for anything else, methods included."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    return place.text(function) if function is not None and function.type == "identifier" else ""


def _method(place: Place, node: Node) -> str:
    """The name of the method that an expression calls without arguments; empty for anything else."""
    function = node.child_by_field_name("function") if node.type == "call" else None
    given = node.child_by_field_name("arguments")
    if function is None or function.type != "attribute" or given is None or given.named_child_count:
        return ""
    name = function.child_by_field_name("attribute")
    return place.text(name) if name is not None else ""


def _prefix(place: Place, node: Node) -> set[str]:
    """The letters before the quotes of a string."""
    return set(place.text(node).split("'")[0].split('"')[0].lower())
