"""What a call surely calls, here or in another file of the workspace. Python."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from beast_lsp.engine.rules.bindings import bindings, decorators, scopes
from beast_lsp.engine.rules.finding import Place
from beast_lsp.engine.scopes.signatures import Import

if TYPE_CHECKING:
    from tree_sitter import Node

DEEPEST = 8
"""So many imports and base classes are followed, one after the other; names may form a circle."""
# Decorators that leave what a function takes as it is.
HARMLESS = frozenset(
    {
        "abstractmethod", "asynccontextmanager", "cache", "classmethod", "contextmanager", "deprecated", "final",
        "lru_cache", "no_type_check", "override", "staticmethod",
    }
)  # fmt: skip
_OF_CLASSES = frozenset({"__init_subclass__", "__class_getitem__"})  # They are class methods without saying so.
_SAME_RESULT = HARMLESS - {"contextmanager", "asynccontextmanager"}
HARMLESS_OF_CLASSES = frozenset({"dataclass", "final", "runtime_checkable", "total_ordering"})
# Bases that take no part in how an object is made.
EMPTY = frozenset({"object", "ABC", "Generic", "Protocol"})


@dataclass(frozen=True)
class Found:
    """A function or a class, and the text that holds it."""

    place: Place
    node: Node

    @property
    def name(self) -> str:
        """The name that it is defined by."""
        named = self.node.child_by_field_name("name")
        return self.place.text(named) if named is not None else ""


@dataclass(frozen=True, slots=True)
class Target:
    """What a call surely calls, and whether its first parameter is given by the receiver."""

    found: Found
    is_bound: bool = False


def target(place: Place, call: Node, depth: int = 0) -> Target | None:
    """The function or the class that a call calls, where that is certain."""
    known = place.once(_targets)
    if depth > DEEPEST or place.cancelled():
        return None
    if call.id not in known:
        known[call.id] = _target(place, call, depth)
    return known[call.id]


def _targets(_: Place) -> dict[int, Target | None]:
    """What the calls of a text call, as far as anybody asked."""
    return {}


def _target(place: Place, call: Node, depth: int) -> Target | None:
    function = call.child_by_field_name("function")
    if function is None:
        return None
    if function.type == "identifier":
        return _itself(named(place, place.text(function), function))
    receiver, last = function.child_by_field_name("object"), function.child_by_field_name("attribute")
    if function.type != "attribute" or receiver is None or last is None:
        return None
    if place.text(last) in bindings(place).attributes:
        return None  # it is assigned here: to what, and when, is open.
    return _of_receiver(place, receiver, place.text(last), depth)


def named(place: Place, name: str, at: Node) -> Found | Place | None:
    """What a name means at a node: a definition, or a module of the workspace."""
    meaning = bindings(place).meaning(name, at)
    if isinstance(meaning, Import):
        return _imported(place, meaning, 0)
    return Found(place, meaning) if meaning is not None else None


def expressed(place: Place, node: Node) -> Found | Place | None:
    """What a name, or a name of a module after dots, means."""
    if node.type == "identifier":
        return named(place, place.text(node), node)
    outer, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if node.type != "attribute" or outer is None or last is None:
        return None
    found = expressed(place, outer)
    return _member(found, place.text(last), 0) if isinstance(found, Place) else None


def bases(found: Found) -> Iterator[Found | str]:
    """The bases of a class; of one that is not of the workspace, or not certain, the last name."""
    listed = found.node.child_by_field_name("superclasses")
    for base in listed.named_children if listed is not None else ():
        if base.type in {"keyword_argument", "comment"}:
            continue
        inner = base.child_by_field_name("value") if base.type == "subscript" else base
        known = expressed(found.place, inner) if inner is not None else None
        text = found.place.text(inner).rpartition(".")[2] if inner is not None else ""
        yield known if isinstance(known, Found) and known.node.type == "class_definition" else text


def attribute(found: Found, name: str, depth: int = 0) -> Found | None:
    """The function that a class or one of its bases defines by a name; None where that is not certain."""
    known = bindings(found.place)
    scope = known.of(found.node)
    if depth > DEEPEST or name in known.attributes:
        return None
    if scope.times[name]:
        only = scope.only(name)
        return Found(found.place, only) if not isinstance(only, Import) and only is not None else None
    above = [base for base in bases(found) if not isinstance(base, str) or base not in EMPTY]
    for base in above:
        if isinstance(base, str):
            return None
        if len(above) == 1 or bindings(base.place).of(base.node).times[name]:
            return attribute(base, name, depth + 1)
        if not _lacks(base, name, depth + 1):
            return None  # a base further right may come before the base of this one.
    return None


def _lacks(found: Found, name: str, depth: int) -> bool:
    """Whether neither a class nor its bases have a name, for sure."""
    if depth > DEEPEST or bindings(found.place).of(found.node).times[name]:
        return False
    return all(base in EMPTY if isinstance(base, str) else _lacks(base, name, depth + 1) for base in bases(found))


def _imported(place: Place, found: Import, depth: int) -> Found | Place | None:
    if place.modules is None or depth > DEEPEST:
        return None
    module = place.modules.module(place.path, found.module)
    if not found.original:
        return module
    known = _member(module, found.original, depth + 1) if module is not None else None
    if known is not None or (module is not None and bindings(module).module.times[found.original]):
        return known
    dot = "" if found.module.endswith(".") else "."
    return place.modules.module(place.path, f"{found.module}{dot}{found.original}")


def _member(place: Place, name: str, depth: int) -> Found | Place | None:
    """What a module calls by a name."""
    only = bindings(place).module.only(name)
    if isinstance(only, Import):
        return _imported(place, only, depth + 1)
    return Found(place, only) if only is not None else None


def _itself(found: Found | Place | None) -> Target | None:
    """What is called where a module's function or class is called by itself."""
    if not isinstance(found, Found) or found.name in bindings(found.place).attributes:
        return None
    return Target(found)


