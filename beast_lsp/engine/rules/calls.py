"""Calls that the function called can't have been meant for. Python."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.signature import Signature, mismatch, parameter_name, signature_of

if TYPE_CHECKING:
    from tree_sitter import Node

_ON_PURPOSE = re.compile(r"swap|revers|invers|flip|mirror|transpos|opposite|symmetric|compar|\A__r")
_SHORTEST = 2  # `f(y, x)` is written on purpose more often than not.
_RECEIVERS = frozenset({"self", "cls"})
_CALLED = frozenset({"function", "method"})
_MOST_DEFINITIONS = 3  # A name that is defined more often could be anything.


def swapped_arguments(place: Place) -> Iterator[Finding]:
    """`resize(height, width)` where the function is `resize(width, height)`: names say which is which."""
    own = _own_parameters(place)
    found: dict[str, list[Finding]] = {}
    straight: set[str] = set()  # Functions that the file calls with arguments in their order, too: both are meant.
    for node in place.nodes(("call",)):
        arguments = _positional(node)
        given = [_name(place, argument) for argument in arguments]
        if len([name for name in given if len(name) >= _SHORTEST]) < 2:
            continue
        name, is_method = _callee(place, node)
        names = _parameters(place, name, own.get(name, set()), is_method=is_method) if name else ()
        pair = _crossed(given, names)
        if pair is None:
            if sum(one == other for one, other in zip(given, names, strict=False)) > 1:
                straight.add(name)
        elif not _is_on_purpose(place, node, name):
            message = f"`{name}` takes {names[pair[0]]} before {names[pair[1]]}: these two look swapped."
            start = place.tree.position(arguments[pair[0]].start_point)
            end = place.tree.position(arguments[pair[1]].end_point)
            found.setdefault(name, []).append(Finding("swapped-arguments", message, start, end))
    yield from (finding for name, some in found.items() if name not in straight for finding in some)


def impossible_call(place: Place) -> Iterator[Finding]:
    """A call with arguments that the function of this file doesn't take, or without ones that it needs."""
    known = _signatures(place)
    for node in place.nodes(("call",)) if known else ():
        signature = known.get(_target(place, node))
        problem = mismatch(place, node, signature) if signature is not None else None
        if problem is not None:
            called = node.child_by_field_name("function")
            yield place.finding("impossible-call", problem, called if called is not None else node)


def _crossed(given: list[str], names: tuple[str, ...]) -> tuple[int, int] | None:
    """Two places whose arguments are each named as the other's parameter, both without a better one."""
    for first, name in enumerate(given[: len(names)]):
        if len(name) < _SHORTEST or name not in names:
            continue
        second = names.index(name)
        if first < second < len(given) and len(given[second]) >= _SHORTEST and given[second] == names[first]:
            return first, second
    return None


def _parameters(place: Place, name: str, own: set[tuple[str, ...]], *, is_method: bool) -> tuple[str, ...]:
    """The parameters of the functions of a name, here (`own`) and in the workspace, where they all agree; else none."""
    found = place.defined.definitions(place.language.family, name) if place.defined is not None else []
    known = own | {one.parameters for where, one in found if one.kind in _CALLED and where != place.path}
    plain = {names[1:] if names[:1] and names[0] in _RECEIVERS else names for names in known}
    if len(plain) != 1 or len(found) > _MOST_DEFINITIONS:
        return ()
    (names,) = plain
    # An unbound call such as `Shape.move(shape, …)` has one more.
    return names if is_method or not any(one[:1] == ("self",) for one in known) else ()


def _own_parameters(place: Place) -> dict[str, set[tuple[str, ...]]]:
    """The parameters of this text's functions, by their names."""
    found: dict[str, set[tuple[str, ...]]] = {}
    for node in place.nodes(("function_definition",)):
        name, listed = node.child_by_field_name("name"), node.child_by_field_name("parameters")
        if name is not None and listed is not None:
            names = tuple(parameter_name(place, each) for each in listed.named_children if each.type != "comment")
            found.setdefault(place.text(name), set()).add(names)
    return found


def _is_on_purpose(place: Place, node: Node, name: str) -> bool:
    """Whether the order may be meant: the function calls itself, or does so with both orders, or its name says so."""
    if _ON_PURPOSE.search(name):
        return True
    outer = node.parent
    while outer is not None:
        if outer.type == "function_definition":
            own = outer.child_by_field_name("name")
            text = place.text(own) if own is not None else ""
            if text == name or _ON_PURPOSE.search(text):
                return True
        elif outer.type in {"boolean_operator", "comparison_operator", "lambda"}:
            return True
        outer = outer.parent
    return False


