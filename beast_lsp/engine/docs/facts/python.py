"""The facts of a Python function that its own text proves, read from its node alone."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from beast_lsp.engine.docs.facts.effects import effects
from beast_lsp.engine.docs.facts.model import ClassFacts, Field, FunctionFacts, ModuleFacts
from beast_lsp.engine.docs.facts.raising import Ancestors, bound_names, builtin_ancestors, raises
from beast_lsp.engine.docs.facts.results import returned, yields
from beast_lsp.engine.docs.facts.signature import kind_of, parameters
from beast_lsp.engine.docs.facts.syntax import (
    decorator_names,
    docstring,
    one_line,
    own_nodes,
    qualified_name,
    statements,
    whole,
)
from beast_lsp.engine.docs.facts.uses import uses
from beast_lsp.engine.scopes.resolution.functions import text_of

if TYPE_CHECKING:
    from tree_sitter import Node

_ENUMS = frozenset({"Enum", "IntEnum", "StrEnum", "Flag", "IntFlag"})
_KINDS = {"NamedTuple": "namedtuple", "TypedDict": "typed dict", "Protocol": "protocol"}
_MANAGERS = frozenset({"contextmanager", "asynccontextmanager"})


def local_facts(node: Node, ancestors: Ancestors = builtin_ancestors) -> FunctionFacts:
    """The facts of a `function_definition`."""
    given, bound = parameters(node), bound_names(node)
    used = uses(node, bound)
    made = yields(node)
    names = decorator_names(node)
    last = {one.rpartition(".")[2] for one in names}
    return FunctionFacts(
        qualified_name(node),
        "python",
        kind_of(node),
        whole(node).start_point.row + 1,
        node.end_point.row + 1,
        tuple(replace(one, uses=used.get(one.name, ())) for one in given),
        returned(node, is_generator=made is not None),
        made,
        tuple(raises(node, ancestors)),
        tuple(effects(node)),
        _calls(node),
        names,
        delegates=_delegates(node),
        is_async=bool(node.children) and node.children[0].type == "async",
        is_generator=made is not None,
        is_context_manager=bool(last & _MANAGERS),
        is_abstract=any(one.startswith("abstract") for one in last),
        is_stub=is_stub(node),
        docstring=docstring(node),
    )


def _calls(node: Node) -> tuple[str, ...]:
    targets = (one.child_by_field_name("function") for one in own_nodes(node) if one.type == "call")
    named = (one for one in targets if one is not None and one.type in {"identifier", "attribute"})
    return tuple(dict.fromkeys(text for one in named if len(text := one_line(one)) < 80 and "(" not in text))


def _delegates(node: Node) -> str:
    """The call that is all that a function does; empty where it does more."""
    body = statements(node)
    value = body[0].named_children[0] if len(body) == 1 and body[0].named_children else None
    if body and body[0].type not in {"return_statement", "expression_statement"}:
        return ""
    if value is not None and value.type == "await" and value.named_children:
        value = value.named_children[0]
    return one_line(value) if value is not None and value.type == "call" else ""


def is_stub(node: Node) -> bool:
    """Whether a function's body is empty, `...`, or says that it is not implemented."""
    body = statements(node)
    texts = [one_line(one) for one in body]
    return all(one in {"pass", "..."} or one.startswith("raise NotImplementedError") for one in texts)


def local_class(node: Node) -> ClassFacts:
    """The facts of a `class_definition`."""
    listed = node.child_by_field_name("superclasses")
    bases = tuple(
        one_line(one) for one in (listed.named_children if listed is not None else ()) if one.type != "comment"
    )
    body = [_definition(one) for one in statements(node)]
    functions = [one for one in body if one.type == "function_definition"]
    made = next((one for one in functions if text_of(one.child_by_field_name("name")) == "__init__"), None)
    names = decorator_names(node)
    fields = {one.name: one for one in (*_fields(made), *_class_fields(body))} if made else {
        one.name: one for one in _class_fields(body)
    }  # fmt: skip
    return ClassFacts(
        qualified_name(node),
        "python",
        _class_kind(bases, names, text_of(node.child_by_field_name("name"))),
        whole(node).start_point.row + 1,
        node.end_point.row + 1,
        bases,
        tuple(sorted(fields.values(), key=lambda one: one.line)),
        tuple(dict.fromkeys(text_of(one.child_by_field_name("name")) for one in functions)),
        local_facts(made) if made is not None else None,
        names,
        docstring(node),
    )


def _definition(node: Node) -> Node:
    inner = node.child_by_field_name("definition") if node.type == "decorated_definition" else None
    return inner if inner is not None else node


def _class_kind(bases: tuple[str, ...], decorated: tuple[str, ...], name: str) -> str:
    above = {one.partition("[")[0].rpartition(".")[2] for one in bases}
    if any(one.rpartition(".")[2] in {"dataclass", "define", "frozen", "attrs", "s"} for one in decorated):
        return "dataclass"
    if above & _ENUMS:
        return "enum"
    if kinds := [_KINDS[one] for one in sorted(above) if one in _KINDS]:
        return kinds[0]
    is_exception = any(one.endswith(("Error", "Exception", "Warning")) for one in above)
    return "exception" if is_exception else "class"


def _class_fields(body: list[Node]) -> list[Field]:
    """The public names that a class's body assigns or annotates."""
    found = []
    for one in body:
        value = one.named_children[0] if one.type == "expression_statement" and one.named_children else None
        left = value.child_by_field_name("left") if value is not None and value.type == "assignment" else None
        if value is not None and left is not None and left.type == "identifier" and not text_of(left).startswith("_"):
            found.append(_field(text_of(left), value))
    return found


def _field(name: str, value: Node) -> Field:
    kind, given = value.child_by_field_name("type"), value.child_by_field_name("right")
    return Field(name, one_line(kind), one_line(given), value.start_point.row + 1)


def _fields(constructor: Node | None) -> list[Field]:
    """The public attributes that a constructor sets."""
    found: dict[str, Field] = {}
    for one in own_nodes(constructor) if constructor is not None else ():
        left = one.child_by_field_name("left") if one.type == "assignment" else None
        target = left.child_by_field_name("object") if left is not None and left.type == "attribute" else None
        name = text_of(left.child_by_field_name("attribute")) if left is not None else ""
        if target is not None and text_of(target) == "self" and not name.startswith("_"):
            found.setdefault(name, _field(name, one))
    return list(found.values())


def module_facts(path: str, root: Node) -> ModuleFacts:
    """The facts of a module by its tree's root."""
    body = [_definition(one) for one in statements(root)]
    named = {kind: [one for one in body if one.type == f"{kind}_definition"] for kind in ("function", "class")}
    names = {kind: tuple(dict.fromkeys(text_of(one.child_by_field_name("name")) for one in found))
             for kind, found in named.items()}  # fmt: skip
    imported = (one for one in body if one.type in {"import_statement", "import_from_statement"})
    constants = tuple(one for one in _class_fields(body) if one.name.isupper())
    return ModuleFacts(
        path,
        "python",
        names["function"],
        names["class"],
        constants,
        _exported(body),
        tuple(one_line(one) for one in imported),
        docstring(root),
    )


def _exported(body: list[Node]) -> tuple[str, ...] | None:
    for one in body:
        value = one.named_children[0] if one.type == "expression_statement" and one.named_children else None
        if value is not None and value.type == "assignment" and text_of(value.child_by_field_name("left")) == "__all__":
            right = value.child_by_field_name("right")
            return tuple(text_of(each).strip("\"'") for each in (right.named_children if right is not None else ()))
    return None
