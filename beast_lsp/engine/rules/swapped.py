"""Arguments that stand in each other's place, told by their names. Python."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.bindings import bindings, scopes
from beast_lsp.engine.rules.construct import signature
from beast_lsp.engine.rules.finding import Finding, Place
from beast_lsp.engine.rules.resolve import expressed, target
from beast_lsp.engine.rules.signature import parameter_name
from beast_lsp.engine.scopes.signatures import Import

if TYPE_CHECKING:
    from tree_sitter import Node

_ON_PURPOSE = re.compile(r"swap|revers|negat|invers|flip|mirror|transpos|opposite|symmetric|compar|\A__r")
_SHORTEST = 2  # `f(y, x)` is written on purpose more often than not.
_RECEIVERS = frozenset({"self", "cls"})
_CALLED = frozenset({"function", "method"})
_MOST_DEFINITIONS = 3  # A name that is defined more often could be anything.
_SIDES = frozenset({"left", "right", "lhs", "rhs"})  # Who exchanges them moves an operand to the other side.
_WORDS = re.compile(r"[a-z0-9]+|[A-Z][a-z0-9]*")
# What turns a value into another form of itself.
_FORMS = frozenset({"str", "int", "float", "bytes", "list", "tuple", "set", "dict", "bool", "repr", "cast"})


def swapped_arguments(place: Place) -> Iterator[Finding]:
    """`resize(height, width)` where the function is `resize(width, height)`: names say which is which."""
    own = _own_parameters(place)
    found: dict[_Called, list[Finding]] = {}
    straight: set[_Called] = set()  # What is called with arguments in their order, too: both are meant.
    for node in place.nodes(("call",)):
        arguments = _positional(node)
        given = [_name(place, argument) for argument in arguments]
        if len(given) < 2 or not any(len(name) >= _SHORTEST for name in given):
            continue
        called, names = _callee(place, node, own)
        pair = _crossed(given, names, is_sure=bool(called[1]))
        if pair is None:
            if sum(_likeness(one, other) == 1 for one, other in zip(given, names, strict=False)) > 1:
                straight.add(called)
        elif not _is_on_purpose(place, node, called[0]) and not _SIDES & {given[pair[0]], given[pair[1]]}:
            message = f"`{called[0]}` takes {names[pair[0]]} before {names[pair[1]]}: these two look swapped."
            start = place.tree.position(arguments[pair[0]].start_point)
            end = place.tree.position(arguments[pair[1]].end_point)
            found.setdefault(called, []).append(Finding("swapped-arguments", message, start, end))
    yield from (finding for called, some in found.items() if called not in straight for finding in some)


_Called = tuple[str, int]
"""The name of what is called, and the function that calls it; 0, for the whole file, where only the name is known."""


def _crossed(given: Sequence[str], names: Sequence[str], *, is_sure: bool) -> tuple[int, int] | None:
    """Two places whose arguments are named as each other's parameter, and not as their own.

    One of them exactly; where it is sure what is called (`is_sure`), one name of several words tells by itself.
    """
    count = min(len(given), len(names))
    for first in range(count):
        for second in range(first + 1, count):
            one = _likeness(given[first], names[second])
            other = _likeness(given[second], names[first])
            exact = [name for name, share in ((given[first], one), (given[second], other)) if share == 1]
            is_told = min(one, other) > 0 or (is_sure and any(len(_words(name)) > 1 for name in exact))
            if exact and is_told and _is_out_of_place(given, names, first, second):
                return first, second
    return None


def _is_out_of_place(given: Sequence[str], names: Sequence[str], first: int, second: int) -> bool:
    """Whether neither argument has anything of the parameter that it stands for."""
    return not _likeness(given[first], names[first]) and not _likeness(given[second], names[second])


def _likeness(given: str, name: str) -> float:
    """1 for the same name, the share of common words for names such as `old_path` and `path`, 0 for others."""
    if len(given) < _SHORTEST or len(name) < _SHORTEST:
        return 0
    first, second = _words(given), _words(name)
    return len(first & second) / len(first | second)


def _words(name: str) -> frozenset[str]:
    return frozenset(word.lower() for word in _WORDS.findall(name))


def _callee(place: Place, node: Node, own: dict[str, set[tuple[str, ...]]]) -> tuple[_Called, Sequence[str]]:
    """What is called and its parameters by position: of what it surely is, else by its name alone."""
    known = target(place, node)
    taken = signature(known) if known is not None else None
    if known is not None and taken is not None:
        return (known.found.name, next(scopes(node)).id), taken.names
    name, is_method = _called_name(place, node)
    if known is not None or _is_elsewhere(place, node):
        return (name, 0), ()
    return (name, 0), _parameters(place, name, own.get(name, set()), is_method=is_method) if name else ()


def _is_elsewhere(place: Place, node: Node) -> bool:
    """Whether what is called was imported, and from where nothing of the workspace lies: another one has its name."""
    function = node.child_by_field_name("function")
    while function is not None and function.type == "attribute":
        function = function.child_by_field_name("object")
    is_name = function is not None and function.type == "identifier"
    return (
        is_name
        and function is not None
        and place.modules is not None
        and isinstance(bindings(place).meaning(place.text(function), node), Import)
        and expressed(place, function) is None
    )


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
    """What an argument is called: a variable, the attribute at its end, its key; empty for any other expression."""
    if node.type == "call":
        return _made_name(place, node)
    if node.type == "subscript":
        key = node.child_by_field_name("subscript")
        text = place.text(key).strip("\"'") if key is not None and key.type == "string" else ""
        return text if text.isidentifier() else ""
    if node.type == "attribute" and (attribute := node.child_by_field_name("attribute")) is not None:
        node = attribute
    return place.text(node).strip("_") if node.type == "identifier" else ""


def _made_name(place: Place, node: Node) -> str:
    """`str(width)` is a width, and so is `shape.get_width()`."""
    name, _ = _called_name(place, node)
    given = _positional(node)
    if name in _FORMS and given:
        return _name(place, given[-1])
    return name.removeprefix("get_") if name.startswith("get_") else ""


def _called_name(place: Place, node: Node) -> tuple[str, bool]:
    """The last name of what is called, and whether it stands after a dot."""
    function = node.child_by_field_name("function")
    if function is not None and function.type == "attribute":
        function = function.child_by_field_name("attribute")
        return (place.text(function), True) if function is not None else ("", False)
    return (place.text(function), False) if function is not None and function.type == "identifier" else ("", False)
