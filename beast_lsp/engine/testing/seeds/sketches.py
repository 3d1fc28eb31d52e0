"""Whole calls out of tests: the call, and the statements of the test that it depends on."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from beast_lsp.engine.scopes.resolution.functions import parameter_name, parameter_nodes, text_of
from beast_lsp.engine.scopes.resolution.table import BINDS, Role
from beast_lsp.engine.testing.nodes import body_of, function_of, name_of, statement_of
from beast_lsp.engine.testing.seeds.workspace import free_names, is_global
from beast_lsp.guest.wire import Sketch

if TYPE_CHECKING:
    from collections.abc import Collection

    from tree_sitter import Node

    from beast_lsp.engine.scopes.resolution.program import Module
    from beast_lsp.engine.scopes.resolution.table import Occurrence
    from beast_lsp.engine.testing.seeds.sites import Site
    from beast_lsp.engine.testing.seeds.workspace import Workspace

_MOST_STATEMENTS = 8
_LONGEST = 600  # characters of one statement.
BUILT_IN_FIXTURES = frozenset({"tmp_path", "capsys", "monkeypatch", "caplog", "recwarn"})


@dataclass(frozen=True, slots=True)
class Drawn:
    """A sketch, with the imports of the names that it uses."""

    sketch: Sketch
    imports: dict[str, str]


@dataclass(slots=True)
class _Needs:
    """What the part of a test that was read so far needs."""

    names: set[str] = field(default_factory=set)
    imports: dict[str, str] = field(default_factory=dict)
    fixtures: set[str] = field(default_factory=set)


def sketch(space: Workspace, site: Site, fixtures: Collection[str]) -> Drawn | None:
    """The call of a test as it stands there; None where it needs what can't be taken along.

    The test is read backwards from the call, `setUp` behind it. What binds a name that is needed comes along, and what
    is done to it. Attributes of a test case become names.
    """
    module, call = site.module, site.node
    function = function_of(call)
    known = {*fixtures, *BUILT_IN_FIXTURES}
    given = {text_of(parameter_name(one)) for one in parameter_nodes(function)} if function is not None else set()
    needs = _Needs()
    if not _add(space, module, call, needs):
        return None
    arranged: list[str] = []
    for statement in (*_before(call, function), *_set_up(function)):
        bound, used = _bound(module, statement) | _own_bound(statement), _acted_on(statement)
        if not (bound | used) & needs.names:
            continue
        text = _text(statement)
        needs.names -= bound
        if not text or not _add(space, module, statement, needs, bound) or len(arranged) == _MOST_STATEMENTS:
            return None
        arranged.append(text)
    needs.fixtures = needs.names & known & given
    if needs.names - needs.fixtures:
        return None
    act = _text(call)
    made = Sketch(arrange=arranged[::-1], act=act, fixtures=sorted(needs.fixtures))
    return Drawn(made, needs.imports) if act else None


def _add(space: Workspace, module: Module, node: Node, needs: _Needs, bound: Collection[str] = ()) -> bool:
    """Whether all the names of a part can be had; those of the test itself are needed from now on."""
    for one in free_names(module, node):
        own = _own_attribute(one.node)
        if (one.role in BINDS and one.name in bound) or own in bound:
            continue
        if own:
            needs.names.add(own)
        elif _is_local(one):
            needs.names.add(one.name)
        elif one.symbol is not None:
            found = space.importing(module, one.name) if is_global(one) else None
            if found is None or needs.imports.setdefault(one.name, found) != found:
                return False
    return True


def _own_attribute(node: Node) -> str:
    """`self.name` where that is what a name stands for; "" for another one."""
    outer = node.parent
    if text_of(node) != "self" or outer is None or outer.type != "attribute":
        return ""
    return (
        f"self.{text_of(outer.child_by_field_name('attribute'))}" if outer.child_by_field_name("object") == node else ""
    )


def _own_bound(statement: Node) -> set[str]:
    """The attribute of the test case that a statement assigns."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    left = inner.child_by_field_name("left") if inner is not None and inner.type == "assignment" else None
    root = left.child_by_field_name("object") if left is not None and left.type == "attribute" else None
    own = _own_attribute(root) if root is not None else ""
    return {own} if own else set()


def _set_up(function: Node | None) -> Iterator[Node]:
    """The statements of the `setUp` beside a test, the last first."""
    block = function.parent if function is not None else None
    for one in body_of(block) if block is not None and block.type == "block" else ():
        if one.type == "function_definition" and name_of(one) in {"setUp", "setup_method"}:
            yield from reversed(body_of(one))


def _is_local(one: Occurrence) -> bool:
    return one.symbol is not None and one.symbol.scope.kind == "function"


def _before(call: Node, function: Node | None) -> Iterator[Node]:
    """The statements that ran before a call in its function, the last first, without those of other branches."""
    inner = statement_of(call)
    while inner.parent is not None and inner.parent != function:
        block = inner.parent
        if block.type == "block":
            listed = body_of(block)
            yield from reversed(listed[: listed.index(inner)] if inner in listed else [])
        inner = block
        if function is None or inner.type == "module":
            return


def _bound(module: Module, statement: Node) -> set[str]:
    """The names that a statement binds."""
    found = free_names(module, statement)
    return {one.name for one in found if one.role in {Role.WRITE, Role.UPDATE, Role.IMPORT, Role.FUNCTION, Role.CLASS}}


def _acted_on(statement: Node) -> set[str]:
    """The name whose object a statement changes: `a.add(1)`, `a.b = 1`, `a[0] = 1`."""
    inner = statement.named_children[0] if statement.type == "expression_statement" else None
    if inner is None or inner.type not in {"call", "assignment", "augmented_assignment"}:
        return set()
    node = inner.child_by_field_name("function" if inner.type == "call" else "left")
    if node is None or node.type not in {"attribute", "subscript"}:
        return set()
    while node is not None and node.type in {"attribute", "subscript"}:
        node = node.child_by_field_name("object") or node.child_by_field_name("value")
    return {_own_attribute(node) or text_of(node)} if node is not None and node.type == "identifier" else set()


def _text(node: Node) -> str:
    """A simple statement as source; "" for a compound one, and for what is too long."""
    if node.type.endswith(("_statement", "_definition")) and node.type != "expression_statement":
        return ""
    text = re.sub(r"\bself\.(?=\w)", "", text_of(node))
    lines = text.split("\n")
    if len(lines) > 1:
        text = f"{lines[0]}\n" + textwrap.dedent("\n".join(lines[1:]))
    return text if len(text) <= _LONGEST and '"""' not in text else ""
