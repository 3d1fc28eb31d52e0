"""The exceptions that leave a Python function by its own `raise` statements, and what its handlers catch."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.conditions import LONGEST, quoted, words
from beast_lsp.engine.docs.facts.model import ALWAYS, Raised
from beast_lsp.engine.docs.facts.syntax import SCOPES, around, one_line, own_nodes
from beast_lsp.engine.scopes.resolution.functions import parameter_name as name_of
from beast_lsp.engine.scopes.resolution.functions import parameter_nodes, text_of

if TYPE_CHECKING:
    from tree_sitter import Node

Ancestors = Callable[[str], frozenset[str]]
"""The last names of the classes that an exception inherits from, by its name as written; itself included."""
_HANDLERS = frozenset({"except_clause", "except_group_clause"})
_PLAIN = frozenset({"block", "else_clause"})
_LOOPS = frozenset({"for_statement", "while_statement"})
_ANY = frozenset({"Exception", "BaseException"})
_LOWER = frozenset({"socket.error", "select.error", "struct.error", "zlib.error", "re.error", "os.error"})
# What is within these is reached under one more condition.
_DECIDING = frozenset({"if_statement", "elif_clause", "case_clause", *_HANDLERS})


def builtin_ancestors(name: str) -> frozenset[str]:
    """What an exception inherits from as far as Python itself says so; any other one is an Exception."""
    found = getattr(builtins, name, None)
    if isinstance(found, type) and issubclass(found, BaseException):
        return frozenset(one.__name__ for one in found.__mro__)
    return frozenset({name.rpartition(".")[2], *_ANY})


def raises(node: Node, ancestors: Ancestors = builtin_ancestors) -> list[Raised]:
    """What leaves a function by `raise`, in the order of the text, each exception and condition once."""
    found = (one for each in own_nodes(node) if each.type == "raise_statement" for one in _raised(each, node))
    kept = (one for one, at in found if not is_caught(at, node, one.name, ancestors))
    return list({(one.name, one.condition, one.is_reraise): one for one in kept}.values())


def _raised(statement: Node, function: Node) -> Iterator[tuple[Raised, Node]]:
    cause = statement.child_by_field_name("cause")
    value = next((one for one in statement.named_children if one not in {cause} and one.type != "comment"), None)
    line = statement.start_point.row + 1
    if value is None:
        for name in _handled(statement, function):
            yield Raised(name, line=line, is_reraise=True), statement
        return
    name = exception_name(value)
    if name == _alias(statement, function) and name:
        for each in _handled(statement, function):
            yield Raised(each, line=line, is_reraise=True), statement
    elif name and _is_class(name):
        condition, message = _condition(statement, function), _message(value)
        yield Raised(name, condition, line, cause=one_line(cause), message=message), statement


def exception_name(value: Node) -> str:
    """The dotted name of what is raised, called or not; empty of any other expression."""
    target = value.child_by_field_name("function") if value.type == "call" else value
    text = one_line(target)
    return text if target is not None and target.type in {"identifier", "attribute"} else ""


def _message(value: Node) -> str:
    """The plain text that an exception is given first."""
    given = value.child_by_field_name("arguments") if value.type == "call" else None
    first = given.named_children[0] if given is not None and given.named_children else None
    content = [one for one in first.named_children if one.type == "string_content"] if first is not None else []
    is_plain = first is not None and first.type == "string" and text_of(first)[:1] in {'"', "'"} and len(content) == 1
    text = one_line(content[0]) if is_plain else ""
    return text if len(text) <= LONGEST and not set(text) & set("\\`{}%") else ""


def _is_class(name: str) -> bool:
    """Whether a name is that of a class by its first letter: a variable, or a function that makes one, is not."""
    last = name.rpartition(".")[2].lstrip("_")
    return last[:1].isupper() or name in _LOWER


def _handler(node: Node, function: Node) -> Node | None:
    """The innermost handler that a node lies in."""
    return next((outer for outer, _ in around(node, function) if outer.type in _HANDLERS), None)


def _handled(node: Node, function: Node) -> list[str]:
    """What the handler around a node has caught, but for Exception and BaseException, which say nothing."""
    handler = _handler(node, function)
    names = listed(handler) if handler is not None else []
    return [name for name in names if name.rpartition(".")[2] not in _ANY and _is_class(name) and "(" not in name]


def _alias(node: Node, function: Node) -> str:
    handler = _handler(node, function)
    first = handler.named_children[0] if handler is not None and handler.named_children else None
    alias = first.child_by_field_name("alias") if first is not None and first.type == "as_pattern" else None
    return text_of(alias)


def listed(handler: Node) -> list[str]:
    """The names that a handler lists; BaseException for one without any."""
    value = next((one for one in handler.named_children if one.type != "comment"), None)
    if value is None or value.type == "block":
        return ["BaseException"]
    if value.type == "as_pattern" and value.named_children:
        value = value.named_children[0]
    return [one_line(one) for one in (value.named_children if value.type == "tuple" else [value])]


def is_caught(node: Node, function: Node, name: str, ancestors: Ancestors) -> bool:
    """Whether an exception that is raised at a node is caught within the function."""
    kinds = ancestors(name)
    for outer, inner in around(node, function):
        if outer.type in SCOPES:
            return False
        if outer.type == "with_statement" and _suppresses(outer, kinds):
            return True
        if outer.type != "try_statement" or inner != outer.child_by_field_name("body"):
            continue
        for handler in (one for one in outer.named_children if one.type in _HANDLERS):
            if {one.rpartition(".")[2] for one in listed(handler)} & kinds:
                return True
    return False


def _suppresses(statement: Node, kinds: Iterable[str]) -> bool:
    """Whether a `with` of `contextlib.suppress` or of `pytest.raises` takes an exception."""
    head = one_line(statement).partition(":")[0]
    return ("suppress(" in head or "raises(" in head or "assertRaises" in head) and any(one in head for one in kinds)


def _condition(statement: Node, function: Node) -> str:
    """When a `raise` is reached, in words; empty where that is not simple."""
    return _of_arguments(statement, function) or _innermost(statement, function)


def _of_arguments(statement: Node, function: Node) -> str:
    """The same by what the caller gave; empty where a name in it has changed before."""
    parts: list[str] = []
    for outer, inner in around(statement, function):
        if outer.type in _PLAIN:
            continue
        if outer.type in _HANDLERS:
            return _when_caught(outer, parts)
        found = _branch(outer, inner)
        if not found or not _is_about_arguments(outer, function):
            return ""
        parts.append(found)
    joined = " and ".join(reversed(parts))
    return joined if len(parts) == 1 or (joined.count(" or ") == 0 and len(parts) == 2) else ""


def _innermost(statement: Node, function: Node) -> str:
    """The same by the nearest `if`, whose names may be the function's own."""
    found = [(outer, inner) for outer, inner in around(statement, function) if outer.type not in _PLAIN]
    if found:
        return _branch(*found[0]) if _is_as_given(found, function) else ""
    body = function.child_by_field_name("body")
    before = [one for one in own_nodes(function) if one.end_byte <= statement.start_byte]
    is_first = not any(one.type in {"return_statement", "yield", *_LOOPS, "try_statement"} for one in before)
    return ALWAYS if is_first and statement.parent == body else ""