def _of_receiver(place: Place, receiver: Node, name: str, depth: int) -> Target | None:
    """What is called by a name of what stands before the dot."""
    text = place.text(receiver)
    if text == "super()" and (owner := _owner(place, receiver)) is not None:
        above = list(bases(owner))
        # With several bases, the next one depends on the object's own class.
        only = above[0] if len(above) == 1 and isinstance(above[0], Found) else None
        return method_of(attribute(only, name), is_instance=True) if only is not None else None
    found = expressed(place, receiver)
    if isinstance(found, Place):
        return _itself(_member(found, name, 0))
    if found is not None and found.node.type == "class_definition":
        return method_of(attribute(found, name), is_instance=False)
    made = instance_of(place, receiver, depth + 1)
    return method_of(attribute(made, name), is_instance=True) if made is not None else None


def _owner(place: Place, node: Node) -> Found | None:
    """The class whose method a node stands in, where `self` is that method's own."""
    for scope in scopes(node):
        if scope.type == "class_definition":
            return Found(place, scope)
    return None


def method_of(found: Found | None, *, is_instance: bool) -> Target | None:
    """What is called by `object.name(…)`, or by `Class.name(…)` where it `is_instance` not."""
    if found is None or found.node.type != "function_definition":
        return None
    known = decorators(found.place, found.node)
    is_static = "staticmethod" in known or found.name == "__new__"
    is_of_class = "classmethod" in known or found.name in _OF_CLASSES
    return Target(found, not is_static and (is_instance or is_of_class)) if not _is_stub(found) else None


def _is_stub(found: Found) -> bool:
    """Whether a method only raises, and so leaves to others what it takes."""
    body = found.node.child_by_field_name("body")
    last = body.named_children[-1] if body is not None and body.named_children else None
    if body is None or last is None or last.type != "raise_statement":
        return False
    return body.named_child_count == 1 or (
        body.named_child_count == 2 and found.place.text(body.named_children[0])[:1] in {'"', "'", "r"}
    )


def instance_of(place: Place, node: Node, depth: int = 0) -> Found | None:
    """The class of what an expression surely holds, told by what makes it or by an annotation."""
    if depth > DEEPEST:
        return None
    if node.type == "identifier" and place.text(node) in {"self", "cls"}:
        return _owner(place, node)
    kind = annotation(place, node, depth)
    if kind is not None:
        return _class(*kind)
    if node.type == "call":
        made = target(place, node, depth + 1)
        is_class = made is not None and made.found.node.type == "class_definition"
        return made.found if made is not None and is_class and is_ordinary(made.found) else None
    value = _value(place, node, depth)
    return instance_of(*value, depth + 1) if value is not None else None