def _positional(node: Node) -> list[Node]:
    """The arguments by position, as far as no `*` comes before them."""
    found: list[Node] = []
    given = node.child_by_field_name("arguments")
    for argument in given.named_children if given is not None and given.type == "argument_list" else ():
        if argument.type in {"list_splat", "dictionary_splat"}:
            break
        if argument.type not in {"keyword_argument", "comment"}:
            found.append(argument)
    return found


def _name(place: Place, node: Node) -> str:
    """What an argument is called: a variable, or the attribute at its end; empty for any other expression."""
    if node.type == "attribute" and (attribute := node.child_by_field_name("attribute")) is not None:
        node = attribute
    return place.text(node).lstrip("_") if node.type == "identifier" else ""


def _callee(place: Place, node: Node) -> tuple[str, bool]:
    """The last name of what is called, and whether it stands after a dot."""
    function = node.child_by_field_name("function")
    if function is not None and function.type == "attribute":
        function = function.child_by_field_name("attribute")
        return (place.text(function), True) if function is not None else ("", False)
    return (place.text(function), False) if function is not None and function.type == "identifier" else ("", False)


_Target = tuple[str, str]
"""A class (empty for the module), and the name of a function in it."""


def _target(place: Place, node: Node) -> _Target:
    """What a call surely calls: a function of the module, or a method of the class around it by `self`."""
    function = node.child_by_field_name("function")
    if function is not None and function.type == "identifier":
        return "", place.text(function)
    receiver = function.child_by_field_name("object") if function is not None else None
    attribute = function.child_by_field_name("attribute") if function is not None else None
    if receiver is None or attribute is None or place.text(receiver) != "self":
        return "", ""
    outer = node.parent
    while outer is not None and outer.type != "class_definition":
        outer = outer.parent
    name = outer.child_by_field_name("name") if outer is not None else None
    return (place.text(name), place.text(attribute)) if name is not None else ("", "")


def _signatures(place: Place) -> dict[_Target, Signature]:
    """The functions of the module and the methods of its classes that are defined once, without a decorator.

    A name that anything else in the file binds or assigns may be another function by the time of a call.
    """
    found: dict[_Target, Signature] = {}
    times: Counter[_Target] = Counter()
    inner: set[str] = set()
    for node in place.nodes(("function_definition",)):
        name = node.child_by_field_name("name")
        owner = _owner(place, node)
        if name is None or owner is None:
            inner |= {place.text(name)} if name is not None else set()
            continue
        target = (owner, place.text(name))
        times[target] += 1
        signature = signature_of(place, node, is_method=bool(owner))
        if signature is not None and node.parent is not None and node.parent.type != "decorated_definition":
            found[target] = signature
    names, attributes = _rebound(place)
    return {
        (owner, name): one
        for (owner, name), one in found.items()
        if times[owner, name] == 1 and name not in (attributes if owner else names | inner)
    }


def _owner(place: Place, node: Node) -> str | None:
    """The class around a method, "" for a function of the module; None for an inner or a conditional one."""
    outer = node.parent
    if outer is not None and outer.type == "decorated_definition":
        outer = outer.parent
    if outer is not None and outer.type == "module":
        return ""
    holder = outer.parent if outer is not None and outer.type == "block" else None
    if holder is None or holder.type != "class_definition" or holder.parent is None:
        return None
    name = holder.child_by_field_name("name")
    return place.text(name) if name is not None and holder.parent.type in {"module", "decorated_definition"} else None


_BINDERS = (
    "assignment", "augmented_assignment", "named_expression", "for_statement", "for_in_clause", "as_pattern_target",
    "parameters", "lambda_parameters", "import_statement", "import_from_statement", "delete_statement",
    "class_definition", "global_statement", "case_pattern",
)  # fmt: skip


def _rebound(place: Place) -> tuple[set[str], set[str]]:
    """The names that anything but a plain definition binds, and the attributes that are assigned."""
    names: set[str] = set()
    attributes: set[str] = set()
    for node in place.nodes(_BINDERS):
        target = node
        if node.type in {"assignment", "augmented_assignment", "for_statement", "for_in_clause"}:
            target = node.child_by_field_name("left") or node
        elif node.type in {"named_expression", "class_definition"}:
            target = node.child_by_field_name("name") or node
        stack = [target]
        while stack:
            current = stack.pop()
            if current.type == "identifier":
                (attributes if _is_attribute(current) else names).add(place.text(current))
            stack += current.named_children
    return names, attributes


def _is_attribute(node: Node) -> bool:
    return node.parent is not None and node.parent.type == "attribute" and node == node.parent.named_children[-1]