def _is_as_given(found: Sequence[tuple[Node, Node]], function: Node) -> bool:
    """Whether the nearest `if` is the only one, and asks of no parameter that is bound anew: a caller gave another."""
    test = found[0][0].child_by_field_name("condition")
    given = {text_of(name_of(one)) for one in parameter_nodes(function)}
    used = {text_of(one) for one in _identifiers(test)} if test is not None else set()
    others = {outer.type for outer, _ in found[1:]}
    return not used & given & bound_names(function) and not others & _DECIDING


def _branch(outer: Node, inner: Node) -> str:
    """The condition under which the part of an `if` runs that a node lies in."""
    test = outer.child_by_field_name("condition")
    if outer.type != "if_statement" or test is None:
        return ""
    if inner == outer.child_by_field_name("consequence"):
        return words(test)
    only = outer.children_by_field_name("alternative")
    return words(test, holds=False) if inner.type == "else_clause" and len(only) == 1 else ""


def _when_caught(handler: Node, parts: Sequence[str]) -> str:
    """What a handler waits for, as a condition: `parse(text)` raises ValueError."""
    caught = listed(handler)
    outer = handler.parent
    body = outer.child_by_field_name("body") if outer is not None else None
    if parts or "BaseException" in caught or len(caught) > 2 or body is None:
        return ""
    names = " or ".join(caught)
    held = [one for one in body.named_children if one.type != "comment"]
    value = held[0] if len(held) == 1 else None
    while value is not None and value.type in {"expression_statement", "return_statement", "assignment", "await"}:
        value = value.child_by_field_name("right") or (value.named_children[-1] if value.named_children else None)
    text = quoted(value) if value is not None and value.type in {"call", "subscript"} else ""
    return f"{text} raises {names}" if text else f"{names} is caught"


def _is_about_arguments(branch: Node, function: Node) -> bool:
    """Whether a condition is about what the caller gave: parameters that nothing binds anew, and what is global."""
    test = branch.child_by_field_name("condition")
    own = bound_names(function)
    first = {text_of(name_of(one)) for one in parameter_nodes(function)}
    used = {text_of(one) for one in _identifiers(test)} if test is not None else set()
    return not used & own and bool(used & first)


def _identifiers(node: Node) -> Iterator[Node]:
    stack = [node]
    while stack:
        one = stack.pop()
        if one.type == "identifier":
            yield one
        if one.type == "attribute":
            stack += one.named_children[:1]
        elif one.type == "keyword_argument":
            stack += one.named_children[1:]
        else:
            stack += one.named_children


def bound_names(function: Node) -> set[str]:
    """The names that a function's body binds: parameters that it assigns to are among them."""
    found: set[str] = set()
    for one in own_nodes(function):
        if one.type in {"assignment", "augmented_assignment", "for_statement", "for_in_clause"}:
            found |= _targets(one.child_by_field_name("left"))
        elif one.type == "named_expression":
            found |= {text_of(one.child_by_field_name("name"))}
        elif one.type == "delete_statement":
            found |= {name for child in one.named_children for name in _targets(child)}
        elif one.type in {"as_pattern_target", "case_pattern"}:
            found |= {text_of(each) for each in _identifiers(one)}
        elif one.type in {"import_statement", "import_from_statement", "function_definition", "class_definition"}:
            found |= {text_of(each) for each in _imported(one)}
    return found


def _targets(left: Node | None) -> set[str]:
    if left is None or left.type in {"attribute", "subscript"}:
        return set()
    if left.type == "identifier":
        return {text_of(left)}
    return {name for child in left.named_children for name in _targets(child)}


def _imported(node: Node) -> Iterator[Node]:
    named = node.children_by_field_name("name")
    for one in named:
        if one.type == "identifier":
            yield one
        elif one.type == "dotted_name":
            yield from one.named_children[:1]
        elif one.type == "aliased_import":
            alias = one.child_by_field_name("alias")
            yield alias if alias is not None else one