def annotation(place: Place, node: Node, depth: int = 0) -> tuple[Place, Node] | None:
    """The annotation of a name or an attribute, or of what a call gives, with the text that holds it."""
    if node.type == "call":
        known = target(place, node, depth + 1)
        return _returned(known.found, _SAME_RESULT) if known is not None else None
    if node.type == "identifier":
        scope = bindings(place).holder(place.text(node), node)
        kind = scope.kinds.get(place.text(node)) if scope is not None and scope.times[place.text(node)] == 1 else None
        return (place, kind) if kind is not None else None
    owner, name = _holder(place, node, depth)
    while owner is not None and depth <= DEEPEST:
        scope, depth = bindings(owner.place).of(owner.node), depth + 1
        kind = scope.kinds.get(f"self.{name}", scope.kinds.get(name))
        made = scope.only(name)
        if kind is not None:
            return owner.place, kind
        if made is not None and not isinstance(made, Import):
            found = Found(owner.place, made)
            is_property = {"property", "cached_property"} & set(decorators(owner.place, made))
            return _returned(found, _SAME_RESULT | {"property", "cached_property"}) if is_property else None
        owner = None if scope.times[name] or f"self.{name}" in scope.held else _base(owner)
    return None


def _value(place: Place, node: Node, depth: int) -> tuple[Place, Node] | None:
    """The one expression that a name or an attribute is given."""
    if node.type == "identifier":
        text = place.text(node)
        scope = bindings(place).holder(text, node)
        value = scope.values.get(text) if scope is not None and scope.times[text] == 1 else None
        return (place, value) if value is not None else None
    owner, name = _holder(place, node, depth)
    while owner is not None and depth <= DEEPEST:
        scope, depth = bindings(owner.place).of(owner.node), depth + 1
        held = scope.held.get(f"self.{name}", [])
        if held or scope.times[name]:
            return (owner.place, held[0]) if len(held) == 1 and not scope.times[name] else None
        owner = _base(owner)
    return None


def _holder(place: Place, node: Node, depth: int) -> tuple[Found | None, str]:
    """The class of the object whose attribute an expression is, and the attribute's name."""
    receiver, last = node.child_by_field_name("object"), node.child_by_field_name("attribute")
    if node.type != "attribute" or receiver is None or last is None:
        return None, ""
    return instance_of(place, receiver, depth + 1), place.text(last)


def _base(found: Found) -> Found | None:
    """The only base of a class, if it is one of the workspace."""
    above = list(bases(found))
    return above[0] if len(above) == 1 and isinstance(above[0], Found) else None


def _returned(found: Found, harmless: frozenset[str]) -> tuple[Place, Node] | None:
    """The annotation of what a function gives, if neither a decorator nor `await` stands between."""
    kind = found.node.child_by_field_name("return_type")
    is_plain = found.node.children[0].type != "async" and not set(decorators(found.place, found.node)) - harmless
    return (found.place, kind) if kind is not None and is_plain else None


def without_none(kind: Node) -> Node:
    """What an annotation says, without None beside it."""
    node = kind.named_children[0] if kind.type == "type" and kind.named_child_count == 1 else kind
    if node.type == "binary_operator":
        sides = [side for side in node.named_children if side.type != "none"]
        node = sides[0] if len(sides) == 1 else node
    return node


def _class(place: Place, kind: Node) -> Found | None:
    """The class of the workspace that an annotation names, be it in quotes or beside None."""
    node = without_none(kind)
    if node.type == "string":
        text = place.text(node).strip("\"'")
        found = named(place, text, place.tree.tree.root_node) if text.isidentifier() else None
    else:
        found = expressed(place, node)
    is_class = isinstance(found, Found) and found.node.type == "class_definition"
    return found if isinstance(found, Found) and is_class and is_ordinary(found) else None


def is_ordinary(found: Found) -> bool:
    """Whether calling a class surely makes one of its objects."""
    is_made_elsewhere = bindings(found.place).of(found.node).times["__new__"]
    used = set(decorators(found.place, found.node))
    return not is_made_elsewhere and not used - HARMLESS_OF_CLASSES and not has_metaclass(found)


def has_metaclass(found: Found) -> bool:
    """Whether a class names a metaclass, or anything else that decides how its objects are made."""
    listed = found.node.child_by_field_name("superclasses")
    given = [each for each in listed.named_children if each.type == "keyword_argument"] if listed is not None else []
    return any(not found.place.text(each).endswith("ABCMeta") for each in given)
